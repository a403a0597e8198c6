#include "core/weights/model_registry.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/presets.h"
#include "core/suggestion.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Reads one entry; every failure names the file, the model and the key.
class EntryReader {
 public:
  EntryReader(const fs::path& file, const json& entry)
      : file_(file), entry_(entry) {
    if (!entry.is_object()) Fail("models", "must be objects");
    if (entry.contains("name") && entry["name"].is_string()) {
      name_ = entry["name"];
    }
    static const std::set<std::string> known = {"name",
                                                "task",
                                                "description",
                                                "repository",
                                                "revision",
                                                "license",
                                                "commercial_use",
                                                "bytes",
                                                "memory_bytes",
                                                "files"};
    for (const auto& [key, value] : entry.items()) {
      if (!known.contains(key)) Fail(key, "is not a key of a model");
    }
  }

  [[noreturn]] void Fail(const std::string& key, const std::string& why) const {
    throw Error(ErrorKind::kInput,
                Utf8Path(file_) + ": " +
                    (name_.empty() ? "" : "model '" + name_ + "': ") + "'" +
                    key + "' " + why);
  }
  std::string Text(const char* key, const char* otherwise = nullptr) const {
    const auto found = entry_.find(key);
    if (found == entry_.end() && otherwise != nullptr) return otherwise;
    if (found == entry_.end()) Fail(key, "is missing");
    if (!found->is_string() || found->get_ref<const std::string&>().empty()) {
      Fail(key, "must be a text");
    }
    return *found;
  }
  int64_t Bytes(const char* key) const {
    const auto found = entry_.find(key);
    if (found == entry_.end()) Fail(key, "is missing");
    if (!found->is_number_integer() || *found <= 0) {
      Fail(key, "must be a number of bytes");
    }
    return *found;
  }
  CommercialUse Use() const {
    const std::string word = Text("commercial_use");
    for (const CommercialUse use : {CommercialUse::kYes,
                                    CommercialUse::kConditions,
                                    CommercialUse::kNo}) {
      if (word == CommercialUseName(use)) return use;
    }
    Fail("commercial_use", "must be yes, conditions or no");
  }
  std::vector<ModelFile> Files(bool from_repository) const {
    const auto found = entry_.find("files");
    if (found == entry_.end() || !found->is_array() || found->empty()) {
      Fail("files", "must be a list of at least one file");
    }
    std::vector<ModelFile> files;
    for (const json& item : *found) {
      files.push_back(File(item, from_repository));
    }
    return files;
  }

 private:
  /// "name", ["name", "or this"] or {"name", "url", "sha256", "bytes"}.
  ModelFile File(const json& item, bool from_repository) const {
    ModelFile file;
    const json object = item.is_object() ? item : json{{"name", item}};
    const json names = object.value("name", json());
    for (const json& name : names.is_array() ? names : json::array({names})) {
      if (!name.is_string() || !IsPlainRelativePath(std::string(name))) {
        Fail("files", "must be names of files below the model's folder");
      }
      file.names.push_back(name);
    }
    if (file.names.empty()) Fail("files", "must be names of files");
    file.url = object.value("url", "");
    file.sha256 = object.value("sha256", "");
    file.bytes = object.value("bytes", int64_t{-1});
    const bool is_digest =
        file.sha256.size() == 64 &&
        file.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!file.sha256.empty() && !is_digest) {
      Fail("sha256", "must be 64 lower-case hexadecimal digits");
    }
    if (file.url.empty() != from_repository) {
      Fail("files",
           from_repository ? "of a repository must have no 'url'"
                           : "must each have a 'url', or the model a "
                             "'repository'");
    }
    if (!from_repository && file.names.size() != 1) {
      Fail("files", "with a 'url' must have one name");
    }
    return file;
  }

  const fs::path& file_;
  const json& entry_;
  std::string name_;
};

bool IsModelName(const std::string& name) {
  return !name.empty() && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.';
         });
}

