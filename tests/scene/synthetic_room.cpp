#include "scene/synthetic_room.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

using cv::Vec3f;

/// A repeatable pseudo-random value 0..1 of a lattice point.
float Hash(int x, int y, int z, uint32_t seed) {
  uint32_t h = seed * 0x9E3779B1u + static_cast<uint32_t>(x) * 0x85EBCA6Bu +
               static_cast<uint32_t>(y) * 0xC2B2AE35u +
               static_cast<uint32_t>(z) * 0x27D4EB2Fu;
  h ^= h >> 15;
  h *= 0x2C1B3C6Du;
  h ^= h >> 12;
  h *= 0x297A2D39u;
  h ^= h >> 15;
  return static_cast<float>(h >> 8) / (1 << 24);
}

/// Smooth noise 0..1.
float Noise(double x, double y, uint32_t seed) {
  const int ix = static_cast<int>(std::floor(x));
  const int iy = static_cast<int>(std::floor(y));
  const float fx = static_cast<float>(x - ix), fy = static_cast<float>(y - iy);
  const float a = Hash(ix, iy, 0, seed), b = Hash(ix + 1, iy, 0, seed);
  const float c = Hash(ix, iy + 1, 0, seed), d = Hash(ix + 1, iy + 1, 0, seed);
  return (a + (b - a) * fx) * (1 - fy) + (c + (d - c) * fx) * fy;
}

struct Hit {
  double t = std::numeric_limits<double>::infinity();
  Vec3f color{0, 0, 0};
  bool is_floor = false;
};

class Caster {
 public:
  explicit Caster(const SyntheticRoom& room)
      : room_(room), walls_(room.layout.Walls()) {
    for (const Opening& o : room.layout.openings) {
      if (o.kind != OpeningKind::kWindow) continue;
      const Wall& wall = walls_[o.wall];
      const Eigen::Vector2d p =
          wall.start + wall.direction * (0.5 * (o.u0 + o.u1));
      lights_.push_back({p.x(), 0.5 * (o.v0 + o.v1), p.y()});
    }
  }

  Hit Cast(const Eigen::Vector3d& from,
           const Eigen::Vector3d& ray,
           int bounces) const {
    Hit hit;
    MeetFloor(from, ray, hit);
    MeetCeiling(from, ray, hit);
    MeetWalls(from, ray, hit);
    for (const SyntheticRoom::Block& block : room_.blocks) {
      MeetBlock(block, from, ray, hit);
    }
    if (hit.is_floor && room_.gloss > 0 && bounces > 0) {
      const double cosine = std::min(1.0, std::abs(ray.y()));
      const double mirror =
          std::min(0.8, room_.gloss * std::pow(1 - cosine, 3) * 2.8);
      const Hit other =
          Cast(from + ray * hit.t, {ray.x(), -ray.y(), ray.z()}, bounces - 1);
      hit.color += (other.color - hit.color) * static_cast<float>(mirror);
    }
    return hit;
  }

 private:
  /// Daylight from the windows over an even base.
  float Light(const Eigen::Vector3d& p) const {
    float light = 0.78f;
    for (const Eigen::Vector3d& l : lights_) {
      light += 0.35f / static_cast<float>(1 + (p - l).squaredNorm());
    }
    return light;
  }

