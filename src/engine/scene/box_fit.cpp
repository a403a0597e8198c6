#include "engine/scene/box_fit.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace stage::engine {
namespace {

struct Hit {
  BoxFace face;
  float margin;  ///< relative distance to the next face behind
};

inline Hit Intersect(const Box& box,
                     const Eigen::Vector3f& ray,
                     const Eigen::Vector3f& inverse) {
  constexpr float kFar = 1e9f;
  const float x = static_cast<float>(ray.x() < 0 ? box.left : box.right);
  const float y = ray.y() < 0 ? -1.f : static_cast<float>(box.height - 1);
  const float tx = x * inverse.x();
  const float ty = y * inverse.y();
  const float tz =
      ray.z() < 0 ? static_cast<float>(box.back) * inverse.z() : kFar;
  if (tx < ty && tx < tz) {
    return {ray.x() < 0 ? BoxFace::kLeft : BoxFace::kRight,
            std::min(ty, tz) / tx - 1};
  }
  if (ty < tz) {
    return {ray.y() < 0 ? BoxFace::kFloor : BoxFace::kCeiling,
            std::min(tx, tz) / ty - 1};
  }
  return {BoxFace::kBack, std::min(tx, ty) / tz - 1};
}

struct EdgeSums {
  double support = 0, miss = 0, ceiling = 0, ceiling_length = 0;
};

EdgeSums SumEdges(const LayoutEvidence& evidence, const Box& b) {
  constexpr double kNear = 0.5;  // edges run on past the camera
  const double h = b.height;
  struct Edge {
    Eigen::Vector3d from, to;
    Axis axis;
    double weight;
  };
  const std::array<Edge, 8> edges = {{
      {{b.left, 0, b.back}, {b.right, 0, b.back}, Axis::kX, 1.6},
      {{b.left, h, b.back}, {b.right, h, b.back}, Axis::kX, 1.2},
      {{b.left, 0, b.back}, {b.left, 0, kNear}, Axis::kZ, 1.6},
      {{b.right, 0, b.back}, {b.right, 0, kNear}, Axis::kZ, 1.6},
      {{b.left, h, b.back}, {b.left, h, kNear}, Axis::kZ, 1.2},
      {{b.right, h, b.back}, {b.right, h, kNear}, Axis::kZ, 1.2},
      {{b.left, 0, b.back}, {b.left, h, b.back}, Axis::kY, 0.8},
      {{b.right, 0, b.back}, {b.right, h, b.back}, Axis::kY, 0.8},
  }};
  EdgeSums sums;
  for (const Edge& edge : edges) {
    const auto found = evidence.Edge(edge.from, edge.to, edge.axis);
    sums.support += edge.weight * found.support * found.length;
    sums.miss += edge.weight * (1 - found.support) * found.length;
    if (edge.from.y() > 0 && edge.axis != Axis::kY) {
      sums.ceiling += found.support * found.length;
      sums.ceiling_length += found.length;
    }
  }
  return sums;
}

/// Which of five faces every open cell shows: 0 and 1 left and right, 2 and 3
/// floor and ceiling, 4 back. Written without branches, for it is the inner
/// loop of the search.
void FacesOf(const LayoutEvidence::OpenCells& cells,
             const Box& box,
             std::vector<int>& faces) {
  const float left = static_cast<float>(box.left);
  const float right = static_cast<float>(box.right);
  const float up = static_cast<float>(box.height - 1);
  const float back = static_cast<float>(box.back);
  const size_t count = cells.inverse_x.size();
  faces.resize(count);
  constexpr float kFar = 1e9f;
  const float* inverse_x = cells.inverse_x.data();
  const float* inverse_y = cells.inverse_y.data();
  const float* inverse_z = cells.inverse_z.data();
  int* out = faces.data();
  for (size_t i = 0; i < count; ++i) {
    const float x = inverse_x[i], y = inverse_y[i], z = back * inverse_z[i];
    const float tx = x < 0 ? left * x : right * x;
    const float ty = y < 0 ? -y : up * y;
    const float tz = z > 0 ? z : kFar;
    const int side = x < 0 ? 0 : 1, level = y < 0 ? 2 : 3;
    const int farther = ty < tz ? level : 4;
    const bool is_side = (tx < ty) & (tx < tz);
    out[i] = is_side ? side : farther;
  }
}

/// Share of the picture's colour variance between the faces.
double ExplainedVariance(const LayoutEvidence& evidence, const Box& box) {
  const LayoutEvidence::OpenCells& open = evidence.open_cells();
  thread_local std::vector<int> faces;
  FacesOf(open, box, faces);
  std::array<Eigen::Vector4f, 5> sums;
  sums.fill(Eigen::Vector4f::Zero());
  for (size_t i = 0; i < faces.size();) {
    // Neighbours mostly show one face: its sum stays in a register.
    const int face = faces[i];
    Eigen::Vector4f sum = sums[face];
    for (; i < faces.size() && faces[i] == face; ++i) sum += open.color[i];
    sums[face] = sum;
  }
  Eigen::Vector3f total = Eigen::Vector3f::Zero();
  float cells = 0, between = 0;
  for (int face = 0; face < 5; ++face) {
    const Eigen::Vector3f sum = sums[face].head<3>();
    const float count = sums[face][3];
    total += sum;
    cells += count;
    if (count > 3) between += sum.squaredNorm() / count;
  }
  if (cells < 1) return 0;
  const float mean = total.squaredNorm() / cells;
  const float variance = open.squares - mean;
  return variance > 1e-3f ? std::max(0.f, (between - mean) / variance) : 0;
}

/// Weighted share of segments that cannot lie on the face they are seen on:
/// a line along a face's normal.
double Contradictions(const LayoutEvidence& evidence, const Box& box) {
  if (evidence.sample_weight() <= 0) return 0;
  float sum = 0;
  for (const LayoutEvidence::Sample& sample : evidence.samples()) {
    const Hit hit = Intersect(box, sample.ray, sample.inverse);
    if (hit.margin < 0.03f) continue;
    switch (sample.axis) {
      case Axis::kX:
        if (hit.face == BoxFace::kLeft || hit.face == BoxFace::kRight) {
          sum += sample.weight;
        }
        break;
      case Axis::kY:
        if (hit.face == BoxFace::kCeiling) sum += sample.weight;
        // Verticals below the floor line are often mirror images.
        if (hit.face == BoxFace::kFloor) sum += 0.35f * sample.weight;
        break;
      case Axis::kZ:
        if (hit.face == BoxFace::kBack) sum += sample.weight;
        break;
      case Axis::kOblique:
      case Axis::kNone:
        break;
    }
  }
  return sum / evidence.sample_weight();
}

/// Mild preference for rooms of common size.
double Prior(const Box& b) {
  const auto squared = [](double x) { return x * x; };
  return -0.015 * std::min(9.0, squared(std::log(b.height / 1.85) / 0.2)) -
         0.010 * squared(std::log((b.right - b.left) / 3.2) / 0.6) -
         0.010 * squared(std::log(-b.back / 3.0) / 0.6);
}

bool IsPossible(const Box& b) {
  return b.left < -0.12 && b.right > 0.12 && b.back < -0.5 && b.height > 1.2 &&
         b.left > -12 && b.right < 12 && b.back > -20 && b.height < 5;
}

/// Geometric series from `from` to `to`.
std::vector<double> Series(double from, double to, int count) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) {
    values.push_back(from * std::pow(to / from, i / (count - 1.0)));
  }
  return values;
}

