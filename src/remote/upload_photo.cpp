#include "remote/upload_photo.h"

#include <algorithm>
#include <cstdlib>

#include "core/image_header.h"
#include "core/text_encoding.h"
#include "remote/photo_library.h"

namespace stage::remote {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string ContentType(const std::string& format) { return "image/" + format; }

/// How a file lies in the way of being sent as it is, for messages.
std::vector<std::string> Misfits(const ImageHeader& header,
                                 const PhotoLimits& limits,
                                 int64_t bytes) {
  std::vector<std::string> misfits;
  if (std::find(limits.formats.begin(), limits.formats.end(), header.format) ==
      limits.formats.end()) {
    misfits.push_back("it is " + header.format);
  }
  const int long_edge = std::max(header.width, header.height);
  if (limits.most_side_px > 0 && long_edge > limits.most_side_px) {
    misfits.push_back("it has more than " +
                      std::to_string(limits.most_side_px) + " pixels a side");
  }
  if (limits.max_bytes > 0 && bytes > limits.max_bytes) {
    misfits.push_back("it has more than " +
                      std::to_string(limits.max_bytes / 1'000'000) + " MB");
  }
  if (header.orientation != 1) misfits.push_back("it lies on its side");
  return misfits;
}

json ConversionRequest(const fs::path& photo,
                       const PhotoLimits& limits,
                       const fs::path& copy,
                       const ShapeWish& wish) {
  json formats = json::array();
  for (const std::string_view format : limits.formats) {
    formats.push_back(format);
  }
  json request = {{"photo", photo.string()},
                  {"output", copy.string()},
                  {"formats", formats},
                  {"max_long_edge", limits.most_side_px},
                  {"max_bytes", limits.max_bytes}};
  if (wish.reshape == Reshape::kRefuse) return request;
  request["least_aspect"] = limits.least_aspect;
  request["most_aspect"] = limits.most_aspect;
  request["least_side"] = limits.least_side_px;
  if (wish.reshape == Reshape::kCrop) {
    request["reshape"] = "crop";
    if (wish.keep) request["keep"] = *wish.keep;
  }
  return request;
}

/// True for a shape that the vendor does not take.
bool HasOtherShape(const PhotoLimits& limits, int width, int height) {
  if (width <= 0 || height <= 0) return false;
  const double aspect = static_cast<double>(width) / height;
  // A pixel more or less is the rounding of a reduction.
  const double tolerance = 2.0 / std::min(width, height);
  return (limits.least_aspect > 0 &&
          aspect < limits.least_aspect - tolerance) ||
         (limits.most_aspect > 0 && aspect > limits.most_aspect + tolerance);
}

/// True when the wish is to be heeded. A photo that lies on its side is looked
/// at as it stands.
bool IsReshaped(const ImageHeader& header,
                const PhotoLimits& limits,
                const ShapeWish& wish) {
  if (wish.reshape == Reshape::kRefuse) return false;
  int width = header.width;
  int height = header.height;
  if (header.orientation >= 5) std::swap(width, height);
  const bool is_small = std::min(width, height) < limits.least_side_px;
  return HasOtherShape(limits, width, height) ||
         (is_small && wish.reshape == Reshape::kPad);
}

/// Refuses what cannot be mended without changing the picture.
void CheckShape(const fs::path& photo,
                const VendorSpec& spec,
                const FittedFile& fitted) {
  const PhotoLimits& limits = spec.photo;
  if (fitted.width <= 0 || fitted.height <= 0) return;
  const int short_edge = std::min(fitted.width, fitted.height);
  if (short_edge < limits.least_side_px) {
    throw Error(ErrorKind::kInput,
                Utf8Path(photo) + ": " + std::to_string(fitted.width) + "x" +
                    std::to_string(fitted.height) +
                    " is too small: " + std::string(spec.name) +
                    " takes at least " + std::to_string(limits.least_side_px) +
                    " pixels a side; --set fit=pad makes it larger with a "
                    "border that results do not have");
  }
  if (HasOtherShape(limits, fitted.width, fitted.height)) {
    throw Error(ErrorKind::kInput,
                Utf8Path(photo) + ": " + std::to_string(fitted.width) + "x" +
                    std::to_string(fitted.height) + " is not a shape that " +
                    std::string(spec.name) +
                    " takes (4:3 to 16:9, landscape): allow a border, which "
                    "results do not have, with --set fit=pad, or that only a "
                    "part is sent with --set fit=crop");
  }
}

/// A mask that vendors understand: one drawn in a colour, or on nothing, is
/// written anew. What is no mask is refused here, before it is paid for.
fs::path InBlackAndWhite(const fs::path& mask, const fs::path& copy) {
  if (!PhotoLibrary::IsInstalled()) return mask;
  const json found = PhotoLibrary::MaskBounds({{"mask", mask.string()}});
  if (!found.contains("box")) {
    throw Error(
        ErrorKind::kInput,
        Utf8Path(mask) + ": marks nothing; paint what is to change white");
  }
  const std::optional<ImageHeader> header = ReadImageHeader(mask);
  if (found.value("plain", true) || !header) return mask;
  int width = header->width, height = header->height;
  if (header->orientation >= 5) std::swap(width, height);
  PhotoLibrary::CutMask({{"mask", mask.string()},
                         {"output", copy.string()},
                         {"cut", {0.0, 0.0, 1.0, 1.0}},
                         {"size", {width, height}}});
  return copy;
}

/// A mask of just the photo's size.
FittedFile MaskOfSize(const fs::path& mask,
                      const FittedFile& photo,
                      const fs::path& copy) {
  const std::optional<ImageHeader> header = ReadImageHeader(mask);
  if (!header || (header->format != "png" && header->format != "jpeg")) {
    throw Error(ErrorKind::kInput,
                Utf8Path(mask) + ": a mask must be a PNG or JPEG picture");
  }
  FittedFile fitted{
      mask, ContentType(header->format), header->width, header->height};
  if (fitted.width == photo.width && fitted.height == photo.height) {
    return fitted;
  }
  const int long_edge = std::max(photo.width, photo.height);
  if (PhotoLibrary::IsInstalled() &&
      std::max(fitted.width, fitted.height) > long_edge) {
    const json reply =
        PhotoLibrary::ConvertForUpload({{"photo", mask.string()},
                                        {"output", copy.string()},
                                        {"formats", {"png"}},
                                        {"max_long_edge", long_edge}});
    fitted = {reply.at("path").get<std::string>(),
              "image/png",
              reply.at("width").get<int>(),
              reply.at("height").get<int>(),
              {"mask reduced"}};
  }
  if (std::abs(fitted.width - photo.width) > 1 ||
      std::abs(fitted.height - photo.height) > 1) {
    throw Error(ErrorKind::kInput,
                Utf8Path(mask) + ": the mask is " +
                    std::to_string(header->width) + "x" +
                    std::to_string(header->height) + ", the photo " +
                    std::to_string(photo.width) + "x" +
                    std::to_string(photo.height) + ": make them the same size");
  }
  return fitted;
}

/// The part of a mask that belongs to a cropped photo.
FittedFile CutMask(const fs::path& mask,
                   const FittedFile& photo,
                   const fs::path& copy) {
  const std::optional<ImageHeader> header = ReadImageHeader(mask);
  const PhotoCut& cut = *photo.cut;
  if (!header || header->width != cut.whole_width ||
      header->height != cut.whole_height) {
    throw Error(ErrorKind::kInput,
                Utf8Path(mask) +
                    ": the mask must be a picture of the photo's " +
                    std::to_string(cut.whole_width) + "x" +
                    std::to_string(cut.whole_height) + " pixels");
  }
  PhotoLibrary::CutMask({{"mask", mask.string()},
                         {"output", copy.string()},
                         {"cut", cut.shares},
                         {"size", {photo.width, photo.height}}});
  return {copy, "image/png", photo.width, photo.height, {"mask cropped"}};
}

/// A mask in black and white that goes with what is sent of the photo.
FittedFile PlacedMask(const fs::path& mask,
                      const FittedFile& photo,
                      const fs::path& copy) {
  if (photo.cut) return CutMask(mask, photo, copy);
  if (!photo.place) return MaskOfSize(mask, photo, copy);
  const PhotoPlace& place = *photo.place;
  FittedFile inner = photo;
  inner.width = place.width;
  inner.height = place.height;
  FittedFile fitted = MaskOfSize(mask, inner, copy);
  PhotoLibrary::PadMask(
      {{"mask", fitted.file.string()},
       {"output", copy.string()},
       {"size", {photo.width, photo.height}},
       {"place", {place.left, place.top, place.width, place.height}}});
  fitted.changes.push_back("mask padded");
  return {copy, "image/png", photo.width, photo.height, fitted.changes};
}

}  // namespace

