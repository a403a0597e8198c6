#include "rooms/random_room.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <random>
#include <span>

#include "rooms/sight.h"

namespace stage::bench {
namespace {

using engine::Opening;
using engine::OpeningKind;
using engine::Wall;

class Maker {
 public:
  explicit Maker(uint32_t seed) : random_(seed * 2654435761u + 12345u) {
    spec_.name = "random-" + std::to_string(seed);
  }

  RoomSpec Make() {
    MakeShape();
    MakeSurfaces();
    MakeOpenings();
    constexpr double kLeastFloor = 0.08;  // a photo to be furnished shows some
    for (int view = 0; view < 30; ++view) {
      spec_.blocks.clear();
      MakeCamera();
      MakeBlocks();
      if (FloorShare() >= kLeastFloor) break;
    }
    spec_.middle_tone = Between(0.22, 0.6);
    spec_.grain = Between(0.004, 0.02);
    return spec_;
  }

 private:
  double Between(double low, double high) {
    return low + (high - low) * (random_() / 4294967296.0);
  }
  bool Chance(double probability) { return Between(0, 1) < probability; }

  void MakeShape() {
    const double width = Between(2.6, 5.6);
    const double aside = Between(0.25, 0.75);
    spec_.left_m = width * aside;
    spec_.right_m = width * (1 - aside);
    spec_.back_m = Between(2.8, 6.2);
    spec_.front_m = Between(0.3, 1.2);
    spec_.ceiling_m = Between(2.4, 2.95);
    if (Chance(0.3)) {
      spec_.notch = {Chance(0.5),
                     Between(0.2, 0.45) * width,
                     Between(0.15, 0.4) * spec_.back_m};
    }
    spec_.skirting_m = Chance(0.9) ? Between(0.05, 0.15) : 0.02;
  }

  void MakeSurfaces() {
    const FloorKind kinds[] = {FloorKind::kOakPlanks,
                               FloorKind::kWalnutPlanks,
                               FloorKind::kTiles,
                               FloorKind::kDiagonalTiles,
                               FloorKind::kCarpet};
    spec_.floor = kinds[random_() % std::size(kinds)];
    const float grey = static_cast<float>(Between(0.6, 0.85));
    const float warm = static_cast<float>(Between(-0.03, 0.1));
    spec_.wall_color = {grey, grey - 0.4f * warm, grey - warm};
    const float tone = static_cast<float>(Between(0.65, 1.0));
    spec_.floor_tint = {tone, tone, tone * static_cast<float>(Between(0.9, 1))};
    if (spec_.floor != FloorKind::kCarpet) {
      spec_.floor_roughness =
          Chance(0.4) ? Between(0.08, 0.25) : Between(0.3, 0.6);
    }
    if (Chance(0.4)) {
      const double angle = Between(0, 2 * std::numbers::pi);
      spec_.to_sun = {std::cos(angle), Between(0.4, 0.9), std::sin(angle)};
      spec_.sun = Between(8, 24);
    }
  }

  bool AddOpening(const Wall& wall, int index, OpeningKind kind, double width) {
    Opening o;
    o.kind = kind;
    o.wall = index;
    o.confidence = 1;
    const double room = wall.length - width - 0.5;
    if (room < 0) return false;
    o.u0 = 0.25 + Between(0, room);
    o.u1 = o.u0 + width;
    const bool is_window = kind == OpeningKind::kWindow;
    o.v0 =
        is_window ? (Chance(0.25) ? Between(0.35, 0.5) : Between(0.6, 1.0)) : 0;
    o.v1 = is_window ? Between(1.95, 2.25) : Between(2.0, 2.12);
    const bool clashes = std::any_of(
        spec_.openings.begin(), spec_.openings.end(), [&](const Opening& p) {
          return p.wall == index && o.u0 < p.u1 + 0.3 && o.u1 > p.u0 - 0.3;
        });
    if (!clashes) spec_.openings.push_back(o);
    return !clashes;
  }

