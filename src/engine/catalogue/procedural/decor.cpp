#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/books.h"
#include "engine/catalogue/procedural/foliage.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"
#include "engine/catalogue/procedural/soft_goods.h"

namespace stage::engine::procedural {
namespace {

constexpr float kPi = static_cast<float>(M_PI);

/// A scatter cushion that leans back, ready to stand on a seat.
void BuildCushion(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), h = request.height();
  Pillow pillow = MakePillow(w * 1.05f,
                             h * 1.08f,
                             static_cast<float>(request.number("fill")),
                             request.seed() * 3 + 5,
                             std::clamp(w / 17, 0.018f, 0.034f));
  Colliders around;
  around.AddPlane({0, 0.002f, 0}, Vec3::UnitY());
  Random random(request.seed() + 2);
  Settle(pillow,
         At(0, h * 0.5f, 0) * TurnedZ(random.Range(-4, 4)) * TurnedX(-17),
         around,
         55);
  const Cushion cushion =
      Finish(pillow, request.flag("piping") ? 0.0035f : 0.0f);
  const Material accent = Fabric("accent", "#6f7d78", request.choice("cloth"));
  builder.Add(cushion.cover, accent);
  builder.Add(cushion.piping, accent);
}

/// A blanket folded in zigzag layers, ends loose in front.
void BuildThrow(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const int layers = 4;
  const float pitch = h / static_cast<float>(layers);
  std::vector<Vec3> profile;  // (0, y, z) along the fold
  for (int i = 0; i < layers; ++i) {
    const float y = pitch * (static_cast<float>(i) + 0.5f);
    const float sign = i % 2 == 0 ? 1.0f : -1.0f, reach = d / 2 - pitch * 0.6f;
    for (int k = 0; k <= 8; ++k)
      profile.push_back({0, y, sign * reach * (static_cast<float>(k) / 4 - 1)});
    if (i + 1 < layers) {
      for (int k = 1; k < 4; ++k) {
        const float a = kPi * static_cast<float>(k) / 4;
        profile.push_back({0,
                           y + pitch / 2 * (1 - std::cos(a)),
                           sign * (reach + pitch * 0.5f * std::sin(a))});
      }
    }
  }
  const int rows = static_cast<int>(profile.size()) - 1, columns = 40;
  const Part sheet = Sheet(columns, rows, [&](float u, float v) {
    const Vec3& at =
        profile[static_cast<size_t>(std::lround(v * static_cast<float>(rows)))];
    const float layer = at.y() / h;
    const float shift =
        0.012f *
        (HashUnit(static_cast<uint32_t>(layer * 4) + request.seed()) - 0.5f);
    const float wave =
        0.006f * layer * Fbm2(u * 5, at.z() * 9, 2, 0.5f, request.seed());
    return Vec3((u - 0.5f) * w + shift,
                at.y() + wave,
                at.z() + 0.004f * Noise2(u * 6, layer * 9, request.seed() + 1));
  });
  const Material cloth = Fabric("throw", "#a58f78", request.choice("cloth"));
  builder.Add(Thicken(sheet,
                      columns,
                      rows,
                      [pitch](float, float) { return pitch * 0.86f; }),
              cloth);
  Part fringe;
  Random random(request.seed() + 4);
  for (int i = 0; i < static_cast<int>(w / 0.014f); ++i) {
    const float x = -w / 2 + 0.014f * (static_cast<float>(i) + 0.5f);
    const float z = d / 2 - pitch * 0.6f, reach = random.Range(0.02f, 0.035f);
    fringe.Append(Tube(
        {{x, pitch * 0.5f, -z},
         {x + random.Range(-0.004f, 0.004f), pitch * 0.4f, -z - reach * 0.5f},
         {x + random.Range(-0.006f, 0.006f), pitch * 0.18f, -z - reach}},
        std::vector<float>{0.003f, 0.0028f, 0.0018f},
        5));
  }
  builder.Add(Posed(fringe, TurnedY(180)), cloth);
}

void BuildBooks(const Request& request, MeshBuilder& builder) {
  const float top = AddBookStack(request.count("count"),
                                 request.width(),
                                 request.depth(),
                                 0,
                                 request.seed(),
                                 builder);
  const std::string object = request.choice("object");
  if (object == "bowl") {
    const float r = std::min(request.width(), request.depth()) * 0.28f;
    builder.Add(Moved(Lathe(SmoothProfile({{0, 0},
                                           {r * 0.4f, 0},
                                           {r * 0.8f, r * 0.25f},
                                           {r, r * 0.62f},
                                           {r * 0.95f, r * 0.63f},
                                           {r * 0.72f, r * 0.3f},
                                           {0, r * 0.12f}},
                                          6),
                            40),
                      {0, top, 0}),
                Ceramic("ceramic", "#cfc5b5", 0.5f));
  } else if (object == "knot") {
    std::vector<Vec3> loop;
    const float r = request.depth() * 0.16f;
    for (int i = 0; i < 90; ++i) {
      const float t = 2 * kPi * static_cast<float>(i) / 90;
      loop.push_back({r * (std::sin(t) + 2 * std::sin(2 * t)) / 2.4f,
                      top + r * 0.62f + r * -std::sin(3 * t) * 0.38f,
                      r * (std::cos(t) - 2 * std::cos(2 * t)) / 2.4f});
    }
    builder.Add(Tube(loop, r * 0.24f, 12, true), Wood("oak"));
  }
}

Material VesselMaterial(const std::string& kind) {
  if (kind == "glass") return ClearGlass();
  if (kind == "stone") return Stone("travertine");
  if (kind == "dark") return Ceramic("ceramic", "#3f3c39", 0.55f);
  if (kind == "terracotta") return Ceramic("ceramic", "#b1765a", 0.8f);
  return Ceramic("ceramic", "#d8cfc1", 0.5f);
}

std::vector<Vec2> VaseProfile(const std::string& form, float r, float h) {
  if (form == "bottle")
    return SmoothProfile({{0, 0},
                          {r * 0.75f, 0},
                          {r * 0.95f, h * 0.08f},
                          {r, h * 0.35f},
                          {r * 0.7f, h * 0.56f},
                          {r * 0.26f, h * 0.72f},
                          {r * 0.24f, h * 0.92f},
                          {r * 0.32f, h},
                          {r * 0.27f, h * 0.99f},
                          {r * 0.2f, h * 0.9f},
                          {r * 0.2f, h * 0.75f}},
                         6);
  if (form == "cylinder")
    return RoundedProfile({{0, 0},
                           {r * 0.85f, 0},
                           {r * 0.95f, h},
                           {r * 0.88f, h},
                           {r * 0.8f, h * 0.1f},
                           {0, h * 0.1f}},
                          r * 0.05f,
                          4);
  return SmoothProfile({{0, 0},
                        {r * 0.6f, 0},
                        {r * 0.72f, h * 0.04f},
                        {r, h * 0.4f},
                        {r * 0.88f, h * 0.68f},
                        {r * 0.5f, h * 0.88f},
                        {r * 0.56f, h},
                        {r * 0.49f, h * 0.985f},
                        {r * 0.42f, h * 0.88f},
                        {r * 0.7f, h * 0.6f}},
                       6);
}

/// A vase with a few branches, dry grass or nothing in it.
void BuildVase(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), h = request.height();
  const std::string stems = request.choice("stems");
  const float vase = stems == "none" ? h : h * 0.42f;
  const float r = std::min(w / 2, stems == "none" ? w / 2 : vase * 0.42f);
  builder.Add(Lathe(VaseProfile(request.choice("form"), r, vase), 48),
              VesselMaterial(request.choice("vessel")));
  if (stems == "none") return;
  AddBranches(stems,
              {0, vase * 0.86f, 0},
              h - vase * 0.86f,
              w * 0.5f,
              request.seed(),
              builder);
}

