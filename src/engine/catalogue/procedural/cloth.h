#pragma once

#include <functional>
#include <vector>

#include "engine/catalogue/procedural/part.h"

namespace stage::engine::procedural {

/// Solid things that cloth lies on: the union of simple rounded bodies.
class Colliders {
 public:
  /// A rounded box, turned by the rotation of `pose`.
  void AddBox(const Pose& pose, const Vec3& half, float radius);
  void AddBox(const Vec3& low, const Vec3& high, float radius);
  /// Everything below a plane.
  void AddPlane(const Vec3& point, const Vec3& normal);
  /// About an ellipsoid: a pillow that another leans on.
  void AddEllipsoid(const Pose& pose, const Vec3& half);
  void AddCapsule(const Vec3& from, const Vec3& to, float radius);

  /// Signed distance, metres, and the way out.
  float Distance(const Vec3& point, Vec3& normal) const;
  bool empty() const { return bodies_.empty(); }

 private:
  enum class Shape { kBox, kPlane, kEllipsoid, kCapsule };
  struct Body {
    Shape shape;
    Eigen::Matrix3f to_local;
    Vec3 centre, half;
    float radius;
  };
  std::vector<Body> bodies_;
};

struct ClothSettings {
  Vec3 gravity{0, -9.8f, 0};
  /// Pushes outwards, m/s^2, until the volume reaches `volume` m^3; a part
  /// under pressure must be closed.
  float pressure = 0;
  float volume = 0;
  float tightness = 1;  ///< rest lengths against the starting shape
  float stretch = 1;    ///< 0..1 of a stretch undone in a step
  float bend = 0.1f;    ///< 0..1 of a bend undone in a step: stiff cloth
  int steps = 240;
  float step_s = 1.0f / 120;
  float damping = 2;  ///< 1/s
  float friction = 0.6f;
  float margin = 0.004f;  ///< kept between cloth and colliders, metres
  int smoothing = 1;      ///< Laplacian passes at the end
  /// Loops of vertices sewn with a cord: pulled in to `gather` of their length
  /// and stiff along their run, so that seams pucker evenly.
  std::vector<std::vector<uint32_t>> seams;
  float gather = 0.95f;
  /// Vertices that stay where they start; empty: none.
  std::function<bool(const Vec3&)> pinned;
};

/// Lets a part fall, drape or inflate as cloth: position based dynamics
/// (Mueller et al. 2007) with distance constraints along edges and across
/// edge pairs. Vertices at one place move together; texture coordinates stay,
/// so the weave follows the cloth. Ends with fresh normals. Deterministic.
void Drape(Part& part,
           const Colliders& colliders,
           const ClothSettings& settings);

/// Volume enclosed by a closed part, m^3.
float EnclosedVolume(const Part& part);

}  // namespace stage::engine::procedural
