#include <cstdio>

#include "core/photo/decode.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

constexpr int64_t kMaxPixels = 400'000'000;
constexpr int64_t kMaxSide = 100'000;
// The largest cameras make some 150 megapixels, at over half a bit a pixel.
constexpr int64_t kSuspiciousPixels = 100'000'000;
constexpr int64_t kSuspiciousPixelsPerByte = 200;

std::string Megapixels(int64_t width, int64_t height) {
  char text[64];
  const double millions =
      static_cast<double>(width) * static_cast<double>(height) / 1e6;
  std::snprintf(text, sizeof(text), "%.0f megapixels", millions);
  return text;
}

}  // namespace

void CheckCodedSize(int64_t width, int64_t height, size_t file_bytes) {
  if (width <= 0 || height <= 0) {
    throw BadPhotoData(DamagedMessage("its header gives no size"));
  }
  if (width > kMaxSide || height > kMaxSide || width * height > kMaxPixels) {
    throw BadPhotoData("claims " + std::to_string(width) + "x" +
                       std::to_string(height) + " pixels, " +
                       Megapixels(width, height) +
                       "; the limit is 400: export it smaller");
  }
  const int64_t pixels = width * height;
  if (pixels > kSuspiciousPixels &&
      pixels / kSuspiciousPixelsPerByte > static_cast<int64_t>(file_bytes)) {
    throw BadPhotoData("claims " + Megapixels(width, height) + " in only " +
                       std::to_string(file_bytes / 1000) +
                       " kB, which no photo has; export it again");
  }
}

std::string CutOffMessage(size_t file_bytes) {
  const std::string amount = file_bytes < 10'000
                                 ? std::to_string(file_bytes) + " bytes"
                                 : std::to_string(file_bytes / 1000) + " kB";
  return "cut off after " + amount + "; export or copy it again";
}

std::string OneLine(const std::string& text) {
  std::string line = Printable(ValidUtf8(text));
  line.erase(line.find_last_not_of(" .") + 1);
  return line;
}

std::string DamagedMessage(const std::string& detail) {
  return "damaged (" + OneLine(detail) + "); export or copy it again";
}

}  // namespace stage
