#include "engine/pipeline/network_fill.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>
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
constexpr int kNearPx = 2;        // what a step at the rim is measured over
constexpr float kMisfit = 0.1f;   // a step that an eye takes for an edge
constexpr double kVisible = 0.2;  // of a rim: then the other fill is tried

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

/// What the network makes of a part of the photo.
struct Made {
  cv::Mat pixels;             ///< at the part's size
  std::vector<RimPixel> rim;  ///< in pixels of the part
};

/// The mean of what `mask` marks next to a pixel, and the spread of it.
std::pair<cv::Vec3f, float> MeanNextTo(const cv::Mat& colors,
                                       const cv::Mat& mask,
                                       const cv::Point& at) {
  cv::Vec3f sum(0, 0, 0), square(0, 0, 0);
  float count = 0;
  const cv::Rect near =
      cv::Rect(
          at.x - kNearPx, at.y - kNearPx, 2 * kNearPx + 1, 2 * kNearPx + 1) &
      cv::Rect({0, 0}, colors.size());
  for (int y = near.y; y < near.y + near.height; ++y) {
    for (int x = near.x; x < near.x + near.width; ++x) {
      if (mask.at<uchar>(y, x) == 0) continue;
      const cv::Vec3f& color = colors.at<cv::Vec3f>(y, x);
      sum += color;
      square += color.mul(color);
      ++count;
    }
  }
  const cv::Vec3f mean = sum * (1 / std::max(1.0f, count));
  float spread = 0;
  for (int c = 0; c < 3; ++c) {
    spread =
        std::max(spread, square[c] / std::max(1.0f, count) - mean[c] * mean[c]);
  }
  return {mean, std::sqrt(std::max(0.0f, spread))};
}

/// Where what was made does not go on as the photo does beside it: a step
/// beyond what the photo's own texture has there.
std::vector<RimPixel> RimOf(const cv::Mat& made,
                            const cv::Mat& before,
                            const cv::Mat& hole,
                            double enlarge) {
  cv::Mat inner, known = hole == 0;
  cv::erode(hole,
            inner,
            cv::Mat::ones(3, 3, CV_8U),
            {-1, -1},
            1,
            cv::BORDER_CONSTANT,
            cv::Scalar(255));
  std::vector<RimPixel> rim;
  for (int y = 0; y < hole.rows; ++y) {
    for (int x = 0; x < hole.cols; ++x) {
      if (hole.at<uchar>(y, x) == 0 || inner.at<uchar>(y, x) != 0) continue;
      const cv::Vec3f inside = MeanNextTo(made, hole, {x, y}).first;
      const auto [outside, texture] = MeanNextTo(before, known, {x, y});
      float step = 0;
      for (int c = 0; c < 3; ++c) {
        step = std::max(step, std::abs(inside[c] - outside[c]));
      }
      rim.push_back({static_cast<int>((x + 0.5) * enlarge),
                     static_cast<int>((y + 0.5) * enlarge),
                     step > kMisfit + texture});
    }
  }
  return rim;
}

Made MadeBy(Filler& network,
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
  const cv::Mat filled = InterleavedOf(planar);
  Made made;
  made.rim = RimOf(filled, small, small_hole, 1 / shrink);
  cv::resize(filled, made.pixels, before.size(), 0, 0, cv::INTER_CUBIC);
  if (shrink == 1) return made;
  // Detail that the reduction took away, as the completion has it.
  cv::Mat reduced, coarse;
  cv::resize(completed, reduced, small.size(), 0, 0, cv::INTER_AREA);
  cv::resize(reduced, coarse, before.size(), 0, 0, cv::INTER_CUBIC);
  made.pixels += completed - coarse;
  return made;
}

double MisfitOf(const std::vector<RimPixel>& rim) {
  const auto misfits = std::count_if(
      rim.begin(), rim.end(), [](const RimPixel& p) { return p.misfit; });
  return static_cast<double>(misfits) / std::max<double>(1, rim.size());
}

/// Takes the rim of one hole out of the list.
std::vector<RimPixel> TakeRim(std::vector<RimPixel>& rim,
                              const cv::Mat& labels,
                              int label) {
  const auto others =
      std::partition(rim.begin(), rim.end(), [&](const RimPixel& pixel) {
        return labels.at<int>(pixel.y, pixel.x) != label;
      });
  std::vector<RimPixel> own(others, rim.end());
  rim.erase(others, rim.end());
  return own;
}

/// Puts what was made into the photo, where the labels say so.
void Paint(const cv::Mat& made,
           const cv::Mat& labels,
           int label,
           const cv::Rect& part,
           const ColorConverter& converter,
           Photo& filled) {
  std::vector<float> linear(3);
  for (int y = 0; y < part.height; ++y) {
    for (int x = 0; x < part.width; ++x) {
      if (labels.at<int>(part.y + y, part.x + x) != label) continue;
      const cv::Vec3f& pixel = made.at<cv::Vec3f>(y, x);
      for (int c = 0; c < 3; ++c) {
        linear[c] = LinearFromDisplay(std::clamp(pixel[c], 0.f, 1.f));
      }
      converter.FromLinear(linear.data(), part.x + x, part.y + y, 1, filled);
    }
  }
}

}  // namespace

int FillByNetwork(Filler& network,
                  const Photo& photo,
                  const ColorConverter& converter,
                  Completion& completion,
                  Photo& filled) {
  const cv::Mat hole = MatOf(completion.filled);
  cv::Mat labels, stats, centers;
  const int count =
      cv::connectedComponentsWithStats(hole, labels, stats, centers, 8);
  int by_network = 0;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT),
                       stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH),
                       stats.at<int>(i, cv::CC_STAT_HEIGHT));
    const cv::Rect part = Surrounded(box, {photo.width(), photo.height()});
    const DisplayPicture before =
        ReadDisplay(photo, converter, part.x, part.y, part.width, part.height);
    const DisplayPicture completed =
        ReadDisplay(filled, converter, part.x, part.y, part.width, part.height);
    Made made = MadeBy(
        network, MatOf(before.pixels), MatOf(completed.pixels), hole(part));
    for (RimPixel& pixel : made.rim) {
      pixel.x = std::min(pixel.x + part.x, photo.width() - 1);
      pixel.y = std::min(pixel.y + part.y, photo.height() - 1);
    }
    made.rim = TakeRim(made.rim, labels, i);
    std::vector<RimPixel> own = TakeRim(completion.rim, labels, i);
    const double misfit = MisfitOf(made.rim);
    const bool is_worse = misfit > kVisible && misfit > MisfitOf(own);
    if (!is_worse) {
      Paint(made.pixels, labels, i, part, converter, filled);
      ++by_network;
    }
    const std::vector<RimPixel>& kept = is_worse ? own : made.rim;
    completion.rim.insert(completion.rim.end(), kept.begin(), kept.end());
  }
  completion.misfit = MisfitOf(completion.rim);
  return by_network;
}

}  // namespace stage::engine
