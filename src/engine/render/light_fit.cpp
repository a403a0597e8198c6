#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/render/light_field.h"
#include "engine/render/sampler.h"

namespace stage::engine {
namespace {

constexpr int kEnvironmentWidth = 256;
constexpr float kCeilingAlbedo = 0.82f;
constexpr float kWallAlbedo = 0.72f;
constexpr float kUsualBoost = 4;   // windows clip, or are toned down
constexpr float kClipped = 0.93f;  // linear; brighter pixels tell nothing

ImageF Shrink(const ImageF& photo, int long_edge_px) {
  const double scale = std::min(1.0,
                                static_cast<double>(long_edge_px) /
                                    std::max(photo.width(), photo.height()));
  ImageF small(std::max(1, static_cast<int>(photo.width() * scale)),
               std::max(1, static_cast<int>(photo.height() * scale)),
               3);
  const cv::Mat from(photo.height(),
                     photo.width(),
                     CV_32FC3,
                     const_cast<float*>(photo.data()));
  cv::Mat to(small.height(), small.width(), CV_32FC3, small.data());
  cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
  return small;
}

Color Median(std::vector<Color>& values) {
  Color median;
  for (int c = 0; c < 3; ++c) {
    auto middle = values.begin() + values.size() / 2;
    std::nth_element(
        values.begin(),
        middle,
        values.end(),
        [c](const Color& a, const Color& b) { return a[c] < b[c]; });
    median[c] = (*middle)[c];
  }
  return median;
}

// A pixel of the environment with the room surface it shows.
struct SeenPoint {
  RoomHit hit;
  Color radiance;
};

std::vector<SeenPoint> SeenPoints(const LightField& field) {
  std::vector<SeenPoint> points;
  const ImageF& environment = field.environment;
  points.reserve(static_cast<size_t>(environment.width()) *
                 environment.height());
  for (int y = 0; y < environment.height(); ++y) {
    for (int x = 0; x < environment.width(); ++x) {
      const Eigen::Vector3f ray = field.view.Ray(
          (x + 0.5f) * field.view.width() / environment.width(),
          (y + 0.5f) * field.view.height() / environment.height());
      points.push_back({field.prism.Intersect(field.view.position(), ray),
                        LoadColor(environment.row(y) + 3 * x)});
    }
  }
  return points;
}

std::vector<Color> FaceMedians(const RoomPrism& prism,
                               const std::vector<SeenPoint>& points) {
  constexpr size_t kEnough = 80;
  std::vector<std::vector<Color>> seen(prism.faces().size());
  std::vector<Color> all;
  for (const SeenPoint& point : points) {
    all.push_back(point.radiance);
    if (point.hit.face >= 0) seen[point.hit.face].push_back(point.radiance);
  }
  std::vector<Color> medians(seen.size(), Color::Zero());
  Color wall_mean = Color::Zero();
  int walls = 0;
  for (size_t i = RoomPrism::kFirstWall; i < seen.size(); ++i) {
    if (seen[i].size() < kEnough) continue;
    medians[i] = Median(seen[i]);
    wall_mean += medians[i];
    ++walls;
  }
  wall_mean =
      walls > 0 ? Color(wall_mean / static_cast<float>(walls)) : Median(all);
  for (size_t i = 0; i < seen.size(); ++i) {
    if (seen[i].size() >= kEnough) {
      if (i < RoomPrism::kFirstWall) medians[i] = Median(seen[i]);
    } else {
      medians[i] = i == RoomPrism::kFloor ? Color(wall_mean * 0.6f) : wall_mean;
    }
  }
  return medians;
}

// Openings that light the room: windows, and glazed doors as bright as one.
// What is far darker than the wall around it is a screen, or a window at night.
std::vector<AreaLight> FindWindows(const Scene& scene,
                                   const LightField& field) {
  constexpr float kBrightDoor = 0.75f;
  constexpr float kDarkPane = 0.2f;  // times the wall
  std::vector<AreaLight> windows;
  for (const Opening& opening : scene.room.openings) {
    const int face = RoomPrism::kFirstWall + opening.wall;
    if (opening.wall < 0 ||
        face >= static_cast<int>(field.prism.faces().size())) {
      continue;
    }
    const RoomPrism::Face& wall = field.prism.faces()[face];
    AreaLight light;
    light.face = face;
    light.u0 = static_cast<float>(std::min(opening.u0, opening.u1));
    light.u1 = static_cast<float>(std::max(opening.u0, opening.u1));
    light.v0 = static_cast<float>(std::min(opening.v0, opening.v1));
    light.v1 = static_cast<float>(std::max(opening.v0, opening.v1));
    light.Place(wall.origin + wall.axis_u * light.u0 + wall.axis_v * light.v0 +
                    wall.normal * 1e-3f,
                wall.axis_u * (light.u1 - light.u0),
                wall.axis_v * (light.v1 - light.v0));
    light.normal = wall.normal;
    if (light.area < 0.05f) continue;
    Color sum = Color::Zero();
    int seen = 0;
    constexpr int kGrid = 12;
    for (int j = 0; j < kGrid; ++j) {
      for (int i = 0; i < kGrid; ++i) {
        const Eigen::Vector3f p = light.origin +
                                  light.edge_u * ((i + 0.5f) / kGrid) +
                                  light.edge_v * ((j + 0.5f) / kGrid);
        const View::Projection pixel = field.view.Project(p);
        if (pixel.depth < 0.05f || pixel.x < 0 || pixel.y < 0 ||
            pixel.x >= field.view.width() || pixel.y >= field.view.height()) {
          continue;
        }
        sum += field.Radiance(p, face);
        ++seen;
      }
    }
    light.radiance = seen > 0 ? Color(sum / static_cast<float>(seen))
                              : Color(field.face_median[face]);
    if (opening.kind != OpeningKind::kWindow &&
        Luminance(light.radiance) < kBrightDoor) {
      continue;
    }
    if (Luminance(light.radiance) <
        kDarkPane * Luminance(field.face_median[face])) {
      continue;
    }
    windows.push_back(light);
  }
  return windows;
}

// Irradiance / pi of one surface point, split by what is fitted.
struct Observation {
  float visible, behind, windows, wanted, weight;
};

Observation Observe(const LightField& field,
                    const SeenPoint& seen,
                    uint32_t index) {
  constexpr int kDirections = 192;
  const Eigen::Vector3f normal = field.prism.faces()[seen.hit.face].normal;
  const Eigen::Vector3f point = seen.hit.point + normal * 1e-3f;
  Observation sum{0, 0, 0, 0, 0};
  for (int i = 0; i < kDirections; ++i) {
    Sampler sampler(i, HashBits(index, 0x51f15e));
    const Eigen::Vector3f d = CosineDirection(normal, sampler.Next2D());
    const RoomHit hit = field.prism.Intersect(point, d);
    if (hit.face >= 0 && !field.WindowAt(hit.point, hit.face)) {
      // behind_factor is 1 here: the unseen share scales with it later.
      const View::Projection pixel = field.view.Project(hit.point);
      const bool in_view = pixel.depth > 0.05f && pixel.x >= 0 &&
                           pixel.y >= 0 && pixel.x < field.view.width() &&
                           pixel.y < field.view.height();
      const float value = Luminance(field.Radiance(hit.point, hit.face));
      (in_view ? sum.visible : sum.behind) += value;
    }
    sum.windows += Luminance(
        SampleLights(field.windows, point, normal, sampler).irradiance);
  }
  sum.visible /= kDirections;
  sum.behind /= kDirections;
  sum.windows /= kDirections;
  const bool ceiling = seen.hit.face == RoomPrism::kCeiling;
  sum.wanted =
      Luminance(seen.radiance) / (ceiling ? kCeilingAlbedo : kWallAlbedo);
  return sum;
}

std::vector<Observation> Observations(const LightField& field,
                                      const std::vector<SeenPoint>& points) {
  constexpr int kPerFace = 20;
  std::vector<std::vector<int>> by_face(field.prism.faces().size());
  for (size_t i = 0; i < points.size(); ++i) {
    const SeenPoint& point = points[i];
    if (point.hit.face < 0 || point.hit.face == RoomPrism::kFloor) continue;
    if (point.radiance.maxCoeff() > kClipped ||
        Luminance(point.radiance) < 0.01f) {
      continue;
    }
    if (field.WindowAt(point.hit.point, point.hit.face)) continue;
    by_face[point.hit.face].push_back(static_cast<int>(i));
  }
  const bool ceiling = by_face[RoomPrism::kCeiling].size() > 300;
  std::vector<Observation> observations;
  for (size_t face = 1; face < by_face.size(); ++face) {
    const std::vector<int>& candidates = by_face[face];
    if (candidates.size() <= 300) continue;
    for (int k = 0; k < kPerFace; ++k) {
      Sampler sampler(k, HashBits(static_cast<uint32_t>(face), 0xface));
      const size_t pick = static_cast<size_t>(
          sampler.Next1D() * static_cast<float>(candidates.size()));
      const int index = candidates[std::min(pick, candidates.size() - 1)];
      Observation observation = Observe(field, points[index], index);
      observation.weight = face == RoomPrism::kCeiling ? 1.0f
                           : ceiling                   ? 0.25f
                                                       : 0.5f;
      observations.push_back(observation);
    }
  }
  return observations;
}

float LogError(const Observation& o, float behind, float boost) {
  const float model = o.visible + behind * o.behind + boost * o.windows;
  return std::log(std::max(model, 1e-4f)) - std::log(o.wanted);
}

void FitFactors(LightField& field,
                const std::vector<Observation>& observations) {
  if (observations.size() < 8) {
    if (!field.windows.empty()) field.window_boost = kUsualBoost;
    return;
  }
  constexpr int kBehindSteps = 22, kBoostSteps = 30;
  float best = 1e9f;
  float weight_sum = 0;
  for (const Observation& o : observations) weight_sum += o.weight;
  for (int i = 0; i < kBehindSteps; ++i) {
    const float behind =
        0.4f * std::pow(2.5f / 0.4f, i / (kBehindSteps - 1.0f));
    const int boosts = field.windows.empty() ? 1 : kBoostSteps;
    for (int j = 0; j < boosts; ++j) {
      const float boost = std::pow(30.0f, j / (kBoostSteps - 1.0f));
      float cost = 0;
      for (const Observation& o : observations) {
        const float error = LogError(o, behind, boost);
        cost += o.weight * std::min(error * error, 0.25f);
      }
      cost /= weight_sum;
      const float residual = std::sqrt(cost);
      const float log_behind = std::log(behind);
      const float log_boost = std::log(boost / kUsualBoost);
      cost += 0.006f * log_behind * log_behind;
      if (boosts > 1) cost += 0.01f * log_boost * log_boost;
      if (cost < best) {
        best = cost;
        field.behind_factor = behind;
        field.window_boost = boosts > 1 ? boost : 1;
        field.residual = residual;
      }
    }
  }
  std::vector<float> errors;
  for (const Observation& o : observations) {
    errors.push_back(LogError(o, field.behind_factor, field.window_boost));
  }
  std::nth_element(
      errors.begin(), errors.begin() + errors.size() / 2, errors.end());
  field.furniture_gain =
      std::clamp(std::exp(-errors[errors.size() / 2]), 0.85f, 1.5f);
}

}  // namespace

LightField FitLight(const Scene& scene, const ImageF& photo_linear) {
  LightField field{
      .prism = RoomPrism(scene.room),
      .view = View(scene.camera, photo_linear.width(), photo_linear.height()),
      .environment = Shrink(photo_linear, kEnvironmentWidth),
      .face_median = {},
      .windows = {}};
  for (size_t i = 0; i < field.environment.size_bytes() / sizeof(float); ++i) {
    field.environment.data()[i] = std::max(0.0f, field.environment.data()[i]);
  }
  const std::vector<SeenPoint> points = SeenPoints(field);
  field.face_median = FaceMedians(field.prism, points);
  field.windows = FindWindows(scene, field);
  FitFactors(field, Observations(field, points));
  for (AreaLight& window : field.windows) {
    window.radiance *= field.window_boost;
  }
  return field;
}

}  // namespace stage::engine