  Vec3f FloorColor(double x, double z) const {
    const double c = std::cos(room_.floor_turn), s = std::sin(room_.floor_turn);
    const double u = c * x + s * z, v = -s * x + c * z;
    float shade = 1;
    switch (room_.floor) {
      case FloorKind::kPlanks:
      case FloorKind::kDiagonalPlanks: {
        const int plank = static_cast<int>(std::floor(v / 0.12));
        const double along = u / 1.3 + Hash(plank, 7, 0, room_.seed);
        const int piece = static_cast<int>(std::floor(along));
        shade = 0.82f + 0.3f * Hash(plank, piece, 1, room_.seed) +
                0.1f * (Noise(u * 3, v * 60, room_.seed) - 0.5f);
        const double seam = std::abs(v / 0.12 - std::round(v / 0.12)) * 0.12;
        if (seam < 0.0025) shade *= 0.6f;
        break;
      }
      case FloorKind::kTiles:
      case FloorKind::kDiagonalTiles: {
        const double size = 0.45;
        const double du = std::abs(u / size - std::round(u / size)) * size;
        const double dv = std::abs(v / size - std::round(v / size)) * size;
        shade = 0.95f + 0.1f * Hash(static_cast<int>(std::floor(u / size)),
                                    static_cast<int>(std::floor(v / size)),
                                    2,
                                    room_.seed);
        if (std::min(du, dv) < 0.006) shade *= 0.55f;
        break;
      }
      case FloorKind::kCarpet:
        shade = 0.85f + 0.2f * Noise(u * 45, v * 45, room_.seed) +
                0.1f * Noise(u * 4, v * 4, room_.seed + 1);
        break;
      case FloorKind::kMarble: {
        const double bend = 2.5 * Noise(u * 1.5, v * 1.5, room_.seed);
        const double vein = std::abs(std::sin(3 * u + 2 * v + 4 * bend));
        shade = 0.96f - (vein < 0.06 ? 0.2f : 0.f) +
                0.05f * Noise(u * 5, v * 5, room_.seed);
        break;
      }
    }
    return room_.floor_color * shade;
  }

  void MeetFloor(const Eigen::Vector3d& from,
                 const Eigen::Vector3d& ray,
                 Hit& hit) const {
    if (ray.y() >= -1e-9 || from.y() < 1e-6) return;
    const double t = from.y() / -ray.y();
    const Eigen::Vector3d p = from + ray * t;
    hit.t = t;
    hit.is_floor = true;
    hit.color = FloorColor(p.x(), p.z()) * Light(p);
  }

  void MeetCeiling(const Eigen::Vector3d& from,
                   const Eigen::Vector3d& ray,
                   Hit& hit) const {
    if (ray.y() <= 1e-9) return;
    const double t = (room_.layout.height - from.y()) / ray.y();
    hit.t = t;
    hit.is_floor = false;
    hit.color = Vec3f(0.9f, 0.9f, 0.89f) * (0.94f * Light(from + ray * t));
  }

  void MeetWalls(const Eigen::Vector3d& from,
                 const Eigen::Vector3d& ray,
                 Hit& hit) const {
    const Eigen::Vector2d eye(from.x(), from.z()), along(ray.x(), ray.z());
    for (size_t i = 0; i < walls_.size(); ++i) {
      const Wall& wall = walls_[i];
      const double facing = along.dot(wall.normal);
      if (facing >= -1e-9) continue;
      const double t = (wall.start - eye).dot(wall.normal) / facing;
      if (t <= 1e-6 || t >= hit.t) continue;
      const double u = (eye + along * t - wall.start).dot(wall.direction);
      const double v = from.y() + ray.y() * t;
      if (u < 0 || u > wall.length || v < 0 || v > room_.layout.height)
        continue;
      if (PassesThrough(static_cast<int>(i), u, v, from, ray, hit)) continue;
      hit.t = t;
      hit.is_floor = false;
      hit.color = WallColor(static_cast<int>(i), u, v, from + ray * t);
    }
  }

  /// A passage shows the floor of a hall 2.5 m deep, then its wall.
  bool PassesThrough(int wall_index,
                     double u,
                     double v,
                     const Eigen::Vector3d& from,
                     const Eigen::Vector3d& ray,
                     Hit& hit) const {
    for (const Opening& o : room_.layout.openings) {
      if (o.wall != wall_index || o.kind != OpeningKind::kPassage) continue;
      if (u < o.u0 || u > o.u1 || v > o.v1) continue;
      const Wall& wall = walls_[wall_index];
      const Eigen::Vector2d back = wall.start - 2.5 * wall.normal;
      const Eigen::Vector2d eye(from.x(), from.z()), along(ray.x(), ray.z());
      const double t = (back - eye).dot(wall.normal) / along.dot(wall.normal);
      if (t < hit.t) {
        hit.t = t;
        hit.is_floor = false;
        hit.color = Vec3f(0.7f, 0.69f, 0.67f);
      }
      return true;
    }
    return false;
  }

