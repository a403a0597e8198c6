#include "engine/diffusion/paste.h"

#include <doctest/doctest.h>

#include <cstdlib>

namespace stage::engine {
namespace {

Photo NoisePhoto(int width, int height) {
  Photo photo;
  photo.pixels8 = ImageU8(width, height, 3);
  uint32_t state = 1;
  for (size_t i = 0; i < photo.pixels8.size_bytes(); ++i) {
    state = state * 1664525 + 1013904223;
    photo.pixels8.data()[i] = static_cast<uint8_t>(state >> 24);
  }
  return photo;
}

ImageU8 DiscMask(int width, int height) {
  ImageU8 mask(width, height, 1);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int dx = x - width / 2, dy = y - height / 2;
      if (dx * dx + dy * dy < 30 * 30) mask.at(x, y) = 255;
    }
  }
  return mask;
}

TEST_CASE("Feather: rises from the mask's edge to one, never outside of it") {
  const ImageU8 mask = DiscMask(120, 90);
  const ImageF weight = Feather(mask);
  for (int y = 0; y < 90; ++y) {
    for (int x = 0; x < 120; ++x) {
      CHECK((weight.at(x, y) > 0) == (mask.at(x, y) != 0));
    }
  }
  CHECK(weight.at(60, 45) == 1);
  CHECK(weight.at(60, 45 - 29) < 1);
}

TEST_CASE("Paste: outside of the mask every bit stays, inside it counts") {
  Photo photo = NoisePhoto(120, 90);
  const Photo original = photo;
  const ColorConverter converter(photo);
  const ImageU8 mask = DiscMask(120, 90);
  const WorkingCrop crop{.x = 20,
                         .y = 10,
                         .width = 80,
                         .height = 70,
                         .work_width = 64,
                         .work_height = 64};
  const ImageU8 grey(64, 64, 3, uint8_t{120});
  Paste(grey, crop, Feather(mask), converter, photo);
  for (int y = 0; y < 90; ++y) {
    for (int x = 0; x < 120; ++x) {
      if (mask.at(x, y) != 0) continue;
      for (int channel = 0; channel < 3; ++channel) {
        CHECK(photo.pixels8.at(x, y, channel) ==
              original.pixels8.at(x, y, channel));
      }
    }
  }
  for (int channel = 0; channel < 3; ++channel) {
    CHECK(std::abs(photo.pixels8.at(60, 45, channel) - 120) <= 1);
  }
}

TEST_CASE("CutOut: at its own size the crop is the photo's display values") {
  const Photo photo = NoisePhoto(40, 30);
  const ImageU8 cut = CutOut(photo,
                             ColorConverter(photo),
                             {.x = 8,
                              .y = 4,
                              .width = 16,
                              .height = 16,
                              .work_width = 16,
                              .work_height = 16});
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 16; ++x) {
      CHECK(std::abs(cut.at(x, y, 1) - photo.pixels8.at(8 + x, 4 + y, 1)) <= 1);
    }
  }
}

TEST_CASE("MatchColors: takes a cast and a loss of contrast back") {
  const ImageU8 picture = NoisePhoto(64, 64).pixels8;
  ImageU8 mask(64, 64, 1);
  for (int y = 20; y < 40; ++y) {
    for (int x = 20; x < 40; ++x) mask.at(x, y) = 255;
  }
  ImageU8 made = picture;
  for (size_t i = 0; i < made.size_bytes(); ++i) {
    made.data()[i] =
        static_cast<uint8_t>(picture.data()[i] * 0.9 + (i % 3 == 2 ? 18 : 6));
  }
  MatchColors(picture, mask, made);
  double departure = 0;
  for (size_t i = 0; i < made.size_bytes(); ++i) {
    departure += std::abs(made.data()[i] - picture.data()[i]);
  }
  CHECK(departure / double(made.size_bytes()) < 1.5);
}

TEST_CASE("MatchColors: leaves a picture alone that is made anew as a whole") {
  const ImageU8 picture = NoisePhoto(64, 64).pixels8;
  const ImageU8 mask(64, 64, 1, uint8_t{255});
  ImageU8 made(64, 64, 3, uint8_t{50});
  const ImageU8 before = made;
  MatchColors(picture, mask, made);
  CHECK(made == before);
}

}  // namespace
}  // namespace stage::engine
