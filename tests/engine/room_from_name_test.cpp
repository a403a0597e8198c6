#include "engine/pipeline/room_from_name.h"

#include <doctest/doctest.h>

namespace stage::engine {

TEST_CASE("RoomFromName: reads what photographers call their files") {
  CHECK(RoomFromName("12_Master-Bedroom_2") == "bedroom");
  CHECK(RoomFromName("living room") == "living");
  CHECK(RoomFromName("kids_bedroom") == "kids");
  CHECK(RoomFromName("EnSuite-01") == "bathroom");
}

TEST_CASE(
    "RoomFromName: says nothing when the name says nothing or two things") {
  CHECK(RoomFromName("DSC_0042").empty());
  CHECK(RoomFromName("kitchen-dining").empty());
  CHECK(RoomFromName("").empty());
}

}  // namespace stage::engine
