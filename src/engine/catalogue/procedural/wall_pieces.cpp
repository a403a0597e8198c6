#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/art_pictures.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

/// A picture filling a flat rectangle that faces +Z.
Part PictureFace(float x0, float x1, float y0, float y1, float z) {
  Part face;
  face.Add({x0, y0, z}, Vec3::UnitZ(), {0, 0});
  face.Add({x1, y0, z}, Vec3::UnitZ(), {1, 0});
  face.Add({x1, y1, z}, Vec3::UnitZ(), {1, 1});
  face.Add({x0, y1, z}, Vec3::UnitZ(), {0, 1});
  face.Quad(0, 1, 2, 3);
  return face;
}

/// Four mitred bars around an opening, in one profile.
Part FrameBars(
    float x0, float x1, float y0, float y1, float z0, float z1, float bar) {
  Part frame;
  const float round = std::min(0.0025f, bar * 0.2f);
  // The profile from the outer back edge over the face to the inner back edge:
  // (inset from the outer rim, z).
  const std::vector<Vec2> profile{{0, z0},
                                  {0, z1 - round},
                                  {round * 0.3f, z1 - round * 0.3f},
                                  {round, z1},
                                  {bar - round, z1},
                                  {bar - round * 0.3f, z1 - round * 0.3f},
                                  {bar, z1 - round},
                                  {bar, z0}};
  struct Side {
    Vec2 a, b, in;
  };
  const Side sides[4] = {{{x0, y0}, {x1, y0}, {0, 1}},
                         {{x1, y0}, {x1, y1}, {-1, 0}},
                         {{x1, y1}, {x0, y1}, {0, -1}},
                         {{x0, y1}, {x0, y0}, {1, 0}}};
  for (const Side& side : sides) {
    const Vec2 along = (side.b - side.a).normalized();
    const float length = (side.b - side.a).norm();
    Part bar_part;
    for (const Vec2& p : profile) {
      for (const bool end : {false, true}) {
        const Vec2 at =
            side.a + side.in * p.x() + along * (end ? length - p.x() : p.x());
        bar_part.Add({at.x(), at.y(), p.y()},
                     Vec3::UnitZ(),
                     {end ? length : 0.0f, p.x() + p.y()});
      }
    }
    for (uint32_t k = 0; k + 1 < profile.size(); ++k)
      bar_part.Quad(2 * k, 2 * k + 1, 2 * k + 3, 2 * k + 2);
    ComputeNormals(bar_part);
    frame.Append(WithGrainOffset(
        bar_part, static_cast<uint32_t>(frame.positions.size()) + 7));
  }
  return frame;
}

Material FrameMaterial(const std::string& frame) {
  if (frame == "brass" || frame == "bronze") return Metal(frame, "frame");
  if (frame == "black") return Wood("black", "frame");
  if (frame == "white") return Wood("white", "frame");
  return Wood(frame, "frame");
}

void BuildArt(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const int count = request.count("count");
  const std::string frame = request.choice("frame"),
                    subject = request.choice("motif");
  const float gap = count > 1 ? 0.07f : 0;
  const float each =
      (w - gap * static_cast<float>(count - 1)) / static_cast<float>(count);
  const std::vector<Vec3> palette = request.colours("palette");
  for (int i = 0; i < count; ++i) {
    const float x0 = -w / 2 + (each + gap) * static_cast<float>(i),
                x1 = x0 + each;
    const float bar =
        frame == "none"
            ? 0.0f
            : std::clamp(std::min(each, h) * 0.028f, 0.012f, 0.028f);
    const float mat =
        static_cast<float>(request.number("mat")) * std::min(each, h);
    const float inset = bar + mat;
    const auto picture =
        PaintPicture(subject,
                     each - 2 * inset,
                     h - 2 * inset,
                     palette,
                     request.seed() * 11 + static_cast<uint32_t>(i) * 3 + 1,
                     900);
    const Material art =
        Pictured("art " + std::to_string(i + 1), MaterialKind::kPaper, picture);
    if (frame == "none") {
      // Canvas wrapped around a stretcher: its edges carry the outermost paint.
      Part wrapped = Board({x0, 0, -d / 2}, {x1, h, d / 2}, 0.004f, 3);
      for (size_t v = 0; v < wrapped.positions.size(); ++v) {
        const Vec3& p = wrapped.positions[v];
        wrapped.texcoords[v] = {std::clamp((p.x() - x0) / each, 0.003f, 0.997f),
                                std::clamp(p.y() / h, 0.003f, 0.997f)};
      }
      builder.Add(wrapped, art);
      continue;
    }
    const float face = d / 2 - 0.007f;
    builder.Add(FrameBars(x0, x1, 0, h, -d / 2, d / 2, bar),
                FrameMaterial(frame));
    builder.Add(Board({x0 + 0.002f, 0.002f, -d / 2},
                      {x1 - 0.002f, h - 0.002f, face - 0.004f},
                      0.001f,
                      1),
                Lacquer("mat", "#efece4", 0.95f));
    builder.Add(PictureFace(x0 + inset,
                            x1 - inset,
                            inset,
                            h - inset,
                            mat > 0 ? face - 0.0035f : face),
                art);
    if (mat > 0.004f) {
      // The mat is 2 mm board with a bevelled window.
      builder.Add(FrameBars(x0 + bar - 0.002f,
                            x1 - bar + 0.002f,
                            bar - 0.002f,
                            h - bar + 0.002f,
                            face - 0.0036f,
                            face - 0.0015f,
                            mat + 0.002f),
                  Lacquer("mat", "#efece4", 0.95f));
    }
  }
}

