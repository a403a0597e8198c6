#include "engine/scene/seen_things.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/mat_view.h"
#include "engine/scene/mask_parts.h"
#include "engine/scene/seen_floor.h"
#include "engine/scene/wall_point.h"

namespace stage::engine {
namespace {

/// Inverse distance along the optical axis, to floor, ceiling or the nearest
/// wall; 0: nothing is met.
class LayoutDepth {
 public:
  LayoutDepth(const Camera& camera, const RoomLayout& room)
      : camera_(camera),
        height_(room.height),
        walls_(room.Walls()),
        forward_(camera.world_to_camera.row(2)) {}

  double NearnessAt(const Eigen::Vector2d& pixel) const {
    const Eigen::Vector3d ray = camera_.Ray(pixel);
    const double up = camera_.position.y();
    double inverse = 0;  // of the distance along the ray: the largest is met
    if (ray.y() < 0) inverse = -ray.y() / up;
    if (ray.y() > 0 && height_ > up) inverse = ray.y() / (height_ - up);
    const WallPoint wall = MeetWall(camera_, walls_, pixel);
    if (wall.wall >= 0) {
      const Wall& met = walls_[static_cast<size_t>(wall.wall)];
      const Eigen::Vector2d at = met.start + met.direction * wall.u;
      const Eigen::Vector2d eye(camera_.position.x(), camera_.position.z());
      const double level = std::hypot(ray.x(), ray.z());
      inverse = std::max(inverse, level / std::max(1e-6, (at - eye).norm()));
    }
    return inverse / ray.dot(forward_);
  }

 private:
  const Camera& camera_;
  double height_;
  std::vector<Wall> walls_;
  Eigen::Vector3d forward_;
};

/// What a network's values are of the layout's inverse distances.
struct DepthFit {
  double scale = 0, offset = 0;
  double spread = 0;  ///< of scale * layout, from the far to the near end
  double agreement = 0;
};

struct Sample {
  double layout, seen;
};

/// Least squares, again and again with what lies far off weighted down.
DepthFit FitDepth(std::vector<Sample> samples) {
  constexpr size_t kEnough = 300;
  constexpr int kRounds = 12;
  constexpr double kAgrees = 0.12;  // of the spread
  DepthFit fit;
  if (samples.size() < kEnough) return fit;
  std::sort(samples.begin(), samples.end(), [](const auto& a, const auto& b) {
    return a.layout < b.layout;
  });
  const double range = samples[samples.size() * 19 / 20].layout -
                       samples[samples.size() / 20].layout;
  if (range <= 0) return fit;
  std::vector<double> weights(samples.size(), 1);
  for (int round = 0; round < kRounds; ++round) {
    double sum = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (size_t i = 0; i < samples.size(); ++i) {
      const double w = weights[i];
      sum += w;
      sx += w * samples[i].layout;
      sy += w * samples[i].seen;
      sxx += w * samples[i].layout * samples[i].layout;
      sxy += w * samples[i].layout * samples[i].seen;
    }
    const double determinant = sum * sxx - sx * sx;
    if (determinant <= 1e-12) return fit;
    fit.scale = (sum * sxy - sx * sy) / determinant;
    fit.offset = (sy - fit.scale * sx) / sum;
    const double limit = kAgrees / 2 * std::abs(fit.scale) * range + 1e-12;
    for (size_t i = 0; i < samples.size(); ++i) {
      const double off =
          (samples[i].seen - fit.scale * samples[i].layout - fit.offset) /
          limit;
      weights[i] = 1 / (1 + off * off);
    }
  }
  if (fit.scale <= 0) return fit;
  fit.spread = fit.scale * range;
  size_t agree = 0;
  for (const Sample& s : samples) {
    agree += std::abs(s.seen - fit.scale * s.layout - fit.offset) <
             kAgrees * fit.spread;
  }
  fit.agreement =
      static_cast<double>(agree) / static_cast<double>(samples.size());
  return fit;
}

}  // namespace

double AddSeenThings(const SeenRoom& seen,
                     const Camera& half_camera,
                     const cv::Mat& half_floor,
                     ObstacleMap& found) {
  const cv::Mat things = SeenThings(seen, half_floor.size());
  if (things.empty()) return 0;
  constexpr double kLeastArea = 0.0008, kOnFloor = 0.05;
  double hidden = 0;
  ForEachPart(
      things, 8, kLeastArea, [&](const cv::Mat& part, const cv::Rect& box) {
        const cv::Mat on_floor = part & half_floor;
        const double area = cv::countNonZero(part);
        if (cv::countNonZero(on_floor) < kOnFloor * area) return;  // it hangs
        found.foreground.setTo(255, part);
        found.occupied.setTo(255, on_floor);
        hidden += cv::countNonZero(on_floor);
        const Obstacle thing = ThingOnFloor(half_camera, half_floor, part, box);
        if (!thing.footprint.empty()) found.obstacles.push_back(thing);
      });
  return hidden / std::max(1, cv::countNonZero(half_floor));
}

double AddNearThings(const SeenRoom& seen,
                     const Camera& half_camera,
                     const RoomLayout& room,
                     const cv::Mat& half_floor,
                     ObstacleMap& found) {
  if (seen.nearness.empty()) return 1;
  cv::Mat nearness;
  cv::resize(
      MatOf(seen.nearness), nearness, half_floor.size(), 0, 0, cv::INTER_AREA);
  const LayoutDepth layout(half_camera, room);
  cv::Mat expected(half_floor.size(), CV_32F);
  std::vector<Sample> samples;
  for (int y = 0; y < expected.rows; ++y) {
    for (int x = 0; x < expected.cols; ++x) {
      const double at = layout.NearnessAt({x + 0.5, y + 0.5});
      expected.at<float>(y, x) = static_cast<float>(at);
      if (at > 0 && x % 4 == 0 && y % 4 == 0) {
        samples.push_back({at, nearness.at<float>(y, x)});
      }
    }
  }
  const DepthFit fit = FitDepth(std::move(samples));
  constexpr double kGoesTogether = 0.7, kClearlyNearer = 0.2;
  constexpr double kLeastArea = 0.003;
  if (fit.agreement < kGoesTogether) return fit.agreement;
  const cv::Mat nearer = nearness - fit.scale * expected - fit.offset >
                         kClearlyNearer * fit.spread;
  ForEachPart(nearer, 8, kLeastArea, [&](const cv::Mat& part, const cv::Rect&) {
    found.foreground.setTo(255, part);
    found.occupied.setTo(255, part & half_floor);
  });
  return fit.agreement;
}

}  // namespace stage::engine
