#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

constexpr float kPi = static_cast<float>(M_PI);

float Fraction(int i, int count) {
  return static_cast<float>(i) / static_cast<float>(count);
}

/// Skins rings of vertices that were added one after another.
void SkinRings(Part& part, uint32_t first, int rings, int around) {
  const auto width = static_cast<uint32_t>(around);
  for (int j = 0; j + 1 < rings; ++j) {
    for (uint32_t i = 0; i + 1 < width; ++i) {
      const uint32_t v = first + static_cast<uint32_t>(j) * width + i;
      part.Quad(v, v + 1, v + width + 1, v + width);
    }
  }
}

template <typename Point>
Point CatmullRom(
    const Point& a, const Point& b, const Point& c, const Point& d, float t) {
  return Point(0.5f *
               (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * (t * t) +
                (3 * b - a - 3 * c + d) * (t * t * t)));
}

template <typename Point>
std::vector<Point> Smooth(const std::vector<Point>& points,
                          int samples,
                          bool closed) {
  const int count = static_cast<int>(points.size());
  if (count < 3) return points;
  const auto at = [&](int i) -> Point {
    if (closed) return points[static_cast<size_t>((i + count) % count)];
    if (i < 0) return Point(2 * points[0] - points[1]);
    if (i >= count) return Point(2 * points[count - 1] - points[count - 2]);
    return points[static_cast<size_t>(i)];
  };
  std::vector<Point> result;
  for (int i = 0; i < (closed ? count : count - 1); ++i) {
    for (int s = 0; s < samples; ++s) {
      result.push_back(CatmullRom<Point>(
          at(i - 1), at(i), at(i + 1), at(i + 2), Fraction(s, samples)));
    }
  }
  if (!closed) result.push_back(points.back());
  return result;
}

}  // namespace

std::vector<Vec2> RectangleOutline(float width,
                                   float depth,
                                   float radius,
                                   int corner_segments) {
  const float r =
      std::clamp(radius, 0.0005f, std::min(width, depth) / 2 * 0.999f);
  std::vector<Vec2> outline;
  for (int corner = 0; corner < 4; ++corner) {
    const float sx = corner == 0 || corner == 3 ? 1.0f : -1.0f;
    const float sy = corner < 2 ? 1.0f : -1.0f;
    for (int i = 0; i <= corner_segments; ++i) {
      const float angle =
          kPi / 2 * (static_cast<float>(corner) + Fraction(i, corner_segments));
      outline.emplace_back(sx * (width / 2 - r) + r * std::cos(angle),
                           sy * (depth / 2 - r) + r * std::sin(angle));
    }
  }
  return outline;
}

std::vector<Vec2> EllipseOutline(float width, float depth, int points) {
  return SuperellipseOutline(width, depth, 2, points);
}

std::vector<Vec2> SuperellipseOutline(float width,
                                      float depth,
                                      float exponent,
                                      int points) {
  std::vector<Vec2> outline;
  for (int i = 0; i < points; ++i) {
    const float angle = 2 * kPi * Fraction(i, points);
    const float c = std::cos(angle), s = std::sin(angle);
    outline.emplace_back(
        width / 2 * std::copysign(std::pow(std::abs(c), 2 / exponent), c),
        depth / 2 * std::copysign(std::pow(std::abs(s), 2 / exponent), s));
  }
  return outline;
}

std::vector<Vec2> PebbleOutline(
    float width, float depth, float wobble, uint32_t seed, int points) {
  std::vector<Vec2> outline;
  const float p2 = HashUnit(seed * 3 + 1) * 2 * kPi;
  const float p3 = HashUnit(seed * 3 + 2) * 2 * kPi;
  for (int i = 0; i < points; ++i) {
    const float angle = 2 * kPi * Fraction(i, points);
    const float r = 1 + wobble * (0.6f * std::cos(2 * angle + p2) +
                                  0.4f * std::cos(3 * angle + p3));
    outline.emplace_back(width / 2 * r * std::cos(angle),
                         depth / 2 * r * std::sin(angle));
  }
  return outline;
}

