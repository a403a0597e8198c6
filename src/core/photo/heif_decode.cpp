#include <libheif/heif.h>

#include <cstring>
#include <memory>

#include "core/photo/decode.h"
#include "core/photo/icc_profiles.h"
#include "core/photo/metadata.h"

namespace stage {
namespace {

struct FreeContext {
  void operator()(heif_context* context) const { heif_context_free(context); }
};
struct FreeHandle {
  void operator()(heif_image_handle* handle) const {
    heif_image_handle_release(handle);
  }
};
struct FreeImage {
  void operator()(heif_image* image) const { heif_image_release(image); }
};
struct FreeNclx {
  void operator()(heif_color_profile_nclx* nclx) const {
    heif_nclx_color_profile_free(nclx);
  }
};

void Check(const heif_error& error, size_t file_bytes) {
  if (error.code == heif_error_Ok) return;
  if (error.subcode == heif_suberror_End_of_data) {
    throw BadPhotoData(CutOffMessage(file_bytes));
  }
  if (error.code == heif_error_Unsupported_filetype ||
      error.code == heif_error_Unsupported_feature) {
    throw BadPhotoData(std::string("a HEIC that cannot be decoded (") +
                       OneLine(error.message) + "); export it as JPEG");
  }
  throw BadPhotoData(DamagedMessage(error.message));
}

/// An opened file and its main picture.
class HeifFile {
 public:
  explicit HeifFile(std::span<const uint8_t> bytes)
      : context_(heif_context_alloc()), bytes_(bytes.size()) {
    Check(heif_context_read_from_memory_without_copy(
              context_.get(), bytes.data(), bytes.size(), nullptr),
          bytes_);
    heif_image_handle* handle = nullptr;
    Check(heif_context_get_primary_image_handle(context_.get(), &handle),
          bytes_);
    handle_.reset(handle);
  }
  const heif_image_handle* handle() const { return handle_.get(); }
  CodedSize size() const {
    return {heif_image_handle_get_width(handle()),
            heif_image_handle_get_height(handle())};
  }

