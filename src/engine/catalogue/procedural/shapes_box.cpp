#include <algorithm>
#include <array>
#include <cmath>

#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

/// Where a box is cut along one axis: close together in the rounded edges.
std::vector<float> Cuts(float half, float radius, int segments, float cell) {
  std::vector<float> cuts;
  const float inner = half - radius;
  for (int i = 0; i < segments; ++i) {
    const float angle =
        static_cast<float>(M_PI) / 4 *
        (1 - static_cast<float>(i) / static_cast<float>(segments));
    cuts.push_back(-inner - radius * std::tan(angle));
  }
  const int inner_cells =
      std::max(1, static_cast<int>(std::lround(2 * inner / cell)));
  for (int i = 0; i <= inner_cells; ++i) {
    cuts.push_back(-inner + 2 * inner * static_cast<float>(i) /
                                static_cast<float>(inner_cells));
  }
  for (int i = segments - 1; i >= 0; --i) cuts.push_back(-cuts[i]);
  return cuts;
}

struct Face {
  int across, along, normal;
  float sign;
};

// across x along = sign * normal, so that quads wind outwards.
constexpr std::array<Face, 6> kFaces{{{1, 2, 0, 1},
                                      {2, 1, 0, -1},
                                      {2, 0, 1, 1},
                                      {0, 2, 1, -1},
                                      {0, 1, 2, 1},
                                      {1, 0, 2, -1}}};

Part CutBox(
    const Vec3& low, const Vec3& high, float radius, int segments, float cell) {
  const Vec3 half = (high - low) / 2, centre = (high + low) / 2;
  const float r = std::clamp(radius, 0.0001f, half.minCoeff() * 0.999f);
  std::array<std::vector<float>, 3> cuts;
  for (int axis = 0; axis < 3; ++axis) {
    cuts[axis] = Cuts(half[axis], r, segments, cell);
  }
  int longest = 0;
  half.maxCoeff(&longest);
  const Vec3 inner = half - Vec3::Constant(r);
  Part part;
  for (const Face& face : kFaces) {
    const auto& a = cuts[face.across];
    const auto& b = cuts[face.along];
    const auto first = static_cast<uint32_t>(part.positions.size());
    // Grain runs along the box; on end faces along the longer side.
    const bool along_first =
        face.across == longest ||
        (face.along != longest && half[face.across] >= half[face.along]);
    const float face_shift =
        static_cast<float>(face.normal) * 0.37f + face.sign * 0.11f;
    for (const float y : b) {
      for (const float x : a) {
        Vec3 q;
        q[face.across] = x;
        q[face.along] = y;
        q[face.normal] = face.sign * half[face.normal];
        const Vec3 core = q.cwiseMax(-inner).cwiseMin(inner);
        const Vec3 normal = (q - core).normalized();
        const Vec2 texcoord =
            along_first ? Vec2(x, y + face_shift) : Vec2(y, x + face_shift);
        part.Add(centre + core + r * normal, normal, texcoord);
      }
    }
    const auto width = static_cast<uint32_t>(a.size());
    for (uint32_t j = 0; j + 1 < b.size(); ++j) {
      for (uint32_t i = 0; i + 1 < width; ++i) {
        const uint32_t v = first + j * width + i;
        if ((i + j) % 2 == 0) {
          part.Quad(v, v + 1, v + width + 1, v + width);
        } else {
          part.Quad(v + 1, v + width + 1, v + width, v);
        }
      }
    }
  }
  return part;
}

}  // namespace

Part Board(const Vec3& low, const Vec3& high, float radius, int segments) {
  return CutBox(low, high, radius, segments, 100);
}

Part PaddedBlock(const Vec3& low, const Vec3& high, float radius, float cell) {
  const int segments =
      std::clamp(static_cast<int>(radius * 0.8f / cell) + 2, 2, 8);
  return CutBox(low, high, radius, segments, cell);
}

Part Ellipsoid(const Vec3& half, float exponent, int segments) {
  // A cube grid has no poles, so neither shading nor textures pinch.
  Part part = CutBox(Vec3::Constant(-1),
                     Vec3::Constant(1),
                     0.001f,
                     1,
                     8.0f / static_cast<float>(segments));
  for (size_t i = 0; i < part.positions.size(); ++i) {
    const Vec3 cube = part.positions[i].array().unaryExpr(
        [](float c) { return std::tan(c * static_cast<float>(M_PI) / 4); });
    const float norm = std::pow(std::pow(std::abs(cube.x()), exponent) +
                                    std::pow(std::abs(cube.y()), exponent) +
                                    std::pow(std::abs(cube.z()), exponent),
                                1 / exponent);
    part.positions[i] = (cube / norm).cwiseProduct(half);
    part.texcoords[i] *= half.maxCoeff();
  }
  ComputeNormals(part, Weld::kYes);
  return part;
}

}  // namespace stage::engine::procedural
