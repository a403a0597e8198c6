#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "engine/catalogue/mesh.h"

namespace stage::engine {

/// Where one sits: in the mesh's own coordinates, metres.
struct Seat {
  double height = 0;           ///< of the seat above the floor
  double back = 0;             ///< z of the backrest's front
  double front = 0;            ///< z of the seat's front edge
  double left = 0, right = 0;  ///< x between the arms
};

/// The upper surface of a piece, for putting things on it: a height map seen
/// from above.
class SurfaceProbe {
 public:
  explicit SurfaceProbe(const Mesh& mesh);

  /// Highest point at (x, z); nullopt beside the piece.
  std::optional<double> TopAt(double x, double z) const;
  /// Height of the top below a thing of `width` × `depth` at (x, z); nullopt
  /// when it would overhang or stand on a slope.
  std::optional<double> Stand(double x,
                              double z,
                              double width,
                              double depth) const;
  /// The seat of a sofa, armchair or bench; nullopt when there is none.
  std::optional<Seat> FindSeat() const;

 private:
  Eigen::Vector2d low_{0, 0};
  int width_ = 0, depth_ = 0;
  std::vector<float> heights_;  ///< negative: nothing there
};

}  // namespace stage::engine
