#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>

#include "core/photo/decode.h"

namespace stage {
namespace {

struct CloseTiff {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
struct FreeOptions {
  void operator()(TIFFOpenOptions* options) const {
    TIFFOpenOptionsFree(options);
  }
};

/// The file in memory as libtiff reads it, and its first complaint.
struct TiffInput {
  explicit TiffInput(std::span<const uint8_t> file) : bytes(file) {}
  std::span<const uint8_t> bytes;
  uint64_t position = 0;
  bool past_end = false;
  std::string complaint;
};

tmsize_t Read(thandle_t handle, void* out, tmsize_t count) {
  auto& input = *static_cast<TiffInput*>(handle);
  const uint64_t left = input.position < input.bytes.size()
                            ? input.bytes.size() - input.position
                            : 0;
  const auto granted = static_cast<tmsize_t>(std::min<uint64_t>(left, count));
  if (granted < count) input.past_end = true;
  if (granted > 0) {
    std::memcpy(out, input.bytes.data() + input.position, granted);
    input.position += granted;
  }
  return granted;
}

tmsize_t Write(thandle_t, void*, tmsize_t) { return 0; }

toff_t Seek(thandle_t handle, toff_t offset, int whence) {
  auto& input = *static_cast<TiffInput*>(handle);
  if (whence == SEEK_CUR) offset += input.position;
  if (whence == SEEK_END) offset += input.bytes.size();
  input.position = offset;
  return offset;
}

int Close(thandle_t) { return 0; }

toff_t SizeOf(thandle_t handle) {
  return static_cast<TiffInput*>(handle)->bytes.size();
}

constexpr uint16_t kLinearRaw = 34892;  // DNG 1.6

int Complain(TIFF*, void* user, const char*, const char* format, va_list list) {
  auto& input = *static_cast<TiffInput*>(user);
  if (input.complaint.empty()) {
    char text[200];
    std::vsnprintf(text, sizeof(text), format, list);
    input.complaint = text;
  }
  return 1;
}

int Ignore(TIFF*, void*, const char*, const char*, va_list) { return 1; }

/// An open TIFF at its first picture, with the tags that decide its layout.
class TiffReader {
 public:
  explicit TiffReader(std::span<const uint8_t> bytes) : input_(bytes) {
    const std::unique_ptr<TIFFOpenOptions, FreeOptions> options(
        TIFFOpenOptionsAlloc());
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), Complain, &input_);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), Ignore, nullptr);
    tiff_.reset(TIFFClientOpenExt("photo",
                                  "rm",
                                  &input_,
                                  Read,
                                  Write,
                                  Seek,
                                  Close,
                                  SizeOf,
                                  nullptr,
                                  nullptr,
                                  options.get()));
    if (!tiff_) Fail();
    uint32_t stored_width = 0, stored_height = 0;
    TIFFGetField(tiff(), TIFFTAG_IMAGEWIDTH, &stored_width);
    TIFFGetField(tiff(), TIFFTAG_IMAGELENGTH, &stored_height);
    CheckCodedSize(stored_width, stored_height, bytes.size());
    width = static_cast<int>(stored_width);
    height = static_cast<int>(stored_height);
    TIFFGetFieldDefaulted(tiff(), TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted(tiff(), TIFFTAG_SAMPLESPERPIXEL, &samples);
    TIFFGetFieldDefaulted(tiff(), TIFFTAG_SAMPLEFORMAT, &sample_format);
    TIFFGetFieldDefaulted(tiff(), TIFFTAG_PLANARCONFIG, &planar);
    TIFFGetFieldDefaulted(tiff(), TIFFTAG_COMPRESSION, &compression);
    if (!TIFFGetField(tiff(), TIFFTAG_PHOTOMETRIC, &photometric)) {
      photometric = samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
    }
  }

  TIFF* tiff() { return tiff_.get(); }

  [[noreturn]] void Fail() const {
    if (input_.past_end) throw BadPhotoData(CutOffMessage(input_.bytes.size()));
    throw BadPhotoData(DamagedMessage(
        input_.complaint.empty() ? "not readable" : input_.complaint));
  }

  int width = 0;
  int height = 0;
  uint16_t bits = 1;
  uint16_t samples = 1;
  uint16_t sample_format = SAMPLEFORMAT_UINT;
  uint16_t planar = PLANARCONFIG_CONTIG;
  uint16_t compression = COMPRESSION_NONE;
  uint16_t photometric = PHOTOMETRIC_MINISBLACK;

 private:
  TiffInput input_;
  std::unique_ptr<TIFF, CloseTiff> tiff_;
};

/// How the samples of a plainly stored TIFF map to our channels.
struct Layout {
  int colors = 0;  ///< 1, 3 or 4 (ink)
  bool has_alpha = false;
  bool premultiplied = false;
  int channels() const { return colors + (has_alpha ? 1 : 0); }
};

