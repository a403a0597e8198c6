#include <cmath>
#include <exiv2/exiv2.hpp>

#include "core/photo/exiv2_session.h"
#include "core/photo/metadata.h"

namespace stage {
namespace {

std::optional<double> Number(const Exiv2::ExifData& exif, const char* key) {
  const auto found = exif.findKey(Exiv2::ExifKey(key));
  if (found == exif.end() || found->count() == 0) return std::nullopt;
  const Exiv2::Rational value = found->toRational();
  if (value.second == 0) return std::nullopt;
  return static_cast<double>(value.first) / value.second;
}

// From the lens and the sensor's pixel pitch, where the camera does not say
// it outright; by diagonals, as CIPA DCG-001 has it.
std::optional<double> FocalLengthFromSensor(const Exiv2::ExifData& exif) {
  const auto focal = Number(exif, "Exif.Photo.FocalLength");
  const auto width = Number(exif, "Exif.Photo.PixelXDimension");
  const auto height = Number(exif, "Exif.Photo.PixelYDimension");
  const auto per_unit = Number(exif, "Exif.Photo.FocalPlaneXResolution");
  if (!focal || !width || !height || !per_unit || *per_unit <= 0) return {};
  const bool centimetres =
      Number(exif, "Exif.Photo.FocalPlaneResolutionUnit") == 3.0;
  const double pitch_mm = (centimetres ? 10.0 : 25.4) / *per_unit;
  const double diagonal_mm = std::hypot(*width, *height) * pitch_mm;
  if (diagonal_mm < 3 || diagonal_mm > 100) return {};
  return *focal * 43.27 / diagonal_mm;
}

std::optional<double> FocalLength35mm(const Exiv2::ExifData& exif) {
  auto focal = Number(exif, "Exif.Photo.FocalLengthIn35mmFilm");
  if (!focal || *focal < 1) focal = FocalLengthFromSensor(exif);
  if (focal && *focal >= 4 && *focal <= 2000) return focal;
  return std::nullopt;
}

void Describe(const Exiv2::ExifData& exif, FileMetadata& metadata) {
  const auto orientation = Number(exif, "Exif.Image.Orientation");
  if (orientation && *orientation >= 1 && *orientation <= 8) {
    metadata.orientation = static_cast<int>(*orientation);
  }
  metadata.focal_length_35mm = FocalLength35mm(exif);
  const auto mark =
      exif.findKey(Exiv2::ExifKey("Exif.Iop.InteroperabilityIndex"));
  metadata.says_adobe_rgb =
      mark != exif.end() && mark->toString().substr(0, 3) == "R03";
}

std::vector<uint8_t> Encode(Exiv2::ExifData exif) {
  Exiv2::Blob blob;
  if (!exif.empty()) {
    Exiv2::ExifParser::encode(blob, Exiv2::littleEndian, exif);
  }
  return blob;
}

}  // namespace

FileMetadata ReadFileMetadata(std::span<const uint8_t> file) {
  PrepareExiv2();
  FileMetadata metadata;
  try {
    const auto image =
        Exiv2::ImageFactory::open(file.data(), static_cast<long>(file.size()));
    image->readMetadata();
    Describe(image->exifData(), metadata);
    metadata.blobs.exif = Encode(image->exifData());
    metadata.blobs.xmp = image->xmpPacket();
    const Exiv2::DataBuf iptc = Exiv2::IptcParser::encode(image->iptcData());
    metadata.blobs.iptc.assign(iptc.pData_, iptc.pData_ + iptc.size_);
  } catch (const std::exception&) {
    // Pictures with broken metadata are common and print well.
  }
  return metadata;
}

FileMetadata ReadMetadataBlocks(std::span<const uint8_t> exif_block,
                                const std::string& xmp) {
  PrepareExiv2();
  FileMetadata metadata;
  metadata.blobs.xmp = xmp;
  try {
    Exiv2::ExifData exif;
    Exiv2::ExifParser::decode(
        exif, exif_block.data(), static_cast<uint32_t>(exif_block.size()));
    Describe(exif, metadata);
    metadata.blobs.exif = Encode(exif);
  } catch (const std::exception&) {
  }
  return metadata;
}

}  // namespace stage
