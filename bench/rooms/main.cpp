// make_rooms DIR [SAMPLES [COUNT [SEED]]]: path traces the project's example
// photos, empty rooms with known geometry, or COUNT random ones, and writes
// truth.json beside them. With 0 SAMPLES only the truth is written.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "core/error.h"
#include "core/photo/photo.h"
#include "rooms/modelled_room.h"
#include "rooms/random_room.h"
#include "rooms/room_truth.h"

namespace stage::bench {
namespace {

using engine::Opening;
using engine::OpeningKind;

Opening Hole(
    OpeningKind kind, int wall, double u0, double u1, double v0, double v1) {
  Opening opening;
  opening.kind = kind;
  opening.wall = wall;
  opening.u0 = u0;
  opening.u1 = u1;
  opening.v0 = v0;
  opening.v1 = v1;
  opening.confidence = 1;
  return opening;
}

std::vector<RoomSpec> Rooms() {
  constexpr auto kWindow = OpeningKind::kWindow;
  constexpr auto kDoor = OpeningKind::kDoor;
  std::vector<RoomSpec> rooms(8);
  {
    RoomSpec& r = rooms[0];
    r.name = "living-oak-corner";
    r.yaw_degrees = 32;
    r.left_m = 2.4, r.right_m = 2.3, r.back_m = 4.1;
    r.openings = {Hole(kWindow, 2, 1.5, 3.5, 0.75, 2.25),
                  Hole(kDoor, 3, 2.9, 3.75, 0, 2.05)};
    r.to_sun = {0.75, 0.5, -0.25}, r.sun = 22;
  }
  {
    RoomSpec& r = rooms[1];
    r.name = "bedroom-carpet";
    r.yaw_degrees = -28, r.pitch_degrees = 5;
    r.left_m = 1.9, r.right_m = 1.8, r.back_m = 3.6;
    r.floor = FloorKind::kCarpet;
    r.wall_color = {0.72f, 0.74f, 0.76f};
    r.openings = {Hole(kWindow, 3, 1.2, 2.7, 0.9, 2.2),
                  Hole(kDoor, 0, 1.9, 2.7, 0, 2.03)};
  }
  {
    RoomSpec& r = rooms[2];
    r.name = "living-walnut-wide";
    r.focal_px = 720, r.yaw_degrees = -20;
    r.left_m = 2.7, r.right_m = 2.9, r.back_m = 5.2;
    r.floor = FloorKind::kWalnutPlanks;
    r.wall_color = {0.8f, 0.79f, 0.77f};
    r.ceiling_m = 2.7;
    r.openings = {Hole(kWindow, 3, 1.0, 2.4, 0.15, 2.3),
                  Hole(kWindow, 3, 3.2, 4.6, 0.15, 2.3),
                  Hole(kDoor, 0, 1.3, 2.2, 0, 2.08)};
    r.to_sun = {-0.3, 0.45, -0.8}, r.sun = 20;
  }
  {
    RoomSpec& r = rooms[3];
    r.name = "dining-tiles-frontal";
    r.yaw_degrees = 4, r.pitch_degrees = 3, r.camera_height_m = 1.3;
    r.left_m = 1.8, r.right_m = 2.1, r.back_m = 4.4;
    r.floor = FloorKind::kTiles;
    r.wall_color = {0.77f, 0.73f, 0.66f};
    r.openings = {Hole(kWindow, 3, 1.1, 2.7, 0.85, 2.2),
                  Hole(kWindow, 0, 1.4, 2.8, 0.85, 2.2),
                  Hole(kDoor, 2, 2.4, 3.25, 0, 2.05)};
  }
  {
    RoomSpec& r = rooms[4];
    r.name = "office-oak-portrait";
    r.width_px = 1000, r.height_px = 1500, r.focal_px = 930;
    r.yaw_degrees = 38, r.pitch_degrees = 8, r.roll_degrees = -0.8;
    r.left_m = 1.8, r.right_m = 1.6, r.back_m = 3.1;
    r.wall_color = {0.7f, 0.72f, 0.68f};
    r.openings = {Hole(kWindow, 2, 1.6, 2.8, 0.9, 2.15)};
  }
  {
    RoomSpec& r = rooms[5];
    r.name = "studio-diagonal-tiles";
    r.yaw_degrees = -35, r.camera_height_m = 1.5, r.focal_px = 760;
    r.left_m = 2.6, r.right_m = 2.4, r.back_m = 4.6;
    r.floor = FloorKind::kDiagonalTiles;
    r.wall_color = {0.78f, 0.72f, 0.58f};
    r.openings = {Hole(kWindow, 3, 0.9, 2.8, 0.05, 2.2),
                  Hole(kDoor, 0, 1.2, 2.05, 0, 2.05)};
    r.to_sun = {0.2, 0.4, -0.9}, r.sun = 16;
  }
  {
    RoomSpec& r = rooms[6];
    r.name = "bedroom-walnut-small";
    r.yaw_degrees = 42, r.pitch_degrees = 6, r.focal_px = 800;
    r.left_m = 1.7, r.right_m = 1.5, r.back_m = 3.0;
    r.floor = FloorKind::kWalnutPlanks;
    r.wall_color = {0.76f, 0.76f, 0.78f};
    r.openings = {Hole(kWindow, 2, 1.3, 2.6, 0.8, 2.1)};
  }
  {
    RoomSpec& r = rooms[7];
    r.name = "living-carpet-two-doors";
    r.yaw_degrees = 18, r.pitch_degrees = 1, r.camera_height_m = 1.25;
    r.left_m = 2.2, r.right_m = 2.5, r.back_m = 4.8;
    r.floor = FloorKind::kCarpet;
    r.wall_color = {0.8f, 0.77f, 0.71f};
    r.openings = {Hole(kDoor, 3, 0.7, 1.5, 0, 2.05),
                  Hole(kDoor, 3, 3.1, 3.95, 0, 2.05),
                  Hole(kWindow, 2, 1.6, 3.4, 0.7, 2.2)};
  }
  return rooms;
}

float Median(const ImageF& image, int channel) {
  std::vector<float> values;
  for (int y = 0; y < image.height(); y += 3) {
    for (int x = 0; x < image.width(); x += 3) {
      values.push_back(image.at(x, y, channel));
    }
  }
  std::nth_element(
      values.begin(), values.begin() + values.size() / 2, values.end());
  return std::max(values[values.size() / 2], 1e-6f);
}

// Exposed and balanced so that the room's middle tone is a photographer's, with
// a shoulder for windows, display values, and the grain of a small sensor.
Photo Develop(const ImageF& linear, const RoomSpec& spec, uint32_t seed) {
  constexpr double kBalance = 0.75;
  const double green = Median(linear, 1);
  double exposure[3];
  for (int c = 0; c < 3; ++c) {
    exposure[c] = spec.middle_tone / green *
                  std::pow(green / Median(linear, c), kBalance);
  }
  std::mt19937 random(seed);
  Photo photo;
  photo.pixels8 = ImageU8(linear.width(), linear.height(), 3);
  for (int y = 0; y < linear.height(); ++y) {
    for (int x = 0; x < linear.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        double value = linear.at(x, y, c) * exposure[c];
        if (value > 0.7)
          value = 0.7 + 0.3 * (1 - std::exp((0.7 - value) / 0.3));
        double display = value <= 0.0031308
                             ? 12.92 * value
                             : 1.055 * std::pow(value, 1 / 2.4) - 0.055;
        display += (random() / 4294967296.0 + random() / 4294967296.0 - 1) *
                   spec.grain;
        photo.pixels8.at(x, y, c) = static_cast<uint8_t>(
            std::lround(std::clamp(display, 0.0, 1.0) * 255));
      }
    }
  }
  return photo;
}

// The specifications are written for 1500 pixels; the pictures are smaller, for
// they live in the repository.
constexpr double kPictureScale = 0.8;

RoomSpec Scaled(RoomSpec spec, double scale) {
  spec.width_px = static_cast<int>(std::lround(spec.width_px * scale));
  spec.height_px = static_cast<int>(std::lround(spec.height_px * scale));
  spec.focal_px *= scale;
  return spec;
}

std::vector<RoomSpec> RandomRooms(int count, uint32_t seed) {
  std::vector<RoomSpec> rooms;
  for (int i = 0; i < count; ++i) {
    rooms.push_back(RandomRoom(seed + static_cast<uint32_t>(i)));
  }
  return rooms;
}

std::vector<RoomSpec> ExampleRooms() {
  std::vector<RoomSpec> rooms;
  for (const RoomSpec& room : Rooms()) {
    rooms.push_back(Scaled(room, kPictureScale));
  }
  return rooms;
}

int Main(int argc, char** argv) {
  constexpr const char* kUsage =
      "usage: make_rooms DIR [SAMPLES_A_PIXEL [COUNT [SEED]]]\n";
  if (argc == 2 &&
      (argv[1] == std::string("--help") || argv[1] == std::string("-h"))) {
    std::cout << kUsage;
    return 0;
  }
  if (argc < 2 || argc > 5 || argv[1][0] == '-') {
    std::cerr << kUsage;
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);
  engine::RenderOptions options;
  options.samples_per_pixel = argc > 2 ? std::atoi(argv[2]) : 256;
  OutputOptions output;
  output.format = "jpeg";
  output.quality = 92;
  output.disclose = {"none"};
  Disclosure disclosure;
  disclosure.alteration = Alteration::kNone;
  nlohmann::json truth;
  const std::vector<RoomSpec> rooms =
      argc > 3
          ? RandomRooms(std::atoi(argv[3]), argc > 4 ? std::atoi(argv[4]) : 1)
          : ExampleRooms();
  for (const RoomSpec& spec : rooms) {
    const std::string name = spec.name + ".jpg";
    truth[name] = TruthOf(spec);
    std::ofstream(folder / "truth.json") << truth.dump(1) << '\n';
    if (options.samples_per_pixel < 1) continue;
    const ImageF linear = engine::RenderRoom(BuildRoom(spec),
                                             CameraOf(spec),
                                             spec.width_px,
                                             spec.height_px,
                                             options);
    const Photo photo = Develop(linear, spec, 1);
    WriteResult(photo, photo, folder / name, output, disclosure);
    std::cout << name << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace stage::bench

int main(int argc, char** argv) {
  try {
    return stage::bench::Main(argc, argv);
  } catch (const stage::Error& error) {
    std::cerr << "make_rooms: " << error.what() << '\n';
    return 1;
  }
}
