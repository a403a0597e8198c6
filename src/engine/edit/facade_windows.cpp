#include "engine/edit/facade_windows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/render/color.h"
#include "engine/scene/lab_color.h"

namespace stage::engine {
namespace {

constexpr double kLargest = 0.17;    // of the long edge
constexpr double kSmallest = 0.025;  // letter boxes and vents are smaller
// Lab lightness below the wall, and change a pixel that ends a place: each is
// tried, as glass reflects more or less and frames may be hardly seen.
constexpr std::array<float, 4> kDarker = {12, 17, 24, 34};
constexpr std::array<float, 3> kEdges = {5, 9, 1000};
constexpr float kLightest = 66;  // of glass
constexpr float kRough = 4.5f;   // Lab lightness a pixel, on average
constexpr double kLeastFill = 0.72;
// What hangs together with a window is thinner than it: places are opened by
// so many times the thinnest bar.
constexpr std::array<int, 3> kOpenings = {1, 3, 5};
constexpr double kLeastOpenedFill = 0.66;
constexpr double kGround = 0.9;  // of the height; windows end above
constexpr double kLeastCertainty = 0.45;
constexpr double kSlats = 2.5;       // Lab lightness from row to row
constexpr double kSlatsLevel = 1.5;  // times the change from column to column

using Lab = cv::Vec3f;

bool IsFoliage(const Lab& c) { return c[1] < -5 && c[2] > 7; }

double Ramp(double value, double from, double to) {
  return std::clamp((value - from) / (to - from), 0.0, 1.0);
}

/// Mean change of lightness across one side of a box, from `reach` pixels
/// inside to `beyond` outside. 0: left, 1: right, 2: above, 3: below.
double SideContrast(const cv::Mat& lightness,
                    const cv::Rect& box,
                    size_t side,
                    int reach,
                    int beyond) {
  const bool upright = side < 2, far = side % 2 == 1;
  const int length = upright ? box.height : box.width;
  const int start = upright ? box.x : box.y;
  const int edge = far ? start + (upright ? box.width : box.height) : start;
  const int inner = far ? edge - reach : edge + reach;
  const int outer = far ? edge + beyond : edge - beyond;
  const int most = upright ? lightness.cols : lightness.rows;
  if (std::min(inner, outer) < 0 || std::max(inner, outer) >= most) return 0;
  double sum = 0;
  int count = 0;
  for (int i = length / 8; i < length * 7 / 8; ++i, ++count) {
    const auto at = [&](int across) {
      return upright ? lightness.at<float>(box.y + i, across)
                     : lightness.at<float>(across, box.x + i);
    };
    sum += std::clamp(at(outer) - at(inner), -10.0f, 40.0f);
  }
  return count > 0 ? sum / count : 0;
}

/// The weaker contrast of the two upright sides.
double UprightContrast(const cv::Mat& lightness, const cv::Rect& box) {
  const int reach = std::max(2, box.width / 10);
  return std::min(SideContrast(lightness, box, 0, reach, reach),
                  SideContrast(lightness, box, 1, reach, reach));
}

/// The contrasts of sill and two further sides, the weakest, each beyond a
/// frame that may be darker than the glass: something before the wall may hide
/// one side, but what goes on below is a door.
double SillContrast(const cv::Mat& lightness, const cv::Rect& box) {
  std::array<double, 4> contrasts{};
  const int least = std::min(box.width, box.height);
  const int reach = std::max(2, least / 10);
  for (size_t side = 0; side < contrasts.size(); ++side) {
    for (int beyond = reach; beyond <= std::max(2 * reach, least / 3);
         ++beyond) {
      contrasts[side] = std::max(
          contrasts[side], SideContrast(lightness, box, side, reach, beyond));
    }
  }
  std::sort(contrasts.begin(), contrasts.begin() + 3);
  return std::min(contrasts[1], contrasts[3]);
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
  /// @param darker   Lab lightness below the wall
  /// @param edge     places end where lightness changes more than that a pixel
  /// @param opening  what is thinner than so many bars falls off
  std::vector<cv::Rect> Boxes(float darker, float edge, int opening) const {
    cv::Mat dark = (depth_ > darker) & (smooth_ < kLightest) & (sky_ == 0) &
                   (plants_ == 0) & (edges_ < edge);
    const int bar = std::max(3, std::max(dark.rows, dark.cols) / 200) | 1;
    const int thin = opening * bar;
    cv::morphologyEx(
        dark, dark, cv::MORPH_OPEN, cv::Mat::ones(thin, thin, CV_8U));
    const double least_fill = opening > 1 ? kLeastOpenedFill : kLeastFill;
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
          fill > least_fill && aspect > 0.3 && aspect < 3.5 &&
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

  /// @param opening  that found it: what needed one hangs together with other
  ///                 dark things, and must be clearer
  double Certainty(const cv::Rect& box, int opening) const {
    if (IsLouvred(box)) return 0;
    const auto inside = static_cast<float>(cv::mean(smooth_(box))[0]);
    const Surroundings around = Around(lab_, sky_, box, inside);
    if (around.sky > 0.1 || around.foliage > 0.45) return 0;
    const double clear = opening > 1
                             ? Ramp(SillContrast(smooth_, box), 24, 36)
                             : Ramp(UprightContrast(smooth_, box), 4, 16);
    return clear * Ramp(around.wall, 0.25, 0.6);
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
      for (const int opening : kOpenings) {
        for (const cv::Rect& box : places.Boxes(darker, edge, opening)) {
          FacadeWindow window{.box = box};
          window.certainty = places.Certainty(box, opening);
          if (window.certainty >= kLeastCertainty) found.push_back(window);
        }
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
