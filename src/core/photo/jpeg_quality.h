#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace stage {

/// The libjpeg quality (1..100) whose tables come nearest to these, given by
/// component in natural order; 0 without tables.
int EstimateJpegQuality(
    const std::vector<std::array<uint16_t, 64>>& quantisation);

}  // namespace stage
