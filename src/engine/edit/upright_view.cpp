#include "engine/edit/upright_view.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/scene/camera_fit.h"
#include "engine/scene/lab_color.h"
#include "engine/scene/line_segments.h"

namespace stage::engine {
namespace {

constexpr int kWorkingLongSide = 1000;
constexpr double kDegree = 3.14159265358979323846 / 180;
constexpr double kNearlyUpright = 25;  // degrees from the picture's own
constexpr double kAgrees = 1.0;        // degrees off the vanishing point
constexpr double kOutlier = 3.0;
constexpr double kLeastAgreement = 0.45;  // of the weight of upright lines
constexpr double kLeastLength = 1.2;      // picture heights, in total
constexpr double kLeastSpread = 0.25;     // picture widths
constexpr double kMostPitch = 25, kMostRoll = 12;

std::vector<LineSegment> UprightLines(const ImageU8& srgb,
                                      int& width,
                                      int& height) {
  const double scale = std::min(1.0,
                                static_cast<double>(kWorkingLongSide) /
                                    std::max(srgb.width(), srgb.height()));
  cv::Mat working;
  cv::resize(cv::Mat(srgb.height(),
                     srgb.width(),
                     CV_8UC3,
                     const_cast<uint8_t*>(srgb.data())),
             working,
             {},
             scale,
             scale,
             cv::INTER_AREA);
  width = working.cols;
  height = working.rows;
  cv::Mat half;
  cv::resize(working, half, {}, 0.5, 0.5, cv::INTER_AREA);
  std::vector<LineSegment> lines = DetectLineSegments(working, LabOf(half));
  const double limit = std::sin(kNearlyUpright * kDegree);
  std::erase_if(lines, [&](const LineSegment& line) {
    return std::abs(line.Direction().x()) > limit;
  });
  return lines;
}

Camera Turned(const Camera& camera, double pitch, double roll) {
  Camera turned = camera;
  turned.world_to_camera =
      WorldToCamera(pitch, roll, camera.PitchRollYawDegrees().z());
  return turned;
}

double Misfit(const std::vector<LineSegment>& lines, const Camera& camera) {
  double misfit = 0;
  for (const LineSegment& line : lines) {
    const double error =
        std::min(kOutlier, VanishingError(line, camera, Axis::kY));
    misfit += line.weight * error * error;
  }
  return misfit;
}

/// Descent on pitch and roll with shrinking steps.
Camera Refined(const std::vector<LineSegment>& lines, const Camera& camera) {
  const Eigen::Vector3d start = camera.PitchRollYawDegrees();
  double pitch = start.x(), roll = start.y();
  double best = Misfit(lines, camera);
  for (double step = 1; step > 0.005;) {
    bool better = false;
    for (const auto& [dp, dr] :
         {std::pair(step, 0.0), {-step, 0.0}, {0.0, step}, {0.0, -step}}) {
      const double misfit =
          Misfit(lines, Turned(camera, pitch + dp, roll + dr));
      if (misfit < best) {
        best = misfit;
        pitch += dp;
        roll += dr;
        better = true;
        break;
      }
    }
    if (!better) step /= 2;
  }
  return Turned(camera, pitch, roll);
}

std::string Doubt(const std::vector<LineSegment>& lines,
                  const Camera& camera,
                  const Tilt& tilt) {
  double all = 0, agreeing = 0, length = 0;
  double left = camera.width_px, right = 0;
  for (const LineSegment& line : lines) {
    all += line.weight;
    if (VanishingError(line, camera, Axis::kY) > kAgrees) continue;
    agreeing += line.weight;
    length += line.length;
    left = std::min(left, line.Midpoint().x());
    right = std::max(right, line.Midpoint().x());
  }
  if (length < kLeastLength * camera.height_px ||
      right - left < kLeastSpread * camera.width_px) {
    return "it has too few upright lines to tell its tilt";
  }
  if (agreeing < kLeastAgreement * all) {
    return "its upright lines do not agree on one tilt";
  }
  if (std::abs(tilt.pitch_degrees) > kMostPitch ||
      std::abs(tilt.roll_degrees) > kMostRoll) {
    return "the camera was tilted too far";
  }
  return {};
}

/// The dst region that the photo covers, as a convex outline.
std::vector<Eigen::Vector2d> Covered(const Camera& tilted,
                                     const Eigen::Matrix3d& to_upright) {
  constexpr int kSteps = 12;
  std::vector<cv::Point2f> outline;
  const double w = tilted.width_px, h = tilted.height_px;
  for (int i = 0; i < kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps;
    for (const Eigen::Vector2d& pixel : {Eigen::Vector2d(t * w, 0),
                                         Eigen::Vector2d(w, t * h),
                                         Eigen::Vector2d(w - t * w, h),
                                         Eigen::Vector2d(0, h - t * h)}) {
      const Eigen::Vector2d ideal =
          (tilted.Undistort(pixel) - tilted.center_px) / tilted.focal_px;
      const Eigen::Vector3d ray =
          to_upright * Eigen::Vector3d(ideal.x(), ideal.y(), 1);
      outline.emplace_back(static_cast<float>(ray.x() / ray.z()),
                           static_cast<float>(ray.y() / ray.z()));
    }
  }
  std::vector<cv::Point2f> hull;
  cv::convexHull(outline, hull);
  std::vector<Eigen::Vector2d> points;
  for (const cv::Point2f& p : hull) {
    points.emplace_back(p.x * tilted.focal_px, p.y * tilted.focal_px);
  }
  return points;
}

/// How large (of `half_size`) a rectangle about `center` fits in the outline.
double FittingScale(const std::vector<Eigen::Vector2d>& outline,
                    const Eigen::Vector2d& center,
                    const Eigen::Vector2d& half_size) {
  Eigen::Vector2d middle(0, 0);
  for (const Eigen::Vector2d& p : outline) middle += p / outline.size();
  double scale = 1e9;
  for (size_t i = 0; i < outline.size(); ++i) {
    const Eigen::Vector2d& a = outline[i];
    const Eigen::Vector2d along = outline[(i + 1) % outline.size()] - a;
    Eigen::Vector2d inward(-along.y(), along.x());
    if (along.norm() < 1e-9) continue;
    inward.normalize();
    if (inward.dot(middle - a) < 0) inward = -inward;
    const double room = inward.dot(center - a);
    scale = std::min(scale, room / inward.cwiseAbs().dot(half_size));
  }
  return scale;
}

/// The maximum of a concave function between two bounds.
template <typename Function>
double Ternary(double low, double high, const Function& value) {
  for (int i = 0; i < 60; ++i) {
    const double a = low + (high - low) / 3, b = high - (high - low) / 3;
    (value(a) < value(b) ? low : high) = value(a) < value(b) ? a : b;
  }
  return 0.5 * (low + high);
}

}  // namespace

Tilt MeasureTilt(const ImageU8& srgb, const Camera& camera) {
  int width = 0, height = 0;
  const std::vector<LineSegment> lines = UprightLines(srgb, width, height);
  const Camera working = Refined(lines, camera.Resized(width, height));
  Tilt tilt;
  tilt.camera = camera;
  tilt.camera.world_to_camera = working.world_to_camera;
  const Eigen::Vector3d angles = working.PitchRollYawDegrees();
  tilt.pitch_degrees = angles.x();
  tilt.roll_degrees = angles.y();
  tilt.doubt = Doubt(lines, working, tilt);
  return tilt;
}

UprightView PlanUprightView(const Camera& tilted) {
  const double yaw = tilted.PitchRollYawDegrees().z();
  UprightView view;
  view.tilted = tilted;
  view.to_tilted =
      tilted.world_to_camera * WorldToCamera(0, 0, yaw).transpose();
  const std::vector<Eigen::Vector2d> outline =
      Covered(tilted, view.to_tilted.transpose());
  const Eigen::Vector2d half(0.5 * tilted.width_px, 0.5 * tilted.height_px);
  Eigen::Vector2d low = outline[0], high = outline[0];
  for (const Eigen::Vector2d& p : outline) {
    low = low.cwiseMin(p);
    high = high.cwiseMax(p);
  }
  const auto best_x = [&](double y) {
    return Ternary(low.x(), high.x(), [&](double x) {
      return FittingScale(outline, {x, y}, half);
    });
  };
  const double y = Ternary(low.y(), high.y(), [&](double y) {
    return FittingScale(outline, {best_x(y), y}, half);
  });
  view.center = {best_x(y), y};
  view.scale = FittingScale(outline, view.center, half);
  return view;
}

Eigen::Vector2d UprightView::Source(const Eigen::Vector2d& pixel) const {
  const Eigen::Vector2d half(0.5 * tilted.width_px, 0.5 * tilted.height_px);
  const Eigen::Vector2d plane =
      (center + (pixel - half) * scale) / tilted.focal_px;
  const Eigen::Vector3d ray =
      to_tilted * Eigen::Vector3d(plane.x(), plane.y(), 1);
  return tilted.Distort(tilted.center_px +
                        ray.head<2>() * (tilted.focal_px / ray.z()));
}

Photo DrawUprightView(const UprightView& view,
                      const Photo& photo,
                      const WorkControl& control) {
  Photo upright = photo;
  const int type =
      CV_MAKETYPE(photo.is_16_bit() ? CV_16U : CV_8U, photo.channels());
  const auto mat = [type](const Photo& of) {
    const void* data = of.is_16_bit()
                           ? static_cast<const void*>(of.pixels16.data())
                           : static_cast<const void*>(of.pixels8.data());
    return cv::Mat(of.height(), of.width(), type, const_cast<void*>(data));
  };
  const cv::Mat from = mat(photo);
  cv::Mat to = mat(upright);
  ParallelRows(photo.height(), control, [&](int first, int end) {
    cv::Mat map(end - first, photo.width(), CV_32FC2);
    for (int y = first; y < end; ++y) {
      for (int x = 0; x < photo.width(); ++x) {
        const Eigen::Vector2d source = view.Source({x + 0.5, y + 0.5});
        map.at<cv::Vec2f>(y - first, x) = {
            static_cast<float>(source.x() - 0.5),
            static_cast<float>(source.y() - 0.5)};
      }
    }
    cv::Mat band = to.rowRange(first, end);
    cv::remap(from,
              band,
              map,
              cv::noArray(),
              cv::INTER_LANCZOS4,
              cv::BORDER_REPLICATE);
  });
  return upright;
}

}  // namespace stage::engine
