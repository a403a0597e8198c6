#include "engine/clutter/even_surfaces.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

constexpr float kCalm = 1.2f;  ///< steepest slope of a surface, Lab a pixel
// Areas are parts of the picture.
constexpr double kLeastPart = 0.0004;
constexpr double kLeastFloor = 0.012, kLeastWall = 0.03;
constexpr double kLargestPocket = 0.02;
// Pictures on walls are even too.
constexpr double kSurelyWall = 0.12;
constexpr double kWallTop = 0.35;  ///< of the picture's height
// The light of a surface is carried so far, in parts of the long side.
constexpr double kNearLight = 0.04, kFarLight = 0.12;
constexpr float kSameColor = 4.5f;
// As far as grain takes a surface's colour.
constexpr float kLeastStep = 3.5f, kMostStep = 7;
constexpr int kHalo = 8;  ///< pixels
// What lies between two surfaces so close to each other is where they meet,
// in parts of the long side.
constexpr double kSeam = 0.014, kSkirting = 0.032;

cv::Mat SlopeOf(const cv::Mat& lab) {
  cv::Mat smooth, gx, gy;
  cv::GaussianBlur(lab, smooth, {}, 1);
  cv::Sobel(smooth, gx, CV_32F, 1, 0, 3, 1.0 / 8);
  cv::Sobel(smooth, gy, CV_32F, 0, 1, 3, 1.0 / 8);
  const cv::Mat squares = gx.mul(gx) + gy.mul(gy);
  std::vector<cv::Mat> planes;
  cv::split(squares, planes);
  cv::Mat slope;
  // Light changes lightness, and seldom colour.
  cv::sqrt(0.5 * planes[0] + planes[1] + planes[2], slope);
  return slope;
}

struct Part {
  double area = 0;      ///< of the picture
  double on_floor = 0;  ///< of it
  double top = 0;       ///< of the picture's height
  bool at_border = false;
  EvenSurfaces::Kind kind = EvenSurfaces::kOther;
  bool pocket = false;  ///< cut off from a surface of its kind
};

std::vector<Part> PartsOf(const cv::Mat& label,
                          const cv::Mat& stats,
                          const cv::Mat& floor) {
  std::vector<Part> parts(static_cast<size_t>(stats.rows));
  for (int y = 0; y < label.rows; ++y) {
    for (int x = 0; x < label.cols; ++x) {
      if (floor.at<uchar>(y, x)) {
        parts[static_cast<size_t>(label.at<int>(y, x))].on_floor += 1;
      }
    }
  }
  const auto total = static_cast<double>(label.total());
  for (int i = 1; i < stats.rows; ++i) {
    Part& part = parts[static_cast<size_t>(i)];
    const double pixels = stats.at<int>(i, cv::CC_STAT_AREA);
    part.area = pixels / total;
    part.on_floor /= pixels;
    part.top =
        static_cast<double>(stats.at<int>(i, cv::CC_STAT_TOP)) / label.rows;
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT),
                       stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH),
                       stats.at<int>(i, cv::CC_STAT_HEIGHT));
    constexpr int kBorder = 3;
    part.at_border = box.x < kBorder || box.y < kBorder ||
                     box.br().x > label.cols - kBorder ||
                     box.br().y > label.rows - kBorder;
    if (part.on_floor > 0.7 && part.area >= kLeastFloor) {
      part.kind = EvenSurfaces::kFloor;
    } else if (part.on_floor < 0.3 && part.area >= kLeastWall &&
               part.top < kWallTop &&
               (part.at_border || part.area > kSurelyWall)) {
      part.kind = EvenSurfaces::kWalls;
    }
  }
  return parts;
}

/// The calm parts of a picture, seen from afar: carpets and boards are even
/// only from there.
struct CalmParts {
  CalmParts(const cv::Mat& large_lab, const cv::Mat& floor) {
    cv::Mat small_floor, stats, centers;
    cv::resize(large_lab, lab, {}, 0.5, 0.5, cv::INTER_AREA);
    cv::resize(floor, small_floor, lab.size(), 0, 0, cv::INTER_NEAREST);
    cv::connectedComponentsWithStats(
        SlopeOf(lab) < kCalm, label, stats, centers, 4);
    parts = PartsOf(label, stats, small_floor);
    parts[0] = {};
  }

  cv::Mat lab, label;
  std::vector<Part> parts;  ///< by label; the first is what is not calm
};

