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

}  // namespace

FittedFile DrawMaskBox(const std::string& text,
                       const std::filesystem::path& original,
                       const FittedFile& photo,
                       const std::filesystem::path& file,
                       MaskColours colours) {
  const Box box = ParseBox(text);
  const auto header = ReadImageHeader(original);
  double upright_width = header ? header->width : photo.width;
  double upright_height = header ? header->height : photo.height;
  if (header && header->orientation >= 5) {
    std::swap(upright_width, upright_height);
  }
  if (box.x < 0 || box.y < 0 || box.x + box.width > upright_width ||
      box.y + box.height > upright_height) {
    throw Error(
        ErrorKind::kInput,
        Utf8Path(original) + ": --mask " + text + " is not within the photo");
  }
  const PhotoPlace place =
      photo.place.value_or(PhotoPlace{0, 0, photo.width, photo.height});
  const double scale_x = place.width / upright_width;
  const double scale_y = place.height / upright_height;
  const auto inside = [](double at, double from, double size, double scale) {
    return (at + 0.5) / scale >= from && (at + 0.5) / scale < from + size;
  };
  const auto width = static_cast<size_t>(photo.width);
  const bool is_white_on_black = colours == MaskColours::kWhiteOnBlack;
  const char ground = is_white_on_black ? '\0' : '\xFF';
  const std::string empty_row(width, ground);
  std::string box_row = empty_row;
  for (size_t x = 0; x < width; ++x) {
    if (inside(
            static_cast<double>(x) - place.left, box.x, box.width, scale_x)) {
      box_row[x] = static_cast<char>(~ground);
    }
  }
  std::vector<std::string> rows;
  for (int y = 0; y < photo.height; ++y) {
    const bool is_inside = inside(y - place.top, box.y, box.height, scale_y);
    rows.push_back(is_inside ? box_row : empty_row);
  }
  WriteFileAtomically(file, GreyPng(rows, width));
  return {file, "image/png", photo.width, photo.height};
}

}  // namespace stage::remote
