#include "engine/edit/mirror_image.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

constexpr float kOffSurface = 2e-3f;
constexpr double kFade = 0.03;  // of the long edge
constexpr float kLittle = 1e-3f;

/// Bilinear, edges repeated.
cv::Vec3f At(const cv::Mat& colors, float x, float y) {
  const float fx = std::clamp(x - 0.5f, 0.0f, colors.cols - 1.001f);
  const float fy = std::clamp(y - 0.5f, 0.0f, colors.rows - 1.001f);
  const int x0 = static_cast<int>(fx), y0 = static_cast<int>(fy);
  const int x1 = std::min(x0 + 1, colors.cols - 1);
  const int y1 = std::min(y0 + 1, colors.rows - 1);
  const float ax = fx - static_cast<float>(x0),
              ay = fy - static_cast<float>(y0);
  const auto row = [&](int y_at) -> cv::Vec3f {
    return colors.at<cv::Vec3f>(y_at, x0) * (1 - ax) +
           colors.at<cv::Vec3f>(y_at, x1) * ax;
  };
  return row(y0) * (1 - ay) + row(y1) * ay;
}

/// Where in the picture a ray ends that a surface sends back.
View::Projection Reflected(const RoomPrism& prism,
                           const RoomPrism::Face& face,
                           const View& view,
                           const Eigen::Vector3f& ray) {
  const float towards = ray.dot(face.normal);
  if (towards > -1e-3f) return {0, 0, -1};
  const float t = (face.origin - view.position()).dot(face.normal) / towards;
  const Eigen::Vector3f point =
      view.position() + ray * t + face.normal * kOffSurface;
  const Eigen::Vector3f out = ray - 2 * towards * face.normal;
  const RoomHit hit = prism.Intersect(point, out.normalized());
  if (hit.face < 0) return {0, 0, -1};
  return view.Project(hit.point);
}

/// What the photo does not show fades into what it shows beside.
void FillUnknown(const cv::Mat& mask, const cv::Mat& known, cv::Mat& colors) {
  const double sigma = kFade * std::max(mask.cols, mask.rows);
  cv::Mat weight, total, sum;
  known.convertTo(weight, CV_32F, 1 / 255.0);
  cv::GaussianBlur(weight, total, {}, sigma);
  cv::GaussianBlur(colors, sum, {}, sigma);
  const cv::Scalar mean = cv::mean(colors, known);
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      if (mask.at<uchar>(y, x) == 0 || known.at<uchar>(y, x) != 0) continue;
      cv::Vec3f& color = colors.at<cv::Vec3f>(y, x);
      for (int c = 0; c < 3; ++c) {
        color[c] = (sum.at<cv::Vec3f>(y, x)[c] +
                    kLittle * static_cast<float>(mean[c])) /
                   (total.at<float>(y, x) + kLittle);
      }
    }
  }
}

}  // namespace

MirrorImage MirrorOf(const RoomPrism& prism,
                     const MaskedSurfaces& surfaces,
                     const View& view,
                     const ImageF& linear,
                     const cv::Mat& mask,
                     double scale,
                     double blur_px,
                     const WorkControl& control) {
  cv::Mat colors(linear.height(),
                 linear.width(),
                 CV_32FC3,
                 const_cast<float*>(linear.data()));
  cv::Mat soft = colors;
  if (blur_px > 0) {
    soft = cv::Mat();
    cv::GaussianBlur(colors, soft, {}, std::max(0.6, blur_px));
  }
  MirrorImage image;
  image.colors = cv::Mat(mask.size(), CV_32FC3, cv::Scalar::all(0));
  cv::Mat known(mask.size(), CV_8U, cv::Scalar(0));
  ParallelRows(mask.rows, control, [&](int first, int end) {
    for (int y = first; y < end; ++y) {
      for (int x = 0; x < mask.cols; ++x) {
        if (mask.at<uchar>(y, x) == 0) continue;
        const Eigen::Vector3f ray = view.Ray(static_cast<float>(x) + 0.5f,
                                             static_cast<float>(y) + 0.5f);
        const int face = surfaces.FaceAt(
            static_cast<int>(x * scale), static_cast<int>(y * scale), ray);
        if (face < 0) continue;
        const View::Projection to = Reflected(
            prism, prism.faces()[static_cast<size_t>(face)], view, ray);
        if (to.depth <= 0) continue;
        if (to.x < 0 || to.y < 0 || to.x > static_cast<float>(mask.cols) ||
            to.y > static_cast<float>(mask.rows)) {
          continue;
        }
        known.at<uchar>(y, x) = 255;
        image.colors.at<cv::Vec3f>(y, x) = At(soft, to.x, to.y);
      }
    }
  });
  const int all = cv::countNonZero(mask);
  const int seen = cv::countNonZero(known);
  image.known = all > 0 ? static_cast<double>(seen) / all : 0;
  if (seen < all) FillUnknown(mask, known, image.colors);
  if (blur_px > 0) {
    cv::GaussianBlur(
        image.colors, image.colors, {}, std::max(0.6, 0.7 * blur_px));
  }
  return image;
}

}  // namespace stage::engine
