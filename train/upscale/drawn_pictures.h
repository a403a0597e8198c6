#pragma once

#include <opencv2/core.hpp>
#include <random>

namespace stage::train {

using Random = std::mt19937_64;

/// Uniform in [low, high). The standard's distributions differ between
/// libraries; this does not.
double Uniform(Random& random, double low, double high);
/// Uniform in [low, high].
int UniformInt(Random& random, int low, int high);

/// Leaves of all sizes that hide each other, shaded and textured: the edges
/// and the scale invariance of photographs. Radii r have density r^-3.
/// Source: Lee, Mumford, Huang 2001, doi:10.1023/A:1011109015675.
/// @return CV_8UC3, RGB, side x side
cv::Mat DrawDeadLeaves(Random& random, int side);

/// Letters, lines, grids and stripes on shaded ground, as on signs, window
/// bars, tiles and blinds.
/// @return CV_8UC3, RGB, side x side
cv::Mat DrawLinesAndLetters(Random& random, int side);

}  // namespace stage::train
