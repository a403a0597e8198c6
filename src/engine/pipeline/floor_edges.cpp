#include "engine/pipeline/floor_edges.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "engine/mat_view.h"

namespace stage::engine {
namespace {

using Eigen::Vector2d;

// All as shares of the photo's long edge.
constexpr double kLongEdge = 0.08;
constexpr double kReach = 0.025;      // how far an outline may be off
constexpr double kModelDepth = 0.04;  // of the strip that shows the floor
constexpr double kOnBorder = 0.004;

// CIELAB.
constexpr std::array<float, 3> kLeastDeviation = {5, 3, 3};  // of floors
constexpr std::array<float, 3> kShade = {1500, 450, 450};    // a long edge
constexpr float kFloorLikely = 3;  // log odds of the floor's own colours
constexpr float kMostUnlike = -6;
constexpr double kEdgeWeight = 0.35;   // of a step a pixel wide, CIELAB
constexpr float kLeastContrast = 1.5;  // log odds across the edge

struct Line {
  Vector2d from, to;
};

class FloorEdge {
 public:
  FloorEdge(const Line& line, const Vector2d& outwards, const cv::Mat& lab)
      : line_(line), outwards_(outwards) {
    const double long_edge = std::max(lab.cols, lab.rows);
    reach_ = std::max(3, static_cast<int>(kReach * long_edge));
    depth_ = std::max(4, static_cast<int>(kModelDepth * long_edge));
    for (size_t c = 0; c < kShade.size(); ++c) {
      shade_[c] = kShade[c] / static_cast<float>(long_edge);
    }
    Read(lab);
  }

  /// The line where the floor ends; nullopt where that does not show.
  std::optional<Line> Fit() const {
    if (samples_.rows < 8) return std::nullopt;
    const cv::Mat odds = LogOdds();
    cv::Mat sums(odds.rows, 2 * reach_ + 1, CV_64F);
    for (int i = 0; i < odds.rows; ++i) {
      double sum = 0;
      for (int x = 0; x <= 2 * reach_; ++x) {
        sums.at<double>(i, x) = sum + kEdgeWeight * Step(i, depth_ + x);
        sum += odds.at<float>(i, depth_ + x);
      }
    }
    int best_from = reach_, best_to = reach_;
    double best = -1e300;
    for (int a = 0; a <= 2 * reach_; ++a) {
      for (int b = 0; b <= 2 * reach_; ++b) {
        double score = 0;
        for (int i = 0; i < sums.rows; ++i) {
          score += sums.at<double>(i, Column(a, b, i));
        }
        if (score <= best) continue;
        best = score;
        best_from = a;
        best_to = b;
      }
    }
    if (!IsSeen(odds, best_from, best_to)) return std::nullopt;
    return Line{line_.from + (best_from - reach_) * outwards_,
                line_.to + (best_to - reach_) * outwards_};
  }

 private:
  void Read(const cv::Mat& lab) {
    const Vector2d along = line_.to - line_.from;
    const int count = static_cast<int>(along.norm() / 2);
    const int width = depth_ + 2 * reach_ + 4;
    const cv::Rect all(0, 0, lab.cols, lab.rows);
    for (int i = 0; i < count; ++i) {
      const double part = (i + 0.5) / count;
      cv::Mat row(1, width, CV_32FC3);
      bool is_inside = true;
      for (int x = 0; x < width && is_inside; ++x) {
        const Vector2d at =
            line_.from + part * along + (x - depth_ - reach_) * outwards_;
        const cv::Point pixel(static_cast<int>(at.x()),
                              static_cast<int>(at.y()));
        is_inside = all.contains(pixel);
        if (is_inside) row.at<cv::Vec3f>(0, x) = lab.at<cv::Vec3f>(pixel);
      }
      if (!is_inside) continue;
      samples_.push_back(row);
      parts_.push_back(part);
    }
  }

  int Column(int a, int b, int row) const {
    const double part = parts_[static_cast<size_t>(row)];
    return static_cast<int>(std::lround(a + part * (b - a)));
  }

  /// How sharply the colour changes between two pixels on either side.
  double Step(int row, int column) const {
    const cv::Vec3f* lab = samples_.ptr<cv::Vec3f>(row);
    return std::min(20.0, cv::norm(lab[column + 1] - lab[column - 2]));
  }

