#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

const std::vector<std::string> kWoods{
    "oak", "walnut", "ash", "teak", "pine", "black", "white"};
const std::vector<std::string> kMetals{
    "brass", "black", "bronze", "steel", "chrome"};

/// A fabric shade on wire hoops, open above and below, from y0 to y1.
void AddShade(float r0,
              float r1,
              float y0,
              float y1,
              const Vec3& at,
              float glow,
              MeshBuilder& builder) {
  const Material shade = Shade("#e9e1d2", glow);
  const float wall = 0.0016f;
  std::vector<Vec2> profile;
  const int steps = 10;
  for (int i = 0; i <= steps; ++i) {
    const float t = static_cast<float>(i) / steps;
    profile.emplace_back(r0 + (r1 - r0) * t, y0 + (y1 - y0) * t);
  }
  std::vector<Vec2> inner;
  for (const Vec2& p : profile)
    inner.insert(inner.begin(), Vec2(p.x() - wall, p.y()));
  builder.Add(Moved(Lathe(profile, 64), at), shade);
  builder.Add(Moved(Lathe(inner, 64), at), shade);
  for (const auto& [r, y] : {std::pair{r0, y0}, std::pair{r1, y1}}) {
    std::vector<Vec3> hoop;
    for (int i = 0; i < 64; ++i) {
      const float a = 2 * static_cast<float>(M_PI) * static_cast<float>(i) / 64;
      hoop.push_back(at + Vec3((r - wall / 2) * std::cos(a),
                               y,
                               (r - wall / 2) * std::sin(a)));
    }
    builder.Add(Tube(hoop, 0.0026f, 8, true), shade);
  }
  // Bulb and spider hold the shade.
  builder.Add(Moved(Ellipsoid({0.03f, 0.042f, 0.03f}, 2, 16),
                    at + Vec3(0, y0 + (y1 - y0) * 0.45f, 0)),
              Bulb(3));
  for (int i = 0; i < 3; ++i) {
    const float a = 2.0944f * static_cast<float>(i);
    builder.Add(Rod(at + Vec3(0, y1 - 0.015f, 0),
                    at + Vec3(r1 * std::cos(a), y1 - 0.004f, r1 * std::sin(a)),
                    0.0016f,
                    0.0016f,
                    6),
                Metal("brass", "fitting"));
  }
}

Part RoundFoot(float radius, float height) {
  return Lathe(RoundedProfile({{0, 0},
                               {radius, 0},
                               {radius, height},
                               {radius * 0.1f, height * 1.25f},
                               {0, height * 1.25f}},
                              0.006f,
                              5),
               64);
}

