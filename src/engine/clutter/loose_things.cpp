#include "engine/clutter/loose_things.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>

#include "engine/clutter/even_surfaces.h"
#include "engine/clutter/outline_shape.h"
#include "engine/clutter/room_background.h"
#include "engine/clutter/surface_islands.h"
#include "engine/clutter/thin_parts.h"
#include "engine/clutter/thing_judgement.h"
#include "engine/clutter/working_picture.h"
#include "engine/scene/analyze_scene.h"
#include "engine/scene/lab_color.h"

namespace stage::engine {
namespace {

constexpr double kLeastArea = 0.0006;  // of the picture
constexpr double kSureOpening = 0.65;  ///< likelier one than not
constexpr double kLit = 8;             ///< lighter than around it, L*
constexpr size_t kMostThings = 4096;

cv::Mat Disc(int radius) {
  return cv::getStructuringElement(cv::MORPH_ELLIPSE,
                                   {2 * radius + 1, 2 * radius + 1});
}

/// Openings as they are seen in a room that is understood, pixels of a picture
/// of this size.
std::vector<cv::Rect> OpeningBoxes(const Scene& scene, const cv::Size& size) {
  std::vector<cv::Rect> boxes;
  if (scene.trust == SceneTrust::kNone) return boxes;
  const double sx = static_cast<double>(size.width) / scene.camera.width_px;
  const double sy = static_cast<double>(size.height) / scene.camera.height_px;
  for (const Opening& opening : scene.room.openings) {
    if (opening.confidence < kSureOpening) continue;
    const auto box = OpeningBoxPx(scene, opening);
    if (!box) continue;
    const cv::Rect2d part(
        (*box)[0] * sx, (*box)[1] * sy, (*box)[2] * sx, (*box)[3] * sy);
    boxes.push_back(cv::Rect(part) & cv::Rect({0, 0}, size));
  }
  return boxes;
}

/// Glare, sky and leaves: what windows show.
cv::Mat OutdoorColors(const cv::Mat& lab) {
  cv::Mat outdoors(lab.size(), CV_8U, cv::Scalar(0));
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      const cv::Vec3f& c = lab.at<cv::Vec3f>(y, x);
      const bool glare = c[0] > 98;
      const bool sky = c[0] > 45 && c[2] < -14 && c[1] < 12;
      const bool leaves = c[1] < -9 && c[2] > 9;
      outdoors.at<uchar>(y, x) = glare || sky || leaves ? 255 : 0;
    }
  }
  return outdoors;
}

