#include "engine/completion/crossing_lines.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <utility>

#include "engine/mat_view.h"
#include "engine/scene/line_segments.h"

namespace stage::engine {
namespace {

// Edges at the hole itself are the outline of what is to go.
constexpr int kRimPx = 3;
constexpr double kMostTurn = 0.05;  // radians, between the two parts
constexpr double kMostAside = 1.5;  // pixels, and of the gap:
constexpr double kMostAsideShare = 0.006;
// The longer part tells of a gap so many times its length; the other one says
// that it is right.
constexpr double kLeastShareOfGap = 0.15;
// Of the gap, that is hole: the rest may be missed by the detector.
constexpr double kLeastHoleShare = 0.4;
// Colours beside a line, Lab: the least step that counts, how much of it the
// two parts may differ, and how much light makes them differ.
constexpr double kLeastStep = 4;
constexpr double kMostChange = 0.4, kLightChange = 8;
constexpr double kClearStep = 30;
constexpr double kApartPx = 4;
constexpr size_t kMostLines = 8;

using Vector = Eigen::Vector2d;

/// A part of an edge outside the hole: `inner` is the end at the hole, once it
/// is known which one that is.
struct Part {
  Vector start, end;
  double Length() const { return (end - start).norm(); }
};

/// Means of colour on both sides of a part.
struct Sides {
  cv::Vec3f left, right;
  double Step() const { return cv::norm(left - right); }
};

bool Inside(const cv::Mat& mask, const Vector& at) {
  const cv::Point pixel(static_cast<int>(std::floor(at.x())),
                        static_cast<int>(std::floor(at.y())));
  return cv::Rect({0, 0}, mask.size()).contains(pixel) &&
         mask.at<uchar>(pixel) != 0;
}

/// The longest run of a segment outside the mask.
std::optional<Part> Outside(const LineSegment& segment, const cv::Mat& mask) {
  const int steps = std::max(2, static_cast<int>(segment.length));
  const auto place = [&](int i) -> Vector {
    return segment.start +
           (segment.end - segment.start) * (static_cast<double>(i) / steps);
  };
  int best_from = 0, best_count = 0, from = 0;
  for (int i = 0; i <= steps + 1; ++i) {
    if (i <= steps && !Inside(mask, place(i))) continue;
    if (i - from > best_count) {
      best_from = from;
      best_count = i - from;
    }
    from = i + 1;
  }
  if (best_count < 2) return std::nullopt;
  return Part{place(best_from), place(best_from + best_count - 1)};
}

std::vector<Part> PartsOutside(const cv::Mat& rgb,
                               const cv::Mat& half_lab,
                               const cv::Mat& hole) {
  constexpr double kShortestPx = 10;
  constexpr int kAlongRimPx = 7;
  cv::Mat rim, along;
  cv::dilate(hole, rim, cv::Mat::ones(2 * kRimPx + 1, 2 * kRimPx + 1, CV_8U));
  cv::dilate(hole,
             along,
             cv::Mat::ones(2 * kAlongRimPx + 1, 2 * kAlongRimPx + 1, CV_8U));
  std::vector<Part> parts;
  for (const LineSegment& segment : DetectLineSegments(rgb, half_lab)) {
    const auto part = Outside(segment, rim);
    if (!part || part->Length() < kShortestPx) continue;
    const auto away = Outside(segment, along);
    if (!away || away->Length() < 0.5 * part->Length()) continue;
    parts.push_back(*part);
  }
  return parts;
}

Sides SidesOf(const Part& part, const cv::Mat& lab) {
  constexpr double kNearest = 2.5;
  constexpr int kRows = 5;
  const Vector along = (part.end - part.start).normalized();
  const Vector left(along.y(), -along.x());
  cv::Vec3d sums[2];
  int counts[2] = {0, 0};
  const cv::Rect inside({0, 0}, lab.size());
  for (int step = 0; 2 * step <= part.Length(); ++step) {
    const double t = 2.0 * step;
    for (int row = 0; row < kRows; ++row) {
      const double away = kNearest + row;
      for (int side = 0; side < 2; ++side) {
        const Vector at =
            part.start + t * along + (side == 0 ? away : -away) * left;
        const cv::Point pixel(static_cast<int>(std::floor(at.x())),
                              static_cast<int>(std::floor(at.y())));
        if (!inside.contains(pixel)) continue;
        sums[side] += cv::Vec3d(lab.at<cv::Vec3f>(pixel));
        ++counts[side];
      }
    }
  }
  return {cv::Vec3f(sums[0] / std::max(1, counts[0])),
          cv::Vec3f(sums[1] / std::max(1, counts[1]))};
}

/// Whether one edge in different light: what the colours on its two sides have
/// to do with each other is the same.
bool SameRatio(const Sides& a, const Sides& b) {
  constexpr float kDark = 5;
  constexpr double kLeastRatio = 0.1, kMostChange = 0.4;
  const auto ratio = [](const Sides& sides) {
    return std::log((sides.left[0] + kDark) / (sides.right[0] + kDark));
  };
  const auto tint = [](const Sides& sides) {
    const float light = std::max(sides.left[0], sides.right[0]) + kDark;
    return cv::Vec2f(sides.left[1] - sides.right[1],
                     sides.left[2] - sides.right[2]) /
           light;
  };
  const double least = std::min(std::abs(ratio(a)), std::abs(ratio(b)));
  return least > kLeastRatio &&
         std::abs(ratio(a) - ratio(b)) < kMostChange * least &&
         cv::norm(tint(a) - tint(b)) < kMostChange * least;
}

/// Two parts as one line through the hole between them; nullopt when they are
/// not.
std::optional<std::pair<CrossingLine, double>> Joined(Part a,
                                                      Part b,
                                                      const cv::Mat& lab,
                                                      const cv::Mat& hole) {
  // Both run from the one far end to the other: a, gap, b.
  const Vector middle = 0.5 * (b.start + b.end) - 0.5 * (a.start + a.end);
  if ((a.end - a.start).dot(middle) < 0) std::swap(a.start, a.end);
  if ((b.end - b.start).dot(middle) < 0) std::swap(b.start, b.end);
  const Vector along = (b.end - a.start).normalized();
  const double gap = along.dot(b.start - a.end);
  if (gap < 2 * kRimPx) return std::nullopt;
  if (std::max(a.Length(), b.Length()) < kLeastShareOfGap * gap) {
    return std::nullopt;
  }
  for (const Part& part : {a, b}) {
    const Vector own = (part.end - part.start).normalized();
    if (own.dot(along) < std::cos(kMostTurn)) return std::nullopt;
  }
  CrossingLine line{a.start, b.end, 0};
  const bool by_a = a.Length() > b.Length();
  const CrossingLine longer =
      by_a ? CrossingLine{a.start, a.end} : CrossingLine{b.start, b.end};
  const Part& other = by_a ? b : a;
  const double most_aside = kMostAside + kMostAsideShare * gap;
  if (std::max(std::abs(longer.Beside(other.start)),
               std::abs(longer.Beside(other.end))) > most_aside) {
    return std::nullopt;
  }
  // The ends at the hole tell best where the line is there.
  line.from = a.end;
  line.to = b.start;
  int in_hole = 0, checked = 0;
  for (; checked <= line.Length(); ++checked) {
    in_hole += Inside(hole, line.from + 1.0 * checked * line.Direction());
  }
  if (in_hole < kLeastHoleShare * checked) return std::nullopt;
  const Sides sides_a = SidesOf(a, lab), sides_b = SidesOf(b, lab);
  line.step = std::min(sides_a.Step(), sides_b.Step());
  // What lies beyond an edge may change behind the hole, what it is the edge
  // of does not.
  const double change = std::min(cv::norm(sides_a.left - sides_b.left),
                                 cv::norm(sides_a.right - sides_b.right));
  const bool same_way = (sides_a.left[0] - sides_a.right[0]) *
                            (sides_b.left[0] - sides_b.right[0]) >
                        0;
  const bool same_colors =
      change < std::max(kLightChange, kMostChange * line.step);
  if (line.step < kLeastStep || !same_way ||
      !(same_colors || SameRatio(sides_a, sides_b))) {
    return std::nullopt;
  }
  const double told = (a.Length() + b.Length()) / (gap + 10);
  return std::pair{line, std::min(told, 1.0) * std::min(line.step, kClearStep)};
}

/// Whether two lines meet between their ends, or run side by side as one.
bool Conflict(const CrossingLine& a, const CrossingLine& b) {
  const double b_from = a.Beside(b.from), b_to = a.Beside(b.to);
  const double a_from = b.Beside(a.from), a_to = b.Beside(a.to);
  if (b_from * b_to < 0 && a_from * a_to < 0) return true;
  const bool overlap = std::max(a.Along(b.from), a.Along(b.to)) > 0 &&
                       std::min(a.Along(b.from), a.Along(b.to)) < a.Length();
  return overlap && std::min(std::abs(b_from), std::abs(b_to)) < kApartPx;
}

}  // namespace

std::vector<CrossingLine> FindCrossingLines(const ImageF& picture,
                                            const ImageU8& hole) {
  cv::Mat rgb, lab, half_lab;
  MatOf(picture).convertTo(rgb, CV_8U, 255);
  cv::cvtColor(cv::max(MatOf(picture), 0), lab, cv::COLOR_RGB2Lab);
  cv::resize(lab, half_lab, {}, 0.5, 0.5, cv::INTER_AREA);
  const std::vector<Part> parts = PartsOutside(rgb, half_lab, MatOf(hole));
  std::vector<std::pair<CrossingLine, double>> found;
  for (size_t i = 0; i < parts.size(); ++i) {
    for (size_t j = i + 1; j < parts.size(); ++j) {
      if (auto line = Joined(parts[i], parts[j], lab, MatOf(hole))) {
        found.push_back(*line);
      }
    }
  }
  std::stable_sort(
      found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.second > b.second;
      });
  std::vector<CrossingLine> lines;
  for (const auto& [line, score] : found) {
    const bool free = std::none_of(
        lines.begin(), lines.end(), [&l = line](const auto& other) {
          return Conflict(l, other);
        });
    if (free && lines.size() < kMostLines) lines.push_back(line);
  }
  return lines;
}

}  // namespace stage::engine
