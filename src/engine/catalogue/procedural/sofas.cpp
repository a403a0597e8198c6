#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"
#include "engine/catalogue/procedural/soft_goods.h"

namespace stage::engine::procedural {
namespace {

/// How the parts of a sofa are proportioned; metres.
struct SofaForm {
  float arm_width, arm_height, arm_round;
  float back_depth;  ///< of the frame behind the cushions
  float leg_height;
  float seat_height, cushion_height;
  float lean = 9;   ///< of back cushions, degrees
  bool slab_frame;  ///< mid-century: a thin seat frame on wooden legs
};

SofaForm FormOf(const std::string& style) {
  if (style == "rounded")
    return {0.24f, 0.6f, 0.11f, 0.19f, 0.035f, 0.43f, 0.2f, 8, false};
  if (style == "midcentury")
    return {0.075f, 0.58f, 0.03f, 0.1f, 0.17f, 0.43f, 0.13f, 12, true};
  if (style == "slipcover")
    return {0.2f, 0.62f, 0.055f, 0.18f, 0.02f, 0.45f, 0.19f, 9, false};
  if (style == "low")
    return {0.26f, 0.5f, 0.05f, 0.22f, 0.03f, 0.4f, 0.22f, 10, false};
  return {0.15f, 0.6f, 0.028f, 0.16f, 0.11f, 0.44f, 0.17f, 9, false};  // track
}

Material Cover(const Request& request, const std::string& slot) {
  const std::string cloth = request.choice("cloth");
  if (cloth == "leather") return Leather(slot, "#7c5236");
  return Fabric(slot, "#b5aca0", cloth);
}

/// Upholstery is never quite flat: shallow waves over the frame.
Part Padded(const Vec3& low,
            const Vec3& high,
            float radius,
            uint32_t seed,
            float bulge = 0.004f) {
  Part block = PaddedBlock(low, high, radius, 0.05f);
  const Vec3 middle = (low + high) / 2, half = (high - low) / 2;
  for (size_t i = 0; i < block.positions.size(); ++i) {
    Vec3& p = block.positions[i];
    const Vec3 q = (p - middle).cwiseQuotient(half);
    const float inner = (1 - std::pow(std::abs(q.x() * q.y()), 2.0f)) *
                        (1 - std::pow(std::abs(q.y() * q.z()), 2.0f)) *
                        (1 - std::pow(std::abs(q.x() * q.z()), 2.0f));
    p += block.normals[i] * inner *
         (bulge + 0.0025f * Fbm3(p * 6, 2, 0.5f, seed));
  }
  ComputeNormals(block, Weld::kYes);
  return block;
}

struct Seating {
  MeshBuilder& builder;
  Material cover, loose;
  float cord;
  uint32_t seed;

