#pragma once

#include <Eigen/Core>

#include "engine/render/furniture_geometry.h"
#include "engine/render/sampler.h"

namespace stage::engine {

/// A reflected direction and what the lobe is worth there over its density.
struct ScatterSample {
  Eigen::Vector3f direction{0, 0, 0};
  Color weight{0, 0, 0};
};

/// Probability of following the specular lobe: its share of the reflected
/// light, so that neither black lacquer nor white paint gets noisy. 0: none.
float SpecularShare(const Surface& surface, const Eigen::Vector3f& direction);

/// GGX reflection of a ray that arrives along `direction`.
ScatterSample SampleSpecular(const Surface& surface,
                             const Eigen::Vector3f& direction,
                             const Eigen::Vector2f& random);

/// Diffuse albedo seen along `direction`: less what the specular layer
/// reflects, plus the sheen of cloth.
Color DiffuseAlbedo(const Surface& surface, const Eigen::Vector3f& direction);

/// The normal light is gathered around: the other side for the share of a
/// translucent leaf that light shines through.
Eigen::Vector3f DiffuseSide(const Surface& surface, Sampler& sampler);

}  // namespace stage::engine
