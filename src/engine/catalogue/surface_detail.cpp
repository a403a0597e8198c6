#include "engine/catalogue/surface_detail.h"

#include <Eigen/Geometry>

#include "engine/catalogue/procedural/detail.h"

namespace stage::engine {
namespace {

using procedural::DetailPoint;

/// Texture coordinates are metres only where no picture claims them.
bool HasMetricTexcoord(const Material& material,
                       const Eigen::Vector2f& texcoord) {
  return !material.base_texture && texcoord != Eigen::Vector2f::Zero();
}

/// A pattern plane from the axis the surface faces most. Level and front
/// faces have their grain from left to right, side faces upwards.
void ProjectOntoAxis(const Eigen::Vector3f& position, DetailPoint& at) {
  const Eigen::Vector3f facing = at.normal.cwiseAbs();
  if (facing.y() >= facing.x() && facing.y() >= facing.z()) {
    at.u = position.x();
    at.v = position.z();
  } else if (facing.z() >= facing.x()) {
    at.u = position.x();
    at.v = position.y();
  } else {
    at.u = position.y();
    at.v = position.z();
  }
}

}  // namespace

SurfaceDetail EvaluateSurfaceDetail(const Material& material,
                                    const Eigen::Vector3f& position,
                                    const Eigen::Vector3f& normal,
                                    const Eigen::Vector2f& texcoord,
                                    float footprint_m) {
  if (material.kind == MaterialKind::kGlass) return {};
  DetailPoint at;
  at.position = position;
  at.normal = normal;
  at.tangent = std::abs(normal.y()) < 0.9f
                   ? Eigen::Vector3f(normal.z(), 0, -normal.x()).normalized()
                   : Eigen::Vector3f(normal.y(), -normal.x(), 0).normalized();
  at.bitangent = normal.cross(at.tangent);
  at.footprint = std::max(footprint_m, 1e-6f);
  if (HasMetricTexcoord(material, texcoord)) {
    at.u = texcoord.x();
    at.v = texcoord.y();
  } else {
    ProjectOntoAxis(position, at);
  }
  const uint64_t variant = procedural::Word(material.detail);
  const float scale = material.detail_scale_m;
  switch (material.kind) {
    case MaterialKind::kFabric:
      return procedural::FabricDetail(variant, scale, at);
    case MaterialKind::kWood: {
      SurfaceDetail detail = procedural::WoodDetail(variant, scale, at);
      if (material.base_texture) detail.albedo_factor.setOnes();
      return detail;
    }
    case MaterialKind::kLeather:
      return procedural::LeatherDetail(scale, at);
    case MaterialKind::kStone: {
      SurfaceDetail detail = procedural::StoneDetail(variant, scale, at);
      if (material.base_texture) detail.albedo_factor.setOnes();
      return detail;
    }
    case MaterialKind::kMetal:
      return procedural::MetalDetail(variant, scale, at);
    case MaterialKind::kFoliage:
      return procedural::FoliageDetail(at);
    default:
      return procedural::PlainDetail(variant, scale, at);
  }
}

}  // namespace stage::engine
