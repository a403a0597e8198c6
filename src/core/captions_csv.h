#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace stage {

/// One line of captions.csv.
struct CaptionRow {
  std::string file;      ///< name of the result in the same folder
  std::string caption;   ///< for the MLS field or the web page
  std::string original;  ///< name of the photo it was made from
};

/// Adds rows to a CSV file (file, caption, original; UTF-8, RFC 4180), or
/// replaces those of the same file name; rows stay sorted by file. Threads
/// and processes may do so at once: each waits for the others.
/// @throws Error(kDisk)
void PutCaptions(const std::filesystem::path& csv,
                 const std::vector<CaptionRow>& rows);

/// Takes rows out again, by file name; without the file or rows nothing
/// happens.
/// @throws Error(kDisk)
void RemoveCaptions(const std::filesystem::path& csv,
                    const std::vector<std::string>& files);

/// Gives the row of one result, where there is one, to a copy of it, which
/// may lie in another folder.
/// @throws Error(kDisk)
void CopyCaption(const std::filesystem::path& result,
                 const std::filesystem::path& copy);

}  // namespace stage
