#include "engine/clutter/left_traces.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "engine/clutter/even_surfaces.h"
#include "engine/clutter/working_picture.h"
#include "engine/grown_mask.h"
#include "engine/mat_view.h"

namespace stage::engine {
namespace {

// Shares of a thing's place.
constexpr double kMostUneven = 0.15, kMostStrange = 0.05;
// As far as light and grain take a colour within a surface, Lab.
constexpr float kWallStep = 7, kFloorStep = 14;
// What is left of a thing: how near, of the long side; how large, of the
// picture; how different, Lab.
constexpr double kBeside = 0.03, kLeastRest = 4e-5;
constexpr float kRestStep = 20;
constexpr double kSkirting = 0.02;  // of the long side

double Share(const cv::Mat& part, const cv::Mat& whole) {
  return static_cast<double>(cv::countNonZero(part & whole)) /
         std::max(1, cv::countNonZero(whole));
}

cv::Mat Grown(const cv::Mat& mask, double reach) {
  return GrownBy(static_cast<int>(reach * std::max(mask.cols, mask.rows)) + 1,
                 mask);
}

/// Where skirtings are, which are neither floor nor wall.
cv::Mat FootOf(const cv::Mat& floor) {
  cv::Mat line;
  cv::morphologyEx(floor, line, cv::MORPH_GRADIENT, cv::Mat::ones(3, 3, CV_8U));
  return Grown(line, kSkirting);
}

/// How far the picture's colours are from those of the floor, on it, and of
/// the walls elsewhere, as they are seen beside what was filled.
cv::Mat StepsFromRoom(const cv::Mat& lab,
                      const EvenSurfaces& surfaces,
                      const cv::Mat& floor,
                      const cv::Mat& filled,
                      EvenSurfaces::Kind kind) {
  const cv::Mat known = (surfaces.kind == kind) & ~filled;
  cv::Mat steps(lab.size(), CV_32F, cv::Scalar(0));
  if (cv::countNonZero(known) == 0) return steps;
  DepartureFrom(lab, known)
      .copyTo(steps, kind == EvenSurfaces::kFloor ? floor : cv::Mat(~floor));
  return steps;
}

/// Parts that are neither floor nor wall nor a thing that is known.
cv::Mat Rests(const EvenSurfaces& surfaces,
              const cv::Mat& steps,
              const cv::Mat& known) {
  const cv::Mat other =
      (surfaces.label == 0) & ~surfaces.lines & (steps > kRestStep) & ~known;
  cv::Mat labels, stats, centers;
  cv::connectedComponentsWithStats(other, labels, stats, centers, 8);
  const double least = kLeastRest * static_cast<double>(other.total());
  cv::Mat rests(other.size(), CV_8U, cv::Scalar(0));
  for (int y = 0; y < other.rows; ++y) {
    for (int x = 0; x < other.cols; ++x) {
      const int part = labels.at<int>(y, x);
      if (part != 0 && stats.at<int>(part, cv::CC_STAT_AREA) >= least) {
        rests.at<uchar>(y, x) = 255;
      }
    }
  }
  return rests;
}

/// Light and shade that were there with the things, too.
cv::Mat LightOf(const ThingMap& map, const cv::Size& size) {
  cv::Mat light(size, CV_8U, cv::Scalar(0));
  if (map.light.empty()) return light;
  cv::resize(MatOf(map.light), light, size, 0, 0, cv::INTER_NEAREST);
  return light;
}

}  // namespace

std::vector<char> ThingsThatShow(const ThingMap& before,
                                 const ImageU8& emptied,
                                 const Scene& scene) {
  const cv::Mat lab = SmoothLab(WorkingPicture(emptied));
  const cv::Mat floor = FloorMask(scene, lab.size());
  const EvenSurfaces surfaces = FindEvenSurfaces(lab, floor);
  const cv::Mat all(before.label.height(),
                    before.label.width(),
                    CV_16U,
                    const_cast<uint16_t*>(before.label.data()));
  cv::Mat label;
  cv::resize(all, label, lab.size(), 0, 0, cv::INTER_NEAREST);
  cv::Mat filled(lab.size(), CV_8U, cv::Scalar(0));
  for (size_t i = 0; i < before.things.size(); ++i) {
    if (before.things[i].doubt.empty()) {
      filled |= label == static_cast<int>(i + 1);
    }
  }
  const cv::Mat stays =
      Grown(((label != 0) | LightOf(before, lab.size())) & ~filled, 0.006);
  const cv::Mat wall_steps =
      StepsFromRoom(lab, surfaces, floor, filled, EvenSurfaces::kWalls);
  const cv::Mat floor_steps =
      StepsFromRoom(lab, surfaces, floor, filled, EvenSurfaces::kFloor);
  const cv::Mat strange =
      ((wall_steps > kWallStep) | (floor_steps > kFloorStep)) & ~FootOf(floor) &
      ~surfaces.lines;
  const cv::Mat uneven = (surfaces.label == 0) & ~surfaces.lines;
  const cv::Mat rests =
      Rests(surfaces, cv::max(wall_steps, floor_steps), stays);
  std::vector<char> shows(before.things.size(), 0);
  for (size_t i = 0; i < shows.size(); ++i) {
    if (!before.things[i].doubt.empty()) continue;
    const cv::Mat thing = label == static_cast<int>(i + 1);
    shows[i] = Share(uneven, thing) > kMostUneven ||
               Share(strange, thing) > kMostStrange ||
               cv::countNonZero(rests & Grown(thing, kBeside)) > 0;
  }
  return shows;
}

}  // namespace stage::engine
