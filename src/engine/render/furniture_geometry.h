#pragma once

#include <Eigen/Core>
#include <map>
#include <memory>
#include <vector>

#include "engine/render/color.h"
#include "engine/render/render.h"
#include "engine/render/texture_lookup.h"

namespace stage::engine {

/// A material with its textures made ready for reading.
struct ReadyMaterial {
  const Material* material = nullptr;
  std::shared_ptr<const TextureLookup> base, normal, metallic_roughness;

  /// Light can pass some of it: cut-outs, sheer cloth, glass.
  bool PassesLight() const;
};

/// Where a ray meets furniture.
struct FurnitureHit {
  float distance = 0;
  uint32_t geometry = 0, primitive = 0;
  float u = 0, v = 0;  ///< barycentric weights of the second and third corner
  Eigen::Vector3f facet{0, 0, 0};  ///< cross product of two edges, world space
};

/// What a ray finds at a hit, ready for shading.
struct Surface {
  Eigen::Vector3f position{0, 0, 0};
  Eigen::Vector3f facet_normal{0, 0, 0};   ///< unit, towards the ray's origin
  Eigen::Vector3f smooth_normal{0, 0, 0};  ///< interpolated, no fine detail
  Eigen::Vector3f normal{0, 0, 0};         ///< with normal map and detail
  Color diffuse{0, 0, 0};                  ///< albedo of the diffuse lobe
  Color specular_f0{0, 0, 0};
  float alpha = 1;         ///< GGX width, roughness squared
  float sheen = 0;         ///< cloth: brighter towards grazing views
  float translucency = 0;  ///< share of the diffuse lobe that shines through
  float coverage = 1;      ///< probability that the ray stops here
  bool glass = false;      ///< thin sheet: reflects and filters
  Color filter{1, 1, 1};   ///< what passes through
  Color emission{0, 0, 0};
  int object = 0;  ///< index into the objects
};

/// All furniture of a picture as one Embree scene in world space.
class FurnitureGeometry {
 public:
  /// The meshes of `objects` must outlive the geometry.
  /// @throws Error(kModel) for a mesh with indices out of range
  explicit FurnitureGeometry(const std::vector<RenderObject>& objects);
  ~FurnitureGeometry();
  FurnitureGeometry(const FurnitureGeometry&) = delete;
  FurnitureGeometry& operator=(const FurnitureGeometry&) = delete;

  bool empty() const { return parts_.empty(); }
  /// First hit nearer than `reach` metres; cut-out texels are not hit.
  bool Intersect(const Eigen::Vector3f& origin,
                 const Eigen::Vector3f& direction,
                 float reach,
                 FurnitureHit* hit) const;
  /// Share of light that comes through from `reach` metres away.
  Color Transmittance(const Eigen::Vector3f& origin,
                      const Eigen::Vector3f& direction,
                      float reach) const;
  /// @param footprint_m  width of the ray at the hit; 0 < footprint for camera
  ///                     rays adds fine surface detail, < 0 leaves it out
  Surface Evaluate(const FurnitureHit& hit,
                   const Eigen::Vector3f& direction,
                   const Eigen::Vector3f& origin,
                   float footprint_m) const;

 private:
  struct Part;
  struct Embree;
  void AddObject(const RenderObject& object, int index);
  const std::vector<ReadyMaterial>& Materials(const Mesh& mesh);

  std::vector<std::unique_ptr<Part>> parts_;
  std::map<const Mesh*, std::vector<ReadyMaterial>> materials_;
  std::map<const Texture*, std::shared_ptr<const TextureLookup>> textures_;
  std::unique_ptr<Embree> embree_;
};

}  // namespace stage::engine
