#include "engine/clutter/loose_things.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/clutter/room_background.h"
#include "engine/clutter/thing_judgement.h"
#include "engine/scene/analyze_scene.h"

namespace stage::engine {
namespace {

constexpr int kWorkingLongSide = 1000;
constexpr double kLeastArea = 0.0006;  // of the picture
// Skirtings and the shade along them hang everything together.
constexpr double kFootBand = 0.045;
constexpr double kLeastRun = 0.055;
constexpr double kSureOpening = 0.65;  ///< likelier one than not
constexpr size_t kMostThings = 4096;

cv::Mat Disc(int radius) {
  return cv::getStructuringElement(cv::MORPH_ELLIPSE,
                                   {2 * radius + 1, 2 * radius + 1});
}

cv::Mat LabOf(const cv::Mat& rgb) {
  cv::Mat values, lab;
  rgb.convertTo(values, CV_32F, 1.0 / 255);
  cv::cvtColor(values, lab, cv::COLOR_RGB2Lab);
  return lab;
}

/// The picture's colours without grain, joints and weave.
cv::Mat SmoothLab(const cv::Mat& rgb) {
  cv::Mat calm, smooth;
  cv::medianBlur(rgb, calm, 5);
  cv::bilateralFilter(calm, smooth, 7, 20, 5);
  return LabOf(smooth);
}

cv::Mat FloorMask(const Scene& scene, const cv::Size& size) {
  cv::Mat floor(size, CV_8U, cv::Scalar(0));
  std::vector<cv::Point> outline;
  for (const Eigen::Vector2d& p : scene.floor_polygon_px) {
    outline.emplace_back(static_cast<int>(std::lround(p.x() * size.width /
                                                      scene.camera.width_px)),
                         static_cast<int>(std::lround(p.y() * size.height /
                                                      scene.camera.height_px)));
  }
  if (outline.size() >= 3) cv::fillPoly(floor, {outline}, cv::Scalar(255));
  return floor;
}

cv::Mat OpeningMask(const Scene& scene, const cv::Size& size) {
  cv::Mat mask(size, CV_8U, cv::Scalar(0));
  const double sx = static_cast<double>(size.width) / scene.camera.width_px;
  const double sy = static_cast<double>(size.height) / scene.camera.height_px;
  for (const Opening& opening : scene.room.openings) {
    if (opening.confidence < kSureOpening) continue;
    const auto box = OpeningBoxPx(scene, opening);
    if (!box) continue;
    const cv::Rect2d part(
        (*box)[0] * sx, (*box)[1] * sy, (*box)[2] * sx, (*box)[3] * sy);
    mask(cv::Rect(part) & cv::Rect({0, 0}, size)).setTo(255);
  }
  return mask;
}

/// Where skirtings are.
cv::Mat FootBand(const cv::Mat& floor) {
  const int band =
      static_cast<int>(kFootBand * std::max(floor.cols, floor.rows));
  cv::Mat line, near;
  cv::morphologyEx(floor, line, cv::MORPH_GRADIENT, cv::Mat::ones(3, 3, CV_8U));
  cv::dilate(line, near, cv::Mat::ones(2 * band + 1, 3, CV_8U));
  return near;
}

/// Along the wall's foot only what goes on above or below counts.
void DropFootBand(const cv::Mat& floor, cv::Mat& other) {
  const int least =
      static_cast<int>(kLeastRun * std::max(other.cols, other.rows));
  const cv::Mat near = FootBand(floor);
  cv::Mat tall;
  cv::morphologyEx(
      other, tall, cv::MORPH_OPEN, cv::Mat::ones(std::max(3, least), 1, CV_8U));
  other &= ~near | tall;
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

/// An island with its feet: what hangs together with it on the floor below,
/// near the wall's foot too.
void AddFeet(const cv::Mat& other, const cv::Mat& floor, cv::Mat& island) {
  constexpr double kBeside = 0.08, kBelow = 0.12;  // of the island's sides
  const cv::Rect box = cv::boundingRect(island);
  const int beside = static_cast<int>(kBeside * box.width);
  const int below = static_cast<int>(kBelow * box.height);
  const cv::Rect near = cv::Rect(box.x - beside,
                                 box.y + box.height / 2,
                                 box.width + 2 * beside,
                                 box.height - box.height / 2 + below) &
                        cv::Rect({0, 0}, island.size());
  cv::Mat feet = other(near) & floor(near);
  cv::morphologyEx(feet, feet, cv::MORPH_OPEN, Disc(1));
  cv::Mat joined, labels;
  cv::dilate(island(near), joined, Disc(3));
  const int count = cv::connectedComponents(feet | joined, labels, 8);
  std::vector<char> belongs(static_cast<size_t>(count), 0);
  for (int y = 0; y < near.height; ++y) {
    for (int x = 0; x < near.width; ++x) {
      if (joined.at<uchar>(y, x)) belongs[labels.at<int>(y, x)] = 1;
    }
  }
  for (int y = 0; y < near.height; ++y) {
    for (int x = 0; x < near.width; ++x) {
      if (feet.at<uchar>(y, x) && belongs[labels.at<int>(y, x)]) {
        island.at<uchar>(near.y + y, near.x + x) = 255;
      }
    }
  }
}

/// Median step of colour across a rim.
double RimContrast(const cv::Mat& lab, const cv::Mat& island) {
  std::vector<std::vector<cv::Point>> rims;
  cv::findContours(
      island.clone(), rims, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  constexpr int kStep = 4;
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

double Share(const cv::Mat& part, const cv::Mat& whole) {
  return static_cast<double>(cv::countNonZero(part & whole)) /
         std::max(1, cv::countNonZero(whole));
}

/// All that islands are measured by, of the working size.
struct Measured {
  cv::Mat lab, floor, openings, outdoors;
  cv::Mat edges;  ///< on walls, away from their foot
  RoomBackground background;
};

/// How far an island reaches onto the floor below the wall's foot beside it.
double ReachOntoFloor(const cv::Mat& island, const cv::Mat& floor) {
  const cv::Mat on_floor = island & floor;
  const cv::Rect box = cv::boundingRect(on_floor);
  if (box.area() == 0) return 0;
  return static_cast<double>(box.height) / std::max(floor.cols, floor.rows);
}

/// Whether clear edges lead away from an island: it is a part of something.
bool GoesOn(const cv::Mat& island, const cv::Mat& edges) {
  cv::Mat outside, distance, labels, touched;
  cv::dilate(island, touched, Disc(3));
  outside = edges & ~touched;
  cv::distanceTransform(island == 0, distance, cv::DIST_L2, 3);
  const int count = cv::connectedComponents(outside, labels, 8);
  std::vector<float> nearest(static_cast<size_t>(count), 1e9f),
      farthest(static_cast<size_t>(count), 0);
  for (int y = 0; y < labels.rows; ++y) {
    for (int x = 0; x < labels.cols; ++x) {
      const auto part = static_cast<size_t>(labels.at<int>(y, x));
      const float away = distance.at<float>(y, x);
      nearest[part] = std::min(nearest[part], away);
      farthest[part] = std::max(farthest[part], away);
    }
  }
  constexpr float kTouches = 6, kLeads = 14;
  for (size_t part = 1; part < nearest.size(); ++part) {
    if (nearest[part] < kTouches && farthest[part] > kLeads) return true;
  }
  return false;
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
  const cv::Mat kind = part(picture.background.kind);
  const cv::Mat room = kind != RoomBackground::kOther;
  IslandMeasures measures;
  measures.area = cv::countNonZero(island) / static_cast<double>(size.area());
  measures.width = box.width / side;
  measures.height = box.height / side;
  measures.top = static_cast<double>(box.y) / size.height;
  measures.filled = cv::countNonZero(island) / static_cast<double>(box.area());
  measures.enclosed = Share(room, ring);
  measures.on_floor = Share(kind == RoomBackground::kFloor, ring & room);
  measures.reach = ReachOntoFloor(island, part(picture.floor));
  measures.contrast = RimContrast(part(picture.lab), island);
  measures.lighter = Quantile(part(picture.background.lighter), island, 0.5);
  measures.tint = Quantile(part(picture.background.tint), island, 0.7);
  measures.in_opening = Share(part(picture.openings), island);
  measures.outdoors = Share(part(picture.outdoors), island);
  measures.goes_on = GoesOn(island, part(picture.edges));
  constexpr int kEdge = 3;
  measures.at_edge = box.x < kEdge || box.y < kEdge ||
                     box.br().x > size.width - kEdge ||
                     box.br().y > size.height - kEdge;
  return measures;
}

ImageU8 ToImage(const cv::Mat& mask, int width, int height) {
  ImageU8 image(width, height, 1);
  cv::Mat out(height, width, CV_8U, image.data());
  cv::resize(mask, out, out.size(), 0, 0, cv::INTER_NEAREST);
  return image;
}

/// Islands of the working picture, each with its outline filled.
std::vector<std::vector<cv::Point>> Outlines(const cv::Mat& other) {
  cv::Mat solid;
  cv::morphologyEx(other, solid, cv::MORPH_CLOSE, Disc(2));
  cv::morphologyEx(solid, solid, cv::MORPH_OPEN, Disc(2));
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(solid, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  return outlines;
}

}  // namespace

ThingMap FindThings(const ImageU8& srgb, const Scene& scene) {
  const cv::Mat photo(
      srgb.height(), srgb.width(), CV_8UC3, const_cast<uint8_t*>(srgb.data()));
  const double shrink = std::min(
      1.0,
      static_cast<double>(kWorkingLongSide) / std::max(photo.cols, photo.rows));
  cv::Mat rgb;
  cv::resize(photo, rgb, {}, shrink, shrink, cv::INTER_AREA);

  Measured picture;
  const cv::Mat smooth = SmoothLab(rgb);
  picture.lab = LabOf(rgb);
  picture.floor = FloorMask(scene, rgb.size());
  picture.openings = OpeningMask(scene, rgb.size());
  picture.outdoors = OutdoorColors(smooth);
  picture.background = FindBackground(smooth, picture.floor);

  ThingMap map;
  map.label = Image<uint16_t>(srgb.width(), srgb.height(), 1);
  cv::Mat other = picture.background.kind == RoomBackground::kOther;
  map.not_room = ToImage(other, srgb.width(), srgb.height());
  if (!picture.background.found) return map;
  const cv::Mat with_feet = other.clone();
  DropFootBand(picture.floor, other);
  picture.edges = picture.background.edges & ~FootBand(picture.floor);
  cv::Mat labels(rgb.size(), CV_16U, cv::Scalar(0));
  const double scale = 1 / shrink;
  for (const auto& outline : Outlines(other)) {
    cv::Mat island(rgb.size(), CV_8U, cv::Scalar(0));
    cv::drawContours(island,
                     std::vector<std::vector<cv::Point>>{outline},
                     0,
                     cv::Scalar(255),
                     cv::FILLED);
    if (cv::contourArea(outline) <
        kLeastArea * static_cast<double>(rgb.total())) {
      continue;
    }
    AddFeet(with_feet, picture.floor, island);
    const cv::Rect box = cv::boundingRect(island);
    constexpr int kAround = 24;
    const cv::Rect patch = cv::Rect(box.x - kAround,
                                    box.y - kAround,
                                    box.width + 2 * kAround,
                                    box.height + 2 * kAround) &
                           cv::Rect({0, 0}, rgb.size());
    const IslandMeasures measures = Measure(island, patch, picture);
    if (measures.area < kLeastArea || IsLight(measures) ||
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
  cv::Mat out(srgb.height(), srgb.width(), CV_16U, map.label.data());
  cv::resize(labels, out, out.size(), 0, 0, cv::INTER_NEAREST);
  return map;
}

}  // namespace stage::engine
