#include "remote/photo_library.h"

#include <dlfcn.h>
#include <malloc.h>

#include <array>
#include <memory>
#include <mutex>
#include <string>

#include "core/error.h"
#include "core/program_files.h"

namespace stage::remote {
namespace {

using nlohmann::json;

constexpr auto kLibraryName = "libstage_photo.so";

constexpr std::array kKinds = {ErrorKind::kUnexpected,
                               ErrorKind::kUsage,
                               ErrorKind::kInput,
                               ErrorKind::kGeometry,
                               ErrorKind::kModel,
                               ErrorKind::kDevice,
                               ErrorKind::kDisk,
                               ErrorKind::kInterrupted};

ErrorKind KindNamed(const std::string& name) {
  for (const ErrorKind kind : kKinds) {
    if (ErrorKindName(kind) == name) return kind;
  }
  return ErrorKind::kUnexpected;
}

void* Open() {
  const std::filesystem::path library = FindProjectLibrary(kLibraryName);
  void* handle = library.empty()
                     ? nullptr
                     : dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  // Pixels of one call must not stay with the thread that made it.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  if (handle == nullptr) {
    throw Error(ErrorKind::kModel,
                std::string(kLibraryName) +
                    " is missing: this build of stage cannot convert photos; "
                    "install the complete package");
  }
  return handle;
}

json Invoke(const char* function, const json& request) {
  static void* const library = Open();
  static std::mutex one_at_a_time;
  using Function = char* (*)(const char*);
  using Free = void (*)(char*);
  const auto call = reinterpret_cast<Function>(dlsym(library, function));
  const auto release =
      reinterpret_cast<Free>(dlsym(library, "stage_photo_free"));
  if (call == nullptr || release == nullptr) {
    throw Error(ErrorKind::kModel,
                std::string(kLibraryName) + " belongs to another version");
  }
  const std::string text =
      request.dump(-1, ' ', false, json::error_handler_t::replace);
  const std::lock_guard lock(one_at_a_time);
  const std::unique_ptr<char, Free> reply(call(text.c_str()), release);
  if (reply == nullptr) throw std::bad_alloc();
  json answer = json::parse(reply.get());
  if (answer.contains("error")) {
    throw Error(KindNamed(answer["error"].value("kind", "")),
                answer["error"].value("message", "the photo library failed"));
  }
  return answer;
}

}  // namespace

bool PhotoLibrary::IsInstalled() {
  static const bool is_installed = !FindProjectLibrary(kLibraryName).empty();
  return is_installed;
}

json PhotoLibrary::ConvertForUpload(const json& request) {
  return Invoke("stage_photo_convert_for_upload", request);
}

json PhotoLibrary::InvertMask(const json& request) {
  return Invoke("stage_photo_invert_mask", request);
}

json PhotoLibrary::CheckResult(const json& request) {
  return Invoke("stage_photo_check_result", request);
}

json PhotoLibrary::WriteResult(const json& request) {
  return Invoke("stage_photo_write_result", request);
}

}  // namespace stage::remote
