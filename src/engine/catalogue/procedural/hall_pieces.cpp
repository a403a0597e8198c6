#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

constexpr float kPi = static_cast<float>(M_PI);

/// A scarf over a peg: gathered there, its two ends fan out in pleats and
/// hang unevenly.
/// @param peg  where it lies, metres; x and z of its middle
void AddScarf(const Vec3& peg,
              float front,
              float back,
              const Material& cloth,
              uint32_t seed,
              MeshBuilder& builder) {
  constexpr float kOver = 0.03f;  // of it lie on the peg
  constexpr float kGathered = 0.045f, kLoose = 0.15f, kFold = 0.011f;
  const float length = front + kOver + back;
  const int columns = 40, rows = 56;
  const Part sheet = Sheet(columns, rows, [&](float u, float v) {
    const float s = v * length;
    const bool before = s < front + kOver / 2;
    const float down =
        before ? std::max(0.0f, front - s) : std::max(0.0f, s - front - kOver);
    const float open = std::min(1.0f, down / 0.42f);
    const float loose = open * open * (3 - 2 * open);
    const float across = u - 0.5f;
    const float width = kGathered + (kLoose - kGathered) * loose;
    // Pleats are deep where the cloth is gathered and wander on their way.
    const float phase = 2 * kPi * (3.2f * across + 0.25f * loose) +
                        1.4f * Noise2(2.5f * down, 3 * across, seed);
    const float pleat = kFold * (1 - 0.45f * loose) * std::cos(phase);
    const float side = (before ? 0.02f : -0.025f) * loose +
                       0.012f * loose * Noise2(3 * down, 0.5f, seed + 1);
    const float hem =
        0.012f * loose * loose * Noise2(7 * across, before ? 1 : 4, seed + 2);
    const float near = before ? 1.0f : -1.0f;
    const float y = down > 0 ? -down - hem : 0.012f * (1 - 4 * across * across);
    return Vec3(peg + Vec3(width * across + side, y, 0.014f * near + pleat));
  });
  builder.Add(
      Thicken(sheet, columns, rows, [](float, float) { return 0.005f; }),
      cloth);
}

/// A board with pegs, on some of which a scarf and a bag hang.
void BuildCoatRack(const Request& request, MeshBuilder& builder) {
  const float w = request.width() / 2, d = request.depth(),
              h = request.height();
  const Material wood = Wood(request.choice("wood")),
                 metal = Metal(request.choice("metal"));
  const float back = -d / 2, board = 0.11f;
  builder.AddBoard(
      Board({-w, h - board, back}, {w, h, back + 0.02f}, 0.005f, 3), wood);
  const int pegs = std::max(3, static_cast<int>(2 * w / 0.17f));
  const float peg_y = h - board * 0.55f;
  std::vector<float> places;
  for (int i = 0; i < pegs; ++i) {
    const float x =
        -w + 2 * w * (static_cast<float>(i) + 0.5f) / static_cast<float>(pegs);
    places.push_back(x);
    builder.Add(Rod({x, peg_y, back + 0.018f},
                    {x, peg_y + 0.02f, back + 0.085f},
                    0.008f,
                    0.01f,
                    16),
                metal);
    builder.Add(Moved(Ellipsoid({0.014f, 0.014f, 0.009f}),
                      {x, peg_y + 0.021f, back + 0.086f}),
                metal);
  }
  if (!request.flag("dressed")) return;
  const Material scarf = Fabric("throw", "#a58f78", "wool");
  AddScarf({places[1], peg_y + 0.016f, back + 0.055f},
           h - board,
           h - board - 0.13f,
           scarf,
           request.seed() + 9,
           builder);
  // A canvas bag: a soft flat body on two loops.
  const float x = places[static_cast<size_t>(pegs) - 2], top = peg_y - 0.22f;
  const Material bag = Fabric("accent", "#cbbfa8", "cotton");
  const float deep = std::max(0.12f, top - 0.02f);
  Part body = PaddedBlock({x - 0.15f, top - deep, back + 0.025f},
                          {x + 0.15f, top, back + 0.095f},
                          0.03f,
                          0.03f);
  // Empty cloth hangs flat from its loops, widest and thickest below.
  for (Vec3& p : body.positions) {
    const float up = (p.y() - top + deep) / deep;
    const float middle = back + 0.06f;
    p.z() = middle + (p.z() - middle) * (1 - 0.72f * up * up);
    p.x() = x + (p.x() - x) * (1 - 0.1f * up);
    p.z() += 0.016f * Fbm2(p.x() * 9, p.y() * 4, 3, 0.6f, request.seed() + 4);
    p.y() += 0.02f * up * std::cos((p.x() - x) * 22) - 0.02f * up;
  }
  ComputeNormals(body, Weld::kYes);
  builder.Add(body, bag);
  for (const float z : {0.045f, 0.07f}) {
    builder.Add(Tube(SmoothPath({{x - 0.07f, top - 0.02f, back + z},
                                 {x - 0.045f, peg_y - 0.06f, back + z},
                                 {x, peg_y + 0.012f, back + z},
                                 {x + 0.045f, peg_y - 0.06f, back + z},
                                 {x + 0.07f, top - 0.02f, back + z}}),
                     0.006f,
                     8),
                bag);
  }
}

