#pragma once

#include "engine/catalogue/procedural/cloth.h"
#include "engine/catalogue/procedural/part.h"

namespace stage::engine::procedural {

/// A cover and the cord along its seams.
struct Cushion {
  Part cover;
  Part piping;
};

/// A pillow or scatter cushion: two panels sewn along the rim and filled, so
/// corners pinch and seams pucker. Lies in the x-y plane, centred, front +Z.
struct Pillow {
  int columns, rows;
  Part cover;  ///< both panels, coarse: front grid, then back grid
};

/// @param width, height  of the flat cover, metres; filling draws its sides in
/// @param fill           thickness against the shorter side, 0.2 to 0.5
Pillow MakePillow(
    float width, float height, float fill, uint32_t seed, float cell = 0.04f);

/// Stands a pillow at `pose` and presses it against things around it.
void Settle(Pillow& pillow,
            const Pose& pose,
            const Colliders& around,
            int steps = 75);

/// The smooth cover, with piping of radius `cord` metres along its seam.
Cushion Finish(const Pillow& pillow, float cord = 0);

/// Takes puckers out of the rim of a grid as Sheet makes it, corners only
/// softened; cloth up to `reach` cells inside follows. Normals are not updated.
void EvenRim(Part& grid, int columns, int rows, int reach, int passes);

/// A boxed seat or back cushion: crowned faces, seams with piping. Centred on
/// the origin in X and Z, from y = 0.
/// @param crown  how far the middle of the top rises above the rim, metres
Cushion MakeBoxCushion(const Vec3& size,
                       float crown,
                       float cord,
                       uint32_t seed,
                       float cell = 0.022f);

}  // namespace stage::engine::procedural