/// A tray with a candle, a small vase and a bowl: what stylists leave behind.
void BuildTray(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const Material wood = Wood(request.choice("wood"));
  const float rim = 0.03f;
  builder.AddBoard(Slab(RectangleOutline(w, d, 0.05f, 10), 0.01f, 0.003f),
                   wood);
  std::vector<Vec3> loop;
  for (const Vec2& p : RectangleOutline(w - 0.012f, d - 0.012f, 0.045f, 10))
    loop.push_back({p.x(), rim * 0.6f, p.y()});
  Part edge = Tube(loop, 0.006f, 8, true);
  for (Vec3& p : edge.positions)
    p.y() = 0.004f + (p.y() - rim * 0.6f + 0.006f) * 1.9f;
  ComputeNormals(edge, Weld::kYes);
  builder.AddBoard(edge, wood);
  const float vase = h - 0.01f, r = std::min(0.06f, d * 0.22f);
  builder.Add(Moved(Lathe(VaseProfile("bottle", r, vase * 0.62f), 40),
                    {-w * 0.26f, 0.01f, -d * 0.12f}),
              Ceramic("ceramic", "#d8cfc1", 0.5f));
  AddBranches("twigs",
              {-w * 0.26f, 0.01f + vase * 0.56f, -d * 0.12f},
              vase * 0.43f,
              w * 0.16f,
              request.seed(),
              builder);
  const float cr = std::min(0.038f, d * 0.15f);
  builder.Add(Moved(Lathe(RoundedProfile({{0, 0},
                                          {cr, 0},
                                          {cr, cr * 2.1f},
                                          {cr * 0.93f, cr * 2.1f},
                                          {cr * 0.93f, cr * 1.7f},
                                          {0, cr * 1.68f}},
                                         0.003f),
                          40),
                    {w * 0.05f, 0.01f, d * 0.2f}),
              Ceramic("ceramic dark", "#4a4744", 0.4f));
  builder.Add(Moved(Lathe(RoundedProfile({{0, cr * 1.2f},
                                          {cr * 0.9f, cr * 1.2f},
                                          {cr * 0.9f, cr * 1.75f},
                                          {0, cr * 1.72f}},
                                         0.002f),
                          32),
                    {w * 0.05f, 0.01f, d * 0.2f}),
              Lacquer("wax", "#efe6d6", 0.5f));
  const float br = std::min(0.075f, d * 0.27f);
  builder.Add(Moved(Lathe(SmoothProfile({{0, 0},
                                         {br * 0.4f, 0},
                                         {br * 0.8f, br * 0.22f},
                                         {br, br * 0.58f},
                                         {br * 0.95f, br * 0.59f},
                                         {br * 0.72f, br * 0.28f},
                                         {0, br * 0.1f}},
                                        6),
                          44),
                    {w * 0.27f, 0.01f, -d * 0.08f}),
              Stone("travertine"));
}

