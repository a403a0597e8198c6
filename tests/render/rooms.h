#pragma once

#include <memory>

#include "core/image.h"
#include "engine/catalogue/mesh.h"
#include "engine/render/render.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// A box room 5 m wide, 4 m deep before the camera and 2.6 m high, seen at eye
/// height, looking slightly down; no openings.
Scene BoxRoom(int width_px, int height_px);

/// A grey photo, linear RGB.
ImageF EvenPhoto(int width_px, int height_px, float value);

/// A photo with light from the left and some texture, linear RGB.
ImageF ShadedPhoto(int width_px, int height_px);

/// An axis-aligned box that stands on Y = 0, of one material.
std::shared_ptr<Mesh> BoxMesh(const Eigen::Vector3f& size,
                              const Material& material);

/// A sphere that rests on Y = 0.
std::shared_ptr<Mesh> SphereMesh(float radius, const Material& material);

/// A plain matt material without specular reflection.
Material Matt(float albedo);

}  // namespace stage::engine