cv::Mat MeanAround(const cv::Mat& lab, const cv::Mat& known, double reach) {
  cv::Mat weight, weights, sum;
  known.convertTo(weight, CV_32F, 1.0 / 255);
  cv::merge(std::vector<cv::Mat>(3, weight), weights);
  const double deviation = reach * std::max(lab.cols, lab.rows);
  cv::GaussianBlur(lab.mul(weights), sum, {}, deviation);
  cv::GaussianBlur(weight, weight, {}, deviation);
  cv::Mat divisor;
  cv::merge(std::vector<cv::Mat>(3, cv::max(weight, 1e-6f)), divisor);
  cv::Mat mean = sum / divisor;
  mean.setTo(cv::Scalar(-100, 0, 0), weight < 1e-3f);
  return mean;
}

/// Small parts that have the colour of the floor or wall around them.
void AdoptPockets(const cv::Mat& lab,
                  const cv::Mat& part_label,
                  std::vector<Part>& parts,
                  EvenSurfaces::Kind kind) {
  cv::Mat known(lab.size(), CV_8U, cv::Scalar(0));
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      const auto part = static_cast<size_t>(part_label.at<int>(y, x));
      if (parts[part].kind == kind) known.at<uchar>(y, x) = 255;
    }
  }
  if (cv::countNonZero(known) == 0) return;
  const cv::Mat departure = DepartureFrom(lab, known);
  std::vector<double> sums(parts.size(), 0);
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      sums[static_cast<size_t>(part_label.at<int>(y, x))] +=
          departure.at<float>(y, x);
    }
  }
  for (size_t i = 1; i < parts.size(); ++i) {
    Part& part = parts[i];
    const double mean =
        sums[i] / std::max(1.0, part.area * static_cast<double>(lab.total()));
    if (part.kind == EvenSurfaces::kOther && part.area >= kLeastPart &&
        part.area < kLargestPocket && mean < kSameColor) {
      part.kind = kind;
      part.pocket = true;
    }
  }
}

/// Every floor and wall is a surface; a pocket has the number of the nearest
/// of its kind. @return a number a part, 0: none
std::vector<uint16_t> NumbersOf(const cv::Mat& part_label,
                                const std::vector<Part>& parts) {
  std::vector<uint16_t> number(parts.size(), 0);
  uint16_t count = 0;
  for (size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].kind != EvenSurfaces::kOther && !parts[i].pocket) {
      number[i] = ++count;
    }
  }
  std::vector<float> nearest(parts.size(), 1e9f);
  for (size_t large = 1; large < parts.size(); ++large) {
    if (parts[large].kind == EvenSurfaces::kOther || parts[large].pocket) {
      continue;
    }
    cv::Mat distance;
    cv::distanceTransform(
        part_label != static_cast<int>(large), distance, cv::DIST_L2, 3);
    std::vector<float> away(parts.size(), 1e9f);
    for (int y = 0; y < distance.rows; ++y) {
      for (int x = 0; x < distance.cols; ++x) {
        float& least = away[static_cast<size_t>(part_label.at<int>(y, x))];
        least = std::min(least, distance.at<float>(y, x));
      }
    }
    for (size_t i = 1; i < parts.size(); ++i) {
      if (!parts[i].pocket || parts[i].kind != parts[large].kind ||
          away[i] >= nearest[i]) {
        continue;
      }
      nearest[i] = away[i];
      number[i] = number[large];
    }
  }
  return number;
}

/// Surfaces end a little before what lies on them; what looks like them there
/// is theirs.
void GrowToRims(const cv::Mat& lab,
                EvenSurfaces::Kind kind,
                EvenSurfaces& surfaces) {
  const cv::Mat known = surfaces.kind == kind;
  if (cv::countNonZero(known) == 0) return;
  const cv::Mat departure = DepartureFrom(lab, known);
  std::vector<float> of_known;
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      if (known.at<uchar>(y, x)) of_known.push_back(departure.at<float>(y, x));
    }
  }
  const auto middle = of_known.begin() + static_cast<long>(of_known.size() / 2);
  std::nth_element(of_known.begin(), middle, of_known.end());
  const float most = std::clamp(2.5f * *middle, kLeastStep, kMostStep);
  for (int step = 0; step < kHalo; ++step) {
    cv::Mat grown;
    cv::dilate(surfaces.label, grown, cv::Mat::ones(3, 3, CV_8U));
    const cv::Mat here = surfaces.label.clone();
    cv::Mat near;
    cv::dilate(surfaces.kind == kind, near, cv::Mat::ones(3, 3, CV_8U));
    for (int y = 0; y < lab.rows; ++y) {
      for (int x = 0; x < lab.cols; ++x) {
        if (here.at<uint16_t>(y, x) != 0 || !near.at<uchar>(y, x) ||
            departure.at<float>(y, x) >= most) {
          continue;
        }
        surfaces.label.at<uint16_t>(y, x) = grown.at<uint16_t>(y, x);
        surfaces.kind.at<uchar>(y, x) = kind;
      }
    }
  }
}

