#include "engine/views/view_features.h"

#include <algorithm>
#include <opencv2/features2d.hpp>
#include <opencv2/imgproc.hpp>

#include "engine/mat_view.h"

namespace stage::engine {
namespace {

constexpr int kLongEdgePx = 1024;
constexpr int kMostFeatures = 3000;
constexpr int kLayersAnOctave = 3;
constexpr double kLeastContrast = 0.02;  // plain walls have little
constexpr float kClearlyNearer = 0.8f;

}  // namespace

ViewFeatures FindFeatures(const ImageU8& srgb, const cv::Mat& mask) {
  const double scale =
      static_cast<double>(kLongEdgePx) / std::max(srgb.width(), srgb.height());
  cv::Mat gray, region;
  cv::cvtColor(MatOf(srgb), gray, cv::COLOR_RGB2GRAY);
  cv::resize(gray,
             gray,
             {},
             scale,
             scale,
             scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  if (!mask.empty()) {
    cv::resize(mask, region, gray.size(), 0, 0, cv::INTER_NEAREST);
  }
  std::vector<cv::KeyPoint> keypoints;
  ViewFeatures found;
  cv::SIFT::create(kMostFeatures, kLayersAnOctave, kLeastContrast)
      ->detectAndCompute(gray, region, keypoints, found.descriptors);
  for (const cv::KeyPoint& point : keypoints) {
    found.points.push_back(point.pt / static_cast<float>(scale));
  }
  for (int i = 0; i < found.descriptors.rows; ++i) {
    cv::Mat row = found.descriptors.row(i);
    cv::sqrt(row / std::max(1e-6, cv::norm(row, cv::NORM_L1)), row);
  }
  return found;
}

std::vector<PointPair> MatchFeatures(const ViewFeatures& first,
                                     const ViewFeatures& second) {
  if (first.points.size() < 2 || second.points.size() < 2) return {};
  const cv::BFMatcher matcher(cv::NORM_L2);
  std::vector<std::vector<cv::DMatch>> there;
  std::vector<cv::DMatch> back;
  matcher.knnMatch(first.descriptors, second.descriptors, there, 2);
  matcher.match(second.descriptors, first.descriptors, back);
  std::vector<PointPair> pairs;
  for (const std::vector<cv::DMatch>& nearest : there) {
    const cv::DMatch& match = nearest[0];
    if (match.distance >= kClearlyNearer * nearest[1].distance ||
        back[static_cast<size_t>(match.trainIdx)].trainIdx != match.queryIdx) {
      continue;
    }
    pairs.push_back({first.points[static_cast<size_t>(match.queryIdx)],
                     second.points[static_cast<size_t>(match.trainIdx)]});
  }
  return pairs;
}

}  // namespace stage::engine