ModelEntry EntryFromJson(const json& document, const fs::path& file) {
  const EntryReader read(file, document);
  ModelEntry entry;
  entry.name = read.Text("name");
  if (!IsModelName(entry.name)) {
    read.Fail("name", "may have lower-case letters, digits, '-' and '.' only");
  }
  entry.task = read.Text("task");
  entry.description = read.Text("description");
  entry.repository =
      document.contains("repository") ? read.Text("repository") : std::string();
  if (!entry.repository.empty() && !IsRepositoryName(entry.repository)) {
    read.Fail("repository", "must be ORGANISATION/NAME");
  }
  entry.revision = read.Text("revision", "main");
  if (!IsRevision(entry.revision)) {
    read.Fail("revision", "must be a branch, tag or commit");
  }
  entry.license = read.Text("license");
  entry.commercial_use = read.Use();
  entry.bytes = read.Bytes("bytes");
  entry.memory_bytes = read.Bytes("memory_bytes");
  entry.files = read.Files(!entry.repository.empty());
  entry.source = file;
  return entry;
}

std::vector<ModelEntry> ReadRegistryFile(const fs::path& file) {
  std::ifstream stream(file);
  json document;
  try {
    document = json::parse(stream);
  } catch (const json::exception& error) {
    throw Error(ErrorKind::kInput,
                Utf8Path(file) + ": not JSON (" + error.what() + ")");
  }
  if (!document.is_object() || document.value("schema", 0) != 1 ||
      document.value("kind", "") != "models" ||
      !document.value("models", json()).is_array()) {
    throw Error(ErrorKind::kInput,
                Utf8Path(file) +
                    ": must be {\"schema\": 1, \"kind\": \"models\", "
                    "\"models\": [...]}");
  }
  std::vector<ModelEntry> entries;
  try {
    for (const json& entry : document["models"]) {
      entries.push_back(EntryFromJson(entry, file));
    }
  } catch (const json::exception& error) {
    throw Error(ErrorKind::kInput, Utf8Path(file) + ": " + error.what());
  }
  return entries;
}

bool IsWord(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.front() != '-' &&
         text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
         });
}

}  // namespace

std::string_view CommercialUseName(CommercialUse use) {
  if (use == CommercialUse::kYes) return "yes";
  return use == CommercialUse::kNo ? "no" : "conditions";
}

bool IsPlainRelativePath(std::string_view path) {
  if (path.empty() || path.back() == '/') return false;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return std::all_of(path.begin(), path.end(), [](unsigned char c) {
    return c >= ' ' && c != 0x7F && c != '\\';
  });
}

bool IsRepositoryName(std::string_view name) {
  const size_t slash = name.find('/');
  return slash != std::string_view::npos && name.size() <= 96 * 2 + 1 &&
         IsWord(name.substr(0, slash)) && IsWord(name.substr(slash + 1));
}

bool IsRevision(std::string_view revision) {
  if (revision.size() > 255) return false;
  for (size_t begin = 0; begin <= revision.size();) {
    const size_t end = std::min(revision.find('/', begin), revision.size());
    if (!IsWord(revision.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return true;
}

ModelRegistry ModelRegistry::Load(const std::vector<fs::path>& folders) {
  ModelRegistry registry;
  for (const fs::path& folder : folders) {
    for (const fs::path& file : JsonFilesIn(folder / "models")) {
      for (ModelEntry& entry : ReadRegistryFile(file)) {
        const auto same = std::find_if(
            registry.entries_.begin(),
            registry.entries_.end(),
            [&](const ModelEntry& other) { return other.name == entry.name; });
        if (same == registry.entries_.end()) {
          registry.entries_.push_back(std::move(entry));
        } else {
          *same = std::move(entry);
        }
      }
    }
  }
  return registry;
}

const ModelEntry* ModelRegistry::Find(std::string_view name) const {
  for (const ModelEntry& entry : entries_) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

const ModelEntry& ModelRegistry::Get(std::string_view name) const {
  if (const ModelEntry* entry = Find(name)) return *entry;
  std::vector<std::string> names;
  for (const ModelEntry& entry : entries_) names.push_back(entry.name);
  throw Error(ErrorKind::kUsage, UnknownWordMessage("model", name, names));
}

const ModelRegistry& KnownModels() {
  static const ModelRegistry registry = ModelRegistry::Load(PresetFolders());
  return registry;
}

}  // namespace stage
