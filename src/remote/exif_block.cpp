#include "remote/exif_block.h"

#include <cstdint>
#include <optional>

namespace stage::remote {
namespace {

constexpr std::string_view kExifMark("Exif\0\0", 6);

constexpr uint32_t kOrientation = 0x0112;
constexpr uint32_t kExifDirectory = 0x8769;
constexpr uint32_t kGpsDirectory = 0x8825;
constexpr uint32_t kWidth = 0xA002;
constexpr uint32_t kHeight = 0xA003;
constexpr uint32_t kShort = 3;
constexpr uint32_t kLong = 4;

constexpr size_t kEntryBytes = 12;
constexpr uint32_t kMostEntries = 1000;

/// A TIFF structure whose numbers can be read and replaced.
class Tiff {
 public:
  explicit Tiff(std::string& bytes)
      : bytes_(bytes), is_little_(bytes.starts_with("II")) {}

  bool Fits(size_t at, size_t size) const {
    return size <= bytes_.size() && at <= bytes_.size() - size;
  }
  /// 0 beyond the end.
  uint32_t Number(size_t at, size_t size) const {
    uint32_t number = 0;
    if (!Fits(at, size)) return 0;
    for (size_t i = 0; i < size; ++i) {
      const size_t place = is_little_ ? size - 1 - i : i;
      number = number << 8 | static_cast<uint8_t>(bytes_[at + place]);
    }
    return number;
  }
  void Put(size_t at, size_t size, uint32_t number) {
    if (!Fits(at, size)) return;
    for (size_t i = 0; i < size; ++i) {
      const size_t place = is_little_ ? i : size - 1 - i;
      bytes_[at + place] = static_cast<char>(number >> (8 * i));
    }
  }
  void Clear(size_t at, size_t size) {
    if (Fits(at, size)) bytes_.replace(at, size, size, '\0');
  }

  uint32_t Entries(size_t directory) const { return Number(directory, 2); }
  size_t Entry(size_t directory, uint32_t index) const {
    return directory + 2 + kEntryBytes * index;
  }
  bool IsDirectory(size_t directory) const {
    const uint32_t count = Entries(directory);
    return directory >= 8 && count > 0 && count <= kMostEntries &&
           Fits(directory, 2 + kEntryBytes * count + 4);
  }
  /// The place of an entry, by its tag.
  std::optional<size_t> Find(size_t directory, uint32_t tag) const {
    if (!IsDirectory(directory)) return std::nullopt;
    for (uint32_t i = 0; i < Entries(directory); ++i) {
      const size_t entry = Entry(directory, i);
      if (Number(entry, 2) == tag) return entry;
    }
    return std::nullopt;
  }
  /// The directory that an entry of this one leads to; 0: none.
  size_t Below(size_t directory, uint32_t tag) const {
    const auto entry = Find(directory, tag);
    return entry ? Number(*entry + 8, 4) : 0;
  }
  /// Replaces the one number of an entry, if it is there.
  void Set(size_t directory, uint32_t tag, uint32_t value) {
    const auto entry = Find(directory, tag);
    if (!entry || Number(*entry + 4, 4) != 1) return;
    const uint32_t type = Number(*entry + 2, 2);
    if (type == kShort) Put(*entry + 8, 2, value);
    if (type == kLong) Put(*entry + 8, 4, value);
  }
  /// Wipes a directory and all values that it leads to.
  void Wipe(size_t directory) {
    constexpr size_t kTypeBytes[] = {1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};
    if (!IsDirectory(directory)) return;
    const uint32_t count = Entries(directory);
    for (uint32_t i = 0; i < count; ++i) {
      const size_t entry = Entry(directory, i);
      const uint32_t type = Number(entry + 2, 2);
      const size_t size =
          (type < std::size(kTypeBytes) ? kTypeBytes[type] : 1) *
          size_t{Number(entry + 4, 4)};
      if (size > 4) Clear(Number(entry + 8, 4), size);
    }
    Clear(directory, 2 + kEntryBytes * count + 4);
  }
  /// Takes an entry out of its directory.
  void Remove(size_t directory, uint32_t tag) {
    const auto entry = Find(directory, tag);
    if (!entry) return;
    const uint32_t count = Entries(directory);
    const size_t end =
        Entry(directory, count) + 4;  // with the next one's place
    bytes_.erase(*entry, kEntryBytes);
    bytes_.insert(end - kEntryBytes, kEntryBytes, '\0');
    Put(directory, 2, count - 1);
  }

 private:
  std::string& bytes_;
  bool is_little_;
};

}  // namespace

std::string ExifOfJpeg(std::string_view jpeg) {
  const auto at = [&](size_t i) { return static_cast<uint8_t>(jpeg[i]); };
  for (size_t i = 2; i + 4 <= jpeg.size() && at(i) == 0xFF;) {
    const uint8_t marker = at(i + 1);
    if (marker == 0xDA || marker == 0xD9) break;
    const size_t length = size_t{at(i + 2)} << 8 | at(i + 3);
    if (length < 2 || i + 2 + length > jpeg.size()) break;
    const std::string_view segment = jpeg.substr(i + 4, length - 2);
    if (marker == 0xE1 && segment.starts_with(kExifMark)) {
      return std::string(segment.substr(kExifMark.size()));
    }
    i += 2 + length;
  }
  return {};
}

std::string ExifForResult(std::string exif,
                          int width,
                          int height,
                          Location location) {
  Tiff tiff(exif);
  const size_t first = tiff.Number(4, 4);
  const bool is_tiff = exif.starts_with(std::string_view("II*\0", 4)) ||
                       exif.starts_with(std::string_view("MM\0*", 4));
  if (!is_tiff || !tiff.IsDirectory(first)) return {};
  tiff.Set(first, kOrientation, 1);
  const size_t details = tiff.Below(first, kExifDirectory);
  tiff.Set(details, kWidth, static_cast<uint32_t>(width));
  tiff.Set(details, kHeight, static_cast<uint32_t>(height));
  if (location == Location::kRemove) {
    tiff.Wipe(tiff.Below(first, kGpsDirectory));
    tiff.Remove(first, kGpsDirectory);
  }
  // The next directory is the thumbnail's.
  tiff.Put(tiff.Entry(first, tiff.Entries(first)), 4, 0);
  return exif;
}

}  // namespace stage::remote
