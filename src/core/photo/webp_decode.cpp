#include <webp/decode.h>
#include <webp/demux.h>

#include <memory>

#include "core/photo/decode.h"

namespace stage {
namespace {

struct DeleteDemuxer {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};

WebPBitstreamFeatures Features(std::span<const uint8_t> bytes) {
  WebPBitstreamFeatures features{};
  switch (WebPGetFeatures(bytes.data(), bytes.size(), &features)) {
    case VP8_STATUS_OK:
      return features;
    case VP8_STATUS_NOT_ENOUGH_DATA:
      throw BadPhotoData(CutOffMessage(bytes.size()));
    default:
      throw BadPhotoData(DamagedMessage("its WebP header makes no sense"));
  }
}

std::vector<uint8_t> IccProfileOf(std::span<const uint8_t> bytes) {
  const WebPData data = {bytes.data(), bytes.size()};
  const std::unique_ptr<WebPDemuxer, DeleteDemuxer> demuxer(WebPDemux(&data));
  if (!demuxer) throw BadPhotoData(CutOffMessage(bytes.size()));
  WebPChunkIterator chunk{};
  std::vector<uint8_t> profile;
  if (WebPDemuxGetChunk(demuxer.get(), "ICCP", 1, &chunk)) {
    profile.assign(chunk.chunk.bytes, chunk.chunk.bytes + chunk.chunk.size);
  }
  WebPDemuxReleaseChunkIterator(&chunk);
  return profile;
}

}  // namespace

CodedSize WebpSize(std::span<const uint8_t> bytes) {
  const WebPBitstreamFeatures features = Features(bytes);
  return {features.width, features.height};
}

DecodedPhoto DecodeWebp(std::span<const uint8_t> bytes) {
  const WebPBitstreamFeatures features = Features(bytes);
  CheckCodedSize(features.width, features.height, bytes.size());
  if (features.has_animation) {
    throw BadPhotoData("an animated WebP; export one still picture of it");
  }
  DecodedPhoto decoded;
  decoded.source.lossless = features.format == 2;
  decoded.icc_profile = IccProfileOf(bytes);
  const int channels = features.has_alpha ? 4 : 3;
  ImageU8& pixels = decoded.pixels8;
  pixels = ImageU8(features.width, features.height, channels);

  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) throw std::bad_alloc();
  config.output.colorspace = features.has_alpha ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = pixels.data();
  config.output.u.RGBA.stride = pixels.width() * channels;
  config.output.u.RGBA.size = pixels.size_bytes();
  config.options.use_threads = 1;
  switch (WebPDecode(bytes.data(), bytes.size(), &config)) {
    case VP8_STATUS_OK:
      return decoded;
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED:
      throw BadPhotoData(CutOffMessage(bytes.size()));
    case VP8_STATUS_OUT_OF_MEMORY:
      throw std::bad_alloc();
    default:
      throw BadPhotoData(DamagedMessage("its picture data is corrupt"));
  }
}

}  // namespace stage
