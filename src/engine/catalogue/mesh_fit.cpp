#include "engine/catalogue/mesh_fit.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "core/error.h"

namespace stage::engine {
namespace {

/// Ids of equal keys, in order of first appearance.
template <typename Key>
class Numbering {
 public:
  explicit Numbering(size_t expected) { ids_.reserve(expected); }
  /// @return the id, and whether the key is new
  std::pair<uint32_t, bool> Number(const Key& key) {
    const auto [at, added] =
        ids_.emplace(key, static_cast<uint32_t>(ids_.size()));
    return {at->second, added};
  }
  size_t size() const { return ids_.size(); }

 private:
  struct Hash {
    size_t operator()(const Key& key) const {
      return std::hash<std::string_view>()(
          {reinterpret_cast<const char*>(key.data()), sizeof(key)});
    }
  };
  std::unordered_map<Key, uint32_t, Hash> ids_;
};

Eigen::Vector3f Positive(const Eigen::Vector3f& v) {
  return v + Eigen::Vector3f::Zero();  // -0 and 0 are the same place
}

/// Which corners are at one place.
std::vector<uint32_t> Weld(const std::vector<Eigen::Vector3f>& positions) {
  Numbering<std::array<float, 3>> places(positions.size() / 4);
  std::vector<uint32_t> place(positions.size());
  for (size_t i = 0; i < positions.size(); ++i) {
    const Eigen::Vector3f p = Positive(positions[i]);
    place[i] = places.Number({p[0], p[1], p[2]}).first;
  }
  return place;
}

void DropTriangles(TriangleSoup& soup, const std::vector<bool>& keep) {
  size_t to = 0;
  for (size_t t = 0; t < keep.size(); ++t) {
    if (!keep[t]) continue;
    for (size_t c = 0; c < 3; ++c) {
      soup.positions[3 * to + c] = soup.positions[3 * t + c];
      soup.normals[3 * to + c] = soup.normals[3 * t + c];
      soup.texcoords[3 * to + c] = soup.texcoords[3 * t + c];
    }
    soup.triangle_material[to++] = soup.triangle_material[t];
  }
  soup.positions.resize(3 * to);
  soup.normals.resize(3 * to);
  soup.texcoords.resize(3 * to);
  soup.triangle_material.resize(to);
}

void DropUnusable(TriangleSoup& soup) {
  const size_t count = soup.triangle_material.size();
  std::vector<bool> keep(count);
  for (size_t t = 0; t < count; ++t) {
    const Eigen::Vector3f* p = &soup.positions[3 * t];
    keep[t] = p[0].allFinite() && p[1].allFinite() && p[2].allFinite() &&
              p[0] != p[1] && p[1] != p[2] && p[2] != p[0];
  }
  DropTriangles(soup, keep);
}

/// Turns, scales and places the soup; normals follow by the inverse scale.
void Place(TriangleSoup& soup, const MeshFit& fit) {
  const Eigen::Matrix3f rotation = fit.rotation.cast<float>();
  Eigen::AlignedBox3f box;
  for (Eigen::Vector3f& p : soup.positions) {
    p = rotation * p;
    box.extend(p);
  }
  const Eigen::Vector3d wanted(fit.size[0], fit.size[2], fit.size[1]);
  Eigen::Vector3f scale;
  for (int axis = 0; axis < 3; ++axis) {
    const double extent = box.sizes()[axis];
    scale[axis] = static_cast<float>(
        wanted[axis] > 0 && extent > 1e-9 ? wanted[axis] / extent : fit.unit_m);
  }
  const Eigen::Vector3f origin(box.center()[0], box.min()[1], box.center()[2]);
  for (Eigen::Vector3f& p : soup.positions) {
    p = (p - origin).cwiseProduct(scale);
  }
  for (Eigen::Vector3f& n : soup.normals) {
    n = (rotation * n).cwiseQuotient(scale);
  }
}

/// Drops slivers that have no area left at the final size.
void DropSlivers(TriangleSoup& soup) {
  const size_t count = soup.triangle_material.size();
  std::vector<bool> keep(count);
  for (size_t t = 0; t < count; ++t) {
    const Eigen::Vector3f* p = &soup.positions[3 * t];
    keep[t] = (p[1] - p[0]).cross(p[2] - p[0]).squaredNorm() > 1e-20f;
  }
  DropTriangles(soup, keep);
}

/// Corner angle times unit face normal: a sum that does not depend on how the
/// surface happens to be cut into triangles.
std::vector<Eigen::Vector3f> WeightedFaceNormals(
    const std::vector<Eigen::Vector3f>& positions,
    std::vector<Eigen::Vector3f>& face_normals) {
  std::vector<Eigen::Vector3f> weighted(positions.size());
  face_normals.resize(positions.size() / 3);
  for (size_t t = 0; t < face_normals.size(); ++t) {
    const Eigen::Vector3f* p = &positions[3 * t];
    const Eigen::Vector3f normal =
        (p[1] - p[0]).cross(p[2] - p[0]).normalized();
    face_normals[t] = normal;
    for (size_t c = 0; c < 3; ++c) {
      const Eigen::Vector3f a = (p[(c + 1) % 3] - p[c]).normalized();
      const Eigen::Vector3f b = (p[(c + 2) % 3] - p[c]).normalized();
      const float angle = std::acos(std::clamp(a.dot(b), -1.0f, 1.0f));
      weighted[3 * t + c] = normal * angle;
    }
  }
  return weighted;
}

void MakeNormals(TriangleSoup& soup,
                 const std::vector<uint32_t>& place,
                 const MeshFit& fit) {
  std::vector<Eigen::Vector3f> face_normals;
  const std::vector<Eigen::Vector3f> weighted =
      WeightedFaceNormals(soup.positions, face_normals);
  // Corners sorted by place: the neighbours of a corner lie side by side.
  std::vector<uint32_t> order(place.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return place[a] < place[b];
  });
  const float cosine =
      static_cast<float>(std::cos(fit.crease_deg * 3.14159265358979 / 180));
  for (size_t first = 0; first < order.size();) {
    size_t last = first;
    while (last < order.size() && place[order[last]] == place[order[first]]) {
      ++last;
    }
    // A fan of thousands is a pole of a sphere: a sample of it will do.
    const size_t stride = 1 + (last - first) / 256;
    for (size_t i = first; i < last; ++i) {
      const uint32_t corner = order[i];
      Eigen::Vector3f& normal = soup.normals[corner];
      const float length = normal.norm();
      if (fit.keep_file_normals && std::isfinite(length) && length > 1e-6f) {
        normal /= length;
        continue;
      }
      const Eigen::Vector3f& face = face_normals[corner / 3];
      Eigen::Vector3f sum = weighted[corner];
      for (size_t j = first; j < last; j += stride) {
        const uint32_t other = order[j];
        if (other == corner) continue;
        if (face_normals[other / 3].dot(face) >= cosine) sum += weighted[other];
      }
      const float sum_length = sum.norm();
      normal = sum_length > 1e-12f ? Eigen::Vector3f(sum / sum_length) : face;
    }
    first = last;
  }
}

uint32_t Root(std::vector<uint32_t>& parent, uint32_t node) {
  while (parent[node] != node) node = parent[node] = parent[parent[node]];
  return node;
}

/// Box projection in metres for triangles that have no texture coordinates.
void MakeTexcoords(TriangleSoup& soup, const std::vector<uint32_t>& place) {
  const size_t triangles = soup.triangle_material.size();
  std::vector<bool> missing(triangles);
  bool any = false;
  for (size_t t = 0; t < triangles; ++t) {
    for (size_t c = 0; c < 3; ++c) {
      if (!soup.texcoords[3 * t + c].allFinite()) missing[t] = any = true;
    }
  }
  if (!any) return;
  std::vector<uint32_t> parent(
      place.empty() ? 0 : *std::max_element(place.begin(), place.end()) + 1);
  std::iota(parent.begin(), parent.end(), 0u);
  for (size_t t = 0; t < triangles; ++t) {
    const uint32_t a = Root(parent, place[3 * t]);
    parent[Root(parent, place[3 * t + 1])] = a;
    parent[Root(parent, place[3 * t + 2])] = a;
  }
  std::vector<Eigen::AlignedBox3f> boxes(parent.size());
  for (size_t i = 0; i < soup.positions.size(); ++i) {
    boxes[Root(parent, place[i])].extend(soup.positions[i]);
  }
  for (size_t t = 0; t < triangles; ++t) {
    if (!missing[t]) continue;
    const uint32_t root = Root(parent, place[3 * t]);
    const Eigen::Vector3f sides = boxes[root].sizes();
    const Eigen::Vector3f* p = &soup.positions[3 * t];
    const Eigen::Vector3f normal = (p[1] - p[0]).cross(p[2] - p[0]).cwiseAbs();
    int across = 0;
    normal.maxCoeff(&across);
    int u = (across + 1) % 3;
    int v = (across + 2) % 3;
    if (sides[v] > sides[u]) std::swap(u, v);
    // Each part starts elsewhere, or all boards would show one grain.
    const float shift = 0.37f * static_cast<float>(root % 101);
    for (size_t c = 0; c < 3; ++c) {
      soup.texcoords[3 * t + c] = {p[c][u] + shift, p[c][v] + shift};
    }
  }
}

Mesh Share(TriangleSoup soup) {
  Mesh mesh;
  Numbering<std::array<float, 8>> corners(soup.positions.size() / 2);
  mesh.indices.reserve(soup.positions.size());
  for (size_t i = 0; i < soup.positions.size(); ++i) {
    const Eigen::Vector3f p = Positive(soup.positions[i]);
    const Eigen::Vector3f n = Positive(soup.normals[i]);
    const Eigen::Vector2f& uv = soup.texcoords[i];
    const auto [id, added] =
        corners.Number({p[0], p[1], p[2], n[0], n[1], n[2], uv[0], uv[1]});
    if (added) {
      mesh.positions.push_back(p);
      mesh.normals.push_back(n);
      mesh.texcoords.push_back(uv);
    }
    mesh.indices.push_back(id);
  }
  mesh.triangle_material = std::move(soup.triangle_material);
  mesh.materials = std::move(soup.materials);
  return mesh;
}

}  // namespace

Mesh FitMesh(TriangleSoup soup, const MeshFit& fit, const std::string& name) {
  DropUnusable(soup);
  if (!soup.triangle_material.empty()) {
    Place(soup, fit);
    DropSlivers(soup);
  }
  if (soup.triangle_material.empty()) {
    throw Error(ErrorKind::kModel,
                name +
                    ": the model has no visible surface; export it again "
                    "with triangles");
  }
  const std::vector<uint32_t> place = Weld(soup.positions);
  MakeNormals(soup, place, fit);
  MakeTexcoords(soup, place);
  return Share(std::move(soup));
}

}  // namespace stage::engine