/// A wooden bench with a slatted shelf for shoes.
void BuildShoeBench(const Request& request, MeshBuilder& builder) {
  const float w = request.width() / 2, d = request.depth() / 2,
              h = request.height();
  const Material wood = Wood(request.choice("wood"));
  const auto bar = [&](const Vec3& low, const Vec3& high) {
    builder.AddBoard(Board(low, high, 0.005f, 3), wood);
  };
  for (const float sx : {-1.0f, 1.0f}) {
    for (const float sz : {-1.0f, 1.0f}) {
      bar({sx * (w - 0.04f) - 0.02f, 0, sz * (d - 0.035f) - 0.02f},
          {sx * (w - 0.04f) + 0.02f, h - 0.03f, sz * (d - 0.035f) + 0.02f});
    }
    bar({sx * (w - 0.04f) - 0.012f, h - 0.09f, -d + 0.055f},
        {sx * (w - 0.04f) + 0.012f, h - 0.03f, d - 0.055f});
    bar({sx * (w - 0.04f) - 0.012f, 0.12f, -d + 0.055f},
        {sx * (w - 0.04f) + 0.012f, 0.15f, d - 0.055f});
    bar({-w + 0.06f, h - 0.09f, sx * (d - 0.035f) - 0.011f},
        {w - 0.06f, h - 0.03f, sx * (d - 0.035f) + 0.011f});
  }
  for (int i = 0; i < 5; ++i) {
    const float z = -d + 0.045f + (2 * d - 0.09f) * static_cast<float>(i) / 4;
    bar({-w + 0.03f, 0.15f, z - 0.017f}, {w - 0.03f, 0.166f, z + 0.017f});
  }
  builder.AddBoard(Board({-w, h - 0.03f, -d}, {w, h, d}, 0.007f, 4), wood);
}

}  // namespace

void AppendHallPieces(std::vector<Generator>& generators) {
  generators.insert(generators.end(),
                    {{MakePiece("coat_rack",
                                "Peg rail with scarf and bag",
                                "coat_rack",
                                {},
                                {0.9, 0.11, 0.75}),
                      {WoodChoice("Wood"),
                       MetalChoice("Fittings"),
                       Flag("dressed", true, "A scarf and a bag on the pegs")},
                      BuildCoatRack},
                     {MakePiece("bench_shoe",
                                "Bench with a shelf for shoes",
                                "bench",
                                {},
                                {1.0, 0.36, 0.46},
                                0.46),
                      {WoodChoice("Wood")},
                      BuildShoeBench}});
}

}  // namespace stage::engine::procedural
