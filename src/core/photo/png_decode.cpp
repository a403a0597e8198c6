#include <png.h>

#include <bit>
#include <csetjmp>
#include <cstdio>
#include <cstring>

#include "core/photo/decode.h"
#include "core/photo/icc_profiles.h"

namespace stage {
namespace {

struct PngInput {
  std::span<const uint8_t> bytes;
  size_t position = 0;
  bool cut_off = false;
  char message[160] = "";
};

void ReadBytes(png_structp png, png_bytep out, size_t count) {
  auto& input = *static_cast<PngInput*>(png_get_io_ptr(png));
  if (input.bytes.size() - input.position < count) {
    input.cut_off = true;
    png_error(png, "cut off");
  }
  std::memcpy(out, input.bytes.data() + input.position, count);
  input.position += count;
}

void Fail(png_structp png, png_const_charp message) {
  auto& input = *static_cast<PngInput*>(png_get_error_ptr(png));
  std::snprintf(input.message, sizeof(input.message), "%s", message);
  png_longjmp(png, 1);
}

void IgnoreWarning(png_structp, png_const_charp) {}

// libpng reports by longjmp; see Guarded.
class PngReader {
 public:
  explicit PngReader(std::span<const uint8_t> bytes) : input_{bytes} {
    png_ = png_create_read_struct(
        PNG_LIBPNG_VER_STRING, &input_, Fail, IgnoreWarning);
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, &info_, nullptr);
      throw std::bad_alloc();
    }
    try {
      Guarded([this] {
        png_set_option(png_, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
        png_set_user_limits(png_, 1'000'000, 1'000'000);
        png_set_chunk_malloc_max(png_, 64 << 20);
        png_set_read_fn(png_, &input_, ReadBytes);
        png_read_info(png_, info_);
      });
    } catch (...) {
      png_destroy_read_struct(&png_, &info_, nullptr);
      throw;
    }
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  png_structp png() { return png_; }
  png_infop info() { return info_; }

  /// Runs `step`, in which nothing with a destructor may live.
  template <typename Step>
  void Guarded(Step step) {
    if (setjmp(png_jmpbuf(png_)) != 0) Throw();
    step();
  }

 private:
  [[noreturn]] void Throw() const {
    if (input_.cut_off) throw BadPhotoData(CutOffMessage(input_.bytes.size()));
    throw BadPhotoData(DamagedMessage(input_.message));
  }

  PngInput input_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

std::vector<uint8_t> IccProfileOf(PngReader& reader) {
  png_charp name = nullptr;
  int compression = 0;
  png_bytep data = nullptr;
  png_uint_32 size = 0;
  if (png_get_iCCP(
          reader.png(), reader.info(), &name, &compression, &data, &size) &&
      size > 0) {
    return {data, data + size};
  }
  int intent = 0;
  if (png_get_sRGB(reader.png(), reader.info(), &intent)) return {};
  double gamma = 0;
  if (!png_get_gAMA(reader.png(), reader.info(), &gamma) || gamma <= 0) {
    return {};
  }
  RgbPrimaries primaries = kSrgbPrimaries;
  png_get_cHRM(reader.png(),
               reader.info(),
               &primaries.white[0],
               &primaries.white[1],
               &primaries.red[0],
               &primaries.red[1],
               &primaries.green[0],
               &primaries.green[1],
               &primaries.blue[0],
               &primaries.blue[1]);
  return GammaProfileUnlessSrgb(primaries, 1.0 / gamma);
}

}  // namespace

CodedSize PngSize(std::span<const uint8_t> bytes) {
  PngReader reader(bytes);
  return {static_cast<int>(png_get_image_width(reader.png(), reader.info())),
          static_cast<int>(png_get_image_height(reader.png(), reader.info()))};
}

DecodedPhoto DecodePng(std::span<const uint8_t> bytes) {
  PngReader reader(bytes);
  png_structp png = reader.png();
  const auto width = png_get_image_width(png, reader.info());
  const auto height = png_get_image_height(png, reader.info());
  CheckCodedSize(width, height, bytes.size());
  const bool is_16_bit = png_get_bit_depth(png, reader.info()) == 16;
  DecodedPhoto decoded;
  decoded.source.lossless = true;
  decoded.icc_profile = IccProfileOf(reader);
  reader.Guarded([&] {
    png_set_expand(png);  // palettes, few bits and tRNS to plain channels
    if (is_16_bit && std::endian::native == std::endian::little) {
      png_set_swap(png);
    }
    png_set_interlace_handling(png);
    png_read_update_info(png, reader.info());
  });
  const int channels = png_get_channels(png, reader.info());
  std::vector<png_bytep> rows(height);
  if (is_16_bit) {
    decoded.pixels16 = ImageU16(width, height, channels);
  } else {
    decoded.pixels8 = ImageU8(width, height, channels);
  }
  for (png_uint_32 y = 0; y < height; ++y) {
    rows[y] = is_16_bit ? reinterpret_cast<png_bytep>(decoded.pixels16.row(y))
                        : decoded.pixels8.row(y);
  }
  reader.Guarded([&] {
    png_read_image(png, rows.data());
    png_read_end(png, nullptr);
  });
  return decoded;
}

}  // namespace stage
