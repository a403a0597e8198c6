#pragma once

#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vendors/server/refusal.h"

namespace stage::vendors {

enum class FieldKind {
  kText,     ///< not empty
  kToken,    ///< one of an unknown vocabulary: a-z A-Z 0-9 - _ .
  kWord,     ///< one of Field::words
  kInteger,  ///< least ... most
  kNumber,   ///< least ... most
  kBoolean,
  kUuid,
  kUrl,            ///< http or https
  kImageUrl,       ///< http, https, or data:image/...;base64,...
  kDataUrl,        ///< data:image/...;base64,... of a whole picture
  kBase64Picture,  ///< bare base64 of a whole picture
  kTexts,          ///< list of texts, at least one
  kUrls,           ///< list of http or https URLs, least ... most of them
  kObject,
  kObjects,  ///< list of objects, at least one
  kFile,     ///< forms only: a part with a file name
};

using Words = std::span<const std::string_view>;

/// A row of a vendor's parameter table.
struct Field {
  std::string_view name;
  FieldKind kind = FieldKind::kText;
  enum Need { kOptional, kRequired, kNullable } need = kOptional;
  Words words = {};
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
};
using Fields = std::span<const Field>;

/// Holds an object against its table: every field known, right and, where
/// needed, there.
/// @param where  for the message, such as "config.add_furniture"
/// @throws Refusal 400 naming the first field that is not
void CheckFields(const nlohmann::json& object,
                 Fields fields,
                 const std::string& where);

/// One part of a multipart form.
struct FormPart {
  std::string name;
  std::string file_name;
  std::string content_type;
  std::string content;
};

/// The same for a form; numbers come as text.
/// @param repeatable  the one field that may come more than once
/// @return the text parts as an object
nlohmann::json CheckForm(const std::vector<FormPart>& parts,
                         Fields fields,
                         std::string_view repeatable);

bool HasWord(Words words, std::string_view word);
/// The bytes of a data URL of an image.
/// @throws Refusal 400 when it is none, or its media type is not the bytes'
std::string DataUrlBytes(const std::string& url, const std::string& where);

}  // namespace stage::vendors
