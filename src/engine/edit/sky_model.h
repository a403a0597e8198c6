#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <opencv2/core.hpp>
#include <string_view>

namespace stage::engine {

/// The skies that can be put in, by day and around sunset.
enum class SkyKind {
  kClear,
  kCloudy,
  kMisty,
  kGolden,   ///< the sun just above the horizon
  kDusk,     ///< warm horizon, blue above
  kBlue,     ///< blue hour
  kSunrise,  ///< paler and pinker than dusk
};

/// Radiance of a sky by direction, in linear sRGB where 1 is display white.
/// By day: the analytic model of Preetham, Shirley and Smits (SIGGRAPH 1999,
/// doi:10.1145/311535.311545) and, for mist, the CIE overcast sky. Around
/// sunset: gradients by elevation, as analytic models end at the horizon.
/// Clouds are a layer of noise at constant height, so that they have
/// perspective. The same seed gives the same clouds.
class SkyModel {
 public:
  /// @param horizon_degrees  elevation at which colours of a twilight sky
  ///        begin: what hides the horizon should not hide its colours too
  SkyModel(SkyKind kind, uint64_t seed, double horizon_degrees = 0);

  /// @param direction  unit, world axes of Camera; below the horizon counts
  ///                   as on it
  cv::Vec3f Radiance(const Eigen::Vector3d& direction) const;
  SkyKind kind() const { return kind_; }

 private:
  cv::Vec3f Gradient(const Eigen::Vector3d& direction) const;
  cv::Vec3f Daylight(const Eigen::Vector3d& direction) const;
  cv::Vec3f WithClouds(const Eigen::Vector3d& direction,
                       const cv::Vec3f& sky) const;

  SkyKind kind_;
  uint32_t seed_;
  double horizon_degrees_;
  Eigen::Vector3d to_sun_;
  double scale_ = 1;  ///< Preetham's luminance to display
};

}  // namespace stage::engine