void BuildCandles(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), h = request.height();
  const Material metal = Metal(request.choice("metal"));
  const float heights[3] = {1.0f, 0.78f, 0.6f};
  for (int i = 0; i < 3; ++i) {
    const float x = w * (-0.34f + 0.34f * static_cast<float>(i)),
                z = (i == 1 ? 0.25f : -0.1f) * request.depth();
    const float top = h * heights[i], stick = top * 0.5f, r = w * 0.13f;
    builder.Add(Moved(Lathe(RoundedProfile({{0, 0},
                                            {r, 0},
                                            {r, 0.006f},
                                            {0.008f, 0.014f},
                                            {0.006f, stick - 0.03f},
                                            {0.016f, stick - 0.02f},
                                            {0.016f, stick},
                                            {0, stick}},
                                           0.005f),
                            36),
                      {x, 0, z}),
                metal);
    builder.Add(
        Rod({x, stick - 0.005f, z}, {x, top - 0.008f, z}, 0.0105f, 0.0088f, 20),
        Lacquer("wax", "#efe6d6", 0.45f));
    builder.Add(Rod({x, top - 0.009f, z}, {x, top, z}, 0.0009f, 0.0007f, 6),
                Lacquer("wick", "#2a2622"));
  }
}

void BuildBasket(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height(),
              r = w / 2;
  std::vector<Vec2> wall = SmoothProfile({{0, 0},
                                          {r * 0.78f, 0},
                                          {r * 0.88f, h * 0.06f},
                                          {r * 0.98f, h * 0.45f},
                                          {r * 0.93f, h * 0.94f},
                                          {r * 0.93f, h}},
                                         8);
  std::vector<Vec2> inner = SmoothProfile({{r * 0.9f, h},
                                           {r * 0.9f, h * 0.9f},
                                           {r * 0.94f, h * 0.45f},
                                           {r * 0.8f, h * 0.08f},
                                           {0, h * 0.05f}},
                                          8);
  wall.insert(wall.end(), inner.begin(), inner.end());
  const Pose flat(Eigen::Scaling(1.0f, 1.0f, d / w));
  builder.Add(Posed(Lathe(wall, 64), flat), Woven("basket", "rattan"));
  std::vector<Vec3> rim;
  for (int i = 0; i < 64; ++i)
    rim.push_back(
        {r * 0.925f * std::cos(2 * kPi * static_cast<float>(i) / 64),
         h - 0.004f,
         r * 0.925f * d / w * std::sin(2 * kPi * static_cast<float>(i) / 64)});
  builder.Add(Tube(rim, 0.009f, 10, true), Woven("basket", "rattan"));
  if (!request.flag("blanket")) return;
  Pillow bundle =
      MakePillow(w * 1.05f, d * 1.0f, 0.45f, request.seed() + 3, 0.04f);
  Settle(
      bundle,
      At(0, h * 0.86f, 0) * TurnedX(-78),
      [&] {
        Colliders around;
        around.AddPlane({0, h * 0.72f, 0}, Vec3::UnitY());
        return around;
      }(),
      40);
  Part body = Finish(bundle).cover;
  for (Vec3& p : body.positions) {
    const float radius = std::hypot(p.x(), p.z() * w / d);
    if (radius > r * 0.86f) {
      p.x() *= r * 0.86f / radius;
      p.z() *= r * 0.86f / radius;
    }
  }
  ComputeNormals(body, Weld::kYes);
  builder.Add(body, Fabric("throw", "#cbbfae", "knit"));
}

}  // namespace

