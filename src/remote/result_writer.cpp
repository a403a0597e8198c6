#include "remote/result_writer.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>

#include "core/atomic_file.h"
#include "core/content_credentials.h"
#include "core/disclosure.h"
#include "core/image_header.h"
#include "core/text_encoding.h"
#include "remote/answer.h"
#include "remote/exif_block.h"
#include "remote/iptc_block.h"
#include "remote/photo_library.h"
#include "remote/picture_tags.h"

namespace stage::remote {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Furniture covers part of the photo, so that only a picture of another room
// goes over this; where a mask says what may change, far less is too much.
constexpr double kAnotherRoom = 0.6;
constexpr double kOutsideMask = 0.02;

std::string CaptionOf(Operation operation) {
  switch (operation) {
    case Operation::kGenerate:
      return "Virtually staged";
    case Operation::kDeclutter:
      return "Furniture removed digitally";
    default:
      return "Digitally altered";
  }
}

/// A vendor's picture as it is to be written.
struct MappedPicture {
  fs::path picture;
  fs::path photo;  ///< what it shows, for comparisons
  bool is_whole = true;
};

fs::path Beside(const fs::path& picture, const char* ending) {
  fs::path beside = picture;
  beside += ending;
  return beside;
}

fs::path CutOut(const fs::path& picture,
                const json& place,
                const fs::path& to) {
  PhotoLibrary::CutOut({{"picture", picture.string()},
                        {"output", to.string()},
                        {"place", place}});
  return to;
}

/// Where what the vendor made does not go on in the photo, furniture would be
/// cut off along a line: then its picture stays what it is.
MappedPicture PutBack(const StagingJob& job,
                      const fs::path& picture,
                      const json& cut,
                      StageResult& result) {
  constexpr double kMostSeam = 0.05;
  const fs::path whole = Beside(picture, "-whole.png");
  const json put = PhotoLibrary::PutBack({{"picture", picture.string()},
                                          {"photo", job.input.string()},
                                          {"output", whole.string()},
                                          {"cut", cut},
                                          {"most_seam", kMostSeam}});
  const bool is_put_back = put.contains("width");
  result.details["put_back"] = is_put_back;
  if (is_put_back) return {whole, job.input};
  result.warnings.push_back(
      "the result shows the part of the photo that was sent: along its edges "
      "it differs too much from the photo to be put back (--set fit=pad sends "
      "all of it)");
  return {
      picture, CutOut(job.input, cut, Beside(picture, "-photo.png")), false};
}

MappedPicture MapBack(const StagingJob& job,
                      const fs::path& picture,
                      const json& fitted,
                      StageResult& result) {
  const json& place = Field(fitted, {"place"});
  const json& cut = Field(fitted, {"cut"});
  if (!cut.is_null()) return PutBack(job, picture, cut, result);
  if (place.is_null()) return {picture, job.input};
  return {CutOut(picture, place, Beside(picture, "-cut.png")), job.input};
}

json WriteRequest(const StagingJob& job,
                  size_t index,
                  const fs::path& picture) {
  const OutputOptions& options = job.output;
  const bool is_upscale = job.operation == Operation::kUpscale;
  json request = {{"result", picture.string()},
                  {"original", job.input.string()},
                  {"output", job.outputs[index].string()},
                  {"alteration", is_upscale ? "enhanced" : "vendor-ai"},
                  {"caption", is_upscale ? "" : CaptionOf(job.operation)},
                  {"format", options.format},
                  {"disclose", options.disclose},
                  {"keep_gps", options.keep_gps}};
  if (options.quality) request["quality"] = *options.quality;
  if (options.long_edge_px) request["long_edge"] = *options.long_edge_px;
  if (options.max_bytes) request["max_bytes"] = *options.max_bytes;
  return request;
}

/// Another resolution is a vendor's right, and a little of its shape too, since
/// networks work in steps of pixels; beyond that it is another picture.
void CheckShape(const StagingJob& job, const MappedPicture& mapped) {
  constexpr double kTolerance = 0.1;
  if (!job.generate.sketch.empty()) return;
  const auto photo = ReadImageHeader(mapped.photo);
  const auto result = ReadImageHeader(mapped.picture);
  if (!photo || !result || photo->height == 0 || result->height == 0) return;
  double wanted = static_cast<double>(photo->width) / photo->height;
  if (photo->orientation >= 5) wanted = 1 / wanted;
  const double made = static_cast<double>(result->width) / result->height;
  if (std::abs(made / wanted - 1) > kTolerance) {
    throw Error(ErrorKind::kUnexpected,
                "the result is " + std::to_string(result->width) + "x" +
                    std::to_string(result->height) +
                    ", which is not the shape of the photo");
  }
}

/// Checks the picture before anything is written.
void Check(const StagingJob& job,
           const MappedPicture& mapped,
           StageResult& result) {
  json request = {{"photo", mapped.photo.string()},
                  {"result", mapped.picture.string()},
                  {"change_expected", job.operation != Operation::kUpscale}};
  const fs::path mask = mapped.is_whole ? MaskFileOf(job) : fs::path();
  if (!mask.empty()) request["may_change"] = mask.string();
  const json found = PhotoLibrary::CheckResult(request);
  const double changed = found.value("room_changed", 0.0);
  json& changes = result.details["room_changed"];
  if (job.outputs.size() == 1) {
    changes = changed;
  } else {
    changes.push_back(changed);
  }
  if (changed > (mask.empty() ? kAnotherRoom : kOutsideMask)) {
    result.warnings.push_back(
        (mask.empty() ? "the result may show another room: "
                      : "the room changed outside the mask: ") +
        std::to_string(static_cast<int>(changed * 100 + 0.5)) +
        " % of the picture differs");
  }
}

Alteration AlterationOf(Operation operation) {
  return operation == Operation::kUpscale ? Alteration::kEnhanced
                                          : Alteration::kVendorAi;
}

/// @throws Error(kDisk)
std::string FileText(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) throw DiskError(file, "read", errno);
  return text;
}

