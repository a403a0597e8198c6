#pragma once

#include <vector>

namespace stage::engine {

/// Weights of cubic convolution for the four samples around a position.
/// Source: Keys 1981, doi:10.1109/TASSP.1981.1163711, a = -1/2.
/// @param fraction  0..1 from the second sample to the third
/// @param weights   out, sum 1
void CubicWeights(double fraction, float weights[4]);

/// `index` mirrored into [0, count): edge samples come twice.
int Mirrored(int index, int count);

/// One plane `factor` times as large by cubic convolution, edges mirrored.
/// @param values  height * width
std::vector<float> EnlargedBicubic(const std::vector<float>& values,
                                   int width,
                                   int height,
                                   int factor);

}  // namespace stage::engine
