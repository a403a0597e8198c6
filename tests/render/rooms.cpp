#include "render/rooms.h"

#include <cmath>
#include <numbers>

namespace stage::engine {

Scene BoxRoom(int width_px, int height_px) {
  Scene scene;
  scene.camera.width_px = width_px;
  scene.camera.height_px = height_px;
  scene.camera.focal_px = 0.7 * width_px;
  scene.camera.center_px = {width_px / 2.0, height_px / 2.0};
  scene.camera.position = {0, 1.4, 0};
  // World Z points at the viewer, camera z away from him; y down; 10 degrees.
  const double pitch = 10 * std::numbers::pi / 180;
  Eigen::Matrix3d flip = Eigen::Vector3d(1, -1, -1).asDiagonal();
  Eigen::Matrix3d tilt;
  tilt << 1, 0, 0, 0, std::cos(pitch), -std::sin(pitch), 0, std::sin(pitch),
      std::cos(pitch);
  scene.camera.world_to_camera = tilt * flip;
  scene.room.floor = {{-2.5, -4}, {-2.5, 1}, {2.5, 1}, {2.5, -4}};
  scene.room.height = 2.6;
  scene.confidence = 1;
  scene.trust = SceneTrust::kRoom;
  return scene;
}

ImageF EvenPhoto(int width_px, int height_px, float value) {
  return ImageF(width_px, height_px, 3, value);
}

ImageF ShadedPhoto(int width_px, int height_px) {
  ImageF photo(width_px, height_px, 3);
  for (int y = 0; y < height_px; ++y) {
    for (int x = 0; x < width_px; ++x) {
      const float light = 0.7f - 0.4f * x / width_px;
      const float texture = 1 + 0.1f * ((x / 5 + y / 5) % 2);
      photo.at(x, y, 0) = light * texture;
      photo.at(x, y, 1) = 0.95f * light * texture;
      photo.at(x, y, 2) = 0.85f * light * texture;
    }
  }
  return photo;
}

std::shared_ptr<Mesh> BoxMesh(const Eigen::Vector3f& size,
                              const Material& material) {
  auto mesh = std::make_shared<Mesh>();
  for (int axis = 0; axis < 3; ++axis) {
    for (int side = -1; side <= 1; side += 2) {
      Eigen::Vector3f normal = Eigen::Vector3f::Zero();
      normal[axis] = static_cast<float>(side);
      const uint32_t first = static_cast<uint32_t>(mesh->positions.size());
      for (int corner = 0; corner < 4; ++corner) {
        Eigen::Vector3f p;
        p[axis] = 0.5f * side;
        p[(axis + 1) % 3] = corner & 1 ? 0.5f : -0.5f;
        p[(axis + 2) % 3] = corner & 2 ? 0.5f : -0.5f;
        p = p.cwiseProduct(size) + Eigen::Vector3f(0, size.y() / 2, 0);
        mesh->positions.push_back(p);
        mesh->normals.push_back(normal);
      }
      const uint32_t order[2][6] = {{0, 2, 1, 1, 2, 3}, {0, 1, 2, 1, 3, 2}};
      for (const uint32_t i : order[side > 0]) {
        mesh->indices.push_back(first + i);
      }
      mesh->triangle_material.insert(mesh->triangle_material.end(), 2, 0);
    }
  }
  mesh->materials = {material};
  return mesh;
}

std::shared_ptr<Mesh> SphereMesh(float radius, const Material& material) {
  auto mesh = std::make_shared<Mesh>();
  constexpr uint32_t kRings = 24, kSegments = 48;
  for (uint32_t ring = 0; ring <= kRings; ++ring) {
    for (uint32_t segment = 0; segment <= kSegments; ++segment) {
      const float theta = std::numbers::pi_v<float> * ring / kRings;
      const float phi = 2 * std::numbers::pi_v<float> * segment / kSegments;
      const Eigen::Vector3f n(std::sin(theta) * std::cos(phi),
                              std::cos(theta),
                              std::sin(theta) * std::sin(phi));
      mesh->positions.push_back(n * radius + Eigen::Vector3f(0, radius, 0));
      mesh->normals.push_back(n);
      if (ring == kRings || segment == kSegments) continue;
      const uint32_t a = ring * (kSegments + 1) + segment;
      const uint32_t b = a + kSegments + 1;
      for (const uint32_t i : {a, a + 1, b, a + 1, b + 1, b}) {
        mesh->indices.push_back(i);
      }
      mesh->triangle_material.insert(mesh->triangle_material.end(), 2, 0);
    }
  }
  mesh->materials = {material};
  return mesh;
}

Material Matt(float albedo) {
  Material material;
  material.base_color = {albedo, albedo, albedo};
  material.roughness = 1;
  material.specular_f0 = 0;
  return material;
}

}  // namespace stage::engine
