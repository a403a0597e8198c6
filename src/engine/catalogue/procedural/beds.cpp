#include <algorithm>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/bedding.h"
#include "engine/catalogue/procedural/headboards.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

constexpr float kLeaning = 0.3f;    ///< of headboard that pillows lean on
constexpr float kSideGap = 0.045f;  ///< the duvet hangs outside the frame

void AddPaddedFrame(const MattressPlace& place,
                    float floor_gap,
                    const Request& request,
                    MeshBuilder& builder) {
  const std::string cloth = request.choice("cloth");
  const Material padding = cloth == "leather"
                               ? Leather("upholstery", "#8a5f3d")
                               : Fabric("upholstery", "#bdb4a6", cloth);
  const float x = place.width / 2 + 0.012f, rail = 0.05f,
              high = place.bottom + 0.06f;
  for (const float side : {-1.0f, 1.0f}) {
    builder.Add(
        PaddedBlock(
            {side * (x - rail / 2) - rail / 2, floor_gap, place.head - 0.02f},
            {side * (x - rail / 2) + rail / 2, high, place.foot + 0.02f},
            0.016f,
            0.2f),
        padding);
  }
  builder.Add(PaddedBlock({-x, floor_gap, place.foot - rail + 0.025f},
                          {x, high, place.foot + 0.03f},
                          0.016f,
                          0.2f),
              padding);
  const Material legs = Wood(request.choice("wood"));
  for (const float sx : {-1.0f, 1.0f}) {
    for (const float z : {place.head + 0.08f, place.foot - 0.07f}) {
      builder.AddBoard(Rod({sx * (x - 0.07f), 0, z},
                           {sx * (x - 0.07f), floor_gap + 0.004f, z},
                           0.016f,
                           0.026f,
                           20),
                       legs);
    }
  }
}

void AddWoodenFrame(const MattressPlace& place,
                    float floor_gap,
                    const Request& request,
                    MeshBuilder& builder) {
  const Material wood = Wood(request.choice("wood"));
  const float x = place.width / 2 + 0.02f, high = place.bottom + 0.05f;
  for (const float side : {-1.0f, 1.0f}) {
    builder.AddBoard(
        Board({side * (x - 0.0125f) - 0.0125f, floor_gap, place.head - 0.01f},
              {side * (x - 0.0125f) + 0.0125f, high, place.foot + 0.01f},
              0.005f,
              3),
        wood);
  }
  builder.AddBoard(Board({-x, floor_gap, place.foot + 0.005f},
                         {x, high, place.foot + 0.03f},
                         0.005f,
                         3),
                   wood);
  builder.AddBoard(Board({-x + 0.02f, floor_gap + 0.02f, place.head},
                         {x - 0.02f, place.bottom, place.foot},
                         0.004f),
                   wood);
  for (const float sx : {-1.0f, 1.0f}) {
    builder.AddBoard(
        Rod({sx * (x - 0.03f), 0, place.foot - 0.025f},
            {sx * (x - 0.035f), floor_gap + 0.03f, place.foot - 0.03f},
            0.017f,
            0.026f,
            20),
        wood);
    builder.AddBoard(
        Rod({sx * (x - 0.03f), 0, place.head + 0.06f},
            {sx * (x - 0.035f), floor_gap + 0.03f, place.head + 0.06f},
            0.017f,
            0.026f,
            20),
        wood);
  }
}

void AddIronFrame(const MattressPlace& place,
                  const Request& request,
                  MeshBuilder& builder) {
  const Material metal = Metal(request.choice("metal"));
  const float x = place.width / 2 + 0.005f, y = place.bottom - 0.01f,
              foot = place.foot + 0.012f;
  for (const float side : {-1.0f, 1.0f}) {
    builder.Add(Board({side * x - 0.012f, y - 0.02f, place.head - 0.01f},
                      {side * x + 0.012f, y + 0.02f, foot},
                      0.004f),
                metal);
    builder.Add(Rod({side * x, 0, foot},
                    {side * x, y + 0.16f, foot},
                    0.015f,
                    0.015f,
                    18),
                metal);
    builder.Add(
        Moved(Ellipsoid({0.02f, 0.02f, 0.02f}), {side * x, y + 0.17f, foot}),
        metal);
  }
  builder.Add(
      Rod({-x, y + 0.13f, foot}, {x, y + 0.13f, foot}, 0.01f, 0.01f, 16),
      metal);
  builder.Add(
      Rod({-x, y - 0.02f, foot}, {x, y - 0.02f, foot}, 0.009f, 0.009f, 16),
      metal);
}

