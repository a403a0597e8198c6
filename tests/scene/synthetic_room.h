#pragma once

#include <opencv2/core.hpp>
#include <random>
#include <vector>

#include "core/image.h"
#include "engine/scene/camera.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

enum class FloorKind {
  kPlanks,
  kDiagonalPlanks,
  kTiles,
  kDiagonalTiles,
  kCarpet,
  kMarble
};

/// What a made-up room is drawn from. Lengths in metres.
struct SyntheticRoom {
  Camera camera;
  RoomLayout layout;  ///< true outline, closed behind the camera, openings
  FloorKind floor = FloorKind::kPlanks;
  double floor_turn = 0;  ///< radians planks are turned against the X axis
  cv::Vec3f floor_color{0.6f, 0.45f, 0.32f};  ///< RGB, display values
  std::vector<cv::Vec3f> wall_colors;         ///< one a wall
  cv::Vec3f skirting_color{0.92f, 0.92f, 0.9f};
  double skirting_height = 0.09;  ///< 0: none
  double molding_height = 0;      ///< 0: none
  double gloss = 0;               ///< mirror part at 45°
  struct Block {                  ///< a cupboard, island or column
    Eigen::Vector3d low, high;
    cv::Vec3f color;
  };
  std::vector<Block> blocks;
  double noise = 0.01;  ///< of display values, standard deviation
  double blur = 0.5;    ///< pixels, standard deviation
  uint32_t seed = 0;
};

struct SyntheticPhoto {
  ImageU8 srgb;
  cv::Mat floor;  ///< 255 where floor is seen, through passages too
};

/// A random plausible room and view of it.
SyntheticRoom MakeRoom(uint32_t seed);

/// Draws a room by casting rays, four a pixel.
SyntheticPhoto DrawRoom(const SyntheticRoom& room);

}  // namespace stage::engine
