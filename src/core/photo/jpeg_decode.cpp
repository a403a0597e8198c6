#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>

// clang-format off: each needs the one before.
#define D_ARITH_CODING_SUPPORTED  // names all of the library's messages
#include <jerror.h>
#include <jpeglib.h>
// clang-format on

#include "core/photo/decode.h"
#include "core/photo/jpeg_quality.h"

namespace stage {
namespace {

// libjpeg reports by longjmp; Guarded turns that into an exception once no
// C frame is left on the stack.
struct JpegErrors {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  int code = 0;
  char message[JMSG_LENGTH_MAX] = "";
};

JpegErrors& ErrorsOf(j_common_ptr info) {
  return *reinterpret_cast<JpegErrors*>(info->err);
}

[[noreturn]] void Fail(j_common_ptr info) {
  JpegErrors& errors = ErrorsOf(info);
  errors.code = info->err->msg_code;
  info->err->format_message(info, errors.message);
  std::longjmp(errors.jump, 1);
}

// Warnings after which libjpeg would invent pixels are errors here; those
// about harmless rubbish between segments are not.
void JudgeWarning(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION:
      Fail(info);
    default:
      ++info->err->num_warnings;
  }
}

// A progressive file may hold thousands of scans over the same pixels, each
// nearly free to store and costly to decode.
void LimitScans(j_common_ptr info) {
  constexpr int kMaxScans = 200;
  const auto* decompress = reinterpret_cast<j_decompress_ptr>(info);
  if (info->is_decompressor && decompress->input_scan_number > kMaxScans) {
    JpegErrors& errors = ErrorsOf(info);
    errors.code = JERR_BAD_PROGRESSION;
    std::snprintf(errors.message, sizeof(errors.message), "too many scans");
    std::longjmp(errors.jump, 1);
  }
}

class JpegReader {
 public:
  explicit JpegReader(std::span<const uint8_t> bytes) : bytes_(bytes) {
    info_.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = Fail;
    errors_.base.emit_message = JudgeWarning;
    progress_.progress_monitor = LimitScans;
    try {
      Guarded([this] {
        jpeg_create_decompress(&info_);
        info_.progress = &progress_;
        jpeg_mem_src(&info_, bytes_.data(), bytes_.size());
        jpeg_save_markers(&info_, JPEG_APP0 + 2, 0xFFFF);
        jpeg_read_header(&info_, TRUE);
      });
    } catch (...) {
      jpeg_destroy_decompress(&info_);
      throw;
    }
  }
  ~JpegReader() { jpeg_destroy_decompress(&info_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  jpeg_decompress_struct& info() { return info_; }

  /// Runs `step`, in which nothing with a destructor may live.
  template <typename Step>
  void Guarded(Step step) {
    if (setjmp(errors_.jump) != 0) Throw();
    step();
  }

 private:
  [[noreturn]] void Throw() const {
    switch (errors_.code) {
      case JWRN_JPEG_EOF:
      case JERR_INPUT_EOF:
      case JERR_INPUT_EMPTY:
        throw BadPhotoData(CutOffMessage(bytes_.size()));
      case JERR_BAD_PRECISION:
        throw BadPhotoData(
            "a JPEG of more than 8 bits; export it as an 8-bit JPEG or a "
            "16-bit TIFF");
      case JERR_SOF_UNSUPPORTED:
        throw BadPhotoData(
            "a lossless or otherwise rare kind of JPEG; export it as a usual "
            "JPEG");
      case JERR_OUT_OF_MEMORY:
        throw BadPhotoData(
            "too large for this machine's memory; export it "
            "smaller");
      default:
        throw BadPhotoData(DamagedMessage(errors_.message));
    }
  }

  std::span<const uint8_t> bytes_;
  jpeg_decompress_struct info_{};
  jpeg_progress_mgr progress_{};
  JpegErrors errors_{};
};

void ChooseOutputSpace(jpeg_decompress_struct& info) {
  switch (info.jpeg_color_space) {
    case JCS_GRAYSCALE:
      info.out_color_space = JCS_GRAYSCALE;
      break;
    case JCS_CMYK:
    case JCS_YCCK:
      info.out_color_space = JCS_CMYK;
      break;
    default:
      info.out_color_space = JCS_RGB;
  }
}

void ChooseScale(jpeg_decompress_struct& info, int long_edge_px) {
  const auto long_edge =
      static_cast<int>(std::max(info.image_width, info.image_height));
  info.scale_num = 8;
  info.scale_denom = 8;
  if (long_edge_px <= 0) return;
  while (info.scale_num > 1 &&
         long_edge * static_cast<int>(info.scale_num) / 16 >= long_edge_px) {
    info.scale_num /= 2;
  }
}

std::vector<uint8_t> IccProfileOf(JpegReader& reader) {
  JOCTET* data = nullptr;
  unsigned int size = 0;
  boolean found = FALSE;
  reader.Guarded(
      [&] { found = jpeg_read_icc_profile(&reader.info(), &data, &size); });
  std::vector<uint8_t> profile;
  if (found) profile.assign(data, data + size);
  std::free(data);
  return profile;
}

// Must be called once decoding has begun: tables may come late in the file.
void DescribeCoding(const jpeg_decompress_struct& info, PhotoSource& source) {
  source.jpeg.progressive = info.progressive_mode;
  for (int i = 0; i < info.num_components; ++i) {
    const jpeg_component_info& component = info.comp_info[i];
    const JQUANT_TBL* table = component.quant_table != nullptr
                                  ? component.quant_table
                                  : info.quant_tbl_ptrs[component.quant_tbl_no];
    if (table == nullptr) return;
    std::array<uint16_t, 64> values;
    std::copy(
        std::begin(table->quantval), std::end(table->quantval), values.begin());
    source.jpeg.quantisation.push_back(values);
  }
  if (info.num_components == 3) {
    source.chroma_horizontal = std::max(
        1, info.comp_info[0].h_samp_factor / info.comp_info[1].h_samp_factor);
    source.chroma_vertical = std::max(
        1, info.comp_info[0].v_samp_factor / info.comp_info[1].v_samp_factor);
  }
  source.jpeg_quality = EstimateJpegQuality(source.jpeg.quantisation);
  if (info.num_components != 3 || info.jpeg_color_space != JCS_YCbCr) {
    // Tables of ink or of RGB planes say nothing about luma and chroma.
    source.jpeg.quantisation.resize(1);
  }
}

}  // namespace

CodedSize JpegSize(std::span<const uint8_t> bytes) {
  JpegReader reader(bytes);
  return {static_cast<int>(reader.info().image_width),
          static_cast<int>(reader.info().image_height)};
}

DecodedPhoto DecodeJpeg(std::span<const uint8_t> bytes, int long_edge_px) {
  JpegReader reader(bytes);
  jpeg_decompress_struct& info = reader.info();
  CheckCodedSize(info.image_width, info.image_height, bytes.size());
  DecodedPhoto decoded;
  decoded.icc_profile = IccProfileOf(reader);
  ChooseOutputSpace(info);
  ChooseScale(info, long_edge_px);
  reader.Guarded([&] { jpeg_start_decompress(&info); });
  ImageU8& pixels = decoded.pixels8;
  pixels = ImageU8(static_cast<int>(info.output_width),
                   static_cast<int>(info.output_height),
                   info.output_components);
  reader.Guarded([&] {
    while (info.output_scanline < info.output_height) {
      JSAMPROW row = pixels.row(static_cast<int>(info.output_scanline));
      jpeg_read_scanlines(&info, &row, 1);
    }
  });
  DescribeCoding(info, decoded.source);
  reader.Guarded([&] { jpeg_finish_decompress(&info); });
  decoded.is_cmyk = info.out_color_space == JCS_CMYK;
  if (decoded.is_cmyk && info.saw_Adobe_marker) {
    // Adobe writes ink inverted: 255 is bare paper.
    uint8_t* values = pixels.data();
    for (size_t i = 0; i < pixels.size_bytes(); ++i)
      values[i] = 255 - values[i];
  }
  return decoded;
}

}  // namespace stage