void BuildBed(const Request& request, MeshBuilder& builder) {
  const std::string style = request.choice("headboard");
  const bool low = style == "plank";
  const float floor_gap = low ? 0.1f : 0.13f;
  MattressPlace place;
  place.width =
      request.width() - 2 * kSideGap - (style == "iron" ? 0.02f : 0.0f);
  place.head = -request.depth() / 2 + HeadboardDepth(style);
  place.foot =
      request.depth() / 2 - kSideGap - (style == "iron" ? 0.0f : 0.01f);
  place.bottom = low ? 0.22f : 0.27f;
  place.top =
      std::min(place.bottom + (low ? 0.23f : 0.27f), request.height() - 0.05f);
  if (IsUpholstered(style)) {
    AddPaddedFrame(place, floor_gap, request, builder);
  } else if (style == "iron") {
    AddIronFrame(place, request, builder);
  } else {
    AddWoodenFrame(place, floor_gap, request, builder);
  }
  AddHeadboard({request.width() - 2 * kSideGap + 0.06f,
                std::min(place.bottom - 0.06f, request.height() * 0.4f),
                request.height(),
                -request.depth() / 2},
               request,
               builder);
  BeddingOptions bedding;
  bedding.pillows = request.count("pillows");
  bedding.cushions = request.count("cushions");
  bedding.fold = request.flag("fold");
  bedding.throw_blanket = request.flag("throw");
  bedding.duvet_cloth = request.choice("bedding");
  bedding.throw_cloth = request.choice("throw_cloth");
  bedding.accent_cloth = request.choice("accent_cloth");
  bedding.overhang = std::min(0.27f, place.top - 0.12f);
  bedding.pillows_lie = request.height() < place.top + kLeaning;
  AddBedding(place, bedding, request.seed(), builder);
}

}  // namespace

void AppendBeds(std::vector<Generator>& generators) {
  const Generator bed{
      MakePiece("bed",
                "Upholstered bed, channel tufted",
                "bed",
                {"modern", "contemporary", "luxury"},
                {1.72, 2.16, 1.15}),
      {Choice("headboard", HeadboardStyles(), "Construction of the headboard"),
       Choice("cloth",
              {"linen", "boucle", "velvet", "wool", "leather"},
              "Padding of frame and headboard"),
       WoodChoice("Wooden frame and legs"),
       Choice("metal",
              {"black", "brass", "bronze", "steel", "chrome"},
              "Iron frame"),
       Choice("bedding", {"linen", "cotton"}, "Weave of the duvet cover"),
       Choice("throw_cloth",
              {"knit", "wool", "linen", "boucle"},
              "Weave of the blanket"),
       Choice("accent_cloth",
              {"linen", "velvet", "boucle", "knit"},
              "Weave of the scatter cushions"),
       Count("pillows", 4, 0, 4, "Sleeping pillows"),
       Count("cushions", 3, 0, 3, "Scatter cushions"),
       Flag("fold", true, "Head end of the duvet turned back"),
       Flag("throw", true, "Blanket over the foot")},
      BuildBed};
  generators.push_back(bed);
  AppendVariants(
      generators,
      bed,
      {{"bed_panel",
        "Upholstered bed, panelled",
        {"contemporary", "modern", "minimalist", "coastal"},
        {1.72, 2.16, 1.1},
        {{"headboard", "panel"}, {"cushions", 2}},
        "bed"},
       {"bed_tufted",
        "Upholstered bed, button tufted",
        {"traditional", "luxury"},
        {1.74, 2.18, 1.3},
        {{"headboard", "tufted"},
         {"cloth", "velvet"},
         {"cushions", 2},
         {"wood", "walnut"},
         {"accent_cloth", "velvet"}},
        "bed"},
       {"bed_winged",
        "Upholstered bed, wing back",
        {"luxury", "traditional", "contemporary"},
        {1.74, 2.2, 1.25},
        {{"headboard", "winged"}, {"wood", "walnut"}},
        "bed"},
       {"bed_slat",
        "Wooden bed with spindles",
        {"scandinavian", "farmhouse", "coastal"},
        {1.72, 2.14, 1.02},
        {{"headboard", "slat"}, {"cushions", 2}},
        "bed"},
       {"bed_rattan",
        "Bed with a cane headboard",
        {"bohemian", "coastal", "japandi"},
        {1.72, 2.14, 1.1},
        {{"headboard", "rattan"}, {"throw_cloth", "linen"}},
        "bed"},
       {"bed_platform",
        "Low wooden platform bed",
        {"japandi", "minimalist", "mid-century", "scandinavian"},
        {1.74, 2.16, 0.84},
        {{"headboard", "plank"}, {"wood", "walnut"}, {"cushions", 1}},
        "bed"},
       {"bed_iron",
        "Iron bed",
        {"farmhouse", "industrial", "traditional"},
        {1.7, 2.14, 1.18},
        {{"headboard", "iron"}, {"bedding", "cotton"}},
        "bed"},
       {"bed_single",
        "Single bed",
        {},
        {1.04, 2.12, 0.98},
        {{"headboard", "slat"}, {"pillows", 1}, {"cushions", 1}},
        "bed"}});
}

}  // namespace stage::engine::procedural
