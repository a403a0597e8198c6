#include "engine/pipeline/network_fill.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/completion/display_picture.h"
#include "engine/mat_view.h"

namespace stage::engine {
namespace {

// LaMa was trained on 256 px and holds up to about three times that.
constexpr int kMostSidePx = 768;
// Surroundings that a hole is judged by, as a share of its sides.
constexpr double kSurroundings = 0.6;
constexpr int kLeastSurroundingsPx = 48;

PlanarImage PlanarOf(const cv::Mat& rgb) {
  PlanarImage planar(rgb.cols, rgb.rows);
  std::vector<cv::Mat> planes;
  for (int c = 0; c < 3; ++c) {
    planes.emplace_back(rgb.rows, rgb.cols, CV_32F, planar.row(c, 0));
  }
  cv::split(cv::min(cv::max(rgb, 0.0), 1.0), planes);
  return planar;
}

cv::Mat InterleavedOf(PlanarImage& planar) {
  std::vector<cv::Mat> planes;
  for (int c = 0; c < 3; ++c) {
    planes.emplace_back(planar.height, planar.width, CV_32F, planar.row(c, 0));
  }
  cv::Mat rgb;
  cv::merge(planes, rgb);
  return rgb;
}

/// The hole's box with what it is judged by.
cv::Rect Surrounded(const cv::Rect& box, const cv::Size& whole) {
  const int along = std::max(kLeastSurroundingsPx,
                             static_cast<int>(kSurroundings * box.width));
  const int up = std::max(kLeastSurroundingsPx,
                          static_cast<int>(kSurroundings * box.height));
  return cv::Rect(box.x - along,
                  box.y - up,
                  box.width + 2 * along,
                  box.height + 2 * up) &
         cv::Rect({0, 0}, whole);
}

/// What the network makes of a part of the photo, at that part's size.
cv::Mat Made(Filler& network,
             const cv::Mat& before,
             const cv::Mat& completed,
             const cv::Mat& hole) {
  const double shrink = std::min(
      1.0,
      static_cast<double>(kMostSidePx) / std::max(before.cols, before.rows));
  cv::Mat small, small_hole;
  cv::resize(before, small, {}, shrink, shrink, cv::INTER_AREA);
  cv::resize(hole, small_hole, small.size(), 0, 0, cv::INTER_AREA);
  small_hole = small_hole > 0;
  PlanarImage planar = network.Fill(
      PlanarOf(small),
      std::vector<uint8_t>(small_hole.datastart, small_hole.dataend));
  cv::Mat made;
  cv::resize(InterleavedOf(planar), made, before.size(), 0, 0, cv::INTER_CUBIC);
  if (shrink == 1) return made;
  // Detail that the reduction took away, as the completion has it.
  cv::Mat reduced, coarse;
  cv::resize(completed, reduced, small.size(), 0, 0, cv::INTER_AREA);
  cv::resize(reduced, coarse, before.size(), 0, 0, cv::INTER_CUBIC);
  return made + (completed - coarse);
}

}  // namespace

void FillByNetwork(Filler& network,
                   const Photo& photo,
                   const ImageU8& hole,
                   const ColorConverter& converter,
                   Photo& filled) {
  cv::Mat labels, stats, centers;
  const int count =
      cv::connectedComponentsWithStats(MatOf(hole), labels, stats, centers, 8);
  std::vector<float> linear(3);
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT),
                       stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH),
                       stats.at<int>(i, cv::CC_STAT_HEIGHT));
    const cv::Rect part = Surrounded(box, {photo.width(), photo.height()});
    DisplayPicture before =
        ReadDisplay(photo, converter, part.x, part.y, part.width, part.height);
    DisplayPicture completed =
        ReadDisplay(filled, converter, part.x, part.y, part.width, part.height);
    const cv::Mat made = Made(network,
                              MatOf(before.pixels),
                              MatOf(completed.pixels),
                              MatOf(hole)(part));
    for (int y = 0; y < part.height; ++y) {
      for (int x = 0; x < part.width; ++x) {
        if (labels.at<int>(part.y + y, part.x + x) != i) continue;
        const cv::Vec3f& pixel = made.at<cv::Vec3f>(y, x);
        for (int c = 0; c < 3; ++c) {
          linear[c] = LinearFromDisplay(std::clamp(pixel[c], 0.f, 1.f));
        }
        converter.FromLinear(linear.data(), part.x + x, part.y + y, 1, filled);
      }
    }
  }
}

}  // namespace stage::engine
