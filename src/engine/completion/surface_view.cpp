#include "engine/completion/surface_view.h"

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>

#include "engine/mat_view.h"
#include "engine/render/room_prism.h"

namespace stage::engine {
namespace {

// Of floor and ceiling, that goes along with a wall, in metres.
constexpr double kStripM = 0.12;
// Of a wall's foot and head, that skirtings and cornices may take.
constexpr double kSurroundingsM = 0.35;
constexpr double kSkirtingM = 0.30;
constexpr double kCorniceM = 0.25;
// A raster has no more pixels than this.
constexpr double kMostRasterPx = 2.5e6;
constexpr int kLeastSidePx = 24;
// How far around a hole a surface is laid out.
constexpr double kLeastReachM = 1.2;
constexpr double kReachInHoles = 1.0;
// Around an opening, that its frame and reveal take, in metres.
constexpr double kFrameM = 0.12;
// Of a very sure opening: what a hole may cover for the rest to tell what it
// hides, and what it has to cover to count.
constexpr double kVerySureOpening = 0.85;
constexpr double kMostHidden = 0.4;
constexpr double kLeastHidden = 0.005;
// Of others, that a hole covers to be taken for wall.
constexpr double kMostHiddenUnsure = 0.2;
// Pictures and lamps pass for openings, but hardly for sure ones.
constexpr double kSureOpening = 0.7;

using Face = RoomPrism::Face;

Eigen::Vector3d PointOn(const Face& face, double u, double v) {
  return (face.origin + static_cast<float>(u) * face.axis_u +
          static_cast<float>(v) * face.axis_v)
      .cast<double>();
}

// Where the ray through a pixel meets the plane of a face; nullopt behind.
std::optional<Eigen::Vector2d> CoordinatesAt(const Camera& camera,
                                             const Face& face,
                                             const Eigen::Vector2d& pixel) {
  const Eigen::Vector3d direction = camera.Ray(pixel);
  const Eigen::Vector3d normal = face.normal.cast<double>();
  const double toward = direction.dot(normal);
  if (toward > -1e-4) return std::nullopt;
  const double distance =
      (face.origin.cast<double>() - camera.position).dot(normal) / toward;
  if (distance <= 0) return std::nullopt;
  const Eigen::Vector3d point = camera.position + distance * direction;
  return face.Coordinates(point.cast<float>()).cast<double>();
}

// Face coordinates in metres (u, v, 1) to ideal pixels.
Eigen::Matrix3d FaceToIdeal(const Camera& camera, const Face& face) {
  Eigen::Matrix3d intrinsics;
  intrinsics << camera.focal_px, 0, camera.center_px.x(), 0, camera.focal_px,
      camera.center_px.y(), 0, 0, 1;
  Eigen::Matrix3d axes;
  axes.col(0) = face.axis_u.cast<double>();
  axes.col(1) = face.axis_v.cast<double>();
  axes.col(2) = face.origin.cast<double>() - camera.position;
  return intrinsics * camera.world_to_camera * axes;
}

// Which face each pixel shows; a face's index, or kNoSurface.
class FaceMap {
 public:
  FaceMap(const Scene& scene, int width, int height, KnownFaces known)
      : camera_(scene.camera.Resized(width, height)),
        prism_(scene.room),
        walls_(scene.room.Walls()),
        visibility_known_(!scene.room.wall_is_visible.empty()),
        height_m_(scene.room.height),
        known_(known),
        faces_(width, height, 1, SurfaceLayout::kNoSurface) {
    if (known == KnownFaces::kNone) return;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        faces_.at(x, y) = FaceAt({x + 0.5, y + 0.5});
      }
    }
  }

  const Camera& camera() const { return camera_; }
  double height_m() const { return height_m_; }
  const RoomPrism& prism() const { return prism_; }
  const ImageU8& faces() const { return faces_; }

