#include "core/photographic_wish.h"

#include <doctest/doctest.h>

#include "core/adjustments.h"

namespace stage {

TEST_CASE("AdjustmentsForWish: photographic words become adjustments") {
  CHECK(AdjustmentsForWish("Warmer") == "warm=+10");
  CHECK(AdjustmentsForWish("Make the picture a bit brighter, please.") ==
        "exposure=+0.15");
  CHECK(AdjustmentsForWish("straighten the verticals and more contrast") ==
        "verticals=auto,contrast=+15");
  CHECK_NOTHROW(ParseAdjustments(
      AdjustmentsForWish("slightly darker, cooler, colourful, crisper")));
}

TEST_CASE("AdjustmentsForWish: what wishes for more, or less, is none") {
  CHECK(AdjustmentsForWish("warmer, and add a plant") == "");
  CHECK(AdjustmentsForWish("less contrast") == "");
  CHECK(AdjustmentsForWish("brighter but not warmer") == "");
  CHECK(AdjustmentsForWish("brighter and darker") == "");
  CHECK(AdjustmentsForWish("oak floor") == "");
  CHECK(AdjustmentsForWish("") == "");
}

}  // namespace stage
