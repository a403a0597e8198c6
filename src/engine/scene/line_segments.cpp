#include "engine/scene/line_segments.h"

#include <algorithm>
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

}  // namespace stage::engine
