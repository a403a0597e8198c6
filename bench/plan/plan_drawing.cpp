#include "plan/plan_drawing.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "engine/plan/floor_rect.h"

namespace stage::bench {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;
using engine::FloorRect;
using engine::Placement;
using engine::Scene;

cv::Scalar ColorOf(const std::string& role) {
  if (role.find("rug") != std::string::npos) return {70, 160, 90};
  if (role.find("art") != std::string::npos ||
      role.find("mirror") != std::string::npos ||
      role.find("curtain") != std::string::npos) {
    return {160, 60, 170};
  }
  if (role.find("plant") != std::string::npos) return {20, 120, 20};
  if (role.find("lamp") != std::string::npos) return {200, 140, 0};
  return {200, 40, 40};
}

FloorRect RectOf(const Placement& placement) {
  return {{placement.position.x(), placement.position.z()},
          placement.yaw,
          placement.size.x(),
          placement.size.y()};
}

/// A line between world points over the photo, cut where it leaves the view.
void WorldLine(cv::Mat& picture,
               const engine::Camera& camera,
               const Vector3d& a,
               const Vector3d& b,
               const cv::Scalar& color,
               int thickness) {
  constexpr int kSteps = 24;
  const double scale = static_cast<double>(picture.cols) / camera.width_px;
  std::optional<Vector2d> last;
  for (int i = 0; i <= kSteps; ++i) {
    const Vector3d point = a + (b - a) * (static_cast<double>(i) / kSteps);
    const Vector3d seen = camera.world_to_camera * (point - camera.position);
    std::optional<Vector2d> here;
    if (seen.z() > 0.1) here = camera.Project(point);
    if (last && here) {
      cv::line(picture,
               {static_cast<int>(last->x() * scale),
                static_cast<int>(last->y() * scale)},
               {static_cast<int>(here->x() * scale),
                static_cast<int>(here->y() * scale)},
               color,
               thickness,
               cv::LINE_AA);
    }
    last = here;
  }
}

void DrawBox(cv::Mat& picture,
             const engine::Camera& camera,
             const Placement& placement) {
  const cv::Scalar color = ColorOf(placement.role);
  const auto corners = RectOf(placement).Corners();
  const double bottom = placement.position.y();
  const double top = bottom + placement.size.z();
  const auto at = [&](size_t i, double y) {
    return Vector3d(corners[i].x(), y, corners[i].y());
  };
  for (size_t i = 0; i < 4; ++i) {
    const size_t next = (i + 1) % 4;
    WorldLine(picture, camera, at(i, bottom), at(next, bottom), color, 1);
    WorldLine(picture, camera, at(i, top), at(next, top), color, 1);
    WorldLine(picture, camera, at(i, bottom), at(i, top), color, 1);
  }
  // The front, so that a piece turned the wrong way is seen.
  WorldLine(picture, camera, at(2, bottom), at(3, top), color, 2);
}

/// A dot on every piece of floor that the photo does not show free.
void DrawTakenFloor(cv::Mat& picture, const Scene& scene) {
  if (scene.free_floor.empty()) return;
  const ImageU8& mask = scene.free_floor;
  constexpr int kStepPx = 10;
  for (int y = 0; y < picture.rows; y += kStepPx) {
    for (int x = 0; x < picture.cols; x += kStepPx) {
      const double scale =
          static_cast<double>(scene.camera.width_px) / picture.cols;
      const Vector3d ray = scene.camera.Ray({x * scale, y * scale});
      if (ray.y() >= -1e-6) continue;
      const Vector3d at =
          scene.camera.position - ray * (scene.camera.position.y() / ray.y());
      if (!scene.room.Contains({at.x(), at.z()})) continue;
      if (mask.at(x * mask.width() / picture.cols,
                  y * mask.height() / picture.rows) > 127) {
        continue;
      }
      cv::circle(picture, {x, y}, 1, {255, 60, 60}, -1);
    }
  }
}

cv::Mat DrawTopView(const Scene& scene, const engine::Plan& plan, int height) {
  Vector2d low(-1, -1), high(1, 1);
  for (const Vector2d& corner : scene.room.floor) {
    low = low.cwiseMin(corner);
    high = high.cwiseMax(corner);
  }
  const Vector2d span = high - low;
  const double scale =
      std::min((height - 40) / span.y(), (height - 40) / span.x());
  cv::Mat page(height, height, CV_8UC3, cv::Scalar(250, 250, 248));
  const auto on_page = [&](const Vector2d& point) {
    const Vector2d at = (point - low) * scale;
    return cv::Point(static_cast<int>(at.x()) + 20,
                     static_cast<int>(at.y()) + 20);
  };
  for (const engine::Wall& wall : scene.room.Walls()) {
    cv::line(page,
             on_page(wall.start),
             on_page(wall.start + wall.direction * wall.length),
             wall.real ? cv::Scalar(30, 30, 30) : cv::Scalar(190, 190, 190),
             wall.real ? 3 : 1,
             cv::LINE_AA);
  }
  const std::vector<engine::Wall> walls = scene.room.Walls();
  for (const engine::Opening& opening : scene.room.openings) {
    if (opening.wall < 0 || opening.wall >= static_cast<int>(walls.size())) {
      continue;
    }
    const engine::Wall& wall = walls[opening.wall];
    const bool window = opening.kind == engine::OpeningKind::kWindow;
    cv::line(page,
             on_page(wall.start + wall.direction * opening.u0),
             on_page(wall.start + wall.direction * opening.u1),
             window ? cv::Scalar(60, 140, 230) : cv::Scalar(230, 120, 40),
             6);
  }
  for (const engine::Obstacle& obstacle : scene.obstacles) {
    std::vector<cv::Point> outline;
    for (const Vector2d& corner : obstacle.footprint) {
      outline.push_back(on_page(corner));
    }
    if (outline.size() > 2) {
      cv::fillConvexPoly(page, outline, cv::Scalar(180, 180, 180));
    }
  }
  for (const Placement& placement : plan.placements) {
    const FloorRect rect = RectOf(placement);
    const auto corners = rect.Corners();
    const cv::Scalar color = ColorOf(placement.role);
    for (size_t i = 0; i < 4; ++i) {
      cv::line(page,
               on_page(corners[i]),
               on_page(corners[(i + 1) % 4]),
               color,
               1,
               cv::LINE_AA);
    }
    cv::line(page,
             on_page(rect.center),
             on_page(rect.At(0, rect.depth / 2)),
             color,
             1,
             cv::LINE_AA);
    if (rect.width > 0.4) {
      cv::putText(page,
                  placement.role.substr(0, 12),
                  on_page(rect.center) + cv::Point(-18, -3),
                  cv::FONT_HERSHEY_SIMPLEX,
                  0.36,
                  color,
                  1,
                  cv::LINE_AA);
    }
  }
  const Vector2d camera(scene.camera.position.x(), scene.camera.position.z());
  cv::circle(page, on_page(camera), 5, cv::Scalar(0, 0, 0), -1);
  for (const double side : {0.0, 1.0}) {
    const Vector3d ray = scene.camera.Ray(
        {side * scene.camera.width_px, scene.camera.height_px / 2.0});
    cv::line(page,
             on_page(camera),
             on_page(camera + Vector2d(ray.x(), ray.z()) * 3),
             cv::Scalar(120, 120, 120),
             1,
             cv::LINE_AA);
  }
  return page;
}

}  // namespace

