#include "rooms/modelled_room.h"

#include <algorithm>
#include <cmath>

#include "rooms/mesh_maker.h"

namespace stage::bench {
namespace {

using Eigen::Vector3d;
using engine::Material;
using engine::Opening;
using engine::OpeningKind;
using engine::Wall;

constexpr double kWallM = 0.16;  ///< thickness: depth of a window's reveal

Material Matt(const Eigen::Vector3f& color, float roughness = 0.8f) {
  Material material;
  material.base_color = color;
  material.roughness = roughness;
  return material;
}

Material Shining(const Eigen::Vector3f& radiance) {
  Material material = Matt({0.05f, 0.05f, 0.05f});
  material.emission = radiance;
  return material;
}

struct Palette {
  uint16_t wall, ceiling, floor, trim, door, metal, lawn;
};

/// One wall's own frame: u along it, v up, w out of the room.
struct WallFrame {
  Vector3d start, u, w;
  double length = 0;

  explicit WallFrame(const Wall& wall)
      : start(wall.start.x(), 0, wall.start.y()),
        u(wall.direction.x(), 0, wall.direction.y()),
        w(-wall.normal.x(), 0, -wall.normal.y()),
        length(wall.length) {}
  Vector3d At(double along, double up, double out = 0) const {
    return start + u * along + Vector3d(0, up, 0) + w * out;
  }
};

class Builder {
 public:
  explicit Builder(const RoomSpec& spec)
      : spec_(spec), layout_(LayoutOf(spec)) {}

  engine::RoomModel Build() {
    MakeMaterials();
    const double x = -spec_.left_m, z = -spec_.back_m;
    const Vector3d width(spec_.left_m + spec_.right_m, 0, 0);
    const Vector3d depth(0, 0, spec_.back_m + spec_.front_m);
    mesh_.AddQuad(
        {x, 0, z + depth.z()}, width, -depth, palette_.floor, kFloorTextureM);
    mesh_.AddQuad({x, spec_.ceiling_m, z}, width, depth, palette_.ceiling);
    const std::vector<Wall> walls = layout_.Walls();
    for (size_t i = 0; i < walls.size(); ++i) {
      AddWall(WallFrame(walls[i]), static_cast<int>(i));
    }
    for (const Block& block : spec_.blocks) AddBlock(block);
    AddGarden();
    engine::RoomModel model;
    engine::RenderObject object;
    object.mesh = mesh_.Take();
    model.objects.push_back(object);
    model.portals = portals_;
    model.daylight.to_sun = spec_.to_sun;
    const float sun = static_cast<float>(spec_.sun);
    model.daylight.sun_irradiance =
        engine::Color(1.0f * sun, 0.93f * sun, 0.82f * sun);
    return model;
  }

 private:
  void MakeMaterials() {
    palette_.wall = mesh_.AddMaterial(Matt(spec_.wall_color));
    palette_.ceiling = mesh_.AddMaterial(Matt({0.84f, 0.84f, 0.83f}));
    Material floor = Matt(spec_.floor_tint, FloorRoughness());
    floor.base_texture = DrawFloor(spec_.floor, 7);
    palette_.floor = mesh_.AddMaterial(floor);
    palette_.trim = mesh_.AddMaterial(Matt({0.8f, 0.8f, 0.79f}, 0.4f));
    palette_.door = mesh_.AddMaterial(Matt({0.77f, 0.76f, 0.74f}, 0.45f));
    Material metal = Matt({0.62f, 0.6f, 0.57f}, 0.3f);
    metal.metallic = 1;
    palette_.metal = mesh_.AddMaterial(metal);
    // Daylight enters through portals only, so what lies outside shines by
    // itself, in the tones it would have under the sky.
    palette_.lawn = mesh_.AddMaterial(Shining({0.3f, 0.36f, 0.17f}));
    for (const float tone : {0.05f, 0.08f, 0.11f, 0.15f, 0.2f}) {
      hedges_.push_back(
          mesh_.AddMaterial(Shining(Eigen::Vector3f(0.75f, 1, 0.4f) * tone)));
    }
  }

