#pragma once

#include <functional>
#include <vector>

#include "engine/catalogue/procedural/part.h"

namespace stage::engine::procedural {

/// A box from `low` to `high` with rounded edges; grain along its longest side.
/// @param radius    of the edges, clipped to half the thinnest side
/// @param segments  of a rounded edge
Part Board(const Vec3& low,
           const Vec3& high,
           float radius = 0.003f,
           int segments = 2);

/// As Board, but with a grid of about `cell` metres on its faces, so that it
/// can be bent, padded or simulated.
Part PaddedBlock(const Vec3& low, const Vec3& high, float radius, float cell);

/// Closed outlines in the plane, counter-clockwise, (x, z).
std::vector<Vec2> RectangleOutline(float width,
                                   float depth,
                                   float radius,
                                   int corner_segments = 8);
std::vector<Vec2> EllipseOutline(float width, float depth, int points = 64);
/// |x/a|^n + |z/b|^n = 1: a soft rectangle for n of 3 to 5.
std::vector<Vec2> SuperellipseOutline(float width,
                                      float depth,
                                      float exponent,
                                      int points = 72);
/// A smooth closed blob: an ellipse whose radius wanders by `wobble`.
std::vector<Vec2> PebbleOutline(
    float width, float depth, float wobble, uint32_t seed, int points = 80);

/// A plate over an outline that is star-shaped around the origin, from y = 0
/// to `thickness`, with rounded rims.
Part Slab(const std::vector<Vec2>& outline,
          float thickness,
          float radius,
          int segments = 3);

/// Turns a profile (radius, y), listed from the bottom outwards and upwards,
/// around the Y axis. A profile that runs down again makes a hollow vessel.
Part Lathe(const std::vector<Vec2>& profile, int sides = 48);
/// A profile with its inner corners rounded by arcs of `radius`.
std::vector<Vec2> RoundedProfile(const std::vector<Vec2>& profile,
                                 float radius,
                                 int segments = 4);
/// A smooth curve through the points of a profile.
std::vector<Vec2> SmoothProfile(const std::vector<Vec2>& points,
                                int samples_each = 6);

/// A smooth curve (Catmull-Rom) through points.
std::vector<Vec3> SmoothPath(const std::vector<Vec3>& points,
                             int samples_each = 8,
                             bool closed = false);

/// A round tube along a path; ends are rounded off unless closed.
Part Tube(const std::vector<Vec3>& path,
          float radius,
          int sides = 8,
          bool closed = false);
Part Tube(const std::vector<Vec3>& path,
          const std::vector<float>& radii,
          int sides = 8,
          bool closed = false);

/// A straight round bar, from radius r0 to r1, with softly rounded ends.
Part Rod(const Vec3& from, const Vec3& to, float r0, float r1, int sides = 16);
/// A straight square bar with rounded edges; half widths h0 to h1.
Part SquareBar(const Vec3& from,
               const Vec3& to,
               float h0,
               float h1,
               float radius = 0.003f);

/// Skins rings of equally many points; the first and last ring are closed by
/// rounded-looking fans when `capped`. Rings run counter-clockwise seen from
/// the end of the loft.
Part Loft(const std::vector<std::vector<Vec3>>& rings, bool capped = true);

/// A surface over the unit square; normals point along du x dv.
Part Sheet(int columns, int rows, const std::function<Vec3(float, float)>& at);
/// A sheet as made by Sheet, given a body: both faces and a rounded rim.
Part ThickSheet(int columns,
                int rows,
                float thickness,
                const std::function<Vec3(float, float)>& at);

/// Gives a grid of (columns + 1) x (rows + 1) vertices, as Sheet makes it, a
/// body of `thickness(u, v)` metres: both faces and a rounded rim. The lower
/// face ends `hem` cells inside the rim, for cloth that lies on something.
Part Thicken(const Part& sheet,
             int columns,
             int rows,
             const std::function<float(float, float)>& thickness,
             int hem = 1 << 20);

/// A grid of twice as many columns and rows through a cubic B-spline; the rim
/// depends on the rim alone, so that neighbours stay joined.
Part RefineGrid(const Part& grid, int columns, int rows);

/// A sphere-like body |x/a|^n + |y/b|^n + |z/c|^n = 1 centred on the origin.
Part Ellipsoid(const Vec3& half, float exponent = 2, int segments = 32);

}  // namespace stage::engine::procedural
