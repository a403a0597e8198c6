#include <zlib.h>

#include <array>
#include <cmath>
#include <sstream>
#include <vector>

#include "core/atomic_file.h"
#include "core/image_header.h"
#include "core/text_encoding.h"
#include "remote/png_chunk.h"
#include "remote/upload_photo.h"

namespace stage::remote {
namespace {

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
};

Box ParseBox(const std::string& text) {
  std::istringstream stream(text);
  Box box;
  char a = 0, b = 0, c = 0;
  if (!(stream >> box.x >> a >> box.y >> b >> box.width >> c >> box.height) ||
      a != ',' || b != ',' || c != ',' || !(stream >> std::ws).eof() ||
      box.width <= 0 || box.height <= 0) {
    throw Error(ErrorKind::kUsage,
                "--mask " + text + ": write it as x,y,w,h in pixels");
  }
  return box;
}

std::string Big32(uint32_t value) {
  return {static_cast<char>(value >> 24),
          static_cast<char>(value >> 16),
          static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

/// 8-bit grey rows as a PNG file.
std::string GreyPng(const std::vector<std::string>& rows, size_t width) {
  std::string raw;
  for (const std::string& row : rows) raw += '\0' + row;  // filter: none
  uLongf size = compressBound(raw.size());
  std::string packed(size, '\0');
  if (compress(reinterpret_cast<Bytef*>(packed.data()),
               &size,
               reinterpret_cast<const Bytef*>(raw.data()),
               raw.size()) != Z_OK) {
    throw Error(ErrorKind::kUnexpected, "the mask cannot be compressed");
  }
  packed.resize(size);
  const std::string header = Big32(static_cast<uint32_t>(width)) +
                             Big32(static_cast<uint32_t>(rows.size())) +
                             std::string("\x08\0\0\0\0", 5);
  return "\x89PNG\r\n\x1A\n" + PngChunk("IHDR", header) +
         PngChunk("IDAT", packed) + PngChunk("IEND", "");
}

/// Where the whole photo lies about what was sent, in pixels of that.
Box WholePhoto(const FittedFile& sent) {
  if (sent.cut) {
    const auto& [x, y, width, height] = sent.cut->shares;
    return {-x / width * sent.width,
            -y / height * sent.height,
            sent.width / width,
            sent.height / height};
  }
  const PhotoPlace place =
      sent.place.value_or(PhotoPlace{0, 0, sent.width, sent.height});
  return {double(place.left),
          double(place.top),
          double(place.width),
          double(place.height)};
}

}  // namespace

std::array<double, 4> MaskBoxShares(const std::string& text,
                                    const std::filesystem::path& photo) {
  const Box box = ParseBox(text);
  const auto header = ReadImageHeader(photo);
  double width = header ? header->width : 0;
  double height = header ? header->height : 0;
  if (header && header->orientation >= 5) std::swap(width, height);
  if (box.x < 0 || box.y < 0 || box.x + box.width > width ||
      box.y + box.height > height) {
    throw Error(
        ErrorKind::kInput,
        Utf8Path(photo) + ": --mask " + text + " is not within the photo");
  }
  return {
      box.x / width, box.y / height, box.width / width, box.height / height};
}

FittedFile DrawMaskBox(const std::string& text,
                       const std::filesystem::path& original,
                       const FittedFile& photo,
                       const std::filesystem::path& file,
                       MaskColours colours) {
  const std::array<double, 4> box = MaskBoxShares(text, original);
  const Box place = WholePhoto(photo);
  const auto inside = [](double at, double from, double size) {
    return at >= from && at < from + size;
  };
  const auto width = static_cast<size_t>(photo.width);
  const bool is_white_on_black = colours == MaskColours::kWhiteOnBlack;
  const char ground = is_white_on_black ? '\0' : '\xFF';
  const std::string empty_row(width, ground);
  std::string box_row = empty_row;
  for (size_t x = 0; x < width; ++x) {
    const double at = (static_cast<double>(x) + 0.5 - place.x) / place.width;
    if (inside(at, box[0], box[2])) {
      box_row[x] = static_cast<char>(~ground);
    }
  }
  std::vector<std::string> rows;
  for (int y = 0; y < photo.height; ++y) {
    const double at = (y + 0.5 - place.y) / place.height;
    rows.push_back(inside(at, box[1], box[3]) ? box_row : empty_row);
  }
  WriteFileAtomically(file, GreyPng(rows, width));
  return {file, "image/png", photo.width, photo.height};
}

}  // namespace stage::remote
