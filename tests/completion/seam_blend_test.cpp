#include "engine/completion/seam_blend.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

constexpr int kSide = 60;

/// Two even copies side by side, of these tones.
class TwoCopies final : public CopySource {
 public:
  TwoCopies(float left, float right) : tones_{left, right} {}
  int64_t Label(const Eigen::Vector2d& anchor) const override {
    return anchor.x() < kSide / 2 ? 0 : 1;
  }
  std::optional<Eigen::Vector3f> Color(const Eigen::Vector2d& anchor,
                                       const Eigen::Vector2d&) const override {
    return Eigen::Vector3f::Constant(tones_[Label(anchor)]);
  }

 private:
  float tones_[2];
};

BlendedCopies Blended(const TwoCopies& copies,
                      const ImageF& picture = ImageF(kSide, kSide, 3, 0.5f)) {
  ImageU8 hole(kSide, kSide, 1);
  for (int y = 20; y < 40; ++y) {
    for (int x = 20; x < 40; ++x) hole.at(x, y) = 255;
  }
  return BlendCopies(picture, hole, {19, 19, 22, 22}, copies, {});
}

TEST_CASE("BlendCopies: copies that go on as the picture does leave no step") {
  const BlendedCopies same = Blended({0.5f, 0.5f});
  CHECK(same.misfit == 0);
  CHECK(same.broken == 0);
  const BlendedCopies near = Blended({0.47f, 0.53f});
  CHECK(near.broken == 0);
  const float step = near.filled.at(11, 11, 0) - near.filled.at(10, 11, 0);
  CHECK(step < 0.02f);
}

TEST_CASE("BlendCopies: copies that do not go on into each other are told of") {
  const BlendedCopies apart = Blended({0.5f, 0.9f});
  // A seam of 20 pixels, and a rim of 80 that half of it fits.
  CHECK(apart.broken == doctest::Approx(20.0 / 80).epsilon(0.2));
  CHECK(apart.misfit == doctest::Approx(0.5).epsilon(0.2));
}

TEST_CASE("BlendCopies: on a rough picture a step is none that an eye sees") {
  ImageF rough(kSide, kSide, 3, 0.5f);
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      for (int c = 0; c < 3; ++c) rough.at(x, y, c) += (x + y) % 2 ? 0.1f : 0;
    }
  }
  const TwoCopies copies(0.35f, 0.75f);
  CHECK(Blended(copies).misfit > 0.9);
  const BlendedCopies among = Blended(copies, rough);
  CHECK(among.misfit == 0);
  CHECK(among.broken == 0);
}

}  // namespace
}  // namespace stage::engine
