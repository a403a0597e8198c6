#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <opencv2/core/types.hpp>
#include <optional>
#include <vector>

#include "core/image.h"
#include "engine/render/parallel.h"

namespace stage::engine {

/// Where a hole's pixels come from. Places in pixels, centres at half-integers.
class CopySource {
 public:
  virtual ~CopySource() = default;
  /// Names the copy that a hole pixel belongs to, 0 or more; pixels of one
  /// copy go on into each other. -1: it has none.
  virtual int64_t Label(const Eigen::Vector2d& anchor) const = 0;
  /// The colour to be put at a place `at` of the picture when the copy that
  /// belongs to the hole pixel at `anchor` goes on to there.
  virtual std::optional<Eigen::Vector3f> Color(
      const Eigen::Vector2d& anchor, const Eigen::Vector2d& at) const = 0;
};

/// A pixel of a hole's rim, in pixels of its bounds.
struct SeamPixel {
  int x = 0, y = 0;
  bool misfit = false;
};

struct BlendedCopies {
  ImageF filled;  ///< 3 channels, display values
  /// Share of the hole's rim, 0..1, where what is copied does not go on as the
  /// picture around does.
  double misfit = 0;
  /// Pixels inside, where two copies do not go on into each other, for each
  /// pixel of the rim.
  double broken = 0;
  std::vector<SeamPixel> rim;
};

/// Puts copies side by side so that neither their seams nor the hole's rim
/// show: gradients are the copies' own, tones give way (screened Poisson
/// equation; Bhat et al. 2008, doi:10.1007/978-3-540-88688-4_9).
/// @param picture  3 channels, whole picture
/// @param hole     255: to be filled; the picture's size
/// @param bounds   part that encloses the hole
/// @return the part `bounds`, filled
BlendedCopies BlendCopies(const ImageF& picture,
                          const ImageU8& hole,
                          const cv::Rect& bounds,
                          const CopySource& copies,
                          const WorkControl& work);

}  // namespace stage::engine
