#pragma once

#include <opencv2/core.hpp>
#include <optional>

namespace stage::engine {

/// How much the rows of a strip fall, as skirtings and cornices do where a
/// wall is laid out a little askew: the slope along which colours change least.
/// @param tones  CV_32FC3, the strip
/// @param known  CV_8U, 255 where `tones` counts
/// @param most   slopes beyond this are not looked for
/// @return pixels down a pixel to the right; nullopt when too little is seen
///         or nothing in the strip runs along it
std::optional<double> SlopeOfRows(const cv::Mat& tones,
                                  const cv::Mat& known,
                                  double most);

/// The first row on the way from `inner` to `outer` at which the rows' middle
/// lightness steps: where a plain wall ends and its skirting or cornice begins.
/// @param tones  CV_32FC3
/// @param known  CV_8U, 255 where `tones` counts
/// @param least_step  display values
std::optional<int> FirstStep(const cv::Mat& tones,
                             const cv::Mat& known,
                             int inner,
                             int outer,
                             float least_step);

}  // namespace stage::engine
