#include "engine/catalogue/texture_decoder.h"

#include <jpeglib.h>
#include <png.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csetjmp>
#include <cstring>

#include "core/error.h"

namespace stage::engine {
namespace {

constexpr uint64_t kMaxPixels = uint64_t{64} << 20;

Error Undecodable(const std::string& name, const std::string& reason) {
  return Error(ErrorKind::kModel,
               name + ": texture cannot be decoded (" + reason +
                   "); save it as an 8-bit JPEG or PNG");
}

void CheckSize(uint64_t width, uint64_t height, const std::string& name) {
  if (width == 0 || height == 0 || width > kMaxPixels || height > kMaxPixels ||
      width * height > kMaxPixels) {
    throw Undecodable(
        name,
        std::to_string(width) + " x " + std::to_string(height) + " pixels");
  }
}

bool IsOpaque(const ImageU8& rgba) {
  const uint8_t* pixel = rgba.data();
  for (size_t i = 3; i < rgba.size_bytes(); i += 4) {
    if (pixel[i] < 250) return false;
  }
  return true;
}

ImageU8 WithoutAlpha(const ImageU8& rgba) {
  ImageU8 rgb(rgba.width(), rgba.height(), 3);
  const size_t count = static_cast<size_t>(rgba.width()) * rgba.height();
  for (size_t i = 0; i < count; ++i) {
    std::copy_n(rgba.data() + 4 * i, 3, rgb.data() + 3 * i);
  }
  return rgb;
}

ImageU8 DecodePng(const std::vector<uint8_t>& bytes, const std::string& name) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&png, bytes.data(), bytes.size())) {
    throw Undecodable(name, png.message);
  }
  if (png.width > kMaxPixels || png.height > kMaxPixels ||
      uint64_t{png.width} * png.height > kMaxPixels) {
    const uint32_t width = png.width;
    const uint32_t height = png.height;
    png_image_free(&png);
    CheckSize(width, height, name);
  }
  const bool alpha = (png.format & PNG_FORMAT_FLAG_ALPHA) != 0;
  png.format = alpha ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB;
  ImageU8 image(
      static_cast<int>(png.width), static_cast<int>(png.height), alpha ? 4 : 3);
  const bool read =
      png_image_finish_read(&png, nullptr, image.data(), 0, nullptr) != 0;
  png_image_free(&png);
  if (!read) throw Undecodable(name, png.message);
  return alpha && IsOpaque(image) ? WithoutAlpha(image) : image;
}

struct JpegErrors {
  jpeg_error_mgr manager;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
};

void FailJpeg(j_common_ptr info) {
  auto* errors = reinterpret_cast<JpegErrors*>(info->err);
  (*info->err->format_message)(info, errors->message);
  std::longjmp(errors->jump, 1);
}

void IgnoreJpegWarning(j_common_ptr /*info*/, int /*level*/) {}

/// libjpeg leaves by longjmp: only plain data lives across its calls.
bool ReadJpegRows(jpeg_decompress_struct& info,
                  JpegErrors& errors,
                  const std::vector<uint8_t>& bytes,
                  ImageU8& image) {
  if (setjmp(errors.jump) != 0) return false;
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, bytes.data(), bytes.size());
  jpeg_read_header(&info, TRUE);
  if (uint64_t{info.image_width} * info.image_height > kMaxPixels) {
    std::strcpy(errors.message, "over 64 megapixels");
    return false;
  }
  info.out_color_space = JCS_RGB;
  jpeg_start_decompress(&info);
  image = ImageU8(static_cast<int>(info.output_width),
                  static_cast<int>(info.output_height),
                  3);
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = image.row(static_cast<int>(info.output_scanline));
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  return true;
}

ImageU8 DecodeJpeg(const std::vector<uint8_t>& bytes, const std::string& name) {
  jpeg_decompress_struct info{};
  JpegErrors errors{};
  info.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = FailJpeg;
  errors.manager.emit_message = IgnoreJpegWarning;
  ImageU8 image;
  const bool read = ReadJpegRows(info, errors, bytes, image);
  jpeg_destroy_decompress(&info);
  if (!read) throw Undecodable(name, errors.message);
  return image;
}

}  // namespace

float LinearFromSrgb8(uint8_t value) {
  static const std::array<float, 256> table = [] {
    std::array<float, 256> linear{};
    for (int i = 0; i < 256; ++i) {
      const double v = i / 255.0;
      linear[i] = static_cast<float>(
          v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4));
    }
    return linear;
  }();
  return table[value];
}

uint8_t Srgb8FromLinear(float value) {
  const float v = std::clamp(value, 0.0f, 1.0f);
  const float display =
      v <= 0.0031308f ? 12.92f * v : 1.055f * std::pow(v, 1 / 2.4f) - 0.055f;
  return static_cast<uint8_t>(std::lround(display * 255));
}

ImageU8 DecodeTexture(const std::vector<uint8_t>& bytes,
                      const std::string& name) {
  constexpr std::array<uint8_t, 4> kPng = {0x89, 'P', 'N', 'G'};
  if (bytes.size() > 8 && std::equal(kPng.begin(), kPng.end(), bytes.begin())) {
    return DecodePng(bytes, name);
  }
  if (bytes.size() > 8 && bytes[0] == 0xFF && bytes[1] == 0xD8) {
    return DecodeJpeg(bytes, name);
  }
  throw Undecodable(name, bytes.empty() ? "empty" : "neither JPEG nor PNG");
}

ImageU8 LimitTexture(ImageU8 image, int long_edge_px, TextureContent content) {
  while (std::max(image.width(), image.height()) > long_edge_px) {
    ImageU8 half(std::max(1, image.width() / 2),
                 std::max(1, image.height() / 2),
                 image.channels());
    for (int y = 0; y < half.height(); ++y) {
      const int y0 = std::min(2 * y, image.height() - 1);
      const int y1 = std::min(2 * y + 1, image.height() - 1);
      for (int x = 0; x < half.width(); ++x) {
        const int x0 = std::min(2 * x, image.width() - 1);
        const int x1 = std::min(2 * x + 1, image.width() - 1);
        for (int c = 0; c < image.channels(); ++c) {
          const std::array<uint8_t, 4> four = {image.at(x0, y0, c),
                                               image.at(x1, y0, c),
                                               image.at(x0, y1, c),
                                               image.at(x1, y1, c)};
          if (content == TextureContent::kColour && c < 3) {
            float sum = 0;
            for (const uint8_t value : four) sum += LinearFromSrgb8(value);
            half.at(x, y, c) = Srgb8FromLinear(sum / 4);
          } else {
            half.at(x, y, c) = static_cast<uint8_t>(
                (four[0] + four[1] + four[2] + four[3] + 2) / 4);
          }
        }
      }
    }
    image = std::move(half);
  }
  return image;
}

}  // namespace stage::engine
