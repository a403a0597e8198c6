#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/image.h"
#include "photo/photo_fixture.h"

namespace stage::test {

/// Files of kinds that stage reads but never writes, made with the formats'
/// own libraries.

/// CMYK as Photoshop writes it: ink inverted, with an Adobe marker. `ink` has
/// four channels, 0 = none.
Bytes AdobeCmykJpeg(const ImageU8& ink, const Bytes& icc_profile);

/// A CMYK profile in which full black ink prints as L* = 50 and the colours
/// print nothing.
Bytes PaleCmykProfile();

enum class PngKind { kPalette, kPaletteWithAlpha, kOneBit, kInterlaced16 };
/// A 16 x 8 picture: left half black or (palette) red, right half white or
/// half transparent green; interlaced: a ramp along x.
Bytes PngOfKind(PngKind kind);

enum class TiffKind {
  kTiled,
  kPlanar,
  kTiledPlanar16,
  kLzw,
  kJpeg,
  kMinIsWhite,
  kPalette,
  kOneBit,
  kCmyk,
  kPremultiplied,
  kFloat,
  kPreview,
};
/// Stores a picture in that way; RGB kinds keep it, grey ones its red, the
/// CMYK kind has its colours as cyan, magenta and yellow ink.
Bytes TiffOfKind(TiffKind kind, const ImageU8& rgb);

/// HEVC-coded HEIC of an RGB picture with Exif; `bits` 8 or 10.
/// @param orientation written to its Exif, which readers must ignore
Bytes HeicFile(const ImageU8& rgb, int bits, int orientation);

/// Puts Exif tags, an IPTC caption and an XMP packet into a JPEG, PNG, WebP or
/// TIFF, by Exiv2's names.
struct Tags {
  std::vector<std::pair<std::string, std::string>> exif;
  std::vector<std::pair<std::string, std::string>> iptc;
  std::string xmp_packet;
  Bytes thumbnail_jpeg;
};
Bytes WithTags(const Bytes& file, const Tags& tags);

/// One tag of a file as text by Exiv2's name, such as "Exif.Image.Model" or
/// "Xmp.dc.title"; "-" when it is not there.
std::string TagOf(const Bytes& file, const std::string& key);
/// The Exif preview of a file.
Bytes ThumbnailOf(const Bytes& file);

}  // namespace stage::test
