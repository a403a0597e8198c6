#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>

// clang-format off: it needs what is above.
#include <jpeglib.h>
// clang-format on

#include "core/error.h"
#include "core/photo/encode.h"

namespace stage {
namespace {

struct JpegErrors {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX] = "";
};

[[noreturn]] void Fail(j_common_ptr info) {
  auto& errors = *reinterpret_cast<JpegErrors*>(info->err);
  info->err->format_message(info, errors.message);
  std::longjmp(errors.jump, 1);
}

class JpegWriter {
 public:
  JpegWriter() {
    info_.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = Fail;
    Guarded([this] { jpeg_create_compress(&info_); });
  }
  ~JpegWriter() {
    jpeg_destroy_compress(&info_);
    std::free(data_);
  }
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  jpeg_compress_struct& info() { return info_; }
  void WriteToMemory() {
    Guarded([this] { jpeg_mem_dest(&info_, &data_, &size_); });
  }
  std::vector<uint8_t> bytes() const { return {data_, data_ + size_}; }

  /// Runs `step`, in which nothing with a destructor may live.
  template <typename Step>
  void Guarded(Step step) {
    if (setjmp(errors_.jump) != 0) {
      throw Error(ErrorKind::kUnexpected,
                  std::string("JPEG cannot be written: ") + errors_.message);
    }
    step();
  }

 private:
  jpeg_compress_struct info_{};
  JpegErrors errors_{};
  unsigned char* data_ = nullptr;
  unsigned long size_ = 0;
};

void SetTables(jpeg_compress_struct& info, const JpegEncoding& encoding) {
  if (encoding.quantisation.empty()) {
    jpeg_set_quality(&info, encoding.quality, TRUE);
    return;
  }
  // jpeg_add_quant_table scales a percentage of 32-bit values.
  unsigned int values[64];
  for (int slot = 0; slot < 2; ++slot) {
    const size_t last = encoding.quantisation.size() - 1;
    const auto& table = encoding.quantisation[std::min<size_t>(slot, last)];
    std::copy(table.begin(), table.end(), values);
    const boolean baseline =
        *std::max_element(values, values + 64) <= 255 ? TRUE : FALSE;
    jpeg_add_quant_table(&info, slot, values, 100, baseline);
  }
}

}  // namespace

std::vector<uint8_t> EncodeJpeg(const Photo& photo,
                                const JpegEncoding& encoding) {
  if (photo.width() > JPEG_MAX_DIMENSION ||
      photo.height() > JPEG_MAX_DIMENSION) {
    throw Error(ErrorKind::kInput,
                "a JPEG holds at most 65500 pixels a side; use --long-edge or "
                "--format png");
  }
  const int channels = photo.channels() <= 2 ? 1 : 3;
  JpegWriter writer;
  jpeg_compress_struct& info = writer.info();
  writer.WriteToMemory();
  writer.Guarded([&] {
    info.image_width = photo.width();
    info.image_height = photo.height();
    info.input_components = channels;
    info.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&info);
    SetTables(info, encoding);
    if (channels == 3) {
      info.comp_info[0].h_samp_factor =
          std::clamp(encoding.chroma_horizontal, 1, 4);
      info.comp_info[0].v_samp_factor =
          std::clamp(encoding.chroma_vertical, 1, 2);
    }
    info.optimize_coding = TRUE;
    info.dct_method = JDCT_ISLOW;
    if (encoding.progressive) jpeg_simple_progression(&info);
    jpeg_start_compress(&info, TRUE);
    if (!photo.icc_profile.empty()) {
      jpeg_write_icc_profile(&info,
                             photo.icc_profile.data(),
                             static_cast<unsigned>(photo.icc_profile.size()));
    }
  });
  std::vector<uint8_t> row(static_cast<size_t>(photo.width()) * channels);
  for (int y = 0; y < photo.height(); ++y) {
    Row8(photo, y, channels, row.data());
    writer.Guarded([&] {
      JSAMPROW values = row.data();
      jpeg_write_scanlines(&info, &values, 1);
    });
  }
  writer.Guarded([&] { jpeg_finish_compress(&info); });
  return writer.bytes();
}

}  // namespace stage
