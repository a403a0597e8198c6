#include "mask_quality.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace stage::bench {
namespace {

cv::Mat Luma(const cv::Mat& rgb) {
  cv::Mat grey;
  cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
  grey.convertTo(grey, CV_32F);
  return grey;
}

double Psnr(const cv::Mat& a, const cv::Mat& b, const cv::Mat& mask) {
  cv::Mat difference;
  cv::absdiff(a, b, difference);
  difference.convertTo(difference, CV_32F);
  const cv::Scalar mean = cv::mean(difference.mul(difference), mask);
  const double mse = (mean[0] + mean[1] + mean[2]) / 3;
  return 10 * std::log10(255 * 255 / std::max(mse, 1e-3));
}

// Wang et al. 2004, doi:10.1109/TIP.2003.819861, Gaussian window of 1.5 px.
double Ssim(const cv::Mat& a, const cv::Mat& b, const cv::Mat& mask) {
  const auto mean = [](const cv::Mat& image) {
    cv::Mat blurred;
    cv::GaussianBlur(image, blurred, {11, 11}, 1.5);
    return blurred;
  };
  const double c1 = 0.01 * 255 * 0.01 * 255, c2 = 0.03 * 255 * 0.03 * 255;
  const cv::Mat mean_a = mean(a), mean_b = mean(b);
  const cv::Mat var_a = mean(a.mul(a)) - mean_a.mul(mean_a);
  const cv::Mat var_b = mean(b.mul(b)) - mean_b.mul(mean_b);
  const cv::Mat cov = mean(a.mul(b)) - mean_a.mul(mean_b);
  cv::Mat ssim;
  cv::divide(
      (2 * mean_a.mul(mean_b) + c1).mul(2 * cov + c2),
      (mean_a.mul(mean_a) + mean_b.mul(mean_b) + c1).mul(var_a + var_b + c2),
      ssim);
  return cv::mean(ssim, mask)[0];
}

cv::Mat GradientMagnitude(const cv::Mat& image) {
  cv::Mat gx, gy, magnitude;
  cv::Sobel(image, gx, CV_32F, 1, 0, 3, 0.25);
  cv::Sobel(image, gy, CV_32F, 0, 1, 3, 0.25);
  cv::magnitude(gx, gy, magnitude);
  return magnitude;
}

double GradientDeviation(cv::Mat a, cv::Mat b, cv::Mat mask) {
  constexpr double kStability = 170;
  double sum = 0;
  for (int octave = 0; octave < 3; ++octave) {
    const cv::Mat ga = GradientMagnitude(a), gb = GradientMagnitude(b);
    cv::Mat similarity, mean, deviation;
    cv::divide(2 * ga.mul(gb) + kStability,
               ga.mul(ga) + gb.mul(gb) + kStability,
               similarity);
    cv::meanStdDev(similarity, mean, deviation, mask);
    sum += deviation.at<double>(0);
    cv::pyrDown(a, a);
    cv::pyrDown(b, b);
    cv::resize(mask, mask, a.size(), 0, 0, cv::INTER_NEAREST);
  }
  return sum / 3;
}

}  // namespace

MaskQuality MeasureMask(const cv::Mat& result,
                        const cv::Mat& truth,
                        const cv::Mat& mask) {
  const cv::Mat a = Luma(result), b = Luma(truth);
  return {Psnr(result, truth, mask),
          Ssim(a, b, mask),
          GradientDeviation(a, b, mask)};
}

}  // namespace stage::bench
