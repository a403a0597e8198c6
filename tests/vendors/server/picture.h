#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stage::vendors {

enum class PictureFormat { kJpeg, kPng, kWebp, kHeif };

/// "image/jpeg", ...
std::string_view MediaType(PictureFormat format);

/// What the first bytes of a file say. Sizes are known of JPEG and PNG only
/// and are 0 for the others.
struct PictureInfo {
  PictureFormat format = PictureFormat::kJpeg;
  int width = 0;   ///< pixels
  int height = 0;  ///< pixels
};

/// nullopt when the bytes are no picture, or a damaged one.
std::optional<PictureInfo> ProbePicture(std::string_view bytes);

struct Picture {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgb;  ///< height * width * 3
};

/// JPEG and PNG.
/// @throws std::runtime_error
Picture DecodePicture(std::string_view bytes);
/// JPEG of quality 88, or PNG.
std::string EncodePicture(const Picture& picture, PictureFormat format);

/// Nearest neighbour: what is tested is sizes, not looks.
Picture Resized(const Picture& picture, int width, int height);
/// The room with a box where furniture would stand; another colour a variant.
Picture Furnished(Picture room, int variant);
/// A gradient that is another one for every seed.
Picture EmptyRoom(int width, int height, uint32_t seed);
/// A mask: white in the middle, black around.
Picture MiddleMask(int width, int height);

}  // namespace stage::vendors