void BuildFloorLamp(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const std::string form = request.choice("form");
  const float glow = static_cast<float>(request.number("glow"));
  const Material metal = Metal(request.choice("metal")),
                 wood = Wood(request.choice("wood"));
  if (form == "tripod") {
    const float shade_h = h * 0.2f, r = w * 0.38f, joint = h * 0.72f,
                spread = w * 0.46f;
    for (int i = 0; i < 3; ++i) {
      const float a = 2.0944f * static_cast<float>(i) + 0.5236f;
      builder.AddBoard(
          Rod({spread * std::cos(a), 0, spread * std::sin(a)},
              {0.028f * std::cos(a), joint + 0.05f, 0.028f * std::sin(a)},
              0.0105f,
              0.0155f,
              20),
          wood);
    }
    builder.Add(Lathe(RoundedProfile({{0, joint - 0.03f},
                                      {0.03f, joint - 0.03f},
                                      {0.034f, joint + 0.03f},
                                      {0.01f, joint + 0.05f},
                                      {0.008f, h - shade_h * 0.6f},
                                      {0, h - shade_h * 0.6f}},
                                     0.006f),
                      24),
                metal);
    AddShade(r * 1.12f, r * 0.92f, h - shade_h, h, {0, 0, 0}, glow, builder);
  } else if (form == "arc") {
    // A weighted foot, a long bow, and a dome hung from its end.
    const float foot_x = -w / 2 + std::min(0.16f, w * 0.16f),
                end_x = w / 2 - 0.17f;
    builder.Add(
        Moved(RoundFoot(std::min(0.16f, d * 0.48f), 0.04f), {foot_x, 0, 0}),
        request.choice("metal") == "black" ? Stone("marble") : metal);
    std::vector<Vec3> bow{{foot_x, 0.04f, 0},
                          {foot_x, h * 0.3f, 0},
                          {foot_x + w * 0.04f, h * 0.62f, 0},
                          {foot_x + w * 0.2f, h * 0.88f, 0},
                          {foot_x + w * 0.42f, h * 0.985f, 0},
                          {foot_x + w * 0.62f, h * 0.955f, 0},
                          {end_x, h * 0.83f, 0}};
    builder.Add(Tube(SmoothPath(bow, 12), 0.0105f, 16), metal);
    const float y = h * 0.83f;
    builder.Add(
        Rod({end_x, y + 0.01f, 0}, {end_x, y - 0.06f, 0}, 0.011f, 0.011f, 14),
        metal);
    const float r = std::min(0.17f, d * 0.49f);
    std::vector<Vec2> dome, inner;
    for (int i = 0; i <= 16; ++i) {
      const float a = static_cast<float>(M_PI) / 2 * static_cast<float>(i) / 16;
      dome.emplace_back(r * std::cos(a), y - 0.21f + 0.17f * std::sin(a));
      inner.insert(
          inner.begin(),
          Vec2((r - 0.002f) * std::cos(a), y - 0.21f + 0.168f * std::sin(a)));
    }
    builder.Add(Moved(Lathe(dome, 64), {end_x, 0, 0}), metal);
    builder.Add(Moved(Lathe(inner, 64), {end_x, 0, 0}),
                Lacquer("reflector", "#efe9dc", 0.4f));
    builder.Add(Moved(Ellipsoid({0.045f, 0.045f, 0.045f}, 2, 20),
                      {end_x, y - 0.15f, 0}),
                Bulb(3));
  } else if (form == "globe") {
    builder.Add(RoundFoot(std::min(w, d) * 0.42f, 0.022f), metal);
    builder.Add(Rod({0, 0.02f, 0}, {0, h - w * 0.8f, 0}, 0.008f, 0.008f, 16),
                metal);
    builder.Add(
        Moved(Ellipsoid({w / 2, w / 2, d / 2}, 2, 48), {0, h - w / 2, 0}),
        Shade("#efe8da", glow));
    builder.Add(Lathe(RoundedProfile({{0, h - w - 0.02f},
                                      {0.03f, h - w - 0.02f},
                                      {0.045f, h - w + 0.03f},
                                      {0, h - w + 0.03f}},
                                     0.004f),
                      32),
                metal);
  } else {
    const float shade_h = h * 0.165f, r = w / 2;
    builder.Add(RoundFoot(r * 0.66f, 0.02f), metal);
    builder.Add(
        Rod({0, 0.02f, 0}, {0, h - shade_h * 0.3f, 0}, 0.008f, 0.008f, 16),
        metal);
    builder.Add(
        Lathe(RoundedProfile(
                  {{0, 0.02f}, {0.022f, 0.02f}, {0.014f, 0.05f}, {0, 0.05f}},
                  0.004f),
              24),
        metal);
    AddShade(r,
             r * (request.choice("shade") == "cone" ? 0.72f : 0.97f),
             h - shade_h,
             h,
             {0, 0, 0},
             glow,
             builder);
  }
}

/// The profile of a lamp body or vase, in parts of its radius and height.
std::vector<Vec2> BodyProfile(const std::string& form, float r, float h) {
  if (form == "gourd")
    return SmoothProfile({{0, 0},
                          {r * 0.6f, 0},
                          {r * 0.92f, h * 0.12f},
                          {r, h * 0.28f},
                          {r * 0.72f, h * 0.5f},
                          {r * 0.5f, h * 0.6f},
                          {r * 0.58f, h * 0.74f},
                          {r * 0.42f, h * 0.9f},
                          {r * 0.2f, h},
                          {0, h}},
                         8);
  if (form == "ball")
    return SmoothProfile({{0, 0},
                          {r * 0.5f, 0},
                          {r * 0.62f, h * 0.02f},
                          {r * 0.95f, h * 0.28f},
                          {r, h * 0.5f},
                          {r * 0.88f, h * 0.74f},
                          {r * 0.5f, h * 0.94f},
                          {r * 0.2f, h},
                          {0, h}},
                         8);
  if (form == "column")
    return RoundedProfile({{0, 0},
                           {r * 0.8f, 0},
                           {r * 0.8f, h * 0.06f},
                           {r * 0.5f, h * 0.1f},
                           {r * 0.5f, h * 0.95f},
                           {r * 0.3f, h},
                           {0, h}},
                          r * 0.15f,
                          5);
  return SmoothProfile({{0, 0},
                        {r * 0.52f, 0},
                        {r * 0.6f, h * 0.03f},
                        {r * 0.86f, h * 0.3f},
                        {r, h * 0.58f},
                        {r * 0.9f, h * 0.78f},
                        {r * 0.45f, h * 0.93f},
                        {r * 0.24f, h},
                        {0, h}},
                       8);
}