FittedFile FitPhoto(const fs::path& photo,
                    const VendorSpec& spec,
                    const fs::path& copy,
                    const ShapeWish& wish) {
  std::error_code failure;
  const auto bytes = static_cast<int64_t>(fs::file_size(photo, failure));
  if (failure || bytes == 0) {
    throw Error(ErrorKind::kInput,
                Utf8Path(photo) + ": " +
                    (failure ? "cannot be read" : "the file is empty"));
  }
  const std::optional<ImageHeader> header = ReadImageHeader(photo);
  if (!header) {
    throw Error(
        ErrorKind::kInput,
        Utf8Path(photo) + ": is no photo, or cut off: export it again as JPEG");
  }
  FittedFile fitted{
      photo, ContentType(header->format), header->width, header->height};
  auto misfits = Misfits(*header, spec.photo, bytes);
  if (IsReshaped(*header, spec.photo, wish)) {
    misfits.push_back("it has another shape");
  }
  // One that breaks off must not be paid for; the library decodes to be sure.
  const bool is_suspect =
      PhotoLibrary::IsInstalled() && !EndsLikePicture(photo, *header);
  if (!misfits.empty() || is_suspect) {
    if (!PhotoLibrary::IsInstalled()) {
      throw Error(ErrorKind::kModel,
                  Utf8Path(photo) + ": " + misfits.front() + ", which " +
                      std::string(spec.name) +
                      " does not take, and this build of stage cannot convert "
                      "photos: convert it, or install the complete package");
    }
    const json reply = PhotoLibrary::ConvertForUpload(
        ConversionRequest(photo, spec.photo, copy, wish));
    fitted = {reply.at("path").get<std::string>(),
              ContentType(reply.at("format").get<std::string>()),
              reply.at("width").get<int>(),
              reply.at("height").get<int>(),
              reply.at("changes").get<std::vector<std::string>>()};
    if (reply.contains("place")) {
      const json& place = reply.at("place");
      fitted.place = {place[0], place[1], place[2], place[3]};
    }
    if (reply.contains("cut")) {
      fitted.cut = {reply.at("cut"), header->width, header->height};
      if (header->orientation >= 5) {
        std::swap(fitted.cut->whole_width, fitted.cut->whole_height);
      }
    }
  }
  CheckShape(photo, spec, fitted);
  return fitted;
}

