#include "engine/catalogue/procedural/canvas.h"

#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {

Canvas::Canvas(int width, int height, const Vec3& ground)
    : width_(width),
      height_(height),
      pixels_(static_cast<size_t>(width) * height, ground) {}

void Canvas::Paint(
    const std::function<Vec3(float, float, const Vec3&)>& colour) {
  for (int y = 0; y < height_; ++y) {
    for (int x = 0; x < width_; ++x) {
      Vec3& pixel = pixels_[static_cast<size_t>(y) * width_ + x];
      pixel =
          colour((static_cast<float>(x) + 0.5f) / static_cast<float>(width_),
                 (static_cast<float>(y) + 0.5f) / static_cast<float>(width_),
                 pixel);
    }
  }
}

void Canvas::Blend(int x, int y, const Vec3& colour, float opacity) {
  if (x < 0 || y < 0 || x >= width_ || y >= height_) return;
  Vec3& pixel = pixels_[static_cast<size_t>(y) * width_ + x];
  pixel = Mix(pixel, colour, std::clamp(opacity, 0.0f, 1.0f));
}

void Canvas::Fill(const std::vector<Vec2>& polygon,
                  const Vec3& colour,
                  float opacity) {
  constexpr int kSub = 4;
  const auto scale = static_cast<float>(width_);
  std::vector<float> coverage(static_cast<size_t>(width_));
  std::vector<float> crossings;
  for (int y = 0; y < height_; ++y) {
    std::fill(coverage.begin(), coverage.end(), 0.0f);
    bool any = false;
    for (int sub = 0; sub < kSub; ++sub) {
      const float line =
          (static_cast<float>(y) + (static_cast<float>(sub) + 0.5f) / kSub) /
          scale;
      crossings.clear();
      for (size_t i = 0; i < polygon.size(); ++i) {
        const Vec2& a = polygon[i];
        const Vec2& b = polygon[(i + 1) % polygon.size()];
        if ((a.y() <= line) == (b.y() <= line)) continue;
        crossings.push_back(
            (a.x() + (b.x() - a.x()) * (line - a.y()) / (b.y() - a.y())) *
            scale);
      }
      std::sort(crossings.begin(), crossings.end());
      for (size_t i = 0; i + 1 < crossings.size(); i += 2) {
        const float from = std::max(0.0f, crossings[i]),
                    to = std::min(static_cast<float>(width_), crossings[i + 1]);
        for (int x = static_cast<int>(from);
             x < width_ && static_cast<float>(x) < to;
             ++x) {
          coverage[x] += std::max(0.0f,
                                  std::min(to, static_cast<float>(x + 1)) -
                                      std::max(from, static_cast<float>(x))) /
                         kSub;
          any = true;
        }
      }
    }
    if (!any) continue;
    for (int x = 0; x < width_; ++x) {
      if (coverage[x] > 0) Blend(x, y, colour, coverage[x] * opacity);
    }
  }
}

void Canvas::Stroke(const std::vector<Vec2>& path,
                    const std::vector<float>& widths,
                    const Vec3& colour,
                    float opacity) {
  const auto scale = static_cast<float>(width_);
  // The nearest segment decides, so that overlaps are not painted twice.
  std::vector<float> alpha(pixels_.size(), 0);
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    const Vec2 a = path[i] * scale, b = path[i + 1] * scale;
    const float wa = widths[std::min(i, widths.size() - 1)] * scale / 2;
    const float wb = widths[std::min(i + 1, widths.size() - 1)] * scale / 2;
    const float reach = std::max(wa, wb) + 1;
    const Vec2 along = b - a;
    const float length = std::max(1e-6f, along.squaredNorm());
    const int x0 =
                  std::max(0, static_cast<int>(std::min(a.x(), b.x()) - reach)),
              x1 = std::min(width_ - 1,
                            static_cast<int>(std::max(a.x(), b.x()) + reach));
    const int y0 =
                  std::max(0, static_cast<int>(std::min(a.y(), b.y()) - reach)),
              y1 = std::min(height_ - 1,
                            static_cast<int>(std::max(a.y(), b.y()) + reach));
    for (int y = y0; y <= y1; ++y) {
      for (int x = x0; x <= x1; ++x) {
        const Vec2 p(static_cast<float>(x) + 0.5f,
                     static_cast<float>(y) + 0.5f);
        const float t = std::clamp((p - a).dot(along) / length, 0.0f, 1.0f);
        const float distance = (p - a - along * t).norm();
        float& best = alpha[static_cast<size_t>(y) * width_ + x];
        best = std::max(
            best, std::clamp(wa + (wb - wa) * t - distance + 0.5f, 0.0f, 1.0f));
      }
    }
  }
  for (size_t i = 0; i < pixels_.size(); ++i) {
    if (alpha[i] > 0) pixels_[i] = Mix(pixels_[i], colour, alpha[i] * opacity);
  }
}

std::shared_ptr<const Texture> Canvas::Finish() const {
  auto texture = std::make_shared<Texture>();
  texture->srgb = ImageU8(width_, height_, 3);
  uint8_t* out = texture->srgb.data();
  // A table is exact to half a display step and spares a power a channel.
  static const std::vector<uint8_t> kDisplay = [] {
    std::vector<uint8_t> table(8193);
    for (size_t i = 0; i < table.size(); ++i) {
      const float root = static_cast<float>(i) / 8192.0f;
      table[i] = DisplayValue(root * root);
    }
    return table;
  }();
  for (const Vec3& pixel : pixels_) {
    for (int c = 0; c < 3; ++c) {
      *out++ = kDisplay[static_cast<size_t>(
          std::lround(8192 * std::sqrt(std::clamp(pixel[c], 0.0f, 1.0f))))];
    }
  }
  return texture;
}

std::vector<Vec2> Curve(const std::vector<Vec2>& points,
                        int samples_each,
                        bool closed) {
  std::vector<Vec3> lifted;
  for (const Vec2& p : points) lifted.emplace_back(p.x(), p.y(), 0);
  std::vector<Vec2> result;
  for (const Vec3& p : SmoothPath(lifted, samples_each, closed))
    result.emplace_back(p.x(), p.y());
  return result;
}

}  // namespace stage::engine::procedural