Part Slab(const std::vector<Vec2>& outline,
          float thickness,
          float radius,
          int segments) {
  const int count = static_cast<int>(outline.size());
  const float r = std::clamp(radius, 0.0002f, thickness / 2);
  std::vector<Vec2> outward(outline.size());
  for (int i = 0; i < count; ++i) {
    const Vec2 tangent =
        outline[(i + 1) % count] - outline[(i + count - 1) % count];
    outward[i] = Vec2(tangent.y(), -tangent.x()).normalized();
  }
  Part part;
  // Rings from the bottom face's rim to the top face's rim.
  std::vector<Vec2> steps;  // (inset, y) and the angle of the normal
  std::vector<float> tilts;
  for (int k = 0; k <= segments; ++k) {
    const float angle = -kPi / 2 * (1 - Fraction(k, segments));
    steps.emplace_back(r * (1 - std::cos(angle)), r + r * std::sin(angle));
    tilts.push_back(angle);
  }
  for (int k = 0; k <= segments; ++k) {
    const float angle = kPi / 2 * Fraction(k, segments);
    steps.emplace_back(r * (1 - std::cos(angle)),
                       thickness - r + r * std::sin(angle));
    tilts.push_back(angle);
  }
  for (size_t k = 0; k < steps.size(); ++k) {
    float run = 0;
    for (int i = 0; i <= count; ++i) {
      const int j = i % count;
      const Vec2 at = outline[j] - outward[j] * steps[k].x();
      if (i > 0) run += (outline[j] - outline[i - 1]).norm();
      const float c = std::cos(tilts[k]);
      part.Add({at.x(), steps[k].y(), at.y()},
               Vec3(outward[j].x() * c, std::sin(tilts[k]), outward[j].y() * c)
                   .normalized(),
               {run, steps[k].y() + steps[k].x()});
    }
  }
  // The outline runs from x towards z, which is clockwise seen from above.
  const int rings = static_cast<int>(steps.size());
  const auto width = static_cast<uint32_t>(count + 1);
  for (int k = 0; k + 1 < rings; ++k) {
    for (uint32_t i = 0; i + 1 < width; ++i) {
      const uint32_t v = static_cast<uint32_t>(k) * width + i;
      part.Quad(v, v + width, v + width + 1, v + 1);
    }
  }
  for (const bool top : {false, true}) {
    const float y = top ? thickness : 0;
    const Vec3 normal(0, top ? 1.0f : -1.0f, 0);
    const uint32_t centre = part.Add({0, y, 0}, normal, {0, 0});
    const auto first = static_cast<uint32_t>(part.positions.size());
    for (int i = 0; i <= count; ++i) {
      const Vec2 at = outline[i % count] - outward[i % count] * r;
      part.Add({at.x(), y, at.y()}, normal, at);
    }
    for (uint32_t i = 0; i < static_cast<uint32_t>(count); ++i) {
      if (top) {
        part.Triangle(centre, first + i + 1, first + i);
      } else {
        part.Triangle(centre, first + i, first + i + 1);
      }
    }
  }
  return part;
}

Part Lathe(const std::vector<Vec2>& profile, int sides) {
  Part part;
  const auto count = static_cast<int>(profile.size());
  std::vector<Vec2> normals(profile.size());
  for (int k = 0; k < count; ++k) {
    Vec2 sum(0, 0);
    if (k > 0) sum += (profile[k] - profile[k - 1]).normalized();
    if (k + 1 < count) sum += (profile[k + 1] - profile[k]).normalized();
    normals[k] = Vec2(sum.y(), -sum.x()).normalized();
    if (profile[k].x() < 1e-6f) {
      normals[k] = Vec2(0, normals[k].y() >= 0 ? 1.0f : -1.0f);
    }
  }
  float widest = 0;
  for (const Vec2& point : profile) widest = std::max(widest, point.x());
  float run = 0;
  for (int k = 0; k < count; ++k) {
    if (k > 0) run += (profile[k] - profile[k - 1]).norm();
    for (int i = 0; i <= sides; ++i) {
      const float angle = 2 * kPi * Fraction(i % sides, sides);
      const float c = std::cos(angle), s = std::sin(angle);
      part.Add({profile[k].x() * c, profile[k].y(), -profile[k].x() * s},
               {normals[k].x() * c, normals[k].y(), -normals[k].x() * s},
               {run, 2 * kPi * Fraction(i, sides) * widest});
    }
  }
  SkinRings(part, 0, count, sides + 1);
  return part;
}

