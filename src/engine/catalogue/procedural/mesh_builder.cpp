#include "engine/catalogue/procedural/mesh_builder.h"

#include <algorithm>
#include <unordered_map>

#include "engine/catalogue/procedural/noise.h"

namespace stage::engine::procedural {

uint32_t Part::Add(const Vec3& position,
                   const Vec3& normal,
                   const Vec2& texcoord) {
  positions.push_back(position);
  normals.push_back(normal);
  texcoords.push_back(texcoord);
  return static_cast<uint32_t>(positions.size() - 1);
}

void Part::Triangle(uint32_t a, uint32_t b, uint32_t c) {
  indices.insert(indices.end(), {a, b, c});
}

void Part::Quad(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  indices.insert(indices.end(), {a, b, c, a, c, d});
}

void Part::Append(const Part& other) {
  const auto base = static_cast<uint32_t>(positions.size());
  positions.insert(
      positions.end(), other.positions.begin(), other.positions.end());
  normals.insert(normals.end(), other.normals.begin(), other.normals.end());
  texcoords.insert(
      texcoords.end(), other.texcoords.begin(), other.texcoords.end());
  for (const uint32_t index : other.indices) indices.push_back(base + index);
}

namespace {

struct PlaceHash {
  size_t operator()(const Eigen::Matrix<int64_t, 3, 1>& place) const {
    return static_cast<size_t>(place.x() * 73856093) ^
           static_cast<size_t>(place.y() * 19349663) ^
           static_cast<size_t>(place.z() * 83492791);
  }
};

}  // namespace

void ComputeNormals(Part& part, Weld weld) {
  std::vector<Vec3> sums(part.positions.size(), Vec3::Zero());
  for (size_t i = 0; i + 2 < part.indices.size(); i += 3) {
    const Vec3& a = part.positions[part.indices[i]];
    const Vec3 face = (part.positions[part.indices[i + 1]] - a)
                          .cross(part.positions[part.indices[i + 2]] - a);
    for (int k = 0; k < 3; ++k) sums[part.indices[i + k]] += face;
  }
  if (weld == Weld::kYes) {
    using Place = Eigen::Matrix<int64_t, 3, 1>;
    std::unordered_map<Place, Vec3, PlaceHash> shared;
    const auto place_of = [&](size_t i) -> Place {
      return (part.positions[i].cast<double>() * 1e6 +
              Eigen::Vector3d::Constant(0.5))
          .array()
          .floor()
          .cast<int64_t>();
    };
    for (size_t i = 0; i < sums.size(); ++i) {
      shared.try_emplace(place_of(i), Vec3::Zero()).first->second += sums[i];
    }
    for (size_t i = 0; i < sums.size(); ++i) sums[i] = shared[place_of(i)];
  }
  part.normals.resize(part.positions.size());
  for (size_t i = 0; i < sums.size(); ++i) {
    const float length = sums[i].norm();
    part.normals[i] = length > 1e-20f ? Vec3(sums[i] / length) : Vec3::UnitY();
  }
}

Part Moved(Part part, const Vec3& offset) {
  for (Vec3& position : part.positions) position += offset;
  return part;
}

Part Posed(Part part, const Pose& pose) {
  const Eigen::Matrix3f normal_matrix = pose.linear().inverse().transpose();
  for (Vec3& position : part.positions) position = pose * position;
  for (Vec3& normal : part.normals) {
    normal = (normal_matrix * normal).normalized();
  }
  if (pose.linear().determinant() < 0) {
    for (size_t i = 0; i + 2 < part.indices.size(); i += 3) {
      std::swap(part.indices[i + 1], part.indices[i + 2]);
    }
  }
  return part;
}

Part MirroredX(Part part) {
  Pose mirror = Pose::Identity();
  mirror.linear()(0, 0) = -1;
  return Posed(std::move(part), mirror);
}

Part WithGrainOffset(Part part, uint32_t salt) {
  const Vec2 offset(HashUnit(salt * 2 + 1) * 40 - 20,
                    HashUnit(salt * 2 + 2) * 40 - 20);
  for (Vec2& texcoord : part.texcoords) texcoord += offset;
  return part;
}

Part WithGrainTurned(Part part) {
  for (Vec2& texcoord : part.texcoords) {
    texcoord = Vec2(texcoord.y(), texcoord.x());
  }
  return part;
}

Pose At(float x, float y, float z) {
  return Pose(Eigen::Translation3f(x, y, z));
}

namespace {

Pose Turned(float degrees, const Vec3& axis) {
  return Pose(
      Eigen::AngleAxisf(degrees * static_cast<float>(M_PI) / 180.0f, axis));
}

}  // namespace

Pose TurnedX(float degrees) { return Turned(degrees, Vec3::UnitX()); }
Pose TurnedY(float degrees) { return Turned(degrees, Vec3::UnitY()); }
Pose TurnedZ(float degrees) { return Turned(degrees, Vec3::UnitZ()); }

void MeshBuilder::Add(const Part& part, const Material& material) {
  if (part.indices.empty()) return;
  const auto [slot, is_new] = slots_.try_emplace(
      material.name, static_cast<uint16_t>(mesh_.materials.size()));
  if (is_new) mesh_.materials.push_back(material);
  std::vector<uint32_t> place(part.positions.size(), UINT32_MAX);
  for (const uint32_t index : part.indices) {
    if (place[index] == UINT32_MAX) {
      place[index] = static_cast<uint32_t>(mesh_.positions.size());
      mesh_.positions.push_back(part.positions[index]);
      mesh_.normals.push_back(part.normals[index]);
      mesh_.texcoords.push_back(part.texcoords[index]);
    }
    mesh_.indices.push_back(place[index]);
  }
  mesh_.triangle_material.insert(
      mesh_.triangle_material.end(), part.indices.size() / 3, slot->second);
}

void MeshBuilder::AddBothSides(const Part& part, const Material& material) {
  AddBoard(part, material);
  AddBoard(MirroredX(part), material);
}

void MeshBuilder::AddBoard(const Part& part, const Material& material) {
  Add(WithGrainOffset(part, ++boards_), material);
}

Mesh MeshBuilder::Finish(const Eigen::Vector3d& size) {
  Vec3 low = Vec3::Constant(1e30f), high = Vec3::Constant(-1e30f);
  for (const uint32_t index : mesh_.indices) {
    low = low.cwiseMin(mesh_.positions[index]);
    high = high.cwiseMax(mesh_.positions[index]);
  }
  const Vec3 extent = (high - low).cwiseMax(Vec3::Constant(1e-6f));
  const Vec3 wanted(static_cast<float>(size.x()),
                    static_cast<float>(size.z()),
                    static_cast<float>(size.y()));
  const Vec3 scale = wanted.cwiseQuotient(extent);
  const Vec3 origin(
      (low.x() + high.x()) / 2, low.y(), (low.z() + high.z()) / 2);
  for (Vec3& position : mesh_.positions) {
    position = (position - origin).cwiseProduct(scale);
  }
  for (Vec3& normal : mesh_.normals) {
    normal = normal.cwiseQuotient(scale).normalized();
  }
  return std::move(mesh_);
}

}  // namespace stage::engine::procedural
