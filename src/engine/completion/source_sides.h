#pragma once

#include <functional>
#include <opencv2/core.hpp>
#include <vector>

#include "core/image.h"
#include "engine/completion/crossing_lines.h"

namespace stage::engine {

/// Chooses what a hole may be copied from, on each side of the edges that go
/// on behind it by itself.
/// @param usable  255: may be copied from
/// @param choose  of a hole and what may be copied from, both of one side, the
///                part of it that is like what lies beside the hole
/// @return a part of `usable`
ImageU8 SourcesBySides(
    const std::vector<CrossingLine>& lines,
    const ImageU8& hole,
    const ImageU8& usable,
    const std::function<ImageU8(const ImageU8&, const ImageU8&)>& choose);

/// Where nearly all around a hole is of one even colour, that part of the
/// picture alone: what is as pale elsewhere has edges of its own.
/// @param even  CV_8U, 255 where colours change gently
/// @return a part of `usable`, or all of it
ImageU8 EvenSources(const cv::Mat& even,
                    const ImageU8& hole,
                    const ImageU8& usable);

}  // namespace stage::engine