void BuildMirror(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const std::string shape = request.choice("shape");
  const Material frame = FrameMaterial(request.choice("frame"));
  const float bar = std::max(0.008f, static_cast<float>(request.number("bar")));
  if (shape == "rectangle") {
    builder.Add(FrameBars(-w / 2, w / 2, 0, h, -d / 2, d / 2, bar), frame);
    builder.Add(PictureFace(-w / 2 + bar * 0.7f,
                            w / 2 - bar * 0.7f,
                            bar * 0.7f,
                            h - bar * 0.7f,
                            d / 2 - 0.008f),
                Mirror());
    return;
  }
  std::vector<Vec2> outline;
  if (shape == "arch") {
    const float r = w / 2;
    outline = {{-w / 2, -h / 2}, {w / 2, -h / 2}};
    for (int i = 0; i <= 40; ++i) {
      const float a = static_cast<float>(M_PI) * static_cast<float>(i) / 40;
      outline.emplace_back(r * std::cos(a), h / 2 - r + r * std::sin(a));
    }
  } else {
    outline = shape == "pebble"
                  ? PebbleOutline(w, h, 0.08f, request.seed() + 4, 96)
                  : EllipseOutline(w, h, 96);
  }
  std::vector<Vec3> rim;
  const size_t count = outline.size();
  for (size_t i = 0; i < count; ++i) {
    // Straight runs need points of their own for an even tube.
    const Vec2 a = outline[i], b = outline[(i + 1) % count];
    const int pieces = std::max(1, static_cast<int>((b - a).norm() / 0.04f));
    for (int k = 0; k < pieces; ++k) {
      const Vec2 p =
          (a + (b - a) * static_cast<float>(k) / static_cast<float>(pieces)) *
          (1 - bar / std::max(w, h));
      rim.emplace_back(p.x(), p.y() + h / 2, 0);
    }
  }
  Part hoop = Tube(rim, bar / 2, 12, true);
  for (Vec3& p : hoop.positions) p.z() *= d / bar;
  ComputeNormals(hoop, Weld::kYes);
  builder.Add(hoop, frame);
  Part glass;
  const uint32_t middle =
      glass.Add({0, h / 2, d * 0.1f}, Vec3::UnitZ(), {0, 0});
  for (const Vec3& p : rim)
    glass.Add({p.x(), p.y(), d * 0.1f}, Vec3::UnitZ(), {0, 0});
  const auto n = static_cast<uint32_t>(rim.size());
  for (uint32_t i = 0; i < n; ++i)
    glass.Triangle(middle, middle + 1 + i, middle + 1 + (i + 1) % n);
  builder.Add(glass, Mirror());
}

/// One width of pleated cloth hanging from a rod.
Part Drop(float x0,
          float x1,
          float bottom,
          float top,
          float depth,
          float pleat,
          uint32_t seed) {
  const float width = x1 - x0;
  const int pleats = std::max(2, static_cast<int>(std::lround(width / pleat)));
  const int columns = pleats * 20, rows = 36;
  return Sheet(columns, rows, [=](float u, float v) {
    // Pinched even at the heading, freer and fewer towards the hem.
    const float fall = 1 - v;
    const float drift =
        0.55f * fall *
        Fbm2(
            u * static_cast<float>(pleats) * 0.45f, fall * 0.7f, 2, 0.5f, seed);
    const float phase =
        u * static_cast<float>(pleats) * 2 * static_cast<float>(M_PI) +
        drift * 2.6f;
    const float swell =
        1 + 0.35f * fall *
                Noise2(u * static_cast<float>(pleats) * 0.6f, fall, seed + 1);
    const float amplitude =
        depth * (0.26f + 0.14f * std::min(1.0f, fall * 5)) * swell;
    // Folds lean over: rounder in front than behind.
    const float wave = std::sin(phase) + 0.07f * std::sin(2 * phase + 0.6f);
    const float sway = 0.012f * fall * std::sin(phase + 1.2f);
    const float puddle =
        0.004f * Noise2(u * 40, 3, seed + 2) * (v < 0.02f ? 1.0f : 0.0f);
    return Vec3(x0 + width * u + sway,
                bottom + (top - bottom) * v + puddle,
                amplitude * wave * 0.8f);
  });
}

