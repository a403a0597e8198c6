#include "engine/scene/line_segments.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

/// LSD's segments in pixel-corner coordinates, times `scale`.
std::vector<LineSegment> Detect(const cv::Mat& gray, double scale) {
  constexpr double kToPixelCorners = 0.5;  // LSD puts pixel centres at integers
  std::vector<cv::Vec4f> found;
  cv::createLineSegmentDetector(cv::LSD_REFINE_STD)->detect(gray, found);
  std::vector<LineSegment> segments;
  for (const cv::Vec4f& line : found) {
    LineSegment segment;
    segment.start =
        Eigen::Vector2d(line[0] + kToPixelCorners, line[1] + kToPixelCorners) *
        scale;
    segment.end =
        Eigen::Vector2d(line[2] + kToPixelCorners, line[3] + kToPixelCorners) *
        scale;
    segment.length = (segment.end - segment.start).norm();
    segments.push_back(segment);
  }
  return segments;
}

/// Remembers where lines have been found, at half the working size.
class Coverage {
 public:
  explicit Coverage(const cv::Size& half)
      : mask_(cv::Mat::zeros(half, CV_8U)) {}

  void Add(const LineSegment& segment) {
    cv::line(mask_, Pixel(segment.start), Pixel(segment.end), 255, 5);
  }
  /// Part of a segment that runs where others do.
  double Of(const LineSegment& segment) const {
    constexpr int kSteps = 20;
    int covered = 0;
    for (int i = 0; i <= kSteps; ++i) {
      const double t = static_cast<double>(i) / kSteps;
      const cv::Point p = Pixel(segment.start * (1 - t) + segment.end * t);
      const int x = std::clamp(p.x, 0, mask_.cols - 1);
      const int y = std::clamp(p.y, 0, mask_.rows - 1);
      covered += mask_.at<uchar>(y, x) != 0;
    }
    return covered / (kSteps + 1.0);
  }

 private:
  static cv::Point Pixel(const Eigen::Vector2d& p) {
    return {static_cast<int>(p.x() / 2), static_cast<int>(p.y() / 2)};
  }
  cv::Mat mask_;
};

/// Lightness with its local mean taken out and the rest made stronger: where
/// two white walls meet, the step is too small for LSD's gradient threshold.
cv::Mat FaintLight(const cv::Mat& lab) {
  constexpr float kGain = 3 * 2.55f;
  cv::Mat light(lab.size(), CV_32F), mean, result;
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      light.at<float>(y, x) = lab.at<cv::Vec3f>(y, x)[0];
    }
  }
  const int size = std::max(lab.cols, lab.rows) / 12 * 2 + 1;
  cv::GaussianBlur(light, light, {0, 0}, 1.0);
  cv::blur(light, mean, {size, size});
  cv::Mat(light - mean).convertTo(result, CV_8U, kGain, 128);
  return result;
}

/// One channel that shows differences of hue and saturation.
cv::Mat Tint(const cv::Mat& lab) {
  cv::Mat tint(lab.size(), CV_8U);
  for (int y = 0; y < lab.rows; ++y) {
    const cv::Vec3f* in = lab.ptr<cv::Vec3f>(y);
    for (int x = 0; x < lab.cols; ++x) {
      tint.at<uchar>(y, x) =
          cv::saturate_cast<uchar>(128 + 3.f * (in[x][1] + in[x][2]));
    }
  }
  cv::GaussianBlur(tint, tint, {0, 0}, 1.0);
  return tint;
}

/// Sunlight on a floor is nearly as bright as the photo gets and keeps the
/// floor's hue. Of greys nothing can be said: theirs may be the edges of
/// things.
bool IsEdgeOfSun(const cv::Vec3f& a, const cv::Vec3f& b) {
  constexpr float kLeastChroma = 8, kLeastStep = 6, kSunlit = 73;  // Lab
  constexpr float kSameHue = 0.4f;                                 // radians
  const float chroma_a = std::hypot(a[1], a[2]);
  const float chroma_b = std::hypot(b[1], b[2]);
  if (std::min(chroma_a, chroma_b) < kLeastChroma ||
      std::abs(a[0] - b[0]) < kLeastStep || std::max(a[0], b[0]) < kSunlit) {
    return false;
  }
  const float cross = a[1] * b[2] - a[2] * b[1];
  const float dot = a[1] * b[1] + a[2] * b[2];
  return std::abs(std::atan2(cross, dot)) < kSameHue;
}

}  // namespace

std::vector<LineSegment> DetectLineSegments(const cv::Mat& rgb,
                                            const cv::Mat& half_lab) {
  constexpr double kShortest = 0.015;     // of the long side
  constexpr double kShortestSoft = 0.04;  // of the long side
  constexpr double kHeaviest = 0.30;      // of the long side
  const double long_side = std::max(rgb.cols, rgb.rows);
  cv::Mat gray;
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  std::vector<LineSegment> segments = Detect(gray, 1);
  std::erase_if(segments, [&](const LineSegment& s) {
    return s.length < kShortest * long_side;
  });
  Coverage coverage(half_lab.size());
  for (const LineSegment& segment : segments) coverage.Add(segment);

  for (const cv::Mat& picture : {FaintLight(half_lab), Tint(half_lab)}) {
    for (const LineSegment& segment : Detect(picture, 2)) {
      if (segment.length < kShortestSoft * long_side) continue;
      if (coverage.Of(segment) > 0.4) continue;
      segments.push_back(segment);
      coverage.Add(segment);
    }
  }
  for (LineSegment& segment : segments) {
    segment.weight = std::min(segment.length, kHeaviest * long_side);
  }
  std::stable_sort(segments.begin(),
                   segments.end(),
                   [](const LineSegment& a, const LineSegment& b) {
                     return a.length > b.length;
                   });
  return segments;
}

void MeasureContrast(const cv::Mat& lab, std::vector<LineSegment>& segments) {
  constexpr int kAlong = 12;
  const double unit = std::max(lab.cols, lab.rows) / 500.0;
  const std::array<double, 4> offsets = {
      2.5 * unit, 4.5 * unit, 7 * unit, 10 * unit};
  for (LineSegment& segment : segments) {
    const Eigen::Vector2d direction = segment.Direction();
    const Eigen::Vector2d normal(-direction.y(), direction.x());
    std::array<cv::Vec3f, 2> sum = {cv::Vec3f(0, 0, 0), cv::Vec3f(0, 0, 0)};
    std::array<int, 2> count{};
    for (int i = 0; i < kAlong; ++i) {
      const double t = (i + 0.5) / kAlong;
      const Eigen::Vector2d on =
          0.5 * (segment.start * (1 - t) + segment.end * t);
      for (const double offset : offsets) {
        for (const int side : {0, 1}) {
          const Eigen::Vector2d p = on + normal * (side ? offset : -offset);
          const int x = static_cast<int>(p.x()), y = static_cast<int>(p.y());
          if (p.x() < 0 || p.y() < 0 || x >= lab.cols || y >= lab.rows)
            continue;
          sum[side] += lab.at<cv::Vec3f>(y, x);
          ++count[side];
        }
      }
    }
    if (count[0] < kAlong || count[1] < kAlong) continue;
    const cv::Vec3f a = sum[0] * (1.f / static_cast<float>(count[0]));
    const cv::Vec3f b = sum[1] * (1.f / static_cast<float>(count[1]));
    segment.contrast = cv::norm(a - b);
    segment.is_sun = IsEdgeOfSun(a, b);
  }
}

}  // namespace stage::engine
