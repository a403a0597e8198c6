#include "engine/catalogue/mesh_fit.h"

#include <doctest/doctest.h>

#include <Eigen/Geometry>
#include <cmath>
#include <limits>

#include "core/error.h"

using Eigen::Vector3f;
using stage::engine::FitMesh;
using stage::engine::Mesh;
using stage::engine::MeshFit;
using stage::engine::TriangleSoup;

namespace {

void AddTriangle(const Vector3f& a,
                 const Vector3f& b,
                 const Vector3f& c,
                 TriangleSoup& soup) {
  const float none = std::numeric_limits<float>::quiet_NaN();
  for (const Vector3f& p : {a, b, c}) {
    soup.positions.push_back(p);
    soup.normals.push_back(Vector3f::Zero());
    soup.texcoords.push_back({none, none});
  }
  soup.triangle_material.push_back(0);
}

void AddQuad(const Vector3f& a,
             const Vector3f& b,
             const Vector3f& c,
             const Vector3f& d,
             TriangleSoup& soup) {
  AddTriangle(a, b, c, soup);
  AddTriangle(a, c, d, soup);
}

/// A tube about the Y axis, radius 1, height 1.
TriangleSoup Tube(int sides) {
  TriangleSoup soup;
  for (int i = 0; i < sides; ++i) {
    const auto at = [&](int k, float y) {
      const double angle = 2 * 3.14159265358979 * (k % sides) / sides;
      return Vector3f(static_cast<float>(std::cos(angle)),
                      y,
                      static_cast<float>(std::sin(angle)));
    };
    AddQuad(at(i, 0), at(i, 1), at(i + 1, 1), at(i + 1, 0), soup);
  }
  soup.materials.resize(1);
  return soup;
}

}  // namespace

TEST_CASE("FitMesh: a fine tube is smooth and a square one keeps its edges") {
  MeshFit fit;
  fit.size = {2, 2, 1};
  const Mesh round = FitMesh(Tube(24), fit, "tube");
  CHECK(round.positions.size() < 24u * 6);  // corners are shared
  for (size_t i = 0; i < round.positions.size(); ++i) {
    const Vector3f radial =
        Vector3f(round.positions[i][0], 0, round.positions[i][2]).normalized();
    CHECK(round.normals[i].dot(radial) > 0.999f);
  }
  const Mesh square = FitMesh(Tube(4), fit, "tube");
  for (size_t t = 0; t < square.triangle_count(); ++t) {
    const uint32_t* c = &square.indices[3 * t];
    const Vector3f face =
        (square.positions[c[1]] - square.positions[c[0]])
            .cross(square.positions[c[2]] - square.positions[c[0]])
            .normalized();
    for (int k = 0; k < 3; ++k) {
      CHECK(square.normals[c[k]].dot(face) > 0.999f);
    }
  }
}

TEST_CASE("FitMesh: the file's normals follow an uneven scale") {
  TriangleSoup soup;
  // A slope of 45 degrees that becomes twice as wide as high.
  AddQuad({0, 0, 0}, {1, 1, 0}, {1, 1, -1}, {0, 0, -1}, soup);
  soup.materials.resize(1);
  for (Vector3f& n : soup.normals) n = Vector3f(-1, 1, 0).normalized();
  MeshFit fit;
  fit.size = {2, 1, 1};
  const Mesh mesh = FitMesh(soup, fit, "slope");
  const Vector3f expected = Vector3f(-1, 2, 0).normalized();
  for (const Vector3f& n : mesh.normals) {
    CHECK((n - expected).norm() < 1e-5f);
  }
}

TEST_CASE("FitMesh: turned first, then scaled, centred and put on the floor") {
  TriangleSoup soup;
  AddQuad({0, 5, 0}, {4, 5, 0}, {4, 6, 0}, {0, 6, 0}, soup);
  AddQuad({0, 5, 2}, {4, 5, 2}, {4, 6, 2}, {0, 6, 2}, soup);
  soup.materials.resize(1);
  MeshFit fit;
  fit.rotation =
      Eigen::AngleAxisd(3.14159265358979 / 2, Eigen::Vector3d::UnitY())
          .toRotationMatrix();
  fit.size = {0.5, 3, 0};
  fit.unit_m = 0.25;
  const Mesh mesh = FitMesh(soup, fit, "boards");
  Eigen::AlignedBox3f box;
  for (const Vector3f& p : mesh.positions) box.extend(p);
  CHECK(box.min().isApprox(Vector3f(-0.25f, 0, -1.5f), 1e-5f));
  CHECK(box.max().isApprox(Vector3f(0.25f, 0.25f, 1.5f), 1e-5f));
}

TEST_CASE("FitMesh: missing texture coordinates run in metres along a board") {
  TriangleSoup soup;
  AddQuad({0, 0, 0}, {0, 1, 0}, {9, 1, 0}, {9, 0, 0}, soup);
  soup.materials.resize(1);
  MeshFit fit;
  fit.size = {0, 0, 0};
  fit.unit_m = 0.1;
  const Mesh mesh = FitMesh(soup, fit, "board");
  float low_u = 1e9f;
  float high_u = -1e9f;
  float low_v = 1e9f;
  float high_v = -1e9f;
  for (const Eigen::Vector2f& uv : mesh.texcoords) {
    low_u = std::min(low_u, uv[0]);
    high_u = std::max(high_u, uv[0]);
    low_v = std::min(low_v, uv[1]);
    high_v = std::max(high_v, uv[1]);
  }
  CHECK(high_u - low_u == doctest::Approx(0.9f));
  CHECK(high_v - low_v == doctest::Approx(0.1f));
}

TEST_CASE("FitMesh: triangles without area go; nothing left is an error") {
  TriangleSoup soup = Tube(8);
  AddTriangle({0, 0, 0}, {0, 0, 0}, {1, 0, 0}, soup);
  AddTriangle({0, 0, 0}, {0.5f, 0, 0}, {1, 0, 0}, soup);
  AddTriangle({0, 0, 0}, {0, std::nanf(""), 0}, {1, 0, 0}, soup);
  CHECK(FitMesh(soup, {}, "tube").triangle_count() == 16);
  TriangleSoup nothing;
  AddTriangle({0, 0, 0}, {0, 0, 0}, {1, 0, 0}, nothing);
  CHECK_THROWS_WITH_AS(
      FitMesh(nothing, {}, "chair.obj"),
      "chair.obj: the model has no visible surface; export it again with "
      "triangles",
      stage::Error);
}
