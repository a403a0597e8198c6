#include "core/photo/photo_c_api.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/atomic_file.h"
#include "core/error.h"
#include "core/photo/encode_result.h"
#include "core/photo/metadata.h"
#include "core/photo/photo.h"
#include "core/photo/result_check.h"
#include "core/photo/upload.h"

namespace stage {
namespace {

using nlohmann::json;

constexpr auto kFormatWords =
    std::to_array<std::pair<std::string_view, PhotoFormat>>(
        {{"jpeg", PhotoFormat::kJpeg},
         {"png", PhotoFormat::kPng},
         {"webp", PhotoFormat::kWebp},
         {"tiff", PhotoFormat::kTiff},
         {"heic", PhotoFormat::kHeic}});

constexpr auto kAlterationWords =
    std::to_array<std::pair<std::string_view, Alteration>>(
        {{"none", Alteration::kNone},
         {"rendered", Alteration::kRendered},
         {"diffusion", Alteration::kDiffusion},
         {"vendor-ai", Alteration::kVendorAi},
         {"enhanced", Alteration::kEnhanced}});

template <typename Table>
auto Meaning(const Table& table, const std::string& word) {
  for (const auto& [known, meaning] : table) {
    if (known == word) return meaning;
  }
  throw Error(ErrorKind::kUnexpected, "unknown word '" + word + "'");
}

std::string_view WordOf(PhotoFormat format) {
  for (const auto& [word, known] : kFormatWords) {
    if (known == format) return word;
  }
  return "";
}

std::string Path(const json& request, const char* key) {
  return request.at(key).get<std::string>();
}

json Convert(const json& request) {
  UploadLimits limits;
  if (request.contains("formats")) {
    limits.formats.clear();
    for (const json& word : request.at("formats")) {
      limits.formats.push_back(Meaning(kFormatWords, word));
    }
  }
  limits.max_long_edge_px = request.value("max_long_edge", 0);
  limits.max_pixels = request.value("max_pixels", int64_t{0});
  limits.max_bytes = request.value("max_bytes", int64_t{0});
  limits.least_aspect = request.value("least_aspect", 0.0);
  limits.most_aspect = request.value("most_aspect", 0.0);
  const UploadCopy copy = ConvertForUpload(Path(request, "photo"), limits);
  std::string path = Path(request, "photo");
  if (!copy.changes.empty()) {
    path = Path(request, "output");
    WriteFileAtomically(
        path,
        {reinterpret_cast<const char*>(copy.bytes.data()), copy.bytes.size()});
  }
  json reply = {{"path", path},
                {"format", WordOf(copy.format)},
                {"width", copy.width},
                {"height", copy.height},
                {"changes", copy.changes}};
  if (copy.place) {
    const PictureBox& place = *copy.place;
    reply["place"] = {place.left, place.top, place.width, place.height};
  }
  return reply;
}

/// Without loss or metadata.
json WritePng(const Photo& picture, const std::string& path) {
  MetadataChanges changes;
  changes.width = picture.width();
  changes.height = picture.height();
  const auto encoded = EncodeResult(picture,
                                    PhotoSource{},
                                    PhotoMetadata{},
                                    changes,
                                    PhotoFormat::kPng,
                                    OutputOptions{});
  WriteFileAtomically(path,
                      {reinterpret_cast<const char*>(encoded.bytes.data()),
                       encoded.bytes.size()});
  return {{"width", picture.width()}, {"height", picture.height()}};
}

ImageU8 ReadMask(const std::string& path) {
  const Photo photo = ReadPhoto(path);
  const ImageU8 shown = ReadSrgb8(
      photo, ColorConverter(photo), std::max(photo.width(), photo.height()));
  ImageU8 mask(shown.width(), shown.height(), 1);
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      mask.at(x, y) = shown.at(x, y, 1) >= 128 ? 255 : 0;
    }
  }
  return mask;
}

json Invert(const json& request) {
  const ImageU8 mask = ReadMask(Path(request, "mask"));
  Photo inverted;
  inverted.pixels8 = ImageU8(mask.width(), mask.height(), 3);
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        inverted.pixels8.at(x, y, c) = mask.at(x, y) == 0 ? 255 : 0;
      }
    }
  }
  return WritePng(inverted, Path(request, "output"));
}

