#pragma once

#include <filesystem>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"

namespace stage::remote {

/// An answer that is not what the vendor's documents promise.
class BadAnswer : public Error {
 public:
  explicit BadAnswer(const std::string& what)
      : Error(ErrorKind::kUnexpected, what) {}
};

/// An order that is finished, by an answer that names no picture: asked again a
/// few times, and told then.
inline BadAnswer NoPictures() {
  return BadAnswer("the order is finished, but the answer names no picture");
}

/// Parses an answer: one JSON document, at most 32 levels deep.
/// @throws BadAnswer saying what it looks like instead
nlohmann::json ParseAnswer(std::string_view text);

/// The same for an answer in a file. Pictures in it (base64, bare or as a data
/// URL) go to files `<pictures>-1.png`, `-2.jpg`, ... on disk, and leave
/// {"file": path} in their place, so that memory holds one at a time.
/// @throws BadAnswer, Error(kDisk)
nlohmann::json ParseAnswerFile(const std::filesystem::path& file,
                               const std::filesystem::path& pictures);

/// "png", "jpeg" or "webp" by a picture's first bytes, or an empty text.
std::string_view PictureFormat(std::string_view first_bytes);

/// What is at the first of these keys that is there, or null.
const nlohmann::json& Field(const nlohmann::json& object,
                            std::initializer_list<const char*> keys);
/// The object that an answer is about: the one under one of these keys, where
/// a server wraps it, else the answer itself.
const nlohmann::json& Unwrapped(const nlohmann::json& answer,
                                std::initializer_list<const char*> keys);
/// A text, or a number as text; empty when it is neither.
std::string TextField(const nlohmann::json& object,
                      std::initializer_list<const char*> keys);
/// A number, or a text that is one.
std::optional<double> NumberField(const nlohmann::json& object,
                                  std::initializer_list<const char*> keys);

/// True or false, also as a text or as 1 or 0.
std::optional<bool> FlagField(const nlohmann::json& object,
                              std::initializer_list<const char*> keys);

/// In lower case; for status words, whose capitals differ between documents.
std::string LowerCase(std::string_view text);

/// A vendor's own words for an error: `error`, `err`, `message` or `detail`,
/// as text or in an object; else the beginning of a plain text. Without URL
/// queries, control characters and more than 300 characters.
std::string ErrorWords(std::string_view body);

/// A vendor's id as it may be put into a URL's path.
/// @throws BadAnswer for an empty one, or one with other characters than
///         letters, digits, '-', '_', '.' and ':'
std::string CheckedId(const std::string& id);

}  // namespace stage::remote
