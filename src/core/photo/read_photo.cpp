#include "core/photo/read_photo.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/content_credentials.h"
#include "core/error.h"
#include "core/photo/cmyk.h"
#include "core/photo/decode.h"
#include "core/photo/icc_profiles.h"
#include "core/photo/metadata.h"
#include "core/photo/orientation.h"
#include "core/photo/photo.h"
#include "core/photo/photo_file.h"
#include "core/photo/photo_format.h"

namespace stage {
namespace {

DecodedPhoto Decode(PhotoFormat format,
                    std::span<const uint8_t> bytes,
                    int long_edge_px) {
  switch (format) {
    case PhotoFormat::kJpeg:
      return DecodeJpeg(bytes, long_edge_px);
    case PhotoFormat::kPng:
      return DecodePng(bytes);
    case PhotoFormat::kWebp:
      return DecodeWebp(bytes);
    case PhotoFormat::kTiff:
      return DecodeTiff(bytes);
    case PhotoFormat::kHeic:
      return DecodeHeic(bytes);
  }
  throw BadPhotoData("of an unknown format");
}

FileMetadata MetadataOf(PhotoFormat format, std::span<const uint8_t> bytes) {
  return format == PhotoFormat::kHeic ? HeicMetadata(bytes)
                                      : ReadFileMetadata(bytes);
}

// A profile of another kind of space than the pixels' is a mistake of some
// export; without it the photo looks as it does in every viewer.
void DropUnfitProfile(Photo& photo) {
  if (!photo.icc_profile.empty() &&
      !ProfileFits(photo.icc_profile, photo.channels())) {
    photo.icc_profile.clear();
  }
}

Photo Assemble(DecodedPhoto decoded, FileMetadata metadata) {
  Photo photo;
  photo.source = std::move(decoded.source);
  photo.source.focal_length_35mm = metadata.focal_length_35mm;
  photo.metadata = std::move(metadata.blobs);
  photo.icc_profile = std::move(decoded.icc_profile);
  if (decoded.is_cmyk) {
    photo.source.was_cmyk = true;
    CmykToSrgb(photo.icc_profile, decoded.pixels8, decoded.pixels16);
    photo.icc_profile = SrgbProfile();
  }
  const int orientation = decoded.is_upright ? 1 : metadata.orientation;
  if (!decoded.pixels16.empty()) {
    photo.source.bit_depth = 16;
    photo.pixels16 = TurnUpright(std::move(decoded.pixels16), orientation);
  } else {
    photo.pixels8 = TurnUpright(std::move(decoded.pixels8), orientation);
  }
  if (photo.icc_profile.empty() && metadata.says_adobe_rgb &&
      photo.channels() >= 3) {
    photo.icc_profile = GammaProfile(kAdobeRgbPrimaries, 563.0 / 256.0);
  }
  DropUnfitProfile(photo);
  return photo;
}

}  // namespace

Photo ReadPhoto(const std::filesystem::path& path) {
  return ReadPhotoAtLeast(path, 0);
}

Photo ReadPhotoAtLeast(const std::filesystem::path& path, int long_edge_px) {
  const PhotoFile file = LoadPhotoFile(path);
  try {
    FileMetadata metadata = MetadataOf(file.format, file.bytes);
    Photo photo = Assemble(Decode(file.format, file.bytes, long_edge_px),
                           std::move(metadata));
    photo.source.path = path;
    photo.source.format = file.format;
    photo.source.name_misleads = file.name_misleads;
    photo.source.has_content_credentials = HasContentCredentials(file.bytes);
    return photo;
  } catch (const BadPhotoData& error) {
    throw Error(ErrorKind::kInput, path.string() + ": " + error.what());
  } catch (const std::bad_alloc&) {
    throw Error(
        ErrorKind::kInput,
        path.string() + ": needs more memory than there is; export it smaller");
  }
}

}  // namespace stage
