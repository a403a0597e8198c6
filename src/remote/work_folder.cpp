#include "remote/work_folder.h"

#include <chrono>
#include <set>

#include "core/atomic_file.h"
#include "core/manifest.h"
#include "remote/answer.h"

namespace stage::remote {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr auto kName = ".stage-remote";
constexpr size_t kTokenLength = 36;  // of a UUID

struct Tokens {
  std::set<std::string> needed;
  std::set<std::string> done_with;
};

Tokens ReadTokens(const fs::path& output_folder) {
  Tokens tokens;
  const ManifestState manifest = ReadManifest(output_folder);
  for (const JobRecord* record : manifest.jobs()) {
    const json& orders = Field(Field(record->json, {"remote"}), {"orders"});
    if (!orders.is_array()) continue;
    auto& set = record->paid_or_underway() ? tokens.needed : tokens.done_with;
    for (const json& order : orders) set.insert(TextField(order, {"token"}));
  }
  return tokens;
}

bool IsOld(const fs::path& file) {
  std::error_code failure;
  const auto changed = fs::last_write_time(file, failure);
  return !failure &&
         fs::file_time_type::clock::now() - changed > std::chrono::hours(1);
}

}  // namespace

WorkFolder::WorkFolder(const fs::path& output_folder)
    : folder_(output_folder / kName) {
  MakeFolder(folder_);
}

fs::path WorkFolder::Answer(const std::string& token) const {
  return folder_ / (token + ".answer");
}

fs::path WorkFolder::PictureStem(const std::string& token) const {
  return folder_ / token;
}

fs::path WorkFolder::Fitted(const std::string& token,
                            std::string_view name) const {
  return folder_ / (token + "-" + std::string(name));
}

void WorkFolder::Sweep(const fs::path& output_folder) {
  const fs::path folder = output_folder / kName;
  std::error_code failure;
  if (!fs::is_directory(folder, failure)) return;
  const Tokens tokens = ReadTokens(output_folder);
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    const std::string token =
        entry.path().filename().string().substr(0, kTokenLength);
    if (tokens.needed.contains(token)) continue;
    if (tokens.done_with.contains(token) || IsOld(entry.path())) {
      fs::remove(entry.path(), failure);
    }
  }
}

void WorkFolder::RemoveEmpty(const fs::path& output_folder) {
  std::error_code failure;
  fs::remove(output_folder / kName, failure);  // fails when it is not empty
}

}  // namespace stage::remote
