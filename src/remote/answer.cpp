#include "remote/answer.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>

#include "core/atomic_file.h"
#include "core/text_encoding.h"
#include "remote/embedded_pictures.h"
#include "remote/http/url.h"

namespace stage::remote {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr size_t kDeepest = 32;
constexpr size_t kMostValues = 200'000;
constexpr size_t kLongestWords = 300;

/// Builds a document from parser events, within bounds.
class BoundedBuilder : public nlohmann::json_sax<json> {
 public:
  bool null() override { return Put(json()); }
  bool boolean(bool value) override { return Put(value); }
  bool number_integer(number_integer_t value) override { return Put(value); }
  bool number_unsigned(number_unsigned_t value) override { return Put(value); }
  bool number_float(number_float_t value, const string_t&) override {
    return Put(value);
  }
  bool string(string_t& value) override { return Put(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return Open(json::object()); }
  bool key(string_t& name) override {
    key_ = name;
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(size_t) override { return Open(json::array()); }
  bool end_array() override { return Close(); }
  bool parse_error(size_t,
                   const std::string&,
                   const nlohmann::detail::exception&) override {
    return false;
  }

  json TakeRoot() { return std::move(root_); }

 private:
  bool Put(json value) {
    Place(std::move(value));
    return ++values_ <= kMostValues;
  }
  json* Place(json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    return &(parent[key_] = std::move(value));
  }
  bool Open(json value) {
    open_.push_back(Place(std::move(value)));
    return open_.size() <= kDeepest && ++values_ <= kMostValues;
  }
  bool Close() {
    open_.pop_back();
    return true;
  }

  json root_;
  std::vector<json*> open_;
  std::string key_;
  size_t values_ = 0;
};

BadAnswer NoJson(std::string_view beginning) {
  const size_t at = beginning.find_first_not_of(" \t\r\n");
  if (at == std::string_view::npos) return BadAnswer("the answer is empty");
  if (beginning[at] == '<') {
    return BadAnswer("the answer is a web page, not JSON");
  }
  return BadAnswer(beginning[at] == '{' || beginning[at] == '['
                       ? "the answer is cut off or damaged JSON"
                       : "the answer is not JSON");
}

std::string WordsOf(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object()) {
    const json& inner = Field(value, {"message", "error", "detail"});
    if (inner.is_string()) return inner.get<std::string>();
  }
  return value.is_null() ? "" : value.dump();
}

}  // namespace

json ParseAnswer(std::string_view text) {
  BoundedBuilder builder;
  if (!json::sax_parse(text, &builder)) throw NoJson(text.substr(0, 64));
  return builder.TakeRoot();
}

json ParseAnswerFile(const fs::path& file, const fs::path& pictures) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw DiskError(file, "read", errno);
  EmbeddedPictures extractor(pictures);
  std::string piece(256 * 1024, '\0');
  while (stream) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    extractor.Take({piece.data(), static_cast<size_t>(stream.gcount())});
  }
  return ParseAnswer(extractor.TakeText());
}

std::string_view PictureFormat(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return "png";
  if (bytes.starts_with("\xFF\xD8\xFF")) return "jpeg";
  if (bytes.starts_with("RIFF") && bytes.substr(8).starts_with("WEBP")) {
    return "webp";
  }
  return "";
}

const json& Field(const json& object, std::initializer_list<const char*> keys) {
  static const json kNull;
  if (!object.is_object()) return kNull;
  for (const char* key : keys) {
    const auto found = object.find(key);
    if (found != object.end() && !found->is_null()) return *found;
  }
  return kNull;
}

const json& Unwrapped(const json& answer,
                      std::initializer_list<const char*> keys) {
  const json& inner = Field(answer, keys);
  return inner.is_object() ? inner : answer;
}

std::string TextField(const json& object,
                      std::initializer_list<const char*> keys) {
  const json& value = Field(object, keys);
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() ? value.dump() : "";
}

std::optional<double> NumberField(const json& object,
                                  std::initializer_list<const char*> keys) {
  const json& value = Field(object, keys);
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  double number = 0;
  const auto [end, problem] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

std::optional<bool> FlagField(const json& object,
                              std::initializer_list<const char*> keys) {
  const json& value = Field(object, keys);
  if (value.is_boolean()) return value.get<bool>();
  const std::string text = LowerCase(TextField(object, keys));
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(
      lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
      });
  return lower;
}

std::string ErrorWords(std::string_view body) {
  std::string words;
  try {
    const json answer = ParseAnswer(body);
    words = answer.is_object()
                ? WordsOf(Field(
                      answer, {"error", "err", "message", "detail", "errors"}))
                : WordsOf(answer);
  } catch (const BadAnswer&) {
    const size_t at = body.find_first_not_of(" \t\r\n");
    if (at != std::string_view::npos && body[at] != '<') words = body;
  }
  words = Printable(ValidUtf8(WithoutQueries(words)));
  if (words.size() > kLongestWords) {
    words = ValidUtf8(words.substr(0, kLongestWords), "") + "...";
  }
  return words;
}

std::string CheckedId(const std::string& id) {
  const bool is_plain = std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == ':';
  });
  if (id.empty()) throw BadAnswer("the answer has no id");
  if (!is_plain || id.size() > 200 ||
      id.find_first_not_of('.') == std::string::npos) {
    throw BadAnswer("the answer's id is not one");
  }
  return id;
}

}  // namespace stage::remote