 private:
  uint8_t FaceAt(const Eigen::Vector2d& pixel) const {
    const Eigen::Vector3d direction = camera_.Ray(pixel);
    const RoomHit hit = prism_.Intersect(camera_.position.cast<float>(),
                                         direction.cast<float>());
    if (hit.face < 0) return SurfaceLayout::kNoSurface;
    if (known_ == KnownFaces::kFloor) {
      return hit.face == RoomPrism::kFloor ? RoomPrism::kFloor
                                           : SurfaceLayout::kNoSurface;
    }
    if (hit.face >= RoomPrism::kFirstWall) {
      // Where the floor leaves the picture no wall begins.
      if (IsUnseen(hit.face - RoomPrism::kFirstWall)) {
        return direction.y() < 0 ? RoomPrism::kFloor : RoomPrism::kCeiling;
      }
      return static_cast<uint8_t>(hit.face);
    }
    // The strip of floor or ceiling in front of a wall goes with the wall.
    for (size_t i = 0; i < walls_.size(); ++i) {
      if (!walls_[i].real || IsUnseen(static_cast<int>(i))) continue;
      const int face = RoomPrism::kFirstWall + static_cast<int>(i);
      const Eigen::Vector2d foot(hit.point.x(), hit.point.z());
      const Eigen::Vector2d from_start = foot - walls_[i].start;
      const double along = from_start.dot(walls_[i].direction);
      const double away = from_start.dot(walls_[i].normal);
      if (along >= 0 && along <= walls_[i].length && away >= 0 &&
          away <= kStripM) {
        return static_cast<uint8_t>(face);
      }
    }
    return static_cast<uint8_t>(hit.face);
  }

  bool IsUnseen(int wall) const {
    return visibility_known_ && !walls_[wall].visible;
  }

  Camera camera_;
  RoomPrism prism_;
  std::vector<Wall> walls_;
  bool visibility_known_;
  double height_m_;
  KnownFaces known_;
  ImageU8 faces_;
};

struct Extent {
  double u0 = 1e9, u1 = -1e9, v0 = 1e9, v1 = -1e9;
  void Add(const Eigen::Vector2d& p) {
    u0 = std::min(u0, p.x());
    u1 = std::max(u1, p.x());
    v0 = std::min(v0, p.y());
    v1 = std::max(v1, p.y());
  }
};

// What of a surface is laid out: surroundings of the hole of its own size.
Extent Around(const Extent& open, const Extent& seen) {
  const double reach =
      std::max(kLeastReachM,
               kReachInHoles * std::max(open.u1 - open.u0, open.v1 - open.v0));
  return {std::max(seen.u0, open.u0 - reach),
          std::min(seen.u1, open.u1 + reach),
          std::max(seen.v0, open.v0 - reach),
          std::min(seen.v1, open.v1 + reach)};
}

// Photo pixels a metre around a point of a face, in the denser direction.
double Density(const Camera& camera,
               const Face& face,
               const Eigen::Vector2d& at) {
  constexpr double kStepM = 0.01;
  const auto here = camera.Project(PointOn(face, at.x(), at.y()));
  const auto along = camera.Project(PointOn(face, at.x() + kStepM, at.y()));
  const auto up = camera.Project(PointOn(face, at.x(), at.y() + kStepM));
  if (!here || !along || !up) return 0;
  return std::max((*along - *here).norm(), (*up - *here).norm()) / kStepM;
}

