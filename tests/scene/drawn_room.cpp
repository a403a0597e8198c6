#include "scene/drawn_room.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <random>

namespace stage::engine::testing {
namespace {

constexpr int kWidth = 1000;
constexpr int kHeight = 667;

class Draw {
 public:
  explicit Draw(uint32_t seed) : random_(seed) {}
  double Uniform(double low, double high) {
    return low + (high - low) * (random_() / 4294967296.0);
  }
  bool Chance(double probability) { return Uniform(0, 1) < probability; }

 private:
  std::mt19937 random_;
};

double Noise(double x, double y) {
  const double s = std::sin(x * 12.9898 + y * 78.233) * 43758.5453;
  return s - std::floor(s);
}

// What is outside: sky above, mottled green below.
Eigen::Vector3d Outside(double u, double v) {
  const double leaf = Noise(std::floor(u * 9), std::floor(v * 9));
  const double fine = Noise(std::floor(u * 31), std::floor(v * 31));
  if (v > 1.7 + 0.2 * leaf) return {0.72, 0.85, 0.98};
  return Eigen::Vector3d(0.25, 0.42, 0.16) * (0.5 + 0.6 * leaf + 0.6 * fine);
}

Eigen::Vector3d OpeningColor(const Opening& o,
                             double u,
                             double v,
                             const Eigen::Vector3d& wall) {
  const double edge =
      std::min({u - o.u0,
                o.u1 - u,
                o.v1 - v,
                o.kind == OpeningKind::kWindow ? v - o.v0 : 9.0});
  const Eigen::Vector3d white(0.93, 0.93, 0.92);
  if (o.kind == OpeningKind::kWindow) {
    const double middle = std::abs(u - (o.u0 + o.u1) / 2);
    return edge < 0.06 || middle < 0.025 ? white : Outside(u, v);
  }
  if (o.kind == OpeningKind::kPassage) {
    return edge < 0.05 ? white : Eigen::Vector3d(0.35, 0.32, 0.28);
  }
  if (edge < 0.07) {
    return white * (edge < 0.012 || edge > 0.058 ? 0.62 : 1.0);
  }
  const double pu = (u - o.u0) / (o.u1 - o.u0);
  const double pv = v / o.v1;
  const bool in_panel = pu > 0.25 && pu < 0.75 &&
                        ((pv > 0.1 && pv < 0.45) || (pv > 0.52 && pv < 0.88));
  const bool on_rim = in_panel && (pu < 0.28 || pu > 0.72 || pv < 0.12 ||
                                   (pv > 0.43 && pv < 0.54) || pv > 0.86);
  return (0.5 * white + 0.5 * wall) * (on_rim ? 0.82 : 0.97);
}

struct Surfaces {
  Eigen::Vector3d wall, floor;
  double skirting_m;
};

Eigen::Vector3d ColorAlong(const DrawnRoom& drawn,
                           const std::vector<Wall>& walls,
                           const Surfaces& surfaces,
                           const Eigen::Vector3d& ray) {
  const Eigen::Vector3d& eye = drawn.camera.position;
  double nearest = 1e9;
  Eigen::Vector3d color(0.5, 0.5, 0.5);
  if (ray.y() < -1e-6) {
    nearest = -eye.y() / ray.y();
    const Eigen::Vector3d p = eye + ray * nearest;
    const double board = Noise(std::floor(p.x() * 8), std::floor(p.z() * 0.9));
    const bool joint = std::abs(p.x() * 8 - std::round(p.x() * 8)) < 0.02;
    color = surfaces.floor * (0.85 + 0.25 * board) * (joint ? 0.7 : 1.0);
  } else if (ray.y() > 1e-6) {
    nearest = (drawn.room.height - eye.y()) / ray.y();
    color = {0.94, 0.94, 0.93};
  }
  for (size_t i = 0; i < walls.size(); ++i) {
    const Wall& wall = walls[i];
    const double facing = Eigen::Vector2d(ray.x(), ray.z()).dot(wall.normal);
    if (facing >= -1e-9) continue;
    const double t =
        (wall.start - Eigen::Vector2d(eye.x(), eye.z())).dot(wall.normal) /
        facing;
    if (t <= 0 || t >= nearest) continue;
    const Eigen::Vector3d p = eye + ray * t;
    const double u =
        (Eigen::Vector2d(p.x(), p.z()) - wall.start).dot(wall.direction);
    if (u < 0 || u > wall.length) continue;
    nearest = t;
    color = surfaces.wall * (0.8 + 0.2 * std::exp(-0.4 * u)) *
            (i % 2 == 0 ? 0.92 : 1.0);
    if (p.y() < surfaces.skirting_m) {
      color = Eigen::Vector3d(0.93, 0.93, 0.93) *
              (p.y() > surfaces.skirting_m - 0.012 ? 0.75 : 1.0);
    }
    for (const Opening& o : drawn.openings) {
      if (o.wall == static_cast<int>(i) && u > o.u0 && u < o.u1 &&
          p.y() > o.v0 && p.y() < o.v1) {
        color = OpeningColor(o, u, p.y(), color);
      }
    }
  }
  return color;
}

void AddOpenings(Draw& draw, DrawnRoom& drawn) {
  const std::vector<Wall> walls = drawn.room.Walls();
  for (int i = 0; i < static_cast<int>(walls.size()); ++i) {
    if (!walls[i].real) continue;
    double u = draw.Uniform(0.3, 0.8);
    while (u < walls[i].length - 1.2) {
      Opening o;
      o.wall = i;
      o.u0 = u;
      const double roll = draw.Uniform(0, 1);
      if (roll < 0.45) {
        o.kind = OpeningKind::kWindow;
        o.u1 = u + draw.Uniform(0.7, 1.8);
        o.v0 = draw.Uniform(0.5, 1.0);
        o.v1 = draw.Uniform(1.95, 2.25);
      } else {
        o.kind = roll < 0.8 ? OpeningKind::kDoor : OpeningKind::kPassage;
        o.u1 = u +
               (roll < 0.8 ? draw.Uniform(0.75, 0.95) : draw.Uniform(0.9, 1.6));
        o.v1 = draw.Uniform(1.98, 2.12);
      }
      if (o.u1 < walls[i].length - 0.2) drawn.openings.push_back(o);
      u = o.u1 + draw.Uniform(0.5, 2.5);
    }
  }
}

}  // namespace

DrawnRoom DrawRoom(uint32_t seed, const DrawnRoomOptions& options) {
  Draw draw(seed);
  DrawnRoom drawn;
  Camera& camera = drawn.camera;
  camera.width_px = kWidth;
  camera.height_px = kHeight;
  camera.focal_px = kWidth * draw.Uniform(0.45, 0.75);
  camera.center_px = {kWidth / 2.0, kHeight / 2.0};
  camera.position = {0, draw.Uniform(1.2, 1.6), 0};
  camera.world_to_camera = WorldToCamera(
      draw.Uniform(-3, 9), draw.Uniform(-1, 1), draw.Uniform(-38, 38));
  const double left = -draw.Uniform(1.2, 2.8), right = draw.Uniform(1.2, 2.8);
  const double back = -draw.Uniform(2.8, 5.0);
  drawn.room.floor = {{left, 0.8}, {right, 0.8}, {right, back}, {left, back}};
  drawn.room.wall_is_real = {false, true, true, true};
  drawn.room.height = draw.Uniform(2.4, 2.8);
  if (options.openings) AddOpenings(draw, drawn);
  Surfaces surfaces;
  const double tone = draw.Uniform(0.7, 0.9);
  surfaces.wall = Eigen::Vector3d(
      tone, tone * draw.Uniform(0.95, 1), tone * draw.Uniform(0.85, 1));
  surfaces.floor = Eigen::Vector3d(0.55, 0.42, 0.3) * draw.Uniform(0.7, 1.3);
  surfaces.skirting_m = draw.Uniform(0.07, 0.14);

  const std::vector<Wall> walls = drawn.room.Walls();
  cv::Mat picture(kHeight, kWidth, CV_32FC3);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const Eigen::Vector3d color =
          ColorAlong(drawn, walls, surfaces, camera.Ray({x + 0.5, y + 0.5}));
      picture.at<cv::Vec3f>(y, x) = {static_cast<float>(color.x()),
                                     static_cast<float>(color.y()),
                                     static_cast<float>(color.z())};
    }
  }
  cv::GaussianBlur(picture, picture, {}, draw.Uniform(0.6, 1.1));
  drawn.srgb = ImageU8(kWidth, kHeight, 3);
  const double grain = draw.Uniform(0.004, 0.012);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const double g = grain * (draw.Uniform(-1, 1) + draw.Uniform(-1, 1));
      for (int c = 0; c < 3; ++c) {
        const double value = picture.at<cv::Vec3f>(y, x)[c] + g;
        drawn.srgb.at(x, y, c) = static_cast<uint8_t>(
            std::lround(std::clamp(value, 0.0, 1.0) * 255));
      }
    }
  }
  return drawn;
}

std::vector<double> OpeningBoxPx(const Camera& camera,
                                 const RoomLayout& room,
                                 const Opening& opening) {
  const Wall wall = room.Walls()[opening.wall];
  double x0 = 1e9, y0 = 1e9, x1 = -1e9, y1 = -1e9;
  for (int i = 0; i <= 20; ++i) {
    for (int j = 0; j <= 20; ++j) {
      const double u = opening.u0 + (opening.u1 - opening.u0) * i / 20;
      const double v = opening.v0 + (opening.v1 - opening.v0) * j / 20;
      const Eigen::Vector2d foot = wall.start + wall.direction * u;
      const auto pixel = camera.Project({foot.x(), v, foot.y()});
      if (!pixel || pixel->x() < 0 || pixel->y() < 0 ||
          pixel->x() > camera.width_px || pixel->y() > camera.height_px) {
        continue;
      }
      x0 = std::min(x0, pixel->x());
      x1 = std::max(x1, pixel->x());
      y0 = std::min(y0, pixel->y());
      y1 = std::max(y1, pixel->y());
    }
  }
  if (x1 <= x0 || y1 <= y0) return {0, 0, 0, 0};
  return {x0, y0, x1 - x0, y1 - y0};
}

}  // namespace stage::engine::testing
