#include "core/photo/label.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/photo/glyph_text.h"

namespace stage {
namespace {

struct Plate {
  int x, y, width, height;
};

template <typename T>
double MeanBrightness(const Image<T>& image, const Plate& plate) {
  const int colors = image.channels() <= 2 ? 1 : 3;
  double sum = 0;
  for (int y = plate.y; y < plate.y + plate.height; ++y) {
    for (int x = plate.x; x < plate.x + plate.width; ++x) {
      for (int c = 0; c < colors; ++c) sum += image.at(x, y, c);
    }
  }
  return sum / (static_cast<double>(plate.width) * plate.height * colors *
                std::numeric_limits<T>::max());
}

/// Blends plate and text over the photo's display values.
template <typename T>
void Stamp(const TextPicture& text,
           const Plate& plate,
           int inset,
           Image<T>& image) {
  constexpr double kMax = std::numeric_limits<T>::max();
  constexpr double kPlateOpacity = 0.82;
  const bool dark_plate = MeanBrightness(image, plate) > 0.4;
  const double plate_value = dark_plate ? 0.04 : 0.97;
  const double text_value = dark_plate ? 1.0 : 0.0;
  const int colors = image.channels() <= 2 ? 1 : 3;
  const bool has_alpha = image.channels() == 2 || image.channels() == 4;
  for (int y = 0; y < plate.height; ++y) {
    for (int x = 0; x < plate.width; ++x) {
      const int text_x = x - inset;
      const int text_y = y - inset;
      const bool inside = text_x >= 0 && text_y >= 0 &&
                          text_x < text.coverage.width() &&
                          text_y < text.coverage.height();
      const double cover =
          inside ? text.coverage.at(text_x, text_y) / 255.0 : 0.0;
      for (int c = 0; c < colors; ++c) {
        T& pixel = image.at(plate.x + x, plate.y + y, c);
        double value = pixel / kMax;
        value += (plate_value - value) * kPlateOpacity;
        value += (text_value - value) * cover;
        pixel = static_cast<T>(std::lround(std::clamp(value, 0.0, 1.0) * kMax));
      }
      if (has_alpha) {
        image.at(plate.x + x, plate.y + y, colors) = static_cast<T>(kMax);
      }
    }
  }
}

}  // namespace

void StampLabel(const std::string& text, Photo& photo) {
  const int width = photo.width();
  const int height = photo.height();
  const int cap_height = std::max(7, static_cast<int>(width * 0.027));
  const int inset = std::max(3, cap_height * 3 / 5);
  const int margin = width / 50;
  const int room = width - 2 * (margin + inset);
  if (room < 16) return;  // nobody publishes such a picture
  const TextPicture set = SetText(text, cap_height, room);
  Plate plate;
  plate.width = std::min(width, set.coverage.width() + 2 * inset);
  plate.height = std::min(height, set.coverage.height() + 2 * inset);
  plate.x = std::min(margin, width - plate.width);
  plate.y = std::max(0, height - margin - plate.height);
  if (photo.is_16_bit()) {
    Stamp(set, plate, inset, photo.pixels16);
  } else {
    Stamp(set, plate, inset, photo.pixels8);
  }
}

}  // namespace stage
