#include "remote/photo_library.h"

#include <malloc.h>

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "core/open_module.h"
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

/// A function of the library, which stays open for the rest of the process.
void* Entry(const char* function) {
  // Pixels of one call must not stay with the thread that made it.
  static const int once = mallopt(M_MMAP_THRESHOLD, 1 << 20);
  (void)once;
  const ModuleName name = {.file = FindProjectLibrary(kLibraryName),
                           .what = "photo library",
                           .file_name = kLibraryName,
                           .entry = function,
                           .computes = false};
  void* const entry = OpenModuleEntry(name);
  if (entry == nullptr) throw ForeignModule(name);
  return entry;
}

/// What a call is for: photos before their render, or what came of it.
enum class Purpose { kOrder, kResult };

/// One call at a time. Photos go first: a vendor's idle renders cost more than
/// results that are written a moment later.
class Turn {
 public:
  explicit Turn(Purpose purpose) {
    std::unique_lock lock(mutex_);
    if (purpose == Purpose::kOrder) {
      ++orders_waiting_;
      changed_.wait(lock, [] { return !is_taken_; });
      --orders_waiting_;
    } else {
      changed_.wait(lock, [] { return !is_taken_ && orders_waiting_ == 0; });
    }
    is_taken_ = true;
  }
  ~Turn() {
    {
      const std::lock_guard lock(mutex_);
      is_taken_ = false;
    }
    changed_.notify_all();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  static inline std::mutex mutex_;
  static inline std::condition_variable changed_;
  static inline bool is_taken_ = false;
  static inline int orders_waiting_ = 0;
};

json Invoke(const char* function,
            const json& request,
            Purpose purpose = Purpose::kOrder) {
  using Function = char* (*)(const char*);
  using Free = void (*)(char*);
  const auto call = reinterpret_cast<Function>(Entry(function));
  const auto release = reinterpret_cast<Free>(Entry("stage_photo_free"));
  const std::string text =
      request.dump(-1, ' ', false, json::error_handler_t::replace);
  const Turn turn(purpose);
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

json PhotoLibrary::PadMask(const json& request) {
  return Invoke("stage_photo_pad_mask", request);
}

json PhotoLibrary::CutMask(const json& request) {
  return Invoke("stage_photo_cut_mask", request);
}

json PhotoLibrary::MaskBounds(const json& request) {
  return Invoke("stage_photo_mask_bounds", request);
}

json PhotoLibrary::PutBack(const json& request) {
  return Invoke("stage_photo_put_back", request, Purpose::kResult);
}

json PhotoLibrary::CutOut(const json& request) {
  return Invoke("stage_photo_cut_out", request, Purpose::kResult);
}

json PhotoLibrary::CheckResult(const json& request) {
  return Invoke("stage_photo_check_result", request, Purpose::kResult);
}

json PhotoLibrary::WriteResult(const json& request) {
  return Invoke("stage_photo_write_result", request, Purpose::kResult);
}

}  // namespace stage::remote
