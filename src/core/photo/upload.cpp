#include "core/photo/upload.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/photo/encode_result.h"
#include "core/photo/photo_file.h"
#include "core/photo/photo_format.h"
#include "core/photo/photo_probe.h"
#include "core/photo/resize.h"
#include "core/photo/upload_layout.h"

namespace stage {
namespace {

bool Accepts(const UploadLimits& limits, PhotoFormat format) {
  return std::find(limits.formats.begin(), limits.formats.end(), format) !=
         limits.formats.end();
}

/// Where a mirrored row or column comes from: ... 2 1 | 0 1 2 | 1 0 ...
int Mirrored(int at, int size) {
  if (size == 1) return 0;
  const int period = 2 * (size - 1);
  const int within = ((at % period) + period) % period;
  return within < size ? within : period - within;
}

std::string SizeText(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

bool IsCropped(const UploadLayout& layout, int width, int height) {
  return layout.cut.width < width || layout.cut.height < height;
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
  const UploadLayout layout = LayoutFor(limits, info.width, info.height);
  const PictureBox& cut = layout.cut;
  if (IsCropped(layout, info.width, info.height)) {
    changes.push_back("cropped to " + SizeText(cut.width, cut.height) + " at " +
                      std::to_string(cut.left) + "," + std::to_string(cut.top) +
                      " of " + SizeText(info.width, info.height) +
                      ", results are put back");
  }
  const FittedSize size = layout.photo;
  if (size.width != cut.width || size.height != cut.height) {
    changes.push_back(SizeText(cut.width, cut.height) + " to " +
                      SizeText(size.width, size.height));
  }
  if (limits.max_bytes > 0 && info.file_bytes > limits.max_bytes) {
    changes.push_back(std::to_string(info.file_bytes) + " bytes to at most " +
                      std::to_string(limits.max_bytes));
  }
  if (layout.is_padded()) {
    changes.push_back("padded to " +
                      SizeText(layout.picture.width, layout.picture.height) +
                      ", results are cut back");
  }
  // Not every service looks at the orientation tag.
  if (info.orientation != 1) changes.push_back("turned upright");
  return changes;
}

template <typename Pixels>
Pixels PartOf(const Pixels& pixels, const PictureBox& box) {
  Pixels part(box.width, box.height, pixels.channels());
  const size_t values = static_cast<size_t>(box.width) * pixels.channels();
  for (int y = 0; y < box.height; ++y) {
    const auto* const from = pixels.row(box.top + y) +
                             static_cast<size_t>(box.left) * pixels.channels();
    std::copy_n(from, values, part.row(y));
  }
  return part;
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
  try {
    copy.changes = NeededChanges(info, limits, target);
  } catch (const Error& error) {
    throw Error(error.kind(), path.string() + ": " + error.what());
  }
  const Photo photo = ReadPhoto(path);  // also proves that it is whole
  if (copy.changes.empty()) {
    copy.bytes = LoadPhotoFile(path).bytes;
    copy.format = info.format;
    copy.width = photo.width();
    copy.height = photo.height();
    return copy;
  }
  const UploadLayout layout = LayoutFor(limits, photo.width(), photo.height());
  const bool is_cropped = IsCropped(layout, photo.width(), photo.height());
  Photo plain = is_cropped
                    ? PlainCopy(CropPhoto(photo, layout.cut), layout.photo)
                    : PlainCopy(photo, layout.photo);
  if (is_cropped) {
    copy.cut = SharesOf(layout.cut, photo.width(), photo.height());
  }
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

Photo CropPhoto(const Photo& photo, const PictureBox& box) {
  Photo part;
  part.icc_profile = photo.icc_profile;
  part.metadata = photo.metadata;
  part.source = photo.source;
  if (photo.is_16_bit()) {
    part.pixels16 = PartOf(photo.pixels16, box);
  } else {
    part.pixels8 = PartOf(photo.pixels8, box);
  }
  return part;
}

PictureBox BoxOf(const std::array<double, 4>& shares, int width, int height) {
  const auto pixel = [](double share, int size) {
    return std::clamp(static_cast<int>(std::lround(share * size)), 0, size);
  };
  const int left = pixel(shares[0], width);
  const int top = pixel(shares[1], height);
  return {left,
          top,
          pixel(shares[0] + shares[2], width) - left,
          pixel(shares[1] + shares[3], height) - top};
}

std::array<double, 4> SharesOf(const PictureBox& box, int width, int height) {
  const double across = width;
  const double down = height;
  return {
      box.left / across, box.top / down, box.width / across, box.height / down};
}

Photo CutOut(const std::filesystem::path& path,
             const std::array<double, 4>& shares) {
  const Photo photo = ReadPhoto(path);
  const PictureBox box = BoxOf(shares, photo.width(), photo.height());
  if (box.width <= 0 || box.height <= 0) {
    throw Error(ErrorKind::kInput, path.string() + ": nothing to cut out");
  }
  return PlainCopy(CropPhoto(photo, box), {box.width, box.height});
}

}  // namespace stage
