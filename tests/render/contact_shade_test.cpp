#include "engine/render/contact_shade.h"

#include <doctest/doctest.h>

#include "render/rooms.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 320, kHeight = 240;

RenderLayers Unchanged() {
  RenderLayers layers;
  layers.ratio = EvenPhoto(kWidth, kHeight, 1);
  return layers;
}

/// A box of 0.4 x 0.5 x 0.4 m.
RenderObject BoxAt(const Eigen::Vector3d& position) {
  return {BoxMesh({0.4f, 0.5f, 0.4f}, Matt(0.5f)), position};
}

float RatioAt(const RenderLayers& layers,
              const Scene& scene,
              const Eigen::Vector3d& point) {
  const auto pixel = scene.camera.Project(point);
  return layers.ratio.at(static_cast<int>(pixel->x()),
                         static_cast<int>(pixel->y()));
}

}  // namespace

TEST_CASE("ShadeContact: the floor is dark along what touches it") {
  const Scene scene = BoxRoom(kWidth, kHeight);
  const Eigen::Vector3d foot(0.2, 0, -3);
  const RenderObject box = BoxAt(foot);
  const cv::Mat contact = ContactMask(scene, {box}, {kWidth, kHeight});
  RenderLayers layers = Unchanged();
  ShadeContact(scene, contact, layers);
  const Eigen::Vector3d front = foot + Eigen::Vector3d(0, 0, 0.2);
  const Eigen::Vector3d toward(0, 0, 0.01);
  CHECK(RatioAt(layers, scene, front + toward) < 0.85f);
  CHECK(RatioAt(layers, scene, front + 8 * toward) > 0.9f);
  CHECK(RatioAt(layers, scene, front + 50 * toward) == 1);
}

TEST_CASE("ShadeContact: what hangs touches nothing") {
  const Scene scene = BoxRoom(kWidth, kHeight);
  const RenderObject box = BoxAt({0.2, 0.3, -3});
  CHECK(cv::countNonZero(ContactMask(scene, {box}, {kWidth, kHeight})) == 0);
}

}  // namespace stage::engine