  float FloorRoughness() const {
    if (spec_.floor_roughness > 0) {
      return static_cast<float>(spec_.floor_roughness);
    }
    switch (spec_.floor) {
      case FloorKind::kCarpet:
        return 1.0f;
      case FloorKind::kTiles:
      case FloorKind::kDiagonalTiles:
        return 0.35f;
      default:
        return 0.42f;
    }
  }

  void AddWall(const WallFrame& frame, int index) {
    std::vector<double> us{0, frame.length}, vs{0, spec_.ceiling_m};
    std::vector<Opening> here;
    for (const Opening& o : spec_.openings) {
      if (o.wall != index) continue;
      here.push_back(o);
      us.insert(us.end(), {o.u0, o.u1});
      vs.insert(vs.end(), {o.v0, o.v1});
    }
    std::sort(us.begin(), us.end());
    std::sort(vs.begin(), vs.end());
    const auto is_open = [&](double u, double v) {
      return std::any_of(here.begin(), here.end(), [&](const Opening& o) {
        return u > o.u0 && u < o.u1 && v > o.v0 && v < o.v1;
      });
    };
    for (size_t i = 0; i + 1 < us.size(); ++i) {
      for (size_t j = 0; j + 1 < vs.size(); ++j) {
        const double du = us[i + 1] - us[i], dv = vs[j + 1] - vs[j];
        if (du < 1e-9 || dv < 1e-9 || is_open(us[i] + du / 2, vs[j] + dv / 2)) {
          continue;
        }
        // Facing the room: v x u, for w points out of it.
        mesh_.AddQuad(frame.At(us[i], vs[j]),
                      Vector3d(0, dv, 0),
                      frame.u * du,
                      palette_.wall);
      }
    }
    AddSkirting(frame, here);
    for (const Opening& o : here) {
      const bool is_glass =
          o.kind == OpeningKind::kDoor && o.u1 - o.u0 > kWidestDoorM;
      if (o.kind == OpeningKind::kWindow || is_glass) {
        AddWindow(frame, o);
      } else if (o.kind == OpeningKind::kPassage) {
        AddHall(frame, o);
      } else {
        AddDoor(frame, o);
      }
    }
  }

  void AddSlab(const WallFrame& frame,
               double u0,
               double u1,
               double v0,
               double v1,
               double w0,
               double w1,
               uint16_t material) {
    mesh_.AddBox(frame.At(u0, v0, w0),
                 frame.u * (u1 - u0),
                 Vector3d(0, v1 - v0, 0),
                 frame.w * (w1 - w0),
                 material);
  }

  void AddSkirting(const WallFrame& frame, const std::vector<Opening>& here) {
    std::vector<std::pair<double, double>> gaps;
    for (const Opening& o : here) {
      if (o.v0 < 0.05) gaps.push_back({o.u0 - 0.07, o.u1 + 0.07});
    }
    std::sort(gaps.begin(), gaps.end());
    double u = 0;
    gaps.push_back({frame.length, frame.length});
    for (const auto& [from, to] : gaps) {
      if (from > u) {
        AddSlab(frame, u, from, 0, spec_.skirting_m, -0.014, 0, palette_.trim);
      }
      u = std::max(u, to);
    }
  }

  void AddReveal(const WallFrame& f, const Opening& o) {
    const double du = o.u1 - o.u0, dv = o.v1 - o.v0;
    const Vector3d up(0, dv, 0), out = f.w * kWallM;
    mesh_.AddQuad(f.At(o.u0, o.v0), out, up, palette_.wall);
    mesh_.AddQuad(f.At(o.u1, o.v0), up, out, palette_.wall);
    mesh_.AddQuad(f.At(o.u0, o.v1), out, f.u * du, palette_.wall);
    mesh_.AddQuad(f.At(o.u0, o.v0), f.u * du, out, palette_.trim);
  }