  void MakeOpenings() {
    const std::vector<Wall> walls = LayoutOf(spec_).Walls();
    bool lit = false;
    for (int round = 0; round < 2 || (!lit && round < 60); ++round) {
      for (size_t i = 0; i < walls.size(); ++i) {
        const Wall& wall = walls[i];
        if (wall.length < 1.4 || Chance(0.45)) continue;
        const double kind = Between(0, 1);
        const int index = static_cast<int>(i);
        if (kind < 0.5) {
          lit |=
              AddOpening(wall, index, OpeningKind::kWindow, Between(0.8, 2.3));
        } else if (kind < 0.7) {
          AddOpening(wall, index, OpeningKind::kDoor, Between(0.72, 0.95));
        } else if (kind < 0.85) {
          AddOpening(wall, index, OpeningKind::kPassage, Between(0.8, 1.8));
        } else {
          lit |= AddOpening(wall, index, OpeningKind::kDoor, Between(1.5, 2.6));
        }
      }
    }
  }

  void MakeCamera() {
    const int shape = random_() % 4;
    spec_.width_px = shape == 3 ? 720 : 960;
    spec_.height_px = shape == 0 ? 720 : shape == 3 ? 960 : 640;
    spec_.focal_px = 960 * std::exp(Between(std::log(0.42), std::log(0.8)));
    spec_.camera_height_m = Between(1.1, 1.6);
    const double toward =
        std::atan2(0.5 * (spec_.right_m - spec_.left_m), spec_.back_m) * 180 /
        std::numbers::pi;
    const double view = Between(0, 1);
    if (view < 0.3) {
      spec_.yaw_degrees = Between(-5, 5);  // frontal
    } else {
      spec_.yaw_degrees =
          0.5 * toward + (Chance(0.5) ? 1 : -1) * Between(8, 42);
    }
    const bool tilted = Chance(0.3);
    spec_.pitch_degrees = tilted ? Between(-5, 15) : Between(-1, 4);
    spec_.roll_degrees = tilted ? Between(-3, 3) : Between(-0.6, 0.6);
    if (shape == 3) spec_.pitch_degrees += Between(0, 4);
    spec_.k1 = Chance(0.2) ? Between(0.01, 0.06) : 0;
  }

  double FloorShare() const {
    constexpr double kShrink = 0.1;
    RoomSpec small = spec_;
    small.width_px = static_cast<int>(spec_.width_px * kShrink);
    small.height_px = static_cast<int>(spec_.height_px * kShrink);
    small.focal_px *= kShrink;
    const ImageU8 mask = Sight(small).FloorMask();
    const auto pixels = std::span(
        mask.data(), static_cast<size_t>(mask.width()) * mask.height());
    return static_cast<double>(std::ranges::count(pixels, 255)) /
           static_cast<double>(pixels.size());
  }

  void MakeBlocks() {
    if (!Chance(0.22)) return;
    const double turn = spec_.yaw_degrees * std::numbers::pi / 180;
    const double away = Between(2.3, std::max(2.4, spec_.back_m - 1.2));
    const double across = Between(-0.35, 0.35) * away;
    const Eigen::Vector3d at(away * std::sin(turn) + across * std::cos(turn),
                             0,
                             -away * std::cos(turn) + across * std::sin(turn));
    const bool is_column = Chance(0.35);
    const double w = is_column ? Between(0.15, 0.3) : Between(0.5, 1.0);
    const double d = is_column ? w : Between(0.3, 0.5);
    const double h = is_column ? spec_.ceiling_m : Between(0.86, 0.95);
    const Eigen::Vector3d half(w, 0, d);
    const Eigen::Vector3d low = at - half;
    const Eigen::Vector3d high = at + half + Eigen::Vector3d(0, h, 0);
    if (low.x() < 0.3 - spec_.left_m || high.x() > spec_.right_m - 0.3 ||
        low.z() < 0.5 - spec_.back_m || high.z() > -1.2) {
      return;
    }
    const float tone = static_cast<float>(Between(0.2, 0.8));
    spec_.blocks.push_back({low, high, {tone, tone * 0.97f, tone * 0.93f}});
  }

  std::mt19937 random_;
  RoomSpec spec_;
};

}  // namespace

RoomSpec RandomRoom(uint32_t seed) { return Maker(seed).Make(); }

}  // namespace stage::bench