std::vector<Vec2> RoundedProfile(const std::vector<Vec2>& profile,
                                 float radius,
                                 int segments) {
  std::vector<Vec2> result{profile.front()};
  for (size_t i = 1; i + 1 < profile.size(); ++i) {
    const Vec2& at = profile[i];
    const Vec2 back = profile[i - 1] - at, ahead = profile[i + 1] - at;
    const float cut =
        std::min({radius, back.norm() * 0.49f, ahead.norm() * 0.49f});
    const Vec2 from = at + back.normalized() * cut,
               to = at + ahead.normalized() * cut;
    for (int s = 0; s <= segments; ++s) {
      const float t = Fraction(s, segments);
      result.push_back((1 - t) * (1 - t) * from + 2 * t * (1 - t) * at +
                       t * t * to);
    }
  }
  result.push_back(profile.back());
  return result;
}

std::vector<Vec2> SmoothProfile(const std::vector<Vec2>& points,
                                int samples_each) {
  std::vector<Vec2> result = Smooth<Vec2>(points, samples_each, false);
  for (Vec2& point : result) point.x() = std::max(point.x(), 0.0f);
  return result;
}

std::vector<Vec3> SmoothPath(const std::vector<Vec3>& points,
                             int samples_each,
                             bool closed) {
  return Smooth<Vec3>(points, samples_each, closed);
}

Part Tube(const std::vector<Vec3>& path, float radius, int sides, bool closed) {
  return Tube(path, std::vector<float>(path.size(), radius), sides, closed);
}

Part Tube(const std::vector<Vec3>& path_in,
          const std::vector<float>& radii_in,
          int sides,
          bool closed) {
  std::vector<Vec3> path = path_in;
  std::vector<float> radii = radii_in;
  if (!closed) {
    // Round the ends off with two more rings each.
    const float r0 = radii.front(), r1 = radii.back();
    const Vec3 head = (path[0] - path[1]).normalized();
    const Vec3 tail =
        (path[path.size() - 1] - path[path.size() - 2]).normalized();
    path.insert(path.begin(),
                {path[0] + head * r0 * 0.5f, path[0] + head * r0 * 0.4f});
    radii.insert(radii.begin(), {r0 * 0.02f, r0 * 0.6f});
    const Vec3 end = path.back();
    path.insert(path.end(), {end + tail * r1 * 0.4f, end + tail * r1 * 0.5f});
    radii.insert(radii.end(), {r1 * 0.6f, r1 * 0.02f});
  }
  const int count = static_cast<int>(path.size());
  const auto tangent_at = [&](int i) -> Vec3 {
    const Vec3& next =
        closed ? path[(i + 1) % count] : path[std::min(i + 1, count - 1)];
    const Vec3& previous =
        closed ? path[(i + count - 1) % count] : path[std::max(i - 1, 0)];
    return (next - previous).normalized();
  };
  Vec3 tangent = tangent_at(0);
  Vec3 side = tangent.unitOrthogonal();
  // A closed tube must come back without a twist: spread it over the loop.
  float twist = 0;
  if (closed) {
    Vec3 carried = side, direction = tangent;
    for (int i = 1; i <= count; ++i) {
      const Vec3 next = tangent_at(i % count);
      carried = Eigen::Quaternionf::FromTwoVectors(direction, next) * carried;
      direction = next;
    }
    twist = std::atan2(carried.cross(side).dot(tangent), carried.dot(side));
  }
  Part part;
  float run = 0;
  const int rings = closed ? count + 1 : count;
  for (int k = 0; k < rings; ++k) {
    const Vec3 next = tangent_at(k % count);
    if (k > 0) {
      side = Eigen::Quaternionf::FromTwoVectors(tangent, next) * side;
      run += (path[k % count] - path[k - 1]).norm();
    }
    tangent = next;
    side = (side - tangent * tangent.dot(side)).normalized();
    const Vec3 up = tangent.cross(side);
    const float turn = twist * Fraction(k, count);
    const float r = radii[k % count];
    const float slope =
        k + 1 < count && k > 0
            ? (radii[k - 1] - radii[k + 1]) /
                  std::max(1e-6f, (path[k + 1] - path[k - 1]).norm())
            : (k == 0 ? -1.0f : 1.0f) * (closed ? 0.0f : 20.0f);
    for (int i = 0; i <= sides; ++i) {
      const float angle = 2 * kPi * Fraction(i % sides, sides) + turn;
      const Vec3 out = side * std::cos(angle) + up * std::sin(angle);
      part.Add(path[k % count] + out * r,
               (out + tangent * slope).normalized(),
               {run, 2 * kPi * Fraction(i, sides) * radii_in[0]});
    }
  }
  SkinRings(part, 0, rings, sides + 1);
  return part;
}

