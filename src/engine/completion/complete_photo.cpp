#include "engine/completion/complete_photo.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <span>
#include <vector>

#include "core/error.h"
#include "engine/completion/cast_light.h"
#include "engine/completion/crossing_lines.h"
#include "engine/completion/display_picture.h"
#include "engine/completion/seam_blend.h"
#include "engine/completion/seen_floor.h"
#include "engine/completion/shadow_growth.h"
#include "engine/completion/surface_fill.h"
#include "engine/completion/surface_view.h"
#include "engine/mat_view.h"

namespace stage::engine {
namespace {

// Matches are searched at this size, copies made at the photo's own.
constexpr int kSearchLongEdgePx = 1600;
// A reading of a room with a hole that is less sure has to agree with the one
// of the whole photo, in which the same pixels are seen around the hole.
constexpr double kSure = 0.75;
constexpr double kMostDisagreement = 0.3;
constexpr double kMostBeyondWalls = 0.3;
// An outline that is farther from the photo's edges, of its long side, is not
// where the wall stands; one that is nearer by this factor is better.
constexpr double kMostOffset = 0.002;
constexpr double kClearlyLess = 0.6;

// A reduced pixel is hole when any of its pixels is.
ImageU8 ReducedHole(const ImageU8& hole, int width, int height) {
  ImageU8 reduced(width, height, 1);
  for (int y = 0; y < hole.height(); ++y) {
    const int to = std::min(
        height - 1, static_cast<int>(int64_t{y} * height / hole.height()));
    for (int x = 0; x < hole.width(); ++x) {
      if (hole.at(x, y) == 0) continue;
      reduced.at(std::min(width - 1,
                          static_cast<int>(int64_t{x} * width / hole.width())),
                 to) = 255;
    }
  }
  return reduced;
}

// The surfaces' fills, asked for places of the photo itself.
class PhotoFill final : public CopySource {
 public:
  PhotoFill(SurfaceLayout layout,
            std::vector<SurfaceFill> fills,
            const ImageF& picture)
      : layout_(std::move(layout)),
        fills_(std::move(fills)),
        picture_(picture),
        scale_(static_cast<double>(layout_.surface_at.width()) /
               picture.width()) {}

  int64_t Label(const Eigen::Vector2d& anchor) const override {
    const Eigen::Vector2d here = scale_ * anchor;
    const int surface = SurfaceAt(here);
    const int64_t label = fills_[surface].Label(here);
    return label < 0 ? -1 : label * kMostSurfaces + surface;
  }

  std::optional<Eigen::Vector3f> Color(
      const Eigen::Vector2d& anchor, const Eigen::Vector2d& at) const override {
    const Eigen::Vector2d here = scale_ * anchor;
    const auto source = fills_[SurfaceAt(here)].SourceOf(here, scale_ * at);
    if (!source) return std::nullopt;
    const Eigen::Vector2d from = source->photo / scale_;
    return SampleCubic(picture_, from.x(), from.y()) + source->tone_shift;
  }

 private:
  static constexpr int kMostSurfaces = 256;

  int SurfaceAt(const Eigen::Vector2d& here) const {
    const ImageU8& map = layout_.surface_at;
    return map.at(std::clamp(static_cast<int>(here.x()), 0, map.width() - 1),
                  std::clamp(static_cast<int>(here.y()), 0, map.height() - 1));
  }