void BuildTableLamp(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), h = request.height();
  const std::string form = request.choice("form"),
                    body = request.choice("body");
  const Material metal = Metal(request.choice("metal"));
  const float shade_h = h * 0.4f, body_h = h * 0.54f;
  const float r = form == "column" ? w * 0.2f : w * 0.3f;
  Part shape = Lathe(BodyProfile(form, r, body_h), 56);
  if (body == "wood") {
    builder.AddBoard(shape, Wood(request.choice("wood")));
  } else if (body == "metal") {
    builder.Add(shape, metal);
  } else if (body == "marble" || body == "travertine") {
    builder.Add(shape, Stone(body));
  } else {
    for (size_t i = 0; i < shape.positions.size(); ++i) {
      // Thrown by hand: never perfectly round.
      const Vec3 p = shape.positions[i];
      const float wobble = 0.006f * Noise3(p * 9, request.seed() + 3);
      shape.positions[i] += Vec3(p.x(), 0, p.z()) * wobble;
    }
    builder.Add(shape, Ceramic("ceramic", "#d6cdbf", 0.38f));
  }
  builder.Add(Rod({0, body_h - 0.005f, 0},
                  {0, h - shade_h * 0.4f, 0},
                  0.006f,
                  0.006f,
                  12),
              metal);
  builder.Add(Lathe(RoundedProfile({{0, body_h - 0.004f},
                                    {0.02f, body_h - 0.004f},
                                    {0.016f, body_h + 0.014f},
                                    {0, body_h + 0.014f}},
                                   0.003f),
                    24),
              metal);
  AddShade(w / 2,
           w / 2 * (request.choice("shade") == "cone" ? 0.68f : 0.88f),
           h - shade_h,
           h,
           {0, 0, 0},
           static_cast<float>(request.number("glow")),
           builder);
}

void BuildPendant(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), h = request.height(), r = w / 2;
  const std::string form = request.choice("form");
  const float glow = static_cast<float>(request.number("glow"));
  const Material metal = Metal(request.choice("metal"));
  const float body = std::min(h * 0.6f, form == "drum" ? w * 0.5f : w * 0.75f);
  builder.Add(Rod({0, body - 0.01f, 0}, {0, h - 0.02f, 0}, 0.003f, 0.003f, 8),
              Lacquer("cord", "#1e1c1a"));
  builder.Add(
      Lathe(RoundedProfile(
                {{0, h - 0.025f}, {0.055f, h - 0.022f}, {0.055f, h}, {0, h}},
                0.004f),
            32),
      metal);
  if (form == "drum") {
    AddShade(r, r * 0.96f, 0, body, {0, 0, 0}, glow, builder);
  } else if (form == "globe") {
    builder.Add(Moved(Ellipsoid({r, body / 2, r}, 2, 40), {0, body / 2, 0}),
                Shade("#efe8da", glow));
  } else {
    // dome or rattan: a bell, open below
    std::vector<Vec2> bell{{r, 0},
                           {r * 0.97f, body * 0.2f},
                           {r * 0.8f, body * 0.5f},
                           {r * 0.42f, body * 0.82f},
                           {0.03f, body * 0.96f},
                           {0.024f, body}};
    bell = SmoothProfile(bell, 6);
    std::vector<Vec2> inner;
    for (const Vec2& p : bell)
      inner.insert(inner.begin(),
                   Vec2(std::max(0.001f, p.x() - 0.003f), p.y() - 0.001f));
    const bool woven = form == "rattan";
    builder.Add(Lathe(bell, 64), woven ? Woven("basket", "rattan") : metal);
    builder.Add(Lathe(inner, 64),
                woven ? Woven("basket", "rattan")
                      : Lacquer("reflector", "#efe9dc", 0.4f));
    builder.Add(
        Moved(Ellipsoid({0.04f, 0.045f, 0.04f}, 2, 20), {0, body * 0.45f, 0}),
        Bulb(3));
  }
}

}  // namespace

