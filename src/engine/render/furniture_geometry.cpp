#include "engine/render/furniture_geometry.h"

#include "core/error.h"
#include "engine/render/furniture_part.h"

namespace stage::engine {
namespace {

// What the occlusion filter adds up; Embree hands the context through.
struct ShadowContext {
  RTCIntersectContext context;  // first: Embree sees only this
  Color transmittance;
};

TriangleShading ShadingOf(const Mesh& mesh, uint32_t triangle) {
  TriangleShading shading{};
  shading.index = triangle;
  shading.material = mesh.triangle_material[triangle];
  for (int k = 0; k < 3; ++k) {
    const uint32_t corner = mesh.indices[3 * static_cast<size_t>(triangle) + k];
    for (int c = 0; c < 3; ++c) {
      const float n = std::clamp(mesh.normals[corner][c], -1.0f, 1.0f);
      shading.normal[k][c] = static_cast<int16_t>(std::lround(n * 32767));
    }
    if (!mesh.texcoords.empty()) {
      shading.texcoord[k][0] = mesh.texcoords[corner].x();
      shading.texcoord[k][1] = mesh.texcoords[corner].y();
    }
  }
  return shading;
}

}  // namespace

struct FurnitureGeometry::Embree {
  RTCDevice device = nullptr;
  RTCScene scene = nullptr;