  void AddWindow(const WallFrame& f, const Opening& o) {
    AddReveal(f, o);
    const double in = kWallM - 0.07, out = kWallM - 0.01, bar = 0.055;
    const auto slab = [&](double u0, double u1, double v0, double v1) {
      AddSlab(f, u0, u1, v0, v1, in, out, palette_.trim);
    };
    slab(o.u0, o.u0 + bar, o.v0, o.v1);
    slab(o.u1 - bar, o.u1, o.v0, o.v1);
    slab(o.u0 + bar, o.u1 - bar, o.v0, o.v0 + bar);
    slab(o.u0 + bar, o.u1 - bar, o.v1 - bar, o.v1);
    const int lights = std::max(1, static_cast<int>((o.u1 - o.u0) / 0.8));
    for (int i = 1; i < lights; ++i) {
      const double u = o.u0 + (o.u1 - o.u0) * i / lights;
      slab(u - 0.035, u + 0.035, o.v0 + bar, o.v1 - bar);
    }
    if (o.v0 > 0.1) {
      AddSlab(f,
              o.u0 - 0.03,
              o.u1 + 0.03,
              o.v0 - 0.03,
              o.v0,
              -0.04,
              0,
              palette_.trim);
    }
    const double du = o.u1 - o.u0, dv = o.v1 - o.v0;
    portals_.push_back(
        {f.At(o.u0, o.v0, kWallM), Vector3d(0, dv, 0), f.u * du});
  }

  void AddDoor(const WallFrame& f, const Opening& o) {
    AddReveal(f, o);
    const double casing = 0.07;
    AddSlab(f, o.u0 - casing, o.u0, 0, o.v1 + casing, -0.018, 0, palette_.trim);
    AddSlab(f, o.u1, o.u1 + casing, 0, o.v1 + casing, -0.018, 0, palette_.trim);
    AddSlab(f, o.u0, o.u1, o.v1, o.v1 + casing, -0.018, 0, palette_.trim);
    const double leaf = 0.04;  // set back from the wall's face
    AddSlab(f, o.u0, o.u1, 0.005, o.v1, leaf, leaf + 0.04, palette_.door);
    const double du = o.u1 - o.u0;
    for (const auto& [v0, v1] : {std::pair{0.18, 0.88}, {1.05, o.v1 - 0.16}}) {
      const double u0 = o.u0 + du * 0.17, u1 = o.u1 - du * 0.17, rim = 0.022;
      const auto moulding = [&](double a, double b, double c, double d) {
        AddSlab(f, a, b, c, d, leaf - 0.012, leaf, palette_.door);
      };
      moulding(u0, u1, v0, v0 + rim);
      moulding(u0, u1, v1 - rim, v1);
      moulding(u0, u0 + rim, v0 + rim, v1 - rim);
      moulding(u1 - rim, u1, v0 + rim, v1 - rim);
    }
    AddSlab(f,
            o.u0 + 0.05,
            o.u0 + 0.17,
            1.0,
            1.02,
            leaf - 0.06,
            leaf - 0.04,
            palette_.metal);
    AddSlab(f,
            o.u0 + 0.05,
            o.u0 + 0.07,
            0.99,
            1.03,
            leaf - 0.05,
            leaf,
            palette_.metal);
  }

  // A hall behind a passage, floored like the room; its walls shine a little,
  // as if lit from elsewhere.
  void AddHall(const WallFrame& f, const Opening& o) {
    AddReveal(f, o);
    Material lit = Matt(spec_.wall_color);
    lit.emission = 0.12f * spec_.wall_color;
    const uint16_t wall = mesh_.AddMaterial(lit);
    const double width = o.u1 - o.u0 + 2 * kHallMarginM;
    const Vector3d along = f.u * width, up(0, spec_.ceiling_m, 0);
    const Vector3d out = f.w * (kHallDepthM - kWallM);
    const Vector3d near = f.At(o.u0 - kHallMarginM, 0, kWallM);
    mesh_.AddQuad(f.At(o.u0, 0),
                  f.u * (o.u1 - o.u0),
                  f.w * kWallM,
                  palette_.floor,
                  kFloorTextureM);
    mesh_.AddQuad(near, along, out, palette_.floor, kFloorTextureM);
    mesh_.AddQuad(near + up, out, along, wall);
    mesh_.AddQuad(near + out, up, along, wall);
    mesh_.AddQuad(near, out, up, wall);
    mesh_.AddQuad(near + along, up, out, wall);
  }

