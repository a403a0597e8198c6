#include "core/input_photos.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "core/atomic_file.h"
#include "core/error.h"
#include "core/manifest_file.h"
#include "core/natural_order.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;

constexpr auto kPhotoExtensions = std::to_array<std::string_view>({".jpg",
                                                                   ".jpeg",
                                                                   ".jpe",
                                                                   ".jfif",
                                                                   ".png",
                                                                   ".webp",
                                                                   ".tif",
                                                                   ".tiff",
                                                                   ".heic",
                                                                   ".heif",
                                                                   ".hif"});
// Thumbnails and resource forks that servers and archives leave behind.
constexpr auto kForeignFolders =
    std::to_array<std::string_view>({"@eaDir", "__MACOSX", "#recycle"});

fs::path Normal(const fs::path& path) {
  fs::path normal = fs::absolute(path).lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

/// The same for every way of writing a path; also for what does not exist yet.
fs::path Resolved(const fs::path& path) {
  std::error_code failure;
  const fs::path resolved = fs::weakly_canonical(path, failure);
  return failure ? Normal(path) : resolved;
}

bool IsHidden(const fs::path& path) {
  return path.filename().native().starts_with('.');
}

bool MatchesAny(const std::vector<std::string>& globs,
                const fs::path& relative) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
    const fs::path subject =
        glob.find('/') == std::string::npos ? relative.filename() : relative;
    return fnmatch(glob.c_str(), subject.c_str(), FNM_CASEFOLD) == 0;
  });
}

struct FolderContent {
  std::vector<fs::path> photos;   ///< in natural order
  std::vector<fs::path> folders;  ///< in natural order
};

FolderContent ReadFolder(const fs::path& folder) {
  FolderContent content;
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), end;
       !failure && entry != end;
       entry.increment(failure)) {
    std::error_code gone;
    const fs::path& path = entry->path();
    if (IsHidden(path)) continue;
    if (entry->is_directory(gone)) {
      // A linked folder may lead back up; it is read when it is named itself.
      if (!entry->is_symlink(gone)) content.folders.push_back(path);
    } else if (HasPhotoExtension(path) && entry->is_regular_file(gone)) {
      content.photos.push_back(path);
    }
  }
  if (failure) throw DiskError(folder, "read", failure.value());
  const auto by_name = [](const fs::path& a, const fs::path& b) {
    return NaturalLess(a.filename().native(), b.filename().native());
  };
  std::sort(content.photos.begin(), content.photos.end(), by_name);
  std::sort(content.folders.begin(), content.folders.end(), by_name);
  return content;
}

/// Walks the selection and collects each photo once.
class PhotoFinder {
 public:
  explicit PhotoFinder(const InputSelection& selection)
      : selection_(selection) {
    for (const fs::path& path : selection.never_inputs) {
      if (!path.empty()) never_.insert(Resolved(path));
    }
  }

  void Add(const fs::path& given) {
    std::error_code failure;
    const fs::file_status status = fs::status(given, failure);
    if (status.type() == fs::file_type::not_found) {
      throw Error(ErrorKind::kUsage,
                  Utf8Path(given) + ": no such file or folder");
    }
    if (failure) throw DiskError(given, "read", failure.value());
    if (fs::is_directory(status)) {
      AddRoot(Normal(given));
    } else {
      AddNamed(Normal(given));
    }
  }

  std::vector<InputPhoto> Take() { return std::move(found_); }

 private:
  void AddNamed(const fs::path& path) {
    if (!fs::is_regular_file(path)) {
      throw Error(ErrorKind::kUsage, Utf8Path(path) + ": not a photo");
    }
    if (never_.contains(Resolved(path.parent_path()))) {
      throw Error(ErrorKind::kUsage,
                  Utf8Path(path) +
                      ": lies in the output folder and would be overwritten; "
                      "choose another --output");
    }
    Keep({path, path.parent_path(), path.filename(), true});
  }

  void AddRoot(const fs::path& root) {
    if (never_.contains(Resolved(root))) {
      throw Error(ErrorKind::kUsage,
                  Utf8Path(root) +
                      ": is both the folder of the photos and the output "
                      "folder, or one of masks or furniture; choose another "
                      "--output");
    }
    const size_t before = found_.size() + filtered_ + repeated_;
    bool has_folders = false;
    Walk(root, root, has_folders);
    if (found_.size() + filtered_ + repeated_ > before) return;
    throw Error(ErrorKind::kUsage,
                Utf8Path(root) +
                    ": no photos found (JPEG, PNG, WebP, TIFF, "
                    "HEIC)" +
                    (has_folders && !selection_.recursive
                         ? "; --recursive looks into sub-folders too"
                         : ""));
  }

  void Walk(const fs::path& root, const fs::path& folder, bool& has_folders) {
    const FolderContent content = ReadFolder(folder);
    // Only a folder that was named itself can be an earlier run's output.
    const std::set<std::string> companions = CompanionsListedIn(folder);
    for (const fs::path& path : content.photos) {
      if (companions.contains(Utf8Path(path.filename()))) continue;
      Keep({path, root, path.lexically_relative(root), false});
    }
    for (const fs::path& sub_folder : content.folders) {
      has_folders = true;
      if (selection_.recursive && !IsPruned(root, sub_folder)) {
        Walk(root, sub_folder, has_folders);
      }
    }
  }

  bool IsPruned(const fs::path& root, const fs::path& folder) const {
    const std::string name = folder.filename().string();
    return std::find(kForeignFolders.begin(), kForeignFolders.end(), name) !=
               kForeignFolders.end() ||
           never_.contains(Resolved(folder)) || HasManifest(folder) ||
           MatchesAny(selection_.exclude, folder.lexically_relative(root));
  }

  void Keep(InputPhoto photo) {
    const bool wanted = (selection_.include.empty() ||
                         MatchesAny(selection_.include, photo.relative)) &&
                        !MatchesAny(selection_.exclude, photo.relative) &&
                        !never_.contains(Resolved(photo.path));
    if (!wanted) {
      ++filtered_;
    } else if (seen_.insert(Resolved(photo.path)).second) {
      found_.push_back(std::move(photo));
    } else {
      ++repeated_;
    }
  }

  const InputSelection& selection_;
  std::set<fs::path> never_;
  std::set<fs::path> seen_;
  std::vector<InputPhoto> found_;
  size_t filtered_ = 0;
  size_t repeated_ = 0;
};

}  // namespace

bool HasPhotoExtension(const fs::path& path) {
  const std::string extension = FoldedCase(path.extension().native());
  return std::find(kPhotoExtensions.begin(),
                   kPhotoExtensions.end(),
                   extension) != kPhotoExtensions.end();
}

std::vector<fs::path> PhotosInFolder(const fs::path& folder) {
  return ReadFolder(folder).photos;
}

std::vector<InputPhoto> FindPhotos(const InputSelection& selection) {
  PhotoFinder finder(selection);
  for (const fs::path& path : selection.paths) finder.Add(path);
  return finder.Take();
}

}  // namespace stage
