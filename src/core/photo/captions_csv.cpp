#include "core/photo/captions_csv.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <map>

#include "core/atomic_file.h"
#include "core/csv.h"
#include "core/error.h"

namespace stage {
namespace {

/// Holds a folder for one writer, among threads and processes.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& folder)
      : fd_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (fd_ < 0) throw DiskError(folder, "opened", errno);
    while (::flock(fd_, LOCK_EX) != 0) {
      if (errno == EINTR) continue;
      const int reason = errno;
      ::close(fd_);
      throw DiskError(folder, "locked", reason);
    }
  }
  ~FolderLock() { ::close(fd_); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int fd_;
};

std::string Field(const std::string& text) {
  // Quoted always: spreadsheets then take no caption for a number or a date.
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::map<std::string, CaptionRow> ReadRows(const std::filesystem::path& csv) {
  std::map<std::string, CaptionRow> rows;
  std::ifstream in(csv, std::ios::binary);
  if (!in) return rows;
  const std::string text(std::istreambuf_iterator<char>(in), {});
  bool is_head = true;
  for (const CsvRow& row : ParseCsv(text)) {
    const bool skip = is_head && !row.fields.empty() && row.fields[0] == "file";
    is_head = false;
    if (skip || row.fields.empty()) continue;
    CaptionRow caption;
    caption.file = row.fields[0];
    if (row.fields.size() > 1) caption.caption = row.fields[1];
    if (row.fields.size() > 2) caption.original = row.fields[2];
    rows[caption.file] = caption;
  }
  return rows;
}

}  // namespace

void PutCaptions(const std::filesystem::path& csv,
                 const std::vector<CaptionRow>& rows) {
  std::filesystem::path folder = csv.parent_path();
  if (folder.empty()) folder = ".";
  MakeFolder(folder);
  const FolderLock lock(folder);
  std::map<std::string, CaptionRow> all;
  try {
    all = ReadRows(csv);
  } catch (const Error& error) {
    throw Error(
        ErrorKind::kDisk,
        csv.string() + ": " + error.what() + "; mend or delete the file");
  }
  for (const CaptionRow& row : rows) all[row.file] = row;
  std::string text = "file,caption,original\n";
  for (const auto& [file, row] : all) {
    text += Field(row.file) + "," + Field(row.caption) + "," +
            Field(row.original) + "\n";
  }
  WriteFileAtomically(csv, text);
}

}  // namespace stage
