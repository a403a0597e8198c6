#pragma once

#include <opencv2/core.hpp>
#include <optional>

namespace stage::engine {

/// The part of a floor that has the colour of what lies nearer to the camera,
/// where it is parted into two colours (2-means).
/// @param lab    CV_32FC3 picture, see LabOf
/// @param floor  CV_8U, same size, 255 where the floor is thought to be
/// @return 255 in the nearer colour's part; empty for next to no floor
cv::Mat NearerColor(const cv::Mat& lab, const cv::Mat& floor);

/// A part of the picture's lower half between what is surely floor and the
/// walls, by the medians of their colours.
struct PartColors {
  double from_floor = 0;  ///< see HueDifference
  double from_wall = 0;   ///< the same
  double above_wall = 0;  ///< how much brighter than the wall it is, L*
};

/// @param part   CV_8U, 255 in what may be floor or wall
/// @param floor  the same, what is floor in any case
/// @param outer  the same, floor and part: what lies above are walls
/// @return nullopt where one of them is next to nothing
std::optional<PartColors> ComparePart(const cv::Mat& lab,
                                      const cv::Mat& part,
                                      const cv::Mat& floor,
                                      const cv::Mat& outer);

}  // namespace stage::engine