void BuildCurtain(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const std::string panels = request.choice("panels");
  Material cloth = Fabric("curtain", "#d9d3c7", request.choice("cloth"));
  cloth.base_color = request.colours("palette").front();
  const Material metal = Metal(request.choice("metal"));
  const float rod = h - 0.03f,
              share = static_cast<float>(request.number("stack"));
  const float x = w / 2;
  const float top = rod - 0.035f, pleat = 0.135f;
  const auto hang = [&](float x0, float x1, uint32_t seed) {
    const Part drop =
        Drop(x0, x1, 0.006f, top, std::min(0.1f, d * 0.8f), pleat, seed);
    const auto columns = static_cast<int>(drop.positions.size() / 37) - 1;
    builder.Add(Thicken(drop,
                        columns,
                        36,
                        [](float, float v) {
                          return v < 0.04f || v > 0.96f ? 0.003f : 0.0016f;
                        }),
                cloth);
    const int rings = std::max(3, static_cast<int>((x1 - x0) / pleat));
    for (int i = 0; i <= rings; ++i) {
      const float cx =
          x0 + (x1 - x0) * static_cast<float>(i) / static_cast<float>(rings);
      std::vector<Vec3> ring;
      for (int k = 0; k < 20; ++k) {
        const float a =
            2 * static_cast<float>(M_PI) * static_cast<float>(k) / 20;
        ring.push_back(
            {cx, rod - 0.008f + 0.022f * std::sin(a), 0.022f * std::cos(a)});
      }
      builder.Add(Tube(ring, 0.0022f, 6, true), metal);
    }
  };
  const float end = x - 0.06f;
  if (w < 0.9f) {
    hang(-x + 0.035f, x - 0.035f, request.seed() + 1);
  } else if (panels != "right")
    hang(-end,
         -end + (panels == "pair" ? share : 2 * share) * w,
         request.seed() + 1);
  if (w >= 0.9f && panels != "left")
    hang(end - (panels == "pair" ? share : 2 * share) * w,
         end,
         request.seed() + 2);
  builder.Add(
      Rod({-x + 0.03f, rod, 0}, {x - 0.03f, rod, 0}, 0.0125f, 0.0125f, 20),
      metal);
  for (const float s : {-1.0f, 1.0f}) {
    builder.Add(Moved(Ellipsoid({0.022f, 0.022f, 0.022f}, 2, 20),
                      {s * (x - 0.022f), rod, 0}),
                metal);
    builder.Add(Rod({s * (x - 0.1f), rod, 0},
                    {s * (x - 0.1f), rod, -d / 2},
                    0.007f,
                    0.007f,
                    12),
                metal);
  }
}

}  // namespace

