#include "engine/catalogue/surface_detail.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "engine/catalogue/procedural/noise.h"

namespace stage::engine {
namespace {

struct Kind {
  MaterialKind kind;
  std::string detail;
};

const std::vector<Kind>& Kinds() {
  static const std::vector<Kind> kKinds{
      {MaterialKind::kFabric, "linen"},     {MaterialKind::kFabric, "cotton"},
      {MaterialKind::kFabric, "tweed"},     {MaterialKind::kFabric, "boucle"},
      {MaterialKind::kFabric, "velvet"},    {MaterialKind::kFabric, "knit"},
      {MaterialKind::kFabric, "wool"},      {MaterialKind::kFabric, "pile"},
      {MaterialKind::kFabric, "jute"},      {MaterialKind::kFabric, "rattan"},
      {MaterialKind::kWood, "oak"},         {MaterialKind::kWood, "walnut"},
      {MaterialKind::kWood, "ash"},         {MaterialKind::kWood, "pine"},
      {MaterialKind::kWood, "stained"},     {MaterialKind::kWood, "painted"},
      {MaterialKind::kLeather, ""},         {MaterialKind::kMetal, "brushed"},
      {MaterialKind::kMetal, "powder"},     {MaterialKind::kStone, "marble"},
      {MaterialKind::kStone, "travertine"}, {MaterialKind::kStone, "terrazzo"},
      {MaterialKind::kStone, "concrete"},   {MaterialKind::kPlain, "ceramic"},
      {MaterialKind::kPlain, ""},           {MaterialKind::kFoliage, ""}};
  return kKinds;
}

Material Of(const Kind& kind) {
  Material material;
  material.kind = kind.kind;
  material.detail = kind.detail;
  return material;
}

struct Spread {
  Eigen::Vector3d mean{0, 0, 0};
  double deviation = 0;
};

/// Albedo over points scattered through a few cubic metres of material.
Spread Measure(const Material& material, float footprint, int count) {
  procedural::Random random(5);
  Spread spread;
  double squares = 0;
  for (int i = 0; i < count; ++i) {
    const Eigen::Vector3f p(
        random.Range(-9, 9), random.Range(-9, 9), random.Range(-9, 9));
    const SurfaceDetail detail = EvaluateSurfaceDetail(
        material, p, Eigen::Vector3f::UnitY(), {0, 0}, footprint);
    spread.mean += detail.albedo_factor.cast<double>();
    squares += std::pow(detail.albedo_factor.y() - 1, 2);
  }
  spread.mean /= count;
  spread.deviation = std::sqrt(squares / count);
  return spread;
}

TEST_CASE("SurfaceDetail: keeps the mean colour, seen near or from afar") {
  for (const Kind& kind : Kinds()) {
    for (const float footprint : {0.0002f, 0.002f, 0.01f}) {
      CAPTURE(kind.detail);
      CAPTURE(static_cast<int>(kind.kind));
      CAPTURE(footprint);
      const Spread spread = Measure(Of(kind), footprint, 40000);
      CHECK((spread.mean - Eigen::Vector3d::Ones()).cwiseAbs().maxCoeff() <
            0.012);
    }
  }
}

TEST_CASE("SurfaceDetail: fine structure fades with the footprint") {
  for (const Kind& kind : Kinds()) {
    if (kind.kind == MaterialKind::kPlain) continue;
    CAPTURE(kind.detail);
    const double near = Measure(Of(kind), 0.0002f, 8000).deviation;
    const double far = Measure(Of(kind), 0.05f, 8000).deviation;
    CHECK(near > 0.001);
    CHECK(far <= near * 1.02);
  }
}

TEST_CASE("SurfaceDetail: stays finite and positive everywhere") {
  procedural::Random random(9);
  for (const Kind& kind : Kinds()) {
    CAPTURE(kind.detail);
    const Material material = Of(kind);
    bool sound = true;
    for (int i = 0; i < 4000; ++i) {
      const Eigen::Vector3f normal =
          Eigen::Vector3f(
              random.Normal(), random.Normal(), random.Normal() + 1e-3f)
              .normalized();
      const Eigen::Vector3f p(
          random.Range(-3, 3), random.Range(-3, 3), random.Range(-3, 3));
      const Eigen::Vector2f uv(random.Range(-20, 20), random.Range(-20, 20));
      const SurfaceDetail detail =
          EvaluateSurfaceDetail(material, p, normal, uv, 0.0005f);
      sound &= detail.albedo_factor.allFinite() &&
               detail.albedo_factor.minCoeff() > 0 &&
               detail.normal_offset.allFinite() &&
               detail.normal_offset.norm() < 2.5f &&
               std::abs(detail.roughness_offset) < 0.6f;
    }
    CHECK(sound);
  }
}

TEST_CASE("SurfaceDetail: grain runs along u") {
  const Material oak = Of({MaterialKind::kWood, "oak"});
  const auto at = [&](float u, float v) {
    return EvaluateSurfaceDetail(
               oak, {0, 0, 0}, Eigen::Vector3f::UnitY(), {u, v}, 0.0005f)
        .albedo_factor.y();
  };
  double along = 0, across = 0;
  procedural::Random random(4);
  for (int i = 0; i < 4000; ++i) {
    const float u = random.Range(0.1f, 5), v = random.Range(0.1f, 5);
    along += std::abs(at(u, v) - at(u + 0.004f, v));
    across += std::abs(at(u, v) - at(u, v + 0.004f));
  }
  CHECK(across > along * 2.5);
}

TEST_CASE("SurfaceDetail: glass has none") {
  Material glass;
  glass.kind = MaterialKind::kGlass;
  const SurfaceDetail detail = EvaluateSurfaceDetail(
      glass, {0.1f, 0.2f, 0.3f}, Eigen::Vector3f::UnitZ(), {0, 0}, 0.001f);
  CHECK(detail.albedo_factor == Eigen::Vector3f::Ones());
  CHECK(detail.normal_offset == Eigen::Vector3f::Zero());
}

}  // namespace
}  // namespace stage::engine
