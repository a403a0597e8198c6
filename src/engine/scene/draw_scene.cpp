#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/scene/analyze_scene.h"
#include "engine/scene/camera_fit.h"
#include "engine/scene/lab_color.h"
#include "engine/scene/line_segments.h"

namespace stage::engine {
namespace {

// RGB.
const std::array<cv::Scalar, 5> kAxisColors = {cv::Scalar(230, 60, 50),
                                               cv::Scalar(60, 190, 70),
                                               cv::Scalar(60, 110, 240),
                                               cv::Scalar(150, 150, 150),
                                               cv::Scalar(150, 150, 150)};
const cv::Scalar kFloorColor(255, 0, 220);
const cv::Scalar kRoomColor(255, 160, 0);
const cv::Scalar kObstacleColor(255, 60, 60);

class Overlay {
 public:
  Overlay(const ImageU8& srgb, const Scene& scene)
      : picture_(srgb.height(),
                 srgb.width(),
                 CV_8UC3,
                 const_cast<uint8_t*>(srgb.data())),
        scene_(scene),
        camera_(scene.camera.Resized(srgb.width(), srgb.height())),
        thickness_(std::max(1, srgb.width() / 500)) {
    picture_ = picture_.clone();
  }

  void Tint(const ImageU8& mask, const cv::Scalar& color, double opacity) {
    if (mask.width() != picture_.cols || mask.height() != picture_.rows) return;
    const cv::Mat view(
        mask.height(), mask.width(), CV_8U, const_cast<uint8_t*>(mask.data()));
    cv::Mat flat(picture_.size(), CV_8UC3, color), mixed;
    cv::addWeighted(picture_, 1 - opacity, flat, opacity, 0, mixed);
    mixed.copyTo(picture_, view);
  }

  void DrawLines() {
    cv::Mat half;
    cv::resize(picture_, half, {}, 0.5, 0.5, cv::INTER_AREA);
    for (const LineSegment& segment :
         DetectLineSegments(picture_, LabOf(half))) {
      const Axis axis = ClassifySegment(segment, camera_, 2.5);
      Line(segment.start, segment.end, kAxisColors[static_cast<int>(axis)], 1);
    }
  }

  void Polygon(const std::vector<Eigen::Vector2d>& points,
               const cv::Scalar& color) {
    const double sx =
        static_cast<double>(picture_.cols) / scene_.camera.width_px;
    const double sy =
        static_cast<double>(picture_.rows) / scene_.camera.height_px;
    for (size_t i = 0; i < points.size(); ++i) {
      const Eigen::Vector2d scale(sx, sy);
      Line(points[i].cwiseProduct(scale),
           points[(i + 1) % points.size()].cwiseProduct(scale),
           color,
           thickness_ + 1);
    }
  }

  /// A straight line of the room, bent as the lens bends it.
  void Edge(const Eigen::Vector3d& from,
            const Eigen::Vector3d& to,
            const cv::Scalar& color) {
    constexpr int kSteps = 60;
    std::optional<Eigen::Vector2d> last;
    for (int i = 0; i <= kSteps; ++i) {
      const auto p = camera_.Project(from + (to - from) * i / kSteps);
      if (p && last && p->norm() < 1e5 && last->norm() < 1e5) {
        Line(*last, *p, color, thickness_);
      }
      last = p;
    }
  }

  void DrawRoom() {
    const double h = scene_.room.height;
    for (const Wall& wall : scene_.room.Walls()) {
      if (!wall.real) continue;
      const Eigen::Vector2d a = wall.start;
      const Eigen::Vector2d b = a + wall.direction * wall.length;
      Edge({a.x(), 0, a.y()}, {b.x(), 0, b.y()}, kRoomColor);
      Edge({a.x(), h, a.y()}, {b.x(), h, b.y()}, kRoomColor);
      Edge({a.x(), 0, a.y()}, {a.x(), h, a.y()}, kRoomColor);
    }
  }

  void DrawOpenings() {
    const std::vector<Wall> walls = scene_.room.Walls();
    for (const Opening& o : scene_.room.openings) {
      const Wall& wall = walls.at(o.wall);
      const cv::Scalar color =
          o.kind == OpeningKind::kWindow ? cv::Scalar(0, 220, 255)
          : o.kind == OpeningKind::kDoor ? cv::Scalar(0, 255, 120)
                                         : cv::Scalar(255, 240, 0);
      const auto at = [&](double u, double v) {
        const Eigen::Vector2d p = wall.start + wall.direction * u;
        return Eigen::Vector3d(p.x(), v, p.y());
      };
      Edge(at(o.u0, o.v0), at(o.u1, o.v0), color);
      Edge(at(o.u1, o.v0), at(o.u1, o.v1), color);
      Edge(at(o.u1, o.v1), at(o.u0, o.v1), color);
      Edge(at(o.u0, o.v1), at(o.u0, o.v0), color);
    }
  }

  void DrawObstacles() {
    for (const Obstacle& obstacle : scene_.obstacles) {
      const auto& f = obstacle.footprint;
      for (size_t i = 0; i < f.size(); ++i) {
        const Eigen::Vector2d a = f[i], b = f[(i + 1) % f.size()];
        Edge({a.x(), 0, a.y()}, {b.x(), 0, b.y()}, kObstacleColor);
      }
    }
  }

  ImageU8 Result() const {
    ImageU8 image(picture_.cols, picture_.rows, 3);
    std::copy_n(picture_.data, image.size_bytes(), image.data());
    return image;
  }

 private:
  void Line(const Eigen::Vector2d& a,
            const Eigen::Vector2d& b,
            const cv::Scalar& color,
            int thickness) {
    const auto point = [](const Eigen::Vector2d& p) {
      return cv::Point(static_cast<int>(std::lround(p.x() * 16)) - 8,
                       static_cast<int>(std::lround(p.y() * 16)) - 8);
    };
    cv::line(picture_, point(a), point(b), color, thickness, cv::LINE_AA, 4);
  }

  cv::Mat picture_;
  const Scene& scene_;
  Camera camera_;
  int thickness_;
};

}  // namespace

ImageU8 DrawScene(const ImageU8& srgb, const Scene& scene) {
  Overlay overlay(srgb, scene);
  overlay.DrawLines();
  overlay.Tint(scene.free_floor, cv::Scalar(255, 0, 220), 0.15);
  overlay.Tint(scene.foreground, kObstacleColor, 0.5);
  overlay.DrawRoom();
  overlay.DrawOpenings();
  overlay.DrawObstacles();
  overlay.Polygon(scene.floor_polygon_px, kFloorColor);
  return overlay.Result();
}

}  // namespace stage::engine