FittedFile FitMask(const fs::path& drawn,
                   const FittedFile& photo,
                   const fs::path& copy) {
  const fs::path mask = InBlackAndWhite(drawn, copy);
  FittedFile fitted = PlacedMask(mask, photo, copy);
  if (mask != drawn)
    fitted.changes.insert(fitted.changes.begin(), "mask in black and white");
  return fitted;
}

FittedFile InvertMask(const FittedFile& mask, const fs::path& file) {
  if (!PhotoLibrary::IsInstalled()) {
    throw Error(ErrorKind::kModel,
                Utf8Path(mask.file) +
                    ": this build of stage cannot swap the mask's black and "
                    "white: save it so, or install the complete package");
  }
  PhotoLibrary::InvertMask(
      {{"mask", mask.file.string()}, {"output", file.string()}});
  FittedFile inverted = mask;
  inverted.file = file;
  inverted.content_type = "image/png";
  return inverted;
}

std::optional<std::array<double, 4>> MaskBounds(const fs::path& mask) {
  const json reply = PhotoLibrary::MaskBounds({{"mask", mask.string()}});
  if (!reply.contains("box")) return std::nullopt;
  return reply.at("box").get<std::array<double, 4>>();
}

bool IsPictureFile(const fs::path& file) {
  const std::optional<ImageHeader> header = ReadImageHeader(file);
  return header && header->width > 0 && header->height > 0;
}

}  // namespace stage::remote
