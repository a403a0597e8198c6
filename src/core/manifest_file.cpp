#include "core/manifest_file.h"

#include <cerrno>
#include <fstream>

#include "core/atomic_file.h"
#include "core/error.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

void RefuseNewerSchema(const fs::path& file, const json& record) {
  const int schema = record.value("schema", kManifestSchema);
  if (schema <= kManifestSchema) return;
  throw Error(ErrorKind::kDisk,
              Utf8Path(file) + ": written by a newer stage (schema " +
                  std::to_string(schema) + "); update stage to go on with it");
}

}  // namespace

fs::path ManifestPath(const fs::path& folder) {
  return folder / "manifest.jsonl";
}

bool HasManifest(const fs::path& folder) {
  std::ifstream file(ManifestPath(folder));
  std::string line;
  if (!file || !std::getline(file, line)) return false;
  const json record = json::parse(line, nullptr, false);
  return record.is_object() && record.contains("record");
}

ManifestLines ReadManifestLines(const fs::path& file, int64_t offset) {
  ManifestLines lines{.end = offset};
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    if (errno == ENOENT) return lines;
    throw DiskError(file, "read", errno);
  }
  stream.seekg(offset);
  std::string line;
  while (std::getline(stream, line)) {
    if (stream.eof()) {  // the last line has no end: torn, or being written
      lines.torn_tail = !line.empty();
      break;
    }
    lines.end += static_cast<int64_t>(line.size()) + 1;
    if (line.empty()) continue;
    json record = json::parse(line, nullptr, false);
    if (!record.is_object() || !record.value("record", json()).is_string()) {
      ++lines.damaged;
      continue;
    }
    if (record["record"] == "batch") RefuseNewerSchema(file, record);
    lines.records.push_back(std::move(record));
  }
  if (stream.bad()) throw DiskError(file, "read", errno);
  return lines;
}

std::set<std::string> CompanionsListedIn(const fs::path& folder) {
  std::set<std::string> names;
  if (!HasManifest(folder)) return names;
  for (const json& record : ReadManifestLines(ManifestPath(folder)).records) {
    if (!record.contains("outputs") || !record["outputs"].is_array()) continue;
    for (const json& output : record["outputs"]) {
      if (!output.is_object() || !output.contains("companions")) continue;
      for (const json& companion : output["companions"]) {
        if (companion.is_string()) names.insert(companion.get<std::string>());
      }
    }
  }
  return names;
}

std::string ManifestPathText(const fs::path& folder, const fs::path& path) {
  const fs::path base = fs::absolute(folder).lexically_normal();
  const fs::path target = fs::absolute(path).lexically_normal();
  const fs::path relative = target.lexically_relative(base);
  int ups = 0;
  for (const fs::path& part : relative) ups += part == ".." ? 1 : 0;
  return Utf8Path(relative.empty() || ups > 1 ? target : relative);
}

fs::path ResolveManifestPath(const fs::path& folder, const std::string& text) {
  return (fs::absolute(folder) / text).lexically_normal();
}

}  // namespace stage
