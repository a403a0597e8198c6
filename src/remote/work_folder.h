#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace stage::remote {

/// What lies between a vendor and the results: `.stage-remote` in the output
/// folder. Files there are named after an order's token and stay until its job
/// is recorded as done, so that no crash loses what was paid.
class WorkFolder {
 public:
  /// Makes the folder.
  /// @throws Error(kDisk)
  explicit WorkFolder(const std::filesystem::path& output_folder);

  /// The answer to a paid request, as it came.
  std::filesystem::path Answer(const std::string& token) const;
  /// Begins the names of an order's pictures: `<stem>-1.png`.
  std::filesystem::path PictureStem(const std::string& token) const;
  /// A photo, mask or picture fitted for sending; `name` tells them apart.
  std::filesystem::path Fitted(const std::string& token,
                               std::string_view name) const;

  /// Deletes the files of orders whose jobs need them no more, by the
  /// manifest. What the manifest does not know is left for an hour: another
  /// shard may be at it.
  static void Sweep(const std::filesystem::path& output_folder);
  static void RemoveEmpty(const std::filesystem::path& output_folder);

 private:
  std::filesystem::path folder_;
};

}  // namespace stage::remote
