#include "engine/edit/sky_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/photo/srgb_curve.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/edit/oklab.h"

namespace stage::engine {
namespace {

constexpr double kDegree = 3.14159265358979323846 / 180;
constexpr double kTurbidity = 2.6;
constexpr double kSunElevation = 42 * kDegree;
constexpr double kZenithLuminance = 0.27;  // linear, of a clear sky

float SmoothStep(float from, float to, float value) {
  const float t = std::clamp((value - from) / (to - from), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

cv::Vec3f Mix(const cv::Vec3f& a, const cv::Vec3f& b, float part) {
  return a + (b - a) * part;
}

/// A colour of a gradient: display sRGB at an elevation.
struct Stop {
  double elevation_degrees;
  std::array<int, 3> srgb;
};
using Stops = std::vector<Stop>;

const Stops& GradientOf(SkyKind kind) {
  static const Stops golden = {{0, {255, 206, 134}},
                               {6, {253, 200, 146}},
                               {14, {230, 196, 172}},
                               {24, {172, 182, 198}},
                               {38, {112, 148, 192}},
                               {90, {58, 98, 156}}};
  static const Stops dusk = {{0, {243, 188, 134}},
                             {4, {234, 184, 146}},
                             {8, {204, 174, 164}},
                             {13, {156, 156, 178}},
                             {20, {108, 130, 176}},
                             {32, {66, 97, 158}},
                             {50, {42, 68, 128}},
                             {90, {26, 44, 96}}};
  static const Stops blue = {{0, {150, 150, 176}},
                             {5, {116, 132, 175}},
                             {12, {80, 106, 164}},
                             {24, {52, 78, 142}},
                             {42, {32, 54, 112}},
                             {90, {16, 28, 70}}};
  static const Stops sunrise = {{0, {255, 205, 168}},
                                {6, {251, 195, 188}},
                                {14, {219, 186, 203}},
                                {26, {163, 170, 208}},
                                {45, {112, 144, 194}},
                                {90, {76, 112, 172}}};
  switch (kind) {
    case SkyKind::kGolden:
      return golden;
    case SkyKind::kBlue:
      return blue;
    case SkyKind::kSunrise:
      return sunrise;
    default:
      return dusk;
  }
}

Oklab LabOfStop(const Stop& stop) {
  float rgb[3];
  for (int c = 0; c < 3; ++c) {
    rgb[c] = static_cast<float>(SrgbToLinear(stop.srgb[c] / 255.0));
  }
  return OklabOf(rgb);
}

double Perez(const std::array<double, 5>& p, double cos_theta, double gamma) {
  const double cos_gamma = std::cos(gamma);
  return (1 + p[0] * std::exp(p[1] / std::max(0.02, cos_theta))) *
         (1 + p[2] * std::exp(p[3] * gamma) + p[4] * cos_gamma * cos_gamma);
}

constexpr double T = kTurbidity;
constexpr std::array<double, 5> kPerezY = {0.1787 * T - 1.4630,
                                           -0.3554 * T + 0.4275,
                                           -0.0227 * T + 5.3251,
                                           0.1206 * T - 2.5771,
                                           -0.0670 * T + 0.3703};
constexpr std::array<double, 5> kPerezx = {-0.0193 * T - 0.2592,
                                           -0.0665 * T + 0.0008,
                                           -0.0004 * T + 0.2125,
                                           -0.0641 * T - 0.8989,
                                           -0.0033 * T + 0.0452};
constexpr std::array<double, 5> kPerezy = {-0.0167 * T - 0.2608,
                                           -0.0950 * T + 0.0092,
                                           -0.0079 * T + 0.2102,
                                           -0.0441 * T - 1.6537,
                                           -0.0109 * T + 0.0529};

double ZenithChroma(const std::array<std::array<double, 4>, 3>& m,
                    double theta) {
  const std::array<double, 3> turbidity = {T * T, T, 1};
  double value = 0;
  for (int i = 0; i < 3; ++i) {
    value +=
        turbidity[i] *
        (((m[i][0] * theta + m[i][1]) * theta + m[i][2]) * theta + m[i][3]);
  }
  return value;
}

constexpr std::array<std::array<double, 4>, 3> kZenithx = {
    {{0.00166, -0.00375, 0.00209, 0},
     {-0.02903, 0.06377, -0.03202, 0.00394},
     {0.11693, -0.21196, 0.06052, 0.25886}}};
constexpr std::array<std::array<double, 4>, 3> kZenithy = {
    {{0.00275, -0.00610, 0.00317, 0},
     {-0.04214, 0.08970, -0.04153, 0.00516},
     {0.15346, -0.26756, 0.06670, 0.26688}}};

cv::Vec3f LinearOfxyY(double x, double y, double luminance) {
  const double big_x = luminance * x / y;
  const double big_z = luminance * (1 - x - y) / y;
  return {static_cast<float>(3.2406255 * big_x - 1.5372080 * luminance -
                             0.4986286 * big_z),
          static_cast<float>(-0.9689307 * big_x + 1.8757561 * luminance +
                             0.0415175 * big_z),
          static_cast<float>(0.0557101 * big_x - 0.2040211 * luminance +
                             1.0569959 * big_z)};
}

/// Cameras show the sky's blue deeper and less violet than its colour is.
cv::Vec3f AsPhotographed(const cv::Vec3f& measured) {
  Oklab lab = OklabOf(measured.val);
  lab.a = 1.1f * lab.a + 0.25f * std::min(0.0f, lab.b);
  lab.b *= 1.2f;
  cv::Vec3f shown;
  RgbOf(lab, shown.val);
  return shown;
}

/// Where a direction meets the layer of clouds, in layer heights.
Eigen::Vector2f LayerPoint(const Eigen::Vector3d& direction) {
  // Over a curved earth the layer meets the horizon at a finite distance.
  const double up = std::max(0.0, direction.y()) + 0.07;
  return {static_cast<float>(direction.x() / up),
          static_cast<float>(direction.z() / up)};
}

struct CloudLook {
  float frequency;
  float stretch;    ///< across the wind
  float threshold;  ///< of noise; lower: more cloud
  float softness;
  float opacity;
};

}  // namespace

SkyModel::SkyModel(SkyKind kind, uint64_t seed, double horizon_degrees)
    : kind_(kind),
      seed_(procedural::Hash(static_cast<uint32_t>(seed),
                             static_cast<uint32_t>(seed >> 32))),
      horizon_degrees_(horizon_degrees) {
  // Behind the camera and to one side, as photographers like it.
  const double azimuth = 130 * kDegree;
  to_sun_ = {std::cos(kSunElevation) * std::sin(azimuth),
             std::sin(kSunElevation),
             -std::cos(kSunElevation) * std::cos(azimuth)};
  const cv::Vec3f zenith = Daylight({0, 1, 0});
  scale_ = kZenithLuminance /
           (0.2126 * zenith[0] + 0.7152 * zenith[1] + 0.0722 * zenith[2]);
}

cv::Vec3f SkyModel::Daylight(const Eigen::Vector3d& direction) const {
  const double cos_theta = std::max(0.03, direction.y());
  const double gamma =
      std::acos(std::clamp(direction.normalized().dot(to_sun_), -1.0, 1.0));
  const double sun_theta = std::acos(to_sun_.y());
  const auto relative = [&](const std::array<double, 5>& p) {
    return Perez(p, cos_theta, gamma) / Perez(p, 1, sun_theta);
  };
  const double x = ZenithChroma(kZenithx, sun_theta) * relative(kPerezx);
  const double y = ZenithChroma(kZenithy, sun_theta) * relative(kPerezy);
  // Photographs compress the bright rim of the sky.
  const double luminance = std::pow(relative(kPerezY), 0.7);
  return AsPhotographed(LinearOfxyY(x, y, luminance) *
                        static_cast<float>(scale_));
}

cv::Vec3f SkyModel::Gradient(const Eigen::Vector3d& direction) const {
  const Stops& stops = GradientOf(kind_);
  const double elevation =
      std::asin(std::clamp(direction.y(), 0.0, 1.0)) / kDegree;
  // Towards the side where the sun went down the warm band reaches higher.
  const double side =
      0.5 + 0.5 * std::sin(std::atan2(direction.x(), -direction.z()) + 0.4);
  const double seen =
      std::max(0.0, elevation - horizon_degrees_) * (1.18 - 0.36 * side);
  size_t i = 0;
  while (i + 2 < stops.size() && stops[i + 1].elevation_degrees < seen) ++i;
  const double span =
      stops[i + 1].elevation_degrees - stops[i].elevation_degrees;
  const auto part = static_cast<float>(
      std::clamp((seen - stops[i].elevation_degrees) / span, 0.0, 1.0));
  const Oklab a = LabOfStop(stops[i]), b = LabOfStop(stops[i + 1]);
  cv::Vec3f rgb;
  RgbOf({a.lightness + (b.lightness - a.lightness) * part,
         a.a + (b.a - a.a) * part,
         a.b + (b.b - a.b) * part},
        rgb.val);
  return rgb;
}

cv::Vec3f SkyModel::WithClouds(const Eigen::Vector3d& direction,
                               const cv::Vec3f& sky) const {
  const bool day = kind_ == SkyKind::kCloudy;
  const CloudLook look = day ? CloudLook{0.55f, 1.3f, -0.14f, 0.34f, 0.96f}
                             : CloudLook{0.4f, 3.2f, 0.0f, 0.5f, 0.55f};
  const Eigen::Vector2f at = LayerPoint(direction) * look.frequency;
  const auto density = [&](const Eigen::Vector2f& p) {
    const float u = p.x() / look.stretch, v = p.y();
    const float warp = 0.7f * procedural::Fbm2(u + 5, v - 3, 3, 0.5f, seed_);
    return procedural::Fbm2(u + warp, v - warp, 7, 0.54f, seed_ + 1) -
           look.threshold;
  };
  const float here = density(at);
  const float cover = SmoothStep(0, look.softness, here) * look.opacity;
  const auto up = static_cast<float>(std::max(0.0, direction.y()));
  const float haze = SmoothStep(0.0f, 0.12f, up);
  if (cover <= 0) return sky;
  cv::Vec3f cloud;
  if (day) {
    // Thick parts and the side away from the sun are darker.
    const Eigen::Vector2f towards(static_cast<float>(to_sun_.x()),
                                  static_cast<float>(to_sun_.z()));
    const float shade = here + 0.9f * density(at + 0.22f * towards);
    const float lit = 1 - 0.72f * SmoothStep(0.05f, 1.0f, shade);
    cloud = Mix({0.34f, 0.38f, 0.44f}, {0.93f, 0.93f, 0.92f}, lit);
    return Mix(
        Mix(sky, {0.74f, 0.78f, 0.82f}, 0.5f), Mix(sky, cloud, cover), haze);
  }
  // Lit from below near the sun, in the earth's shadow farther up.
  const cv::Vec3f low = kind_ == SkyKind::kBlue
                            ? cv::Vec3f(0.20f, 0.17f, 0.27f)
                            : cv::Vec3f(0.82f, 0.36f, 0.25f);
  const cv::Vec3f high(sky * 0.72f + cv::Vec3f(0.02f, 0.015f, 0.02f));
  cloud = Mix(low, high, SmoothStep(0.06f, 0.42f, up));
  return Mix(sky, cloud, cover * (0.35f + 0.65f * haze));
}

cv::Vec3f SkyModel::Radiance(const Eigen::Vector3d& direction) const {
  cv::Vec3f sky;
  switch (kind_) {
    case SkyKind::kClear:
      sky = Daylight(direction);
      break;
    case SkyKind::kCloudy:
      sky = WithClouds(direction, Daylight(direction));
      break;
    case SkyKind::kMisty: {
      // CIE overcast: the zenith is three times the horizon's; mist evens
      // that out.
      const auto up = static_cast<float>(std::max(0.0, direction.y()));
      const float cie = (1 + 2 * up) / 3;
      const Eigen::Vector2f at = LayerPoint(direction) * 0.35f;
      const float drift =
          1 + 0.05f * procedural::Fbm2(at.x() / 2, at.y(), 4, 0.5f, seed_);
      sky = cv::Vec3f(0.70f, 0.725f, 0.75f) * (0.85f + 0.25f * cie) * drift;
      break;
    }
    default:
      sky = WithClouds(direction, Gradient(direction));
  }
  for (int c = 0; c < 3; ++c) sky[c] = std::clamp(sky[c], 0.0f, 1.0f);
  return sky;
}

}  // namespace stage::engine
