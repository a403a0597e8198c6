#include "core/image_header.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string_view>

#include "core/error.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

// Metadata before a JPEG's size: a few EXIF, XMP and ICC segments of 64 kB.
constexpr size_t kMostBytes = 4 << 20;

/// Numbers at positions of a text; 0 beyond its end.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  size_t size() const { return bytes_.size(); }
  uint32_t At(size_t i) const {
    return i < bytes_.size() ? static_cast<uint8_t>(bytes_[i]) : 0;
  }
  uint32_t Big16(size_t i) const { return At(i) << 8 | At(i + 1); }
  uint32_t Big32(size_t i) const { return Big16(i) << 16 | Big16(i + 2); }
  uint32_t Little16(size_t i) const { return At(i) | At(i + 1) << 8; }
  uint32_t Little24(size_t i) const { return Little16(i) | At(i + 2) << 16; }
  uint32_t Little32(size_t i) const {
    return Little16(i) | Little16(i + 2) << 16;
  }
  bool Has(size_t i, std::string_view text) const {
    return i <= bytes_.size() && bytes_.substr(i).starts_with(text);
  }

 private:
  std::string_view bytes_;
};

/// Tag 274 of the first directory. Source: EXIF 2.32, section 4.6.
int ExifOrientation(const Bytes& bytes, size_t tiff) {
  const bool little = bytes.Has(tiff, "II");
  const auto number16 = [&](size_t i) {
    return little ? bytes.Little16(i) : bytes.Big16(i);
  };
  const auto number32 = [&](size_t i) {
    return little ? bytes.Little32(i) : bytes.Big32(i);
  };
  const size_t directory = tiff + number32(tiff + 4);
  const uint32_t entries = number16(directory);
  for (uint32_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + size_t{12} * i;
    if (entry + 12 > bytes.size()) break;
    if (number16(entry) != 274) continue;
    const uint32_t value = number16(entry + 8);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

bool IsStartOfFrame(uint32_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 &&
         marker != 0xCC;
}

/// Markers up to the frame header. Source: ITU-T T.81, annex B.
std::optional<ImageHeader> JpegHeader(const Bytes& bytes) {
  ImageHeader header{"jpeg"};
  for (size_t at = 2; at + 9 < bytes.size();) {
    if (bytes.At(at) != 0xFF) return std::nullopt;
    const uint32_t marker = bytes.At(at + 1);
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    if (IsStartOfFrame(marker)) {
      header.height = static_cast<int>(bytes.Big16(at + 5));
      header.width = static_cast<int>(bytes.Big16(at + 7));
      return header;
    }
    if (marker == 0xE1 && bytes.Has(at + 4, std::string_view("Exif\0\0", 6))) {
      header.orientation = ExifOrientation(bytes, at + 10);
    }
    at += 2 + (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)
                   ? 0
                   : bytes.Big16(at + 2));
  }
  return std::nullopt;
}

/// Source: RFC 9649, section 2.
std::optional<ImageHeader> WebpHeader(const Bytes& bytes) {
  const auto size = [](uint32_t width, uint32_t height) {
    return ImageHeader{
        "webp", static_cast<int>(width), static_cast<int>(height)};
  };
  if (bytes.size() < 30) return std::nullopt;
  if (bytes.Has(12, "VP8X")) {
    return size(bytes.Little24(24) + 1, bytes.Little24(27) + 1);
  }
  if (bytes.Has(12, "VP8L")) {
    const uint32_t bits = bytes.Little32(21);
    return size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
  }
  return size(bytes.Little16(26) & 0x3FFF, bytes.Little16(28) & 0x3FFF);
}

bool IsHeic(const Bytes& bytes) {
  if (!bytes.Has(4, "ftyp")) return false;
  for (const char* brand : {"heic", "heix", "hevc", "heim", "heis", "mif1"}) {
    if (bytes.Has(8, brand)) return true;
  }
  return false;
}

}  // namespace

std::optional<ImageHeader> ReadImageHeader(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    throw Error(ErrorKind::kInput, Utf8Path(file) + ": cannot be read");
  }
  std::string head(64 * 1024, '\0');
  const auto read = [&](size_t from) {
    stream.read(head.data() + from,
                static_cast<std::streamsize>(head.size() - from));
    head.resize(from + static_cast<size_t>(stream.gcount()));
  };
  read(0);
  if (head.starts_with("\xFF\xD8")) {
    while (true) {
      auto header = JpegHeader(Bytes(head));
      const size_t had = head.size();
      if (header || had >= kMostBytes || !stream) return header;
      head.resize(had * 4);
      read(had);
    }
  }
  const Bytes bytes(head);
  if (bytes.Has(0, "\x89PNG\r\n\x1A\n") && bytes.size() >= 24) {
    return ImageHeader{"png",
                       static_cast<int>(bytes.Big32(16)),
                       static_cast<int>(bytes.Big32(20))};
  }
  if (bytes.Has(0, "RIFF") && bytes.Has(8, "WEBP")) return WebpHeader(bytes);
  if (bytes.Has(0, std::string_view("II*\0", 4)) ||
      bytes.Has(0, std::string_view("MM\0*", 4))) {
    return ImageHeader{"tiff"};
  }
  if (IsHeic(bytes)) return ImageHeader{"heic"};
  return std::nullopt;
}

bool EndsLikePicture(const std::filesystem::path& file,
                     const ImageHeader& header) {
  if (header.format != "jpeg" && header.format != "png") return true;
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  const auto size = static_cast<std::streamoff>(stream.tellg());
  const std::streamoff length = std::min<std::streamoff>(size, 64 * 1024);
  std::string tail(static_cast<size_t>(std::max<std::streamoff>(length, 0)),
                   '\0');
  stream.seekg(size - length);
  if (!stream.read(tail.data(), length)) {
    throw Error(ErrorKind::kInput, Utf8Path(file) + ": cannot be read");
  }
  return tail.find(header.format == "jpeg" ? "\xFF\xD9" : "IEND") !=
         std::string::npos;
}

}  // namespace stage
