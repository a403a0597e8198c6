#include "engine/catalogue/procedural/foliage.h"

#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

constexpr float kPi = static_cast<float>(M_PI);

/// Half width along the leaf, 1 at the widest.
float Outline(float t, float widest) {
  const float power = std::log(0.5f) / std::log(std::clamp(widest, 0.1f, 0.9f));
  return std::pow(std::max(0.0f, std::sin(kPi * std::pow(t, power))), 0.8f);
}

std::vector<Vec3> Stem(
    const Vec3& foot, float reach, float lean, float angle, Random& random) {
  const Vec3 out(std::cos(angle), 0, std::sin(angle));
  const float bow = random.Range(-0.15f, 0.15f);
  const Vec3 side(-out.z(), 0, out.x());
  std::vector<Vec3> knots;
  for (int i = 0; i < 5; ++i) {
    const float t = static_cast<float>(i) / 4;
    knots.push_back(foot + Vec3(0, reach * (t - 0.08f * lean * t * t), 0) +
                    out * lean * t * t * 0.9f +
                    side * bow * reach * std::sin(t * kPi) * 0.4f);
  }
  return SmoothPath(knots, 6);
}

}  // namespace

Part Leaf(const LeafForm& form, float length, uint32_t seed) {
  const int along = form.lobes > 0 ? 40 : 10, across = form.lobes > 0 ? 8 : 4;
  const float twist = (HashUnit(seed + 3) - 0.5f) * 0.5f,
              bend = (HashUnit(seed + 4) - 0.5f) * 0.16f;
  Part leaf = Sheet(across, along, [&](float u, float v) {
    const float s = 2 * u - 1, t = v;
    float half =
        form.breadth * length * Outline(std::max(t, 0.004f), form.widest);
    if (form.lobes > 0) {
      // Cuts between lobes run from the rim two thirds towards the rib.
      const float phase =
          t * static_cast<float>(form.lobes) + (s > 0 ? 0.25f : 0.0f);
      const float cut = std::pow(std::abs(std::sin(phase * kPi)), 0.35f);
      const float edge = std::clamp((std::abs(s) - 0.3f) / 0.7f, 0.0f, 1.0f);
      half *= 1 - edge * (1 - cut) * (t > 0.12f && t < 0.93f ? 0.72f : 0.0f);
    }
    const float wave = form.ripple * half *
                       std::sin(t * 17 + static_cast<float>(seed % 7)) *
                       std::abs(s);
    const float rise = form.cup * half * std::abs(s) * std::abs(s);
    const float sink = -form.droop * length * t * t;
    const float roll = twist * t * s * half;
    const float shorten = 1 - 0.35f * form.droop * t;
    return Vec3(s * half + bend * length * t * t,
                rise + sink + wave + roll,
                t * length * shorten);
  });
  // Sheet's normal follows x cross z, which looks down.
  for (size_t i = 0; i + 2 < leaf.indices.size(); i += 3)
    std::swap(leaf.indices[i + 1], leaf.indices[i + 2]);
  ComputeNormals(leaf);
  return leaf;
}

Part LeafAt(const LeafForm& form,
            const Vec3& base,
            const Vec3& direction,
            const Vec3& up,
            float length,
            uint32_t seed) {
  const Vec3 forward = direction.normalized();
  Vec3 side = up.cross(forward);
  side = side.norm() > 1e-4f ? side.normalized() : forward.unitOrthogonal();
  Pose pose = Pose::Identity();
  pose.linear().col(0) = side;
  pose.linear().col(1) = forward.cross(side);
  pose.linear().col(2) = forward;
  pose.translation() = base;
  return Posed(Leaf(form, length, seed), pose);
}

