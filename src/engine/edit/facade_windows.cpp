#include "engine/edit/facade_windows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/render/color.h"
#include "engine/scene/lab_color.h"

namespace stage::engine {
namespace {

constexpr double kLargest = 0.17;  // of the long edge
constexpr double kSmallest = 0.016;
// Lab lightness below the wall, and change a pixel that ends a place: each is
// tried, as glass reflects more or less and frames may be hardly seen.
constexpr std::array<float, 4> kDarker = {12, 17, 24, 34};
constexpr std::array<float, 3> kEdges = {5, 9, 1000};
constexpr float kLightest = 66;  // of glass
constexpr float kRough = 4.5f;   // Lab lightness a pixel, on average
constexpr double kLeastFill = 0.72;
constexpr double kGround = 0.9;  // of the height; windows end above
constexpr double kLeastCertainty = 0.45;
constexpr double kSlats = 2.5;       // Lab lightness from row to row
constexpr double kSlatsLevel = 1.5;  // times the change from column to column

using Lab = cv::Vec3f;

bool IsFoliage(const Lab& c) { return c[1] < -5 && c[2] > 7; }

double Ramp(double value, double from, double to) {
  return std::clamp((value - from) / (to - from), 0.0, 1.0);
}

/// Mean change of lightness across the two upright sides of a box.
double SideContrast(const cv::Mat& lightness, const cv::Rect& box) {
  const int reach = std::max(2, box.width / 10);
  double weaker = 1e9;
  for (const int side : {box.x, box.x + box.width}) {
    const int inner = side == box.x ? side + reach : side - reach;
    const int outer = side == box.x ? side - reach : side + reach;
    if (outer < 0 || outer >= lightness.cols || inner < 0 ||
        inner >= lightness.cols) {
      return 0;
    }
    double sum = 0;
    int count = 0;
    for (int y = box.y + box.height / 8; y < box.y + box.height * 7 / 8; ++y) {
      const double change =
          lightness.at<float>(y, outer) - lightness.at<float>(y, inner);
      sum += std::clamp(change, -10.0, 40.0);
      ++count;
    }
    weaker = std::min(weaker, count > 0 ? sum / count : 0);
  }
  return weaker;
}

struct Surroundings {
  double wall = 0;     ///< share of lighter, calm pixels
  double foliage = 0;  ///< share of plants
  double sky = 0;
};

Surroundings Around(const cv::Mat& lab,
                    const cv::Mat& sky,
                    const cv::Rect& box,
                    float inside) {
  const int rim = std::max(3, std::min(box.width, box.height) / 3);
  const cv::Rect outer =
      cv::Rect(
          box.x - rim, box.y - rim, box.width + 2 * rim, box.height + 2 * rim) &
      cv::Rect(0, 0, lab.cols, lab.rows);
  double count = 0;
  Surroundings found;
  for (int y = outer.y; y < outer.y + outer.height; ++y) {
    for (int x = outer.x; x < outer.x + outer.width; ++x) {
      if (box.contains({x, y})) continue;
      ++count;
      const Lab& c = lab.at<Lab>(y, x);
      const bool is_sky = sky.at<uchar>(y, x) > 0;
      found.sky += is_sky ? 1 : 0;
      found.foliage += IsFoliage(c) ? 1 : 0;
      found.wall += !is_sky && !IsFoliage(c) && c[0] > inside + 10 ? 1 : 0;
    }
  }
  found.wall /= count;
  found.foliage /= count;
  found.sky /= count;
  return found;
}

/// Luminances of glass and of what is not glass within a box.
void MeasureGlass(const ImageF& linear, FacadeWindow& window) {
  std::vector<float> values;
  for (int y = window.box.y; y < window.box.y + window.box.height; ++y) {
    for (int x = window.box.x; x < window.box.x + window.box.width; ++x) {
      values.push_back(Luminance(LoadColor(&linear.at(x, y))));
    }
  }
  std::sort(values.begin(), values.end());
  window.glass = values[values.size() / 2];
  const float brightest = values[values.size() * 97 / 100];
  window.frame = std::max(window.glass * 2.2f + 0.02f,
                          window.glass + 0.45f * (brightest - window.glass));
}

/// Where a picture is darker than the walls around.
class DarkPlaces {
 public:
  DarkPlaces(const cv::Mat& lab, const cv::Mat& sky) : lab_(lab), sky_(sky) {
    cv::Mat lightness, closed, dx, dy;
    cv::extractChannel(lab, lightness, 0);
    cv::medianBlur(lightness, smooth_, 3);
    const int largest =
        static_cast<int>(kLargest * std::max(lab.rows, lab.cols)) | 1;
    cv::morphologyEx(
        smooth_,
        closed,
        cv::MORPH_CLOSE,
        cv::getStructuringElement(cv::MORPH_RECT, {largest, largest}));
    depth_ = closed - smooth_;
    cv::Sobel(smooth_, dx, CV_32F, 1, 0, 3, 0.125);
    cv::Sobel(smooth_, dy, CV_32F, 0, 1, 3, 0.125);
    cv::magnitude(dx, dy, edges_);
    cv::Mat rough;
    cv::boxFilter(edges_, rough, CV_32F, {7, 7});
    plants_ = cv::Mat(lab.size(), CV_8U, cv::Scalar(0));
    for (int y = 0; y < lab.rows; ++y) {
      for (int x = 0; x < lab.cols; ++x) {
        // Glass mirrors plants too, but less crisply.
        if (IsFoliage(lab.at<Lab>(y, x)) && rough.at<float>(y, x) > kRough) {
          plants_.at<uchar>(y, x) = 255;
        }
      }
    }
  }

