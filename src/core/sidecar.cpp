#include "core/sidecar.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/job_fields.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

bool IsJobField(const std::string& name) {
  const std::vector<std::string> names = JobFieldNames();
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

json ReadSidecar(const fs::path& sidecar) {
  if (sidecar.empty()) return json::object();
  std::ifstream stream(sidecar);
  if (!stream) {
    throw Error(ErrorKind::kInput, Utf8Path(sidecar) + ": cannot be read");
  }
  try {
    json object = json::parse(stream);
    if (object.is_object()) return object;
  } catch (const json::exception& error) {
    throw Error(ErrorKind::kInput, Utf8Path(sidecar) + ": " + error.what());
  }
  throw Error(ErrorKind::kInput,
              Utf8Path(sidecar) + ": expected one JSON object");
}

fs::path SidecarOf(const fs::path& photo) {
  const fs::path folder = photo.parent_path();
  for (const fs::path& name : {photo.filename(), photo.stem()}) {
    const fs::path sidecar = folder / (name.native() + ".stage.json");
    std::error_code failure;
    if (fs::is_regular_file(sidecar, failure)) return sidecar;
  }
  return {};
}

void ApplySidecar(const fs::path& sidecar, StagingJob& job) {
  const json object = ReadSidecar(sidecar);
  for (const auto& [name, value] : object.items()) {
    const bool is_word =
        value.is_string() || value.is_number() || value.is_boolean();
    if (!is_word || !IsJobField(name)) continue;
    const std::string text = value.is_string() ? value.get<std::string>()
                             : value.is_boolean()
                                 ? (value.get<bool>() ? "yes" : "no")
                                 : value.dump();
    try {
      SetJobField(name, text, sidecar.parent_path(), job);
    } catch (const Error& error) {
      throw Error(ErrorKind::kInput, Utf8Path(sidecar) + ": " + error.what());
    }
  }
  const bool room_is_open =
      job.operation == Operation::kGenerate && job.generate.room == "auto";
  if (room_is_open && object.contains("room_type") &&
      object["room_type"].is_string()) {
    job.generate.room = object["room_type"].get<std::string>();
  }
}

}  // namespace stage