/// Candidate planes for left, right, back and height.
using Candidates = std::array<std::vector<double>, 4>;

Candidates MakeCandidates(const LayoutEvidence& evidence,
                          const std::optional<double>& fixed_height) {
  constexpr size_t kPerSide = 22;
  Candidates c;
  for (size_t i = 0; i < evidence.segments().size(); ++i) {
    const Axis axis = evidence.axes()[i];
    if (axis != Axis::kX && axis != Axis::kZ) continue;
    const Eigen::Vector3d ray =
        evidence.camera().Ray(evidence.segments()[i].Midpoint());
    if (ray.y() > -0.03) continue;
    const double x = ray.x() / -ray.y();
    const double z = ray.z() / -ray.y();
    if (axis == Axis::kX && z < -0.8 && z > -14 && c[2].size() < kPerSide) {
      c[2].push_back(z);
    }
    if (axis == Axis::kZ && std::abs(x) > 0.2 && std::abs(x) < 8) {
      std::vector<double>& side = x < 0 ? c[0] : c[1];
      if (side.size() < kPerSide) side.push_back(x);
    }
  }
  for (const double v : Series(0.4, 7, 12)) {
    c[0].push_back(-v);
    c[1].push_back(v);
  }
  for (const double v : Series(1.1, 12, 16)) c[2].push_back(-v);
  c[3] =
      fixed_height ? std::vector<double>{*fixed_height} : Series(1.4, 3.4, 14);
  return c;
}

double& Side(Box& box, int i) {
  switch (i) {
    case 0:
      return box.left;
    case 1:
      return box.right;
    case 2:
      return box.back;
    default:
      return box.height;
  }
}

constexpr double kVarianceWorth = 0.9;

double Total(const EdgeSums& sums,
             double variance,
             double contradictions,
             const Box& box) {
  return sums.support - 0.12 * sums.miss + kVarianceWorth * variance -
         1.1 * contradictions + Prior(box);
}