  ~Embree() {
    if (scene) rtcReleaseScene(scene);
    if (device) rtcReleaseDevice(device);
  }
  static void FilterHit(const RTCFilterFunctionNArguments* arguments) {
    const auto* part = static_cast<const Part*>(arguments->geometryUserPtr);
    RTCHit hit = rtcGetHitFromHitN(arguments->hit, arguments->N, 0);
    const TriangleShading& triangle = part->triangles[hit.primID];
    const ReadyMaterial& ready = part->MaterialOf(triangle);
    if (!ready.base || !ready.base->has_alpha()) return;
    constexpr int kInvisible = 16;
    if (ready.base->Alpha(triangle.Texcoord(hit.u, hit.v)) < kInvisible) {
      arguments->valid[0] = 0;
    }
  }
  static void FilterShadow(const RTCFilterFunctionNArguments* arguments) {
    const auto* part = static_cast<const Part*>(arguments->geometryUserPtr);
    auto* context = reinterpret_cast<ShadowContext*>(arguments->context);
    RTCHit hit = rtcGetHitFromHitN(arguments->hit, arguments->N, 0);
    const TriangleShading& triangle = part->triangles[hit.primID];
    const ReadyMaterial& ready = part->MaterialOf(triangle);
    const float coverage = PartCoverage(ready, triangle.Texcoord(hit.u, hit.v));
    if (coverage > 0.98f) return;
    context->transmittance *= PassFilter(*ready.material) * (1 - coverage);
    if (context->transmittance.maxCoeff() > 0.01f) arguments->valid[0] = 0;
  }
};

bool ReadyMaterial::PassesLight() const {
  return (base && base->has_alpha()) || material->opacity < 0.99f ||
         material->kind == MaterialKind::kGlass;
}

float PartCoverage(const ReadyMaterial& ready,
                   const Eigen::Vector2f& texcoord) {
  if (ready.material->kind == MaterialKind::kGlass) return 0;
  float coverage = ready.material->opacity;
  if (ready.base && ready.base->has_alpha()) {
    coverage *= static_cast<float>(ready.base->Alpha(texcoord)) / 255.0f;
  }
  return coverage;
}

Color PassFilter(const Material& material) {
  if (material.kind != MaterialKind::kGlass) return Color::Ones();
  // Two surfaces of an uncoated pane reflect about 8 %.
  constexpr float kThrough = 0.92f;
  const Color tint = material.base_color.array().max(0.05f).min(1.0f);
  const float strength = std::clamp(material.opacity, 0.0f, 1.0f);
  return kThrough * (1 - strength * (1 - tint));
}

FurnitureGeometry::FurnitureGeometry(const std::vector<RenderObject>& objects)
    : embree_(std::make_unique<Embree>()) {
  // One thread: the tree is small, and its shape stays the same everywhere.
  embree_->device = rtcNewDevice("threads=1,set_affinity=0");
  if (!embree_->device) {
    throw Error(ErrorKind::kUnexpected, "Embree could not be started");
  }
  embree_->scene = rtcNewScene(embree_->device);
  for (size_t i = 0; i < objects.size(); ++i) {
    if (objects[i].mesh) AddObject(objects[i], static_cast<int>(i));
  }
  rtcCommitScene(embree_->scene);
}

FurnitureGeometry::~FurnitureGeometry() = default;

const std::vector<ReadyMaterial>& FurnitureGeometry::Materials(
    const Mesh& mesh) {
  const auto [entry, fresh] = materials_.try_emplace(&mesh);
  if (!fresh) return entry->second;
  auto ready_texture = [this](const std::shared_ptr<const Texture>& texture)
      -> std::shared_ptr<const TextureLookup> {
    if (!texture || texture->srgb.empty()) return nullptr;
    auto& lookup = textures_[texture.get()];
    if (!lookup) lookup = std::make_shared<TextureLookup>(texture);
    return lookup;
  };
  for (const Material& material : mesh.materials) {
    ReadyMaterial ready;
    ready.material = &material;
    if (!mesh.texcoords.empty()) {
      ready.base = ready_texture(material.base_texture);
      ready.normal = ready_texture(material.normal_texture);
      ready.metallic_roughness =
          ready_texture(material.metallic_roughness_texture);
    }
    entry->second.push_back(std::move(ready));
  }
  return entry->second;
}

void FurnitureGeometry::AddObject(const RenderObject& object, int index) {
  const Mesh& mesh = *object.mesh;
  const std::vector<ReadyMaterial>& materials = Materials(mesh);
  auto make_part = [&] {
    auto part = std::make_unique<Part>();
    part->mesh = &mesh;
    part->materials = &materials;
    part->object = index;
    part->cosine = static_cast<float>(std::cos(object.yaw));
    part->sine = static_cast<float>(std::sin(object.yaw));
    part->position = object.position.cast<float>();
    return part;
  };
  std::unique_ptr<Part> solid = make_part(), passing = make_part();
  for (uint32_t t = 0; t < mesh.triangle_count(); ++t) {
    const uint32_t* corner = &mesh.indices[3 * static_cast<size_t>(t)];
    const size_t material =
        t < mesh.triangle_material.size() ? mesh.triangle_material[t] : ~0u;
    if (std::max({corner[0], corner[1], corner[2]}) >= mesh.positions.size() ||
        mesh.normals.size() != mesh.positions.size() ||
        material >= materials.size()) {
      throw Error(ErrorKind::kModel, "a furniture mesh has broken indices");
    }
    (materials[material].PassesLight() ? passing : solid)
        ->triangles.push_back(ShadingOf(mesh, t));
  }
  for (std::unique_ptr<Part>* part : {&solid, &passing}) {
    Part& p = **part;
    if (p.triangles.empty()) continue;
    RTCGeometry geometry =
        rtcNewGeometry(embree_->device, RTC_GEOMETRY_TYPE_TRIANGLE);
    auto* vertices =
        static_cast<float*>(rtcSetNewGeometryBuffer(geometry,
                                                    RTC_BUFFER_TYPE_VERTEX,
                                                    0,
                                                    RTC_FORMAT_FLOAT3,
                                                    3 * sizeof(float),
                                                    mesh.positions.size()));
    auto* indices =
        static_cast<uint32_t*>(rtcSetNewGeometryBuffer(geometry,
                                                       RTC_BUFFER_TYPE_INDEX,
                                                       0,
                                                       RTC_FORMAT_UINT3,
                                                       3 * sizeof(uint32_t),
                                                       p.triangles.size()));
    for (size_t i = 0; i < mesh.positions.size(); ++i) {
      const Eigen::Vector3f world = p.ToWorld(mesh.positions[i]) + p.position;
      std::copy_n(world.data(), 3, vertices + 3 * i);
    }
    for (size_t i = 0; i < p.triangles.size(); ++i) {
      std::copy_n(&mesh.indices[3 * static_cast<size_t>(p.triangles[i].index)],
                  3,
                  indices + 3 * i);
    }
    rtcSetGeometryUserData(geometry, &p);
    if (part == &passing) {
      rtcSetGeometryIntersectFilterFunction(geometry, Embree::FilterHit);
      rtcSetGeometryOccludedFilterFunction(geometry, Embree::FilterShadow);
    }
    rtcCommitGeometry(geometry);
    rtcAttachGeometryByID(
        embree_->scene, geometry, static_cast<unsigned>(parts_.size()));
    rtcReleaseGeometry(geometry);
    parts_.push_back(std::move(*part));
  }
}

bool FurnitureGeometry::Intersect(const Eigen::Vector3f& origin,
                                  const Eigen::Vector3f& direction,
                                  float reach,
                                  FurnitureHit* hit) const {
  if (parts_.empty()) return false;
  RTCRayHit query;
  query.ray.org_x = origin.x();
  query.ray.org_y = origin.y();
  query.ray.org_z = origin.z();
  query.ray.dir_x = direction.x();
  query.ray.dir_y = direction.y();
  query.ray.dir_z = direction.z();
  query.ray.tnear = 0;
  query.ray.tfar = reach;
  query.ray.time = 0;
  query.ray.mask = ~0u;
  query.ray.id = 0;
  query.ray.flags = 0;
  query.hit.geomID = RTC_INVALID_GEOMETRY_ID;
  query.hit.instID[0] = RTC_INVALID_GEOMETRY_ID;
  RTCIntersectContext context;
  rtcInitIntersectContext(&context);
  rtcIntersect1(embree_->scene, &context, &query);
  if (query.hit.geomID == RTC_INVALID_GEOMETRY_ID) return false;
  hit->distance = query.ray.tfar;
  hit->geometry = query.hit.geomID;
  hit->primitive = query.hit.primID;
  hit->u = query.hit.u;
  hit->v = query.hit.v;
  hit->facet = {query.hit.Ng_x, query.hit.Ng_y, query.hit.Ng_z};
  return true;
}

Color FurnitureGeometry::Transmittance(const Eigen::Vector3f& origin,
                                       const Eigen::Vector3f& direction,
                                       float reach) const {
  if (parts_.empty()) return Color::Ones();
  RTCRay ray;
  ray.org_x = origin.x();
  ray.org_y = origin.y();
  ray.org_z = origin.z();
  ray.dir_x = direction.x();
  ray.dir_y = direction.y();
  ray.dir_z = direction.z();
  ray.tnear = 0;
  ray.tfar = reach;
  ray.time = 0;
  ray.mask = ~0u;
  ray.id = 0;
  ray.flags = 0;
  ShadowContext shadow;
  rtcInitIntersectContext(&shadow.context);
  shadow.transmittance = Color::Ones();
  rtcOccluded1(embree_->scene, &shadow.context, &ray);
  return ray.tfar < 0 ? Color::Zero() : shadow.transmittance;
}

}  // namespace stage::engine
