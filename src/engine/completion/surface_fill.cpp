#include "engine/completion/surface_fill.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/completion/display_picture.h"
#include "engine/completion/even_part.h"
#include "engine/completion/foot_shade.h"
#include "engine/completion/level_rows.h"
#include "engine/completion/smooth_base.h"
#include "engine/completion/source_likeness.h"
#include "engine/completion/source_palette.h"
#include "engine/completion/source_sides.h"
#include "engine/completion/wall_as_seen.h"
#include "engine/mat_view.h"

namespace stage::engine {
namespace {

// The base follows light, not boards and tiles: means over this share of the
// hole's side, and never less than some pixels.
constexpr double kBaseShareOfHole = 0.12;
constexpr double kLeastBasePx = 8;
// A copy from another height of a wall, or from a place twice as blurred.
// Squared display values, against patches' mean squared difference.
constexpr double kRiseCost = 1.5e-3;
constexpr double kRiseM = 0.08;
constexpr double kBandM = 0.15;
constexpr double kBlurCost = 1.5e-3;
constexpr double kWallBlurCost = 4e-3;
// Whatever it looks like, a copy does not break an edge.
constexpr double kAstrayCost = 0.2;
constexpr double kUnlikeCost = 1e-2;
// A farther copy has other light and another sharpness; where the picture is
// copied as it is seen, it most often is of another thing; edges that go on
// tell of some of these. From the other end of a picture so wide.
constexpr double kFarCost = 2e-4;
constexpr double kFarCostAsSeen = 3e-2;
constexpr double kFarCostByEdges = 1e-2;
constexpr double kFarPx = 1600;
// From row to row of a wall without a pattern, display values.
constexpr float kEvenStep = 0.012f;
constexpr int kMostRoundingPx = 4;
// How far from walls a floor is darker.
constexpr double kFootShadeM = 0.6;
// A hole that begins so near to a wall stands at it.
constexpr double kAtWallM = 0.1;
// The copies on the whole have the base's light: over this share of the hole's
// side, which is more than a board or a tile.
constexpr double kLevelShareOfHole = 0.3;

struct Raster {
  ImageF pixels;
  ImageU8 hole, usable;
  ImageF sharpness;
  cv::Mat elsewhere;  ///< CV_8U, 255 on the photo's other surfaces
};

// Beyond the picture's border a surface goes on. Where a hole reaches it the
// unknown there is filled along, or patches at the border would have to match
// its black.
void FillBeyond(const cv::Mat& outside, cv::Mat hole) {
  constexpr int kTouchPx = 3, kBeyondPx = 40;
  cv::Mat beside, beyond;
  cv::dilate(
      hole, beside, cv::Mat::ones(2 * kTouchPx + 1, 2 * kTouchPx + 1, CV_8U));
  cv::dilate(beside & outside,
             beyond,
             cv::Mat::ones(2 * kBeyondPx + 1, 2 * kBeyondPx + 1, CV_8U));
  hole |= beyond & outside;
}

// log2 of working pixels a raster pixel.
float SharpnessAt(const SurfaceView& view, const Eigen::Vector2d& raster) {
  const Eigen::Vector2d here = view.ToPhoto(raster);
  const double step =
      std::min((view.ToPhoto(raster + Eigen::Vector2d(1, 0)) - here).norm(),
               (view.ToPhoto(raster + Eigen::Vector2d(0, 1)) - here).norm());
  return static_cast<float>(std::log2(std::max(step, 1e-3)));
}

Raster LayOut(const SurfaceLayout& layout,
              int index,
              const SurfaceView& view,
              const ImageF& picture,
              const ImageU8& hole) {
  Raster raster{ImageF(view.width, view.height, 3),
                ImageU8(view.width, view.height, 1),
                ImageU8(view.width, view.height, 1),
                {},
                cv::Mat(view.height, view.width, CV_8U, cv::Scalar(0))};
  const bool flat = !view.lens;
  // A place between pixels takes its colour from both.
  cv::Mat near_hole;
  cv::dilate(MatOf(hole), near_hole, cv::Mat::ones(3, 3, CV_8U));
  // The picture goes on a little into other surfaces' holes, whose pixels
  // would count as known else.
  constexpr int kBesidePx = 24;
  cv::Mat beside;
  cv::dilate(MatOf(layout.surface_at) == index,
             beside,
             cv::Mat::ones(2 * kBesidePx + 1, 2 * kBesidePx + 1, CV_8U));
  if (!flat) raster.sharpness = ImageF(view.width, view.height, 1, -4.0f);
  cv::Mat outside(view.height, view.width, CV_8U, cv::Scalar(0));
  for (int y = 0; y < view.height; ++y) {
    for (int x = 0; x < view.width; ++x) {
      const Eigen::Vector2d place(x + 0.5, y + 0.5);
      const Eigen::Vector2d at = view.ToPhoto(place);
      if (!(at.x() >= 0 && at.y() >= 0 && at.x() < picture.width() &&
            at.y() < picture.height()) ||
          !view.ToRaster(at)) {
        outside.at<uint8_t>(y, x) = 255;
        continue;
      }
      const int px = static_cast<int>(at.x()), py = static_cast<int>(at.y());
      const bool here = layout.surface_at.at(px, py) == index ||
                        (view.own_rows &&
                         (y < view.own_rows->from || y >= view.own_rows->to));
      if (!here) raster.elsewhere.at<uint8_t>(y, x) = 255;
      const bool open = hole.at(px, py) != 0;
      if (open && (here || (flat && beside.at<uchar>(py, px) != 0))) {
        raster.hole.at(x, y) = 255;
      }
      const bool thing =
          !flat && !layout.things.empty() && layout.things.at(px, py) != 0;
      if ((here || flat) && !thing && near_hole.at<uint8_t>(py, px) == 0 &&
          (layout.openings.at(px, py) == 0 || view.is_opening)) {
        raster.usable.at(x, y) = 255;
      }
      const Eigen::Vector3f color = SampleLinear(picture, at.x(), at.y());
      std::copy(color.data(), color.data() + 3, &raster.pixels.at(x, y));
      if (!flat) raster.sharpness.at(x, y) = SharpnessAt(view, place);
    }
  }
  FillBeyond(outside, MatOf(raster.hole));
  // So that every photo pixel of the hole finds one of the raster's, and none
  // is copied from that mixes with the hole.
  cv::Mat grown;
  cv::dilate(MatOf(raster.hole), grown, cv::Mat::ones(5, 5, CV_8U));
  MatOf(raster.usable).setTo(0, grown);
  cv::dilate(
      MatOf(raster.hole), MatOf(raster.hole), cv::Mat::ones(3, 3, CV_8U));
  return raster;
}

// Where a surface shows its light: a wall's skirting and cornice have colours
// of their own.
ImageU8 LightKnown(const SurfaceView& view, const ImageU8& usable) {
  if (!view.plain_rows) return usable;
  ImageU8 known = usable;
  const int from =
      std::clamp(static_cast<int>(view.plain_rows->from), 0, view.height - 1);
  const int to =
      std::clamp(static_cast<int>(view.plain_rows->to), 0, view.height);
  MatOf(known).rowRange(0, from).setTo(0);
  MatOf(known).rowRange(to, view.height).setTo(0);
  const bool enough =
      4 * cv::countNonZero(MatOf(known)) > cv::countNonZero(MatOf(usable));
  return enough ? known : usable;
}

// What floors and ceilings lose of their light along walls.
cv::Mat ShadeAlongWalls(const SurfaceView& view,
                        const Raster& raster,
                        const ImageU8& usable) {
  const cv::Mat tones = MatOf(raster.pixels);
  if (!view.lens || view.plain_rows ||
      cv::countNonZero(raster.elsewhere) == 0) {
    return cv::Mat(tones.size(), tones.type(), cv::Scalar::all(0));
  }
  cv::Mat distance;
  cv::distanceTransform(raster.elsewhere == 0, distance, cv::DIST_L2, 5);
  // Away from walls the hole's surroundings tell its light better.
  double nearest = 0;
  cv::minMaxLoc(
      distance, &nearest, nullptr, nullptr, nullptr, MatOf(raster.hole));
  if (nearest > kAtWallM * view.px_per_m) {
    return cv::Mat(tones.size(), tones.type(), cv::Scalar::all(0));
  }
  return FootShade(tones, distance, MatOf(usable), kFootShadeM * view.px_per_m);
}

// One flat surface has one light; the picture as a whole shows several, and
// what passes from one to the other is not light.
ImageF LightOf(const SurfaceView& view,
               const Raster& raster,
               const ImageU8& usable,
               double scale_px) {
  if (view.AsSeen()) return {view.width, view.height, 3, 0.0f};
  const cv::Mat shade = ShadeAlongWalls(view, raster, usable);
  ImageF unshaded = raster.pixels;
  cv::Mat pixels = MatOf(unshaded);
  pixels -= shade;
  ImageF light = SmoothBase(unshaded, LightKnown(view, usable), scale_px);
  cv::Mat out = MatOf(light);
  out += shade;
  return light;
}

ImageF WithoutBase(const ImageF& pixels, const ImageF& base) {
  ImageF detail = pixels;
  for (size_t i = 0; i < detail.size_bytes() / sizeof(float); ++i) {
    detail.data()[i] -= base.data()[i];
  }
  return detail;
}

// Whether what is seen of a wall between skirting and cornice is of one
// colour, apart from its light: no panels, bricks or papers' borders.
bool IsEven(const SurfaceView& view, const HoledSurface& surface) {
  if (!view.plain_rows) return false;
  return !FirstStep(
      MatOf(surface.detail),
      MatOf(surface.usable),
      std::max(0, static_cast<int>(view.plain_rows->from)),
      std::min(view.height, static_cast<int>(view.plain_rows->to)),
      kEvenStep);
}

double HoleSide(const ImageU8& hole) {
  return std::sqrt(static_cast<double>(cv::countNonZero(MatOf(hole))));
}

double FarCost(const SurfaceView& view, bool has_edges) {
  if (view.lens) return kFarCost;
  return (has_edges ? kFarCostByEdges : kFarCostAsSeen) *
         std::min(1.0, std::max(view.width, view.height) / kFarPx);
}

// What copies onto a surface cost beside how they look.
CopyCost CostOf(const SurfaceView& view,
                const HoledSurface& surface,
                const ImageF& pixels,
                const std::vector<CrossingLine>& lines) {
  CopyCost cost;
  if (view.plain_rows) {
    cost.rise = kRiseCost;
    cost.rise_px = std::max(1.0, kRiseM * view.px_per_m);
    cost.plain_from = view.plain_rows->from;
    cost.plain_to = view.plain_rows->to;
    if (IsEven(view, surface)) {
      cost.even_from = view.plain_rows->from;
      cost.even_to = view.plain_rows->to;
    }
  }
  cost.blur = view.plain_rows ? kWallBlurCost : kBlurCost;
  cost.astray = kAstrayCost;
  cost.far = FarCost(view, !lines.empty());
  cost.unlikely = kUnlikeCost;
  cost.lines = lines;
  if (!view.plain_rows && !view.is_opening) {
    cost.unlike = Unlikeness(pixels, surface.hole, surface.usable);
  }
  return cost;
}

}  // namespace

// The raster's hole may miss a place at its rim by rounding.
std::optional<int> SurfaceFill::NearestCopy(
    const Eigen::Vector2d& raster) const {
  const int x = static_cast<int>(std::floor(raster.x()));
  const int y = static_cast<int>(std::floor(raster.y()));
  for (int reach = 0; reach <= kMostRoundingPx; ++reach) {
    for (int ny = y - reach; ny <= y + reach; ++ny) {
      for (int nx = x - reach; nx <= x + reach; ++nx) {
        if (nx < 0 || ny < 0 || nx >= view.width || ny >= view.height) continue;
        const int pixel = ny * view.width + nx;
        if (copy.source[pixel] >= 0) return pixel;
      }
    }
  }
  return std::nullopt;
}

std::optional<SurfaceFill::Source> SurfaceFill::SourceOf(
    const Eigen::Vector2d& anchor, const Eigen::Vector2d& at) const {
  const auto anchor_raster = view.ToRaster(anchor);
  const auto place = view.ToRaster(at);
  if (!anchor_raster || !place) return std::nullopt;
  const auto pixel = NearestCopy(*anchor_raster);
  if (!pixel) return std::nullopt;
  const int x = *pixel % view.width, y = *pixel / view.width;
  const int source = copy.source[*pixel];
  const Eigen::Vector2d shift(source % view.width - x, source / view.width - y);
  const Eigen::Vector2d from = *place + shift;
  return Source{view.ToPhoto(from), ToneShift(*place, from)};
}

Eigen::Vector3f SurfaceFill::ToneShift(const Eigen::Vector2d& at,
                                       const Eigen::Vector2d& from) const {
  if (base.empty()) return Eigen::Vector3f::Zero();
  Eigen::Vector3f shift = SampleLinear(base, at.x(), at.y()) -
                          SampleLinear(base, from.x(), from.y());
  if (!level.empty()) shift += SampleLinear(level, at.x(), at.y());
  return shift;
}

void SurfaceFill::LevelWith(const ImageF& pixels, double scale_px) {
  // What the copies have beyond the base, over the hole alone.
  ImageF beyond(view.width, view.height, 3);
  ImageF inside(view.width, view.height, 3);
  for (int y = 0; y < view.height; ++y) {
    for (int x = 0; x < view.width; ++x) {
      const int source = copy.source[static_cast<size_t>(y) * view.width + x];
      if (source < 0 || !IsPlain(y)) continue;
      const int sx = source % view.width, sy = source / view.width;
      for (int c = 0; c < 3; ++c) {
        beyond.at(x, y, c) = pixels.at(sx, sy, c) - base.at(sx, sy, c);
        inside.at(x, y, c) = 1;
      }
    }
  }
  const double reduction = std::max(1.0, scale_px / 4);
  const auto mean_of = [&](const ImageF& values) {
    cv::Mat small;
    cv::resize(
        MatOf(values), small, {}, 1 / reduction, 1 / reduction, cv::INTER_AREA);
    cv::GaussianBlur(small, small, {}, scale_px / reduction);
    return small;
  };
  const cv::Mat mean = mean_of(beyond) / cv::max(mean_of(inside), 1e-3);
  level = ImageF(view.width, view.height, 3);
  cv::Mat out = MatOf(level);
  cv::resize(-mean, out, out.size(), 0, 0, cv::INTER_LINEAR);
  for (int y = 0; y < view.height; ++y) {
    if (!IsPlain(y)) out.row(y).setTo(cv::Scalar::all(0));
  }
}

bool SurfaceFill::IsPlain(int row) const {
  return !view.plain_rows ||
         (row >= view.plain_rows->from && row < view.plain_rows->to);
}

int64_t SurfaceFill::Label(const Eigen::Vector2d& anchor) const {
  const auto raster = view.ToRaster(anchor);
  if (!raster) return -1;
  const auto pixel = NearestCopy(*raster);
  if (!pixel) return -1;
  // Differences of two indices tell copy vectors apart, but for wrap-around
  // at the raster's sides, which no patch crosses.
  const int64_t size = static_cast<int64_t>(view.width) * view.height;
  return copy.source[*pixel] - *pixel + size;
}

std::optional<SurfaceFill> FillSurface(const SurfaceLayout& layout,
                                       int index,
                                       const ImageF& picture,
                                       const ImageU8& hole,
                                       uint64_t seed,
                                       const WorkControl& work) {
  SurfaceView view = layout.surfaces[index];
  Raster raster = LayOut(layout, index, view, picture, hole);
  if (view.plain_rows) {
    view = WallAsSeen(view, raster.pixels, raster.hole, raster.usable);
    raster = LayOut(layout, index, view, picture, hole);
  }
  if (!HasPatch(raster.usable)) return std::nullopt;
  const double scale =
      std::max(kLeastBasePx, kBaseShareOfHole * HoleSide(raster.hole));
  // Floors and walls of a room are laid out apart already.
  const std::vector<CrossingLine> lines =
      view.lens ? std::vector<CrossingLine>{} : layout.lines;
  SurfaceFill fill;
  fill.view = view;
  HoledSurface surface;
  if (!view.plain_rows && !view.is_opening) {
    const cv::Mat even = view.lens ? cv::Mat() : EvenPart(MatOf(raster.pixels));
    ImageU8 alike = SourcesBySides(
        lines,
        raster.hole,
        raster.usable,
        [&](const ImageU8& open, const ImageU8& known) {
          ImageU8 material = SourcesOfItsMaterial(raster.pixels, open, known);
          // Pale floors have a grain, however gentle.
          return view.lens ? material : EvenSources(even, open, material);
        });
    if (HasPatch(alike)) raster.usable = std::move(alike);
  }
  surface.usable = raster.usable;
  // The second time without the things on the surface, whose colours are not
  // its light.
  for (int pass = 0; pass < 2; ++pass) {
    fill.base = LightOf(view, raster, surface.usable, scale);
    surface.detail = WithoutBase(raster.pixels, fill.base);
    if (pass == 1) break;
    const int band = view.plain_rows
                         ? std::max(4, static_cast<int>(kBandM * view.px_per_m))
                         : 0;
    surface.usable = SourcesBySides(
        lines,
        raster.hole,
        raster.usable,
        [&](const ImageU8& open, const ImageU8& known) {
          return SourcesOfItsColours(surface.detail, open, known, band);
        });
    if (!HasPatch(surface.usable)) surface.usable = raster.usable;
  }
  surface.hole = std::move(raster.hole);
  surface.sharpness = std::move(raster.sharpness);
  const CopyCost cost = CostOf(view, surface, raster.pixels, lines);
  fill.copy = FindExemplars(surface, cost, seed, work);
  if (view.AsSeen()) {
    fill.base = {};
  } else if (!view.plain_rows) {
    fill.LevelWith(raster.pixels,
                   std::max(scale, kLevelShareOfHole * HoleSide(surface.hole)));
  } else if (cost.even_to > cost.even_from) {
    fill.LevelWith(raster.pixels, scale);
  }
  return fill;
}

}  // namespace stage::engine
