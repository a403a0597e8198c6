#include "engine/catalogue/procedural/cloth.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

namespace stage::engine::procedural {
namespace {

struct Constraint {
  uint32_t a, b;
  float length;
  float strength;
};

/// The part with vertices of one place merged, as the solver wants it.
struct Particles {
  std::vector<uint32_t> of_vertex;
  std::vector<Vec3> at, before, normal;
  std::vector<float> weight;
  std::vector<uint32_t> triangles;
  std::vector<Constraint> constraints;
};

uint64_t PlaceKey(const Vec3& p) {
  const auto part = [](float c) {
    return static_cast<uint64_t>(
               std::llround(static_cast<double>(c) * 20000.0) + (1 << 20)) &
           0x1fffffU;
  };
  return part(p.x()) << 42 | part(p.y()) << 21 | part(p.z());
}

Particles MergeVertices(const Part& part) {
  Particles particles;
  std::unordered_map<uint64_t, uint32_t> known;
  for (const Vec3& position : part.positions) {
    const auto [entry, is_new] = known.try_emplace(
        PlaceKey(position), static_cast<uint32_t>(particles.at.size()));
    if (is_new) particles.at.push_back(position);
    particles.of_vertex.push_back(entry->second);
  }
  for (size_t i = 0; i + 2 < part.indices.size(); i += 3) {
    const uint32_t a = particles.of_vertex[part.indices[i]];
    const uint32_t b = particles.of_vertex[part.indices[i + 1]];
    const uint32_t c = particles.of_vertex[part.indices[i + 2]];
    if (a == b || b == c || c == a) continue;
    particles.triangles.insert(particles.triangles.end(), {a, b, c});
  }
  particles.before = particles.at;
  particles.normal.resize(particles.at.size());
  particles.weight.assign(particles.at.size(), 1);
  return particles;
}

void AddConstraints(Particles& particles, const ClothSettings& settings) {
  std::map<std::pair<uint32_t, uint32_t>, std::vector<uint32_t>> opposite;
  for (size_t i = 0; i < particles.triangles.size(); i += 3) {
    for (int k = 0; k < 3; ++k) {
      uint32_t a = particles.triangles[i + k];
      uint32_t b = particles.triangles[i + (k + 1) % 3];
      if (a > b) std::swap(a, b);
      opposite[{a, b}].push_back(particles.triangles[i + (k + 2) % 3]);
    }
  }
  const auto add =
      [&](uint32_t a, uint32_t b, float tightness, float strength) {
        particles.constraints.push_back(
            {a,
             b,
             (particles.at[a] - particles.at[b]).norm() * tightness,
             strength});
      };
  for (const auto& [edge, tips] : opposite) {
    add(edge.first, edge.second, settings.tightness, settings.stretch);
  }
  for (const auto& [edge, tips] : opposite) {
    if (tips.size() == 2 && tips[0] != tips[1] && settings.bend > 0) {
      add(tips[0], tips[1], settings.tightness, settings.bend);
    }
  }
}

void AddSeams(Particles& particles, const ClothSettings& settings) {
  for (const std::vector<uint32_t>& seam : settings.seams) {
    const size_t count = seam.size();
    for (const size_t reach : {1, 2, 4}) {
      for (size_t i = 0; i < count; ++i) {
        const uint32_t a = particles.of_vertex[seam[i]];
        const uint32_t b = particles.of_vertex[seam[(i + reach) % count]];
        if (a == b) continue;
        particles.constraints.push_back(
            {a,
             b,
             (particles.at[a] - particles.at[b]).norm() * settings.gather,
             reach == 1 ? 0.9f : 0.5f});
      }
    }
  }
}

float UpdateNormals(Particles& particles) {
  std::fill(particles.normal.begin(), particles.normal.end(), Vec3::Zero());
  float volume = 0;
  const auto& t = particles.triangles;
  for (size_t i = 0; i < t.size(); i += 3) {
    const Vec3& a = particles.at[t[i]];
    const Vec3& b = particles.at[t[i + 1]];
    const Vec3& c = particles.at[t[i + 2]];
    const Vec3 face = (b - a).cross(c - a);
    volume += face.dot(a) / 6;
    particles.normal[t[i]] += face;
    particles.normal[t[i + 1]] += face;
    particles.normal[t[i + 2]] += face;
  }
  return volume;
}

void Relax(Particles& particles, bool backwards) {
  const auto solve = [&](const Constraint& constraint) {
    Vec3& a = particles.at[constraint.a];
    Vec3& b = particles.at[constraint.b];
    const float wa = particles.weight[constraint.a];
    const float wb = particles.weight[constraint.b];
    if (wa + wb == 0) return;
    const Vec3 along = b - a;
    const float length = along.norm();
    if (length < 1e-9f) return;
    const float step = constraint.strength * (length - constraint.length) /
                       (length * (wa + wb));
    a += along * (step * wa);
    b -= along * (step * wb);
  };
  if (backwards) {
    std::for_each(
        particles.constraints.rbegin(), particles.constraints.rend(), solve);
  } else {
    std::for_each(
        particles.constraints.begin(), particles.constraints.end(), solve);
  }
}

void Collide(Particles& particles,
             const Colliders& colliders,
             const ClothSettings& settings) {
  for (size_t i = 0; i < particles.at.size(); ++i) {
    if (particles.weight[i] == 0) continue;
    Vec3 normal;
    const float depth =
        settings.margin - colliders.Distance(particles.at[i], normal);
    if (depth <= 0) continue;
    particles.at[i] += normal * depth;
    const Vec3 slide = particles.at[i] - particles.before[i];
    const Vec3 tangent = slide - normal * slide.dot(normal);
    const float length = tangent.norm();
    if (length > 1e-9f) {
      particles.at[i] -=
          tangent *
          std::min(1.0f, settings.friction * (depth + 2e-4f) / length);
    }
  }
}

void SmoothOut(Particles& particles, int passes) {
  std::vector<Vec3> sums(particles.at.size());
  std::vector<float> counts(particles.at.size());
  for (int pass = 0; pass < passes; ++pass) {
    std::fill(sums.begin(), sums.end(), Vec3::Zero());
    std::fill(counts.begin(), counts.end(), 0.0f);
    for (size_t i = 0; i < particles.triangles.size(); i += 3) {
      for (int k = 0; k < 3; ++k) {
        const uint32_t a = particles.triangles[i + k];
        const uint32_t b = particles.triangles[i + (k + 1) % 3];
        sums[a] += particles.at[b];
        counts[a] += 1;
      }
    }
    for (size_t i = 0; i < particles.at.size(); ++i) {
      if (particles.weight[i] == 0 || counts[i] < 5) continue;
      particles.at[i] += 0.5f * (sums[i] / counts[i] - particles.at[i]);
    }
  }
}

}  // namespace

void Colliders::AddBox(const Pose& pose, const Vec3& half, float radius) {
  bodies_.push_back({Shape::kBox,
                     pose.linear().transpose(),
                     pose.translation(),
                     half,
                     std::min(radius, half.minCoeff())});
}

void Colliders::AddBox(const Vec3& low, const Vec3& high, float radius) {
  AddBox(
      Pose(Eigen::Translation3f((low + high) / 2)), (high - low) / 2, radius);
}

void Colliders::AddPlane(const Vec3& point, const Vec3& normal) {
  bodies_.push_back(
      {Shape::kPlane, Eigen::Matrix3f::Identity(), point, normal, 0});
}

void Colliders::AddEllipsoid(const Pose& pose, const Vec3& half) {
  bodies_.push_back({Shape::kEllipsoid,
                     pose.linear().transpose(),
                     pose.translation(),
                     half,
                     0});
}

void Colliders::AddCapsule(const Vec3& from, const Vec3& to, float radius) {
  bodies_.push_back(
      {Shape::kCapsule, Eigen::Matrix3f::Identity(), from, to - from, radius});
}

float Colliders::Distance(const Vec3& point, Vec3& normal) const {
  float nearest = 1e9f;
  for (const Body& body : bodies_) {
    const Vec3 offset = point - body.centre;
    float distance = 0;
    Vec3 way = Vec3::UnitY();
    switch (body.shape) {
      case Shape::kPlane:
        distance = offset.dot(body.half);
        way = body.half;
        break;
      case Shape::kCapsule: {
        const float t = std::clamp(
            offset.dot(body.half) / body.half.squaredNorm(), 0.0f, 1.0f);
        const Vec3 out = offset - body.half * t;
        const float length = out.norm();
        distance = length - body.radius;
        way = length > 1e-9f ? Vec3(out / length) : Vec3::UnitY();
        break;
      }
      case Shape::kEllipsoid: {
        const Vec3 local = body.to_local * offset;
        const Vec3 scaled = local.cwiseQuotient(body.half);
        const float k0 = scaled.norm();
        const Vec3 gradient = scaled.cwiseQuotient(body.half);
        const float k1 = gradient.norm();
        distance = k1 > 1e-6f ? k0 * (k0 - 1) / k1 : -body.half.minCoeff();
        way = k1 > 1e-6f ? Vec3(body.to_local.transpose() * (gradient / k1))
                         : Vec3::UnitY();
        break;
      }
      case Shape::kBox: {
        const Vec3 local = body.to_local * offset;
        const Vec3 q =
            local.cwiseAbs() - (body.half - Vec3::Constant(body.radius));
        const Vec3 outside = q.cwiseMax(0.0f);
        const float length = outside.norm();
        Vec3 direction = Vec3::Zero();
        if (length > 1e-9f) {
          distance = length - body.radius;
          direction = outside / length;
        } else {
          int axis = 0;
          distance = q.maxCoeff(&axis) - body.radius;
          direction[axis] = 1;
        }
        for (int k = 0; k < 3; ++k)
          direction[k] = std::copysign(direction[k], local[k]);
        way = body.to_local.transpose() * direction;
        break;
      }
    }
    if (distance < nearest) {
      nearest = distance;
      normal = way;
    }
  }
  return nearest;
}

void Drape(Part& part,
           const Colliders& colliders,
           const ClothSettings& settings) {
  Particles particles = MergeVertices(part);
  AddConstraints(particles, settings);
  AddSeams(particles, settings);
  if (settings.pinned) {
    for (size_t i = 0; i < particles.at.size(); ++i) {
      if (settings.pinned(particles.at[i])) particles.weight[i] = 0;
    }
  }
  std::vector<Vec3> velocity(particles.at.size(), Vec3::Zero());
  const float dt = settings.step_s;
  const float keep = std::exp(-settings.damping * dt);
  for (int step = 0; step < settings.steps; ++step) {
    float push = 0;
    if (settings.pressure > 0) {
      const float volume = UpdateNormals(particles);
      push = settings.pressure *
             std::clamp((settings.volume - volume) / (0.1f * settings.volume),
                        -1.0f,
                        1.0f);
    }
    for (size_t i = 0; i < particles.at.size(); ++i) {
      if (particles.weight[i] == 0) continue;
      Vec3 acceleration = settings.gravity;
      if (push != 0) {
        const float length = particles.normal[i].norm();
        if (length > 1e-12f)
          acceleration += particles.normal[i] * (push / length);
      }
      velocity[i] = (velocity[i] + acceleration * dt) * keep;
      particles.before[i] = particles.at[i];
      particles.at[i] += velocity[i] * dt;
    }
    Relax(particles, step % 2 == 1);
    if (!colliders.empty()) Collide(particles, colliders, settings);
    for (size_t i = 0; i < particles.at.size(); ++i) {
      if (particles.weight[i] == 0) continue;
      velocity[i] = (particles.at[i] - particles.before[i]) / dt;
      const float speed = velocity[i].norm();
      if (speed > 3) velocity[i] *= 3 / speed;
    }
  }
  SmoothOut(particles, settings.smoothing);
  // Smoothing draws cloth into convex corners: put it back outside.
  particles.before = particles.at;
  if (!colliders.empty()) Collide(particles, colliders, settings);
  UpdateNormals(particles);
  for (size_t v = 0; v < part.positions.size(); ++v) {
    const uint32_t p = particles.of_vertex[v];
    part.positions[v] = particles.at[p];
    const float length = particles.normal[p].norm();
    part.normals[v] =
        length > 1e-20f ? Vec3(particles.normal[p] / length) : Vec3::UnitY();
  }
}

float EnclosedVolume(const Part& part) {
  float volume = 0;
  for (size_t i = 0; i + 2 < part.indices.size(); i += 3) {
    const Vec3& a = part.positions[part.indices[i]];
    volume += a.dot(part.positions[part.indices[i + 1]].cross(
                  part.positions[part.indices[i + 2]])) /
              6;
  }
  return volume;
}

}  // namespace stage::engine::procedural