void AppendLamps(std::vector<Generator>& generators) {
  const ParameterRule glow =
      Number("glow",
             0.35,
             0,
             20,
             "Light of the shade, linear; 1 is white paper in the photo");
  const ParameterRule metal = Choice("metal", kMetals, "Metal parts"),
                      wood = Choice("wood", kWoods, "Wooden parts");
  const ParameterRule shade = Choice("shade", {"drum", "cone"}, "Fabric shade");
  const Generator floor{
      MakePiece("floor_lamp",
                "Floor lamp with a drum shade",
                "floor_lamp",
                {"modern", "contemporary", "coastal", "luxury"},
                {0.44, 0.44, 1.56}),
      {Choice("form", {"pole", "tripod", "arc", "globe"}, "Construction"),
       shade,
       metal,
       wood,
       glow},
      BuildFloorLamp};
  generators.push_back(floor);
  AppendVariants(
      generators,
      floor,
      {{"floor_lamp_tripod",
        "Tripod floor lamp",
        {"scandinavian", "mid-century", "japandi", "farmhouse", "coastal"},
        {0.56, 0.52, 1.52},
        {{"form", "tripod"}}},
       {"floor_lamp_arc",
        "Arc floor lamp",
        {"modern", "mid-century", "luxury", "industrial"},
        {1.15, 0.36, 1.95},
        {{"form", "arc"}}},
       {"floor_lamp_globe",
        "Globe floor lamp",
        {"minimalist", "contemporary", "japandi"},
        {0.32, 0.32, 1.5},
        {{"form", "globe"}, {"metal", "black"}}},
       {"floor_lamp_black",
        "Black floor lamp",
        {"industrial", "minimalist", "modern"},
        {0.42, 0.42, 1.55},
        {{"metal", "black"}, {"shade", "cone"}}}});
  const Generator table{
      MakePiece("table_lamp",
                "Ceramic table lamp",
                "table_lamp",
                {},
                {0.34, 0.34, 0.58}),
      {Choice("form", {"jar", "gourd", "ball", "column"}, "Body"),
       Choice("body",
              {"ceramic", "wood", "metal", "marble", "travertine"},
              "Material of the body"),
       shade,
       metal,
       wood,
       glow},
      BuildTableLamp};
  generators.push_back(table);
  AppendVariants(generators,
                 table,
                 {{"table_lamp_column",
                   "Column table lamp",
                   {"modern", "luxury", "contemporary", "minimalist"},
                   {0.3, 0.3, 0.56},
                   {{"form", "column"}, {"body", "marble"}}},
                  {"table_lamp_gourd",
                   "Gourd table lamp",
                   {"traditional", "coastal", "luxury", "farmhouse"},
                   {0.38, 0.38, 0.64},
                   {{"form", "gourd"}, {"shade", "cone"}}},
                  {"table_lamp_wood",
                   "Turned wooden table lamp",
                   {"scandinavian", "japandi", "bohemian", "mid-century"},
                   {0.32, 0.32, 0.52},
                   {{"form", "ball"}, {"body", "wood"}}}});
  const Generator pendant{
      MakePiece("pendant_lamp",
                "Dome pendant",
                "pendant_lamp",
                {"industrial", "modern", "scandinavian", "farmhouse"},
                {0.42, 0.42, 1.0}),
      {Choice("form", {"dome", "drum", "globe", "rattan"}, "Construction"),
       metal,
       glow},
      BuildPendant};
  generators.push_back(Restyled(pendant, pendant.piece, {{"metal", "black"}}));
  AppendVariants(generators,
                 pendant,
                 {{"pendant_lamp_rattan",
                   "Rattan pendant",
                   {"bohemian", "coastal", "japandi"},
                   {0.5, 0.5, 1.0},
                   {{"form", "rattan"}}},
                  {"pendant_lamp_drum",
                   "Drum pendant",
                   {"contemporary", "traditional", "luxury"},
                   {0.5, 0.5, 0.9},
                   {{"form", "drum"}}},
                  {"pendant_lamp_globe",
                   "Globe pendant",
                   {"mid-century", "minimalist", "luxury"},
                   {0.3, 0.3, 0.9},
                   {{"form", "globe"}}}});
}

}  // namespace stage::engine::procedural
