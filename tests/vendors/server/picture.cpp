#include "vendors/server/picture.h"

#include <jpeglib.h>
#include <png.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace stage::vendors {
namespace {

struct JpegErrors : jpeg_error_mgr {
  std::jmp_buf escape;
};

[[noreturn]] void Escape(j_common_ptr codec) {
  std::longjmp(static_cast<JpegErrors*>(codec->err)->escape, 1);
}

jpeg_error_mgr* SilentErrors(JpegErrors& errors) {
  jpeg_std_error(&errors);
  errors.error_exit = Escape;
  errors.output_message = [](j_common_ptr) {};
  return &errors;
}

/// Reads the header, and the pixels where `pixels` is given.
bool ReadJpeg(std::string_view bytes,
              Picture& size,
              std::vector<uint8_t>* pixels) {
  jpeg_decompress_struct codec;
  JpegErrors errors;
  codec.err = SilentErrors(errors);
  if (setjmp(errors.escape) != 0) {
    jpeg_destroy_decompress(&codec);
    return false;
  }
  jpeg_create_decompress(&codec);
  jpeg_mem_src(&codec,
               reinterpret_cast<const unsigned char*>(bytes.data()),
               bytes.size());
  jpeg_read_header(&codec, TRUE);
  size.width = static_cast<int>(codec.image_width);
  size.height = static_cast<int>(codec.image_height);
  if (pixels != nullptr) {
    codec.out_color_space = JCS_RGB;
    jpeg_start_decompress(&codec);
    const size_t stride = size_t{codec.output_width} * 3;
    pixels->resize(stride * codec.output_height);
    while (codec.output_scanline < codec.output_height) {
      JSAMPROW row = pixels->data() + stride * codec.output_scanline;
      jpeg_read_scanlines(&codec, &row, 1);
    }
    if (errors.num_warnings != 0)
      errors.error_exit(reinterpret_cast<j_common_ptr>(&codec));
    jpeg_finish_decompress(&codec);
  }
  jpeg_destroy_decompress(&codec);
  return true;
}

bool ReadPng(std::string_view bytes,
             Picture& size,
             std::vector<uint8_t>* pixels) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) ==
      0) {
    return false;
  }
  size.width = static_cast<int>(image.width);
  size.height = static_cast<int>(image.height);
  bool good = true;
  if (pixels != nullptr) {
    image.format = PNG_FORMAT_RGB;
    pixels->resize(PNG_IMAGE_SIZE(image));
    good =
        png_image_finish_read(&image, nullptr, pixels->data(), 0, nullptr) != 0;
  }
  png_image_free(&image);
  return good;
}

bool Read(std::string_view bytes,
          PictureFormat format,
          Picture& size,
          std::vector<uint8_t>* pixels) {
  return format == PictureFormat::kJpeg ? ReadJpeg(bytes, size, pixels)
                                        : ReadPng(bytes, size, pixels);
}

std::optional<PictureFormat> FormatOf(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xD8\xFF")) return PictureFormat::kJpeg;
  if (bytes.starts_with("\x89PNG\r\n")) return PictureFormat::kPng;
  if (bytes.size() < 12) return std::nullopt;
  if (bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") {
    return PictureFormat::kWebp;
  }
  if (bytes.substr(4, 4) == "ftyp") return PictureFormat::kHeif;
  return std::nullopt;
}

std::string EncodeJpeg(const Picture& picture) {
  jpeg_compress_struct codec;
  jpeg_error_mgr errors;
  codec.err = jpeg_std_error(&errors);
  jpeg_create_compress(&codec);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&codec, &buffer, &size);
  codec.image_width = static_cast<JDIMENSION>(picture.width);
  codec.image_height = static_cast<JDIMENSION>(picture.height);
  codec.input_components = 3;
  codec.in_color_space = JCS_RGB;
  jpeg_set_defaults(&codec);
  jpeg_set_quality(&codec, 88, TRUE);
  jpeg_start_compress(&codec, TRUE);
  while (codec.next_scanline < codec.image_height) {
    JSAMPROW row = const_cast<uint8_t*>(
        picture.rgb.data() +
        size_t{codec.next_scanline} * static_cast<size_t>(picture.width) * 3);
    jpeg_write_scanlines(&codec, &row, 1);
  }
  jpeg_finish_compress(&codec);
  jpeg_destroy_compress(&codec);
  std::string bytes(reinterpret_cast<char*>(buffer), size);
  std::free(buffer);
  return bytes;
}