  void Place(const Cushion& cushion,
             const Pose& pose,
             const Material& material) {
    builder.Add(Posed(cushion.cover, pose), material);
    if (!cushion.piping.positions.empty())
      builder.Add(Posed(cushion.piping, pose), material);
  }
  void Seat(float x0, float x1, float z0, float z1, float top, float height) {
    const Vec3 size(x1 - x0 - 0.003f, height, z1 - z0);
    Place(MakeBoxCushion(size, 0.022f, cord, ++seed),
          At((x0 + x1) / 2, top - height, (z0 + z1) / 2),
          loose);
  }
  /// A back cushion stands on the seat and leans against the frame behind z.
  void Back(float x0,
            float x1,
            float z,
            float seat,
            float height,
            float thickness,
            float lean) {
    const Vec3 size(x1 - x0 - 0.006f, thickness, height);
    Cushion cushion = MakeBoxCushion(size, 0.045f, cord, ++seed, 0.029f);
    const float sway = (HashUnit(seed) - 0.5f) * 2.2f;
    // The top of the block becomes the front of the cushion.
    const Pose upright = At((x0 + x1) / 2, seat + height / 2 - 0.012f, z) *
                         TurnedZ(sway) * TurnedX(90 - lean);
    Place(cushion, upright, loose);
  }
};

void AddLegs(const Request& request,
             float x,
             float z_front,
             float z_back,
             float height,
             MeshBuilder& builder) {
  const std::string legs = request.choice("legs");
  const Material wood = Wood(request.choice("wood"));
  for (const float sx : {-1.0f, 1.0f}) {
    for (const float z : {z_front, z_back}) {
      if (legs == "metal") {
        builder.Add(SquareBar({sx * x, 0, z},
                              {sx * x, height + 0.01f, z},
                              0.011f,
                              0.011f,
                              0.002f),
                    Metal(request.choice("metal")));
      } else if (legs == "block") {
        builder.AddBoard(
            SquareBar(
                {sx * x, 0, z}, {sx * x, height + 0.01f, z}, 0.026f, 0.03f),
            wood);
      } else {
        const float splay = height * 0.22f;
        builder.AddBoard(Rod({sx * (x + splay),
                              0,
                              z + (z > 0 ? splay * 0.6f : -splay * 0.6f)},
                             {sx * x, height + 0.012f, z},
                             0.0105f,
                             0.021f,
                             20),
                         wood);
      }
    }
  }
}

/// Loose scatter cushions at both ends.
void AddScatter(int count,
                float x,
                float z,
                float seat,
                uint32_t seed,
                MeshBuilder& builder,
                const std::string& cloth) {
  Random random(seed + 31);
  Colliders around;
  around.AddPlane({0, seat + 0.02f, 0}, Vec3::UnitY());
  const float tip = 14 * static_cast<float>(M_PI) / 180;
  around.AddPlane({0, seat, z}, Vec3(0, std::sin(tip), std::cos(tip)));
  for (int i = 0; i < count; ++i) {
    const bool left = i % 2 == 0;
    const bool second = i >= 2;
    const float size = second ? 0.4f : 0.47f;
    Pillow pillow = MakePillow(
        size, size, 0.36f, seed + static_cast<uint32_t>(i) * 7 + 3, 0.028f);
    const float px =
        (left ? -1.0f : 1.0f) * (x - size * 0.5f - (second ? 0.22f : 0.03f));
    const float turn = (left ? 1.0f : -1.0f) * random.Range(6, 18);
    Settle(pillow,
           At(px, seat + size * 0.47f, z + 0.1f + (second ? 0.12f : 0.0f)) *
               TurnedY(turn) * TurnedZ(random.Range(-5, 5)) * TurnedX(-22),
           around,
           70);
    const Cushion cushion = Finish(pillow, second ? 0.0f : 0.0035f);
    const Material material = second ? Fabric("throw", "#b49a80", "wool")
                                     : Fabric("accent", "#6f7d78", cloth);
    builder.Add(cushion.cover, material);
    builder.Add(cushion.piping, material);
  }
}

/// A polyline by its length.
class Profile {
 public:
  explicit Profile(std::vector<Vec2> points) : points_(std::move(points)) {
    for (size_t i = 1; i < points_.size(); ++i) {
      ends_.push_back((i > 1 ? ends_.back() : 0) +
                      (points_[i] - points_[i - 1]).norm());
    }
  }
  float length() const { return ends_.back(); }
  /// The point `along` metres from the start, `off` metres to the right.
  Vec2 At(float along, float off) const {
    size_t i = 0;
    while (i + 1 < ends_.size() && ends_[i] < along) ++i;
    const Vec2 run = (points_[i + 1] - points_[i]).normalized();
    return points_[i + 1] - run * (ends_[i] - along) +
           off * Vec2(run.y(), -run.x());
  }

