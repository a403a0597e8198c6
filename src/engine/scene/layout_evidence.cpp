#include "engine/scene/layout_evidence.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/scene/lab_color.h"

namespace stage::engine {
namespace {

constexpr double kAxisToleranceDegrees = 2.5;
constexpr int kGridLongSide = 64;
constexpr double kRasterLongSide = 500;
constexpr int kSubpixelBits = 4;  ///< of drawn lines

Eigen::Vector3f SafeInverse(const Eigen::Vector3f& v) {
  Eigen::Vector3f inverse;
  for (int i = 0; i < 3; ++i) {
    const float x = std::abs(v[i]) < 1e-6f ? 1e-6f : v[i];
    inverse[i] = 1 / x;
  }
  return inverse;
}

/// Liang-Barsky: clips [a, b] to the rectangle; false when nothing is left.
bool ClipToRectangle(Eigen::Vector2d& a,
                     Eigen::Vector2d& b,
                     const Eigen::Vector2d& low,
                     const Eigen::Vector2d& high) {
  double t0 = 0, t1 = 1;
  const Eigen::Vector2d d = b - a;
  for (int i = 0; i < 2; ++i) {
    for (const auto& [p, q] :
         {std::pair(-d[i], a[i] - low[i]), std::pair(d[i], high[i] - a[i])}) {
      if (p == 0) {
        if (q < 0) return false;
        continue;
      }
      const double t = q / p;
      if (p < 0) t0 = std::max(t0, t);
      if (p > 0) t1 = std::min(t1, t);
    }
  }
  if (t0 >= t1) return false;
  const Eigen::Vector2d start = a;
  a = start + d * t0;
  b = start + d * t1;
  return true;
}

}  // namespace

LayoutEvidence::LayoutEvidence(const cv::Mat& rgb,
                               const std::vector<LineSegment>& segments,
                               const Camera& camera,
                               const cv::Mat& unknown)
    : segments_(segments), camera_(camera), unknown_(unknown) {
  for (const LineSegment& segment : segments) {
    axes_.push_back(ClassifySegment(segment, camera, kAxisToleranceDegrees));
  }
  DrawLines();
  MakeCells(rgb);
  MakeSamples();
}

void LayoutEvidence::DrawLines() {
  const double w = camera_.width_px, h = camera_.height_px;
  ideal_low_ = {camera_.Undistort({0, h / 2}).x(),
                camera_.Undistort({w / 2, 0}).y()};
  ideal_high_ = {camera_.Undistort({w, h / 2}).x(),
                 camera_.Undistort({w / 2, h}).y()};
  const double margin = 0.03 * std::max(w, h);
  raster_origin_ = ideal_low_ - Eigen::Vector2d(margin, margin);
  const Eigen::Vector2d size =
      ideal_high_ - ideal_low_ + Eigen::Vector2d(2 * margin, 2 * margin);
  raster_scale_ = kRasterLongSide / size.maxCoeff();
  raster_size_ = {static_cast<int>(std::ceil(size.x() * raster_scale_)) + 1,
                  static_cast<int>(std::ceil(size.y() * raster_scale_)) + 1};
  for (const Axis axis : {Axis::kX, Axis::kY, Axis::kZ}) {
    const int i = static_cast<int>(axis);
    nearness_[i] = Nearness(axis, 0);
    if (axis == Axis::kY) continue;
    floor_nearness_[i] = FloorNearness(axis);
    LeaveOpen(floor_nearness_[i]);
  }
}

bool LayoutEvidence::IsUnknown(const Eigen::Vector2d& pixel) const {
  const cv::Point at(static_cast<int>(std::floor(pixel.x())),
                     static_cast<int>(std::floor(pixel.y())));
  return at.inside({0, 0, unknown_.cols, unknown_.rows}) &&
         unknown_.at<uchar>(at) != 0;
}

/// Where nothing is known, the lack of a line says nothing.
void LayoutEvidence::LeaveOpen(cv::Mat& nearness) const {
  constexpr float kNeitherNor = 0.3f;
  if (unknown_.empty()) return;
  for (int y = 0; y < nearness.rows; ++y) {
    for (int x = 0; x < nearness.cols; ++x) {
      const Eigen::Vector2d ideal =
          Eigen::Vector2d(x + 0.5, y + 0.5) / raster_scale_ + raster_origin_;
      if (!IsUnknown(camera_.Distort(ideal))) continue;
      float& value = nearness.at<float>(y, x);
      value = std::max(value, kNeitherNor);
    }
  }
}

cv::Mat LayoutEvidence::FloorNearness(Axis axis) const {
  constexpr double kSurfacesDiffer = 3.0;  // Lab
  constexpr double kJointWorth = 0.5;
  return cv::max(nearness_[static_cast<int>(axis)] * kJointWorth,
                 Nearness(axis, kSurfacesDiffer));
}

void LayoutEvidence::AddOblique(const Eigen::Vector2d& normal) {
  oblique_normal_ = normal;
  for (size_t i = 0; i < segments_.size(); ++i) {
    if (axes_[i] == Axis::kNone &&
        VanishingError(segments_[i], camera_, Oblique()) <
            kAxisToleranceDegrees) {
      axes_[i] = Axis::kOblique;
    }
  }
  constexpr auto kOblique = static_cast<size_t>(Axis::kOblique);
  nearness_[kOblique] = Nearness(Axis::kOblique, 0);
  floor_nearness_[kOblique] = FloorNearness(Axis::kOblique);
  LeaveOpen(floor_nearness_[kOblique]);
}

void LayoutEvidence::FindClearLines() {
  for (const Axis axis : {Axis::kX, Axis::kY, Axis::kZ}) {
    clear_[static_cast<int>(axis)] = ClearLines(axis);
  }
}

cv::Point LayoutEvidence::RasterPoint(const Eigen::Vector2d& pixel) const {
  const Eigen::Vector2d q =
      (camera_.Undistort(pixel) - raster_origin_) * raster_scale_;
  constexpr int kOne = 1 << kSubpixelBits;
  return {static_cast<int>(std::lround(q.x() * kOne)) - kOne / 2,
          static_cast<int>(std::lround(q.y() * kOne)) - kOne / 2};
}

cv::Mat LayoutEvidence::ClearLines(Axis axis) const {
  constexpr double kOtherAxisMisses = 8;  // degrees
  cv::Mat drawn(raster_size_, CV_32F, cv::Scalar(0));
  for (size_t i = 0; i < segments_.size(); ++i) {
    if (axes_[i] != axis) continue;
    bool clear = true;
    for (const Axis other : {Axis::kX, Axis::kY, Axis::kZ}) {
      clear = clear &&
              (other == axis ||
               VanishingError(segments_[i], camera_, other) > kOtherAxisMisses);
    }
    if (oblique_normal_.squaredNorm() > 0) {
      clear = clear && VanishingError(segments_[i], camera_, Oblique()) >
                           kOtherAxisMisses;
    }
    if (!clear) continue;
    constexpr int kThickness = 3;
    cv::line(drawn,
             RasterPoint(segments_[i].start),
             RasterPoint(segments_[i].end),
             cv::Scalar(1),
             kThickness,
             cv::LINE_8,
             kSubpixelBits);
  }
  return drawn;
}

cv::Mat LayoutEvidence::Nearness(Axis axis, double least_contrast) const {
  const double shortest = 0.025 * std::max(camera_.width_px, camera_.height_px);
  cv::Mat drawn(raster_size_, CV_8U, cv::Scalar(255));
  for (size_t i = 0; i < segments_.size(); ++i) {
    if (axes_[i] != axis || segments_[i].length < shortest ||
        segments_[i].contrast < least_contrast) {
      continue;
    }
    cv::line(drawn,
             RasterPoint(segments_[i].start),
             RasterPoint(segments_[i].end),
             cv::Scalar(0),
             1,
             cv::LINE_8,
             kSubpixelBits);
  }
  cv::Mat nearness;
  cv::distanceTransform(drawn, nearness, cv::DIST_L2, 3);
  constexpr float kWidth = 1.6f;  // raster pixels
  for (int y = 0; y < nearness.rows; ++y) {
    float* row = nearness.ptr<float>(y);
    for (int x = 0; x < nearness.cols; ++x) {
      const float q = row[x] / kWidth;
      row[x] = q > 4 ? 0 : std::exp(-0.5f * q * q);
    }
  }
  return nearness;
}

void LayoutEvidence::MakeCells(const cv::Mat& rgb) {
  const double long_side = std::max(rgb.cols, rgb.rows);
  grid_width_ = std::max(
      8, static_cast<int>(std::lround(rgb.cols * kGridLongSide / long_side)));
  grid_height_ = std::max(
      8, static_cast<int>(std::lround(rgb.rows * kGridLongSide / long_side)));
  cv::Mat small;
  cv::resize(rgb, small, {grid_width_, grid_height_}, 0, 0, cv::INTER_AREA);
  const cv::Mat lab = LabOf(small);
  constexpr int kMostHidden = 25;
  cv::Mat hidden;
  if (!unknown_.empty()) {
    cv::resize(unknown_, hidden, small.size(), 0, 0, cv::INTER_AREA);
  }
  for (int y = 0; y < grid_height_; ++y) {
    for (int x = 0; x < grid_width_; ++x) {
      Cell cell;
      cell.ray = camera_
                     .Ray({(x + 0.5) * rgb.cols / grid_width_,
                           (y + 0.5) * rgb.rows / grid_height_})
                     .cast<float>();
      cell.inverse = SafeInverse(cell.ray);
      const cv::Vec3f& c = lab.at<cv::Vec3f>(y, x);
      // Lightness varies along a wall, hue does not.
      cell.color = {0.6f * 2.55f * c[0], 1.6f * c[1], 1.6f * c[2]};
      cell.clipped = c[0] > 98 ||
                     (!hidden.empty() && hidden.at<uchar>(y, x) > kMostHidden);
      cells_.push_back(cell);
      if (cell.clipped) continue;
      open_cells_.inverse_x.push_back(cell.inverse.x());
      open_cells_.inverse_y.push_back(cell.inverse.y());
      open_cells_.inverse_z.push_back(cell.inverse.z());
      open_cells_.color.emplace_back(
          cell.color[0], cell.color[1], cell.color[2], 1.f);
      open_cells_.squares += cell.color.squaredNorm();
    }
  }
}

void LayoutEvidence::MakeSamples() {
  constexpr size_t kSegments = 400;
  for (size_t i = 0; i < std::min(kSegments, segments_.size()); ++i) {
    if (axes_[i] == Axis::kNone) continue;
    for (const double t : {0.2, 0.8}) {
      Sample sample;
      sample.ray =
          camera_.Ray(segments_[i].start * (1 - t) + segments_[i].end * t)
              .cast<float>();
      sample.inverse = SafeInverse(sample.ray);
      sample.axis = axes_[i];
      sample.weight = static_cast<float>(segments_[i].weight / 2);
      sample_weight_ += sample.weight;
      samples_.push_back(sample);
    }
  }
}

float LayoutEvidence::Lookup(const cv::Mat& map,
                             const Eigen::Vector2d& ideal) const {
  const Eigen::Vector2d q = (ideal - raster_origin_) * raster_scale_;
  const int x = static_cast<int>(q.x()), y = static_cast<int>(q.y());
  if (q.x() < 0 || q.y() < 0 || x >= map.cols || y >= map.rows) return 0;
  return map.at<float>(y, x);
}

LayoutEvidence::EdgeSupport LayoutEvidence::Edge(const Eigen::Vector3d& from,
                                                 const Eigen::Vector3d& to,
                                                 Axis axis) const {
  constexpr double kNearest = 0.05;
  constexpr int kSteps = 40;
  const Eigen::Vector3d eye(0, 1, 0);
  Eigen::Vector3d a = camera_.world_to_camera * (from - eye);
  Eigen::Vector3d b = camera_.world_to_camera * (to - eye);
  if (a.z() < kNearest && b.z() < kNearest) return {};
  if (a.z() < kNearest) a += (b - a) * ((kNearest - a.z()) / (b.z() - a.z()));
  if (b.z() < kNearest) b += (a - b) * ((kNearest - b.z()) / (a.z() - b.z()));
  Eigen::Vector2d p =
      camera_.center_px + a.head<2>() * (camera_.focal_px / a.z());
  Eigen::Vector2d q =
      camera_.center_px + b.head<2>() * (camera_.focal_px / b.z());
  const Eigen::Vector2d rim(2, 2);
  if (!ClipToRectangle(p, q, ideal_low_ + rim, ideal_high_ - rim)) return {};
  const Eigen::Vector2d step = (q - p) / (kSteps - 1);
  const bool on_floor = from.y() == 0 && to.y() == 0;
  const cv::Mat& map =
      (on_floor ? floor_nearness_ : nearness_)[static_cast<int>(axis)];
  float sum = 0;
  for (int i = 0; i < kSteps; ++i) sum += Lookup(map, p + i * step);
  return {sum / kSteps,
          static_cast<float>((q - p).norm() /
                             (camera_.width_px + camera_.height_px))};
}

}  // namespace stage::engine
