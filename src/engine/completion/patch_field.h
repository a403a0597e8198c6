#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/image.h"
#include "engine/completion/copy_cost.h"
#include "engine/render/parallel.h"

namespace stage::engine {

/// A picture with a hole at one level of a pyramid.
struct PatchLevel {
  /// Four channels: three of colour, one of texture (how busy the place is),
  /// 0..1. Hole pixels hold the present estimate.
  ImageF pixels;
  ImageU8 hole;    ///< 255: to be filled
  ImageU8 usable;  ///< 255: known and allowed to be copied from
  /// log2 of photo pixels a pixel of this picture, or empty: equal everywhere.
  ImageF sharpness;
};

/// Half the side of a patch, in pixels; patches are 7 x 7.
inline constexpr int kPatchRadiusPx = 3;

/// For each pixel of the hole and its rim, the place in the known part of the
/// picture that looks most alike, found by PatchMatch (Barnes et al. 2009,
/// doi:10.1145/1531326.1531330) with all pixels stepping at once, so that the
/// result depends on the seed but not on the number of threads.
class PatchField {
 public:
  /// Keeps references to the level, whose hole pixels may change later.
  /// @throws Error(kInput) when the level has no patch to copy from
  PatchField(const PatchLevel& level, const CopyCost& cost, uint64_t seed);

  /// Begins with sources of the same row, for a level whose hole holds a first
  /// estimate already.
  void BeginInRows();
  /// Begins with given sources, -1 where there is none, and puts their pixels
  /// into the hole of `level` (the one given to the constructor).
  void BeginWith(const std::vector<int>& sources, PatchLevel& level);
  /// Takes over the field of the next coarser level, places doubled.
  void TakeCoarser(const PatchField& coarser);
  /// Improves all matches against the present estimate.
  void Search(int rounds, const WorkControl& work);
  /// Each hole pixel becomes the weighted mean of what the patches that cover
  /// it propose (Wexler et al. 2007, doi:10.1109/TPAMI.2007.60).
  void Vote(PatchLevel& level, const WorkControl& work) const;

  /// The source of a hole pixel, as an index y * width + x.
  int SourceOf(int pixel) const { return match_[target_at_[pixel]].source; }

 private:
  struct Match {
    int source = 0;
    float cost = 0;
  };

  float Rise(int target_row, int source_row) const;
  float Cost(int target, int source, float at_most) const;
  void Refresh(const WorkControl& work);
  /// Some source of a row, if there is one.
  std::optional<int> InRow(int row, uint64_t random) const;
  bool IsSource(int x, int y) const {
    return x >= 0 && y >= 0 && x < width_ && y < height_ &&
           source_at_[static_cast<size_t>(y) * width_ + x] != 0;
  }

  const PatchLevel& level_;
  CopyCost cost_;
  uint64_t seed_;
  int width_, height_;
  std::vector<int> targets_;     ///< pixels whose patch touches the hole
  std::vector<int> target_at_;   ///< index into targets_, or -1
  std::vector<int> sources_;     ///< pixels whose whole patch is usable
  std::vector<int> row_begins_;  ///< of each row and the end, in sources_
  std::vector<uint8_t> source_at_;
  std::vector<Match> match_;
  int round_ = 0;
};

}  // namespace stage::engine
