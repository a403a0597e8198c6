#include "engine/pipeline/things_note.h"

#include <cmath>
#include <map>

#include "engine/pipeline/thing_choice.h"

namespace stage::engine {
namespace {

const char* PlaceName(ThingPlace place) {
  if (place == ThingPlace::kOnFloor) return "floor";
  return place == ThingPlace::kOnWall ? "wall" : "before wall";
}

}  // namespace

nlohmann::json ThingsJson(const ThingMap& found, int photo_width) {
  nlohmann::json things = nlohmann::json::array();
  const double scale = found.label.empty() ? 1.0
                                           : static_cast<double>(photo_width) /
                                                 found.label.width();
  for (const Thing& thing : found.things) {
    nlohmann::json box = nlohmann::json::array();
    for (const int side : thing.box) box.push_back(std::lround(side * scale));
    nlohmann::json entry = {
        {"box", box},
        {"place", PlaceName(thing.place)},
        {"certainty", std::round(100 * thing.certainty) / 100},
        {"removed", Goes(thing)}};
    if (!Goes(thing)) entry["left_because"] = thing.doubt;
    if (!thing.kind.empty()) entry["kind"] = thing.kind;
    things.push_back(std::move(entry));
  }
  return things;
}

std::string ThingsNote(const ThingMap& found, bool outdoors) {
  if (outdoors) {
    return "the photo seems to be taken outdoors: nothing was removed";
  }
  std::map<std::string, int> reasons;
  int left = 0, gone = 0;
  for (const Thing& thing : found.things) {
    if (Goes(thing)) {
      ++gone;
      continue;
    }
    ++left;
    ++reasons[thing.doubt];
  }
  if (left == 0) {
    return gone > 0 ? "" : "nothing was found that is not the room itself";
  }
  std::string note = std::to_string(gone) + (gone == 1 ? " thing" : " things") +
                     " removed, " + std::to_string(left) + " left:";
  const char* separator = " ";
  for (const auto& [why, number] : reasons) {
    note += separator + why + " (" + std::to_string(number) + ")";
    separator = ", ";
  }
  return note + "; mark what is to go all the same with --mask";
}

}  // namespace stage::engine
