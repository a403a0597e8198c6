#include "core/photo/encode_result.h"

#include <algorithm>
#include <functional>

#include "core/error.h"
#include "core/photo/encode.h"
#include "core/photo/photo_format.h"

namespace stage {
namespace {

constexpr int kDefaultJpegQuality = 92;
constexpr int kDefaultWebpQuality = 90;
/// Below this a listing photo shows blocks; smaller pictures look better.
constexpr int kLeastQuality = 40;

// A source's quality, where it is known, else a good one.
JpegEncoding JpegEncodingLike(const PhotoSource& source) {
  JpegEncoding encoding;
  encoding.quality =
      source.jpeg_quality > 0 ? source.jpeg_quality : kDefaultJpegQuality;
  encoding.chroma_horizontal = source.chroma_horizontal;
  encoding.chroma_vertical = source.chroma_vertical;
  encoding.progressive = source.jpeg.progressive;
  return encoding;
}

// The source's own tables fit only what is coded like it.
bool TablesFit(const PhotoSource& source, const Photo& result) {
  const size_t components = result.channels() <= 2 ? 1 : 3;
  return !source.was_cmyk && source.jpeg.quantisation.size() == components;
}

/// The smallest loss that fits. `encode` makes a file of a quality.
EncodedResult LowerUntilItFits(
    int64_t max_bytes,
    EncodedResult best,
    const std::function<EncodedResult(int quality)>& encode) {
  if (static_cast<int64_t>(best.bytes.size()) <= max_bytes) return best;
  int low = kLeastQuality;      // not known to be too large
  int high = best.quality - 1;  // the rest is too large
  EncodedResult fitting;
  while (low <= high) {
    const int middle = (low + high) / 2;
    EncodedResult attempt = encode(middle);
    if (static_cast<int64_t>(attempt.bytes.size()) <= max_bytes) {
      fitting = std::move(attempt);
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  if (fitting.bytes.empty()) {
    throw Error(ErrorKind::kInput,
                "does not fit into " + std::to_string(max_bytes) +
                    " bytes at quality " + std::to_string(kLeastQuality) +
                    "; raise --max-bytes or give a smaller --long-edge");
  }
  return fitting;
}

void RequireFit(const EncodedResult& result, int64_t max_bytes) {
  if (static_cast<int64_t>(result.bytes.size()) <= max_bytes) return;
  throw Error(ErrorKind::kInput,
              "takes " + std::to_string(result.bytes.size()) +
                  " bytes without loss, more than --max-bytes " +
                  std::to_string(max_bytes) +
                  "; add --format jpeg, or give a smaller --long-edge");
}

}  // namespace

PhotoFormat ResultFormat(const OutputOptions& options,
                         const PhotoSource& source,
                         const std::filesystem::path& path) {
  if (options.format == "jpeg") return PhotoFormat::kJpeg;
  if (options.format == "png") return PhotoFormat::kPng;
  if (options.format == "webp") return PhotoFormat::kWebp;
  if (options.format == "tiff") return PhotoFormat::kTiff;
  if (options.format != "keep") {
    throw Error(ErrorKind::kUsage,
                "unknown format '" + options.format +
                    "'; use jpeg, png, webp, tiff or keep");
  }
  const PhotoFormat kept = PhotoFormatOfName(path).value_or(source.format);
  return kept == PhotoFormat::kHeic ? PhotoFormat::kJpeg : kept;
}

EncodedResult EncodeResult(const Photo& result,
                           const PhotoSource& source,
                           const PhotoMetadata& metadata,
                           const MetadataChanges& changes,
                           PhotoFormat format,
                           const OutputOptions& options) {
  const int64_t max_bytes = options.max_bytes.value_or(INT64_MAX);
  const auto finish = [&](std::vector<uint8_t> pixels, int quality) {
    return EncodedResult{EmbedMetadata(std::move(pixels), metadata, changes),
                         quality};
  };
  if (format == PhotoFormat::kJpeg) {
    JpegEncoding encoding = JpegEncodingLike(source);
    if (options.quality) {
      encoding.quality = *options.quality;
    } else if (TablesFit(source, result)) {
      encoding.quantisation = source.jpeg.quantisation;
    }
    return LowerUntilItFits(
        max_bytes,
        finish(EncodeJpeg(result, encoding), encoding.quality),
        [&](int quality) {
          encoding.quality = quality;
          encoding.quantisation.clear();
          return finish(EncodeJpeg(result, encoding), quality);
        });
  }
  if (format == PhotoFormat::kWebp) {
    WebpEncoding encoding;
    encoding.lossless = source.lossless &&
                        source.format == PhotoFormat::kWebp && !options.quality;
    encoding.quality = options.quality.value_or(kDefaultWebpQuality);
    EncodedResult first = finish(EncodeWebp(result, encoding),
                                 encoding.lossless ? 0 : encoding.quality);
    if (encoding.lossless) {
      RequireFit(first, max_bytes);
      return first;
    }
    return LowerUntilItFits(max_bytes, std::move(first), [&](int quality) {
      encoding.quality = quality;
      return finish(EncodeWebp(result, encoding), quality);
    });
  }
  EncodedResult whole = finish(
      format == PhotoFormat::kPng ? EncodePng(result) : EncodeTiff(result), 0);
  RequireFit(whole, max_bytes);
  return whole;
}

}  // namespace stage
