#include <algorithm>

#include "core/atomic_file.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/photo/encode.h"
#include "core/photo/encode_result.h"
#include "core/photo/metadata.h"
#include "core/photo/photo.h"
#include "core/photo/resize.h"

namespace stage {
namespace {

// https://cv.iptc.org/newscodes/digitalsourcetype/ (read 2026-11, as modified
// 2024-09-17). `composite` is several elements that need not come from
// generative AI; `compositeSynthetic` has meant generative AI since then.
std::string DigitalSourceType(Alteration alteration) {
  const std::string scheme = "http://cv.iptc.org/newscodes/digitalsourcetype/";
  switch (alteration) {
    case Alteration::kNone:
      return "";
    case Alteration::kRendered:
      return scheme + "composite";
    case Alteration::kDiffusion:
    case Alteration::kVendorAi:
      return scheme + "compositeWithTrainedAlgorithmicMedia";
    case Alteration::kEnhanced:
      return scheme + "algorithmicallyEnhanced";
  }
  return "";
}

std::string_view AsText(const std::vector<uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// EXIF previews are 160 pixels wide by custom (DCF 2.0).
std::vector<uint8_t> PreviewJpeg(const Photo& photo) {
  const ColorConverter converter(photo);
  Photo preview;
  preview.pixels8 = ReadSrgb8(photo, converter, 160);
  JpegEncoding encoding;
  encoding.quality = 75;
  encoding.chroma_horizontal = encoding.chroma_vertical = 2;
  return EncodeJpeg(preview, encoding);
}

MetadataChanges ChangesFor(const Photo& result,
                           const Photo& original,
                           const OutputOptions& options,
                           const Disclosure& disclosure) {
  MetadataChanges changes;
  changes.width = result.width();
  changes.height = result.height();
  changes.keep_gps = options.keep_gps;
  changes.is_srgb = original.source.was_cmyk;
  changes.digital_source_type = DigitalSourceType(disclosure.alteration);
  changes.contributors = disclosure.credits;
  changes.thumbnail_jpeg = PreviewJpeg(result);
  return changes;
}

}  // namespace

WrittenPhoto WriteResult(const Photo& result,
                         const Photo& original,
                         const std::filesystem::path& path,
                         const OutputOptions& options,
                         const Disclosure& disclosure) {
  std::optional<Photo> smaller;
  if (options.long_edge_px) {
    const FittedSize size =
        FitLongEdge(result.width(), result.height(), *options.long_edge_px);
    if (size.width != result.width() || size.height != result.height()) {
      smaller = DownscalePhoto(
          result, ColorConverter(result), size.width, size.height);
    }
  }
  const Photo& final_photo = smaller ? *smaller : result;
  const PhotoFormat format = ResultFormat(options, original.source, path);
  EncodedResult encoded;
  try {
    encoded =
        EncodeResult(final_photo,
                     original.source,
                     original.metadata,
                     ChangesFor(final_photo, original, options, disclosure),
                     format,
                     options);
  } catch (const Error& error) {
    throw Error(error.kind(), path.string() + ": " + error.what());
  }
  WriteFileAtomically(path, AsText(encoded.bytes));
  WrittenPhoto written;
  written.path = path;
  written.width = final_photo.width();
  written.height = final_photo.height();
  written.quality = encoded.quality;
  written.sha256 = Sha256Hex(AsText(encoded.bytes));
  return written;
}

}  // namespace stage
