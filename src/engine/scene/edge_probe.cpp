#include "engine/scene/edge_probe.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace stage::engine {
namespace {

/// Colour on one side less colour on the other, without what an even ramp
/// would give.
std::optional<cv::Vec3d> StepAcross(const Camera& camera,
                                    const cv::Mat& lab,
                                    const Eigen::Vector2d& ideal,
                                    const Eigen::Vector2d& across) {
  constexpr double kReachPx = 2.2;
  cv::Vec3d color[4];
  for (int i = 0; i < 4; ++i) {
    const Eigen::Vector2d p =
        camera.Distort(ideal + across * ((2 * i - 3) * kReachPx)) / 2;
    const cv::Point cell(static_cast<int>(p.x()), static_cast<int>(p.y()));
    if (!cell.inside({0, 0, lab.cols, lab.rows})) return std::nullopt;
    color[i] = lab.at<cv::Vec3f>(cell);
  }
  return 1.5 * (color[2] - color[1]) - 0.5 * (color[3] - color[0]);
}

}  // namespace

double EdgeProbe::StepSupport(
    const std::vector<Eigen::Vector2d>& points) const {
  constexpr double kClear = 1.5;  // Lab
  constexpr double kWorth = 0.9;
  constexpr int kFewest = 5;
  cv::Vec3d sum(0, 0, 0);
  double lengths = 0;
  int compared = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    const Eigen::Vector2d along =
        points[std::min(i + 1, points.size() - 1)] - points[i > 0 ? i - 1 : 0];
    if (along.squaredNorm() < 1e-9) continue;
    const Eigen::Vector2d across =
        Eigen::Vector2d(along.y(), -along.x()).normalized();
    const auto step = StepAcross(evidence_.camera(), lab_, points[i], across);
    if (!step) continue;
    sum += *step;
    lengths += cv::norm(*step);
    ++compared;
  }
  if (compared < kFewest || lengths <= 0) return 0;
  // Of steps in all directions something is left by chance.
  const double consistency =
      std::max(0.0, std::pow(cv::norm(sum) / lengths, 2) - 1.0 / compared);
  const double mean = cv::norm(sum) / compared;
  return kWorth * consistency * mean / (mean + kClear);
}

double EdgeProbe::Support(Axis along,
                          const std::vector<Eigen::Vector2d>& points) const {
  if (points.empty()) return 0;
  double lines = 0;
  for (const Eigen::Vector2d& p : points)
    lines += evidence_.SupportAt(along, p);
  return std::max(lines / static_cast<double>(points.size()),
                  StepSupport(points));
}

}  // namespace stage::engine
