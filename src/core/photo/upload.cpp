#include "core/photo/upload.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/photo/encode_result.h"
#include "core/photo/photo_file.h"
#include "core/photo/photo_format.h"
#include "core/photo/photo_probe.h"
#include "core/photo/resize.h"

namespace stage {
namespace {

FittedSize SizeWithin(const UploadLimits& limits, int width, int height) {
  FittedSize size = FitLongEdge(width, height, limits.max_long_edge_px);
  const int64_t pixels = int64_t{size.width} * size.height;
  if (limits.max_pixels > 0 && pixels > limits.max_pixels) {
    const double scale =
        std::sqrt(static_cast<double>(limits.max_pixels) / pixels);
    size.width = std::max(1, static_cast<int>(size.width * scale));
    size.height = std::max(1, static_cast<int>(size.height * scale));
  }
  return size;
}

bool Accepts(const UploadLimits& limits, PhotoFormat format) {
  return std::find(limits.formats.begin(), limits.formats.end(), format) !=
         limits.formats.end();
}

/// What keeps the photo's own file from being sent.
std::vector<std::string> NeededChanges(const PhotoInfo& info,
                                       const UploadLimits& limits,
                                       PhotoFormat target) {
  std::vector<std::string> changes;
  if (!Accepts(limits, info.format)) {
    changes.push_back(std::string(PhotoFormatName(info.format)) + " to " +
                      std::string(PhotoFormatName(target)));
  }
  const FittedSize size = SizeWithin(limits, info.width, info.height);
  if (size.width != info.width || size.height != info.height) {
    changes.push_back(std::to_string(info.width) + "x" +
                      std::to_string(info.height) + " to " +
                      std::to_string(size.width) + "x" +
                      std::to_string(size.height));
  }
  if (limits.max_bytes > 0 && info.file_bytes > limits.max_bytes) {
    changes.push_back(std::to_string(info.file_bytes) + " bytes to at most " +
                      std::to_string(limits.max_bytes));
  }
  // Not every service looks at the orientation tag.
  if (info.orientation != 1) changes.push_back("turned upright");
  return changes;
}

/// The photo in 8-bit sRGB at the wanted size.
Photo PlainCopy(const Photo& photo, FittedSize size) {
  const ColorConverter converter(photo);
  std::optional<Photo> smaller;
  if (size.width != photo.width() || size.height != photo.height()) {
    smaller = DownscalePhoto(photo, converter, size.width, size.height);
  }
  const Photo& fitted = smaller ? *smaller : photo;
  Photo plain;
  plain.pixels8 =
      ReadSrgb8(fitted, converter, std::max(fitted.width(), fitted.height()));
  return plain;
}

}  // namespace

UploadCopy ConvertForUpload(const std::filesystem::path& path,
                            const UploadLimits& limits) {
  const PhotoInfo info = ProbePhoto(path);
  const PhotoFormat target =
      Accepts(limits, PhotoFormat::kJpeg) || !Accepts(limits, PhotoFormat::kPng)
          ? PhotoFormat::kJpeg
          : PhotoFormat::kPng;
  UploadCopy copy;
  copy.changes = NeededChanges(info, limits, target);
  const Photo photo = ReadPhoto(path);  // also proves that it is whole
  if (copy.changes.empty()) {
    copy.bytes = LoadPhotoFile(path).bytes;
    copy.format = info.format;
    copy.width = photo.width();
    copy.height = photo.height();
    return copy;
  }
  const Photo plain =
      PlainCopy(photo, SizeWithin(limits, photo.width(), photo.height()));
  OutputOptions options;
  if (limits.max_bytes > 0) options.max_bytes = limits.max_bytes;
  MetadataChanges changes;
  changes.width = plain.width();
  changes.height = plain.height();
  try {
    copy.bytes =
        EncodeResult(
            plain, photo.source, PhotoMetadata{}, changes, target, options)
            .bytes;
  } catch (const Error& error) {
    throw Error(
        error.kind(),
        path.string() + ": cannot be made to fit the service: " + error.what());
  }
  copy.format = target;
  copy.width = plain.width();
  copy.height = plain.height();
  return copy;
}

}  // namespace stage