  /// By the colours of the strip that surely is floor, near each sample. Shade
  /// at a wall's foot is floor, too: colours may change slowly, not at once.
  cv::Mat LogOdds() const {
    const cv::Mat floor = samples_.colRange(0, depth_);
    cv::Mat squared, center, mean_square, smooth;
    cv::multiply(floor, floor, squared);
    cv::reduce(floor, center, 1, cv::REDUCE_AVG);
    cv::reduce(squared, mean_square, 1, cv::REDUCE_AVG);
    const cv::Size near(1, std::max(3, samples_.rows / 6) | 1);
    cv::blur(center, center, near);
    cv::blur(mean_square, mean_square, near);
    cv::blur(samples_, smooth, near);
    cv::Mat odds(samples_.rows, samples_.cols, CV_32F);
    for (int i = 0; i < odds.rows; ++i) {
      cv::Vec3f now = center.at<cv::Vec3f>(i, 0);
      const cv::Vec3f spread = mean_square.at<cv::Vec3f>(i, 0) - now.mul(now);
      for (int x = 0; x < odds.cols; ++x) {
        const cv::Vec3f& here = samples_.at<cv::Vec3f>(i, x);
        float distance = 0;
        for (int c = 0; c < 3; ++c) {
          const float least = kLeastDeviation[c] * kLeastDeviation[c];
          const float away = here[c] - now[c];
          distance += away * away / std::max(least, 1.5f * spread[c]);
          if (x < depth_ / 2) continue;
          now[c] += std::clamp(
              smooth.at<cv::Vec3f>(i, x)[c] - now[c], -shade_[c], shade_[c]);
        }
        odds.at<float>(i, x) =
            std::max(kMostUnlike, kFloorLikely - 0.5f * distance);
      }
    }
    return odds;
  }

  /// Whether floor ends at the line: not when what follows looks like it.
  bool IsSeen(const cv::Mat& odds, int a, int b) const {
    if (a == 0 || b == 0 || a == 2 * reach_ || b == 2 * reach_) return false;
    double contrast = 0;
    for (int i = 0; i < odds.rows; ++i) {
      const int at = depth_ + Column(a, b, i);
      const float* row = odds.ptr<float>(i);
      contrast += 0.5 * (row[at - 2] + row[at - 3] - row[at + 1] - row[at + 2]);
    }
    return contrast > kLeastContrast * odds.rows;
  }

  Line line_;
  Vector2d outwards_;
  int reach_ = 0, depth_ = 0;
  std::array<float, 3> shade_ = {};
  cv::Mat samples_;  ///< a row a sample, from within the floor outwards
  std::vector<double> parts_;
};

double SignedArea(const std::vector<Vector2d>& outline) {
  double area = 0;
  for (size_t i = 0; i < outline.size(); ++i) {
    const Vector2d& a = outline[i];
    const Vector2d& b = outline[(i + 1) % outline.size()];
    area += a.x() * b.y() - b.x() * a.y();
  }
  return area;
}

bool OnBorder(const Vector2d& a, const Vector2d& b, const ImageU8& photo) {
  const double near = kOnBorder * std::max(photo.width(), photo.height());
  const auto both = [&](double of_a, double of_b, double border) {
    return std::abs(of_a - border) < near && std::abs(of_b - border) < near;
  };
  return both(a.x(), b.x(), 0) || both(a.x(), b.x(), photo.width()) ||
         both(a.y(), b.y(), 0) || both(a.y(), b.y(), photo.height());
}

Vector2d Crossing(const Line& a, const Line& b) {
  const Vector2d u = a.to - a.from, v = b.to - b.from;
  const double area = u.x() * v.y() - u.y() * v.x();
  const Vector2d between = b.from - a.from;
  const double part = (between.x() * v.y() - between.y() * v.x()) / area;
  return a.from + part * u;
}

bool Meet(const Line& a, const Line& b) {
  const Vector2d u = (a.to - a.from).normalized(),
                 v = (b.to - b.from).normalized();
  return std::abs(u.x() * v.y() - u.y() * v.x()) > 0.1;
}

}  // namespace

std::vector<Vector2d> AlignFloorEdges(std::vector<Vector2d> outline,
                                      const ImageU8& srgb) {
  if (outline.size() < 3) return outline;
  cv::Mat lab;
  MatOf(srgb).convertTo(lab, CV_32F, 1 / 255.0);
  cv::cvtColor(lab, lab, cv::COLOR_RGB2Lab);
  const double turn = SignedArea(outline) > 0 ? 1 : -1;
  const double least = kLongEdge * std::max(srgb.width(), srgb.height());
  const size_t count = outline.size();
  std::vector<std::optional<Line>> moved(count);
  std::vector<Line> lines;
  for (size_t i = 0; i < count; ++i) {
    const Line line{outline[i], outline[(i + 1) % count]};
    lines.push_back(line);
    const Vector2d along = line.to - line.from;
    if (along.norm() < least || OnBorder(line.from, line.to, srgb)) continue;
    const Vector2d outwards =
        turn * Vector2d(along.y(), -along.x()).normalized();
    moved[i] = FloorEdge(line, outwards, lab).Fit();
    if (moved[i]) lines[i] = *moved[i];
  }
  for (size_t i = 0; i < count; ++i) {
    const size_t before = (i + count - 1) % count;
    if (!moved[i] && !moved[before]) continue;
    if (Meet(lines[before], lines[i])) {
      outline[i] = Crossing(lines[before], lines[i]);
    } else {
      outline[i] = moved[i] ? lines[i].from : lines[before].to;
    }
  }
  return outline;
}

}  // namespace stage::engine
