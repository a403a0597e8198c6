#include "engine/render/light_field.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {

const AreaLight* LightField::WindowAt(const Eigen::Vector3f& point,
                                      int face) const {
  for (const AreaLight& window : windows) {
    if (window.face != face) continue;
    const Eigen::Vector2f at = prism.faces()[face].Coordinates(point);
    if (at.x() > window.u0 && at.x() < window.u1 && at.y() > window.v0 &&
        at.y() < window.v1) {
      return &window;
    }
  }
  return nullptr;
}

Color LightField::Radiance(const Eigen::Vector3f& point, int face) const {
  const Color unseen =
      (face >= 0 ? face_median[face] : face_median.front()) * behind_factor;
  const View::Projection pixel = view.Project(point);
  if (pixel.depth < 0.05f) return unseen;
  const float width = static_cast<float>(view.width());
  const float height = static_cast<float>(view.height());
  const float outside =
      std::max({0.0f,
                std::max(-pixel.x, pixel.x - width) / width,
                std::max(-pixel.y, pixel.y - height) / height});
  const float trust = std::exp(-4.0f * outside);
  if (trust < 0.01f) return unseen;
  const float x = std::clamp(pixel.x / width * environment.width() - 0.5f,
                             0.0f,
                             environment.width() - 1.001f);
  const float y = std::clamp(pixel.y / height * environment.height() - 0.5f,
                             0.0f,
                             environment.height() - 1.001f);
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, environment.width() - 1);
  const int y1 = std::min(y0 + 1, environment.height() - 1);
  const float fx = x - x0, fy = y - y0;
  auto texel = [&](int i, int j) {
    return LoadColor(environment.row(j) + 3 * i);
  };
  const Color seen =
      (texel(x0, y0) * (1 - fx) + texel(x1, y0) * fx) * (1 - fy) +
      (texel(x0, y1) * (1 - fx) + texel(x1, y1) * fx) * fy;
  return seen * trust + unseen * (1 - trust);
}

}  // namespace stage::engine
