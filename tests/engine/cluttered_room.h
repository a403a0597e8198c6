#pragma once

#include <filesystem>

#include "core/photo/photo.h"

namespace stage::test {

/// Writes a picture as it is, as PNG.
inline void Keep(const Photo& photo, const std::filesystem::path& path) {
  std::filesystem::create_directories(path.parent_path());
  OutputOptions options;
  options.format = "png";
  options.disclose = {"none"};
  Disclosure disclosure;
  disclosure.alteration = Alteration::kNone;
  WriteResult(photo, photo, path, options, disclosure);
}

/// The example room, the same with a dark thing on the floor before the wall,
/// and the thing's mask.
struct Cluttered {
  Photo empty = ReadPhoto(std::filesystem::path(STAGE_TEST_DATA_DIR) /
                          "rooms/living-oak-corner.jpg");
  Photo room = empty;
  Photo mask = empty;

  explicit Cluttered(const std::filesystem::path& folder) {
    for (int y = 0; y < room.height(); ++y) {
      for (int x = 0; x < room.width(); ++x) {
        const bool thing = Covers(x, y);
        for (int c = 0; c < 3; ++c) {
          mask.pixels8.at(x, y, c) = thing ? 255 : 0;
          if (thing)
            room.pixels8.at(x, y, c) = static_cast<uint8_t>(40 + 9 * c);
        }
      }
    }
    Keep(room, folder / "home/room.png");
    Keep(mask, folder / "masks/room.png");
  }
  bool Covers(int x, int y) const {
    const double u = static_cast<double>(x) / room.width();
    const double v = static_cast<double>(y) / room.height();
    return u > 0.2 && u < 0.32 && v > 0.68 && v < 0.84;
  }
  /// Mean squared difference to the empty room where the thing was.
  double Error(const Photo& result) const {
    double sum = 0;
    int64_t count = 0;
    for (int y = 0; y < room.height(); ++y) {
      for (int x = 0; x < room.width(); ++x) {
        for (int c = 0; c < 3 && Covers(x, y); ++c, ++count) {
          const double off =
              result.pixels8.at(x, y, c) - empty.pixels8.at(x, y, c);
          sum += off * off;
        }
      }
    }
    return sum / static_cast<double>(count);
  }
};

}  // namespace stage::test
