#include "edit/drawn_exterior.h"

#include <opencv2/imgproc.hpp>

namespace stage::engine::test {
namespace {

constexpr int kWidth = 960, kHeight = 640;

void AddGrain(cv::Mat& picture) {
  cv::RNG random(7);
  cv::Mat grain(picture.size(), CV_16SC3);
  random.fill(grain, cv::RNG::NORMAL, 0, 1.2);
  cv::Mat sum;
  picture.convertTo(sum, CV_16SC3);
  cv::Mat(sum + grain).convertTo(picture, CV_8UC3);
}

}  // namespace

DrawnExterior DrawExterior(const cv::Vec3b& sky_top,
                           const cv::Vec3b& sky_horizon) {
  DrawnExterior drawn;
  drawn.photo.pixels8 = ImageU8(kWidth, kHeight, 3);
  cv::Mat picture(kHeight, kWidth, CV_8UC3, drawn.photo.pixels8.data());
  for (int y = 0; y < kHeight; ++y) {
    const double part = std::min(1.0, y / 400.0);
    picture.row(y).setTo(
        cv::Scalar(sky_top[0] + part * (sky_horizon[0] - sky_top[0]),
                   sky_top[1] + part * (sky_horizon[1] - sky_top[1]),
                   sky_top[2] + part * (sky_horizon[2] - sky_top[2])));
  }
  drawn.sky = cv::Mat(kHeight, kWidth, CV_8U, cv::Scalar(255));
  const auto cover = [&](const std::vector<cv::Point>& shape,
                         const cv::Scalar& color) {
    cv::fillPoly(picture, std::vector{shape}, color);
    cv::fillPoly(drawn.sky, std::vector{shape}, cv::Scalar(0));
  };
  cover({{0, 400}, {kWidth, 400}, {kWidth, kHeight}, {0, kHeight}},
        {74, 104, 48});
  cover({{170, 230}, {450, 110}, {730, 230}}, {112, 84, 72});  // roof
  cover({{190, 230}, {710, 230}, {710, 470}, {190, 470}}, {206, 196, 180});
  cv::RNG random(3);
  for (int i = 0; i < 900; ++i) {  // a tree's crown, with gaps
    const cv::Point at(840 + static_cast<int>(random.gaussian(38)),
                       230 + static_cast<int>(random.gaussian(48)));
    const int green = 70 + random.uniform(0, 45);
    cv::circle(picture, at, 5, cv::Scalar(green - 25, green, 30), -1);
    cv::circle(drawn.sky, at, 5, cv::Scalar(0), -1);
  }
  cover({{834, 260}, {846, 260}, {850, 420}, {830, 420}}, {70, 55, 45});
  for (const int x : {250, 420, 580}) {
    const cv::Rect window(x, 290, 70, 96);
    cv::rectangle(
        picture, {x - 6, 284, 82, 108}, cv::Scalar(236, 234, 230), -1);
    cv::rectangle(picture, window, cv::Scalar(46, 52, 58), -1);
    cv::rectangle(picture, {x + 32, 290, 6, 96}, cv::Scalar(236, 234, 230), -1);
    drawn.windows.push_back(window);
  }
  AddGrain(picture);
  return drawn;
}

}  // namespace stage::engine::test
