#include "engine/catalogue/procedural/art_pictures.h"

#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/noise.h"

namespace stage::engine::procedural {
namespace {

constexpr float kPi = static_cast<float>(M_PI);

struct Easel {
  Canvas& canvas;
  const std::vector<Vec3>& palette;
  Random random;
  uint32_t seed;

  Vec3 Colour(int i) const {
    return palette[static_cast<size_t>(std::max(0, i)) % palette.size()];
  }
  Vec3 Dark() const { return palette.back(); }
  Vec3 AnyAccent() {
    return palette.size() < 3
               ? palette.back()
               : palette[1 + static_cast<size_t>(random.Index(
                                 static_cast<int>(palette.size()) - 1))];
  }
};

/// Brush hairs: streaks along a direction.
float Bristles(float x, float y, float angle, uint32_t seed) {
  const float c = std::cos(angle), s = std::sin(angle);
  return Fbm2((c * x + s * y) * 5, (c * y - s * x) * 90, 3, 0.6f, seed);
}

/// A closed outline around a centre with a few soft bulges.
std::vector<Vec2> Blob(
    Easel& easel, const Vec2& centre, float rx, float ry, int knots) {
  std::vector<Vec2> points;
  const float start = easel.random.Range(0, 2 * kPi);
  for (int i = 0; i < knots; ++i) {
    const float a =
        start + 2 * kPi * static_cast<float>(i) / static_cast<float>(knots);
    const float r = easel.random.Range(0.72f, 1.12f);
    points.emplace_back(centre.x() + rx * r * std::cos(a),
                        centre.y() + ry * r * std::sin(a));
  }
  return Curve(points, 16, true);
}

/// Paper cut-outs: a few large forms that overlap, an arch, a line.
void PaintShapes(Easel& easel) {
  Canvas& canvas = easel.canvas;
  const float h = canvas.aspect();
  const auto dry = [&](const Vec3& colour) {
    return Vec3(colour * easel.random.Range(0.94f, 1.05f));
  };
  canvas.Fill(Blob(easel,
                   {easel.random.Range(0.25f, 0.4f),
                    h * easel.random.Range(0.28f, 0.4f)},
                   0.3f,
                   h * 0.22f,
                   6),
              dry(easel.Colour(1)));
  canvas.Fill(Blob(easel,
                   {easel.random.Range(0.58f, 0.72f),
                    h * easel.random.Range(0.55f, 0.68f)},
                   0.28f,
                   h * 0.25f,
                   5),
              dry(easel.Colour(2)));
  // A sun or moon.
  std::vector<Vec2> disc;
  const Vec2 centre(easel.random.Range(0.6f, 0.76f),
                    h * easel.random.Range(0.18f, 0.28f));
  for (int i = 0; i < 90; ++i)
    disc.emplace_back(
        centre.x() + 0.11f * std::cos(2 * kPi * static_cast<float>(i) / 90),
        centre.y() + 0.11f * std::sin(2 * kPi * static_cast<float>(i) / 90));
  canvas.Fill(disc, dry(easel.Colour(3)));
  canvas.Fill(Blob(easel,
                   {easel.random.Range(0.3f, 0.45f), h * 0.74f},
                   0.15f,
                   h * 0.13f,
                   5),
              dry(easel.Dark()),
              0.95f);
  std::vector<Vec2> line;
  const float x0 = easel.random.Range(0.15f, 0.25f);
  for (int i = 0; i < 6; ++i)
    line.emplace_back(
        x0 + 0.12f * static_cast<float>(i) + easel.random.Range(-0.03f, 0.03f),
        h * (0.3f + 0.09f * static_cast<float>(i)) +
            h * easel.random.Range(-0.08f, 0.08f));
  canvas.Stroke(Curve(line, 24, false), {0.006f}, easel.Dark());
}

/// Two or three floating fields of colour with feathered edges.
void PaintFields(Easel& easel) {
  const float h = easel.canvas.aspect();
  const int count = 2 + easel.random.Index(2);
  float top = 0.05f;
  for (int i = 0; i < count; ++i) {
    const float share = i == count - 1 ? 0.95f - top
                                       : easel.random.Range(0.26f, 0.46f) * 2 /
                                             static_cast<float>(count);
    const float y0 = top * h, y1 = (top + share - 0.035f) * h;
    top += share;
    const Vec3 colour = easel.Colour(1 + i),
               glow = Mix(colour, easel.Colour(0), 0.35f);
    const uint32_t seed = easel.seed + static_cast<uint32_t>(i) * 9;
    easel.canvas.Paint([&](float x, float y, const Vec3& below) {
      const float edge = std::min({x - 0.06f, 0.94f - x, y - y0, y1 - y}) +
                         0.014f * Fbm2(x * 14, y * 14, 3, 0.6f, seed);
      const float cover = std::clamp(edge / 0.022f + 0.3f, 0.0f, 1.0f) *
                          (0.84f + 0.16f * Bristles(x, y, 0.06f, seed + 3));
      return Mix(
          below,
          Mix(colour,
              glow,
              std::clamp(
                  0.5f + 0.9f * Fbm2(x * 2.4f, y * 2.4f, 4, 0.55f, seed + 1),
                  0.0f,
                  1.0f)),
          std::clamp(cover, 0.0f, 1.0f));
    });
  }
}

/// Ridges behind ridges, paler with distance, under a washed sky.
void PaintHills(Easel& easel) {
  Canvas& canvas = easel.canvas;
  const float h = canvas.aspect();
  const Vec3 sky = easel.Colour(0), warm = Mix(sky, easel.Colour(3), 0.35f);
  canvas.Paint([&](float x, float y, const Vec3&) {
    const float t = std::clamp(y / (h * 0.6f), 0.0f, 1.0f);
    return Vec3(Mix(sky, warm, t * t) *
                (1 + 0.05f * Fbm2(x * 3, y * 9, 4, 0.6f, easel.seed)));
  });
  const Vec2 sun(easel.random.Range(0.25f, 0.75f), h * 0.3f);
  std::vector<Vec2> disc;
  for (int i = 0; i < 80; ++i)
    disc.emplace_back(
        sun.x() + 0.07f * std::cos(2 * kPi * static_cast<float>(i) / 80),
        sun.y() + 0.07f * std::sin(2 * kPi * static_cast<float>(i) / 80));
  canvas.Fill(disc, Mix(sky, easel.Colour(3), 0.75f), 0.8f);
  const int ridges = 5;
  for (int i = 0; i < ridges; ++i) {
    const float t = static_cast<float>(i + 1) / ridges;
    const float base = h * (0.4f + 0.5f * t * t);
    const Vec3 colour = Mix(Mix(sky, easel.Colour(1 + i % 2), 0.35f + 0.5f * t),
                            easel.Dark(),
                            t * t * 0.6f);
    const uint32_t seed = easel.seed + 20 + static_cast<uint32_t>(i);
    canvas.Paint([&](float x, float y, const Vec3& below) {
      const float ridge =
          base + h * 0.16f * (1.1f - 0.5f * t) *
                     Fbm2(x * (1.6f + t), t * 7, 5, 0.48f, seed);
      const float cover = std::clamp((y - ridge) * 260, 0.0f, 1.0f);
      const float mist = std::clamp((y - ridge) / (h * 0.22f), 0.0f, 1.0f);
      const Vec3 body =
          Mix(colour, Mix(colour, sky, 0.5f), mist * (1 - t * 0.7f)) *
          (1 + 0.1f * Fbm2(x * 9, y * 20, 4, 0.6f, seed + 9));
      return Mix(below, body, cover);
    });
  }
}

/// Sea, wet sand and a high horizon in broad strokes.
void PaintSea(Easel& easel) {
  const float h = easel.canvas.aspect();
  const float horizon = h * easel.random.Range(0.36f, 0.46f),
              shore = h * easel.random.Range(0.72f, 0.8f);
  easel.canvas.Paint([&](float x, float y, const Vec3&) {
    const float stroke = Bristles(x, y, 0.02f, easel.seed);
    if (y < horizon) {
      const float cloud = Fbm2(x * 2.2f, y * 6, 5, 0.55f, easel.seed + 2);
      return Vec3(
          Mix(easel.Colour(0),
              Mix(easel.Colour(0), easel.Colour(1), 0.55f),
              std::clamp(
                  0.4f + cloud * 1.3f - y / horizon * 0.4f, 0.0f, 1.0f)) *
          (1 + 0.04f * stroke));
    }
    const float wave = Fbm2(x * 3 + 4,
                            y * 26 / (0.3f + (y - horizon) * 3),
                            4,
                            0.6f,
                            easel.seed + 4);
    const float line =
        shore + 0.05f * h * Fbm2(x * 2, 1.0f, 3, 0.5f, easel.seed + 5);
    const Vec3 sea = Mix(
        easel.Colour(1),
        easel.Colour(2),
        std::clamp((line - y) / (line - horizon) + 0.35f * wave, 0.0f, 1.0f));
    const Vec3 sand =
        Mix(easel.Colour(3), easel.Colour(0), 0.35f + 0.2f * wave);
    Vec3 colour = Mix(sea, sand, std::clamp((y - line) * 30, 0.0f, 1.0f));
    const float foam =
        std::max(0.0f, 1 - std::abs(y - line + 0.012f * wave) / 0.014f) +
        std::max(0.0f, wave - 0.34f) * 2.2f * (y < line ? 1.0f : 0.0f);
    colour = Mix(colour,
                 Mix(easel.Colour(0), Vec3::Ones(), 0.4f),
                 std::clamp(foam, 0.0f, 0.85f));
    return Vec3(colour * (1 + 0.06f * stroke));
  });
}

/// One leaf from `from` towards `to`, a lens with a vein.
void Leaf(Easel& easel,
          const Vec2& from,
          const Vec2& to,
          float breadth,
          const Vec3& colour,
          bool vein) {
  const Vec2 along = to - from, side(-along.y(), along.x());
  std::vector<Vec2> outline;
  const float bend = easel.random.Range(-0.12f, 0.12f);
  const auto at = [&](float t, float s) {
    const float bow = bend * std::sin(kPi * t);
    return Vec2(
        from + along * t +
        side * (bow +
                s * breadth *
                    std::pow(std::max(0.0f, std::sin(kPi * std::pow(t, 0.8f))),
                             0.9f)));
  };
  for (int i = 0; i <= 18; ++i)
    outline.push_back(at(static_cast<float>(i) / 18, 1));
  for (int i = 17; i > 0; --i)
    outline.push_back(at(static_cast<float>(i) / 18, -1));
  easel.canvas.Fill(outline, colour, 0.92f);
  if (!vein) return;
  std::vector<Vec2> line;
  for (int i = 0; i <= 10; ++i)
    line.push_back(at(static_cast<float>(i) / 10.6f, 0));
  easel.canvas.Stroke(
      line, {0.0022f, 0.0012f}, Mix(colour, easel.Colour(0), 0.5f), 0.8f);
}

/// A branch with leaves on both sides, as in an old herbarium.
void PaintBotanical(Easel& easel) {
  const float h = easel.canvas.aspect();
  std::vector<Vec2> knots;
  const float lean = easel.random.Range(-0.12f, 0.12f);
  for (int i = 0; i < 5; ++i) {
    const float t = static_cast<float>(i) / 4;
    knots.emplace_back(
        0.5f + lean * (t - 0.4f) * 2 + 0.05f * std::sin(4 * t + lean * 20),
        h * (0.92f - 0.8f * t));
  }
  const std::vector<Vec2> stem = Curve(knots, 20, false);
  std::vector<float> widths;
  for (size_t i = 0; i < stem.size(); ++i)
    widths.push_back(0.009f * (1.15f - static_cast<float>(i) /
                                           static_cast<float>(stem.size())));
  const int pairs = 7 + easel.random.Index(3);
  for (int i = 0; i < pairs; ++i) {
    const float t =
        0.24f + 0.72f * static_cast<float>(i) / static_cast<float>(pairs);
    const Vec2 at =
        stem[static_cast<size_t>(t * static_cast<float>(stem.size() - 1))];
    const float length =
        0.27f * (1.1f - 0.7f * t) * easel.random.Range(0.85f, 1.12f);
    for (const float side : {-1.0f, 1.0f}) {
      const float angle = -kPi / 2 + side * (0.95f - 0.35f * t) +
                          easel.random.Range(-0.14f, 0.14f);
      const Vec3 colour = Mix(easel.Colour(1 + (i + (side > 0 ? 1 : 0)) % 2),
                              easel.Dark(),
                              easel.random.Range(0.0f, 0.35f));
      Leaf(easel,
           at,
           at + length * Vec2(std::cos(angle), std::sin(angle)),
           easel.random.Range(0.17f, 0.23f),
           colour,
           true);
    }
  }
  Leaf(easel,
       stem.back(),
       stem.back() + Vec2(lean * 0.2f, -0.12f),
       0.2f,
       easel.Colour(1),
       true);
  easel.canvas.Stroke(stem, widths, Mix(easel.Colour(2), easel.Dark(), 0.5f));
  // Watercolour pools at the edges of what it stains.
  easel.canvas.Paint([&](float x, float y, const Vec3& below) {
    return Vec3(below *
                (1 + 0.10f * Fbm2(x * 7, y * 7, 4, 0.6f, easel.seed + 31)));
  });
}

/// One unbroken line that loops over itself.
void PaintLine(Easel& easel) {
  const float h = easel.canvas.aspect();
  easel.canvas.Fill(Blob(easel,
                         {easel.random.Range(0.38f, 0.6f),
                          h * easel.random.Range(0.42f, 0.58f)},
                         0.27f,
                         0.27f,
                         6),
                    easel.Colour(1),
                    0.85f);
  std::vector<Vec2> knots;
  float angle = easel.random.Range(0, 2 * kPi);
  Vec2 at(0.5f, h * 0.86f);
  knots.push_back(at);
  for (int i = 0; i < 11; ++i) {
    angle += easel.random.Range(0.7f, 1.5f) * (i % 4 == 3 ? -1.0f : 1.0f);
    at += easel.random.Range(0.14f, 0.25f) *
          Vec2(std::cos(angle), std::sin(angle));
    at = Vec2(std::clamp(at.x(), 0.16f, 0.84f),
              std::clamp(at.y(), h * 0.14f, h * 0.86f));
    knots.push_back(at);
  }
  const std::vector<Vec2> line = Curve(knots, 30, false);
  std::vector<float> widths;
  for (size_t i = 0; i < line.size(); ++i)
    widths.push_back(
        0.0058f *
        (1 + 0.35f * Noise2(static_cast<float>(i) * 0.05f, 0.5f, easel.seed)));
  easel.canvas.Stroke(line, widths, easel.Dark());
}

/// Plaster laid on thick and combed in arcs; light rakes over it.
void PaintRelief(Easel& easel) {
  const float h = easel.canvas.aspect();
  const Vec2 centre(easel.random.Range(0.1f, 0.9f),
                    h * easel.random.Range(0.85f, 1.05f));
  const float inner = easel.random.Range(0.16f, 0.3f);
  const auto height = [&](float x, float y) {
    const float wx = x + 0.012f * Fbm2(x * 9, y * 9, 3, 0.5f, easel.seed + 1),
                wy = y + 0.012f * Fbm2(y * 9, x * 9, 3, 0.5f, easel.seed + 2);
    const float r = std::hypot(wx - centre.x(), wy - centre.y());
    const float comb = r > inner && r < inner + 0.5f
                           ? 0.006f * std::sin((r - inner) * 62.8f)
                           : 0.0f;
    return comb + 0.006f * Fbm2(x * 13, y * 13, 4, 0.55f, easel.seed + 3);
  };
  easel.canvas.Paint([&](float x, float y, const Vec3&) {
    const float step = 0.0016f;
    const float slope =
        (height(x + step, y + step) - height(x - step, y - step)) / (2 * step);
    const float r = std::hypot(x - centre.x(), y - centre.y());
    const Vec3 ground =
        Mix(easel.Colour(0), easel.Colour(1), r < inner ? 0.55f : 0.12f);
    return Vec3(ground * std::clamp(1 - 0.34f * slope, 0.4f, 1.35f));
  });
}

/// Broad gestures of a loaded brush over a quiet ground.
void PaintGesture(Easel& easel) {
  const float h = easel.canvas.aspect();
  easel.canvas.Paint([&](float x, float y, const Vec3& below) {
    const float wash = Fbm2(x * 2.1f, y * 2.1f, 5, 0.55f, easel.seed + 1);
    return Vec3(
        Mix(below, easel.Colour(1), std::clamp(wash * 1.5f, 0.0f, 0.6f)) *
        (1 + 0.05f * Bristles(x, y, 0.8f, easel.seed)));
  });
  const int strokes = 6 + easel.random.Index(4);
  for (int i = 0; i < strokes; ++i) {
    const Vec3 colour = i >= strokes - 2 ? easel.Dark() : easel.AnyAccent();
    const float angle = easel.random.Range(-0.5f, 0.9f),
                length = easel.random.Range(0.3f, 0.75f),
                breadth = easel.random.Range(0.05f, 0.15f) *
                          (i >= strokes - 2 ? 0.45f : 1.0f);
    const Vec2 start(easel.random.Range(0.05f, 0.55f),
                     h * easel.random.Range(0.12f, 0.8f));
    const float c = std::cos(angle), s = std::sin(angle),
                bow = easel.random.Range(-0.2f, 0.2f);
    const uint32_t seed = easel.seed + 40 + static_cast<uint32_t>(i);
    easel.canvas.Paint([&](float x, float y, const Vec3& below) {
      const float dx = x - start.x(), dy = y - start.y();
      const float along = (c * dx + s * dy) / length;
      if (along < -0.1f || along > 1.1f) return below;
      const float across =
          (c * dy - s * dx - bow * length * along * (1 - along)) / breadth * 2;
      if (std::abs(across) > 1.2f) return below;
      const float hair = Noise2(across * 16, along * 1.2f, seed) +
                         0.5f * Noise2(across * 40, along * 2.5f, seed + 1);
      const float load = 1.1f - along * 0.9f + 0.65f * hair;
      const float edge =
          std::min(std::min(along, 1 - along) * length / breadth * 6 + hair,
                   (1 - std::abs(across)) * 5 + hair);
      return Mix(below,
                 Vec3(colour * (1 + 0.14f * hair)),
                 std::clamp(edge, 0.0f, 1.0f) * std::clamp(load, 0.0f, 0.95f));
    });
  }
}

/// Half circles, stripes and quarter arcs on a grid.
void PaintGeometric(Easel& easel) {
  const float h = easel.canvas.aspect();
  const int across = 3,
            down = std::max(2, static_cast<int>(std::lround(3 * h)));
  const float cell =
      std::min(0.82f / across, 0.86f * h / static_cast<float>(down));
  const float x0 = 0.5f - cell * across / 2,
              y0 = h / 2 - cell * static_cast<float>(down) / 2;
  for (int j = 0; j < down; ++j) {
    for (int i = 0; i < across; ++i) {
      const Vec2 low(x0 + cell * static_cast<float>(i),
                     y0 + cell * static_cast<float>(j));
      const auto box = [&](float a, float b, float c, float d) {
        return std::vector<Vec2>{low + cell * Vec2(a, b),
                                 low + cell * Vec2(c, b),
                                 low + cell * Vec2(c, d),
                                 low + cell * Vec2(a, d)};
      };
      const Vec3 ground =
          easel.random.Unit() < 0.4f ? easel.Colour(0) : easel.AnyAccent();
      Vec3 form = easel.AnyAccent();
      if ((form - ground).norm() < 0.02f) form = easel.Colour(0);
      easel.canvas.Fill(box(0, 0, 1, 1), ground);
      const int kind = easel.random.Index(3), turn = easel.random.Index(4);
      std::vector<Vec2> shape;
      const float from = kPi / 2 * static_cast<float>(turn);
      const Vec2 middle = kind == 0 ? Vec2(0.5f, 0.5f)
                                    : Vec2(turn == 0 || turn == 3 ? 0.0f : 1.0f,
                                           turn < 2 ? 0.0f : 1.0f);
      const float radius = kind == 0 ? 0.5f : 1.0f,
                  sweep = kind == 0 ? kPi : kPi / 2;
      if (kind == 2) {
        for (int k = 0; k < 3; ++k) {
          const float t = static_cast<float>(k) / 3;
          easel.canvas.Fill(
              turn % 2 == 0 ? box(t, 0, t + 0.17f, 1) : box(0, t, 1, t + 0.17f),
              form);
        }
        continue;
      }
      for (int k = 0; k <= 40; ++k) {
        const float a = from + sweep * static_cast<float>(k) / 40;
        shape.push_back(
            low + cell * (middle + radius * Vec2(std::cos(a), std::sin(a))));
      }
      if (kind == 1) shape.push_back(low + cell * middle);
      easel.canvas.Fill(shape, form);
    }
  }
}

}  // namespace

const std::vector<std::string>& ArtSubjects() {
  static const std::vector<std::string> kSubjects{"shapes",
                                                  "abstract",
                                                  "fields",
                                                  "landscape",
                                                  "sea",
                                                  "botanical",
                                                  "lines",
                                                  "relief",
                                                  "geometric"};
  return kSubjects;
}

namespace {

/// Lightest first as the ground, darkest last as the ink, five at least.
std::vector<Vec3> Tuned(std::vector<Vec3> palette) {
  const auto light = [](const Vec3& c) {
    return c.dot(Vec3(0.2126f, 0.7152f, 0.0722f));
  };
  auto lightest = std::max_element(
      palette.begin(), palette.end(), [&](const Vec3& a, const Vec3& b) {
        return light(a) < light(b);
      });
  std::rotate(palette.begin(), lightest, lightest + 1);
  auto darkest = std::min_element(
      palette.begin(), palette.end(), [&](const Vec3& a, const Vec3& b) {
        return light(a) < light(b);
      });
  std::rotate(darkest, darkest + 1, palette.end());
  if (light(palette.front()) < 0.4f)
    palette.insert(palette.begin(),
                   Mix(palette.front(), Vec3(0.8f, 0.76f, 0.68f), 0.8f));
  if (light(palette.back()) > 0.12f) palette.push_back(palette.back() * 0.25f);
  while (palette.size() < 5) {
    const size_t middle = palette.size() / 2;
    palette.insert(palette.begin() + static_cast<std::ptrdiff_t>(middle),
                   Mix(palette[middle - 1], palette[middle], 0.5f));
  }
  return palette;
}

}  // namespace

std::shared_ptr<const Texture> PaintPicture(const std::string& subject,
                                            float width,
                                            float height,
                                            const std::vector<Vec3>& colours,
                                            uint32_t seed,
                                            int long_edge_px) {
  const std::vector<Vec3> palette = Tuned(colours);
  const float longest = std::max(width, height);
  Canvas canvas(std::max(32,
                         static_cast<int>(width / longest *
                                          static_cast<float>(long_edge_px))),
                std::max(32,
                         static_cast<int>(height / longest *
                                          static_cast<float>(long_edge_px))),
                palette[0]);
  Easel easel{canvas, palette, Random(seed * 131 + 17), seed * 7 + 1};
  if (subject == "shapes") PaintShapes(easel);
  if (subject == "fields") PaintFields(easel);
  if (subject == "landscape") PaintHills(easel);
  if (subject == "sea") PaintSea(easel);
  if (subject == "botanical") PaintBotanical(easel);
  if (subject == "lines") PaintLine(easel);
  if (subject == "relief") PaintRelief(easel);
  if (subject == "abstract") PaintGesture(easel);
  if (subject == "geometric") PaintGeometric(easel);
  // Paper and canvas have a tooth.
  canvas.Paint([&](float x, float y, const Vec3& below) {
    return Vec3(below * (1 + 0.02f * Noise2(x * 420, y * 420, seed + 3) +
                         0.025f * Fbm2(x * 5, y * 5, 3, 0.5f, seed + 4)));
  });
  return canvas.Finish();
}

}  // namespace stage::engine::procedural
