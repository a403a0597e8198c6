#include <algorithm>
#include <cmath>

#include "engine/catalogue/surface_detail.h"
#include "engine/render/furniture_part.h"

namespace stage::engine {
namespace {

// Nothing in a room is whiter than fresh paint; a higher albedo would let
// interreflections run away and make sofas glow.
constexpr float kMaxAlbedo = 0.82f;

// The two directions of a triangle in which u and v grow.
bool TangentFrame(const Mesh& mesh,
                  uint32_t triangle,
                  Eigen::Vector3f* tangent,
                  Eigen::Vector3f* bitangent) {
  const uint32_t* corner = &mesh.indices[3 * static_cast<size_t>(triangle)];
  const Eigen::Vector3f e1 =
      mesh.positions[corner[1]] - mesh.positions[corner[0]];
  const Eigen::Vector3f e2 =
      mesh.positions[corner[2]] - mesh.positions[corner[0]];
  const Eigen::Vector2f t1 =
      mesh.texcoords[corner[1]] - mesh.texcoords[corner[0]];
  const Eigen::Vector2f t2 =
      mesh.texcoords[corner[2]] - mesh.texcoords[corner[0]];
  const float determinant = t1.x() * t2.y() - t1.y() * t2.x();
  if (std::fabs(determinant) < 1e-12f) return false;
  *tangent = ((e1 * t2.y() - e2 * t1.y()) / determinant).normalized();
  *bitangent = ((e2 * t1.x() - e1 * t2.x()) / determinant).normalized();
  return tangent->allFinite() && bitangent->allFinite();
}

// Texture coordinates a metre of the surface covers.
float TexcoordsPerMetre(const TriangleShading& triangle, float twice_area) {
  const auto& t = triangle.texcoord;
  const float area = std::fabs((t[1][0] - t[0][0]) * (t[2][1] - t[0][1]) -
                               (t[1][1] - t[0][1]) * (t[2][0] - t[0][0]));
  return std::sqrt(area / std::max(twice_area, 1e-12f));
}

// Keeps a perturbed normal on the viewer's side.
Eigen::Vector3f Facing(const Eigen::Vector3f& normal,
                       const Eigen::Vector3f& direction) {
  constexpr float kGrazing = 0.02f;
  const float cosine = -normal.dot(direction);
  if (cosine >= kGrazing) return normal;
  return (normal - direction * (kGrazing - cosine)).normalized();
}

}  // namespace

Surface FurnitureGeometry::Evaluate(const FurnitureHit& hit,
                                    const Eigen::Vector3f& direction,
                                    const Eigen::Vector3f& origin,
                                    float footprint_m) const {
  const Part& part = *parts_[hit.geometry];
  const TriangleShading& triangle = part.triangles[hit.primitive];
  const ReadyMaterial& ready = part.MaterialOf(triangle);
  const Material& material = *ready.material;

  Surface surface;
  surface.object = part.object;
  surface.position = origin + direction * hit.distance;
  const float twice_area = hit.facet.norm();
  surface.facet_normal =
      twice_area > 0 ? Eigen::Vector3f(hit.facet / twice_area) : -direction;
  const bool back = surface.facet_normal.dot(direction) > 0;
  if (back) surface.facet_normal = -surface.facet_normal;

  const Eigen::Vector3f object_normal = triangle.Normal(hit.u, hit.v);
  Eigen::Vector3f smooth = part.ToWorld(object_normal);
  const float length = smooth.norm();
  smooth =
      length > 1e-6f ? Eigen::Vector3f(smooth / length) : surface.facet_normal;
  if (smooth.dot(surface.facet_normal) < 0) smooth = -smooth;
  surface.smooth_normal = Facing(smooth, direction);

  const Eigen::Vector2f texcoord = triangle.Texcoord(hit.u, hit.v);
  const float cosine = std::max(0.15f, -surface.facet_normal.dot(direction));
  const float footprint = std::fabs(footprint_m) / std::sqrt(cosine);
  float texture_footprint = 0;
  if (ready.base || ready.normal || ready.metallic_roughness) {
    texture_footprint = footprint * TexcoordsPerMetre(triangle, twice_area);
  }

  Color base = material.base_color.array();
  surface.coverage = material.opacity;
  if (ready.base) {
    const Eigen::Vector4f texel =
        ready.base->Linear(texcoord, texture_footprint);
    base *= texel.head<3>().array();
    if (ready.base->has_alpha()) surface.coverage *= texel.w();
  }
  float roughness = material.roughness;
  float metallic = material.metallic;
  if (ready.metallic_roughness) {
    const Eigen::Vector4f texel =
        ready.metallic_roughness->Display(texcoord, texture_footprint);
    roughness *= texel.y();
    metallic *= texel.z();
  }

  Eigen::Vector3f normal = surface.smooth_normal;
  if (footprint_m >= 0) {
    if (ready.normal) {
      Eigen::Vector3f tangent, bitangent;
      if (TangentFrame(*part.mesh, triangle.index, &tangent, &bitangent)) {
        const Eigen::Vector4f texel =
            ready.normal->Display(texcoord, texture_footprint);
        const float x = texel.x() * 2 - 1, y = texel.y() * 2 - 1;
        const float z = std::max(0.1f, texel.z() * 2 - 1);
        normal = (part.ToWorld(tangent) * x + part.ToWorld(bitangent) * y +
                  normal * z)
                     .normalized();
      }
    }
    const SurfaceDetail detail =
        EvaluateSurfaceDetail(material,
                              part.ToObject(surface.position - part.position),
                              part.ToObject(smooth),
                              texcoord,
                              footprint);
    base *= detail.albedo_factor.array();
    roughness += detail.roughness_offset;
    normal += part.ToWorld(detail.normal_offset);
    normal = Facing(normal.normalized(), direction);
  }
  surface.normal = normal;

  base = base.max(0.0f).min(1.0f);
  roughness = std::clamp(roughness, 0.03f, 1.0f);
  surface.alpha = roughness * roughness;
  surface.diffuse = base.min(kMaxAlbedo) * (1 - metallic);
  surface.specular_f0 =
      Color::Constant(material.specular_f0 * (1 - metallic)) + base * metallic;
  surface.emission = material.emission.array();
  switch (material.kind) {
    case MaterialKind::kFabric:
      surface.sheen = material.detail == "velvet" ? 0.9f : 0.25f;
      surface.specular_f0 = Color::Zero();
      break;
    case MaterialKind::kFoliage:
      surface.translucency = 0.35f;
      break;
    case MaterialKind::kPaper:
      surface.translucency = material.emission.isZero() ? 0.0f : 0.3f;
      break;
    case MaterialKind::kGlass:
      surface.glass = true;
      surface.coverage = 0;
      surface.specular_f0 = Color::Constant(0.04f);
      break;
    default:
      break;
  }
  surface.filter = PassFilter(material);
  if (surface.coverage > 0.98f) surface.coverage = 1;
  return surface;
}

}  // namespace stage::engine
