#pragma once

#include <string>
#include <vector>

#include "engine/plan/floor_rect.h"
#include "engine/plan/plan.h"

namespace stage::test {

/// The footprint of a placement.
engine::FloorRect RectOf(const engine::Placement& placement);
/// True for what stands on the floor and takes room there.
bool TakesFloor(const engine::Placement& placement);

/// Everything that is wrong with a plan in a room, in words; empty when all
/// hold: pieces inside the walls, none overlapping (chairs may reach under
/// their table), doors free for 0.9 m, windows not covered, doors that were
/// connected still connected by a way.
std::vector<std::string> Faults(const engine::Scene& scene,
                                const engine::Plan& plan);

/// Floor in view, square metres, counted on a grid.
double VisibleFloor(const engine::Scene& scene);

}  // namespace stage::test
