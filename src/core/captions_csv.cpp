#include "core/captions_csv.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <map>

#include "core/atomic_file.h"
#include "core/csv.h"
#include "core/disclosure.h"
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

using Rows = std::map<std::string, CaptionRow>;

Rows ReadRowsOrExplain(const std::filesystem::path& csv) {
  try {
    return ReadRows(csv);
  } catch (const Error& error) {
    throw Error(
        ErrorKind::kDisk,
        csv.string() + ": " + error.what() + "; mend or delete the file");
  }
}

void WriteRows(const Rows& rows, const std::filesystem::path& csv) {
  std::string text = "file,caption,original\n";
  for (const auto& [file, row] : rows) {
    text += Field(row.file) + "," + Field(row.caption) + "," +
            Field(row.original) + "\n";
  }
  WriteFileAtomically(csv, text);
}

std::filesystem::path FolderOf(const std::filesystem::path& csv) {
  const std::filesystem::path folder = csv.parent_path();
  return folder.empty() ? "." : folder;
}

}  // namespace

void PutCaptions(const std::filesystem::path& csv,
                 const std::vector<CaptionRow>& rows) {
  MakeFolder(FolderOf(csv));
  const FolderLock lock(FolderOf(csv));
  Rows all = ReadRowsOrExplain(csv);
  for (const CaptionRow& row : rows) all[row.file] = row;
  WriteRows(all, csv);
}

void RemoveCaptions(const std::filesystem::path& csv,
                    const std::vector<std::string>& files) {
  if (!std::filesystem::exists(csv)) return;
  const FolderLock lock(FolderOf(csv));
  Rows all = ReadRowsOrExplain(csv);
  size_t removed = 0;
  for (const std::string& file : files) removed += all.erase(file);
  if (removed > 0) WriteRows(all, csv);
}

void CopyCaption(const std::filesystem::path& result,
                 const std::filesystem::path& copy) {
  const std::filesystem::path csv = CaptionsPath(result);
  if (!std::filesystem::exists(csv)) return;
  const Rows all = ReadRowsOrExplain(csv);
  const auto found = all.find(result.filename().string());
  if (found == all.end()) return;
  CaptionRow row = found->second;
  row.file = copy.filename().string();
  PutCaptions(CaptionsPath(copy), {row});
}

}  // namespace stage
