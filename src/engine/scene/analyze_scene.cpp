#include "engine/scene/analyze_scene.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "engine/scene/box_fit.h"
#include "engine/scene/camera_fit.h"
#include "engine/scene/ceiling_fit.h"
#include "engine/scene/doorway_floor.h"
#include "engine/scene/floor_boundary.h"
#include "engine/scene/floor_findings.h"
#include "engine/scene/floor_gloss.h"
#include "engine/scene/floor_outline.h"
#include "engine/scene/foreground_edges.h"
#include "engine/scene/lab_color.h"
#include "engine/scene/layout_evidence.h"
#include "engine/scene/line_segments.h"
#include "engine/scene/lintels.h"
#include "engine/scene/oblique_walls.h"
#include "engine/scene/obstacles.h"
#include "engine/scene/openings.h"
#include "engine/scene/room_interpretation.h"
#include "engine/scene/room_outline.h"
#include "engine/scene/scene_confidence.h"
#include "engine/scene/scene_scale.h"
#include "engine/scene/seen_floor.h"
#include "engine/scene/seen_openings.h"
#include "engine/scene/seen_things.h"

namespace stage::engine {
namespace {

constexpr int kWorkingLongSide = 1000;
constexpr double kDiagonal35mm = 43.267;
/// What a listing photo's focal length is, in parts of its long side, when
/// nothing is known.
constexpr double kUsualFocal = 0.62;

cv::Mat View(const ImageU8& image, int type) {
  return {
      image.height(), image.width(), type, const_cast<uint8_t*>(image.data())};
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

/// The foreground mask at the picture's size, its edges where the photo's are.
ImageU8 SharpForeground(const ImageU8& srgb, const cv::Mat& coarse) {
  ImageU8 foreground = ToImage(coarse, srgb.width(), srgb.height());
  if (cv::countNonZero(coarse) == 0) return foreground;
  const cv::Mat rgb(
      srgb.height(), srgb.width(), CV_8UC3, const_cast<uint8_t*>(srgb.data()));
  cv::Mat mask(srgb.height(), srgb.width(), CV_8U, foreground.data());
  SnapUprightEdges(rgb, mask).copyTo(mask);
  return foreground;
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
  if (hints.pitch_roll_yaw_degrees) {
    prior.k1 = hints.k1;
    const double scale = static_cast<double>(working_width) / full_width;
    if (hints.center_px) {
      prior.shift = hints.center_px->y() * scale / working_height - 0.5;
    }
  }
  return prior;
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
        const auto pixel = camera.Project({p.x(), height * room.height, p.y()});
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

/// What is said about a picture without a single line.
Scene UnknownScene(int analysis_width,
                   int analysis_height,
                   int width_px,
                   int height_px) {
  Scene scene;
  scene.camera.width_px = width_px;
  scene.camera.height_px = height_px;
  scene.camera.focal_px = kUsualFocal * std::max(width_px, height_px);
  scene.camera.center_px = {0.5 * width_px, 0.5 * height_px};
  scene.camera.world_to_camera = WorldToCamera(0, 0, 0);
  scene.free_floor = ImageU8(analysis_width, analysis_height, 1);
  scene.foreground = ImageU8(analysis_width, analysis_height, 1);
  scene.vanishing_points = VanishingPoints(scene.camera);
  return scene;
}

/// What is to go and what a network takes for things, with a rim, of the
/// working picture's size; empty when nothing is hidden.
cv::Mat UnknownPart(const SceneHints& hints, const cv::Size& size) {
  constexpr int kRim = 4;
  cv::Mat part = SeenThings(hints.seen, size);
  if (!hints.unknown.empty()) {
    cv::Mat goes;
    cv::resize(View(hints.unknown, CV_8U), goes, size, 0, 0, cv::INTER_AREA);
    if (part.empty()) part = cv::Mat::zeros(size, CV_8U);
    part.setTo(255, goes > 0);
  }
  if (part.empty()) return part;
  cv::dilate(part, part, cv::Mat::ones(2 * kRim + 1, 2 * kRim + 1, CV_8U));
  return part;
}

/// Drops the segments that belong to what is hidden: a third of them or more
/// lies there.
void DropUnknown(const cv::Mat& unknown, std::vector<LineSegment>& segments) {
  if (unknown.empty()) return;
  std::erase_if(segments, [&](const LineSegment& segment) {
    constexpr int kSteps = 12;
    int hidden = 0;
    for (int i = 0; i < kSteps; ++i) {
      const Eigen::Vector2d at =
          segment.start + (segment.end - segment.start) * (i + 0.5) / kSteps;
      const cv::Point pixel(static_cast<int>(at.x()), static_cast<int>(at.y()));
      hidden += pixel.inside({0, 0, unknown.cols, unknown.rows}) &&
                unknown.at<uchar>(pixel) != 0;
    }
    return 3 * hidden >= kSteps;
  });
}

/// The floor as the user has drawn it, or as it is found.
FloorFindings FloorOf(const LayoutEvidence& evidence,
                      const Box& box,
                      const Camera& unit_half,
                      const cv::Mat& half_lab,
                      const SceneHints& hints,
                      int width_px) {
  if (hints.floor_polygon_px.empty()) {
    return FindFloor(evidence,
                     box,
                     unit_half,
                     half_lab,
                     UnknownPart(hints, half_lab.size()),
                     SeenFloor(hints.seen, half_lab.size()));
  }
  std::vector<Eigen::Vector2d> outline = hints.floor_polygon_px;
  for (Eigen::Vector2d& p : outline) {
    p *= static_cast<double>(half_lab.cols) / width_px;
  }
  return FindWallsAround(outline, evidence, box, unit_half);
}

/// A camera, and the floor seen with it.
struct Reading {
  Interpretation found;
  std::unique_ptr<LayoutEvidence> evidence;
  Camera unit_half;  ///< for the half-size picture
  FloorFindings floor;
};

/// Nullopt without any line.
std::optional<Reading> Read(const cv::Mat& rgb,
                            const cv::Mat& half_lab,
                            const cv::Mat& unknown,
                            const std::vector<LineSegment>& segments,
                            const CameraPrior& prior,
                            const std::optional<double>& fixed_height,
                            const SceneHints& hints,
                            int width_px) {
  Reading reading;
  reading.found = Interpret(rgb, segments, prior, fixed_height, unknown);
  if (reading.found.score <= -1e8) return std::nullopt;
  const Camera& unit = reading.found.camera.camera;
  reading.unit_half = unit.Resized(half_lab.cols, half_lab.rows);
  reading.evidence =
      std::make_unique<LayoutEvidence>(rgb, segments, unit, unknown);
  if (const auto normal = FindObliqueNormal(*reading.evidence)) {
    reading.evidence->AddOblique(*normal);
  }
  reading.evidence->FindClearLines();
  reading.floor = FloorOf(*reading.evidence,
                          reading.found.box.box,
                          reading.unit_half,
                          half_lab,
                          hints,
                          width_px);
  return reading;
}

/// Outline of the floor in the photo's pixels, that of the next room included
/// where it is seen through a door.
std::vector<Eigen::Vector2d> VisibleFloor(const Scene& scene,
                                          const FloorFindings& floor,
                                          const cv::Mat& floor_mask) {
  cv::Mat through = cv::Mat::zeros(floor.likelihood.size(), CV_8U);
  AddDoorwayFloor(scene, floor.likelihood, through);
  cv::Mat mask;
  cv::resize(through, mask, floor_mask.size(), 0, 0, cv::INTER_LINEAR);
  mask = (mask >= 128) | floor_mask;
  std::vector<Eigen::Vector2d> outline = OutlineOfMask(mask);
  const Eigen::Vector2d scale(
      static_cast<double>(scene.camera.width_px) / mask.cols,
      static_cast<double>(scene.camera.height_px) / mask.rows);
  for (Eigen::Vector2d& p : outline) p = p.cwiseProduct(scale);
  return outline;
}

}  // namespace

Scene AnalyzeScene(const ImageU8& srgb,
                   int width_px,
                   int height_px,
                   const SceneHints& hints) {
  const cv::Mat photo = View(srgb, CV_8UC3);
  const double shrink = std::min(
      1.0,
      static_cast<double>(kWorkingLongSide) / std::max(photo.cols, photo.rows));
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
  const cv::Mat unknown = UnknownPart(hints, rgb.size());
  DropUnknown(unknown, segments);

  const CameraPrior prior = MakePrior(hints, rgb.cols, rgb.rows, width_px);
  std::optional<double> fixed_height;
  if (hints.camera_height_m && hints.ceiling_height_m) {
    fixed_height = *hints.ceiling_height_m / *hints.camera_height_m;
  }
  std::optional<Reading> reading = Read(
      rgb, half_lab, unknown, segments, prior, fixed_height, hints, width_px);
  if (reading && FollowsSun(*reading->evidence, reading->floor.runs)) {
    std::erase_if(segments, [](const LineSegment& s) { return s.is_sun; });
    reading = Read(
        rgb, half_lab, unknown, segments, prior, fixed_height, hints, width_px);
  }
  if (!reading) {
    return UnknownScene(srgb.width(), srgb.height(), width_px, height_px);
  }
  const Interpretation& found = reading->found;
  const Camera& unit = found.camera.camera;
  const Camera& unit_half = reading->unit_half;
  const LayoutEvidence& evidence = *reading->evidence;
  const FloorFindings& floor = reading->floor;
  CeilingFit ceiling{found.box.box.height, found.box.ceiling_support};
  if (!fixed_height)
    ceiling = FitCeiling(evidence, half_lab, floor.runs, ceiling.height);

  const double ceiling_trust = fixed_height ? 1 : CeilingTrust(ceiling.support);
  ScaleCues cues;
  if (ceiling_trust > 0) cues.ceiling_height = ceiling.height;
  cues.ceiling_confidence = ceiling_trust;
  cues.least_ceiling = ceiling.least_height;
  cues.camera_height_m = hints.camera_height_m;
  cues.known_ceiling_m = hints.ceiling_height_m;
  cues.seen_camera_height_m =
      SeenCameraHeight(hints.seen, unit_half, floor.half_mask);
  const CameraHeight estimate = EstimateCameraHeight(cues);
  const double camera_height = estimate.metres;
  if (ceiling_trust == 0) {
    ceiling.height = std::max(
        hints.ceiling_height_m.value_or(kUsualCeilingM) / camera_height,
        ceiling.least_height);
  }

  Scene scene;
  scene.camera = unit.Resized(width_px, height_px);
  scene.camera.position = {0, camera_height, 0};
  Box box = found.box.box;
  box.height = ceiling.height;
  scene.room =
      OutlineFromRuns(CarryUnderLintels(evidence, box.height, floor.runs), box);
  scene.room.Scale(camera_height);
  scene.room.ceiling_visible = ceiling_trust > 0;
  MarkVisibleWalls(scene.camera, scene.room);
  scene.vanishing_points = VanishingPoints(scene.camera);

  const cv::Mat floor_mask = BoundaryFloorMask(unit, floor.runs);
  ObstacleMap things = FindObstacles(
      unit_half, half_lab, floor.likelihood, floor.half_mask, floor.runs);
  const double hidden =
      AddSeenThings(hints.seen, unit_half, floor.half_mask, things);
  RoomLayout unit_room = scene.room;
  unit_room.Scale(1 / camera_height);
  const double depth_agreement =
      AddNearThings(hints.seen, unit_half, unit_room, floor.half_mask, things);
  scene.obstacles = things.obstacles;
  for (Obstacle& obstacle : scene.obstacles) {
    for (Eigen::Vector2d& p : obstacle.footprint) p *= camera_height;
    obstacle.height *= camera_height;
  }
  cv::Mat occupied;
  cv::resize(things.occupied, occupied, floor_mask.size());
  scene.free_floor =
      ToImage(floor_mask & (occupied < 128), srgb.width(), srgb.height());
  scene.foreground = SharpForeground(srgb, things.foreground);

  const FloorGloss gloss = MeasureGloss(
      unit_half, half, floor.half_mask, floor.runs, ceiling.height);
  scene.floor_gloss_f0 = gloss.f0;
  scene.floor_roughness = gloss.roughness;

  SceneDoubts doubts =
      DoubtsOfFloor(floor.runs, half_lab, floor.likelihood, floor.half_mask);
  doubts.box = found.box.score;
  doubts.hidden = hidden;
  doubts.agreement = std::min(floor.agreement, depth_agreement);
  doubts.clutter = ClutterOnFloor(evidence, floor.half_mask, gloss);
  doubts.grid = GridOnWalls(evidence, floor.half_mask, floor.runs);
  scene.confidence = ConfidenceOf(doubts);
  scene.trust = TrustOf(doubts);
  scene.outdoors = IsOutdoors(doubts);
  scene.furnished = IsFurnished(doubts);
  if (!hints.floor_polygon_px.empty()) {  // the user has looked
    scene.confidence = std::max(scene.confidence, 0.9);
    scene.trust = SceneTrust::kRoom;
  }
  FindOpenings(srgb, hints, estimate.log_sigma, scene);
  if (!hints.openings) ReconcileOpenings(hints.seen, scene);
  scene.floor_polygon_px = hints.floor_polygon_px;
  if (hints.floor_polygon_px.empty()) {
    scene.floor_polygon_px = VisibleFloor(scene, floor, floor_mask);
  }
  return scene;
}

}  // namespace stage::engine