/// Median step of colour across a rim.
double RimContrast(const cv::Mat& lab, const cv::Mat& island) {
  std::vector<std::vector<cv::Point>> rims;
  cv::findContours(
      island.clone(), rims, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  constexpr int kStep = 5;
  std::vector<double> steps;
  for (const auto& rim : rims) {
    for (const cv::Point& at : rim) {
      double most = 0;
      for (const auto& [dx, dy] : {std::pair{1, 0}, {0, 1}, {1, 1}, {1, -1}}) {
        const cv::Point a(std::clamp(at.x + kStep * dx, 0, lab.cols - 1),
                          std::clamp(at.y + kStep * dy, 0, lab.rows - 1));
        const cv::Point b(std::clamp(at.x - kStep * dx, 0, lab.cols - 1),
                          std::clamp(at.y - kStep * dy, 0, lab.rows - 1));
        most = std::max(most,
                        cv::norm(lab.at<cv::Vec3f>(a) - lab.at<cv::Vec3f>(b)));
      }
      steps.push_back(most);
    }
  }
  if (steps.empty()) return 0;
  const auto middle = steps.begin() + static_cast<long>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

/// A value below which this part of an island's pixels lies.
double Quantile(const cv::Mat& values, const cv::Mat& island, double part) {
  std::vector<float> inside;
  for (int y = 0; y < values.rows; ++y) {
    for (int x = 0; x < values.cols; ++x) {
      if (island.at<uchar>(y, x)) inside.push_back(values.at<float>(y, x));
    }
  }
  if (inside.empty()) return 0;
  const auto at =
      inside.begin() +
      static_cast<long>(part * static_cast<double>(inside.size() - 1));
  std::nth_element(inside.begin(), at, inside.end());
  return *at;
}

/// The outer part of an island, within the blur of its rim.
cv::Mat RimBand(const cv::Mat& island) {
  constexpr int kBlur = 2, kBand = 10;
  cv::Mat inner, core;
  cv::erode(island, inner, Disc(kBlur));
  cv::erode(island, core, Disc(kBand));
  const cv::Mat band = inner & ~core;
  return cv::countNonZero(band) > 20 ? band : island;
}

double Share(const cv::Mat& part, const cv::Mat& whole) {
  return static_cast<double>(cv::countNonZero(part & whole)) /
         std::max(1, cv::countNonZero(whole));
}

/// All that islands are measured by, of the working size.
struct Measured {
  cv::Mat lab, floor, outdoors;
  bool floor_mirrors = false;
  std::vector<cv::Rect> openings;
  cv::Mat kind;   ///< EvenSurfaces::Kind
  cv::Mat label;  ///< of surfaces
  cv::Mat lines;  ///< between surfaces
  RoomBackground background;
};

cv::Mat Lightness(const cv::Mat& lab) {
  cv::Mat lightness;
  cv::extractChannel(lab, lightness, 0);
  return lightness;
}

/// How far an island reaches onto the floor below the wall's foot beside it.
double ReachOntoFloor(const cv::Mat& island, const cv::Mat& floor) {
  const cv::Mat on_floor = island & floor;
  const cv::Rect box = cv::boundingRect(on_floor);
  if (box.area() == 0) return 0;
  return static_cast<double>(box.height) / std::max(floor.cols, floor.rows);
}

/// The share of an island within an opening of which it takes a good part; one
/// that is far larger is not what a wall goes all around.
double InOpening(const cv::Mat& island,
                 const cv::Rect& patch,
                 const std::vector<cv::Rect>& openings) {
  constexpr double kGoodPart = 0.15;
  double most = 0;
  for (const cv::Rect& opening : openings) {
    const cv::Rect here = (opening & patch) - patch.tl();
    if (here.area() == 0) continue;
    const double shared = cv::countNonZero(island(here));
    if (shared > kGoodPart * opening.area()) {
      most = std::max(most, shared / cv::countNonZero(island));
    }
  }
  return most;
}

/// How many surfaces have a good part of a ring.
int SurfacesAround(const cv::Mat& ring, const cv::Mat& label) {
  constexpr double kGoodPart = 0.08;
  std::map<int, int> pixels;
  for (int y = 0; y < ring.rows; ++y) {
    for (int x = 0; x < ring.cols; ++x) {
      const int surface = label.at<uint16_t>(y, x);
      if (ring.at<uchar>(y, x) && surface != 0) ++pixels[surface];
    }
  }
  const double least = kGoodPart * cv::countNonZero(ring);
  return static_cast<int>(
      std::count_if(pixels.begin(), pixels.end(), [&](const auto& entry) {
        return entry.second > least;
      }));
}

/// @param patch  the island's part of the picture, with its surroundings
IslandMeasures Measure(const cv::Mat& whole_island,
                       const cv::Rect& patch,
                       const Measured& picture) {
  const auto part = [&](const cv::Mat& whole) { return whole(patch); };
  const cv::Mat island = part(whole_island);
  const cv::Size size = picture.lab.size();
  const double side = std::max(size.width, size.height);
  const cv::Rect box = cv::boundingRect(island) + patch.tl();
  cv::Mat near, close;
  cv::dilate(island, near, Disc(5));
  cv::dilate(island, close, Disc(1));
  const cv::Mat ring = near & ~close;
  const cv::Mat kind = part(picture.kind);
  const cv::Mat surfaces = kind != EvenSurfaces::kOther;
  const cv::Mat room = surfaces | part(picture.lines);
  const cv::Mat band = RimBand(island);
  IslandMeasures measures;
  measures.area = cv::countNonZero(island) / static_cast<double>(size.area());
  measures.width = box.width / side;
  measures.height = box.height / side;
  measures.top = static_cast<double>(box.y) / size.height;
  measures.filled = cv::countNonZero(island) / static_cast<double>(box.area());
  measures.enclosed = Share(room, ring);
  measures.on_floor = Share(kind == EvenSurfaces::kFloor, ring & surfaces);
  measures.reach = ReachOntoFloor(island, part(picture.floor));
  measures.contrast = RimContrast(part(picture.lab), island);
  const cv::Mat lighter = part(picture.background.lighter);
  const cv::Mat tint = part(picture.background.tint);
  if (!picture.floor_mirrors) {
    measures.bluer = -Quantile(
        part(picture.background.warmer), island & (lighter > kLit), 0.5);
  }
  measures.lighter = Quantile(lighter, island, 0.5);
  measures.rim_lighter = Quantile(lighter, band, 0.3);
  measures.tint =
      std::max(Quantile(tint, island, 0.7), Quantile(tint, band, 0.7));
  measures.brightness = Quantile(Lightness(part(picture.lab)), island, 0.5);
  measures.boxed = Boxed(island);
  measures.convex = Convexity(island);
  measures.surfaces = SurfacesAround(ring, part(picture.label));
  measures.in_opening = InOpening(island, patch, picture.openings);
  measures.outdoors = Share(part(picture.outdoors), island);
  constexpr int kEdge = 3;
  measures.at_edge = box.x < kEdge || box.y < kEdge ||
                     box.br().x > size.width - kEdge ||
                     box.br().y > size.height - kEdge;
  return measures;
}

/// What lies close below something that stays may be its foot.
void LeaveFeet(double side, std::vector<Thing>& things) {
  constexpr double kGap = 0.05;
  for (Thing& foot : things) {
    if (foot.place != ThingPlace::kOnFloor || !foot.doubt.empty()) continue;
    for (const Thing& above : things) {
      if (above.doubt.empty() || above.place == ThingPlace::kOnFloor) continue;
      const int bottom = above.box[1] + above.box[3];
      if (foot.box[1] - bottom < kGap * side &&
          foot.box[1] + foot.box[3] > bottom &&
          foot.box[0] < above.box[0] + above.box[2] &&
          above.box[0] < foot.box[0] + foot.box[2]) {
        foot.certainty = 0.3;
        foot.doubt = "may be a part of what stands over it";
      }
    }
  }
}

ImageU8 ToImage(const cv::Mat& mask, int width, int height) {
  ImageU8 image(width, height, 1);
  cv::Mat out(height, width, CV_8U, image.data());
  cv::resize(mask, out, out.size(), 0, 0, cv::INTER_NEAREST);
  return image;
}

}  // namespace

ThingMap FindThings(const ImageU8& srgb, const Scene& scene) {
  const cv::Mat rgb = WorkingPicture(srgb);
  const double shrink = static_cast<double>(rgb.cols) / srgb.width();
  Measured picture;
  const cv::Mat smooth = SmoothLab(rgb);
  picture.lab = LabOf(rgb);
  picture.floor = FloorMask(scene, rgb.size());
  picture.floor_mirrors = scene.floor_gloss_f0 > 0;
  picture.openings = OpeningBoxes(scene, rgb.size());
  picture.outdoors = OutdoorColors(smooth);
  picture.background = FindBackground(smooth, picture.floor);

  ThingMap map;
  map.label = Image<uint16_t>(srgb.width(), srgb.height(), 1);
  const cv::Mat other = picture.background.kind == RoomBackground::kOther;
  map.not_room = ToImage(other, srgb.width(), srgb.height());
  if (!picture.background.found) return map;
  const EvenSurfaces surfaces = FindEvenSurfaces(smooth, picture.floor);
  picture.kind = surfaces.kind;
  picture.label = surfaces.label;
  picture.lines = surfaces.lines;
  cv::Mat labels(rgb.size(), CV_16U, cv::Scalar(0));
  cv::Mat light(rgb.size(), CV_8U, cv::Scalar(0));
  const double scale = 1 / shrink;
  for (const cv::Mat& island :
       IslandsAmong(surfaces, ThinParts(rgb, surfaces))) {
    const cv::Rect box = cv::boundingRect(island);
    constexpr int kAround = 24;
    const cv::Rect patch = cv::Rect(box.x - kAround,
                                    box.y - kAround,
                                    box.width + 2 * kAround,
                                    box.height + 2 * kAround) &
                           cv::Rect({0, 0}, rgb.size());
    const IslandMeasures measures = Measure(island, patch, picture);
    if (IsLight(measures)) light |= island;
    if (measures.area < kLeastArea || IsLight(measures) || IsFaint(measures) ||
        map.things.size() >= kMostThings) {
      continue;
    }
    Thing thing = Judge(measures);
    thing.box = {static_cast<int>(std::floor(box.x * scale)),
                 static_cast<int>(std::floor(box.y * scale)),
                 static_cast<int>(std::ceil(box.width * scale)),
                 static_cast<int>(std::ceil(box.height * scale))};
    map.things.push_back(std::move(thing));
    labels.setTo(static_cast<double>(map.things.size()), island);
  }
  LeaveFeet(std::max(srgb.width(), srgb.height()), map.things);
  map.light = ToImage(light, srgb.width(), srgb.height());
  cv::Mat out(srgb.height(), srgb.width(), CV_16U, map.label.data());
  cv::resize(labels, out, out.size(), 0, 0, cv::INTER_NEAREST);
  return map;
}

}  // namespace stage::engine
