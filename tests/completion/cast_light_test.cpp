#include "engine/completion/cast_light.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "completion/box_scene.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 600, kHeight = 400;

/// A thing before an even wall under light that falls off to one side.
struct Case {
  ImageF picture{kWidth, kHeight, 3};
  ImageU8 hole{kWidth, kHeight, 1};

  Case() {
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        for (int c = 0; c < 3; ++c) picture.at(x, y, c) = LightAt(x);
        if (Away(x, y) == 0) hole.at(x, y) = 255;
      }
    }
  }

  static float LightAt(int x) {
    return 0.7f * std::exp(-0.0003f * static_cast<float>(x));
  }
  static float Away(int x, int y) {
    return std::hypot(std::max({250.f - x, x - 349.f, 0.f}),
                      std::max({150.f - y, y - 229.f, 0.f}));
  }

  template <typename Light>
  void Scale(const Light& light) {
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        for (int c = 0; c < 3; ++c) picture.at(x, y, c) *= light(x, y, c);
      }
    }
  }

  CastLight Found() const {
    return FindCastLight(picture, hole, LayOutPicture(kWidth, kHeight));
  }
  int Relit() const {
    const ImageU8 relit = RelitPart(Found().log_gain, kWidth, kHeight);
    return static_cast<int>(
        std::count(relit.data(), relit.data() + relit.size_bytes(), 255));
  }
};

TEST_CASE("FindCastLight: shade that a thing throws on a wall is led back") {
  Case room;
  room.Scale([](int x, int y, int c) {
    return 1 - (c == 2 ? 0.3f : 0.15f) * std::exp(-Case::Away(x, y) / 12);
  });
  const CastLight cast = room.Found();
  ImageF relit = room.picture;
  Relight(cast.log_gain, relit);
  for (const int x : {230, 240, 360}) {
    const float before =
        std::abs(room.picture.at(x, 190, 2) - Case::LightAt(x));
    CHECK(std::abs(relit.at(x, 190, 2) - Case::LightAt(x)) < 0.4f * before);
  }
  CHECK(relit.at(20, 20, 0) == room.picture.at(20, 20, 0));
}

TEST_CASE("FindCastLight: a wall's own light stays") {
  CHECK(Case().Relit() == 0);
  Case below;  // darker far beyond the thing, too
  below.Scale([](int, int y, int) {
    return 1 - 0.2f * std::clamp((y - 20) / 90.f, 0.f, 1.f);
  });
  CHECK(below.Relit() == 0);
}

TEST_CASE("FindCastLight: thin remains along the rim go with the thing") {
  Case room;
  room.Scale([](int x, int y, int) {
    return x >= 350 && x < 354 && y > 160 && y < 200 ? 0.6f : 1.0f;
  });
  CHECK(room.Found().hole.at(352, 180) == 255);
  Case beside;  // another thing, that the mask's rim touches
  beside.Scale([](int x, int y, int) {
    return x >= 350 && x < 420 && y > 160 && y < 200 ? 0.6f : 1.0f;
  });
  CHECK(beside.Found().hole.at(352, 180) == 0);
}

TEST_CASE("FindCastLight: a frame that the mask's rim touches stays") {
  // Its beam runs along the rim, its posts lead away.
  Case room;
  room.Scale([](int x, int y, int) {
    const bool beam = y >= 230 && y < 237 && x >= 240 && x < 360;
    const bool post =
        y >= 230 && (std::abs(x - 243) < 4 || std::abs(x - 356) < 4);
    return beam || post ? 0.4f : 1.0f;
  });
  const ImageU8 hole = room.Found().hole;
  for (const int x : {260, 300, 340}) CHECK(hole.at(x, 233) == 0);
}

}  // namespace
}  // namespace stage::engine
