#include <tiffio.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "core/error.h"
#include "core/photo/encode.h"

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

/// A growing file in memory.
struct MemoryFile {
  std::vector<uint8_t> bytes;
  uint64_t position = 0;
};

tmsize_t Read(thandle_t handle, void* out, tmsize_t count) {
  auto& file = *static_cast<MemoryFile*>(handle);
  const uint64_t left =
      file.position < file.bytes.size() ? file.bytes.size() - file.position : 0;
  const auto granted = std::min<uint64_t>(left, static_cast<uint64_t>(count));
  if (granted > 0) {
    std::memcpy(out, file.bytes.data() + file.position, granted);
    file.position += granted;
  }
  return static_cast<tmsize_t>(granted);
}

tmsize_t Write(thandle_t handle, void* data, tmsize_t count) {
  auto& file = *static_cast<MemoryFile*>(handle);
  const uint64_t end = file.position + static_cast<uint64_t>(count);
  try {
    if (end > file.bytes.size()) file.bytes.resize(end);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  if (count > 0) std::memcpy(file.bytes.data() + file.position, data, count);
  file.position = end;
  return count;
}

toff_t Seek(thandle_t handle, toff_t offset, int whence) {
  auto& file = *static_cast<MemoryFile*>(handle);
  if (whence == SEEK_CUR) offset += file.position;
  if (whence == SEEK_END) offset += file.bytes.size();
  file.position = offset;
  return offset;
}

int Close(thandle_t) { return 0; }

toff_t SizeOf(thandle_t handle) {
  return static_cast<MemoryFile*>(handle)->bytes.size();
}

int Ignore(TIFF*, void*, const char*, const char*, va_list) { return 1; }

[[noreturn]] void Fail() {
  throw Error(ErrorKind::kUnexpected, "TIFF cannot be written");
}

void SetTags(TIFF* tiff, const Photo& photo) {
  const int channels = photo.channels();
  const bool has_alpha = channels == 2 || channels == 4;
  const int bits = photo.is_16_bit() ? 16 : 8;
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, photo.width());
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, photo.height());
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, channels);
  TIFFSetField(tiff,
               TIFFTAG_PHOTOMETRIC,
               channels <= 2 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
  TIFFSetField(tiff, TIFFTAG_ZIPQUALITY, 4);
  if (has_alpha) {
    const uint16_t kind = EXTRASAMPLE_UNASSALPHA;
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &kind);
  }
  const int64_t row_bytes = int64_t{photo.width()} * channels * bits / 8;
  TIFFSetField(
      tiff,
      TIFFTAG_ROWSPERSTRIP,
      static_cast<uint32_t>(std::clamp<int64_t>(
          (1 << 20) / std::max<int64_t>(row_bytes, 1), 1, photo.height())));
  if (!photo.icc_profile.empty()) {
    TIFFSetField(tiff,
                 TIFFTAG_ICCPROFILE,
                 static_cast<uint32_t>(photo.icc_profile.size()),
                 photo.icc_profile.data());
  }
}

}  // namespace

std::vector<uint8_t> EncodeTiff(const Photo& photo) {
  MemoryFile file;
  const std::unique_ptr<TIFFOpenOptions, FreeOptions> options(
      TIFFOpenOptionsAlloc());
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), Ignore, nullptr);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), Ignore, nullptr);
  std::unique_ptr<TIFF, CloseTiff> tiff(TIFFClientOpenExt("result",
                                                          "w",
                                                          &file,
                                                          Read,
                                                          Write,
                                                          Seek,
                                                          Close,
                                                          SizeOf,
                                                          nullptr,
                                                          nullptr,
                                                          options.get()));
  if (!tiff) Fail();
  SetTags(tiff.get(), photo);
  // libtiff's predictor works in place, so each row is a copy.
  const size_t row_values =
      static_cast<size_t>(photo.width()) * photo.channels();
  std::vector<uint8_t> row(row_values * (photo.is_16_bit() ? 2 : 1));
  for (int y = 0; y < photo.height(); ++y) {
    const void* source = photo.is_16_bit()
                             ? static_cast<const void*>(photo.pixels16.row(y))
                             : photo.pixels8.row(y);
    std::memcpy(row.data(), source, row.size());
    if (TIFFWriteScanline(tiff.get(), row.data(), y, 0) < 0) Fail();
  }
  if (!TIFFWriteDirectory(tiff.get())) Fail();
  tiff.reset();
  return std::move(file.bytes);
}

}  // namespace stage