void AppendWallPieces(std::vector<Generator>& generators) {
  Generator art{
      MakePiece("wall_art",
                "Framed print, cut-out shapes",
                "wall_art",
                {"modern", "mid-century", "scandinavian", "contemporary"},
                {0.7, 0.03, 0.9}),
      {Choice("motif", ArtSubjects(), "What is painted"),
       Choice("frame",
              {"oak", "black", "white", "walnut", "brass", "none"},
              "Frame; none: stretched canvas"),
       Number(
           "mat", 0.09, 0, 0.25, "Width of the mat against the shorter side"),
       Count("count", 1, 1, 4, "Pictures side by side"),
       Colours("palette",
               {"#ece5d8", "#c58e6a", "#8d9a8a", "#d9b777", "#3a3d40"},
               "The lightest is the ground, the darkest the ink")},
      BuildArt};
  art.piece.elevation = 1.15;
  generators.push_back(art);
  const nlohmann::json muted{
      "#e9e4da", "#b9b2a5", "#8f9a9b", "#cbbda6", "#3f4346"},
      blue{"#e8ebea", "#9fb3bd", "#4f7286", "#d8c9ac", "#24404f"},
      green{"#efece2", "#7f8f74", "#56694f", "#b9a77f", "#2f3a2e"};
  const nlohmann::json earth{
      "#efe6d8", "#c9a184", "#a4694c", "#d8b98e", "#4b352b"},
      mono{"#f0eeea", "#cfcbc4", "#9b9893", "#6f6d6a", "#232323"};
  AppendVariants(
      generators,
      art,
      {{"wall_art_pair",
        "Two botanical prints",
        {"scandinavian", "coastal", "farmhouse", "traditional", "bohemian"},
        {1.07, 0.03, 0.7},
        {{"motif", "botanical"},
         {"count", 2},
         {"palette", green},
         {"mat", 0.12}}},
       {"wall_art_triptych",
        "Three framed seascapes",
        {"coastal", "contemporary", "modern"},
        {1.64, 0.03, 0.7},
        {{"motif", "sea"},
         {"count", 3},
         {"palette", blue},
         {"frame", "white"}}},
       {"wall_art_landscape",
        "Large landscape",
        {"contemporary", "traditional", "luxury", "farmhouse"},
        {1.3, 0.035, 0.85},
        {{"motif", "landscape"},
         {"palette", {"#e6e1d5", "#9aa79f", "#7d8b8c", "#d9b48c", "#3d4a4c"}},
         {"mat", 0.0},
         {"frame", "walnut"}}},
       {"wall_art_abstract",
        "Large abstract canvas",
        {"modern", "contemporary", "luxury", "industrial"},
        {1.2, 0.04, 0.9},
        {{"motif", "abstract"},
         {"palette", muted},
         {"mat", 0.0},
         {"frame", "black"}}},
       {"wall_art_fields",
        "Colour fields on canvas",
        {"mid-century", "modern", "minimalist"},
        {0.9, 0.035, 1.1},
        {{"motif", "fields"},
         {"palette", earth},
         {"mat", 0.0},
         {"frame", "oak"}}},
       {"wall_art_line",
        "Two line drawings",
        {"minimalist", "scandinavian", "modern", "japandi"},
        {1.07, 0.03, 0.7},
        {{"motif", "lines"},
         {"count", 2},
         {"palette", {"#f0ede6", "#d9c7b3", "#2a2a2a"}},
         {"frame", "black"}}},
       {"wall_art_relief",
        "Plaster relief",
        {"japandi", "minimalist", "luxury", "contemporary"},
        {0.9, 0.04, 0.9},
        {{"motif", "relief"},
         {"palette", {"#e6e0d5", "#cbbfae", "#8c8273"}},
         {"mat", 0.0},
         {"frame", "oak"}}},
       {"wall_art_geometric",
        "Three geometric prints",
        {"mid-century", "scandinavian", "bohemian"},
        {1.5, 0.03, 0.66},
        {{"motif", "geometric"},
         {"count", 3},
         {"palette", {"#efe8da", "#c4794f", "#7b8f86", "#d9ae5f", "#37434a"}}}},
       {"wall_art_mono",
        "Black and white abstract",
        {"industrial", "minimalist", "luxury"},
        {0.8, 0.03, 1.0},
        {{"motif", "abstract"},
         {"palette", mono},
         {"frame", "black"},
         {"mat", 0.1}}}});
  Generator mirror{
      MakePiece("mirror", "Round mirror", "mirror", {}, {0.8, 0.03, 0.8}),
      {Choice("shape", {"round", "rectangle", "arch", "pebble"}, "Outline"),
       Choice("frame",
              {"brass", "black", "oak", "walnut", "white", "bronze"},
              "Frame"),
       Number("bar", 0.018, 0.008, 0.1, "Width of the frame, metres")},
      BuildMirror};
  mirror.piece.elevation = 1.2;
  generators.push_back(mirror);
  AppendVariants(generators,
                 mirror,
                 {{"mirror_arch",
                   "Arched mirror",
                   {"contemporary", "luxury", "bohemian", "coastal"},
                   {0.75, 0.03, 1.15},
                   {{"shape", "arch"}, {"frame", "black"}}},
                  {"mirror_rectangle",
                   "Framed mirror",
                   {"traditional", "farmhouse", "scandinavian"},
                   {0.7, 0.035, 1.0},
                   {{"shape", "rectangle"}, {"frame", "oak"}, {"bar", 0.04}}}});
  const Generator curtain{
      MakePiece("curtain",
                "Pleated curtains on a rod",
                "curtain",
                {},
                {2.2, 0.14, 2.5}),
      {Colours("palette", {"#d9d3c7"}, "The first is the cloth's"),
       Choice("panels",
              {"pair", "left", "right"},
              "Which panels hang, seen from the room; below 0.9 m width one "
              "fills it"),
       Choice("cloth", {"linen", "cotton", "velvet"}, "Cloth"),
       Choice("metal",
              {"black", "brass", "bronze", "steel", "chrome"},
              "Rod and rings"),
       Number("stack",
              0.2,
              0.05,
              0.5,
              "Width of a drawn-back panel against the rod")},
      BuildCurtain};
  generators.push_back(curtain);
  AppendVariants(generators,
                 curtain,
                 {{"curtain_velvet",
                   "Velvet curtains",
                   {"luxury", "traditional"},
                   {2.2, 0.16, 2.5},
                   {{"cloth", "velvet"}, {"metal", "brass"}}}});
}

}  // namespace stage::engine::procedural
