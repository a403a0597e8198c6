#include "core/photo/drawn_mask.h"

#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "core/error.h"

namespace stage {
namespace {

using Color = std::vector<uint8_t>;

/// A picture of one colour with a box of another in its right half.
Photo Drawn(const Color& ground, const Color& box) {
  Photo photo;
  photo.source.path = "room-mask.png";
  const int channels = static_cast<int>(ground.size());
  photo.pixels8 = ImageU8(60, 40, channels);
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 60; ++x) {
      const bool inside = x >= 30 && x < 50 && y >= 10 && y < 30;
      for (int c = 0; c < channels; ++c) {
        photo.pixels8.at(x, y, c) =
            (inside ? box : ground)[static_cast<size_t>(c)];
      }
    }
  }
  return photo;
}

bool IsMarked(const ImageU8& mask, int x, int y) { return mask.at(x, y) > 127; }

TEST_CASE("MarkedPart: white or one colour, on black or on nothing") {
  const Color kBlack = {0, 0, 0}, kNothing = {0, 0, 0, 0};
  const std::array<Photo, 7> masks = {
      Drawn(kBlack, {255, 255, 255}),
      Drawn(kBlack, {255, 0, 0}),
      Drawn(kBlack, {0, 0, 255}),
      Drawn(kBlack, {255, 0, 255}),
      Drawn({40, 60, 50}, {255, 255, 255}),  // on a darkened photo
      Drawn(kNothing, {255, 0, 0, 255}),
      Drawn({255, 255, 255, 0}, {255, 255, 255, 200}),
  };
  for (size_t i = 0; i < masks.size(); ++i) {
    CAPTURE(i);
    const ImageU8 marked = MarkedPart(masks[i]);
    CHECK(marked.channels() == 1);
    CHECK(IsMarked(marked, 40, 20));
    CHECK_FALSE(IsMarked(marked, 10, 20));
  }
}

TEST_CASE("MarkedPart: what is painted black marks nothing") {
  const ImageU8 marked = MarkedPart(Drawn({0, 0, 0, 0}, {0, 0, 0, 255}));
  CHECK_FALSE(IsMarked(marked, 40, 20));
}

TEST_CASE("MarkedPart: a picture that is no mask is refused by name") {
  const std::array<Photo, 3> pictures = {
      Drawn({255, 255, 255}, {255, 0, 0}),  // which of them is meant?
      Drawn({200, 30, 30}, {30, 200, 30}),
      Drawn({150, 150, 150}, {255, 255, 255}),
  };
  for (size_t i = 0; i < pictures.size(); ++i) {
    CAPTURE(i);
    CHECK_THROWS_WITH_AS(MarkedPart(pictures[i]),
                         doctest::Contains("room-mask.png: a picture, no mask"),
                         Error);
  }
}

}  // namespace
}  // namespace stage
