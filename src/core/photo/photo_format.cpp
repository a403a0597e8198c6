#include "core/photo/photo_format.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace stage {
namespace {

using namespace std::string_view_literals;

std::string_view AsText(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool HasAt(std::string_view text, size_t offset, std::string_view wanted) {
  return text.size() >= offset + wanted.size() &&
         text.substr(offset, wanted.size()) == wanted;
}

std::string LowerExtension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(),
                 extension.end(),
                 extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return extension;
}

// The brands of ISO base media files whose main picture is HEVC coded.
bool IsHeifBrand(std::string_view brand) {
  static constexpr std::array kBrands = {
      "heic"sv, "heix"sv, "heim"sv, "heis"sv, "mif1"sv, "msf1"sv};
  return std::find(kBrands.begin(), kBrands.end(), brand) != kBrands.end();
}

}  // namespace

std::optional<PhotoFormat> DetectPhotoFormat(std::span<const uint8_t> bytes) {
  const std::string_view text = AsText(bytes);
  if (HasAt(text, 0, "\xff\xd8\xff"sv)) return PhotoFormat::kJpeg;
  if (HasAt(text, 0, "\x89PNG\r\n\x1a\n"sv)) return PhotoFormat::kPng;
  if (HasAt(text, 0, "RIFF"sv) && HasAt(text, 8, "WEBP"sv)) {
    return PhotoFormat::kWebp;
  }
  if (HasAt(text, 0, "II*\0"sv) || HasAt(text, 0, "MM\0*"sv) ||
      HasAt(text, 0, "II+\0"sv) || HasAt(text, 0, "MM\0+"sv)) {
    if (HasAt(text, 8, "CR\2"sv)) return std::nullopt;  // Canon raw
    return PhotoFormat::kTiff;
  }
  if (HasAt(text, 4, "ftyp"sv) && text.size() >= 12 &&
      IsHeifBrand(text.substr(8, 4))) {
    // mif1 alone is a container: AVIF names itself among the brands.
    const std::string_view brands = text.substr(0, 64);
    if (brands.find("avif"sv) == std::string_view::npos) {
      return PhotoFormat::kHeic;
    }
  }
  return std::nullopt;
}

std::optional<PhotoFormat> PhotoFormatOfName(
    const std::filesystem::path& path) {
  static constexpr std::array kExtensions =
      std::to_array<std::pair<std::string_view, PhotoFormat>>({
          {".jpg", PhotoFormat::kJpeg},
          {".jpeg", PhotoFormat::kJpeg},
          {".jpe", PhotoFormat::kJpeg},
          {".jfif", PhotoFormat::kJpeg},
          {".png", PhotoFormat::kPng},
          {".webp", PhotoFormat::kWebp},
          {".tif", PhotoFormat::kTiff},
          {".tiff", PhotoFormat::kTiff},
          {".heic", PhotoFormat::kHeic},
          {".heif", PhotoFormat::kHeic},
          {".hif", PhotoFormat::kHeic},
      });
  const std::string wanted = LowerExtension(path);
  for (const auto& [extension, format] : kExtensions) {
    if (extension == wanted) return format;
  }
  return std::nullopt;
}

bool IsRawFileName(const std::filesystem::path& path) {
  static constexpr std::array kRawExtensions = {".cr2"sv,
                                                ".cr3"sv,
                                                ".nef"sv,
                                                ".nrw"sv,
                                                ".arw"sv,
                                                ".dng"sv,
                                                ".orf"sv,
                                                ".raf"sv,
                                                ".rw2"sv,
                                                ".pef"sv,
                                                ".srw"sv};
  return std::find(kRawExtensions.begin(),
                   kRawExtensions.end(),
                   LowerExtension(path)) != kRawExtensions.end();
}

std::string DescribeForeignFile(std::span<const uint8_t> bytes,
                                const std::filesystem::path& path) {
  if (IsRawFileName(path)) return "a camera raw file";
  const std::string_view text = AsText(bytes);
  if (HasAt(text, 8, "CR\2"sv)) return "a camera raw file";
  if (HasAt(text, 0, "GIF8"sv)) return "a GIF";
  if (HasAt(text, 0, "%PDF"sv)) return "a PDF document";
  if (HasAt(text, 0, "BM"sv)) return "a BMP";
  if (HasAt(text, 0, "8BPS"sv)) return "a Photoshop document";
  if (HasAt(text, 0, "PK\3\4"sv)) return "a ZIP archive";
  if (HasAt(text, 0, "\xff\x0a"sv) || HasAt(text, 4, "JXL "sv)) {
    return "a JPEG XL picture";
  }
  if (HasAt(text, 4, "ftyp"sv)) {
    const bool avif = text.substr(0, 64).find("avif") != std::string_view::npos;
    return avif ? "an AVIF picture" : "a video";
  }
  const size_t first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf"sv);
  if (first != std::string_view::npos && text[first] == '<') {
    return "a web page or SVG drawing";
  }
  return "";
}

std::string_view PhotoFormatName(PhotoFormat format) {
  switch (format) {
    case PhotoFormat::kJpeg:
      return "JPEG";
    case PhotoFormat::kPng:
      return "PNG";
    case PhotoFormat::kWebp:
      return "WebP";
    case PhotoFormat::kTiff:
      return "TIFF";
    case PhotoFormat::kHeic:
      return "HEIC";
  }
  return "";
}

std::string_view PhotoFormatExtension(PhotoFormat format) {
  switch (format) {
    case PhotoFormat::kJpeg:
      return ".jpg";
    case PhotoFormat::kPng:
      return ".png";
    case PhotoFormat::kWebp:
      return ".webp";
    case PhotoFormat::kTiff:
      return ".tif";
    case PhotoFormat::kHeic:
      return ".heic";
  }
  return "";
}

}  // namespace stage
