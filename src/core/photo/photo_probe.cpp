#include "core/photo/photo_probe.h"

#include "core/error.h"
#include "core/photo/decode.h"
#include "core/photo/encode.h"
#include "core/photo/metadata.h"
#include "core/photo/orientation.h"
#include "core/photo/photo_file.h"
#include "core/photo/read_photo.h"

namespace stage {
namespace {

CodedSize SizeOf(const PhotoFile& file) {
  switch (file.format) {
    case PhotoFormat::kJpeg:
      return JpegSize(file.bytes);
    case PhotoFormat::kPng:
      return PngSize(file.bytes);
    case PhotoFormat::kWebp:
      return WebpSize(file.bytes);
    case PhotoFormat::kTiff:
      return TiffSize(file.bytes);
    case PhotoFormat::kHeic:
      return HeicSize(file.bytes);
  }
  return {};
}

}  // namespace

PhotoInfo ProbePhoto(const std::filesystem::path& path) {
  const PhotoFile file = LoadPhotoFile(path);
  PhotoInfo info;
  info.format = file.format;
  info.name_misleads = file.name_misleads;
  info.file_bytes = static_cast<int64_t>(file.bytes.size());
  try {
    const CodedSize size = SizeOf(file);
    CheckCodedSize(size.width, size.height, file.bytes.size());
    const FileMetadata metadata = file.format == PhotoFormat::kHeic
                                      ? HeicMetadata(file.bytes)
                                      : ReadFileMetadata(file.bytes);
    info.orientation =
        file.format == PhotoFormat::kHeic ? 1 : metadata.orientation;
    info.focal_length_35mm = metadata.focal_length_35mm;
    const bool swap = SwapsSides(info.orientation);
    info.width = swap ? size.height : size.width;
    info.height = swap ? size.width : size.height;
  } catch (const BadPhotoData& error) {
    throw Error(ErrorKind::kInput, path.string() + ": " + error.what());
  }
  return info;
}

std::vector<uint8_t> MakeThumbnail(const std::filesystem::path& path,
                                   int long_edge_px,
                                   int quality) {
  // Twice the size leaves the averaging something to do.
  const Photo photo = ReadPhotoAtLeast(path, 2 * long_edge_px);
  Photo small;
  small.pixels8 = ReadSrgb8(photo, ColorConverter(photo), long_edge_px);
  JpegEncoding encoding;
  encoding.quality = quality;
  encoding.chroma_horizontal = encoding.chroma_vertical = 2;
  return EncodeJpeg(small, encoding);
}

}  // namespace stage
