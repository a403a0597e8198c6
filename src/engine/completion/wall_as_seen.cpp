#include "engine/completion/wall_as_seen.h"

#include <Eigen/Core>
#include <Eigen/LU>
#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "engine/completion/level_rows.h"
#include "engine/mat_view.h"

namespace stage::engine {
namespace {

// Of skirtings and cornices, as walls are laid out: their slope, how far they
// may lie beside where the scene has them, their height, and what is left of
// the wall beside them.
constexpr double kMostSlope = 0.015;
constexpr double kFootReachM = 0.35;
constexpr double kSkirtingM = 0.22;
constexpr double kStepRimM = 0.04;
constexpr int kLeastStripPx = 10;
// At its upper edge, display values.
constexpr float kStep = 0.025f;

// The strip of a wall where its skirting or its cornice begins.
struct Strip {
  double step = 0;  ///< row at which the plain wall ends
  cv::Range rows;
};

std::optional<Strip> StripAt(const SurfaceView& view,
                             const cv::Mat& pixels,
                             const cv::Mat& usable,
                             double plain_end,
                             int way) {
  const auto step =
      FirstStep(pixels,
                usable,
                static_cast<int>(plain_end - way * kFootReachM * view.px_per_m),
                static_cast<int>(plain_end + way * kFootReachM * view.px_per_m),
                kStep);
  if (!step) return std::nullopt;
  const double beyond = *step + way * kSkirtingM * view.px_per_m;
  const double before = *step - way * kStepRimM * view.px_per_m;
  const cv::Range rows(
      std::clamp(static_cast<int>(std::min(beyond, before)), 0, view.height),
      std::clamp(static_cast<int>(std::max(beyond, before)), 0, view.height));
  if (rows.size() < kLeastStripPx) return std::nullopt;
  return Strip{static_cast<double>(*step), rows};
}

// The same wall with the rows of the strip level.
std::optional<SurfaceView> Levelled(const SurfaceView& view,
                                    const cv::Mat& pixels,
                                    const cv::Mat& hole,
                                    const cv::Mat& usable,
                                    const Strip& strip) {
  if (cv::countNonZero(hole.rowRange(strip.rows)) == 0) {
    return std::nullopt;
  }
  const auto slope = SlopeOfRows(
      pixels.rowRange(strip.rows), usable.rowRange(strip.rows), kMostSlope);
  if (!slope) return std::nullopt;
  const cv::Rect box = cv::boundingRect(hole);
  Eigen::Matrix3d askew = Eigen::Matrix3d::Identity();
  askew(1, 0) = *slope;
  askew(1, 2) = -*slope * (box.x + box.width / 2.0);
  SurfaceView level = view;
  level.raster_to_ideal = view.raster_to_ideal * askew;
  level.ideal_to_raster = askew.inverse() * view.ideal_to_raster;
  return level;
}

}  // namespace

SurfaceView WallAsSeen(const SurfaceView& view,
                       const ImageF& raster,
                       const ImageU8& hole,
                       const ImageU8& usable) {
  if (!view.plain_rows) return view;
  const cv::Mat pixels = MatOf(raster), open = MatOf(hole);
  const cv::Mat known = MatOf(usable);
  SurfaceView seen = view;
  const auto foot = StripAt(view, pixels, known, view.plain_rows->from, -1);
  const auto head = StripAt(view, pixels, known, view.plain_rows->to, 1);
  const double rim = kStepRimM * view.px_per_m;
  for (const auto& strip : {foot, head}) {
    if (!strip) continue;
    if (const auto level = Levelled(view, pixels, open, known, *strip)) {
      seen = *level;
      break;
    }
  }
  auto& plain = *seen.plain_rows;
  if (foot) plain.from = foot->step + rim;
  if (head) plain.to = head->step - rim;
  if (plain.to - plain.from < 2 * rim) plain = *view.plain_rows;
  return seen;
}

}  // namespace stage::engine