 private:
  std::vector<Vec2> points_;
  std::vector<float> ends_;  // of the segments, from the start
};

/// A blanket folded lengthwise over an arm: it hangs down outside and ends on
/// the seat.
/// @param side  +1 for the arm at +x, -1 for the other
void AddArmThrow(const SofaForm& form,
                 float side,
                 float x,
                 float front,
                 uint32_t seed,
                 MeshBuilder& builder) {
  constexpr float kLift = 0.009f;  // of the cloth's middle, metres
  constexpr float kBreadth = 0.46f;
  constexpr int kColumns = 40, kRows = 56;
  const float inner = x - form.arm_width;
  const float top = form.arm_height + kLift + 0.004f;
  const float seat = form.seat_height + kLift + 0.012f;
  const float hem = 0.2f + 0.08f * HashUnit(seed);
  const Profile profile(RoundedProfile({{x + kLift, hem},
                                        {x + kLift, top},
                                        {inner - kLift, top},
                                        {inner - kLift, seat},
                                        {inner - 0.17f, seat}},
                                       std::max(0.03f, form.arm_round + kLift),
                                       6));
  const float middle = front - 0.09f - kBreadth / 2;
  const float skew = 0.08f * (HashUnit(seed + 5) - 0.5f);
  const Part cloth = Sheet(kColumns, kRows, [&](float u, float v) {
    const float along = profile.length() * v;
    // Outside the arm the cloth hangs free: folds open towards the hem.
    const float hanging = std::clamp(1 - along / (top - hem), 0.0f, 1.0f);
    const float folds =
        (0.003f + 0.016f * hanging) *
            std::max(0.0f,
                     Fbm2(u * 4.5f, v * 0.9f, 2, 0.5f, seed + 11) + 0.3f) +
        0.002f * std::max(0.0f, Fbm2(u * 11, v * 9, 2, 0.5f, seed + 12));
    const Vec2 at = profile.At(along, folds);
    const float z =
        middle - side * (u - 0.5f) * kBreadth * (1 - 0.06f * hanging) +
        skew * (v - 0.5f) + 0.006f * Fbm2(v * 5, 3, 2, 0.5f, seed + 9);
    return Vec3(side * at.x(), at.y(), z);
  });
  builder.Add(
      Thicken(
          cloth, kColumns, kRows, [](float, float) { return 0.009f; }, 4),
      Fabric("throw", "#a58f78", "wool"));
}

void BuildSofa(const Request& request, MeshBuilder& builder) {
  const std::string style = request.choice("form"),
                    chaise = request.choice("chaise");
  SofaForm form = FormOf(style);
  const float w = request.width(), d = request.depth(), h = request.height();
  const float x = w / 2, back = -d / 2;
  // With a chaise, the size includes it and the sofa is the shallower part.
  const float front =
      chaise == "none" ? d / 2 : back + std::min(0.95f, d * 0.62f);
  const float side = chaise == "right" ? 1.0f : -1.0f;
  const Material cover = Cover(request, "upholstery");
  Seating seating{builder,
                  cover,
                  Cover(request, "cushion"),
                  request.flag("piping") ? 0.004f : 0.0022f,
                  request.seed() * 17};
  form.arm_height = std::min(form.arm_height, h - 0.1f);
  form.seat_height = std::min(form.seat_height, h - 0.25f);
  const float base_top = form.seat_height - form.cushion_height;
  const float inner = x - form.arm_width;
  const float frame_top = h - (style == "rounded" ? 0.02f : 0.055f);
  const uint32_t seed = request.seed();

  if (form.slab_frame) {
    // A wooden cradle carries the cushions; arms are slim and padded.
    const Material wood = Wood(request.choice("wood"));
    builder.AddBoard(Board({-x, base_top - 0.055f, front - 0.06f},
                           {x, base_top, front - 0.03f},
                           0.006f,
                           3),
                     wood);
    builder.AddBoard(Board({-x, base_top - 0.055f, back + 0.02f},
                           {x, base_top, back + 0.05f},
                           0.006f,
                           3),
                     wood);
    for (const float s : {-1.0f, 1.0f}) {
      builder.AddBoard(
          Board({s * (x - 0.02f) - 0.015f, base_top - 0.055f, back + 0.04f},
                {s * (x - 0.02f) + 0.015f, base_top, front - 0.04f},
                0.006f,
                3),
          wood);
    }
  }
  const float base_low = form.slab_frame ? base_top - 0.02f : form.leg_height;
  builder.Add(Padded({-x + 0.004f, base_low, back + 0.004f},
                     {x - 0.004f, base_top + 0.004f, front - 0.022f},
                     0.02f,
                     seed + 1,
                     0.002f),
              cover);
  // Back frame and arms.
  builder.Add(Padded({-x + 0.002f, base_top - 0.02f, back},
                     {x - 0.002f, frame_top, back + form.back_depth},
                     std::min(form.arm_round + 0.01f, form.back_depth * 0.48f),
                     seed + 2),
              cover);
  for (const float s : {-1.0f, 1.0f}) {
    const float outer = s * x, near = s * inner;
    const bool open_end = chaise != "none" && s == side && style == "low";
    if (open_end) continue;
    const float low = form.slab_frame ? base_top - 0.02f : form.leg_height;
    Part arm =
        Padded({std::min(outer, near), low, back + 0.01f},
               {std::max(outer, near),
                form.arm_height,
                (s == side && chaise != "none" ? front : front) - 0.012f},
               form.arm_round,
               seed + 3 + static_cast<uint32_t>(s > 0));
    if (style == "rounded") {
      // Arms swing down towards the front in one curve.
      for (Vec3& p : arm.positions) {
        const float t = std::clamp((p.z() - back) / (front - back), 0.0f, 1.0f);
        if (p.y() > base_top) p.y() -= (p.y() - base_top) * 0.16f * t * t;
      }
      ComputeNormals(arm, Weld::kYes);
    }
    builder.Add(arm, cover);
    if (seating.cord > 0.003f && style != "rounded") {
      // A welt around the arm's front panel.
      const float cx = (outer + near) / 2,
                  hw = form.arm_width / 2 - form.arm_round * 0.3f;
      const float top = form.arm_height - form.arm_round * 0.3f,
                  z = front - 0.013f - form.arm_round * 0.3f;
      const float bottom = low + 0.01f;
      std::vector<Vec3> welt{{cx - hw, bottom, z},
                             {cx - hw, top - 0.02f, z},
                             {cx - hw + 0.02f, top, z},
                             {cx + hw - 0.02f, top, z},
                             {cx + hw, top - 0.02f, z},
                             {cx + hw, bottom, z}};
      builder.Add(Tube(welt, 0.0042f, 8), cover);
    }
  }
  // Seats and backs.
  const int seats = request.count("seats");
  const float seat_back = back + form.back_depth + 0.015f;
  const float pitch = 2 * inner / static_cast<float>(seats);
  const float back_height = std::max(0.3f, h - form.seat_height + 0.015f);
  const float thickness = form.slab_frame ? 0.14f : 0.17f;
  for (int i = 0; i < seats; ++i) {
    const float x0 = -inner + pitch * static_cast<float>(i), x1 = x0 + pitch;
    const bool at_chaise = chaise != "none" && ((side > 0 && i == seats - 1) ||
                                                (side < 0 && i == 0));
    seating.Seat(x0,
                 x1,
                 seat_back,
                 (at_chaise ? d / 2 : front) - 0.005f,
                 form.seat_height,
                 form.cushion_height);
    seating.Back(x0,
                 x1,
                 seat_back + thickness * 0.5f + 0.03f,
                 form.seat_height,
                 back_height,
                 thickness,
                 form.lean);
    if (at_chaise) {
      builder.Add(Padded({x0 - 0.01f, base_low, front - 0.1f},
                         {side > 0 ? x - form.arm_width + 0.0f : x1 + 0.01f,
                          base_top + 0.004f,
                          d / 2 - 0.02f},
                         0.02f,
                         seed + 9,
                         0.002f),
                  cover);
      if (side < 0)
        builder.Add(Padded({-inner, base_low, front - 0.1f},
                           {x1 + 0.01f, base_top + 0.003f, d / 2 - 0.021f},
                           0.02f,
                           seed + 10,
                           0.002f),
                    cover);
    }
  }
  if (form.leg_height > 0.05f) {
    AddLegs(request,
            x - (form.slab_frame ? 0.12f : 0.075f),
            front - 0.09f,
            back + 0.08f,
            form.slab_frame ? base_top - 0.05f : form.leg_height,
            builder);
    if (chaise != "none") {
      const float cx = side * (inner - 0.05f);
      const float cz = d / 2 - 0.09f;
      builder.AddBoard(Rod({cx, 0, cz},
                           {cx, form.leg_height + 0.01f, cz},
                           0.0105f,
                           0.021f,
                           20),
                       Wood(request.choice("wood")));
      builder.AddBoard(
          Rod({cx - side * (pitch - 0.1f), 0, cz},
              {cx - side * (pitch - 0.1f), form.leg_height + 0.01f, cz},
              0.0105f,
              0.021f,
              20),
          Wood(request.choice("wood")));
    }
  } else {
    // A recessed plinth: the shadow line under a sofa on gliders.
    builder.Add(Board({-x + 0.04f, 0, back + 0.04f},
                      {x - 0.04f, form.leg_height + 0.01f, front - 0.06f},
                      0.003f),
                Wood("black", "plinth"));
    if (chaise != "none") {
      const float a =
          side > 0 ? x - form.arm_width - pitch + 0.03f : -inner + 0.03f;
      builder.Add(
          Board({a, 0, front - 0.1f},
                {a + pitch - 0.06f, form.leg_height + 0.01f, d / 2 - 0.06f},
                0.003f),
          Wood("black", "plinth"));
    }
  }
  AddScatter(request.count("cushions"),
             inner,
             seat_back + thickness + 0.07f,
             form.seat_height,
             request.seed() + 40,
             builder,
             request.choice("accent_cloth"));
  const std::string hung = request.choice("throw");
  if (hung != "none" && hung != chaise && style != "rounded" &&
      !form.slab_frame) {
    AddArmThrow(
        form, hung == "right" ? 1.0f : -1.0f, x, front, seed + 60, builder);
  }
}

}  // namespace

void AppendSofas(std::vector<Generator>& generators) {
  const Generator sofa{
      MakePiece("sofa",
                "Sofa with track arms",
                "sofa",
                {"modern", "contemporary", "minimalist"},
                {2.2, 0.94, 0.82},
                0.44),
      {Choice("form",
              {"track", "rounded", "midcentury", "slipcover", "low"},
              "Shape of arms and frame"),
       Choice("chaise",
              {"none", "left", "right"},
              "A long seat at one end, seen from the front"),
       Choice(
           "cloth",
           {"linen", "boucle", "velvet", "tweed", "wool", "cotton", "leather"},
           "Cover"),
       Choice("legs", {"turned", "block", "metal"}, "Legs"),
       Choice("wood",
              {"oak", "walnut", "ash", "teak", "pine", "black", "white"},
              "Legs and frame"),
       Choice("metal",
              {"black", "brass", "bronze", "steel", "chrome"},
              "Metal legs"),
       Choice("accent_cloth",
              {"linen", "velvet", "boucle", "knit"},
              "Scatter cushions"),
       Count("seats", 3, 1, 4, "Seat cushions side by side"),
       Count("cushions", 0, 0, 4, "Scatter cushions"),
       Choice("throw",
              {"none", "left", "right"},
              "A blanket over an arm, seen from the front"),
       Flag("piping", false, "Welted seams")},
      BuildSofa};
  generators.push_back(sofa);
  AppendVariants(generators,
                 sofa,
                 {{"loveseat",
                   "Two-seat sofa with track arms",
                   {"modern", "contemporary", "minimalist"},
                   {1.65, 0.92, 0.82},
                   {{"seats", 2}},
                   "sofa"},
                  {"sofa_rounded",
                   "Rounded bouclé sofa",
                   {"contemporary", "luxury", "japandi", "minimalist"},
                   {2.25, 1.0, 0.76},
                   {{"form", "rounded"}, {"cloth", "boucle"}, {"seats", 2}},
                   "sofa"},
                  {"sofa_midcentury",
                   "Mid-century sofa",
                   {"mid-century", "scandinavian", "japandi"},
                   {2.05, 0.86, 0.8},
                   {{"form", "midcentury"},
                    {"cloth", "tweed"},
                    {"wood", "walnut"},
                    {"seats", 3},
                    {"piping", true}},
                   "sofa"},
                  {"sofa_slipcover",
                   "Slipcovered sofa",
                   {"coastal", "farmhouse", "traditional"},
                   {2.2, 0.98, 0.85},
                   {{"form", "slipcover"}, {"piping", true}, {"seats", 2}},
                   "sofa"},
                  {"sofa_leather",
                   "Leather sofa",
                   {"industrial", "mid-century", "bohemian"},
                   {2.15, 0.92, 0.8},
                   {{"cloth", "leather"},
                    {"legs", "metal"},
                    {"seats", 2},
                    {"piping", true}},
                   "sofa"},
                  {"sofa_velvet",
                   "Velvet sofa",
                   {"luxury", "traditional"},
                   {2.2, 0.94, 0.82},
                   {{"cloth", "velvet"},
                    {"legs", "metal"},
                    {"metal", "brass"},
                    {"seats", 2},
                    {"piping", true},
                    {"accent_cloth", "velvet"}},
                   "sofa"},
                  {"sectional_left",
                   "Sofa with chaise, left",
                   {"modern", "contemporary", "scandinavian", "coastal"},
                   {2.75, 1.65, 0.82},
                   {{"chaise", "left"}, {"seats", 3}},
                   "sofa"},
                  {"sectional_right",
                   "Sofa with chaise, right",
                   {"modern", "contemporary", "scandinavian", "coastal"},
                   {2.75, 1.65, 0.82},
                   {{"chaise", "right"}, {"seats", 3}},
                   "sofa"},
                  {"sectional_low",
                   "Low deep sofa with chaise",
                   {"minimalist", "luxury", "japandi", "bohemian"},
                   {2.9, 1.7, 0.68},
                   {{"form", "low"}, {"chaise", "right"}, {"seats", 3}},
                   "sofa"}});
}

}  // namespace stage::engine::procedural
