#include "core/jobs_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/csv.h"
#include "core/error.h"
#include "core/job_fields.h"
#include "core/suggestion.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string ReadWhole(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream || fs::is_directory(path)) {
    throw Error(ErrorKind::kUsage, Utf8Path(path) + ": cannot be read");
  }
  return text;
}

std::string ColumnName(std::string name) {
  name = FoldedCase(name);
  const size_t begin = name.find_first_not_of(" \t");
  const size_t end = name.find_last_not_of(" \t");
  name = begin == std::string::npos ? "" : name.substr(begin, end - begin + 1);
  std::replace(name.begin(), name.end(), '-', '_');
  std::replace(name.begin(), name.end(), ' ', '_');
  return name == "photo" || name == "input" ? "file" : name;
}

void CheckColumn(const std::string& where, const std::string& column) {
  std::vector<std::string> known = JobFieldNames();
  known.insert(known.begin(), {"file", "operation"});
  if (std::find(known.begin(), known.end(), column) != known.end()) return;
  throw Error(ErrorKind::kUsage,
              where + ": " + UnknownWordMessage("column", column, known));
}

/// Puts one cell where it belongs.
void AddCell(const std::string& column,
             const std::string& value,
             const fs::path& base,
             JobRow& row) {
  if (value.empty()) return;
  if (column == "file") {
    row.photo = (base / value).lexically_normal();
  } else if (column == "operation") {
    try {
      row.operation = ParseOperation(FoldedCase(value));
    } catch (const Error& error) {
      throw Error(error.kind(), row.where + ": " + error.what());
    }
  } else {
    row.fields.emplace_back(column, value);
  }
}

void RequirePhoto(const JobRow& row) {
  if (row.photo.empty()) {
    throw Error(ErrorKind::kUsage, row.where + ": no file is named");
  }
}

std::vector<JobRow> RowsOfCsv(const fs::path& path, const fs::path& base) {
  const std::string name = Utf8Path(path);
  std::vector<CsvRow> lines;
  try {
    lines = ParseCsv(ReadWhole(path));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInput) throw;
    throw Error(ErrorKind::kUsage, name + ", " + error.what());
  }
  if (lines.empty()) {
    throw Error(ErrorKind::kUsage,
                name +
                    ": empty; its first line names the columns, for "
                    "example file,room,style");
  }
  std::vector<std::string> columns;
  for (const std::string& header : lines.front().fields) {
    columns.push_back(ColumnName(header));
    if (!columns.back().empty()) CheckColumn(name, columns.back());
  }
  if (std::find(columns.begin(), columns.end(), "file") == columns.end()) {
    throw Error(ErrorKind::kUsage, name + ": has no column 'file'");
  }
  std::vector<JobRow> rows;
  for (size_t i = 1; i < lines.size(); ++i) {
    const CsvRow& line = lines[i];
    JobRow row{.where = name + ", line " + std::to_string(line.line)};
    for (size_t c = 0; c < line.fields.size(); ++c) {
      const bool has_column = c < columns.size() && !columns[c].empty();
      if (!has_column && !line.fields[c].empty()) {
        throw Error(ErrorKind::kUsage,
                    row.where + ": '" + line.fields[c] +
                        "' has no column; quote fields that hold commas");
      }
      if (has_column) AddCell(columns[c], line.fields[c], base, row);
    }
    RequirePhoto(row);
    rows.push_back(std::move(row));
  }
  return rows;
}

/// JSON values as the text a CSV cell would have.
std::string CellText(const std::string& where,
                     const std::string& column,
                     const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return {};
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number()) return value.dump();
  std::string text;
  for (const auto& [key, item] : value.items()) {
    if (item.is_structured()) {
      throw Error(ErrorKind::kUsage, where + ": " + column + " is nested");
    }
    if (!text.empty()) text += ';';
    if (value.is_object()) text += key + "=";
    text += CellText(where, column, item);
  }
  return text;
}

std::vector<JobRow> RowsOfJson(const fs::path& path, const fs::path& base) {
  const std::string name = Utf8Path(path);
  json document;
  try {
    document = json::parse(ReadWhole(path));
  } catch (const json::exception& error) {
    throw Error(ErrorKind::kUsage, name + ": " + error.what());
  }
  const json& list = document.is_object() && document.contains("jobs")
                         ? document["jobs"]
                         : document;
  if (!list.is_array()) {
    throw Error(ErrorKind::kUsage,
                name + ": expected an array of objects, one a photo");
  }
  std::vector<JobRow> rows;
  for (size_t i = 0; i < list.size(); ++i) {
    JobRow row{.where = name + ", entry " + std::to_string(i + 1)};
    if (!list[i].is_object()) {
      throw Error(ErrorKind::kUsage, row.where + ": not an object");
    }
    for (const auto& [key, value] : list[i].items()) {
      const std::string column = ColumnName(key);
      CheckColumn(row.where, column);
      AddCell(column, CellText(row.where, column, value), base, row);
    }
    RequirePhoto(row);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::vector<JobRow> ReadJobsFile(const fs::path& path) {
  const fs::path base = fs::absolute(path).lexically_normal().parent_path();
  const bool is_json = FoldedCase(path.extension().string()) == ".json";
  return is_json ? RowsOfJson(path, base) : RowsOfCsv(path, base);
}

StagingJob ApplyRow(const JobRow& row, const fs::path& base, StagingJob job) {
  if (row.operation) job.operation = *row.operation;
  for (const auto& [column, value] : row.fields) {
    try {
      SetJobField(column, value, base, job);
    } catch (const Error& error) {
      throw Error(ErrorKind::kUsage, row.where + ": " + error.what());
    }
  }
  return job;
}

}  // namespace stage