// The face as a raster about as dense as the photo is in the hole; nullopt
// when the face is seen too flat to be laid out.
std::optional<SurfaceView> ViewOf(const FaceMap& map,
                                  int face_index,
                                  const ImageU8& hole) {
  const Camera& camera = map.camera();
  const Face& face = map.prism().faces()[face_index];
  Extent seen, open;
  std::vector<double> densities;
  for (int y = 0; y < hole.height(); ++y) {
    for (int x = 0; x < hole.width(); ++x) {
      if (map.faces().at(x, y) != face_index) continue;
      const auto at = CoordinatesAt(camera, face, {x + 0.5, y + 0.5});
      if (!at) continue;
      seen.Add(*at);
      if (hole.at(x, y) == 0) continue;
      open.Add(*at);
      if ((x + y) % 7 == 0) densities.push_back(Density(camera, face, *at));
    }
  }
  if (densities.size() < 3) return std::nullopt;
  const auto middle =
      densities.begin() + static_cast<int64_t>(densities.size() * 3 / 4);
  std::nth_element(densities.begin(), middle, densities.end());
  double px_per_m = *middle;
  Extent extent = Around(open, seen);
  const double area_m2 = (extent.u1 - extent.u0) * (extent.v1 - extent.v0);
  px_per_m = std::min(px_per_m, std::sqrt(kMostRasterPx / area_m2));

  std::optional<SurfaceView::Rows> own_rows;
  if (face_index >= RoomPrism::kFirstWall) {
    const double rim = kSurroundingsM * px_per_m;
    own_rows = {rim, rim + (extent.v1 - extent.v0) * px_per_m};
    extent.v0 -= kSurroundingsM;
    extent.v1 += kSurroundingsM;
  }

  SurfaceView view;
  view.own_rows = own_rows;
  view.width = static_cast<int>(std::ceil((extent.u1 - extent.u0) * px_per_m));
  view.height = static_cast<int>(std::ceil((extent.v1 - extent.v0) * px_per_m));
  if (std::min(view.width, view.height) < kLeastSidePx) return std::nullopt;
  Eigen::Matrix3d raster_to_face;
  raster_to_face << 1 / px_per_m, 0, extent.u0, 0, 1 / px_per_m, extent.v0, 0,
      0, 1;
  view.raster_to_ideal = FaceToIdeal(camera, face) * raster_to_face;
  view.ideal_to_raster = view.raster_to_ideal.inverse();
  view.lens = camera;
  view.px_per_m = px_per_m;
  if (face_index >= RoomPrism::kFirstWall) {
    view.plain_rows = {(kSkirtingM - extent.v0) * px_per_m,
                       (map.height_m() - kCorniceM - extent.v0) * px_per_m};
  }
  return view;
}

bool Holds(const Opening& opening, const Eigen::Vector2d& at, double margin) {
  return at.x() >= opening.u0 - margin && at.x() <= opening.u1 + margin &&
         at.y() >= opening.v0 - margin && at.y() <= opening.v1 + margin;
}

// Calls body(x, y, opening index) for pixels on an opening of their wall.
template <typename Body>
void ForOpenings(const Scene& scene,
                 const FaceMap& map,
                 double margin,
                 const Body& body) {
  const std::vector<Opening>& openings = scene.room.openings;
  if (openings.empty()) return;
  for (int y = 0; y < map.faces().height(); ++y) {
    for (int x = 0; x < map.faces().width(); ++x) {
      const int wall = map.faces().at(x, y) - RoomPrism::kFirstWall;
      if (wall < 0 || map.faces().at(x, y) == SurfaceLayout::kNoSurface) {
        continue;
      }
      const Face& face = map.prism().faces()[RoomPrism::kFirstWall + wall];
      const auto at = CoordinatesAt(map.camera(), face, {x + 0.5, y + 0.5});
      if (!at) continue;
      for (size_t i = 0; i < openings.size(); ++i) {
        if (openings[i].confidence >= kSureOpening &&
            openings[i].wall == wall && Holds(openings[i], *at, margin)) {
          body(x, y, i);
        }
      }
    }
  }
}

// Of each opening, the share that the hole covers.
std::vector<double> HiddenShares(const Scene& scene,
                                 const FaceMap& map,
                                 const ImageU8& hole) {
  struct Count {
    int all = 0, open = 0;
  };
  std::vector<Count> pixels(scene.room.openings.size());
  ForOpenings(scene, map, 0, [&](int x, int y, size_t i) {
    ++pixels[i].all;
    if (hole.at(x, y) != 0) ++pixels[i].open;
  });
  std::vector<double> shares;
  for (const Count& count : pixels) {
    shares.push_back(static_cast<double>(count.open) / std::max(1, count.all));
  }
  return shares;
}

