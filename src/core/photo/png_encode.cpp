#include <png.h>

#include <bit>
#include <csetjmp>
#include <cstdio>

#include "core/error.h"
#include "core/photo/encode.h"

namespace stage {
namespace {

void Append(png_structp png, png_bytep data, size_t count) {
  auto& bytes = *static_cast<std::vector<uint8_t>*>(png_get_io_ptr(png));
  try {
    bytes.insert(bytes.end(), data, data + count);
  } catch (const std::bad_alloc&) {
    png_error(png, "out of memory");
  }
}

void Flush(png_structp) {}

void Fail(png_structp png, png_const_charp message) {
  auto* text = static_cast<char*>(png_get_error_ptr(png));
  std::snprintf(text, 160, "%s", message);
  png_longjmp(png, 1);
}

void IgnoreWarning(png_structp, png_const_charp) {}

class PngWriter {
 public:
  PngWriter() {
    png_ = png_create_write_struct(
        PNG_LIBPNG_VER_STRING, message_, Fail, IgnoreWarning);
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_write_struct(&png_, &info_);
      throw std::bad_alloc();
    }
    png_set_write_fn(png_, &bytes_, Append, Flush);
  }
  ~PngWriter() { png_destroy_write_struct(&png_, &info_); }
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;

  png_structp png() { return png_; }
  png_infop info() { return info_; }
  std::vector<uint8_t> Take() { return std::move(bytes_); }

  /// Runs `step`, in which nothing with a destructor may live.
  template <typename Step>
  void Guarded(Step step) {
    if (setjmp(png_jmpbuf(png_)) != 0) {
      throw Error(ErrorKind::kUnexpected,
                  std::string("PNG cannot be written: ") + message_);
    }
    step();
  }

 private:
  char message_[160] = "";
  std::vector<uint8_t> bytes_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

int ColorType(int channels) {
  switch (channels) {
    case 1:
      return PNG_COLOR_TYPE_GRAY;
    case 2:
      return PNG_COLOR_TYPE_GRAY_ALPHA;
    case 3:
      return PNG_COLOR_TYPE_RGB;
    default:
      return PNG_COLOR_TYPE_RGB_ALPHA;
  }
}

}  // namespace

std::vector<uint8_t> EncodePng(const Photo& photo) {
  PngWriter writer;
  png_structp png = writer.png();
  writer.Guarded([&] {
    png_set_IHDR(png,
                 writer.info(),
                 photo.width(),
                 photo.height(),
                 photo.is_16_bit() ? 16 : 8,
                 ColorType(photo.channels()),
                 PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    // Cameras' and editors' profiles often break a rule of libpng's; one it
    // cannot hold at all is left out.
    png_set_option(png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
    png_set_benign_errors(png, 1);
    // Photos hardly shrink beyond this level, at several times the work.
    png_set_compression_level(png, 4);
    if (!photo.icc_profile.empty()) {
      png_set_iCCP(png,
                   writer.info(),
                   "ICC profile",
                   PNG_COMPRESSION_TYPE_BASE,
                   photo.icc_profile.data(),
                   static_cast<png_uint_32>(photo.icc_profile.size()));
    }
    png_write_info(png, writer.info());
    if (photo.is_16_bit() && std::endian::native == std::endian::little) {
      png_set_swap(png);
    }
    for (int y = 0; y < photo.height(); ++y) {
      png_write_row(png,
                    photo.is_16_bit() ? reinterpret_cast<png_const_bytep>(
                                            photo.pixels16.row(y))
                                      : photo.pixels8.row(y));
    }
    png_write_end(png, nullptr);
  });
  return writer.Take();
}

}  // namespace stage
