#include "core/csv.h"

#include "core/error.h"

namespace stage {
namespace {

char SeparatorOf(std::string_view text) {
  const std::string_view header = text.substr(0, text.find_first_of("\r\n"));
  if (header.find(',') != std::string_view::npos) return ',';
  if (header.find(';') != std::string_view::npos) return ';';
  return header.find('\t') != std::string_view::npos ? '\t' : ',';
}

/// Walks the text once, character by character.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text)
      : text_(text), separator_(SeparatorOf(text)) {}

  std::vector<CsvRow> Read() {
    while (at_ < text_.size()) ReadRow();
    return std::move(rows_);
  }

 private:
  void ReadRow() {
    CsvRow row{.line = line_};
    bool quoted = false;
    while (true) {
      quoted |= at_ < text_.size() && text_[at_] == '"';
      row.fields.push_back(ReadField());
      if (at_ >= text_.size() || text_[at_] != separator_) break;
      ++at_;
    }
    TakeLineEnd();
    const bool blank =
        row.fields.size() == 1 && row.fields[0].empty() && !quoted;
    if (!blank) rows_.push_back(std::move(row));
  }

  std::string ReadField() {
    if (at_ < text_.size() && text_[at_] == '"') return ReadQuoted();
    const size_t begin = at_;
    while (!AtFieldEnd()) {
      if (text_[at_] == '"') Fail("a quote inside an unquoted field");
      ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string ReadQuoted() {
    const int first_line = line_;
    std::string field;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c != '"') {
        field += c;
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        field += c;
        ++at_;
      } else {
        ++at_;
        if (!AtFieldEnd()) Fail("text after a closing quote");
        return field;
      }
    }
    line_ = first_line;
    Fail("a quote that is never closed");
  }

  bool AtFieldEnd() const {
    return at_ >= text_.size() || text_[at_] == separator_ ||
           text_[at_] == '\n' || text_[at_] == '\r';
  }

  void TakeLineEnd() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  [[noreturn]] void Fail(const std::string& what) const {
    throw Error(ErrorKind::kInput,
                "line " + std::to_string(line_) + ": " + what);
  }

  std::string_view text_;
  char separator_;
  size_t at_ = 0;
  int line_ = 1;
  std::vector<CsvRow> rows_;
};

}  // namespace

std::vector<CsvRow> ParseCsv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return CsvReader(text).Read();
}

}  // namespace stage
