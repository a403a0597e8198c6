#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/seat_parts.h"
#include "engine/catalogue/procedural/shapes.h"
#include "engine/catalogue/procedural/soft_goods.h"

namespace stage::engine::procedural {
namespace {

constexpr float kPi = static_cast<float>(M_PI);

void BuildOttoman(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const std::string form = request.choice("form");
  const Material cover = SeatCover(request);
  if (form == "pouf") {
    Part pouf = Ellipsoid({w / 2, h / 2, d / 2}, 2.9f, 44);
    for (size_t i = 0; i < pouf.positions.size(); ++i) {
      Vec3& p = pouf.positions[i];
      const float a = std::atan2(p.z(), p.x());
      p += pouf.normals[i] *
           (0.006f * std::cos(a * 12) * (1 - std::abs(p.y()) / h * 2) +
            0.004f * Fbm3(p * 7, 2));
      if (p.y() < 0) p.y() *= 0.94f;
    }
    ComputeNormals(pouf, Weld::kYes);
    builder.Add(Moved(pouf, {0, h / 2, 0}), cover);
    return;
  }
  const bool bench = form == "bench";
  const float leg = bench ? h - 0.11f : 0.12f;
  if (form == "round") {
    builder.Add(
        Moved(SeatPad(EllipseOutline(w, d, 72), h - leg - 0.025f, 0.025f),
              {0, leg, 0}),
        cover);
  } else {
    builder.Add(PaddedBlock({-w / 2 + 0.005f, leg, -d / 2 + 0.005f},
                            {w / 2 - 0.005f, h - 0.07f, d / 2 - 0.005f},
                            0.015f,
                            0.05f),
                bench ? Wood(request.choice("wood")) : cover);
    const Cushion top =
        MakeBoxCushion({w, 0.085f, d}, 0.02f, 0.0035f, request.seed() + 8);
    builder.Add(Moved(top.cover, {0, h - 0.1f, 0}), cover);
    builder.Add(Moved(top.piping, {0, h - 0.1f, 0}), cover);
  }
  const float inset = form == "round" ? 0.3f : 0.0f;
  AddFourLegs({w / 2 * (1 - inset) - 0.06f,
               w / 2 * (1 - inset) - 0.06f,
               d / 2 * (1 - inset) - 0.06f,
               -d / 2 * (1 - inset) + 0.06f,
               leg + 0.012f,
               0.015f},
              request,
              builder);
}

}  // namespace

void AppendOttomans(std::vector<Generator>& generators) {
  const Generator ottoman{
      MakePiece("ottoman", "Ottoman", "ottoman", {}, {0.65, 0.5, 0.42}, 0.42),
      SeatRules({Choice(
          "form", {"block", "round", "pouf", "bench"}, "Construction")}),
      BuildOttoman};
  generators.push_back(ottoman);
  AppendVariants(generators,
                 ottoman,
                 {{"ottoman_round",
                   "Round ottoman",
                   {"contemporary", "luxury", "modern"},
                   {0.6, 0.6, 0.42},
                   {{"form", "round"}, {"cloth", "boucle"}},
                   "ottoman",
                   0.42},
                  {"pouf",
                   "Pouf",
                   {"bohemian", "scandinavian", "coastal", "farmhouse"},
                   {0.52, 0.52, 0.38},
                   {{"form", "pouf"}, {"cloth", "wool"}},
                   "ottoman",
                   0.37},
                  {"bench",
                   "Upholstered bench",
                   {},
                   {1.3, 0.42, 0.46},
                   {{"form", "bench"}},
                   "bench",
                   0.46}});
}

}  // namespace stage::engine::procedural