  Vec3f WallColor(int index,
                  double u,
                  double v,
                  const Eigen::Vector3d& p) const {
    constexpr double kFrame = 0.07;
    const Vec3f white(0.93f, 0.93f, 0.92f);
    for (const Opening& o : room_.layout.openings) {
      if (o.wall != index) continue;
      const double outside =
          std::max(std::max(o.u0 - u, u - o.u1), std::max(o.v0 - v, v - o.v1));
      if (outside > kFrame) continue;
      if (outside > 0) {
        // A frame shows by the shadow line around it.
        return white *
               (outside > kFrame - 0.012 || outside < 0.012 ? 0.7f : 0.97f);
      }
      if (o.kind == OpeningKind::kWindow) {
        const double middle = 0.5 * (o.u0 + o.u1);
        if (std::abs(u - middle) < 0.03) return white * 0.9f;
        const float leaves = Noise(u * 12, v * 12, room_.seed + 5);
        return v > 1.7 ? Vec3f(0.95f, 0.98f, 1.f)
                       : Vec3f(0.35f, 0.5f, 0.3f) * (0.6f + 0.8f * leaves);
      }
      const double pu = (u - o.u0) / (o.u1 - o.u0);
      const double pv = (v - o.v0) / (o.v1 - o.v0);
      const bool panel_rim = std::abs(std::abs(pu - 0.5) - 0.33) < 0.012 ||
                             std::abs(pv - 0.45) < 0.008 ||
                             std::abs(pv - 0.55) < 0.008;
      return white * (panel_rim ? 0.75f : 0.92f);
    }
    if (v < room_.skirting_height) {
      const bool lip = v > room_.skirting_height - 0.012;
      return room_.skirting_color * ((lip ? 0.82f : 0.97f) * Light(p));
    }
    if (v > room_.layout.height - room_.molding_height) {
      return white * (0.95f * Light(p));
    }
    // Walls facing different ways get different light; corners get less.
    const float turn =
        walls_[index].normal.x() * 0.05f + walls_[index].normal.y() * 0.03f;
    const double corner =
        std::min({u, walls_[index].length - u, v, room_.layout.height - v});
    const float crease =
        1 - 0.08f * static_cast<float>(std::exp(-corner / 0.15));
    return room_.wall_colors[index] * ((0.97f + turn) * crease * Light(p));
  }

  void MeetBlock(const SyntheticRoom::Block& block,
                 const Eigen::Vector3d& from,
                 const Eigen::Vector3d& ray,
                 Hit& hit) const {
    double t0 = 1e-6, t1 = hit.t;
    int axis = -1;
    for (int i = 0; i < 3; ++i) {
      double a = (block.low[i] - from[i]) / ray[i];
      double b = (block.high[i] - from[i]) / ray[i];
      if (a > b) std::swap(a, b);
      if (a > t0) {
        t0 = a;
        axis = i;
      }
      t1 = std::min(t1, b);
    }
    if (axis < 0 || t0 >= t1) return;
    hit.t = t0;
    hit.is_floor = false;
    hit.color = block.color * (axis == 0 ? 0.8f : axis == 1 ? 1.05f : 0.95f);
  }

  const SyntheticRoom& room_;
  std::vector<Wall> walls_;
  std::vector<Eigen::Vector3d> lights_;
};

class RoomMaker {
 public:
  explicit RoomMaker(uint32_t seed) : random_(seed) {
    for (int i = 0; i < 8; ++i) random_();
    room_.seed = seed;
  }

  SyntheticRoom Make() {
    MakeOutline();
    MakeSurfaces();
    MakeOpenings();
    MakeBlocks();
    MakeCamera();
    room_.noise = Between(0.003, 0.02);
    room_.blur = Between(0.3, 1.2);
    return room_;
  }

 private:
  double Between(double low, double high) {
    return low + (high - low) * (random_() / 4294967296.0);
  }
  bool Chance(double probability) { return Between(0, 1) < probability; }

