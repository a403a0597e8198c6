#pragma once

#include "engine/catalogue/procedural/generator.h"

namespace stage::engine::procedural {

/// Where a headboard stands: x from -width/2 to width/2, from y = `bottom` to
/// `top`, its back at z = `back`, metres.
struct HeadboardPlace {
  float width, bottom, top, back;
};

/// Names of the ways a headboard can be made, the first one the standard.
const std::vector<std::string>& HeadboardStyles();

/// True when the frame below is padded too, not wood or metal.
bool IsUpholstered(const std::string& style);

/// How far the headboard comes forward from its back, metres.
float HeadboardDepth(const std::string& style);

void AddHeadboard(const HeadboardPlace& place,
                  const Request& request,
                  MeshBuilder& builder);

}  // namespace stage::engine::procedural