  void AddBlock(const Block& block) {
    const Vector3d size = block.high - block.low;
    mesh_.AddBox(block.low,
                 {0, 0, size.z()},
                 {size.x(), 0, 0},
                 {0, size.y(), 0},
                 mesh_.AddMaterial(Matt(block.color, 0.5f)));
  }

  // A lawn and ragged hedges some way off, so that windows look onto something.
  void AddGarden() {
    mesh_.AddQuad({-40, -0.6, 40}, {80, 0, 0}, {0, 0, -80}, palette_.lawn);
    for (int side = 0; side < 4; ++side) {
      const Vector3d out(side == 0   ? -1
                         : side == 1 ? 1
                                     : 0,
                         0,
                         side == 2   ? -1
                         : side == 3 ? 1
                                     : 0);
      const Vector3d along(-out.z(), 0, out.x());
      for (int i = -110; i <= 110; ++i) {
        AddBush(out, along, i, side);
      }
    }
  }

  // A clump of leaves: a few small boxes of several tones, one above another.
  void AddBush(const Vector3d& out,
               const Vector3d& along,
               int index,
               int side) {
    constexpr double kFarM = 14, kStepM = 0.16, kLeafM = 0.22;
    for (int level = 0; level < 14; ++level) {
      const double wobble =
          std::sin(index * 12.9898 + level * 78.233 + side * 4.1) * 43758.5453;
      const double part = wobble - std::floor(wobble);
      const double tallest = 10 + 4 * std::sin(index * 0.21 + side);
      if (level > tallest + 2 * part) break;
      mesh_.AddBox(out * (kFarM + 0.9 * part) + along * (index * kStepM) +
                       Vector3d(0, -0.6 + level * 0.19, 0),
                   Vector3d(0, kLeafM, 0),
                   along * kLeafM,
                   out * 0.2,
                   hedges_[static_cast<size_t>(part * 97) % hedges_.size()]);
    }
  }

  const RoomSpec& spec_;
  engine::RoomLayout layout_;
  MeshMaker mesh_;
  Palette palette_{};
  std::vector<uint16_t> hedges_;
  std::vector<engine::RoomPortal> portals_;
};

}  // namespace

engine::Camera CameraOf(const RoomSpec& spec) {
  engine::Camera camera;
  camera.width_px = spec.width_px;
  camera.height_px = spec.height_px;
  camera.focal_px = spec.focal_px;
  camera.center_px = {spec.width_px / 2.0, spec.height_px / 2.0};
  camera.k1 = spec.k1;
  camera.position = {0, spec.camera_height_m, 0};
  camera.world_to_camera = engine::WorldToCamera(
      spec.pitch_degrees, spec.roll_degrees, spec.yaw_degrees);
  return camera;
}

engine::RoomLayout LayoutOf(const RoomSpec& spec) {
  engine::RoomLayout layout;
  layout.floor = {{-spec.left_m, -spec.back_m},
                  {-spec.left_m, spec.front_m},
                  {spec.right_m, spec.front_m},
                  {spec.right_m, -spec.back_m}};
  const auto& [on_left, width, depth] = spec.notch;
  if (width > 0 && on_left) {
    layout.floor.front().y() += depth;
    layout.floor.insert(layout.floor.begin(),
                        {{width - spec.left_m, -spec.back_m},
                         {width - spec.left_m, depth - spec.back_m}});
  } else if (width > 0) {
    layout.floor.back().y() += depth;
    layout.floor.push_back({spec.right_m - width, depth - spec.back_m});
    layout.floor.push_back({spec.right_m - width, -spec.back_m});
  }
  layout.wall_is_real.assign(layout.floor.size(), true);
  layout.height = spec.ceiling_m;
  layout.openings = spec.openings;
  return layout;
}

engine::RoomModel BuildRoom(const RoomSpec& spec) {
  return Builder(spec).Build();
}

}  // namespace stage::bench