  void MakeOutline() {
    left_ = -Between(0.5, 4);
    right_ = std::max(Between(0.5, 4), 2.4 + left_);
    back_ = -Between(2.4, 6.5);
    const double front = Between(0.3, 1.5);
    auto& floor = room_.layout.floor;
    floor = {{left_, back_}, {left_, front}, {right_, front}, {right_, back_}};
    if (Chance(0.45)) {
      // A return in one of the far corners.
      const double w = Between(0.25, 0.45) * (right_ - left_);
      const double d = Between(0.15, 0.4) * -back_;
      if (Chance(0.5)) {
        floor = {{left_, back_},
                 {left_, front},
                 {right_, front},
                 {right_, back_ + d},
                 {right_ - w, back_ + d},
                 {right_ - w, back_}};
      } else {
        floor = {{left_ + w, back_},
                 {left_ + w, back_ + d},
                 {left_, back_ + d},
                 {left_, front},
                 {right_, front},
                 {right_, back_}};
      }
    }
    room_.layout.height = Between(2.35, 3.0);
  }

  void MakeSurfaces() {
    const float grey = static_cast<float>(Between(0.65, 0.92));
    const float tint = static_cast<float>(Between(-0.05, 0.08));
    const Vec3f wall(grey, grey - 0.3f * tint, grey - tint);
    room_.wall_colors.assign(room_.layout.floor.size(), wall);
    const FloorKind kinds[] = {FloorKind::kPlanks,
                               FloorKind::kPlanks,
                               FloorKind::kDiagonalPlanks,
                               FloorKind::kTiles,
                               FloorKind::kDiagonalTiles,
                               FloorKind::kCarpet,
                               FloorKind::kMarble};
    room_.floor = kinds[random_() % std::size(kinds)];
    room_.floor_turn = Chance(0.5) ? 0 : std::numbers::pi / 2;
    const Vec3f woods[] = {{0.62f, 0.42f, 0.25f},
                           {0.72f, 0.6f, 0.47f},
                           {0.42f, 0.3f, 0.22f},
                           {0.6f, 0.56f, 0.5f}};
    const Vec3f stones[] = {
        {0.8f, 0.76f, 0.7f}, {0.6f, 0.58f, 0.56f}, {0.86f, 0.85f, 0.83f}};
    switch (room_.floor) {
      case FloorKind::kDiagonalPlanks:
      case FloorKind::kPlanks:
        room_.floor_color = woods[random_() % 4];
        room_.gloss = Chance(0.5) ? Between(0.1, 0.5) : 0;
        break;
      case FloorKind::kCarpet:
        room_.floor_color = stones[random_() % 2] * 0.9f;
        break;
      default:
        room_.floor_color = stones[random_() % 3];
        room_.gloss = Chance(0.6) ? Between(0.1, 0.8) : 0;
    }
    if (room_.floor == FloorKind::kDiagonalPlanks ||
        room_.floor == FloorKind::kDiagonalTiles) {
      room_.floor_turn = std::numbers::pi / 4;
    }
    room_.skirting_height = Chance(0.85) ? Between(0.05, 0.16) : 0;
    if (Chance(0.2)) room_.skirting_color = room_.floor_color * 0.8f;
    room_.molding_height = Chance(0.3) ? Between(0.05, 0.15) : 0;
  }

  void MakeOpenings() {
    const std::vector<Wall> walls = room_.layout.Walls();
    for (size_t i = 0; i < walls.size(); ++i) {
      if (walls[i].length < 1.6 || Chance(0.3)) continue;
      Opening o;
      o.wall = static_cast<int>(i);
      const double kind = Between(0, 1);
      o.kind = kind < 0.5   ? OpeningKind::kWindow
               : kind < 0.7 ? OpeningKind::kDoor
                            : OpeningKind::kPassage;
      const bool window = o.kind == OpeningKind::kWindow;
      const double width = window ? Between(0.8, 2.0) : Between(0.75, 1.1);
      o.u0 = Between(0.2, std::max(0.25, walls[i].length - width - 0.2));
      o.u1 = std::min(o.u0 + width, walls[i].length - 0.1);
      o.v0 = window ? Between(0.5, 1.0) : 0;
      o.v1 = window ? Between(2.0, 2.25) : 2.04;
      room_.layout.openings.push_back(o);
    }
  }

