#include "engine/scene/analyze_scene.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/scene/box_fit.h"
#include "engine/scene/camera_fit.h"
#include "engine/scene/floor_appearance.h"
#include "engine/scene/floor_boundary.h"
#include "engine/scene/floor_outline.h"
#include "engine/scene/lab_color.h"
#include "engine/scene/layout_evidence.h"
#include "engine/scene/line_segments.h"
#include "engine/scene/openings.h"
#include "engine/scene/room_outline.h"
#include "engine/scene/scene_scale.h"
#include "engine/scene/skirting.h"

namespace stage::engine {
namespace {

constexpr int kWorkingLongSide = 1000;
constexpr double kDiagonal35mm = 43.267;
/// What a listing photo's focal length is, in parts of its long side, when
/// nothing is known.
constexpr double kUsualFocal = 0.62;

cv::Mat View(const ImageU8& image, int type) {
  return {image.height(),
          image.width(),
          type,
          const_cast<uint8_t*>(image.data())};
}

ImageU8 ToImage(const cv::Mat& mask, int width, int height) {
  cv::Mat resized;
  cv::resize(mask, resized, {width, height}, 0, 0, cv::INTER_LINEAR);
  ImageU8 image(width, height, 1);
  for (int y = 0; y < height; ++y) {
    const uchar* row = resized.ptr<uchar>(y);
    std::transform(row, row + width, image.row(y), [](uchar v) {
      return static_cast<uint8_t>(v >= 128 ? 255 : 0);
    });
  }
  return image;
}

CameraPrior MakePrior(const SceneHints& hints,
                      int working_width,
                      int working_height,
                      int full_width) {
  CameraPrior prior;
  prior.focal_px = kUsualFocal * std::max(working_width, working_height);
  if (hints.focal_length_35mm && *hints.focal_length_35mm > 5 &&
      *hints.focal_length_35mm < 300) {
    prior.focal_px = *hints.focal_length_35mm / kDiagonal35mm *
                     std::hypot(working_width, working_height);
    prior.focal_log_sigma = 0.06;
  }
  if (hints.focal_px) {
    prior.focal_px = *hints.focal_px * working_width / full_width;
    prior.focal_log_sigma = 0.005;
  }
  prior.pitch_roll_yaw_degrees = hints.pitch_roll_yaw_degrees;
  return prior;
}

/// A camera, the evidence seen with it and the best box in it.
struct Interpretation {
  CameraFit camera;
  BoxFit box;
  double score = -1e9;
};

bool AreAlike(const Camera& a, const Camera& b) {
  const Eigen::Vector3d difference =
      a.PitchRollYawDegrees() - b.PitchRollYawDegrees();
  return difference.cwiseAbs().maxCoeff() < 1.5 &&
         std::abs(std::log(a.focal_px / b.focal_px)) < 0.08 &&
         std::abs(a.k1 - b.k1) < 0.02;
}

Interpretation Interpret(const cv::Mat& rgb,
                         const std::vector<LineSegment>& segments,
                         const CameraPrior& prior,
                         const std::optional<double>& fixed_height) {
  // Joints of boards and tiles laid diagonally outvote the walls: lines of the
  // lower picture count in full, a little, and next to nothing, and the camera
  // in which the best room stands wins.
  constexpr double kFloorWeights[] = {1.0, 0.2, 0.02};
  constexpr double kJudgingFloorWeight = 0.1;
  constexpr double kCameraWorth = 0.5;
  constexpr size_t kCamerasARun = 3;
  constexpr size_t kThoroughly = 3;
  std::vector<CameraFit> cameras;
  for (const double floor_weight : kFloorWeights) {
    const std::vector<CameraFit> fits =
        FitCameras(segments, rgb.cols, rgb.rows, prior, floor_weight);
    for (size_t i = 0; i < std::min(kCamerasARun, fits.size()); ++i) {
      const bool known =
          std::any_of(cameras.begin(), cameras.end(), [&](const CameraFit& c) {
            return AreAlike(c.camera, fits[i].camera);
          });
      if (!known) cameras.push_back(fits[i]);
    }
  }
  if (!cameras.empty() && !prior.pitch_roll_yaw_degrees) {
    cameras.push_back(
        TurnedCamera(segments, cameras.front().camera, prior));
  }
  // A quick look at every camera, a thorough one at the best few.
  std::vector<Interpretation> rooms;
  for (CameraFit& fit : cameras) {
    fit.score = ScoreCamera(segments, fit.camera, prior, kJudgingFloorWeight);
    const LayoutEvidence evidence(rgb, segments, fit.camera);
    const BoxFit box = FitBox(evidence, fixed_height, BoxEffort::kQuick);
    rooms.push_back({fit, box, box.score + kCameraWorth * fit.score});
  }
  std::stable_sort(rooms.begin(),
                   rooms.end(),
                   [](const Interpretation& a, const Interpretation& b) {
                     return a.score > b.score;
                   });
  Interpretation best;
  for (size_t i = 0; i < std::min(kThoroughly, rooms.size()); ++i) {
    const CameraFit& fit = rooms[i].camera;
    const LayoutEvidence evidence(rgb, segments, fit.camera);
    const BoxFit box = FitBox(evidence, fixed_height);
    const double score = box.score + kCameraWorth * fit.score;
    if (score > best.score) best = {fit, box, score};
  }
  return best;
}

void MarkVisibleWalls(const Camera& camera, RoomLayout& room) {
  room.wall_is_visible.clear();
  for (const Wall& wall : room.Walls()) {
    bool visible = false;
    constexpr int kSteps = 12;
    for (int i = 1; i < kSteps && !visible; ++i) {
      const Eigen::Vector2d p =
          wall.start + wall.direction * (wall.length * i / kSteps);
      for (const double height : {0.0, 0.5, 1.0}) {
        const auto pixel =
            camera.Project({p.x(), height * room.height, p.y()});
        visible = visible || (pixel && pixel->x() > 0 && pixel->y() > 0 &&
                              pixel->x() < camera.width_px &&
                              pixel->y() < camera.height_px);
      }
    }
    room.wall_is_visible.push_back(visible && wall.real);
  }
}

std::vector<Eigen::Vector3d> VanishingPoints(const Camera& camera) {
  std::vector<Eigen::Vector3d> points;
  for (const int axis : {0, 2, 1}) {
    const Eigen::Vector3d v = camera.world_to_camera.col(axis);
    Eigen::Vector3d p(camera.focal_px * v.x() + camera.center_px.x() * v.z(),
                      camera.focal_px * v.y() + camera.center_px.y() * v.z(),
                      v.z());
    if (std::abs(p.z()) > 1e-6) p /= p.z();
    points.push_back(p);
  }
  return points;
}

}  // namespace

Scene AnalyzeScene(const ImageU8& srgb,
                   int width_px,
                   int height_px,
                   const SceneHints& hints) {
  const cv::Mat photo = View(srgb, CV_8UC3);
  const double shrink = std::min(
      1.0, static_cast<double>(kWorkingLongSide) / std::max(photo.cols, photo.rows));
  cv::Mat rgb;
  cv::resize(photo,
             rgb,
             {static_cast<int>(std::lround(photo.cols * shrink)),
              static_cast<int>(std::lround(photo.rows * shrink))},
             0,
             0,
             cv::INTER_AREA);
  cv::Mat half;
  cv::resize(rgb, half, {rgb.cols / 2, rgb.rows / 2}, 0, 0, cv::INTER_AREA);
  const cv::Mat half_lab = LabOf(half);
  std::vector<LineSegment> segments = DetectLineSegments(rgb, half_lab);
  MeasureContrast(half_lab, segments);

  Scene scene;
  const CameraPrior prior = MakePrior(hints, rgb.cols, rgb.rows, width_px);
  std::optional<double> fixed_height;
  if (hints.camera_height_m && hints.ceiling_height_m) {
    fixed_height = *hints.ceiling_height_m / *hints.camera_height_m;
  }
  const Interpretation found = Interpret(rgb, segments, prior, fixed_height);
  if (found.score <= -1e8) {  // not one line
    scene.camera.width_px = width_px;
    scene.camera.height_px = height_px;
    scene.camera.focal_px = kUsualFocal * std::max(width_px, height_px);
    scene.camera.center_px = {0.5 * width_px, 0.5 * height_px};
    scene.camera.world_to_camera = WorldToCamera(0, 0, 0);
    scene.free_floor = ImageU8(srgb.width(), srgb.height(), 1);
    scene.foreground = ImageU8(srgb.width(), srgb.height(), 1);
    scene.vanishing_points = VanishingPoints(scene.camera);
    return scene;
  }

  const Camera& unit = found.camera.camera;
  const Camera unit_half = unit.Resized(half.cols, half.rows);
  const LayoutEvidence evidence(rgb, segments, unit);
  std::vector<BoundaryRun> runs;
  cv::Mat guess = BoxFloorMask(unit_half, found.box.box);
  for (int round = 0; round < 2; ++round) {
    if (round > 0) guess = BoundaryFloorMask(unit_half, runs);
    runs = FollowFloorBoundary(
        evidence, found.box.box, FloorLikelihood(half_lab, guess));
  }
  DropBelowSkirting(evidence, half_lab, runs);
  const cv::Mat floor = BoundaryFloorMask(unit, runs);
  ScaleCues cues;
  cues.ceiling_height = found.box.box.height;
  cues.ceiling_confidence = found.box.ceiling_support;
  cues.camera_height_m = hints.camera_height_m;
  cues.known_ceiling_m = hints.ceiling_height_m;
  const double camera_height = EstimateCameraHeight(cues);

  Camera working = found.camera.camera;
  working.position = {0, camera_height, 0};
  scene.camera = working.Resized(width_px, height_px);
  scene.room = OutlineFromRuns(runs, found.box.box);
  scene.room.Scale(camera_height);
  scene.room.ceiling_visible = found.box.ceiling_support > 0.15;
  MarkVisibleWalls(scene.camera, scene.room);
  scene.vanishing_points = VanishingPoints(scene.camera);

  scene.floor_polygon_px = OutlineOfMask(floor);
  for (Eigen::Vector2d& p : scene.floor_polygon_px) {
    p = p.cwiseProduct(Eigen::Vector2d(
        static_cast<double>(width_px) / rgb.cols,
        static_cast<double>(height_px) / rgb.rows));
  }
  scene.free_floor = ToImage(floor, srgb.width(), srgb.height());
  scene.foreground = ImageU8(srgb.width(), srgb.height(), 1);

  scene.confidence = std::clamp(found.box.score / 1.5, 0.0, 1.0);
  scene.trust = found.box.score >= 0.65  ? SceneTrust::kRoom
                : found.box.score >= 0.3 ? SceneTrust::kFloorOnly
                                         : SceneTrust::kNone;
  scene.room.openings = DetectOpenings(srgb, segments, working, scene, hints);
  return scene;
}

}  // namespace stage::engine