  /// Boxes of nearly rectangular places.
  /// @param darker  Lab lightness below the wall
  /// @param edge    places end where lightness changes more than that a pixel
  std::vector<cv::Rect> Boxes(float darker, float edge) const {
    cv::Mat dark = (depth_ > darker) & (smooth_ < kLightest) & (sky_ == 0) &
                   (plants_ == 0) & (edges_ < edge);
    const int thin = std::max(3, std::max(dark.rows, dark.cols) / 200) | 1;
    cv::morphologyEx(
        dark, dark, cv::MORPH_OPEN, cv::Mat::ones(thin, thin, CV_8U));
    std::vector<std::vector<cv::Point>> outlines;
    cv::findContours(dark, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
    const double smallest = kSmallest * std::max(dark.rows, dark.cols);
    std::vector<cv::Rect> boxes;
    for (const auto& outline : outlines) {
      const cv::Rect box = cv::boundingRect(outline);
      const double fill = cv::contourArea(outline) /
                          std::max(1.0, (box.width - 1.0) * (box.height - 1.0));
      const double aspect = static_cast<double>(box.width) / box.height;
      if (box.width >= smallest && box.height >= smallest &&
          fill > kLeastFill && aspect > 0.3 && aspect < 3.5 &&
          box.y + box.height < kGround * dark.rows) {
        boxes.push_back(box);
      }
    }
    return boxes;
  }

  /// Level slats from top to bottom: a vent, which no lamp lights.
  bool IsLouvred(const cv::Rect& box) const {
    const int aside = std::max(2, box.width / 5);
    const int above = std::max(2, box.height / 5);
    const cv::Rect inside(box.x + aside,
                          box.y + above,
                          box.width - 2 * aside,
                          box.height - 2 * above);
    if (inside.width < 3 || inside.height < 6) return false;
    double up = 0, across = 0;
    for (int y = inside.y; y + 1 < inside.y + inside.height; ++y) {
      for (int x = inside.x; x + 1 < inside.x + inside.width; ++x) {
        const float here = smooth_.at<float>(y, x);
        up += std::abs(smooth_.at<float>(y + 1, x) - here);
        across += std::abs(smooth_.at<float>(y, x + 1) - here);
      }
    }
    const int steps = (inside.width - 1) * (inside.height - 1);
    return up > kSlats * steps && up > kSlatsLevel * across;
  }

  double Certainty(const cv::Rect& box) const {
    if (IsLouvred(box)) return 0;
    const auto inside = static_cast<float>(cv::mean(smooth_(box))[0]);
    const Surroundings around = Around(lab_, sky_, box, inside);
    if (around.sky > 0.1 || around.foliage > 0.45) return 0;
    return Ramp(SideContrast(smooth_, box), 4, 16) *
           Ramp(around.wall, 0.25, 0.6);
  }

 private:
  cv::Mat lab_, sky_, smooth_, depth_, edges_, plants_;
};

}  // namespace

std::vector<FacadeWindow> FindFacadeWindows(const ImageU8& srgb,
                                            const ImageF& linear,
                                            const cv::Mat& sky) {
  const cv::Mat lab = LabOf(cv::Mat(
      srgb.height(), srgb.width(), CV_8UC3, const_cast<uint8_t*>(srgb.data())));
  const DarkPlaces places(lab, sky);
  std::vector<FacadeWindow> found;
  for (const float darker : kDarker) {
    for (const float edge : kEdges) {
      for (const cv::Rect& box : places.Boxes(darker, edge)) {
        FacadeWindow window{.box = box};
        window.certainty = places.Certainty(box);
        if (window.certainty >= kLeastCertainty) found.push_back(window);
      }
    }
  }
  // Of boxes that overlap the surest stays.
  std::stable_sort(
      found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.certainty * std::sqrt(a.box.area()) >
               b.certainty * std::sqrt(b.box.area());
      });
  std::vector<FacadeWindow> windows;
  for (FacadeWindow& window : found) {
    const bool overlaps =
        std::any_of(windows.begin(), windows.end(), [&](const auto& other) {
          return (other.box & window.box).area() >
                 0.1 * std::min(other.box.area(), window.box.area());
        });
    if (overlaps) continue;
    MeasureGlass(linear, window);
    windows.push_back(window);
  }
  return windows;
}

}  // namespace stage::engine
