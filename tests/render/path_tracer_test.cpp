#include "engine/render/path_tracer.h"

#include <doctest/doctest.h>

#include <cmath>

#include "render/rooms.h"

namespace stage::engine {
namespace {

// The same radiance from everywhere, and no lights to sample.
class WhiteFurnace final : public Illumination {
 public:
  Color Escape(const Eigen::Vector3f&,
               const Eigen::Vector3f&,
               RayKind) const override {
    return Color::Ones();
  }
  LightSample SampleLight(const Eigen::Vector3f&,
                          const Eigen::Vector3f&,
                          Sampler&) const override {
    return {};
  }
};

// Mean radiance that comes back from a sphere in the furnace.
Color FurnaceMean(const Material& material) {
  const std::vector<RenderObject> objects = {
      {SphereMesh(1, material), {0, -1, 0}, 0, false}};
  const FurnitureGeometry geometry(objects);
  const WhiteFurnace furnace;
  const PathTracer tracer(geometry, furnace);
  Color sum = Color::Zero();
  int count = 0;
  for (int i = 0; i < 4000; ++i) {
    Sampler sampler(i, 42);
    const Eigen::Vector2f at = sampler.Next2D();
    const Eigen::Vector3f origin(1.6f * at.x() - 0.8f, 1.6f * at.y() - 0.8f, 3);
    FurnitureHit hit;
    const Eigen::Vector3f forward(0, 0, -1);
    if (!geometry.Intersect(origin, forward, 10, &hit)) continue;
    sum +=
        tracer.IncomingFrom(hit, origin, forward, RayKind::kMirror, sampler, 0);
    ++count;
  }
  return sum / static_cast<float>(count);
}

TEST_CASE("PathTracer: a matt sphere in a white furnace shows its albedo") {
  for (const float albedo : {0.1f, 0.5f, 0.8f}) {
    Material material = Matt(albedo);
    CHECK(FurnaceMean(material)[1] == doctest::Approx(albedo).epsilon(0.04));
  }
}

TEST_CASE("PathTracer: no material gives back more light than it gets") {
  for (const float roughness : {0.05f, 0.3f, 0.7f, 1.0f}) {
    for (const float metallic : {0.0f, 1.0f}) {
      Material material;
      material.base_color = {0.8f, 0.8f, 0.8f};
      material.roughness = roughness;
      material.metallic = metallic;
      const Color mean = FurnaceMean(material);
      CAPTURE(roughness);
      CAPTURE(metallic);
      CHECK(mean.maxCoeff() <= 1.01f);
      CHECK(mean.minCoeff() > 0.5f);
    }
  }
}

TEST_CASE("PathTracer: a polished mirror gives back what it mirrors") {
  Material material;
  material.base_color = {1, 1, 1};
  material.metallic = 1;
  material.roughness = 0.03f;
  CHECK(FurnaceMean(material)[0] == doctest::Approx(1).epsilon(0.02));
}

TEST_CASE("PathTracer: clear glass neither adds nor takes much light") {
  Material material;
  material.kind = MaterialKind::kGlass;
  material.base_color = {1, 1, 1};
  material.opacity = 0.1f;
  const Color mean = FurnaceMean(material);
  CHECK(mean[0] > 0.8f);
  CHECK(mean[0] <= 1.01f);
}

TEST_CASE(
    "FurnitureGeometry: shadows are black behind solids, tinted by glass") {
  Material glass;
  glass.kind = MaterialKind::kGlass;
  glass.base_color = {0.2f, 1, 0.2f};
  glass.opacity = 0.5f;
  const std::vector<RenderObject> objects = {
      {BoxMesh({1, 1, 1}, Matt(0.5f)), {0, 0, 0}, 0, false},
      {BoxMesh({1, 1, 0.01f}, glass), {3, 0, 0}, 0, false}};
  const FurnitureGeometry geometry(objects);
  const Eigen::Vector3f back(0, 0, -1);
  CHECK(geometry.Transmittance({0, 0.5f, 5}, back, 10).maxCoeff() == 0);
  CHECK(geometry.Transmittance({0, 0.5f, 5}, back, 4).minCoeff() == 1);
  CHECK(geometry.Transmittance({6, 0.5f, 5}, back, 10).minCoeff() == 1);
  const Color green = geometry.Transmittance({3, 0.5f, 5}, back, 10);
  CHECK(green[1] > 1.5f * green[0]);
  CHECK(green[1] < 1);
}

TEST_CASE("FurnitureGeometry: cut-out texels are not there") {
  Material leaf = Matt(0.5f);
  auto texture = std::make_shared<Texture>();
  texture->srgb = ImageU8(2, 1, 4, 255);
  texture->srgb.at(0, 0, 3) = 0;  // left half away
  leaf.base_texture = texture;
  auto mesh = std::make_shared<Mesh>();
  mesh->positions = {{-1, 0, 0}, {1, 0, 0}, {-1, 1, 0}, {1, 1, 0}};
  mesh->normals.assign(4, {0, 0, 1});
  mesh->texcoords = {{0, 0}, {1, 0}, {0, 1}, {1, 1}};
  mesh->indices = {0, 1, 2, 1, 3, 2};
  mesh->triangle_material = {0, 0};
  mesh->materials = {leaf};
  const std::vector<RenderObject> objects = {{mesh, {0, 0, 0}, 0, false}};
  const FurnitureGeometry geometry(objects);
  FurnitureHit hit;
  CHECK_FALSE(geometry.Intersect({-0.7f, 0.5f, 1}, {0, 0, -1}, 10, &hit));
  CHECK(geometry.Intersect({0.7f, 0.5f, 1}, {0, 0, -1}, 10, &hit));
  CHECK(geometry.Transmittance({-0.7f, 0.5f, 1}, {0, 0, -1}, 10)[0] == 1);
  CHECK(geometry.Transmittance({0.7f, 0.5f, 1}, {0, 0, -1}, 10)[0] == 0);
}

}  // namespace
}  // namespace stage::engine