/// Black around the mask: what was padded is not to change.
json PadMask(const json& request) {
  const ImageU8 mask = ReadMask(Path(request, "mask"));
  const json& size = request.at("size");
  const json& place = request.at("place");
  const int left = place.at(0);
  const int top = place.at(1);
  Photo padded;
  padded.pixels8 = ImageU8(size.at(0), size.at(1), 3);
  const int right = std::min(left + mask.width(), padded.width());
  const int bottom = std::min(top + mask.height(), padded.height());
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) {
      for (int c = 0; c < 3; ++c) {
        padded.pixels8.at(x, y, c) = mask.at(x - left, y - top);
      }
    }
  }
  return WritePng(padded, Path(request, "output"));
}

json Cut(const json& request) {
  const auto shares = request.at("place").get<std::array<double, 4>>();
  return WritePng(CutOut(Path(request, "picture"), shares),
                  Path(request, "output"));
}

json Check(const json& request) {
  const Photo original = ReadPhoto(Path(request, "photo"));
  ResultExpectation expectation;
  expectation.width = request.value("width", 0);
  expectation.height = request.value("height", 0);
  expectation.change_expected = request.value("change_expected", true);
  const Photo result =
      CheckWrittenResult(original, Path(request, "result"), expectation);
  std::optional<ImageU8> mask;
  if (request.contains("may_change")) {
    mask = ReadMask(Path(request, "may_change"));
  }
  const RoomChange change =
      MeasureRoomChange(original, result, mask ? &*mask : nullptr);
  return {{"width", result.width()},
          {"height", result.height()},
          {"room_changed", change.changed_fraction},
          {"ssim", change.ssim},
          {"room", change.room_fraction}};
}

json Write(const json& request) {
  const Photo result = ReadPhoto(Path(request, "result"));
  const Photo original = ReadPhoto(Path(request, "original"));
  OutputOptions options;
  options.format = request.value("format", options.format);
  options.disclose = request.value("disclose", options.disclose);
  options.keep_gps = request.value("keep_gps", options.keep_gps);
  if (request.contains("quality")) options.quality = request.at("quality");
  if (request.contains("long_edge")) {
    options.long_edge_px = request.at("long_edge");
  }
  if (request.contains("max_bytes")) {
    options.max_bytes = request.at("max_bytes");
  }
  Disclosure disclosure;
  disclosure.alteration =
      Meaning(kAlterationWords, request.value("alteration", "vendor-ai"));
  disclosure.caption = request.value("caption", "");
  const WrittenPhoto written = WriteResult(
      result, original, Path(request, "output"), options, disclosure);
  json companions = json::array();
  for (const auto& path : written.companions) {
    companions.push_back(path.string());
  }
  return {{"path", written.path.string()},
          {"width", written.width},
          {"height", written.height},
          {"quality", written.quality},
          {"sha256", written.sha256},
          {"companions", companions}};
}

json Failure(ErrorKind kind, const std::string& message) {
  return {{"error", {{"kind", ErrorKindName(kind)}, {"message", message}}}};
}

/// No exception may cross a C interface.
char* Answer(json (*action)(const json&), const char* request) noexcept {
  try {
    json reply;
    try {
      reply = action(json::parse(request));
    } catch (const Error& error) {
      reply = Failure(error.kind(), error.what());
    } catch (const std::exception& error) {
      reply = Failure(ErrorKind::kUnexpected, error.what());
    }
    const std::string text =
        reply.dump(-1, ' ', false, json::error_handler_t::replace);
    return ::strdup(text.c_str());
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace
}  // namespace stage

char* stage_photo_convert_for_upload(const char* request) {
  return stage::Answer(stage::Convert, request);
}

char* stage_photo_invert_mask(const char* request) {
  return stage::Answer(stage::Invert, request);
}

char* stage_photo_pad_mask(const char* request) {
  return stage::Answer(stage::PadMask, request);
}

char* stage_photo_cut_out(const char* request) {
  return stage::Answer(stage::Cut, request);
}

char* stage_photo_check_result(const char* request) {
  return stage::Answer(stage::Check, request);
}

char* stage_photo_write_result(const char* request) {
  return stage::Answer(stage::Write, request);
}

void stage_photo_free(char* reply) { std::free(reply); }
