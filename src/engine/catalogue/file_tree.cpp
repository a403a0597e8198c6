#include "engine/catalogue/file_tree.h"

#include <zip.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <mutex>

#include "core/error.h"

namespace stage::engine {
namespace {

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

Error TooLarge(const std::filesystem::path& origin, const std::string& name) {
  return Error(ErrorKind::kModel,
               origin.string() + ": " + name + " is larger than " +
                   std::to_string(FileTree::kMaxFileBytes >> 20) +
                   " MB; reduce the model");
}

std::string ZipErrorText(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

class ZipTree final : public FileTree {
 public:
  explicit ZipTree(const std::filesystem::path& path) : FileTree(path) {
    int code = 0;
    archive_.reset(zip_open(path.c_str(), ZIP_RDONLY, &code));
    if (!archive_) {
      throw Error(ErrorKind::kModel,
                  path.string() + ": not a readable furniture archive (" +
                      ZipErrorText(code) + "); download it again");
    }
    const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
    if (count > static_cast<zip_int64_t>(kMaxFiles)) {
      throw Error(ErrorKind::kModel,
                  path.string() + ": holds more than " +
                      std::to_string(kMaxFiles) + " files; split it");
    }
    std::vector<std::string> names;
    for (zip_int64_t index = 0; index < count; ++index) {
      const char* raw = zip_get_name(archive_.get(), index, ZIP_FL_ENC_GUESS);
      if (raw == nullptr) continue;
      std::string name(raw);
      std::replace(name.begin(), name.end(), '\\', '/');
      if (name.empty() || name.back() == '/') continue;
      if (NormalName(name) != name) continue;  // would leave the archive
      if (index_.emplace(name, index).second) names.push_back(name);
    }
    SetNames(std::move(names));
  }

  std::vector<uint8_t> ReadStart(const std::string& name,
                                 uint64_t count) const override {
    const auto found = index_.find(name);
    if (found == index_.end()) {
      throw Error(ErrorKind::kModel,
                  origin().string() + ": has no file " + name);
    }
    // One zip_t serves one reader at a time.
    const std::scoped_lock lock(mutex_);
    zip_stat_t stat;
    if (zip_stat_index(archive_.get(), found->second, 0, &stat) != 0 ||
        (stat.valid & ZIP_STAT_SIZE) == 0) {
      throw Damaged(name, zip_strerror(archive_.get()));
    }
    const uint64_t size = std::min<uint64_t>(stat.size, count);
    if (size > kMaxFileBytes) throw TooLarge(origin(), name);
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(
        zip_fopen_index(archive_.get(), found->second, 0), &zip_fclose);
    if (!file) throw Damaged(name, zip_strerror(archive_.get()));
    // Grows as data really arrives: a forged size costs nothing.
    std::vector<uint8_t> bytes;
    constexpr size_t kChunk = size_t{1} << 20;
    for (;;) {
      const size_t have = bytes.size();
      // One byte more than promised tells a file that is longer than it says.
      const uint64_t left = size > have ? size - have : (size < count ? 1 : 0);
      const size_t want = std::min<uint64_t>(kChunk, left);
      bytes.resize(have + want);
      const zip_int64_t got =
          want == 0 ? 0 : zip_fread(file.get(), bytes.data() + have, want);
      if (got < 0) throw Damaged(name, zip_file_strerror(file.get()));
      bytes.resize(have + static_cast<size_t>(got));
      if (got == 0) break;
      if (bytes.size() > kMaxFileBytes) throw TooLarge(origin(), name);
    }
    if (bytes.size() != size) throw Damaged(name, "it is cut off");
    return bytes;
  }

 private:
  struct Discard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
  };

  Error Damaged(const std::string& name, const std::string& reason) const {
    return Error(ErrorKind::kModel,
                 origin().string() + ": " + name + " cannot be unpacked (" +
                     reason + "); download the archive again");
  }

  std::unique_ptr<zip_t, Discard> archive_;
  std::unordered_map<std::string, zip_uint64_t> index_;
  mutable std::mutex mutex_;
};

class FolderTree final : public FileTree {
 public:
  explicit FolderTree(const std::filesystem::path& path)
      : FileTree(path), root_(Canonical(path)) {
    namespace fs = std::filesystem;
    std::error_code error;
    std::vector<std::string> names;
    fs::recursive_directory_iterator entry(
        root_, fs::directory_options::skip_permission_denied, error);
    for (const fs::recursive_directory_iterator end; !error && entry != end;
         entry.increment(error)) {
      if (!IsOwnFile(entry->path())) continue;
      names.push_back(entry->path().lexically_relative(root_).generic_string());
      if (names.size() > kMaxFiles) {
        throw Error(ErrorKind::kModel,
                    path.string() + ": holds more than " +
                        std::to_string(kMaxFiles) +
                        " files; give the folder of the furniture only");
      }
    }
    SetNames(std::move(names));
  }