// Makes openings that are very sure and that the hole covers in part surfaces
// of their own, laid out as their walls are.
void LayOutOpenings(const Scene& scene,
                    const FaceMap& map,
                    const ImageU8& hole,
                    const std::array<uint8_t, 256>& surface_of,
                    SurfaceLayout& layout) {
  const std::vector<double> hidden = HiddenShares(scene, map, hole);
  const auto stays = [&](size_t i) {
    const bool sure = scene.room.openings[i].confidence >= kVerySureOpening;
    return hidden[i] <= (sure ? kMostHidden : kMostHiddenUnsure);
  };
  std::vector<uint8_t> own(hidden.size(), SurfaceLayout::kNoSurface);
  for (size_t i = 0; i < hidden.size(); ++i) {
    const Opening& opening = scene.room.openings[i];
    const int face = RoomPrism::kFirstWall + opening.wall;
    const uint8_t wall = surface_of[static_cast<size_t>(face)];
    if (wall == SurfaceLayout::kNoSurface || !stays(i) ||
        hidden[i] < kLeastHidden || opening.confidence < kVerySureOpening) {
      continue;
    }
    own[i] = static_cast<uint8_t>(layout.surfaces.size());
    SurfaceView view = layout.surfaces[wall];
    view.is_opening = true;
    view.plain_rows.reset();
    view.own_rows.reset();
    layout.surfaces.push_back(std::move(view));
  }
  ForOpenings(scene, map, kFrameM, [&](int x, int y, size_t i) {
    if (!stays(i)) return;
    layout.openings.at(x, y) = 255;
    if (own[i] != SurfaceLayout::kNoSurface) {
      layout.surface_at.at(x, y) = own[i];
    }
  });
}

}  // namespace

Eigen::Vector2d SurfaceView::ToPhoto(const Eigen::Vector2d& raster) const {
  const Eigen::Vector3d ideal = raster_to_ideal * raster.homogeneous();
  const Eigen::Vector2d pixel = ideal.hnormalized();
  return lens ? lens->Distort(pixel) : pixel;
}

std::optional<Eigen::Vector2d> SurfaceView::ToRaster(
    const Eigen::Vector2d& photo) const {
  const Eigen::Vector2d ideal = lens ? lens->Undistort(photo) : photo;
  const Eigen::Vector3d raster = ideal_to_raster * ideal.homogeneous();
  const Eigen::Vector2d at = raster.hnormalized();
  // In front of the camera the third coordinate keeps its sign.
  if ((raster_to_ideal * at.homogeneous()).z() <= 0) return std::nullopt;
  return at;
}

SurfaceLayout LayOutPicture(int width, int height) {
  SurfaceLayout layout;
  layout.surfaces.push_back({.width = width, .height = height});
  layout.surface_at = ImageU8(width, height, 1, 0);
  layout.openings = ImageU8(width, height, 1, 0);
  return layout;
}

SurfaceLayout LayOutSurfaces(const Scene& scene,
                             const ImageU8& hole,
                             KnownFaces known) {
  const int width = hole.width(), height = hole.height();
  const FaceMap map(scene, width, height, known);
  SurfaceLayout layout;
  layout.surface_at = ImageU8(width, height, 1, SurfaceLayout::kNoSurface);
  layout.openings = ImageU8(width, height, 1);
  std::array<bool, 256> touched{};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (hole.at(x, y) != 0) touched[map.faces().at(x, y)] = true;
    }
  }
  std::array<uint8_t, 256> surface_of;
  surface_of.fill(SurfaceLayout::kNoSurface);
  for (int face = 0; face < SurfaceLayout::kNoSurface; ++face) {
    if (!touched[face]) continue;
    if (auto view = ViewOf(map, face, hole)) {
      surface_of[face] = static_cast<uint8_t>(layout.surfaces.size());
      layout.surfaces.push_back(std::move(*view));
    }
  }
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      layout.surface_at.at(x, y) = surface_of[map.faces().at(x, y)];
    }
  }
  LayOutOpenings(scene, map, hole, surface_of, layout);
  // The rest is completed as the picture shows it.
  const auto rest = static_cast<uint8_t>(layout.surfaces.size());
  layout.surfaces.push_back({.width = width, .height = height});
  cv::Mat at = MatOf(layout.surface_at);
  at.setTo(rest, at == SurfaceLayout::kNoSurface);
  return layout;
}

}  // namespace stage::engine
