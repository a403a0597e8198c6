#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/staging_job.h"

namespace stage {

/// One row of a jobs file: a photo and what it asks for beyond the command.
struct JobRow {
  std::string where;                 ///< "jobs.csv, line 3", for messages
  std::filesystem::path photo = {};  ///< absolute
  std::optional<Operation> operation = {};
  /// Name and text of every cell that is not empty, in the file's order.
  std::vector<std::pair<std::string, std::string>> fields = {};
};

/// Reads `--jobs-file`: CSV with a header row, or JSON (an array of objects,
/// or {"jobs": [...]}). Columns: file, operation and JobFieldNames(). Relative
/// paths start at the jobs file's folder.
/// @throws Error(kUsage) for an unknown column (with a suggestion), a row
///         without file, or a wrong word; Error(kInput) for a file that cannot
///         be read; both name file and line
std::vector<JobRow> ReadJobsFile(const std::filesystem::path& path);

/// The command's job, changed as the row asks.
/// @throws Error(kUsage) naming row and column
StagingJob ApplyRow(const JobRow& row,
                    const std::filesystem::path& base,
                    StagingJob job);

}  // namespace stage