  SurfaceLayout layout_;
  std::vector<SurfaceFill> fills_;
  const ImageF& picture_;  ///< of the photo's size, display values
  double scale_;
};

cv::Rect BoundsOf(const ImageU8& hole) {
  const cv::Rect bounds = cv::boundingRect(MatOf(hole));
  const cv::Rect grown(
      bounds.x - 1, bounds.y - 1, bounds.width + 2, bounds.height + 2);
  return grown & cv::Rect(0, 0, hole.width(), hole.height());
}

// The reduced hole's pixels at full size, along with the hole's own.
ImageU8 Enlarged(const ImageU8& reduced, const ImageU8& hole) {
  ImageU8 large(hole.width(), hole.height(), 1);
  cv::Mat out = MatOf(large);
  cv::resize(MatOf(reduced), out, out.size(), 0, 0, cv::INTER_LINEAR);
  cv::compare(out, 127, out, cv::CMP_GT);
  out |= MatOf(hole);
  return large;
}

ImageU8 Resized(const ImageU8& mask, int width, int height) {
  if (mask.empty()) return {};
  ImageU8 sized(width, height, 1);
  cv::Mat out = MatOf(sized);
  cv::resize(MatOf(mask), out, out.size(), 0, 0, cv::INTER_AREA);
  out = out > 0;
  return sized;
}

KnownFaces KnownFacesAround(const ImageU8& hole,
                            const Scene& scene,
                            const ImageF& picture) {
  if (FloorBeyondWalls(scene, hole) > kMostBeyondWalls)
    return KnownFaces::kNone;
  if (scene.trust != SceneTrust::kNone) return KnownFaces::kAll;
  return FloorIsSeen(scene, picture, hole) ? KnownFaces::kFloor
                                           : KnownFaces::kNone;
}

PhotoFill Search(const Scene& scene,
                 KnownFaces known,
                 const ImageF& picture,
                 const ImageU8& search_hole,
                 const ImageF& full_picture,
                 const CompletionOptions& options,
                 const WorkControl& work) {
  SurfaceLayout layout = LayOutSurfaces(scene, search_hole, known);
  layout.things = Resized(options.things, picture.width(), picture.height());
  std::vector<SurfaceFill> fills(layout.surfaces.size());
  const int count = static_cast<int>(layout.surfaces.size());
  const int rest = count - 1;
  const std::span<uint8_t> at(layout.surface_at.data(),
                              layout.surface_at.size_bytes());
  for (int i = 0; i < count; ++i) {
    bool wanted = false;
    for (int p = 0; p < picture.width() * picture.height() && !wanted; ++p) {
      wanted = search_hole.data()[p] != 0 && layout.surface_at.data()[p] == i;
    }
    if (!wanted) continue;
    if (i == rest) layout.lines = FindCrossingLines(picture, search_hole);
    auto fill = FillSurface(layout,
                            i,
                            picture,
                            search_hole,
                            options.seed + 1000 * i,
                            work.Part(0.8 * i / count, 0.8 * (i + 1) / count));
    if (fill) {
      fills[i] = std::move(*fill);
    } else if (i == rest) {
      throw Error(ErrorKind::kInput,
                  "nothing is left around the mask to fill it from; mark less");
    } else {
      // Completed with the picture itself, which comes last.
      for (uint8_t& surface : at) surface = surface == i ? rest : surface;
    }
  }
  return {std::move(layout), std::move(fills), full_picture};
}

}  // namespace

Scene AnalyzeAround(const ImageU8& srgb,
                    int width_px,
                    int height_px,
                    const ImageU8& hole,
                    const SceneHints& hints) {
  SceneHints without = hints;
  without.unknown = hole;
  Scene scene = AnalyzeScene(srgb, width_px, height_px, without);
  if (scene.trust == SceneTrust::kNone || !hints.floor_polygon_px.empty()) {
    return scene;
  }
  if (FloorBeyondWalls(scene, hole) > kMostBeyondWalls) {
    scene.trust = SceneTrust::kNone;
    return scene;
  }
  const std::optional<double> offset = OutlineOffset(scene, srgb, hole);
  if (scene.confidence >= kSure && offset.value_or(0) < kMostOffset) {
    return scene;
  }
  Scene whole = AnalyzeScene(srgb, width_px, height_px, hints);
  if (FloorDisagreement(scene, whole, hole) <= kMostDisagreement) {
    const bool fits_better =
        offset && whole.trust == SceneTrust::kRoom &&
        OutlineOffset(whole, srgb, hole).value_or(1) < kClearlyLess * *offset;
    return fits_better ? whole : scene;
  }
  if (scene.confidence >= kSure) return scene;
  if (whole.confidence < scene.confidence) whole.trust = SceneTrust::kNone;
  return whole;
}

Completion CompletePhoto(const Scene& scene,
                         const ImageU8& marked,
                         const ColorConverter& converter,
                         const CompletionOptions& options,
                         const WorkControl& work,
                         Photo& photo) {
  if (cv::countNonZero(MatOf(marked)) == 0) return {marked, {}, 0, 0, {}};
  ImageF picture = ReadDisplayReduced(photo, converter, kSearchLongEdgePx);
  ImageU8 search_hole = ReducedHole(marked, picture.width(), picture.height());
  const KnownFaces known = KnownFacesAround(search_hole, scene, picture);
  DisplayPicture source =
      ReadDisplay(photo, converter, 0, 0, photo.width(), photo.height());
  ImageU8 relit;
  if (options.with_shadow) {
    const CastLight cast = FindCastLight(
        picture, search_hole, LayOutSurfaces(scene, search_hole, known));
    Relight(cast.log_gain, picture);
    Relight(cast.log_gain, source.pixels);
    relit = RelitPart(cast.log_gain, photo.width(), photo.height());
    search_hole = GrowIntoShadows(
        picture, cast.hole, LayOutSurfaces(scene, cast.hole, known));
  }
  const ImageU8 hole = Enlarged(search_hole, marked);
  const PhotoFill fill =
      Search(scene,
             known,
             picture,
             ReducedHole(hole, picture.width(), picture.height()),
             source.pixels,
             options,
             work);
  const cv::Rect bounds = BoundsOf(hole);
  const BlendedCopies blended =
      BlendCopies(source.pixels, hole, bounds, fill, work.Part(0.8, 1.0));
  const auto put = [&](const float* pixel, int x, int y) {
    std::array<float, 3> linear;
    std::transform(pixel, pixel + 3, linear.begin(), LinearFromDisplay);
    converter.FromLinear(linear.data(), x, y, 1, photo);
  };
  for (int y = 0; y < photo.height(); ++y) {
    for (int x = 0; x < photo.width(); ++x) {
      if (hole.at(x, y) != 0) {
        if (!relit.empty()) relit.at(x, y) = 0;
        put(&blended.filled.at(x - bounds.x, y - bounds.y), x, y);
      } else if (!relit.empty() && relit.at(x, y) != 0) {
        put(&source.pixels.at(x, y), x, y);
      }
    }
  }
  Completion done{hole, std::move(relit), blended.misfit, blended.broken, {}};
  for (const SeamPixel& pixel : blended.rim) {
    done.rim.push_back({bounds.x + pixel.x, bounds.y + pixel.y, pixel.misfit});
  }
  return done;
}

}  // namespace stage::engine