/// True for what a result can be named that has another format than planned:
/// no other photo's result has that name.
bool IsFree(const StagingJob& job, const fs::path& output) {
  std::error_code failure;
  const fs::path other_photo = job.input.parent_path() / output.filename();
  return !fs::exists(output, failure) && !fs::exists(other_photo, failure);
}

/// The planned name with the extension of what came: `kitchen.png` for
/// `kitchen.jpg`, or `kitchen-jpg.png` where that name may be another's.
fs::path NameFor(const StagingJob& job,
                 const fs::path& planned,
                 const std::string& format) {
  const std::string extension = LowerCase(planned.extension().string());
  const bool is_jpeg = extension == ".jpg" || extension == ".jpeg";
  if (format == "jpeg" ? is_jpeg : extension.ends_with(format)) return planned;
  fs::path wanted = planned;
  wanted.replace_extension(format == "jpeg" ? "jpg" : format);
  if (IsFree(job, wanted)) return wanted;
  std::string name = planned.stem().string();
  if (!extension.empty()) name.append("-").append(extension, 1);
  wanted.replace_filename(name + wanted.extension().string());
  return wanted;
}

/// What results take over from the photo's file, or cannot.
struct PhotoFacts {
  std::string exif;
  std::string iptc;
  bool has_content_credentials = false;
};

/// One photo is in memory at a time, and as pages of its file only.
/// @throws Error(kDisk)
PhotoFacts FactsOf(const fs::path& photo) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  const int file = open(photo.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw DiskError(photo, "read", errno);
  std::error_code failure;
  const auto size = static_cast<size_t>(fs::file_size(photo, failure));
  void* const pages =
      failure ? MAP_FAILED
              : mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  const int reason = errno;
  close(file);
  if (pages == MAP_FAILED) throw DiskError(photo, "read", reason);
  const auto unmap = [size](void* mapped) { munmap(mapped, size); };
  const std::unique_ptr<void, decltype(unmap)> mapping(pages, unmap);
  const std::string_view text(static_cast<const char*>(pages), size);
  return {.exif = ExifOfJpeg(text),
          .iptc = IptcOfJpeg(text),
          .has_content_credentials = HasContentCredentials(
              {static_cast<const uint8_t*>(pages), size})};
}

/// A result is not covered by what the photo's Content Credentials sign.
void TellDroppedCredentials(const PhotoFacts& photo, StageResult& result) {
  if (!photo.has_content_credentials) return;
  result.details["content_credentials"] = "dropped";
  result.warnings.push_back(
      "the photo's Content Credentials (C2PA) vouch for the photo as it was: "
      "the result carries none");
}

/// For builds without the photo library: the vendor's own pixels, with the
/// photo's EXIF and the source type.
void WriteAsItCame(const StagingJob& job,
                   size_t index,
                   const PhotoFacts& photo,
                   const fs::path& picture,
                   StageResult& result) {
  const std::optional<ImageHeader> header = ReadImageHeader(picture);
  if (!header || header->width == 0 || header->height == 0) {
    throw Error(ErrorKind::kUnexpected, "the result is no picture");
  }
  const Location location =
      job.output.keep_gps ? Location::kKeep : Location::kRemove;
  const PictureTags tags = {
      .digital_source_type = DigitalSourceType(AlterationOf(job.operation)),
      .exif =
          ExifForResult(photo.exif, header->width, header->height, location),
      .iptc = photo.iptc};
  const fs::path output = NameFor(job, job.outputs[index], header->format);
  WriteFileAtomically(output, WithTags(FileText(picture), tags));
  result.outputs.push_back(
      {.path = output, .width = header->width, .height = header->height});
}

}  // namespace

void WriteVendorResult(const StagingJob& job,
                       size_t index,
                       const fs::path& picture,
                       const json& fitted,
                       StageResult& result) {
  const MappedPicture mapped = MapBack(job, picture, fitted, result);
  CheckShape(job, mapped);
  const PhotoFacts photo = FactsOf(job.input);
  if (index == 0) TellDroppedCredentials(photo, result);
  if (!PhotoLibrary::IsInstalled()) {
    return WriteAsItCame(job, index, photo, picture, result);
  }
  Check(job, mapped, result);
  const json written =
      PhotoLibrary::WriteResult(WriteRequest(job, index, mapped.picture));
  StagedFile file{.path = written.at("path").get<std::string>(),
                  .sha256 = written.at("sha256").get<std::string>(),
                  .width = written.at("width").get<int>(),
                  .height = written.at("height").get<int>()};
  for (const json& companion : written.at("companions")) {
    file.companions.emplace_back(companion.get<std::string>());
  }
  result.outputs.push_back(std::move(file));
}

void CheckOutputOptions(const StagingJob& job) {
  if (PhotoLibrary::IsInstalled()) return;
  const OutputOptions& options = job.output;
  bool needs_library = options.format != "keep" || options.quality ||
                       options.long_edge_px || options.max_bytes;
  for (const std::string& word : options.disclose) {
    needs_library = needs_library || (word != "metadata" && word != "none");
  }
  if (needs_library) {
    throw Error(ErrorKind::kModel,
                "--format, --quality, --long-edge, --max-bytes and --disclose "
                "need the photo library, which this build of stage does not "
                "have: leave them out, or install the complete package");
  }
}

}  // namespace stage::remote
