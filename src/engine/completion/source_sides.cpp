#include "engine/completion/source_sides.h"

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <set>

#include "engine/completion/exemplar_search.h"
#include "engine/mat_view.h"

namespace stage::engine {
namespace {

// Which side of each edge that goes on behind the hole a pixel lies on.
cv::Mat SidesOf(const std::vector<CrossingLine>& lines, const cv::Size& size) {
  cv::Mat sides(size, CV_8U, cv::Scalar(0));
  for (size_t i = 0; i < lines.size(); ++i) {
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        if (lines[i].Beside({x + 0.5, y + 0.5}) > 0) {
          sides.at<uchar>(y, x) |= static_cast<uchar>(1u << (i % 8));
        }
      }
    }
  }
  return sides;
}

// The edges themselves, beside the hole.
cv::Mat AlongLines(const std::vector<CrossingLine>& lines,
                   const cv::Size& size) {
  constexpr double kBesidePx = 10, kBeyondEnds = 1.5;
  cv::Mat along(size, CV_8U, cv::Scalar(0));
  for (const CrossingLine& line : lines) {
    const double reach = kBeyondEnds * line.Length();
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        const Eigen::Vector2d at(x + 0.5, y + 0.5);
        const double t = line.Along(at);
        if (t > -reach && t < line.Length() + reach &&
            std::abs(line.Beside(at)) < kBesidePx) {
          along.at<uchar>(y, x) = 255;
        }
      }
    }
  }
  return along;
}

}  // namespace

ImageU8 SourcesBySides(
    const std::vector<CrossingLine>& lines,
    const ImageU8& hole,
    const ImageU8& usable,
    const std::function<ImageU8(const ImageU8&, const ImageU8&)>& choose) {
  if (lines.empty()) return choose(hole, usable);
  const cv::Mat sides = SidesOf(lines, MatOf(hole).size());
  ImageU8 chosen(usable.width(), usable.height(), 1);
  std::set<uchar> present(sides.begin<uchar>(), sides.end<uchar>());
  for (const uchar side : present) {
    const cv::Mat here = sides == side;
    ImageU8 open = hole, known = usable;
    MatOf(open).setTo(0, here == 0);
    MatOf(known).setTo(0, here == 0);
    if (cv::countNonZero(MatOf(open)) > 0) known = choose(open, known);
    cv::Mat(MatOf(chosen)) |= MatOf(known);
  }
  cv::Mat kept = MatOf(chosen);
  kept |= MatOf(usable) & AlongLines(lines, kept.size());
  return chosen;
}

ImageU8 EvenSources(const cv::Mat& even,
                    const ImageU8& hole,
                    const ImageU8& usable) {
  constexpr int kFromPx = 4, kToPx = 14;
  constexpr double kNearlyAll = 0.9;
  cv::Mat distance;
  cv::distanceTransform(MatOf(hole) == 0, distance, cv::DIST_L2, 3);
  const cv::Mat ring =
      (distance > kFromPx) & (distance < kToPx) & MatOf(usable);
  const cv::Mat known = even & MatOf(usable);
  const int all = cv::countNonZero(ring);
  if (all == 0 || cv::countNonZero(ring & known) < kNearlyAll * all) {
    return usable;
  }
  cv::Mat labels;
  const int count = cv::connectedComponents(known, labels, 4);
  std::vector<char> beside(static_cast<size_t>(count), 0);
  for (int y = 0; y < labels.rows; ++y) {
    for (int x = 0; x < labels.cols; ++x) {
      if (ring.at<uchar>(y, x)) beside[labels.at<int>(y, x)] = 1;
    }
  }
  ImageU8 kept = usable;
  for (int y = 0; y < labels.rows; ++y) {
    for (int x = 0; x < labels.cols; ++x) {
      const int label = labels.at<int>(y, x);
      if (label == 0 || !beside[label]) kept.at(x, y) = 0;
    }
  }
  return HasPatch(kept) ? kept : usable;
}

}  // namespace stage::engine