Part Rod(const Vec3& from, const Vec3& to, float r0, float r1, int sides) {
  const float length = (to - from).norm();
  const float soft = std::min({0.004f, r0 * 0.5f, r1 * 0.5f, length * 0.2f});
  std::vector<Vec2> profile{{0, 0}};
  for (int k = 0; k <= 3; ++k) {
    const float a = kPi / 2 * Fraction(k, 3);
    profile.emplace_back(r0 - soft + soft * std::sin(a),
                         soft - soft * std::cos(a));
  }
  for (int k = 0; k <= 3; ++k) {
    const float a = kPi / 2 * Fraction(k, 3);
    profile.emplace_back(r1 - soft + soft * std::cos(a),
                         length - soft + soft * std::sin(a));
  }
  profile.emplace_back(0, length);
  Pose pose = Pose::Identity();
  pose.linear() =
      Eigen::Quaternionf::FromTwoVectors(Vec3::UnitY(), (to - from) / length)
          .toRotationMatrix();
  pose.translation() = from;
  return Posed(Lathe(profile, sides), pose);
}

Part SquareBar(
    const Vec3& from, const Vec3& to, float h0, float h1, float radius) {
  const float length = (to - from).norm();
  Part bar = Board({-h0, 0, -h0}, {h0, length, h0}, radius, 2);
  for (Vec3& position : bar.positions) {
    const float taper = 1 + (h1 / h0 - 1) * position.y() / length;
    position.x() *= taper;
    position.z() *= taper;
  }
  Pose pose = Pose::Identity();
  pose.linear() =
      Eigen::Quaternionf::FromTwoVectors(Vec3::UnitY(), (to - from) / length)
          .toRotationMatrix();
  pose.translation() = from;
  return Posed(std::move(bar), pose);
}

Part Loft(const std::vector<std::vector<Vec3>>& rings, bool capped) {
  Part part;
  const int around = static_cast<int>(rings[0].size());
  std::vector<float> along(rings.size(), 0);
  for (size_t k = 1; k < rings.size(); ++k) {
    along[k] = along[k - 1] + (rings[k][0] - rings[k - 1][0]).norm();
  }
  for (size_t k = 0; k < rings.size(); ++k) {
    float run = 0;
    for (int i = 0; i <= around; ++i) {
      if (i > 0) run += (rings[k][i % around] - rings[k][i - 1]).norm();
      part.Add(rings[k][i % around], Vec3::UnitY(), {along[k], run});
    }
  }
  SkinRings(part, 0, static_cast<int>(rings.size()), around + 1);
  if (capped) {
    for (const bool last : {false, true}) {
      const auto& ring = last ? rings.back() : rings.front();
      Vec3 centre = Vec3::Zero();
      for (const Vec3& point : ring)
        centre += point / static_cast<float>(around);
      const uint32_t middle = part.Add(centre, Vec3::UnitY(), {0, 0});
      const uint32_t first =
          last ? static_cast<uint32_t>((rings.size() - 1) * (around + 1)) : 0;
      for (uint32_t i = 0; i < static_cast<uint32_t>(around); ++i) {
        if (last) {
          part.Triangle(middle, first + i, first + i + 1);
        } else {
          part.Triangle(middle, first + i + 1, first + i);
        }
      }
    }
  }
  ComputeNormals(part, Weld::kYes);
  return part;
}