// Sets `has_alpha` by what the first sample after the colours is said to be.
void FindAlpha(TiffReader& reader, Layout& layout) {
  uint16_t count = 0;
  uint16_t* kinds = nullptr;
  TIFFGetFieldDefaulted(reader.tiff(), TIFFTAG_EXTRASAMPLES, &count, &kinds);
  if (count == 0 || reader.samples <= layout.colors || layout.colors == 4) {
    return;
  }
  layout.has_alpha = kinds[0] != EXTRASAMPLE_UNSPECIFIED;
  layout.premultiplied = kinds[0] == EXTRASAMPLE_ASSOCALPHA;
}

// nullopt: leave it to libtiff's own RGBA conversion.
std::optional<Layout> PlainLayout(TiffReader& reader) {
  if (reader.bits != 8 && reader.bits != 16) return std::nullopt;
  Layout layout;
  switch (reader.photometric) {
    case PHOTOMETRIC_MINISBLACK:
    case PHOTOMETRIC_MINISWHITE:
      layout.colors = 1;
      break;
    case PHOTOMETRIC_RGB:
      layout.colors = 3;
      break;
    case PHOTOMETRIC_SEPARATED:
      layout.colors = 4;
      break;
    case PHOTOMETRIC_YCBCR:
      // libjpeg turns these into RGB on the way.
      if (reader.compression != COMPRESSION_JPEG || reader.samples != 3 ||
          reader.bits != 8 || reader.planar != PLANARCONFIG_CONTIG) {
        return std::nullopt;
      }
      TIFFSetField(reader.tiff(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
      layout.colors = 3;
      break;
    default:
      return std::nullopt;
  }
  if (reader.samples < layout.colors) return std::nullopt;
  FindAlpha(reader, layout);
  return layout;
}

/// Copies one block of samples, strip or tile, into its place.
template <typename T>
class BlockCopier {
 public:
  BlockCopier(TiffReader& reader, const Layout& layout, Image<T>& pixels)
      : planes_(reader.planar == PLANARCONFIG_SEPARATE ? 1 : reader.samples),
        layout_(layout),
        pixels_(pixels) {}

  /// @param plane the sample the block holds; 0 when it holds them all
  void Copy(
      const T* block, int block_width, int x, int y, int w, int h, int plane) {
    const int first = planes_ == 1 ? plane : 0;
    const int count = planes_ == 1 ? 1 : layout_.channels();
    if (first >= layout_.channels()) return;
    for (int row = 0; row < h; ++row) {
      const T* from = block + static_cast<size_t>(row) * block_width * planes_;
      T* to = pixels_.row(y + row) +
              static_cast<size_t>(x) * pixels_.channels() + first;
      for (int i = 0; i < w; ++i) {
        std::copy_n(from, count, to);
        from += planes_;
        to += pixels_.channels();
      }
    }
  }

 private:
  int planes_;  ///< samples stored side by side
  Layout layout_;
  Image<T>& pixels_;
};

template <typename T>
void ReadTiles(TiffReader& reader, BlockCopier<T>& copier) {
  uint32_t tile_width = 0, tile_height = 0;
  TIFFGetField(reader.tiff(), TIFFTAG_TILEWIDTH, &tile_width);
  TIFFGetField(reader.tiff(), TIFFTAG_TILELENGTH, &tile_height);
  const tmsize_t bytes = TIFFTileSize(reader.tiff());
  const bool separate = reader.planar == PLANARCONFIG_SEPARATE;
  const uint64_t samples = separate ? 1 : reader.samples;
  // A tile far larger than its picture is a trap, not a layout.
  if (tile_width == 0 || tile_height == 0 || tile_width > 65536 ||
      tile_height > 65536 || bytes <= 0 || bytes > (tmsize_t{1} << 30) ||
      static_cast<uint64_t>(bytes) <
          uint64_t{tile_width} * tile_height * samples * sizeof(T)) {
    reader.Fail();
  }
  std::vector<T> tile(static_cast<size_t>(bytes) / sizeof(T) + 1);
  for (int plane = 0; plane < (separate ? reader.samples : 1); ++plane) {
    for (int y = 0; y < reader.height; y += static_cast<int>(tile_height)) {
      for (int x = 0; x < reader.width; x += static_cast<int>(tile_width)) {
        if (TIFFReadTile(reader.tiff(),
                         tile.data(),
                         x,
                         y,
                         0,
                         static_cast<uint16_t>(plane)) < 0) {
          reader.Fail();
        }
        copier.Copy(tile.data(),
                    static_cast<int>(tile_width),
                    x,
                    y,
                    std::min<int>(tile_width, reader.width - x),
                    std::min<int>(tile_height, reader.height - y),
                    plane);
      }
    }
  }
}

template <typename T>
void ReadRows(TiffReader& reader, BlockCopier<T>& copier) {
  const bool separate = reader.planar == PLANARCONFIG_SEPARATE;
  const size_t samples = separate ? 1 : reader.samples;
  const tmsize_t bytes = TIFFScanlineSize(reader.tiff());
  if (bytes <= 0 ||
      static_cast<size_t>(bytes) < reader.width * samples * sizeof(T)) {
    reader.Fail();
  }
  std::vector<T> row(static_cast<size_t>(bytes) / sizeof(T) + 1);
  for (int plane = 0; plane < (separate ? reader.samples : 1); ++plane) {
    for (int y = 0; y < reader.height; ++y) {
      if (TIFFReadScanline(
              reader.tiff(), row.data(), y, static_cast<uint16_t>(plane)) < 0) {
        reader.Fail();
      }
      copier.Copy(row.data(), reader.width, 0, y, reader.width, 1, plane);
    }
  }
}

template <typename T>
void Unpremultiply(Image<T>& pixels) {
  constexpr uint32_t kMax = std::numeric_limits<T>::max();
  const int colors = pixels.channels() - 1;
  const size_t count = static_cast<size_t>(pixels.width()) * pixels.height();
  T* pixel = pixels.data();
  for (size_t i = 0; i < count; ++i, pixel += pixels.channels()) {
    const uint32_t alpha = pixel[colors];
    if (alpha == 0 || alpha == kMax) continue;
    for (int c = 0; c < colors; ++c) {
      const uint64_t value = (uint64_t{pixel[c]} * kMax + alpha / 2) / alpha;
      pixel[c] = static_cast<T>(std::min<uint64_t>(value, kMax));
    }
  }
}

template <typename T>
Image<T> ReadPlain(TiffReader& reader, const Layout& layout) {
  Image<T> pixels(reader.width, reader.height, layout.channels());
  BlockCopier<T> copier(reader, layout, pixels);
  if (TIFFIsTiled(reader.tiff())) {
    ReadTiles(reader, copier);
  } else {
    ReadRows(reader, copier);
  }
  if (layout.premultiplied) Unpremultiply(pixels);
  if (reader.photometric == PHOTOMETRIC_MINISWHITE) {
    T* pixel = pixels.data();
    const size_t count = static_cast<size_t>(reader.width) * reader.height;
    for (size_t i = 0; i < count; ++i, pixel += layout.channels()) {
      *pixel = static_cast<T>(std::numeric_limits<T>::max() - *pixel);
    }
  }
  return pixels;
}

// Palettes, odd bit depths, YCbCr and the rest, as libtiff would show them.
ImageU8 ReadByLibtiff(TiffReader& reader) {
  char why[1024] = "";
  if (!TIFFRGBAImageOK(reader.tiff(), why)) {
    throw BadPhotoData(std::string("a rare kind of TIFF (") + why +
                       "); export it with 8 or 16 bits as RGB");
  }
  // The caller turns the picture; libtiff would flip but not turn it.
  TIFFSetField(reader.tiff(), TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  const size_t count = static_cast<size_t>(reader.width) * reader.height;
  std::vector<uint32_t> packed(count);
  if (!TIFFReadRGBAImageOriented(reader.tiff(),
                                 reader.width,
                                 reader.height,
                                 packed.data(),
                                 ORIENTATION_TOPLEFT,
                                 1)) {
    reader.Fail();
  }
  ImageU8 pixels(reader.width, reader.height, 3);
  uint8_t* pixel = pixels.data();
  for (const uint32_t value : packed) {
    *pixel++ = TIFFGetR(value);
    *pixel++ = TIFFGetG(value);
    *pixel++ = TIFFGetB(value);
  }
  return pixels;
}

}  // namespace

CodedSize TiffSize(std::span<const uint8_t> bytes) {
  const TiffReader reader(bytes);
  return {reader.width, reader.height};
}

DecodedPhoto DecodeTiff(std::span<const uint8_t> bytes) {
  TiffReader reader(bytes);
  uint32_t kind = 0;
  TIFFGetField(reader.tiff(), TIFFTAG_SUBFILETYPE, &kind);
  if (reader.photometric == PHOTOMETRIC_CFA ||
      reader.photometric == kLinearRaw || (kind & FILETYPE_REDUCEDIMAGE) != 0) {
    throw BadPhotoData("a camera raw file; export it as JPEG or TIFF");
  }
  if (reader.sample_format == SAMPLEFORMAT_IEEEFP || reader.bits > 16) {
    throw BadPhotoData("a TIFF of " + std::to_string(reader.bits) +
                       "-bit samples; export it with 8 or 16 bits");
  }
  if (reader.samples == 0 || reader.samples > 16) reader.Fail();
  DecodedPhoto decoded;
  decoded.source.lossless = true;
  uint32_t size = 0;
  void* profile = nullptr;
  if (TIFFGetField(reader.tiff(), TIFFTAG_ICCPROFILE, &size, &profile)) {
    const auto* begin = static_cast<const uint8_t*>(profile);
    decoded.icc_profile.assign(begin, begin + size);
  }
  const auto layout = PlainLayout(reader);
  if (!layout) {
    decoded.pixels8 = ReadByLibtiff(reader);
    return decoded;
  }
  decoded.is_cmyk = layout->colors == 4;
  if (reader.bits == 16) {
    decoded.pixels16 = ReadPlain<uint16_t>(reader, *layout);
  } else {
    decoded.pixels8 = ReadPlain<uint8_t>(reader, *layout);
  }
  return decoded;
}

}  // namespace stage
