#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/image.h"
#include "core/photo/photo.h"

namespace stage {

/// The bytes of a file cannot be decoded. The message lacks the file's name,
/// which ReadPhoto adds, and ends with what to do about it.
class BadPhotoData : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a decoder found, before orientation and colour are dealt with.
struct DecodedPhoto {
  /// As stored, exactly one filled. With `is_cmyk` four channels of ink,
  /// 0 = none, else 1 to 4 channels as in Photo.
  ImageU8 pixels8;
  ImageU16 pixels16;
  bool is_cmyk = false;
  bool is_upright = false;  ///< the decoder has applied the orientation
  std::vector<uint8_t> icc_profile;
  PhotoSource source;  ///< quality, sampling, tables, lossless
};

/// The size in pixels that a header claims, as stored.
struct CodedSize {
  int width = 0;
  int height = 0;
};

/// @param long_edge_px  when above 0 the picture may come out reduced by 2, 4
///        or 8 as long as its long edge is not below this
DecodedPhoto DecodeJpeg(std::span<const uint8_t> bytes, int long_edge_px = 0);
DecodedPhoto DecodePng(std::span<const uint8_t> bytes);
DecodedPhoto DecodeWebp(std::span<const uint8_t> bytes);
DecodedPhoto DecodeTiff(std::span<const uint8_t> bytes);
DecodedPhoto DecodeHeic(std::span<const uint8_t> bytes);

/// Sizes from the header alone. @throws BadPhotoData
CodedSize JpegSize(std::span<const uint8_t> bytes);
CodedSize PngSize(std::span<const uint8_t> bytes);
CodedSize WebpSize(std::span<const uint8_t> bytes);
CodedSize TiffSize(std::span<const uint8_t> bytes);
/// HEIC only: already turned upright.
CodedSize HeicSize(std::span<const uint8_t> bytes);

/// Refuses sizes that no camera makes, before any memory is taken for them:
/// over 400 megapixels, or over 100 that come out of next to no bytes.
/// @throws BadPhotoData
void CheckCodedSize(int64_t width, int64_t height, size_t file_bytes);

/// "cut off after 40 kB; export or copy it again".
std::string CutOffMessage(size_t file_bytes);
/// A library's own words without line ends and final dots.
std::string OneLine(const std::string& text);
/// "damaged (`detail`); export or copy it again".
std::string DamagedMessage(const std::string& detail);

}  // namespace stage
