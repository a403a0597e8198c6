#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/photo/photo.h"

namespace stage {

/// What is done about a shape that a vendor does not take.
enum class Reshape {
  kPad,   ///< the photo's edges are mirrored outwards
  kCrop,  ///< a part of the photo is sent
};

/// What a vendor accepts. Zero means no limit.
struct UploadLimits {
  std::vector<PhotoFormat> formats = {PhotoFormat::kJpeg};
  int max_long_edge_px = 0;
  int64_t max_pixels = 0;
  int64_t max_bytes = 0;
  /// Shapes outside these (width / height) are changed; both or none.
  double least_aspect = 0;
  double most_aspect = 0;
  int least_side_px = 0;  ///< smaller photos are padded, by kPad
  Reshape reshape = Reshape::kPad;
  /// By kCrop: x, y, width, height as shares of the upright photo that must be
  /// in what is sent; else it is the middle.
  std::optional<std::array<double, 4>> keep = {};
};

/// A part of a picture, in its pixels.
struct PictureBox {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
};

/// A photo as it may be sent.
struct UploadCopy {
  std::vector<uint8_t> bytes;  ///< of the file to send
  PhotoFormat format = PhotoFormat::kJpeg;
  int width = 0;
  int height = 0;
  /// What was mended, each a phrase such as "HEIC to JPEG"; empty: `bytes` are
  /// the photo's own.
  std::vector<std::string> changes;
  std::optional<PictureBox> place;  ///< of the photo, when it was padded
  /// When it was cropped: the part that is sent, as shares of the upright
  /// photo.
  std::optional<std::array<double, 4>> cut;
};

/// Makes a photo fit a vendor's limits with as little loss as can be: a photo
/// that fits is left alone. What must be written anew becomes an upright sRGB
/// JPEG (PNG where JPEG is not accepted) without metadata, so that GPS does
/// not leave the house with it.
/// @throws Error(kInput) when it cannot be read or cropped, Error(kUsage) when
///         it cannot be made to fit
UploadCopy ConvertForUpload(const std::filesystem::path& photo,
                            const UploadLimits& limits);

/// Puts a picture into a larger one whose remaining pixels mirror it outwards
/// (again and again where it is narrow).
ImageU8 PadByMirror(const ImageU8& picture,
                    int width,
                    int height,
                    PictureBox place);

/// Pixels of a part of a picture, from shares (x, y, width, height, each 0..1)
/// of it; clipped to it.
PictureBox BoxOf(const std::array<double, 4>& shares, int width, int height);
std::array<double, 4> SharesOf(const PictureBox& box, int width, int height);

/// A part of a photo, with everything else as it was.
Photo CropPhoto(const Photo& photo, const PictureBox& box);

/// The part of a picture that lies within `shares` (x, y, width, height, each
/// 0..1), rounded to whole pixels; 8-bit sRGB.
/// @throws Error(kInput) when it cannot be read or nothing is left
Photo CutOut(const std::filesystem::path& picture,
             const std::array<double, 4>& shares);

}  // namespace stage
