#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/completion/patch_field.h"
#include "engine/render/parallel.h"

namespace stage::engine {

/// 255 at pixels around which a whole patch may be copied from.
cv::Mat UsableCentres(const ImageU8& usable);

/// Shifts that carry some part of a hole's surroundings onto what looks like
/// it, and with it a part of the hole onto something usable; and along the
/// edges that go on behind it.
/// @return no shift twice
std::vector<cv::Point> CandidateShifts(const PatchLevel& level,
                                       const std::vector<CrossingLine>& lines,
                                       const WorkControl& work);

}  // namespace stage::engine
