#include "engine/diffusion/working_crop.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace stage::engine {
namespace {

ImageU8 MaskWith(int width, int height, int x, int y, int w, int h) {
  ImageU8 mask(width, height, 1);
  for (int row = y; row < y + h; ++row) {
    std::fill_n(mask.row(row) + x, w, uint8_t{255});
  }
  return mask;
}

TEST_CASE("WorkingCrop: holds the mask with surroundings, within the photo") {
  struct Box {
    int x, y, w, h;
  };
  for (const Box& box : {Box{900, 500, 600, 400},
                         Box{0, 0, 50, 50},
                         Box{2990, 1990, 10, 10},
                         Box{0, 0, 3000, 2000},
                         Box{100, 900, 2800, 30}}) {
    CAPTURE(box.x);
    const WorkingCrop crop = ChooseWorkingCrop(
        MaskWith(3000, 2000, box.x, box.y, box.w, box.h), 512, 64);
    CHECK(crop.x >= 0);
    CHECK(crop.y >= 0);
    CHECK(crop.x + crop.width <= 3000);
    CHECK(crop.y + crop.height <= 2000);
    CHECK(crop.x <= box.x);
    CHECK(crop.y <= box.y);
    CHECK(crop.x + crop.width >= box.x + box.w);
    CHECK(crop.y + crop.height >= box.y + box.h);
    // Nothing is enlarged where the photo has the pixels.
    CHECK(crop.width >= 512);
    CHECK(crop.height >= 512);
    CHECK(crop.work_width % 64 == 0);
    CHECK(crop.work_height % 64 == 0);
    const double pixels = double(crop.work_width) * crop.work_height;
    CHECK(pixels > 0.75 * 512 * 512);
    CHECK(pixels < 1.3 * 512 * 512);
    // Proportions stay within the rounding to the model's grid.
    const double stretch = double(crop.work_width) / crop.width /
                           (double(crop.work_height) / crop.height);
    CHECK(stretch > 0.8);
    CHECK(stretch < 1.25);
  }
}

TEST_CASE("WorkingCrop: a photo smaller than the model is taken whole") {
  const WorkingCrop crop =
      ChooseWorkingCrop(MaskWith(300, 200, 10, 10, 20, 20), 512, 64);
  CHECK(crop.width == 300);
  CHECK(crop.height == 200);
}

}  // namespace
}  // namespace stage::engine
