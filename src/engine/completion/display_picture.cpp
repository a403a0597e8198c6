#include "engine/completion/display_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace stage::engine {
namespace {

Eigen::Vector3f PixelHeld(const ImageF& picture, int x, int y) {
  const float* pixel = &picture.at(std::clamp(x, 0, picture.width() - 1),
                                   std::clamp(y, 0, picture.height() - 1));
  return {pixel[0], pixel[1], pixel[2]};
}

// Catmull-Rom's weights of the four pixels around a place.
std::array<float, 4> CubicWeights(float t) {
  return {((-0.5f * t + 1.0f) * t - 0.5f) * t,
          (1.5f * t - 2.5f) * t * t + 1.0f,
          ((-1.5f * t + 2.0f) * t + 0.5f) * t,
          (0.5f * t - 0.5f) * t * t};
}

}  // namespace

float DisplayFromLinear(float linear) {
  const float size = std::abs(linear);
  const float display = size <= 0.0031308f
                            ? 12.92f * size
                            : 1.055f * std::pow(size, 1 / 2.4f) - 0.055f;
  return std::copysign(display, linear);
}

float LinearFromDisplay(float display) {
  const float size = std::abs(display);
  const float linear = size <= 0.04045f
                           ? size / 12.92f
                           : std::pow((size + 0.055f) / 1.055f, 2.4f);
  return std::copysign(linear, display);
}

DisplayPicture ReadDisplay(const Photo& photo,
                           const ColorConverter& converter,
                           int left_px,
                           int top_px,
                           int width_px,
                           int height_px) {
  DisplayPicture picture{ImageF(width_px, height_px, 3), left_px, top_px};
  for (int y = 0; y < height_px; ++y) {
    float* row = picture.pixels.row(y);
    converter.ToLinear(photo, left_px, top_px + y, width_px, row);
    std::transform(row, row + 3 * width_px, row, DisplayFromLinear);
  }
  return picture;
}

ImageF ReadDisplayReduced(const Photo& photo,
                          const ColorConverter& converter,
                          int long_edge_px) {
  ImageF picture = ReadLinear(photo, converter, long_edge_px);
  float* begin = picture.data();
  std::transform(begin,
                 begin + picture.size_bytes() / sizeof(float),
                 begin,
                 DisplayFromLinear);
  return picture;
}

Eigen::Vector3f SampleCubic(const ImageF& picture, double x, double y) {
  const double left = std::floor(x - 0.5), top = std::floor(y - 0.5);
  const auto wx = CubicWeights(static_cast<float>(x - 0.5 - left));
  const auto wy = CubicWeights(static_cast<float>(y - 0.5 - top));
  Eigen::Vector3f sum = Eigen::Vector3f::Zero();
  for (int j = 0; j < 4; ++j) {
    for (int i = 0; i < 4; ++i) {
      sum += wx[i] * wy[j] *
             PixelHeld(picture,
                       static_cast<int>(left) - 1 + i,
                       static_cast<int>(top) - 1 + j);
    }
  }
  return sum;
}

Eigen::Vector3f SampleLinear(const ImageF& picture, double x, double y) {
  const double left = std::floor(x - 0.5), top = std::floor(y - 0.5);
  const auto fx = static_cast<float>(x - 0.5 - left);
  const auto fy = static_cast<float>(y - 0.5 - top);
  const int ix = static_cast<int>(left), iy = static_cast<int>(top);
  const Eigen::Vector3f upper = (1 - fx) * PixelHeld(picture, ix, iy) +
                                fx * PixelHeld(picture, ix + 1, iy);
  const Eigen::Vector3f lower = (1 - fx) * PixelHeld(picture, ix, iy + 1) +
                                fx * PixelHeld(picture, ix + 1, iy + 1);
  return (1 - fy) * upper + fy * lower;
}

}  // namespace stage::engine
