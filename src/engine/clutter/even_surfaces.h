#pragma once

#include <opencv2/core.hpp>

namespace stage::engine {

/// The large even parts of a picture that are floor and walls, and the lines
/// at which they meet.
struct EvenSurfaces {
  enum Kind : uchar { kOther = 0, kFloor = 1, kWalls = 2 };
  /// CV_16U: 1 + index of a surface, 0: none.
  cv::Mat label;
  cv::Mat kind;   ///< CV_8U, a Kind
  cv::Mat lines;  ///< CV_8U, 255 between two surfaces: corners, skirtings
};

/// Surfaces are even where colours change only gradually. Floors are those
/// within `floor`, walls large ones that reach the upper part of the picture;
/// what a thing cuts off from either belongs to it when it has its colour.
/// @param lab    CV_32FC3, CIE L*a*b*, grain smoothed away
/// @param floor  CV_8U, 255 where the floor is or would be, of the same size
EvenSurfaces FindEvenSurfaces(const cv::Mat& lab, const cv::Mat& floor);

/// How badly a floor's outline fits a picture: the share of it that large even
/// parts lose where the outline cuts through them, 0 for one that goes along
/// their edges.
/// @param lab, floor  as above
double FloorCuts(const cv::Mat& lab, const cv::Mat& floor);

/// How far each pixel's colour is from that of a surface around it, however
/// far away, in Lab.
/// @param known  CV_8U, 255 on the surface
cv::Mat DepartureFrom(const cv::Mat& lab, const cv::Mat& known);

}  // namespace stage::engine
