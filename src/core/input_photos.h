#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace stage {

/// Which photos a command was given.
struct InputSelection {
  std::vector<std::filesystem::path> paths;  ///< photos and folders
  bool recursive = false;                    ///< also sub-folders of folders
  /// Globs (fnmatch, case does not count) against the file's name, or against
  /// its path below the folder when the glob has a '/'. Photos named one by
  /// one are filtered too.
  std::vector<std::string> include;  ///< empty: all
  std::vector<std::string> exclude;  ///< also prunes whole sub-folders
  /// Folders whose content is never an input: output, masks, furniture.
  std::vector<std::filesystem::path> never_inputs;
};

/// One photo found on disk.
struct InputPhoto {
  std::filesystem::path path;      ///< absolute, normal form
  std::filesystem::path root;      ///< the folder given, or the photo's own
  std::filesystem::path relative;  ///< path below root
  bool named = false;              ///< given by itself, not found in a folder
};

/// True for the extensions of formats that stage reads.
bool HasPhotoExtension(const std::filesystem::path& path);

/// The photos directly in a folder, in natural order; hidden files and what
/// earlier runs wrote there are left out.
/// @throws Error(kDisk) when the folder cannot be read
std::vector<std::filesystem::path> PhotosInFolder(
    const std::filesystem::path& folder);

/// Every photo selected, each once, folder by folder in natural order.
/// Never an input: `never_inputs`, hidden files, results and companions that a
/// manifest lists, and, below a given folder, whole output folders of earlier
/// runs. An output folder that is named itself is read: results can be worked
/// on further.
/// @throws Error(kUsage) for a path that does not exist or a folder without
///         photos, Error(kDisk) for a folder that cannot be read
std::vector<InputPhoto> FindPhotos(const InputSelection& selection);

}  // namespace stage
