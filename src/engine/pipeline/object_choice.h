#pragma once

#include <string>
#include <vector>

#include "engine/catalogue/catalogue.h"
#include "engine/pipeline/object_sight.h"

namespace stage::engine {

/// An object to be placed, as far as it does not depend on what it stands on.
struct ObjectRequest {
  const Scene& scene;
  const Catalogue& catalogue;
  const PhotoBox& box;
  size_t variant;
  const std::string& photo;
};

/// @throws Error(kGeometry) always, naming the photo
[[noreturn]] void RefuseObject(const std::string& photo,
                               const std::string& why);

/// A piece, how little it suits and how far away it would be.
struct ObjectCandidate {
  const Piece* piece = nullptr;
  double cost = 0;
  double distance = 0;
};

/// All good pieces of these functions.
std::vector<const Piece*> PiecesOf(const Catalogue& catalogue,
                                   const std::vector<std::string>& functions);

/// The request's variant of the candidates, the most suitable first.
/// @throws Error(kGeometry) when there is none
const ObjectCandidate& BestObject(std::vector<ObjectCandidate>& candidates,
                                  const ObjectRequest& asked);

/// Yaw of a piece whose front looks that way (x, z).
double YawOf(const Eigen::Vector2d& front);

}  // namespace stage::engine