Part Sheet(int columns, int rows, const std::function<Vec3(float, float)>& at) {
  Part part;
  for (int j = 0; j <= rows; ++j) {
    for (int i = 0; i <= columns; ++i) {
      part.Add(
          at(Fraction(i, columns), Fraction(j, rows)), Vec3::UnitY(), {0, 0});
    }
  }
  const auto width = static_cast<uint32_t>(columns + 1);
  for (uint32_t j = 0; j < static_cast<uint32_t>(rows); ++j) {
    for (uint32_t i = 0; i < static_cast<uint32_t>(columns); ++i) {
      const uint32_t v = j * width + i;
      if ((i + j) % 2 == 0) {
        part.Quad(v, v + 1, v + width + 1, v + width);
      } else {
        part.Quad(v + 1, v + width + 1, v + width, v);
      }
    }
  }
  for (size_t v = 0; v < part.positions.size(); ++v) {
    const size_t i = v % width, j = v / width;
    Vec2 uv(0, 0);
    if (i > 0)
      uv.x() = part.texcoords[v - 1].x() +
               (part.positions[v] - part.positions[v - 1]).norm();
    if (j > 0)
      uv.y() = part.texcoords[v - width].y() +
               (part.positions[v] - part.positions[v - width]).norm();
    part.texcoords[v] = uv;
  }
  ComputeNormals(part);
  return part;
}

Part ThickSheet(int columns,
                int rows,
                float thickness,
                const std::function<Vec3(float, float)>& at) {
  return Thicken(
      Sheet(columns, rows, at), columns, rows, [thickness](float, float) {
        return thickness;
      });
}

