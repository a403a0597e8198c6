#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stage {

/// One record of a CSV file.
struct CsvRow {
  int line = 0;  ///< of its first character, from 1
  std::vector<std::string> fields = {};
};

/// Reads RFC 4180: quoted fields may hold commas, doubled quotes and line
/// ends; LF, CRLF and CR end lines; a UTF-8 byte order mark and blank lines
/// are skipped. Semicolons or tabs separate when the first line has them and
/// no comma, as spreadsheets of many countries write it.
/// @throws Error(kInput) naming the line of an unclosed or misplaced quote
std::vector<CsvRow> ParseCsv(std::string_view text);

}  // namespace stage
