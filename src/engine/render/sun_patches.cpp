#include "engine/render/sun_patches.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace stage::engine {
namespace {

constexpr int kLongEdge = 768;
constexpr float kThreshold = 1.35f;  // times the wide neighbourhood
constexpr float kSoftness = 0.4f;
constexpr float kStrongest = 4.5f;
constexpr double kLeastShare = 0.002;  // of the floor

}  // namespace

ImageF FindSunPatches(const LightField& field, const ImageF& photo_linear) {
  const double scale =
      std::min(1.0,
               static_cast<double>(kLongEdge) /
                   std::max(photo_linear.width(), photo_linear.height()));
  const cv::Size size(
      std::max(1, static_cast<int>(photo_linear.width() * scale)),
      std::max(1, static_cast<int>(photo_linear.height() * scale)));
  const cv::Mat photo(photo_linear.height(),
                      photo_linear.width(),
                      CV_32FC3,
                      const_cast<float*>(photo_linear.data()));
  cv::Mat small;
  cv::resize(photo, small, size, 0, 0, cv::INTER_AREA);

  cv::Mat floor(size, CV_32F), light(size, CV_8U);
  std::vector<float> on_floor;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const Eigen::Vector3f ray =
          field.view.Ray((x + 0.5f) * field.view.width() / size.width,
                         (y + 0.5f) * field.view.height() / size.height);
      const RoomHit hit = field.prism.Intersect(field.view.position(), ray);
      const bool is_floor = hit.face == RoomPrism::kFloor;
      const cv::Vec3f& p = small.at<cv::Vec3f>(y, x);
      const float mean = std::clamp((p[0] + p[1] + p[2]) / 3, 0.0f, 1.0f);
      floor.at<float>(y, x) = is_floor ? 1.0f : 0.0f;
      light.at<uint8_t>(y, x) = static_cast<uint8_t>(mean * 255 + 0.5f);
      if (is_floor) on_floor.push_back(mean);
    }
  }
  if (on_floor.size() < 500) return {};
  std::nth_element(on_floor.begin(),
                   on_floor.begin() + on_floor.size() / 2,
                   on_floor.end());
  const float median = std::max(0.01f, on_floor[on_floor.size() / 2]);

  // Median first: plank joints and tile glints are not sun.
  cv::medianBlur(light, light, 2 * (size.width / 200) + 1);
  cv::Mat smooth;
  light.convertTo(smooth, CV_32F, 1 / 255.0);
  cv::Mat capped = cv::min(smooth, 1.6 * median).mul(floor), mask;
  const double wide = size.width / 8.0;
  cv::GaussianBlur(capped, capped, cv::Size(0, 0), wide);
  cv::GaussianBlur(floor, mask, cv::Size(0, 0), wide);

  ImageF patches(size.width, size.height, 1, 1.0f);
  size_t sunny = 0;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      if (floor.at<float>(y, x) == 0) continue;
      const float base = std::max(
          0.01f, capped.at<float>(y, x) / std::max(1e-3f, mask.at<float>(y, x)));
      const float s = smooth.at<float>(y, x) / base;
      const float sure = std::clamp((s - kThreshold) / kSoftness, 0.0f, 1.0f);
      const float factor = std::clamp(1 + sure * (s - 1), 1.0f, kStrongest);
      patches.at(x, y) = factor;
      if (factor > 1.3f) ++sunny;
    }
  }
  if (sunny < kLeastShare * on_floor.size()) return {};
  cv::Mat result(size, CV_32F, patches.data());
  cv::GaussianBlur(result, result, cv::Size(0, 0), 1.0);
  return patches;
}

float SunAt(const ImageF& patches, float x, float y) {
  if (patches.empty()) return 1;
  const float px =
      std::clamp(x * patches.width() - 0.5f, 0.0f, patches.width() - 1.001f);
  const float py =
      std::clamp(y * patches.height() - 0.5f, 0.0f, patches.height() - 1.001f);
  const int x0 = static_cast<int>(px), y0 = static_cast<int>(py);
  const int x1 = std::min(x0 + 1, patches.width() - 1);
  const int y1 = std::min(y0 + 1, patches.height() - 1);
  const float fx = px - x0, fy = py - y0;
  return (patches.at(x0, y0) * (1 - fx) + patches.at(x1, y0) * fx) * (1 - fy) +
         (patches.at(x0, y1) * (1 - fx) + patches.at(x1, y1) * fx) * fy;
}

}  // namespace stage::engine
