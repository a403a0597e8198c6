#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/disclosure.h"
#include "core/image.h"
#include "core/staging_job.h"

namespace stage {

enum class PhotoFormat { kJpeg, kPng, kWebp, kTiff, kHeic };

/// How a JPEG was coded, so that it can be coded alike.
struct JpegCoding {
  /// Quantisation tables by component (luma, chroma, chroma) in natural
  /// order; empty when the photo is not a JPEG.
  std::vector<std::array<uint16_t, 64>> quantisation;
  bool progressive = false;
};

/// What the file was, so that a result can be written alike.
struct PhotoSource {
  std::filesystem::path path;
  PhotoFormat format = PhotoFormat::kJpeg;  ///< by content, not by name
  bool name_misleads = false;  ///< the extension says another format
  int bit_depth = 8;           ///< 8 or 16, of `Photo` too
  bool lossless = false;       ///< PNG, TIFF, lossless WebP
  int jpeg_quality = 0;        ///< estimated from its tables; 0: not a JPEG
  int chroma_horizontal = 1;   ///< JPEG luma/chroma sampling: 2,2 is 4:2:0
  int chroma_vertical = 1;
  JpegCoding jpeg;
  bool was_cmyk = false;
  bool has_content_credentials = false;     ///< C2PA; results cannot keep them
  std::optional<double> focal_length_35mm;  ///< EXIF, millimetres
};

/// EXIF, IPTC and XMP of a file as opaque blobs, in Exiv2's encodings.
struct PhotoMetadata {
  std::vector<uint8_t> exif;
  std::vector<uint8_t> iptc;
  std::string xmp;
};

/// A decoded photo, upright: EXIF orientation is already applied.
/// Pixels are display values in the space of `icc_profile` (empty: sRGB);
/// 1 (grey), 2 (grey+alpha), 3 (RGB) or 4 (RGB+alpha) channels.
/// Exactly one of `pixels8` and `pixels16` is filled.
struct Photo {
  ImageU8 pixels8;
  ImageU16 pixels16;
  std::vector<uint8_t> icc_profile;
  PhotoMetadata metadata;
  PhotoSource source;

  bool is_16_bit() const { return !pixels16.empty(); }
  int width() const { return is_16_bit() ? pixels16.width() : pixels8.width(); }
  int height() const {
    return is_16_bit() ? pixels16.height() : pixels8.height();
  }
  int channels() const {
    return is_16_bit() ? pixels16.channels() : pixels8.channels();
  }
};

/// Reads and decodes a photo. CMYK becomes sRGB by its profile.
/// @throws Error(kInput) for a corrupt, truncated, empty, unsupported or
///         absurdly large file; the message names the file and the remedy.
Photo ReadPhoto(const std::filesystem::path& path);

/// Converts between a photo's display values and linear light with sRGB
/// (Rec. 709) primaries, by the photo's ICC profile. Grey photos are widened
/// to three equal channels; alpha is ignored. Thread-safe.
class ColorConverter {
 public:
  explicit ColorConverter(const Photo& photo);
  ~ColorConverter();
  ColorConverter(ColorConverter&&) noexcept;

  /// One row region of the photo as linear RGB floats, 1.0 = display white;
  /// may leave [0,1] for wide-gamut photos. `linear` holds 3 * count floats.
  void ToLinear(
      const Photo& photo, int x, int y, int count, float* linear) const;
  /// Writes `count` linear RGB pixels into the photo's own space and depth at
  /// (x, y), rounding to nearest, clipping to its gamut; alpha is kept.
  void FromLinear(
      const float* linear, int x, int y, int count, Photo& photo) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The whole photo reduced by area averaging in linear light so that its long
/// edge is at most `long_edge_px`; never enlarged. 3 channels.
ImageF ReadLinear(const Photo& photo,
                  const ColorConverter& converter,
                  int long_edge_px);

/// The same reduction as 8-bit sRGB display values, for analysis. 3 channels.
ImageU8 ReadSrgb8(const Photo& photo,
                  const ColorConverter& converter,
                  int long_edge_px);

/// Facts of a result for its metadata, label and caption.
struct Disclosure {
  Alteration alteration = Alteration::kRendered;
  std::string caption;               ///< for example "Virtually staged"
  std::vector<std::string> credits;  ///< licence attributions of placed pieces
};

/// A written result: the clean file and whatever disclosure asked for.
struct WrittenPhoto {
  std::filesystem::path path;
  int width = 0;
  int height = 0;
  int quality = 0;  ///< JPEG or WebP quality used; 0 when lossless
  std::string sha256;
  std::vector<std::filesystem::path> companions;  ///< labelled, original
  std::filesystem::path captions_csv;  ///< shared by the folder; or empty
};

/// Encodes `result` to `path` by `options` with the metadata of `original`
/// (orientation reset, DigitalSourceType set), writes beside, fsyncs, renames.
/// @throws Error(kDisk) when it cannot be written, Error(kInput) when
///         `max_bytes` or the format's largest size cannot be met.
WrittenPhoto WriteResult(const Photo& result,
                         const Photo& original,
                         const std::filesystem::path& path,
                         const OutputOptions& options,
                         const Disclosure& disclosure);

/// Takes a written result back: its file, companions and captions.
void RemoveResult(const WrittenPhoto& written);

}  // namespace stage
