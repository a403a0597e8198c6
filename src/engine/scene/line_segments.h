#pragma once

#include <Eigen/Core>
#include <opencv2/core.hpp>
#include <vector>

namespace stage::engine {

/// A straight edge in the picture, in working pixels.
struct LineSegment {
  Eigen::Vector2d start, end;
  double length = 0;
  /// What it counts in a vote: its length, limited so that one long edge does
  /// not outvote a room.
  double weight = 0;
  /// Colour difference (Lab) between its two sides, taken some pixels away
  /// from it: near 0 for joints of tiles and boards, large where surfaces
  /// meet. Filled by MeasureContrast.
  double contrast = 0;
  /// The two sides have one hue and one is very bright: the edge of sunlight.
  /// Filled by MeasureContrast.
  bool is_sun = false;

  Eigen::Vector2d Midpoint() const { return 0.5 * (start + end); }
  Eigen::Vector2d Direction() const { return (end - start).normalized(); }
};

/// Line segments of an 8-bit RGB picture (Grompone von Gioi et al., LSD),
/// longest first; those shorter than 1.5 % of the long side are dropped.
/// Soft and faint edges are looked for again at half the size, in lightness
/// and in colour.
/// @param half_lab  LabOf the picture at half its size
std::vector<LineSegment> DetectLineSegments(const cv::Mat& rgb,
                                            const cv::Mat& half_lab);

/// Fills `contrast` of all segments.
/// @param lab  CV_32FC3 of half the working picture's size
void MeasureContrast(const cv::Mat& lab, std::vector<LineSegment>& segments);

}  // namespace stage::engine
