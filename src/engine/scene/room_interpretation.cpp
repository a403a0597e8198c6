#include "engine/scene/room_interpretation.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <memory>
#include <opencv2/core/utility.hpp>
#include <vector>

namespace stage::engine {
namespace {

bool AreAlike(const Camera& a, const Camera& b) {
  const Eigen::Vector3d difference =
      a.PitchRollYawDegrees() - b.PitchRollYawDegrees();
  return difference.cwiseAbs().maxCoeff() < 1.5 &&
         std::abs(std::log(a.focal_px / b.focal_px)) < 0.08 &&
         std::abs(a.k1 - b.k1) < 0.02;
}

/// Calls `body` with 0 .. count - 1, on as many threads as OpenCV may use.
void ForEach(size_t count, const std::function<void(size_t)>& body) {
  cv::parallel_for_(
      cv::Range(0, static_cast<int>(count)),
      [&](const cv::Range& range) {
        for (int i = range.start; i < range.end; ++i) {
          body(static_cast<size_t>(i));
        }
      },
      static_cast<double>(count));
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
  std::vector<std::vector<CameraFit>> fits(std::size(kFloorWeights));
  ForEach(fits.size(), [&](size_t i) {
    fits[i] = FitCameras(segments, rgb.cols, rgb.rows, prior, kFloorWeights[i]);
  });
  std::vector<CameraFit> cameras;
  for (const std::vector<CameraFit>& run : fits) {
    for (size_t i = 0; i < std::min(kCamerasARun, run.size()); ++i) {
      const bool known =
          std::any_of(cameras.begin(), cameras.end(), [&](const CameraFit& c) {
            return AreAlike(c.camera, run[i].camera);
          });
      if (!known) cameras.push_back(run[i]);
    }
  }
  if (!cameras.empty() && !prior.pitch_roll_yaw_degrees) {
    cameras.push_back(TurnedCamera(segments, cameras.front().camera, prior));
  }
  // A quick look at every camera, a thorough one at the best few.
  struct Candidate {
    CameraFit camera;
    std::shared_ptr<const LayoutEvidence> evidence;
    double score = 0;
  };
  std::vector<Candidate> rooms(cameras.size());
  ForEach(rooms.size(), [&](size_t i) {
    Candidate& room = rooms[i];
    room.camera = cameras[i];
    room.camera.score =
        ScoreCamera(segments, room.camera.camera, prior, kJudgingFloorWeight);
    room.evidence = std::make_shared<LayoutEvidence>(
        rgb, segments, room.camera.camera, unknown);
    room.score = FitBox(*room.evidence, fixed_height, BoxEffort::kQuick).score +
                 kCameraWorth * room.camera.score;
  });
  std::stable_sort(
      rooms.begin(), rooms.end(), [](const Candidate& a, const Candidate& b) {
        return a.score > b.score;
      });
  std::vector<BoxFit> boxes(std::min(kThoroughly, rooms.size()));
  ForEach(boxes.size(), [&](size_t i) {
    boxes[i] = FitBox(*rooms[i].evidence, fixed_height);
  });
  Interpretation best;
  for (size_t i = 0; i < boxes.size(); ++i) {
    const CameraFit& fit = rooms[i].camera;
    const double score = boxes[i].score + kCameraWorth * fit.score;
    if (score > best.score) best = {fit, boxes[i], score};
  }
  return best;
}

}  // namespace stage::engine
