#pragma once

#include <Eigen/Core>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stage::engine {

/// One `newmtl` of a Wavefront .mtl file, as written: display colours, texture
/// references untouched but for options before the name.
struct WavefrontMaterial {
  Eigen::Vector3f kd{0.7f, 0.7f, 0.7f};
  Eigen::Vector3f ks{0, 0, 0};
  Eigen::Vector3f ke{0, 0, 0};
  float ns = 0;
  float dissolve = 1;  ///< `d`; `Tr` means different things to different tools
  int illum = 2;
  std::string map_kd;
  std::string map_d;
  Eigen::Vector2f texture_scale{1, 1};   ///< -s of map_Kd
  Eigen::Vector2f texture_offset{0, 0};  ///< -o of map_Kd
};

/// Materials by name. Lines that make no sense are passed over, as every
/// reader of this format does.
std::map<std::string, WavefrontMaterial> ParseWavefrontMaterials(
    std::string_view text);

/// The file names of all `mtllib` lines of an .obj file, in order.
std::vector<std::string> MaterialLibraries(std::string_view obj);

}  // namespace stage::engine
