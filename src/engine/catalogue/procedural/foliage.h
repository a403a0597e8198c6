#pragma once

#include <functional>

#include "engine/catalogue/procedural/mesh_builder.h"

namespace stage::engine::procedural {

/// The outline and bend of one kind of leaf.
struct LeafForm {
  float breadth;  ///< widest half width against the length
  float widest;   ///< where along the leaf it is widest, 0..1
  float cup;      ///< how far the sides rise, against the half width
  float droop;    ///< how far the tip sinks, against the length
  float ripple;   ///< waves of the rim, against the half width
  int lobes = 0;  ///< deep cuts of each side, as of monstera
};

/// A leaf from the origin along +Z, its face up, `length` metres.
Part Leaf(const LeafForm& form, float length, uint32_t seed);

/// A leaf placed at `base`, pointing along `direction`, its face turned to
/// `up` as far as possible.
Part LeafAt(const LeafForm& form,
            const Vec3& base,
            const Vec3& direction,
            const Vec3& up,
            float length,
            uint32_t seed);

/// Cut stems for vases.
/// @param kind    branches (olive), eucalyptus, grass, twigs
/// @param reach   height above `foot`, metres
/// @param spread  how far tips lean out, metres
void AddBranches(const std::string& kind,
                 const Vec3& foot,
                 float reach,
                 float spread,
                 uint32_t seed,
                 MeshBuilder& builder);

}  // namespace stage::engine::procedural