 private:
  std::unique_ptr<heif_context, FreeContext> context_;
  size_t bytes_;
  std::unique_ptr<heif_image_handle, FreeHandle> handle_;
};

// Colour by code points (ITU-T H.273) where there is no ICC profile.
std::vector<uint8_t> ProfileOfNclx(const heif_image_handle* handle) {
  heif_color_profile_nclx* raw = nullptr;
  if (heif_image_handle_get_nclx_color_profile(handle, &raw).code !=
      heif_error_Ok) {
    return {};
  }
  const std::unique_ptr<heif_color_profile_nclx, FreeNclx> nclx(raw);
  if (nclx->transfer_characteristics ==
          heif_transfer_characteristic_ITU_R_BT_2100_0_PQ ||
      nclx->transfer_characteristics ==
          heif_transfer_characteristic_ITU_R_BT_2100_0_HLG) {
    throw BadPhotoData("a HDR photo (PQ or HLG); export it as a standard JPEG");
  }
  switch (nclx->color_primaries) {
    case heif_color_primaries_SMPTE_EG_432_1:
      return SrgbCurveProfile(kDisplayP3Primaries);
    case heif_color_primaries_ITU_R_BT_2020_2_and_2100_0:
      return SrgbCurveProfile(kRec2020Primaries);
    default:
      return {};
  }
}

std::vector<uint8_t> IccProfileOf(const heif_image_handle* handle) {
  const size_t size = heif_image_handle_get_raw_color_profile_size(handle);
  if (size == 0) return ProfileOfNclx(handle);
  std::vector<uint8_t> profile(size);
  if (heif_image_handle_get_raw_color_profile(handle, profile.data()).code !=
      heif_error_Ok) {
    profile.clear();
  }
  return profile;
}

void CopyRows8(const uint8_t* plane, int stride, ImageU8& pixels) {
  const size_t row_bytes =
      static_cast<size_t>(pixels.width()) * pixels.channels();
  for (int y = 0; y < pixels.height(); ++y) {
    std::memcpy(
        pixels.row(y), plane + static_cast<size_t>(y) * stride, row_bytes);
  }
}

// 10 or 12 bits, little-endian, to 16.
void CopyRows16(const uint8_t* plane, int stride, int bits, ImageU16& pixels) {
  const uint32_t max_code = (1u << bits) - 1;
  const int values = pixels.width() * pixels.channels();
  for (int y = 0; y < pixels.height(); ++y) {
    const uint8_t* row = plane + static_cast<size_t>(y) * stride;
    for (int i = 0; i < values; ++i) {
      const uint32_t code = row[2 * i] | (row[2 * i + 1] << 8);
      pixels.row(y)[i] = static_cast<uint16_t>(
          (std::min(code, max_code) * 65535u + max_code / 2) / max_code);
    }
  }
}

std::vector<uint8_t> MetadataBlock(const heif_image_handle* handle,
                                   heif_item_id id) {
  std::vector<uint8_t> block(heif_image_handle_get_metadata_size(handle, id));
  if (block.empty() ||
      heif_image_handle_get_metadata(handle, id, block.data()).code !=
          heif_error_Ok) {
    return {};
  }
  return block;
}

// An Exif item begins with the offset of its TIFF header.
std::vector<uint8_t> WithoutOffset(const std::vector<uint8_t>& block) {
  if (block.size() < 4) return {};
  const size_t offset = (size_t{block[0]} << 24) + (size_t{block[1]} << 16) +
                        (size_t{block[2]} << 8) + block[3];
  if (offset >= block.size() - 4) return {};
  return {block.begin() + 4 + static_cast<ptrdiff_t>(offset), block.end()};
}

}  // namespace

CodedSize HeicSize(std::span<const uint8_t> bytes) {
  return HeifFile(bytes).size();
}

FileMetadata HeicMetadata(std::span<const uint8_t> bytes) {
  const HeifFile file(bytes);
  const int count =
      heif_image_handle_get_number_of_metadata_blocks(file.handle(), nullptr);
  std::vector<heif_item_id> ids(std::max(count, 0));
  heif_image_handle_get_list_of_metadata_block_IDs(
      file.handle(), nullptr, ids.data(), static_cast<int>(ids.size()));
  std::vector<uint8_t> exif;
  std::string xmp;
  for (const heif_item_id id : ids) {
    const std::string type =
        heif_image_handle_get_metadata_type(file.handle(), id);
    const std::string content =
        heif_image_handle_get_metadata_content_type(file.handle(), id);
    const std::vector<uint8_t> block = MetadataBlock(file.handle(), id);
    if (type == "Exif") {
      exif = WithoutOffset(block);
    } else if (type == "mime" && content == "application/rdf+xml") {
      xmp.assign(block.begin(), block.end());
    }
  }
  return ReadMetadataBlocks(exif, xmp);
}

DecodedPhoto DecodeHeic(std::span<const uint8_t> bytes) {
  const HeifFile file(bytes);
  const heif_image_handle* handle = file.handle();
  const CodedSize size = file.size();
  CheckCodedSize(size.width, size.height, bytes.size());
  DecodedPhoto decoded;
  decoded.is_upright = true;
  decoded.icc_profile = IccProfileOf(handle);
  decoded.source.chroma_horizontal = 2;
  decoded.source.chroma_vertical = 2;

  const bool has_alpha = heif_image_handle_has_alpha_channel(handle);
  const int bits = heif_image_handle_get_luma_bits_per_pixel(handle);
  const heif_chroma layout =
      bits > 8 ? (has_alpha ? heif_chroma_interleaved_RRGGBBAA_LE
                            : heif_chroma_interleaved_RRGGBB_LE)
               : (has_alpha ? heif_chroma_interleaved_RGBA
                            : heif_chroma_interleaved_RGB);
  heif_image* raw = nullptr;
  Check(heif_decode_image(handle, &raw, heif_colorspace_RGB, layout, nullptr),
        bytes.size());
  const std::unique_ptr<heif_image, FreeImage> image(raw);
  int stride = 0;
  const uint8_t* plane = heif_image_get_plane_readonly(
      image.get(), heif_channel_interleaved, &stride);
  const int width = heif_image_get_width(image.get(), heif_channel_interleaved);
  const int height =
      heif_image_get_height(image.get(), heif_channel_interleaved);
  const int decoded_bits = heif_image_get_bits_per_pixel_range(
      image.get(), heif_channel_interleaved);
  if (plane == nullptr || width <= 0 || height <= 0) {
    throw BadPhotoData(DamagedMessage("it holds no picture"));
  }
  const int channels = has_alpha ? 4 : 3;
  if (bits > 8) {
    decoded.pixels16 = ImageU16(width, height, channels);
    CopyRows16(plane, stride, decoded_bits, decoded.pixels16);
  } else {
    decoded.pixels8 = ImageU8(width, height, channels);
    CopyRows8(plane, stride, decoded.pixels8);
  }
  return decoded;
}

}  // namespace stage
