#include <algorithm>

#include "core/atomic_file.h"
#include "core/captions_csv.h"
#include "core/digest.h"
#include "core/disclosure.h"
#include "core/error.h"
#include "core/photo/encode.h"
#include "core/photo/encode_result.h"
#include "core/photo/label.h"
#include "core/photo/metadata.h"
#include "core/photo/photo.h"
#include "core/photo/resize.h"

namespace stage {
namespace {

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

std::string WhatWasDone(const Disclosure& disclosure) {
  if (!disclosure.caption.empty()) return disclosure.caption;
  switch (disclosure.alteration) {
    case Alteration::kNone:
    case Alteration::kEnhanced:
      return "Digitally enhanced";
    default:
      return "Virtually staged";
  }
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

/// One photo at its final size on its way to one or two files.
class ResultWriter {
 public:
  ResultWriter(const Photo& original,
               const OutputOptions& options,
               const Disclosure& disclosure)
      : original_(original),
        options_(options),
        disclosure_(disclosure),
        plan_(PlanDisclosure(options.disclose,
                             InstalledDisclosureRules(),
                             disclosure.alteration,
                             WhatWasDone(disclosure))) {}

  const DisclosurePlan& plan() const { return plan_; }

  EncodedResult Write(const Photo& photo, const std::filesystem::path& path) {
    MetadataChanges changes =
        ChangesFor(photo, original_, options_, disclosure_);
    if (plan_.caption) changes.caption = plan_.caption_text;
    EncodedResult encoded;
    try {
      encoded = EncodeResult(photo,
                             original_.source,
                             original_.metadata,
                             changes,
                             ResultFormat(options_, original_.source, path),
                             options_);
    } catch (const Error& error) {
      throw Error(error.kind(), path.string() + ": " + error.what());
    }
    WriteFileAtomically(path, AsText(encoded.bytes));
    return encoded;
  }

 private:
  const Photo& original_;
  const OutputOptions& options_;
  const Disclosure& disclosure_;
  DisclosurePlan plan_;
};

std::vector<std::filesystem::path> WriteCompanions(
    const Photo& photo,
    const Photo& original,
    const std::filesystem::path& path,
    ResultWriter& writer) {
  const DisclosurePlan& plan = writer.plan();
  std::vector<std::filesystem::path> companions;
  const std::string original_name = original.source.path.filename().string();
  std::vector<CaptionRow> captions;
  captions.push_back(
      {path.filename().string(), plan.caption_text, original_name});
  if (plan.label) {
    Photo stamped = photo;
    StampLabel(plan.label_text, stamped);
    companions.push_back(LabelledPath(path));
    writer.Write(stamped, companions.back());
    captions.push_back({companions.back().filename().string(),
                        plan.caption_text,
                        original_name});
  }
  if (plan.pair) {
    companions.push_back(OriginalCopyPath(path, original.source.path));
    CopyFileAtomically(original.source.path, companions.back());
  }
  if (plan.caption) {
    PutCaptions(CaptionsPath(path), captions);
  }
  return companions;
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
  ResultWriter writer(original, options, disclosure);
  const EncodedResult encoded = writer.Write(final_photo, path);
  WrittenPhoto written;
  written.path = path;
  written.width = final_photo.width();
  written.height = final_photo.height();
  written.quality = encoded.quality;
  written.sha256 = Sha256Hex(AsText(encoded.bytes));
  written.companions = WriteCompanions(final_photo, original, path, writer);
  if (writer.plan().caption) written.captions_csv = CaptionsPath(path);
  return written;
}

void RemoveResult(const WrittenPhoto& written) {
  std::vector<std::filesystem::path> files = written.companions;
  files.push_back(written.path);
  std::vector<std::string> names;
  for (const std::filesystem::path& file : files) {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    names.push_back(file.filename().string());
  }
  if (!written.captions_csv.empty()) {
    RemoveCaptions(written.captions_csv, names);
  }
}

}  // namespace stage
