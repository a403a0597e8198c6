#include "engine/render/sun_light.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/render/sharp_patches.h"
#include "render/rooms.h"
#include "render/sunny_room.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 480, kHeight = 320;
constexpr float kFactor = 3;

struct FittedRoom {
  Scene scene = SunnyRoom(kWidth, kHeight);
  ImageF photo;
  LightField field;
  SunPatches patches;

  explicit FittedRoom(ImageF shown)
      : photo(std::move(shown)),
        field(FitLight(scene, photo)),
        patches(FindSunPatches(
            field, OpeningSet(scene.room, field.prism), photo)) {}
};

FittedRoom RoomInTheSun() {
  return FittedRoom(SunnyPhoto(SunnyRoom(kWidth, kHeight), kToSun, kFactor));
}

double DegreesBetween(const Eigen::Vector3f& a, const Eigen::Vector3d& b) {
  return std::acos(a.cast<double>().normalized().dot(b.normalized())) * 180 /
         3.14159265;
}

// A floor point that the sun reaches.
Eigen::Vector3d SunnyFloorPoint() {
  const Eigen::Vector3d in_window(-2.5, 1.4, -2.8);
  return in_window - kToSun * (in_window.y() / kToSun.y());
}

Eigen::Vector2i PixelOf(const Scene& scene, const Eigen::Vector3d& point) {
  const auto pixel = scene.camera.Project(point);
  REQUIRE(pixel);
  REQUIRE(pixel->x() > 0);
  REQUIRE(pixel->x() < kWidth);
  REQUIRE(pixel->y() > 0);
  REQUIRE(pixel->y() < kHeight);
  return pixel->cast<int>();
}

TEST_CASE("SunPatches: as bright as the sun makes them, one elsewhere") {
  const FittedRoom room = RoomInTheSun();
  const Eigen::Vector2i lit = PixelOf(room.scene, SunnyFloorPoint());
  const float x = (lit.x() + 0.5f) / kWidth, y = (lit.y() + 0.5f) / kHeight;
  CHECK(room.patches.FactorAt(x, y) == doctest::Approx(kFactor).epsilon(0.15));
  const Color shade =
      room.patches.ShadeAt(x, y, Color::Constant(kFactor * 0.15f));
  CHECK(shade.mean() == doctest::Approx(1 / kFactor).epsilon(0.15));
  CHECK(room.patches.SunAt(x, y) == doctest::Approx(kFactor).epsilon(0.15));
  const Eigen::Vector2i dull = PixelOf(room.scene, {-1.9, 0, -3.7});
  CHECK(room.patches.FactorAt((dull.x() + 0.5f) / kWidth,
                              (dull.y() + 0.5f) / kHeight) ==
        doctest::Approx(1).epsilon(0.02));
}

TEST_CASE("SunPatches: what a brown floor mirrors is no sun") {
  const Scene scene = SunnyRoom(kWidth, kHeight);
  const ImageF bright = SunnyPhoto(scene, kToSun, kFactor);
  const ImageF even = SunnyPhoto(scene, kToSun, 1);
  constexpr float kBrown[] = {1.4f, 0.7f, 0.25f};
  ImageF sunlit = bright, mirroring = even;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      for (int c = 0; c < 3; ++c) {
        sunlit.at(x, y, c) *= kBrown[c];
        mirroring.at(x, y, c) *= kBrown[c];
        mirroring.at(x, y, c) += bright.at(x, y, c) - even.at(x, y, c);
      }
    }
  }
  const Eigen::Vector2i lit = PixelOf(scene, SunnyFloorPoint());
  const float x = (lit.x() + 0.5f) / kWidth, y = (lit.y() + 0.5f) / kHeight;
  CHECK(FittedRoom(sunlit).patches.FactorAt(x, y) > 2);
  CHECK(FittedRoom(mirroring).patches.FactorAt(x, y) ==
        doctest::Approx(1).epsilon(0.02));
}

TEST_CASE("SharpPatches: sun on the bright part of a floor, not that part") {
  // Brightness rises fivefold over the picture; the sun adds three fifths.
  ImageF factor(240, 160, 1);
  const auto is_sunny = [](int x, int y) {
    return x > 150 && x < 210 && y > 40 && y < 110;
  };
  for (int y = 0; y < factor.height(); ++y) {
    for (int x = 0; x < factor.width(); ++x) {
      const float floor = 1 + 4.0f * static_cast<float>(x) / 240;
      factor.at(x, y) = floor * (is_sunny(x, y) ? 1.6f : 1.0f);
    }
  }
  const ImageU8 sharp = SharpPatches(factor);
  int found = 0, missed = 0, wrong = 0;
  for (int y = 0; y < factor.height(); ++y) {
    for (int x = 0; x < factor.width(); ++x) {
      (is_sunny(x, y) ? sharp.at(x, y) ? found : missed : wrong) +=
          is_sunny(x, y) ? 1 : sharp.at(x, y);
    }
  }
  CHECK(found > 0.95 * (found + missed));
  CHECK(wrong < 0.05 * found);
}

