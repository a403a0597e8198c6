#pragma once

#include <array>

#include "engine/scene/rectified_wall.h"
#include "engine/scene/room_layout.h"
#include "engine/scene/wall_evidence.h"

namespace stage::engine {

constexpr int kSizeCues = 10;
constexpr int kOpeningCues = 42;
/// What speaks for and against a rectangle being an opening, each about 0..1:
/// first those of its size, which depend on the room's scale.
using OpeningCues = std::array<float, kOpeningCues>;

/// Two of them that tell what kind of an opening it is.
constexpr int kContrastCue = kSizeCues + 16;
constexpr int kSkirtingStopsCue = kSizeCues + 22;

/// How well the four sides of a rectangle show, 0..1 each; a side on the border
/// of what is seen is neither for nor against.
struct Frame {
  double left, right, bottom, top;
  double Uprights(const Rectangle& r) const;  ///< mean of those not cut off
};
Frame FrameOf(const WallEvidence& evidence, const Rectangle& rectangle);

/// Everything about a rectangle but its size.
/// @param frame  of the rectangle
void SetShapeCues(const RectifiedWall& wall,
                  const WallEvidence& evidence,
                  const Rectangle& rectangle,
                  const Frame& frame,
                  OpeningCues& cues);

/// The rest, in metres; shape cues are there already.
void SetSizeCues(const Opening& opening, double ceiling_m, OpeningCues& cues);

/// How far a lintel runs on beside a rectangle, and how much on both sides of
/// it is unlike the wall, 0..1: what a search can leave out early.
double LintelOverrun(const WallEvidence& evidence, const Rectangle& rectangle);
double UnlikeWallBeside(const WallEvidence& evidence,
                        const Rectangle& rectangle);

}  // namespace stage::engine
