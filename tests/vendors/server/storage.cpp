#include "vendors/server/storage.h"

#include <fstream>

#include "vendors/server/text_codes.h"

namespace stage::vendors {
namespace {

constexpr std::string_view kHost = "/host/";
constexpr std::string_view kUploads = "/vsart/uploads/";

Answer Nothing(int status) {
  return {status, "<Error><Code>NoSuchKey</Code></Error>", "text/xml"};
}

Answer PictureAnswer(std::string bytes) {
  const auto info = ProbePicture(bytes);
  return {
      200,
      std::move(bytes),
      info ? std::string(MediaType(info->format)) : "application/octet-stream"};
}

Result* ResultAt(const std::string& path, World& world) {
  const std::string name = path.substr(path.rfind('/') + 1);
  Result* result = nullptr;
  world.FindResult(name.substr(0, name.rfind('.')), &result);
  return result;
}

Answer Hosted(const std::string& name, const World& world) {
  if (name.find("..") != std::string::npos) return Nothing(404);
  std::ifstream in(world.host_folder / name, std::ios::binary);
  if (world.host_folder.empty() || !in) return Nothing(404);
  return PictureAnswer({std::istreambuf_iterator<char>(in), {}});
}

bool IsSigned(const Result& result, const std::string& signature) {
  const std::string link = signature.substr(0, signature.find('.'));
  return signature == link + "." + HmacSha256Hex("storage", result.id + link) &&
         std::stoi(link) >= result.oldest_good_link;
}

}  // namespace

Answer StoredFile(const httplib::Request& request,
                  World& world,
                  const std::optional<Fault>& fault) {
  if (request.path.starts_with(kHost)) {
    return Hosted(request.path.substr(kHost.size()), world);
  }
  if (request.path.starts_with(kUploads)) {
    const auto upload =
        world.uploads.find("vsart/" + request.path.substr(kUploads.size()));
    return upload == world.uploads.end() ? Nothing(404)
                                         : PictureAnswer(upload->second->bytes);
  }
  const Result* result = ResultAt(request.path, world);
  if (result == nullptr) return Nothing(404);
  if (!IsSigned(*result, request.get_param_value("X-Signature"))) {
    return Nothing(403);
  }
  std::unique_lock<std::mutex> unused;
  const Call call{world, unused, "", "", {}, {}, "", "", {}, {}, fault};
  Answer answer = PictureAnswer(call.ResultBytes(*result));
  if (!call.Has(FaultKind::kNotImage) && !call.Has(FaultKind::kOtherSize)) {
    answer.results = {result->id};
  }
  return answer;
}

void ExpireLinks(const std::string& path, World& world) {
  if (Result* result = ResultAt(path, world)) {
    result->oldest_good_link = result->newest_link + 1;
  }
}

}  // namespace stage::vendors