  FolderTree(const std::filesystem::path& path,
             const std::vector<std::string>& wanted)
      : FileTree(path), root_(Canonical(path)) {
    std::vector<std::string> names;
    for (const std::string& name : wanted) {
      const auto normal = NormalName(name);
      if (normal && IsOwnFile(root_ / *normal)) names.push_back(*normal);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    SetNames(std::move(names));
  }

  std::vector<uint8_t> ReadStart(const std::string& name,
                                 uint64_t count) const override {
    const std::filesystem::path path = root_ / name;
    std::ifstream stream(path, std::ios::binary | std::ios::ate);
    if (!stream || !std::binary_search(names().begin(), names().end(), name)) {
      throw Error(ErrorKind::kModel, path.string() + ": cannot be opened");
    }
    const std::streamoff whole = stream.tellg();
    const uint64_t wanted = std::min(
        static_cast<uint64_t>(std::max<std::streamoff>(0, whole)), count);
    if (wanted > kMaxFileBytes) throw TooLarge(origin(), name);
    const auto size = static_cast<std::streamsize>(wanted);
    std::vector<uint8_t> bytes(static_cast<size_t>(size));
    stream.seekg(0);
    stream.read(reinterpret_cast<char*>(bytes.data()), size);
    if (stream.gcount() != size) {
      throw Error(ErrorKind::kModel, path.string() + ": cannot be read whole");
    }
    return bytes;
  }

 private:
  static std::filesystem::path Canonical(const std::filesystem::path& path) {
    std::error_code error;
    auto root = std::filesystem::canonical(path, error);
    if (error) {
      throw Error(ErrorKind::kModel,
                  path.string() + ": " + error.message() +
                      "; give a folder of furniture models");
    }
    return root;
  }

  /// A plain file that really lies inside the folder.
  bool IsOwnFile(const std::filesystem::path& path) const {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return false;
    const auto target = std::filesystem::canonical(path, error);
    if (error) return false;
    const auto relative = target.lexically_relative(root_);
    return !relative.empty() && *relative.begin() != "..";
  }

  std::filesystem::path root_;
};

}  // namespace

std::string FolderOf(std::string_view name) {
  const size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string()
                                         : std::string(name.substr(0, slash));
}

std::optional<std::string> NormalName(std::string_view path) {
  if (!path.empty() && path.front() == '/') return std::nullopt;
  if (path.size() > 1 && path[1] == ':') return std::nullopt;
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (parts.empty()) {
      return std::nullopt;
    } else {
      parts.pop_back();
    }
  }
  std::string normal;
  for (const std::string_view part : parts) {
    if (!normal.empty()) normal += '/';
    normal += part;
  }
  if (normal.empty()) return std::nullopt;
  return normal;
}

std::string UnescapedUri(std::string_view uri) {
  std::string text;
  for (size_t i = 0; i < uri.size(); ++i) {
    uint8_t value = 0;
    const char* const digits = uri.data() + i + 1;
    const bool escape =
        uri[i] == '%' && i + 2 < uri.size() &&
        std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2;
    text += escape ? static_cast<char>(value) : uri[i];
    if (escape) i += 2;
  }
  return text;
}

void FileTree::SetNames(std::vector<std::string> names) {
  std::erase_if(
      names, [](const std::string& name) { return NormalName(name) != name; });
  std::sort(names.begin(), names.end());
  names_ = std::move(names);
  for (size_t i = 0; i < names_.size(); ++i) {
    by_lower_case_.emplace(LowerCase(names_[i]), i);
  }
}

std::optional<std::string> FileTree::Resolve(std::string_view folder,
                                             std::string_view reference) const {
  std::string path(reference);
  std::replace(path.begin(), path.end(), '\\', '/');
  if (!folder.empty()) path = std::string(folder) + '/' + path;
  const std::optional<std::string> normal = NormalName(path);
  if (!normal) return std::nullopt;
  if (std::binary_search(names_.begin(), names_.end(), *normal)) return normal;
  const auto found = by_lower_case_.find(LowerCase(*normal));
  if (found == by_lower_case_.end()) return std::nullopt;
  return names_[found->second];
}

std::shared_ptr<const FileTree> OpenZip(const std::filesystem::path& path) {
  return std::make_shared<ZipTree>(path);
}

std::shared_ptr<const FileTree> OpenFiles(
    const std::filesystem::path& folder,
    const std::vector<std::string>& names) {
  return std::make_shared<FolderTree>(folder, names);
}

std::shared_ptr<const FileTree> OpenFolder(const std::filesystem::path& path) {
  return std::make_shared<FolderTree>(path);
}

}  // namespace stage::engine
