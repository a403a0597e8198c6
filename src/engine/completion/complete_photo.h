#pragma once

#include <cstdint>
#include <vector>

#include "core/photo/photo.h"
#include "engine/render/parallel.h"
#include "engine/scene/analyze_scene.h"

namespace stage::engine {

/// Understands a room of which a part is hidden by what is to go: nothing is
/// concluded from there.
/// @param srgb  8-bit RGB analysis copy
/// @param hole  255: to be filled; any size, the whole picture
/// See AnalyzeScene for the rest.
Scene AnalyzeAround(const ImageU8& srgb,
                    int width_px,
                    int height_px,
                    const ImageU8& hole,
                    const SceneHints& hints);

struct CompletionOptions {
  uint64_t seed = 0;
  /// Whether the hole grows by the shadow of what it marks, and what it threw
  /// on walls is taken away.
  bool with_shadow = true;
  /// 255 on things that stay: the room is not filled with their like. Any
  /// size, or empty.
  ImageU8 things;
};

/// A pixel of a hole's rim, in pixels of the photo.
struct RimPixel {
  int x = 0, y = 0;
  bool misfit = false;  ///< what is copied does not go on as the photo does
};

struct Completion {
  /// 255 where the photo was filled: the marked part with the shadows it was
  /// grown by; every pixel outside keeps its value, but
  /// for those relit.
  ImageU8 filled;
  /// 255 where only the light was changed, beside what was filled: tints and
  /// shade of what is gone.
  ImageU8 relit;
  double misfit = 0;  ///< see BlendedCopies
  double broken = 0;  ///< see BlendedCopies
  std::vector<RimPixel> rim;
};

/// Fills a part of a photo so that it looks as if nothing had been there, nor
/// cast a shadow:
/// floor, walls and ceiling are laid out without perspective as far as the
/// scene is trusted, texture is copied along them from what is seen elsewhere
/// in the photo, and light follows the surroundings. Deterministic for a seed.
/// @param marked  255: to be filled; the size of the photo
/// @throws Error(kInput) when the hole leaves nothing to fill it from
Completion CompletePhoto(const Scene& scene,
                         const ImageU8& marked,
                         const ColorConverter& converter,
                         const CompletionOptions& options,
                         const WorkControl& work,
                         Photo& photo);

}  // namespace stage::engine