void AddBranches(const std::string& kind,
                 const Vec3& foot,
                 float reach,
                 float spread,
                 uint32_t seed,
                 MeshBuilder& builder) {
  Random random(seed * 7 + 3);
  Part stems, leaves, plumes;
  const int count = kind == "grass" ? 16 : kind == "twigs" ? 7 : 6;
  for (int i = 0; i < count; ++i) {
    const float angle = 2 * kPi *
                        (static_cast<float>(i) + random.Range(-0.3f, 0.3f)) /
                        static_cast<float>(count);
    const float lean = spread * random.Range(0.35f, 0.95f),
                tall = reach * random.Range(0.68f, 1.0f);
    const std::vector<Vec3> path = Stem(foot, tall, lean, angle, random);
    const auto steps = static_cast<int>(path.size());
    std::vector<float> radii;
    for (int k = 0; k < steps; ++k)
      radii.push_back(
          (kind == "grass" ? 0.0014f : 0.0026f) *
          (1.15f - 0.75f * static_cast<float>(k) / static_cast<float>(steps)));
    stems.Append(Tube(path, radii, 6));
    if (kind == "grass") {
      // A feathery plume of fine hairs.
      for (int k = 0; k < 46; ++k) {
        const float t = 0.6f + 0.4f * static_cast<float>(k) / 46;
        const Vec3 at =
            path[static_cast<size_t>(t * static_cast<float>(steps - 1))];
        const Vec3 along = (path[static_cast<size_t>(steps - 1)] -
                            path[static_cast<size_t>(steps - 4)])
                               .normalized();
        const Vec3 out = (along * 1.2f + Vec3(random.Range(-1, 1),
                                              random.Range(-0.5f, 0.6f),
                                              random.Range(-1, 1)))
                             .normalized();
        const float length =
            0.05f *
                std::sin(kPi * std::clamp((t - 0.57f) / 0.45f, 0.05f, 0.95f)) +
            0.012f;
        plumes.Append(LeafAt({0.05f, 0.4f, 0.0f, 0.25f, 0.0f},
                             at,
                             out,
                             Vec3::UnitY(),
                             length,
                             seed + static_cast<uint32_t>(k)));
      }
      continue;
    }
    if (kind == "twigs") {
      for (int k = 1; k < 4; ++k) {
        const Vec3 at =
            path[static_cast<size_t>((0.35f + 0.17f * static_cast<float>(k)) *
                                     static_cast<float>(steps - 1))];
        const Vec3 out = Vec3(random.Range(-1, 1),
                              random.Range(0.6f, 1.4f),
                              random.Range(-1, 1))
                             .normalized() *
                         tall * random.Range(0.16f, 0.3f);
        stems.Append(Tube(
            SmoothPath({at, at + out * 0.5f + Vec3(0, 0.01f, 0), at + out}, 5),
            std::vector<float>{0.0019f,
                               0.0018f,
                               0.0017f,
                               0.0016f,
                               0.0015f,
                               0.0013f,
                               0.0012f,
                               0.0011f,
                               0.001f,
                               0.0009f,
                               0.0008f},
            5));
        for (int b = 1; b < 4; ++b)
          leaves.Append(Moved(Ellipsoid({0.003f, 0.0045f, 0.003f}, 2, 6),
                              at + out * (static_cast<float>(b) / 3)));
      }
      continue;
    }
    const bool round = kind == "eucalyptus";
    const int pairs = round ? 13 : 12;
    for (int k = 0; k < pairs; ++k) {
      const float t =
          0.2f + 0.8f * static_cast<float>(k) / static_cast<float>(pairs);
      const auto at_index =
          static_cast<size_t>(t * static_cast<float>(steps - 2));
      const Vec3 at = path[at_index],
                 along = (path[at_index + 1] - at).normalized();
      const float spin = static_cast<float>(k) * (round ? 1.57f : 2.4f) +
                         random.Range(-0.4f, 0.4f);
      const Vec3 across = along.unitOrthogonal();
      for (const float s : {0.0f, kPi}) {
        if (random.Unit() < 0.12f) continue;
        const Vec3 out = Eigen::AngleAxisf(spin + s, along) * across;
        const Vec3 direction =
            (out + along * (round ? 0.5f : 0.95f)).normalized();
        const float length = (round ? 0.036f : 0.058f) *
                             random.Range(0.75f, 1.15f) * (1.05f - 0.4f * t);
        leaves.Append(LeafAt(round ? LeafForm{0.46f, 0.5f, 0.12f, 0.08f, 0.0f}
                                   : LeafForm{0.15f, 0.5f, 0.2f, 0.14f, 0.02f},
                             at,
                             direction,
                             along,
                             length,
                             seed + static_cast<uint32_t>(k * 7 + i)));
      }
    }
  }
  builder.Add(stems,
              Lacquer("stem", kind == "grass" ? "#b8a078" : "#5d4a38", 0.8f));
  if (kind == "grass") builder.Add(plumes, Foliage("leaf", "#cdb48a"));
  if (kind == "twigs") builder.Add(leaves, Lacquer("bud", "#7a5a44", 0.8f));
  if (kind == "eucalyptus") builder.Add(leaves, Foliage("leaf", "#7f9384"));
  if (kind == "branches") builder.Add(leaves, Foliage("leaf", "#6c7a55"));
}

}  // namespace stage::engine::procedural