TEST_CASE("SunPatches: none in an evenly lit room") {
  CHECK(FittedRoom(ShadedPhoto(kWidth, kHeight)).patches.empty());
}

TEST_CASE("SunDirection: found from window and patch") {
  const FittedRoom room = RoomInTheSun();
  const auto direction = FitSunDirection(room.field, room.patches, false);
  REQUIRE(direction);
  CHECK(DegreesBetween(direction->to_sun, kToSun) < 4);
  CHECK(direction->agreement > 0.7f);
}

TEST_CASE("SunDirection: a soft sheen on the floor is no sun") {
  const Scene scene = SunnyRoom(kWidth, kHeight);
  ImageF photo = SunnyPhoto(scene, kToSun, 1);
  const Eigen::Vector2i middle = PixelOf(scene, SunnyFloorPoint());
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const float d2 =
          static_cast<float>((Eigen::Vector2i(x, y) - middle).squaredNorm());
      for (int c = 0; c < 3; ++c) {
        photo.at(x, y, c) *= 1 + 2.5f * std::exp(-d2 / (2 * 40 * 40));
      }
    }
  }
  const FittedRoom room(std::move(photo));
  REQUIRE_FALSE(room.patches.empty());
  CHECK_FALSE(FitSunDirection(room.field, room.patches, false));
  const float x = (middle.x() + 0.5f) / kWidth;
  const float y = (middle.y() + 0.5f) / kHeight;
  CHECK(room.patches.FactorAt(x, y) > 1.3f);
  CHECK(room.patches.SunAt(x, y) == 1);
}

TEST_CASE("SunDirection: unknown when no window explains the patch") {
  FittedRoom room = RoomInTheSun();
  room.field.windows.clear();
  CHECK_FALSE(FitSunDirection(room.field, room.patches, false));
}

TEST_CASE("SunLight: a surface is as bright as seen up to a patch's edge") {
  const FittedRoom room = RoomInTheSun();
  PhotoIllumination light(room.field, room.photo);
  const auto direction = FitSunDirection(room.field, room.patches, false);
  REQUIRE(direction);
  const SunLight sun(light, room.patches, *direction);
  int floor = 0, right = 0, lit = 0;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const RoomHit hit = room.field.prism.Intersect(
          room.field.view.position(), room.field.view.Ray(x + 0.5f, y + 0.5f));
      if (hit.face != RoomPrism::kFloor) continue;
      const Color seen = light.PhotoAt(hit);
      const auto surface = sun.SurfaceAt(hit, seen);
      if (!surface) continue;
      ++floor;
      lit += seen.x() > 0.3f;
      right += std::abs(surface->x() - seen.x()) < 0.2f * seen.x();
    }
  }
  CHECK(floor > 10000);
  CHECK(lit > 500);
  CHECK(right > 0.99 * floor);
  // The ceiling has no patch that could tell.
  const RoomHit above = room.field.prism.Intersect(
      room.field.view.position(), Eigen::Vector3f(0, 0.8f, -0.6f));
  CHECK_FALSE(sun.SurfaceAt(above, light.PhotoAt(above)));
}

TEST_CASE("Render: furniture in the sun is sunlit and cuts the patch") {
  const Scene scene = SunnyRoom(kWidth, kHeight);
  const Eigen::Vector3d lit = SunnyFloorPoint();
  const std::vector<RenderObject> objects = {
      {BoxMesh({0.2f, 0.3f, 0.2f}, Matt(0.3f)), lit, 0, false}};
  RenderOptions options;
  options.threads = 2;
  auto render = [&](float factor) {
    return Render(scene, SunnyPhoto(scene, kToSun, factor), objects, options);
  };
  const RenderLayers sunny = render(kFactor), cloudy = render(1);
  const Eigen::Vector2i top = PixelOf(scene, lit + Eigen::Vector3d(0, 0.3, 0));
  CHECK(sunny.furniture.at(top.x(), top.y(), 1) >
        1.8f * cloudy.furniture.at(top.x(), top.y(), 1));
  // Where the shadow of the box's middle falls; away from the sun.
  const Eigen::Vector2i shadow = PixelOf(
      scene, lit + Eigen::Vector3d(0, 0.15, 0) - kToSun * (0.15 / kToSun.y()));
  REQUIRE(sunny.object.at(shadow.x(), shadow.y()) == 0);
  CHECK(sunny.ratio.at(shadow.x(), shadow.y(), 1) < 1.25f / kFactor);
  CHECK(cloudy.ratio.at(shadow.x(), shadow.y(), 1) > 0.6f);
  // Beside the shadow the sun outshines what ambient light is lost.
  const Eigen::Vector2i beside =
      PixelOf(scene, lit + Eigen::Vector3d(0, 0, 0.3));
  CHECK(sunny.ratio.at(beside.x(), beside.y(), 1) >
        cloudy.ratio.at(beside.x(), beside.y(), 1));
}

}  // namespace
}  // namespace stage::engine
