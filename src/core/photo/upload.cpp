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

/// How a photo is sent: at this size, in a picture of that.
struct Layout {
  FittedSize photo;
  FittedSize picture;
  bool is_padded() const {
    return picture.width != photo.width || picture.height != photo.height;
  }
  PictureBox place() const {
    return {(picture.width - photo.width) / 2,
            (picture.height - photo.height) / 2,
            photo.width,
            photo.height};
  }
};

FittedSize Padded(const UploadLimits& limits, FittedSize size) {
  const double aspect = static_cast<double>(size.width) / size.height;
  if (limits.least_aspect > 0 && aspect < limits.least_aspect) {
    size.width = static_cast<int>(std::ceil(size.height * limits.least_aspect));
  } else if (limits.most_aspect > 0 && aspect > limits.most_aspect) {
    size.height = static_cast<int>(std::ceil(size.width / limits.most_aspect));
  }
  return size;
}

/// The largest layout within the limits.
Layout LayoutFor(const UploadLimits& limits, int width, int height) {
  Layout layout;
  layout.photo = SizeWithin(limits, width, height);
  layout.picture = Padded(limits, layout.photo);
  const FittedSize most =
      SizeWithin(limits, layout.picture.width, layout.picture.height);
  if (most.width < layout.picture.width) {
    const double scale = static_cast<double>(most.width) / layout.picture.width;
    layout.photo = {std::max(1, static_cast<int>(layout.photo.width * scale)),
                    std::max(1, static_cast<int>(layout.photo.height * scale))};
    layout.picture = Padded(limits, layout.photo);
  }
  return layout;
}

/// Where a mirrored row or column comes from: ... 2 1 | 0 1 2 | 1 0 ...
int Mirrored(int at, int size) {
  if (size == 1) return 0;
  const int period = 2 * (size - 1);
  const int within = ((at % period) + period) % period;
  return within < size ? within : period - within;
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
  const Layout layout = LayoutFor(limits, info.width, info.height);
  const FittedSize size = layout.photo;
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
  if (layout.is_padded()) {
    changes.push_back("padded to " + std::to_string(layout.picture.width) +
                      "x" + std::to_string(layout.picture.height) +
                      ", results are cut back");
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
  const Layout layout = LayoutFor(limits, photo.width(), photo.height());
  Photo plain = PlainCopy(photo, layout.photo);
  if (layout.is_padded()) {
    copy.place = layout.place();
    plain.pixels8 = PadByMirror(plain.pixels8,
                                layout.picture.width,
                                layout.picture.height,
                                *copy.place);
  }
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

ImageU8 PadByMirror(const ImageU8& picture,
                    int width,
                    int height,
                    PictureBox place) {
  ImageU8 padded(width, height, picture.channels());
  for (int y = 0; y < height; ++y) {
    const int from_y = Mirrored(y - place.top, picture.height());
    for (int x = 0; x < width; ++x) {
      const int from_x = Mirrored(x - place.left, picture.width());
      for (int c = 0; c < picture.channels(); ++c) {
        padded.at(x, y, c) = picture.at(from_x, from_y, c);
      }
    }
  }
  return padded;
}

Photo CutOut(const std::filesystem::path& path,
             const std::array<double, 4>& shares) {
  const Photo photo = ReadPhoto(path);
  const auto pixel = [](double share, int size) {
    return std::clamp(static_cast<int>(std::lround(share * size)), 0, size);
  };
  const int left = pixel(shares[0], photo.width());
  const int top = pixel(shares[1], photo.height());
  const int right = pixel(shares[0] + shares[2], photo.width());
  const int bottom = pixel(shares[1] + shares[3], photo.height());
  if (right <= left || bottom <= top) {
    throw Error(ErrorKind::kInput, path.string() + ": nothing to cut out");
  }
  const Photo plain = PlainCopy(photo, {photo.width(), photo.height()});
  Photo cut;
  cut.pixels8 = ImageU8(right - left, bottom - top, plain.pixels8.channels());
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) {
      for (int c = 0; c < cut.pixels8.channels(); ++c) {
        cut.pixels8.at(x - left, y - top, c) = plain.pixels8.at(x, y, c);
      }
    }
  }
  return cut;
}

}  // namespace stage
