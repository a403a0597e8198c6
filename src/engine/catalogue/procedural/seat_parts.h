#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/catalogue/procedural/generator.h"

namespace stage::engine::procedural {

/// The cover a chair's "cloth" parameter asks for, slot "upholstery".
Material SeatCover(const Request& request);

/// A padded seat over an outline (x, z): flat below, crowned above, from y = 0.
Part SeatPad(const std::vector<Vec2>& outline, float thickness, float crown);

/// A bent padded shell around the back, from angle -spread to spread.
/// @param rim  height of the rim by place: 0 the middle of the back, 1 the ends
Part BentShell(float rx,
               float rz,
               float spread,
               float bottom,
               float thickness,
               float lean,
               const std::function<float(float)>& rim);

/// Where legs meet a seat, metres; `splay` moves their feet outwards.
struct LegPlace {
  float x_front, x_back, z_front, z_back, height, splay;
};
void AddFourLegs(const LegPlace& place,
                 const Request& request,
                 MeshBuilder& builder);

/// Parameters of everything with a cover and four legs.
std::vector<ParameterRule> SeatRules(std::vector<ParameterRule> own);

}  // namespace stage::engine::procedural
