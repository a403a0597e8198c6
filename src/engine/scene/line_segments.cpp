#include "engine/scene/line_segments.h"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>

namespace stage::engine {

std::vector<LineSegment> DetectLineSegments(const cv::Mat& gray) {
  constexpr double kShortest = 0.015;      // of the long side
  constexpr double kHeaviest = 0.30;       // of the long side
  constexpr double kToPixelCorners = 0.5;  // LSD puts pixel centres at integers
  std::vector<cv::Vec4f> found;
  cv::createLineSegmentDetector(cv::LSD_REFINE_STD)->detect(gray, found);
  const double long_side = std::max(gray.cols, gray.rows);
  std::vector<LineSegment> segments;
  segments.reserve(found.size());
  for (const cv::Vec4f& line : found) {
    LineSegment segment;
    segment.start = {line[0] + kToPixelCorners, line[1] + kToPixelCorners};
    segment.end = {line[2] + kToPixelCorners, line[3] + kToPixelCorners};
    segment.length = (segment.end - segment.start).norm();
    if (segment.length < kShortest * long_side) continue;
    segment.weight = std::min(segment.length, kHeaviest * long_side);
    segments.push_back(segment);
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
  const std::array<double, 4> offsets = {2.5 * unit, 4.5 * unit, 7 * unit, 10 * unit};
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
          if (p.x() < 0 || p.y() < 0 || x >= lab.cols || y >= lab.rows) continue;
          sum[side] += lab.at<cv::Vec3f>(y, x);
          ++count[side];
        }
      }
    }
    if (count[0] < kAlong || count[1] < kAlong) continue;
    segment.contrast = cv::norm(sum[0] * (1.f / static_cast<float>(count[0])) -
                                sum[1] * (1.f / static_cast<float>(count[1])));
  }
}

}  // namespace stage::engine
