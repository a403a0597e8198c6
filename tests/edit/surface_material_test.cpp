#include "engine/edit/surface_material.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "core/error.h"
#include "engine/edit/surface_layout.h"

namespace stage::engine {

TEST_CASE("SurfaceMaterial: every word vendors know is laid or a pane") {
  const char* words[] = {"pine",
                         "oak",
                         "walnut",
                         "marble",
                         "granite",
                         "limestone",
                         "leather",
                         "fabrics",
                         "carpet",
                         "paint",
                         "plaster",
                         "wallpaper",
                         "brick",
                         "steel",
                         "unglazed-tiles",
                         "glazed-tiles",
                         "mirror",
                         "bronze",
                         "clear-glass",
                         "frosted-glass",
                         "aluminum",
                         "stone-veneer",
                         "polished-concrete",
                         "exposed-concrete"};
  int laid = 0;
  for (const char* word : words) {
    CAPTURE(word);
    CHECK_NOTHROW(CheckMaterial(word));
    laid += PaneNamed(word) == Pane::kNone ? 1 : 0;
  }
  CHECK(laid == 21);
}

TEST_CASE("SurfaceMaterial: a mistyped word gets a suggestion") {
  try {
    SurfaceMaterial::Named("marbel");
    FAIL("not refused");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kUsage);
    CHECK(std::string(error.what()).find("'marble'") != std::string::npos);
  }
}

TEST_CASE("SurfaceMaterial: from afar a material has its plain colour") {
  for (const std::string& name : SurfaceMaterial::Names()) {
    const SurfaceMaterial material = SurfaceMaterial::Named(name);
    Eigen::Vector3f sum(0, 0, 0);
    int count = 0;
    for (float u = -6; u < 6; u += 0.0931f) {
      for (float v = -6; v < 6; v += 0.0877f, ++count) {
        const SurfaceLook look = material.At(u, v, 0.3f);
        CHECK(look.albedo.minCoeff() > 0);
        CHECK(look.albedo.maxCoeff() <= 0.9f);
        sum += look.albedo;
      }
    }
    CAPTURE(name);
    for (int c = 0; c < 3; ++c) {
      const float plain = material.plain_albedo()[c];
      // Joints take their share: of bricks a fifth.
      CHECK(std::abs(sum[c] / count - plain) < 0.05f + 0.25f * plain);
    }
  }
}

TEST_CASE("SurfaceLayout: elements have their size, however they are laid") {
  for (const SurfaceRecipe& recipe : SurfaceRecipes()) {
    if (recipe.laying == Laying::kPlain) continue;
    CAPTURE(recipe.name);
    std::set<uint32_t> elements;
    constexpr float kStep = 0.013f, kSide = 6;
    for (float u = -kSide / 2; u < kSide / 2; u += kStep) {
      for (float v = -kSide / 2; v < kSide / 2; v += kStep) {
        const SurfaceElement element = LayElement(recipe, u, v);
        REQUIRE(element.inside >= -1e-4f);
        REQUIRE(element.inside <= 0.75f * recipe.width);
        REQUIRE(element.u >= -1e-4f);
        elements.insert(element.id);
      }
    }
    const double expected = kSide * kSide / (recipe.length * recipe.width);
    CHECK(static_cast<double>(elements.size()) > 0.8 * expected);
    CHECK(static_cast<double>(elements.size()) < 1.8 * expected + 8);
  }
}

TEST_CASE("SurfaceMaterial: joints are seen from near and fade with distance") {
  const SurfaceMaterial brick = SurfaceMaterial::Named("brick");
  const float joint = brick.At(0.1f, 0.0f, 0.001f).albedo[2];
  const float middle = brick.At(0.1f, 0.0325f, 0.001f).albedo[2];
  CHECK(joint > 3 * middle);
  const float far_joint = brick.At(0.1f, 0.0f, 0.4f).albedo[2];
  CHECK(far_joint < 0.5f * joint);
}

TEST_CASE("SurfaceMaterial: rough elements are lit from above") {
  for (const char* name : {"brick", "stone-veneer"}) {
    CAPTURE(name);
    const SurfaceMaterial material = SurfaceMaterial::Named(name);
    const auto recipe = std::find_if(
        SurfaceRecipes().begin(),
        SurfaceRecipes().end(),
        [&](const SurfaceRecipe& r) { return std::string(r.name) == name; });
    // Along many elements: the rim below the joint and the rim above it.
    double under = 0, over = 0;
    int unders = 0, overs = 0;
    for (float u = 0; u < 4; u += 0.007f) {
      for (float v = 0; v < 2; v += 0.003f) {
        const SurfaceElement here = LayElement(*recipe, u, v);
        const float rim = 0.5f * recipe->joint + recipe->uneven;
        if (here.inside > rim || here.inside < 0.5f * recipe->joint) continue;
        const bool is_lower_rim = here.v < 2 * rim;
        (is_lower_rim ? under : over) += material.At(u, v, 0.002f).albedo.sum();
        ++(is_lower_rim ? unders : overs);
      }
    }
    CHECK(under / unders < 0.93 * over / overs);
  }
}

TEST_CASE("SurfaceMaterial: slabs are not plain where they are seen") {
  // At the width of a pixel three metres away.
  for (const auto& [name, least] :
       {std::pair("granite", 0.06f), {"marble", 0.03f}, {"fabrics", 0.012f}}) {
    CAPTURE(name);
    const SurfaceMaterial material = SurfaceMaterial::Named(name);
    float sum = 0, square = 0;
    int count = 0;
    for (float u = 0; u < 3; u += 0.011f) {
      for (float v = 0; v < 3; v += 0.013f, ++count) {
        const float tone = material.At(u, v, 0.003f).albedo[1];
        sum += tone;
        square += tone * tone;
      }
    }
    const float mean = sum / static_cast<float>(count);
    const float spread =
        std::sqrt(square / static_cast<float>(count) - mean * mean);
    CHECK(spread > least * mean);
  }
}

}  // namespace stage::engine