void AppendDecor(std::vector<Generator>& generators) {
  const Generator cushion{
      MakePiece(
          "cushion", "Scatter cushion", "cushion", {}, {0.46, 0.24, 0.44}),
      {Choice("cloth",
              {"linen", "velvet", "boucle", "knit", "wool", "cotton"},
              "Cover"),
       Number("fill", 0.42, 0.2, 0.5, "Thickness against the shorter side"),
       Flag("piping", true, "A corded seam")},
      BuildCushion};
  generators.push_back(cushion);
  AppendVariants(generators,
                 cushion,
                 {{"cushion_lumbar",
                   "Lumbar cushion",
                   {},
                   {0.58, 0.2, 0.32},
                   {{"piping", false}}}});
  generators.push_back(
      {MakePiece("throw", "Folded blanket", "throw", {}, {0.5, 0.36, 0.07}),
       {Choice("cloth", {"knit", "wool", "linen", "boucle"}, "Cloth")},
       BuildThrow});
  const Generator books{
      MakePiece("books", "Stack of books", "books", {}, {0.29, 0.22, 0.12}),
      {Count("count", 3, 1, 8, "Books"),
       Choice("object", {"bowl", "knot", "none"}, "What lies on top")},
      BuildBooks};
  generators.push_back(books);
  AppendVariants(generators,
                 books,
                 {{"books_knot",
                   "Books with a wooden knot",
                   {},
                   {0.28, 0.22, 0.13},
                   {{"object", "knot"}, {"count", 2}}}});
  const std::vector<ParameterRule> vase_rules{
      Choice("stems",
             {"branches", "eucalyptus", "grass", "twigs", "none"},
             "What stands in it"),
      Choice("form", {"jar", "bottle", "cylinder"}, "Shape"),
      Choice("vessel",
             {"light", "dark", "terracotta", "stone", "glass"},
             "Material")};
  const Generator vase{MakePiece("vase_branches",
                                 "Vase with olive branches",
                                 "table_decor",
                                 {},
                                 {0.42, 0.42, 0.6}),
                       vase_rules,
                       BuildVase};
  generators.push_back(vase);
  AppendVariants(generators,
                 vase,
                 {{"vase_eucalyptus",
                   "Vase with eucalyptus",
                   {"scandinavian", "coastal", "farmhouse", "contemporary"},
                   {0.4, 0.4, 0.5},
                   {{"stems", "eucalyptus"}, {"form", "bottle"}}},
                  {"vase_grass",
                   "Vase with dry grasses",
                   {"bohemian", "japandi", "coastal"},
                   {0.4, 0.4, 0.7},
                   {{"stems", "grass"}, {"vessel", "terracotta"}}},
                  {"vase_twigs",
                   "Dark vase with twigs",
                   {"japandi", "minimalist", "industrial", "modern"},
                   {0.36, 0.36, 0.6},
                   {{"stems", "twigs"}, {"vessel", "dark"}}},
                  {"vase", "Vase", {}, {0.18, 0.18, 0.28}, {{"stems", "none"}}},
                  {"vase_floor",
                   "Floor vase with olive branches",
                   {},
                   {0.75, 0.75, 1.25},
                   {{"vessel", "terracotta"}},
                   "floor_flowers"},
                  {"vase_floor_grass",
                   "Floor vase with dry grasses",
                   {},
                   {0.6, 0.6, 1.1},
                   {{"stems", "grass"}, {"vessel", "dark"}},
                   "floor_flowers"}});
  generators.push_back(
      {MakePiece("tray", "Styled tray", "table_decor", {}, {0.42, 0.28, 0.34}),
       {WoodChoice("Tray")},
       BuildTray});
  generators.push_back(
      {MakePiece("candles",
                 "Three candlesticks",
                 "table_decor",
                 {"luxury", "traditional", "contemporary", "modern"},
                 {0.3, 0.16, 0.34}),
       {Choice("metal",
               {"brass", "black", "bronze", "steel", "chrome"},
               "Candlesticks")},
       BuildCandles});
  generators.push_back(
      {MakePiece(
           "basket", "Basket with a blanket", "basket", {}, {0.42, 0.42, 0.42}),
       {Flag("blanket", true, "A blanket in it")},
       BuildBasket});
}

}  // namespace stage::engine::procedural
