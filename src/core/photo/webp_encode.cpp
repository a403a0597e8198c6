#include <webp/encode.h>
#include <webp/mux.h>

#include <memory>

#include "core/error.h"
#include "core/photo/encode.h"

namespace stage {
namespace {

struct DeleteMux {
  void operator()(WebPMux* mux) const { WebPMuxDelete(mux); }
};

/// libwebp's picture and its output, freed together.
struct Picture {
  Picture() {
    if (!WebPPictureInit(&picture)) throw std::bad_alloc();
    WebPMemoryWriterInit(&output);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &output;
  }
  ~Picture() {
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&output);
  }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  WebPPicture picture;
  WebPMemoryWriter output;
};

void Import(const Photo& photo, WebPPicture& picture) {
  const bool has_alpha = photo.channels() == 2 || photo.channels() == 4;
  const int colors = photo.channels() <= 2 ? 1 : 3;
  const int channels = has_alpha ? 4 : 3;
  ImageU8 plain(photo.width(), photo.height(), channels);
  std::vector<uint8_t> row(static_cast<size_t>(photo.width()) *
                           photo.channels());
  for (int y = 0; y < photo.height(); ++y) {
    Row8(photo, y, photo.channels(), row.data());
    for (int x = 0; x < photo.width(); ++x) {
      const uint8_t* from = &row[static_cast<size_t>(x) * photo.channels()];
      for (int c = 0; c < 3; ++c) plain.at(x, y, c) = from[colors == 1 ? 0 : c];
      if (has_alpha) plain.at(x, y, 3) = from[colors];
    }
  }
  const int stride = photo.width() * channels;
  const int done = has_alpha
                       ? WebPPictureImportRGBA(&picture, plain.data(), stride)
                       : WebPPictureImportRGB(&picture, plain.data(), stride);
  if (!done) throw std::bad_alloc();
}

std::vector<uint8_t> WithIccProfile(const WebPMemoryWriter& encoded,
                                    const std::vector<uint8_t>& profile) {
  if (profile.empty()) return {encoded.mem, encoded.mem + encoded.size};
  const WebPData picture = {encoded.mem, encoded.size};
  const WebPData icc = {profile.data(), profile.size()};
  const std::unique_ptr<WebPMux, DeleteMux> mux(WebPMuxNew());
  WebPData whole{};
  if (!mux || WebPMuxSetImage(mux.get(), &picture, 0) != WEBP_MUX_OK ||
      WebPMuxSetChunk(mux.get(), "ICCP", &icc, 0) != WEBP_MUX_OK ||
      WebPMuxAssemble(mux.get(), &whole) != WEBP_MUX_OK) {
    throw Error(ErrorKind::kUnexpected,
                "WebP cannot be written: the ICC profile does not fit");
  }
  std::vector<uint8_t> bytes(whole.bytes, whole.bytes + whole.size);
  WebPDataClear(&whole);
  return bytes;
}

}  // namespace

std::vector<uint8_t> EncodeWebp(const Photo& photo,
                                const WebpEncoding& encoding) {
  if (photo.width() > WEBP_MAX_DIMENSION ||
      photo.height() > WEBP_MAX_DIMENSION) {
    throw Error(ErrorKind::kInput,
                "a WebP holds at most 16383 pixels a side; use --long-edge or "
                "--format jpeg");
  }
  WebPConfig config;
  if (!WebPConfigPreset(
          &config, WEBP_PRESET_PHOTO, static_cast<float>(encoding.quality))) {
    throw Error(ErrorKind::kUnexpected, "WebP cannot be written");
  }
  if (encoding.lossless) WebPConfigLosslessPreset(&config, 4);
  config.exact = 1;
  config.thread_level = 1;
  Picture holder;
  holder.picture.use_argb = encoding.lossless ? 1 : 0;
  holder.picture.width = photo.width();
  holder.picture.height = photo.height();
  Import(photo, holder.picture);
  if (!WebPEncode(&config, &holder.picture)) {
    throw Error(ErrorKind::kUnexpected,
                "WebP cannot be written (libwebp error " +
                    std::to_string(holder.picture.error_code) + ")");
  }
  return WithIccProfile(holder.output, photo.icc_profile);
}

}  // namespace stage
