#include "core/photo/photo_c_api.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/atomic_file.h"
#include "core/error.h"
#include "core/photo/drawn_mask.h"
#include "core/photo/encode_result.h"
#include "core/photo/metadata.h"
#include "core/photo/photo.h"
#include "core/photo/put_back.h"
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

constexpr auto kReshapeWords =
    std::to_array<std::pair<std::string_view, Reshape>>(
        {{"pad", Reshape::kPad}, {"crop", Reshape::kCrop}});

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

UploadLimits LimitsOf(const json& request) {
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
  limits.least_side_px = request.value("least_side", 0);
  limits.reshape = Meaning(kReshapeWords, request.value("reshape", "pad"));
  if (request.contains("keep")) {
    limits.keep = request.at("keep").get<std::array<double, 4>>();
  }
  return limits;
}

json Convert(const json& request) {
  const UploadCopy copy =
      ConvertForUpload(Path(request, "photo"), LimitsOf(request));
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
  if (copy.cut) reply["cut"] = *copy.cut;
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
  ImageU8 mask = MarkedPart(ReadPhoto(path));
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      mask.at(x, y) = mask.at(x, y) > 127 ? 255 : 0;
    }
  }
  return mask;
}

/// A mask of this size whose pixels are white where `is_white(x, y)`.
template <typename IsWhite>
json WriteMask(const json& request,
               int width,
               int height,
               const IsWhite& is_white) {
  Photo mask;
  mask.pixels8 = ImageU8(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::fill_n(&mask.pixels8.at(x, y), 3, is_white(x, y) ? 255 : 0);
    }
  }
  return WritePng(mask, Path(request, "output"));
}

json Invert(const json& request) {
  const ImageU8 mask = ReadMask(Path(request, "mask"));
  return WriteMask(request, mask.width(), mask.height(), [&](int x, int y) {
    return mask.at(x, y) == 0;
  });
}

/// Black around the mask: what was padded is not to change.
json PadMask(const json& request) {
  const ImageU8 mask = ReadMask(Path(request, "mask"));
  const json& size = request.at("size");
  const json& place = request.at("place");
  const int left = place.at(0);
  const int top = place.at(1);
  return WriteMask(request, size.at(0), size.at(1), [&](int x, int y) {
    const bool is_within = x >= left && x < left + mask.width() && y >= top &&
                           y < top + mask.height();
    return is_within && mask.at(x - left, y - top) != 0;
  });
}

json CutMask(const json& request) {
  const ImageU8 mask = ReadMask(Path(request, "mask"));
  const auto cut = request.at("cut").get<std::array<double, 4>>();
  const int width = request.at("size").at(0);
  const int height = request.at("size").at(1);
  const auto from = [](int at, int size, double start, double share, int all) {
    const double middle = (at + 0.5) / size;
    return std::clamp(
        static_cast<int>((start + middle * share) * all), 0, all - 1);
  };
  return WriteMask(request, width, height, [&](int x, int y) {
    return mask.at(from(x, width, cut[0], cut[2], mask.width()),
                   from(y, height, cut[1], cut[3], mask.height())) != 0;
  });
}

/// Whether a mask says in white and black what it marks.
bool IsPlain(const ImageU8& shown, const ImageU8& mask) {
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      const uint8_t* rgb = &shown.at(x, y);
      const bool is_white = std::min({rgb[0], rgb[1], rgb[2]}) > 127;
      const bool is_black = std::max({rgb[0], rgb[1], rgb[2]}) <= 127;
      if (mask.at(x, y) != 0 ? !is_white : !is_black) return false;
    }
  }
  return true;
}

json MaskBounds(const json& request) {
  const std::string path = Path(request, "mask");
  const ImageU8 mask = ReadMask(path);
  int left = mask.width(), top = mask.height(), right = 0, bottom = 0;
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      if (mask.at(x, y) == 0) continue;
      left = std::min(left, x);
      top = std::min(top, y);
      right = std::max(right, x + 1);
      bottom = std::max(bottom, y + 1);
    }
  }
  if (right == 0) return json::object();
  const Photo drawn = ReadPhoto(path);
  const ImageU8 shown = ReadSrgb8(
      drawn, ColorConverter(drawn), std::max(mask.width(), mask.height()));
  return {{"box",
           SharesOf({left, top, right - left, bottom - top},
                    mask.width(),
                    mask.height())},
          {"plain", IsPlain(shown, mask)}};
}

json PutPartBack(const json& request) {
  const PutBackPhoto put =
      PutBack(ReadPhoto(Path(request, "photo")),
              ReadPhoto(Path(request, "picture")),
              request.at("cut").get<std::array<double, 4>>());
  json reply = {{"seam", put.seam}};
  if (put.seam <= request.value("most_seam", 1.0)) {
    reply.update(WritePng(put.photo, Path(request, "output")));
  }
  return reply;
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

char* stage_photo_cut_mask(const char* request) {
  return stage::Answer(stage::CutMask, request);
}

char* stage_photo_mask_bounds(const char* request) {
  return stage::Answer(stage::MaskBounds, request);
}

char* stage_photo_put_back(const char* request) {
  return stage::Answer(stage::PutPartBack, request);
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
