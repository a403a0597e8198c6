#include "engine/scene/room_interpretation.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

bool AreAlike(const Camera& a, const Camera& b) {
  const Eigen::Vector3d difference =
      a.PitchRollYawDegrees() - b.PitchRollYawDegrees();
  return difference.cwiseAbs().maxCoeff() < 1.5 &&
         std::abs(std::log(a.focal_px / b.focal_px)) < 0.08 &&
         std::abs(a.k1 - b.k1) < 0.02;
}

}  // namespace

Interpretation Interpret(const cv::Mat& rgb,
                         const std::vector<LineSegment>& segments,
                         const CameraPrior& prior,
                         const std::optional<double>& fixed_height,
                         const cv::Mat& unknown) {
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
    cameras.push_back(TurnedCamera(segments, cameras.front().camera, prior));
  }
  // A quick look at every camera, a thorough one at the best few.
  struct Candidate {
    CameraFit camera;
    LayoutEvidence evidence;
    double score;
  };
  std::vector<Candidate> rooms;
  for (CameraFit& fit : cameras) {
    fit.score = ScoreCamera(segments, fit.camera, prior, kJudgingFloorWeight);
    rooms.push_back(
        {fit, LayoutEvidence(rgb, segments, fit.camera, unknown), 0});
    rooms.back().score =
        FitBox(rooms.back().evidence, fixed_height, BoxEffort::kQuick).score +
        kCameraWorth * fit.score;
  }
  std::stable_sort(
      rooms.begin(), rooms.end(), [](const Candidate& a, const Candidate& b) {
        return a.score > b.score;
      });
  Interpretation best;
  for (size_t i = 0; i < std::min(kThoroughly, rooms.size()); ++i) {
    const CameraFit& fit = rooms[i].camera;
    const BoxFit box = FitBox(rooms[i].evidence, fixed_height);
    const double score = box.score + kCameraWorth * fit.score;
    if (score > best.score) best = {fit, box, score};
  }
  return best;
}

}  // namespace stage::engine