/// Where two surfaces are close to each other on both sides.
cv::Mat LinesBetween(const EvenSurfaces& surfaces, int count) {
  const cv::Size size = surfaces.label.size();
  cv::Mat nearest(size, CV_32F, cv::Scalar(1e6f)), second = nearest.clone();
  cv::Mat nearest_kind(size, CV_8U, cv::Scalar(0));
  cv::Mat second_kind = nearest_kind.clone();
  for (int i = 1; i <= count; ++i) {
    const cv::Mat here = surfaces.label == i;
    cv::Point any;
    cv::minMaxLoc(here, nullptr, nullptr, nullptr, &any);
    const uchar kind = surfaces.kind.at<uchar>(any);
    cv::Mat distance;
    cv::distanceTransform(~here, distance, cv::DIST_L2, 3);
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        const float away = distance.at<float>(y, x);
        if (away < nearest.at<float>(y, x)) {
          second.at<float>(y, x) = nearest.at<float>(y, x);
          second_kind.at<uchar>(y, x) = nearest_kind.at<uchar>(y, x);
          nearest.at<float>(y, x) = away;
          nearest_kind.at<uchar>(y, x) = kind;
        } else if (away < second.at<float>(y, x)) {
          second.at<float>(y, x) = away;
          second_kind.at<uchar>(y, x) = kind;
        }
      }
    }
  }
  const double side = std::max(size.width, size.height);
  cv::Mat lines(size, CV_8U, cv::Scalar(0));
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      if (surfaces.label.at<uint16_t>(y, x) != 0) continue;
      const bool foot =
          nearest_kind.at<uchar>(y, x) != second_kind.at<uchar>(y, x);
      const float apart = nearest.at<float>(y, x) + second.at<float>(y, x);
      if (apart < (foot ? kSkirting : kSeam) * side) {
        lines.at<uchar>(y, x) = 255;
      }
    }
  }
  return lines;
}

}  // namespace

EvenSurfaces FindEvenSurfaces(const cv::Mat& lab, const cv::Mat& floor) {
  const CalmParts calm(lab, floor);
  const cv::Mat &small = calm.lab, &part_label = calm.label;
  std::vector<Part> parts = calm.parts;
  AdoptPockets(small, part_label, parts, EvenSurfaces::kFloor);
  AdoptPockets(small, part_label, parts, EvenSurfaces::kWalls);

  const std::vector<uint16_t> number = NumbersOf(part_label, parts);
  EvenSurfaces surfaces;
  cv::Mat label(small.size(), CV_16U), kind(small.size(), CV_8U);
  for (int y = 0; y < small.rows; ++y) {
    for (int x = 0; x < small.cols; ++x) {
      const auto part = static_cast<size_t>(part_label.at<int>(y, x));
      label.at<uint16_t>(y, x) = number[part];
      kind.at<uchar>(y, x) = parts[part].kind;
    }
  }
  cv::resize(label, surfaces.label, lab.size(), 0, 0, cv::INTER_NEAREST);
  cv::resize(kind, surfaces.kind, lab.size(), 0, 0, cv::INTER_NEAREST);
  GrowToRims(lab, EvenSurfaces::kFloor, surfaces);
  GrowToRims(lab, EvenSurfaces::kWalls, surfaces);
  surfaces.lines =
      LinesBetween(surfaces, *std::max_element(number.begin(), number.end()));
  return surfaces;
}

double FloorCuts(const cv::Mat& lab, const cv::Mat& floor) {
  double lost = 0;
  for (const Part& part : CalmParts(lab, floor).parts) {
    if (part.area < kLeastFloor) continue;
    lost += part.area * std::min(part.on_floor, 1 - part.on_floor);
  }
  return lost;
}

cv::Mat DepartureFrom(const cv::Mat& lab, const cv::Mat& known) {
  const cv::Mat near = MeanAround(lab, known, kNearLight);
  const cv::Mat far = MeanAround(lab, known, kFarLight);
  cv::Mat departure(lab.size(), CV_32F);
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      const cv::Vec3f& color = lab.at<cv::Vec3f>(y, x);
      departure.at<float>(y, x) = static_cast<float>(
          std::min(cv::norm(color - near.at<cv::Vec3f>(y, x)),
                   cv::norm(color - far.at<cv::Vec3f>(y, x))));
    }
  }
  return departure;
}

}  // namespace stage::engine