ImageU8 DrawPlan(const ImageU8& srgb,
                 const Scene& scene,
                 const engine::Catalogue& catalogue,
                 const engine::Plan& plan) {
  engine::Plan sized = plan;
  for (Placement& placement : sized.placements) {
    const engine::Piece* piece = catalogue.Find(placement.piece);
    if (placement.size.isZero() && piece != nullptr) {
      placement.size = {piece->width, piece->depth, piece->height};
    }
  }
  cv::Mat picture(srgb.height(), srgb.width(), CV_8UC3);
  std::copy_n(srgb.data(), srgb.size_bytes(), picture.ptr());
  for (const engine::Wall& wall : scene.room.Walls()) {
    WorldLine(picture,
              scene.camera,
              {wall.start.x(), 0, wall.start.y()},
              {wall.start.x() + wall.direction.x() * wall.length,
               0,
               wall.start.y() + wall.direction.y() * wall.length},
              {255, 255, 0},
              1);
  }
  const std::vector<engine::Wall> walls = scene.room.Walls();
  for (const engine::Opening& opening : scene.room.openings) {
    if (opening.wall < 0 || opening.wall >= static_cast<int>(walls.size())) {
      continue;
    }
    const engine::Wall& wall = walls[opening.wall];
    const auto at = [&](double u, double v) {
      const Vector2d floor = wall.start + wall.direction * u;
      return Vector3d(floor.x(), v, floor.y());
    };
    const cv::Scalar color = opening.kind == engine::OpeningKind::kWindow
                                 ? cv::Scalar(60, 140, 230)
                                 : cv::Scalar(230, 120, 40);
    const Vector3d corners[4] = {at(opening.u0, opening.v0),
                                 at(opening.u1, opening.v0),
                                 at(opening.u1, opening.v1),
                                 at(opening.u0, opening.v1)};
    for (int i = 0; i < 4; ++i) {
      WorldLine(
          picture, scene.camera, corners[i], corners[(i + 1) % 4], color, 2);
    }
  }
  DrawTakenFloor(picture, scene);
  for (const Placement& placement : sized.placements) {
    DrawBox(picture, scene.camera, placement);
  }
  const cv::Mat top = DrawTopView(scene, sized, picture.rows);
  cv::Mat both;
  cv::hconcat(picture, top, both);
  ImageU8 result(both.cols, both.rows, 3);
  std::copy_n(both.ptr(), result.size_bytes(), result.data());
  return result;
}

}  // namespace stage::bench