std::string EncodePng(const Picture& picture) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = PNG_FORMAT_RGB;
  image.flags = PNG_IMAGE_FLAG_FAST;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string bytes(size, '\0');
  png_image_write_to_memory(
      &image, bytes.data(), &size, 0, picture.rgb.data(), 0, nullptr);
  bytes.resize(size);
  return bytes;
}

}  // namespace

std::string_view MediaType(PictureFormat format) {
  switch (format) {
    case PictureFormat::kJpeg:
      return "image/jpeg";
    case PictureFormat::kPng:
      return "image/png";
    case PictureFormat::kWebp:
      return "image/webp";
    case PictureFormat::kHeif:
      return "image/heic";
  }
  return "";
}

std::optional<PictureInfo> ProbePicture(std::string_view bytes) {
  const std::optional<PictureFormat> format = FormatOf(bytes);
  if (!format) return std::nullopt;
  if (*format == PictureFormat::kWebp || *format == PictureFormat::kHeif) {
    return PictureInfo{*format};
  }
  Picture size;
  if (!Read(bytes, *format, size, nullptr)) return std::nullopt;
  return PictureInfo{*format, size.width, size.height};
}

Picture DecodePicture(std::string_view bytes) {
  const std::optional<PictureFormat> format = FormatOf(bytes);
  Picture picture;
  if (!format || *format == PictureFormat::kWebp ||
      *format == PictureFormat::kHeif ||
      !Read(bytes, *format, picture, &picture.rgb)) {
    throw std::runtime_error("not a whole JPEG or PNG picture");
  }
  return picture;
}

std::string EncodePicture(const Picture& picture, PictureFormat format) {
  return format == PictureFormat::kPng ? EncodePng(picture)
                                       : EncodeJpeg(picture);
}

Picture Resized(const Picture& picture, int width, int height) {
  if (picture.width == width && picture.height == height) return picture;
  Picture result{width, height, {}};
  result.rgb.reserve(size_t(width) * size_t(height) * 3);
  for (int y = 0; y < height; ++y) {
    const uint8_t* row = picture.rgb.data() + size_t(y) * picture.height /
                                                  height * picture.width * 3;
    for (int x = 0; x < width; ++x) {
      const uint8_t* pixel = row + size_t(x) * picture.width / width * 3;
      result.rgb.insert(result.rgb.end(), pixel, pixel + 3);
    }
  }
  return result;
}

Picture Furnished(Picture room, int variant) {
  const std::array<uint8_t, 3> color = {
      static_cast<uint8_t>(40 + 53 * variant),
      static_cast<uint8_t>(90 + 31 * variant),
      static_cast<uint8_t>(160 - 47 * variant)};
  for (int y = room.height / 2; y < room.height * 7 / 8; ++y) {
    for (int x = room.width / 4; x < room.width * 3 / 4; ++x) {
      std::copy(color.begin(),
                color.end(),
                room.rgb.begin() + (ptrdiff_t{y} * room.width + x) * 3);
    }
  }
  return room;
}

Picture MiddleMask(int width, int height) {
  Picture mask{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool inside = 4 * x > width && 4 * x < 3 * width &&
                          2 * y > height && 8 * y < 7 * height;
      mask.rgb.insert(mask.rgb.end(), 3, inside ? 255 : 0);
    }
  }
  return mask;
}

Picture EmptyRoom(int width, int height, uint32_t seed) {
  Picture room{width, height, {}};
  room.rgb.reserve(size_t(width) * size_t(height) * 3);
  const std::array<int, 3> base = {80 + int(seed * 37 % 160),
                                   80 + int(seed * 71 % 160),
                                   80 + int(seed * 113 % 160)};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int shade = y * 30 / height - x * 30 / width;
      for (const int channel : base) {
        room.rgb.push_back(
            static_cast<uint8_t>(std::clamp(channel + shade, 0, 255)));
      }
    }
  }
  return room;
}

}  // namespace stage::vendors
