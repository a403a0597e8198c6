#include "engine/diffusion/furniture_refiner.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "engine/diffusion/working_crop.h"

namespace stage::engine {
namespace {

namespace fs = std::filesystem;

const fs::path kModels = fs::path(STAGE_SOURCE_DIR) / "tests/parity/models";

/// A photo of 300 x 200 and furniture in it, rendered at half its size.
struct Rendered {
  Rendered() : coverage(150, 100, 1), depth(150, 100, 1, 4.0f) {
    photo.pixels8 = ImageU8(300, 200, 3);
    uint32_t state = 3;
    for (size_t i = 0; i < photo.pixels8.size_bytes(); ++i) {
      state = state * 1664525 + 1013904223;
      photo.pixels8.data()[i] = static_cast<uint8_t>(100 + (state >> 27));
    }
    for (int y = 40; y < 80; ++y) {
      std::fill_n(&coverage.at(50, y), 60, 1.0f);
      std::fill_n(&depth.at(50, y), 60, 2.0f);
    }
  }

  /// @return the photo worked over, and the mask of what may have changed
  std::pair<ImageU8, ImageU8> Refined(double strength,
                                      const fs::path& control) const {
    DiffusionEngineOptions options;
    options.model = kModels / "sd15_inpaint";
    if (!control.empty()) {
      options.controls.push_back({ControlKind::kDepth, control, {}});
    }
    FurnitureRefiner refiner(options);
    Photo staged = photo;
    const ColorConverter converter(staged);
    double last = 0;
    const ImageU8 mask =
        refiner.Refine({.coverage = coverage,
                        .depth = depth,
                        .prompt = "a sofa",
                        .negative_prompt = "people",
                        .strength = strength,
                        .seed = 11,
                        .on_fraction = [&](double done) { last = done; }},
                       converter,
                       staged);
    CHECK(last == 1);
    return {staged.pixels8, mask};
  }

  Photo photo;
  ImageF coverage;
  ImageF depth;
};

TEST_CASE("FurnitureRefiner: what its mask leaves out keeps its bits") {
  const Rendered rendered;
  const auto [pixels, mask] = rendered.Refined(0.5, {});
  REQUIRE(mask.width() == 150);
  int changed = 0;
  for (int y = 0; y < 200; ++y) {
    for (int x = 0; x < 300; ++x) {
      const bool same = std::equal(&pixels.at(x, y),
                                   &pixels.at(x, y) + 3,
                                   &rendered.photo.pixels8.at(x, y));
      if (mask.at(x / 2, y / 2) == 0) CHECK(same);
      changed += same ? 0 : 1;
    }
  }
  CHECK(changed > 60 * 40 * 4 / 2);
}

TEST_CASE("FurnitureRefiner: same seed, same picture; the depth has its say") {
  const Rendered rendered;
  const ImageU8 plain = rendered.Refined(0.5, {}).first;
  CHECK(plain == rendered.Refined(0.5, {}).first);
  const ImageU8 guided =
      rendered.Refined(0.5, kModels / "sd15_controlnet").first;
  CHECK_FALSE(guided == plain);
  CHECK_FALSE(rendered.Refined(0.9, {}).first == plain);
}

TEST_CASE("FurnitureRefiner: without furniture there is nothing to do") {
  Rendered rendered;
  rendered.coverage = ImageF(150, 100, 1);
  DiffusionEngineOptions options;
  options.model = kModels / "sd15_inpaint";
  FurnitureRefiner refiner(options);
  Photo staged = rendered.photo;
  refiner.Refine({.coverage = rendered.coverage, .depth = rendered.depth},
                 ColorConverter(staged),
                 staged);
  CHECK(staged.pixels8 == rendered.photo.pixels8);
}

TEST_CASE("DepthPicture: the nearer the whiter, what has no depth is black") {
  Rendered rendered;
  rendered.depth.at(0, 0) = std::numeric_limits<float>::infinity();
  const ImageU8 picture = DepthPicture(rendered.depth,
                                       300,
                                       200,
                                       {.x = 0,
                                        .y = 0,
                                        .width = 300,
                                        .height = 200,
                                        .work_width = 150,
                                        .work_height = 100});
  CHECK(picture.at(0, 0) == 0);
  CHECK(picture.at(70, 60, 2) == 255);
  const int wall = picture.at(140, 10, 1);
  CHECK(wall > 100);
  CHECK(wall < 155);
}

TEST_CASE("FurnitureMask: grows a little over what is covered") {
  ImageF coverage(1000, 700, 1);
  for (int y = 300; y < 400; ++y) std::fill_n(&coverage.at(300, y), 100, 1.0f);
  const ImageU8 mask = FurnitureMask(coverage);
  CHECK(mask.at(350, 350) == 255);
  CHECK(mask.at(298, 350) == 255);
  CHECK(mask.at(290, 350) == 0);
}

}  // namespace
}  // namespace stage::engine