/// The score of a box, or something lower than `least` where it is not above
/// it: what costs time is left for boxes that may still win.
double ScoreAbove(double least,
                  const LayoutEvidence& evidence,
                  const Box& box) {
  if (!IsPossible(box)) return -9;
  const EdgeSums sums = SumEdges(evidence, box);
  constexpr double kMostVariance = 1, kRounding = 1e-6;
  if (Total(sums, kMostVariance, 0, box) < least - kRounding) return -9;
  const double contradictions = Contradictions(evidence, box);
  if (Total(sums, kMostVariance, contradictions, box) < least - kRounding) {
    return -9;
  }
  return Total(sums, ExplainedVariance(evidence, box), contradictions, box);
}

void Ascend(const LayoutEvidence& evidence,
            const Candidates& candidates,
            int first_side,
            Box& box,
            double& score) {
  constexpr int kRounds = 4;
  int settled = 0;  // sides since the last that moved
  for (int i = 0; i < 4 * kRounds && settled < 4; ++i) {
    const int side = (first_side + i) % 4;
    bool moved = false;
    for (const double value : candidates[side]) {
      Box next = box;
      Side(next, side) = value;
      const double s = ScoreAbove(score, evidence, next);
      if (s > score) {
        score = s;
        box = next;
        moved = true;
      }
    }
    settled = moved ? 1 : settled + 1;
  }
}

void Refine(const LayoutEvidence& evidence,
            bool height_is_fixed,
            Box& box,
            double& score) {
  for (double step = 0.06; step > 0.002;) {
    bool improved = false;
    for (int side = 0; side < (height_is_fixed ? 3 : 4); ++side) {
      for (const double sign : {1.0, -1.0}) {
        Box next = box;
        double& value = Side(next, side);
        value = side < 3 ? value * (1 + sign * step)
                         : 1 + (value - 1) * (1 + sign * step);
        const double s = ScoreAbove(score, evidence, next);
        if (s > score + 1e-6) {
          score = s;
          box = next;
          improved = true;
        }
      }
    }
    if (!improved) step *= 0.5;
  }
}

}  // namespace

BoxFace FaceOf(const Box& box, const Eigen::Vector3f& ray) {
  const Eigen::Vector3f inverse = ray.unaryExpr(
      [](float v) { return 1 / (std::abs(v) < 1e-6f ? 1e-6f : v); });
  return Intersect(box, ray, inverse).face;
}

BoxFit ScoreBox(const LayoutEvidence& evidence, const Box& box) {
  BoxFit fit;
  fit.box = box;
  const EdgeSums sums = SumEdges(evidence, box);
  fit.edges = sums.support;
  fit.variance = ExplainedVariance(evidence, box);
  fit.contradictions = Contradictions(evidence, box);
  fit.ceiling_support =
      sums.ceiling_length > 0.02 ? sums.ceiling / sums.ceiling_length : 0;
  fit.score = Total(sums, fit.variance, fit.contradictions, box);
  return fit;
}

BoxFit FitBox(const LayoutEvidence& evidence,
              const std::optional<double>& fixed_height,
              BoxEffort effort) {
  const Candidates candidates = MakeCandidates(evidence, fixed_height);
  const double height = fixed_height.value_or(1.85);
  // Starts that differ in every side, so that no wall is only ever approached
  // from one of its neighbours.
  const std::array<Box, 6> starts = {{{-0.8, 2.5, -2, height},
                                      {-2.5, 0.8, -2, height},
                                      {-1.5, 1.5, -3, height},
                                      {-1.0, 1.0, -5, height},
                                      {-3.5, 1.5, -4.5, height},
                                      {-1.5, 3.5, -4.5, height}}};
  struct Scored {
    double score;
    Box box;
  };
  std::vector<Scored> found;
  const size_t count = effort == BoxEffort::kQuick ? 2 : starts.size();
  for (size_t i = 0; i < count; ++i) {
    Box box = starts[i];
    double score = ScoreAbove(-9, evidence, box);
    Ascend(evidence, candidates, static_cast<int>((i + 2) % 4), box, score);
    found.push_back({score, box});
  }
  std::stable_sort(
      found.begin(), found.end(), [](const Scored& a, const Scored& b) {
        return a.score > b.score;
      });
  const size_t refined = effort == BoxEffort::kQuick ? 1 : 3;
  Scored best{-1e9, {}};
  for (size_t i = 0; i < std::min(refined, found.size()); ++i) {
    Refine(evidence, fixed_height.has_value(), found[i].box, found[i].score);
    if (found[i].score > best.score) best = found[i];
  }
  return ScoreBox(evidence, best.box);
}

}  // namespace stage::engine