  void MakeBlocks() {
    if (!Chance(0.2)) return;
    const double x = Between(left_ + 0.6, right_ - 0.6);
    const double z = Between(back_ + 0.8, -1.6);
    const double w = Between(0.2, 0.6), d = Between(0.2, 0.4);
    const double h = Chance(0.5) ? 0.92 : room_.layout.height;
    if (z > -1.8 || back_ > -3) return;
    room_.blocks.push_back(
        {{x - w, 0, z - d}, {x + w, h, z + d}, {0.88f, 0.87f, 0.85f}});
  }

  void MakeCamera() {
    Camera& camera = room_.camera;
    const int shape = random_() % 4;
    camera.width_px = shape == 3 ? 750 : 1000;
    camera.height_px = shape == 0 ? 750 : shape == 3 ? 1000 : 667;
    camera.focal_px = 1000 * std::exp(Between(std::log(0.42), std::log(0.85)));
    camera.center_px = {camera.width_px / 2.0, camera.height_px / 2.0};
    camera.k1 = Chance(0.25) ? Between(0.02, 0.08) : 0;
    // Towards the middle of the far wall, give or take.
    const double target = 0.5 * (left_ + right_);
    const double toward = std::atan2(target, -back_) * 180 / std::numbers::pi;
    const bool tilted = Chance(0.35);
    camera.world_to_camera = WorldToCamera(
        tilted ? Between(-6, 16) : Between(-1, 2),
        tilted ? Between(-3, 3) : Between(-0.5, 0.5),
        Chance(0.3) ? Between(-1, 1) : 0.6 * toward + Between(-28, 28));
    camera.position = {0, Between(1.15, 1.6), 0};
  }

  std::mt19937 random_;
  SyntheticRoom room_;
  double left_ = 0, right_ = 0, back_ = 0;
};

}  // namespace

SyntheticRoom MakeRoom(uint32_t seed) { return RoomMaker(seed).Make(); }

SyntheticPhoto DrawRoom(const SyntheticRoom& room) {
  const Caster caster(room);
  const int w = room.camera.width_px, h = room.camera.height_px;
  cv::Mat picture(h, w, CV_32FC3);
  SyntheticPhoto photo;
  photo.floor = cv::Mat::zeros(h, w, CV_8U);
  cv::parallel_for_({0, h}, [&](const cv::Range& rows) {
    for (int y = rows.start; y < rows.end; ++y) {
      for (int x = 0; x < w; ++x) {
        Vec3f sum(0, 0, 0);
        int on_floor = 0;
        for (const auto& [dx, dy] : {std::pair(0.125, 0.375),
                                     std::pair(0.375, 0.875),
                                     std::pair(0.625, 0.125),
                                     std::pair(0.875, 0.625)}) {
          const Hit hit = caster.Cast(
              room.camera.position, room.camera.Ray({x + dx, y + dy}), 1);
          sum += hit.color;
          on_floor += hit.is_floor;
        }
        picture.at<Vec3f>(y, x) = sum * 0.25f;
        if (on_floor >= 2) photo.floor.at<uchar>(y, x) = 255;
      }
    }
  });
  cv::GaussianBlur(picture, picture, {0, 0}, room.blur);
  photo.srgb = ImageU8(w, h, 3);
  std::mt19937 random(room.seed);
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      for (int c = 0; c < 3; ++c) {
        // The mean of four uniform values is near enough to a Gaussian.
        double grain = -2;
        for (int i = 0; i < 4; ++i) grain += random() / 4294967296.0;
        const double v = picture.at<Vec3f>(y, x)[c] + grain * 1.73 * room.noise;
        photo.srgb.at(x, y, c) = cv::saturate_cast<uchar>(255 * v);
      }
    }
  }
  return photo;
}

}  // namespace stage::engine
