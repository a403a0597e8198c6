#pragma once

#include <opencv2/core.hpp>

namespace stage::bench {

/// How near a filled picture is to the truth, over the mask only.
struct MaskQuality {
  double psnr_db = 0;  ///< over the three channels of display values
  double ssim = 0;     ///< mean structural similarity of the luma, -1..1
  /// Difference as an eye weighs it, without learned features: deviation of
  /// gradient-magnitude similarity over three octaves (Xue et al. 2014,
  /// doi:10.1109/TIP.2013.2293423); 0: the same.
  double gradient_deviation = 0;
};

/// @param result, truth  8-bit RGB of one size
/// @param mask           not 0: counts
MaskQuality MeasureMask(const cv::Mat& result,
                        const cv::Mat& truth,
                        const cv::Mat& mask);

}  // namespace stage::bench
