#include "engine/edit/guided_filter.h"

#include <array>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

cv::Mat BoxMean(const cv::Mat& picture, int radius) {
  cv::Mat mean;
  cv::boxFilter(picture,
                mean,
                CV_32F,
                cv::Size(2 * radius + 1, 2 * radius + 1),
                cv::Point(-1, -1),
                true,
                cv::BORDER_REFLECT);
  return mean;
}

GuidedModel FitGrey(const cv::Mat& guide,
                    const cv::Mat& input,
                    int radius,
                    double epsilon) {
  const cv::Mat mean_guide = BoxMean(guide, radius);
  const cv::Mat mean_input = BoxMean(input, radius);
  const cv::Mat variance =
      BoxMean(guide.mul(guide), radius) - mean_guide.mul(mean_guide);
  const cv::Mat covariance =
      BoxMean(guide.mul(input), radius) - mean_guide.mul(mean_input);
  const cv::Mat gain = covariance / (variance + epsilon);
  const cv::Mat offset = mean_input - gain.mul(mean_guide);
  return {BoxMean(gain, radius), BoxMean(offset, radius)};
}

using Matrix3 = cv::Matx33f;

GuidedModel FitColor(const cv::Mat& guide,
                     const cv::Mat& input,
                     int radius,
                     double epsilon) {
  std::array<cv::Mat, 3> channels;
  cv::split(guide, channels.data());
  const cv::Mat mean_input = BoxMean(input, radius);
  std::array<cv::Mat, 3> means, covariances;
  for (int c = 0; c < 3; ++c) {
    means[c] = BoxMean(channels[c], radius);
    covariances[c] =
        BoxMean(channels[c].mul(input), radius) - means[c].mul(mean_input);
  }
  std::array<cv::Mat, 6> variances;  // rr rg rb gg gb bb
  for (int a = 0, i = 0; a < 3; ++a) {
    for (int b = a; b < 3; ++b, ++i) {
      variances[i] = BoxMean(channels[a].mul(channels[b]), radius) -
                     means[a].mul(means[b]);
    }
  }
  cv::Mat gain(guide.size(), CV_32FC3);
  cv::Mat offset(guide.size(), CV_32FC1);
  const auto e = static_cast<float>(epsilon);
  for (int y = 0; y < guide.rows; ++y) {
    for (int x = 0; x < guide.cols; ++x) {
      const auto v = [&](int i) { return variances[i].at<float>(y, x); };
      const Matrix3 sigma(
          v(0) + e, v(1), v(2), v(1), v(3) + e, v(4), v(2), v(4), v(5) + e);
      const cv::Vec3f covariance(covariances[0].at<float>(y, x),
                                 covariances[1].at<float>(y, x),
                                 covariances[2].at<float>(y, x));
      const cv::Vec3f a = sigma.solve(covariance, cv::DECOMP_CHOLESKY);
      gain.at<cv::Vec3f>(y, x) = a;
      offset.at<float>(y, x) =
          mean_input.at<float>(y, x) - a[0] * means[0].at<float>(y, x) -
          a[1] * means[1].at<float>(y, x) - a[2] * means[2].at<float>(y, x);
    }
  }
  return {BoxMean(gain, radius), BoxMean(offset, radius)};
}

}  // namespace

GuidedModel FitGuidedModel(const cv::Mat& guide,
                           const cv::Mat& input,
                           int radius,
                           double epsilon) {
  return guide.channels() == 1 ? FitGrey(guide, input, radius, epsilon)
                               : FitColor(guide, input, radius, epsilon);
}

cv::Mat ApplyGuidedModel(const GuidedModel& model, const cv::Mat& guide) {
  cv::Mat output = model.offset.clone();
  const int channels = guide.channels();
  for (int y = 0; y < guide.rows; ++y) {
    const float* gain = model.gain.ptr<float>(y);
    const float* seen = guide.ptr<float>(y);
    float* out = output.ptr<float>(y);
    for (int x = 0; x < guide.cols; ++x) {
      for (int c = 0; c < channels; ++c) {
        out[x] += gain[x * channels + c] * seen[x * channels + c];
      }
    }
  }
  return output;
}

cv::Mat GuidedModel::Packed() const {
  cv::Mat packed;
  cv::merge(std::array<cv::Mat, 2>{offset, gain}.data(), 2, packed);
  return packed;
}

}  // namespace stage::engine
