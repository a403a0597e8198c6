#include "cli/watch/photo_completeness.h"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>

namespace stage::cli {
namespace {

using std::string_view_literals::operator""sv;

enum class ByteOrder { kBig, kLittle };

/// An unsigned number of `size` bytes; nullopt when it lies beyond the end.
std::optional<uint64_t> NumberAt(std::string_view bytes,
                                 uint64_t offset,
                                 int size,
                                 ByteOrder order) {
  if (offset > bytes.size() ||
      bytes.size() - offset < static_cast<size_t>(size)) {
    return std::nullopt;
  }
  uint64_t number = 0;
  for (int i = 0; i < size; ++i) {
    const int index = order == ByteOrder::kBig ? i : size - 1 - i;
    number = number << 8 | static_cast<uint8_t>(bytes[offset + index]);
  }
  return number;
}

bool IsJpegComplete(std::string_view bytes) {
  constexpr uint8_t kStartOfScan = 0xDA;
  constexpr uint8_t kEndOfImage = 0xD9;
  size_t at = 2;
  while (true) {
    // To the next marker; inside a scan FF 00 is data and FF D0..D7 restarts.
    const void* found =
        at < bytes.size()
            ? std::memchr(bytes.data() + at, 0xFF, bytes.size() - at)
            : nullptr;
    if (found == nullptr) return false;
    at =
        static_cast<size_t>(static_cast<const char*>(found) - bytes.data()) + 1;
    if (at >= bytes.size()) return false;
    const uint8_t marker = static_cast<uint8_t>(bytes[at]);
    if (marker == kEndOfImage) return true;
    if (marker == 0xFF) continue;
    ++at;
    if (marker == 0x00 || marker == 0x01 ||
        (marker >= 0xD0 && marker <= 0xD8)) {
      continue;
    }
    const auto length = NumberAt(bytes, at, 2, ByteOrder::kBig);
    if (!length || *length < 2) return false;
    at += *length;
    if (marker != kStartOfScan && at >= bytes.size()) return false;
  }
}

bool IsPngComplete(std::string_view bytes) {
  uint64_t at = 8;
  while (true) {
    const auto length = NumberAt(bytes, at, 4, ByteOrder::kBig);
    if (!length || bytes.size() - at < 12 + *length) return false;
    if (bytes.substr(at + 4, 4) == "IEND") return true;
    at += 12 + *length;
  }
}

bool IsWebpComplete(std::string_view bytes) {
  const auto length = NumberAt(bytes, 4, 4, ByteOrder::kLittle);
  return length && *length + 8 <= bytes.size();
}

/// The boxes of an ISO media file fill it, and the pixels' box is among them.
bool IsHeicComplete(std::string_view bytes) {
  uint64_t at = 0;
  bool has_data = false;
  while (at < bytes.size()) {
    auto length = NumberAt(bytes, at, 4, ByteOrder::kBig);
    if (!length || bytes.size() - at < 8) return false;
    const std::string_view kind = bytes.substr(at + 4, 4);
    if (*length == 1) length = NumberAt(bytes, at + 8, 8, ByteOrder::kBig);
    if (!length) return false;
    has_data = has_data || kind == "mdat" || kind == "idat";
    if (*length == 0) return has_data;  // this box reaches to the end
    if (*length < 8 || *length > bytes.size() - at) return false;
    at += *length;
  }
  return has_data;
}

/// One directory entry of a TIFF: its values, wherever they are stored.
class TiffEntry {
 public:
  TiffEntry(std::string_view bytes, uint64_t offset, ByteOrder order)
      : bytes_(bytes), offset_(offset), order_(order) {}

  uint64_t tag() const { return Field(0, 2); }
  uint64_t count() const { return Field(4, 4); }
  /// The i-th value; nullopt when it has not arrived.
  std::optional<uint64_t> Value(uint64_t i) const {
    const int size = Field(2, 2) == 3 ? 2 : 4;  // SHORT or LONG
    const bool inside = count() * size <= 4;
    const uint64_t start = inside ? offset_ + 8 : Field(8, 4);
    return NumberAt(bytes_, start + i * size, size, order_);
  }

 private:
  uint64_t Field(uint64_t offset, int size) const {
    return NumberAt(bytes_, offset_ + offset, size, order_).value_or(0);
  }

  std::string_view bytes_;
  uint64_t offset_;
  ByteOrder order_;
};

/// The first picture's directory and all its strips or tiles are there.
bool IsTiffComplete(std::string_view bytes, ByteOrder order) {
  const auto directory = NumberAt(bytes, 4, 4, order);
  if (!directory) return false;
  const auto entries = NumberAt(bytes, *directory, 2, order);
  if (!entries || bytes.size() - *directory < 2 + *entries * 12) return false;
  std::optional<TiffEntry> offsets;
  std::optional<TiffEntry> lengths;
  for (uint64_t i = 0; i < *entries; ++i) {
    const TiffEntry entry(bytes, *directory + 2 + i * 12, order);
    if (entry.tag() == 273 || entry.tag() == 324) offsets.emplace(entry);
    if (entry.tag() == 279 || entry.tag() == 325) lengths.emplace(entry);
  }
  if (!offsets || !lengths) return false;
  for (uint64_t i = 0; i < lengths->count(); ++i) {
    const auto offset = offsets->Value(i);
    const auto length = lengths->Value(i);
    if (!offset || !length || *offset + *length > bytes.size()) return false;
  }
  return true;
}

Completeness FromBool(bool complete) {
  return complete ? Completeness::kComplete : Completeness::kPartial;
}

}  // namespace

Completeness CompletenessOf(std::string_view bytes) {
  // Every format can be told from its first 12 bytes.
  if (bytes.size() < 12) return Completeness::kPartial;
  if (bytes.starts_with("\xFF\xD8\xFF"sv))
    return FromBool(IsJpegComplete(bytes));
  if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) {
    return FromBool(IsPngComplete(bytes));
  }
  if (bytes.starts_with("RIFF"sv) && bytes.substr(8, 4) == "WEBP"sv) {
    return FromBool(IsWebpComplete(bytes));
  }
  if (bytes.starts_with("II*\0"sv)) {
    return FromBool(IsTiffComplete(bytes, ByteOrder::kLittle));
  }
  if (bytes.starts_with("MM\0*"sv)) {
    return FromBool(IsTiffComplete(bytes, ByteOrder::kBig));
  }
  if (bytes.substr(4, 4) == "ftyp"sv) return FromBool(IsHeicComplete(bytes));
  // A file that a downloader has reserved but not yet filled begins with zeros.
  if (bytes.find_first_not_of('\0') == std::string_view::npos ||
      bytes.substr(0, 12) == std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0", 12)) {
    return Completeness::kPartial;
  }
  return Completeness::kNoPhoto;
}

Completeness CompletenessOfFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof()) return Completeness::kPartial;
  return CompletenessOf(bytes);
}

}  // namespace stage::cli