Part Thicken(const Part& sheet,
             int columns,
             int rows,
             const std::function<float(float, float)>& thickness,
             int hem) {
  Part top = sheet, bottom = sheet;
  for (size_t i = 0; i < top.positions.size(); ++i) {
    const auto column = static_cast<int>(i) % (columns + 1),
               row = static_cast<int>(i) / (columns + 1);
    const float half =
        thickness(Fraction(column, columns), Fraction(row, rows)) / 2;
    top.positions[i] += sheet.normals[i] * half;
    bottom.positions[i] -= sheet.normals[i] * half;
  }
  for (size_t i = 0; i + 2 < bottom.indices.size(); i += 3) {
    std::swap(bottom.indices[i + 1], bottom.indices[i + 2]);
  }
  ComputeNormals(top);
  ComputeNormals(bottom);
  const auto inside = [&](uint32_t v) {
    const int column = static_cast<int>(v) % (columns + 1),
              row = static_cast<int>(v) / (columns + 1);
    return std::min({column, columns - column, row, rows - row}) > hem;
  };
  std::vector<uint32_t> kept;
  for (size_t i = 0; i + 2 < bottom.indices.size(); i += 3) {
    if (inside(bottom.indices[i]) && inside(bottom.indices[i + 1]) &&
        inside(bottom.indices[i + 2]))
      continue;
    kept.insert(kept.end(),
                bottom.indices.begin() + static_cast<std::ptrdiff_t>(i),
                bottom.indices.begin() + static_cast<std::ptrdiff_t>(i) + 3);
  }
  bottom.indices = std::move(kept);
  // The rim: a half round between the border loops.
  const auto width = static_cast<uint32_t>(columns + 1);
  const auto height = static_cast<uint32_t>(rows + 1);
  std::vector<uint32_t> loop;
  for (uint32_t i = 0; i + 1 < width; ++i) loop.push_back(i);
  for (uint32_t j = 0; j + 1 < height; ++j)
    loop.push_back(j * width + width - 1);
  for (uint32_t i = width - 1; i > 0; --i)
    loop.push_back((height - 1) * width + i);
  for (uint32_t j = height - 1; j > 0; --j) loop.push_back(j * width);
  Part rim;
  constexpr int kArc = 4;
  const size_t count = loop.size();
  for (size_t k = 0; k <= count; ++k) {
    const uint32_t v = loop[k % count];
    const Vec3 ahead = top.positions[loop[(k + 1) % count]] -
                       top.positions[loop[(k + count - 1) % count]];
    const Vec3 normal = sheet.normals[v];
    Vec3 out = ahead.cross(normal);
    out = out.norm() > 1e-12f ? out.normalized() : Vec3::UnitX();
    const Vec3 middle = (top.positions[v] + bottom.positions[v]) / 2;
    const float half = (top.positions[v] - bottom.positions[v]).norm() / 2;
    for (int a = 0; a <= kArc; ++a) {
      const float angle = kPi * (Fraction(a, kArc) - 0.5f);
      const Vec3 direction = normal * -std::sin(angle) + out * std::cos(angle);
      rim.Add(middle + direction * half, direction, top.texcoords[v]);
    }
  }
  constexpr uint32_t kStep = kArc + 1;
  for (uint32_t k = 0; k < count; ++k) {
    for (uint32_t a = 0; a < kArc; ++a) {
      const uint32_t v = k * kStep + a;
      rim.Quad(v, v + 1, v + kStep + 1, v + kStep);
    }
  }
  top.Append(bottom);
  top.Append(rim);
  return top;
}

namespace {

template <typename Point>
std::vector<Point> RefineAlong(const std::vector<Point>& from,
                               int count,
                               int lines,
                               int step,
                               int line_step) {
  // Lines of `count` + 1 points become lines of 2 * count + 1, stored one
  // after another.
  std::vector<Point> to(static_cast<size_t>(2 * count + 1) * lines);
  for (int line = 0; line < lines; ++line) {
    const auto at = [&](int i) -> const Point& {
      return from[static_cast<size_t>(i * step + line * line_step)];
    };
    Point* out = &to[static_cast<size_t>(line) * (2 * count + 1)];
    for (int i = 0; i <= count; ++i) {
      const bool end = i == 0 || i == count;
      out[2 * i] = end ? at(i) : Point((at(i - 1) + 6 * at(i) + at(i + 1)) / 8);
      if (i < count) out[2 * i + 1] = (at(i) + at(i + 1)) / 2;
    }
  }
  return to;
}

template <typename Point>
std::vector<Point> RefineField(const std::vector<Point>& field,
                               int columns,
                               int rows) {
  const std::vector<Point> wide =
      RefineAlong(field, columns, rows + 1, 1, columns + 1);
  const int width = 2 * columns + 1;
  const std::vector<Point> turned = RefineAlong(wide, rows, width, width, 1);
  std::vector<Point> result(turned.size());
  const int height = 2 * rows + 1;
  for (int j = 0; j < height; ++j) {
    for (int i = 0; i < width; ++i)
      result[static_cast<size_t>(j * width + i)] =
          turned[static_cast<size_t>(i * height + j)];
  }
  return result;
}

}  // namespace

Part RefineGrid(const Part& grid, int columns, int rows) {
  Part fine =
      Sheet(2 * columns, 2 * rows, [](float, float) { return Vec3(0, 0, 0); });
  fine.positions = RefineField(grid.positions, columns, rows);
  fine.texcoords = RefineField(grid.texcoords, columns, rows);
  ComputeNormals(fine);
  return fine;
}

}  // namespace stage::engine::procedural
