#include "vendors/server/field_table.h"

#include <algorithm>
#include <set>

#include "vendors/server/picture.h"
#include "vendors/server/text_codes.h"

namespace stage::vendors {
namespace {

using nlohmann::json;

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' ||
           c == '_' || c == '.';
  });
}

bool IsUrl(std::string_view text) {
  const bool scheme =
      text.starts_with("http://") || text.starts_with("https://");
  return scheme && text.size() > 8 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return c > ' ' && c < 127;
         });
}

bool IsList(const json& value, const Field& field, bool (*good)(const json&)) {
  const double least = std::max(1.0, field.least);
  return value.is_array() && double(value.size()) >= least &&
         double(value.size()) <= field.most &&
         std::all_of(value.begin(), value.end(), good);
}

bool IsTextWhere(const json& value, bool (*good)(std::string_view)) {
  return value.is_string() && good(value.get_ref<const std::string&>());
}

bool InRange(const json& value, const Field& field) {
  return value.is_number() && value.get<double>() >= field.least &&
         value.get<double>() <= field.most;
}

bool IsRight(const json& value, const Field& field, const std::string& where) {
  switch (field.kind) {
    case FieldKind::kText:
      return value.is_string() && !value.get_ref<const std::string&>().empty();
    case FieldKind::kToken:
      return IsTextWhere(value, IsToken);
    case FieldKind::kWord:
      return value.is_string() &&
             HasWord(field.words, value.get_ref<const std::string&>());
    case FieldKind::kInteger:
      return value.is_number_integer() && InRange(value, field);
    case FieldKind::kNumber:
      return InRange(value, field);
    case FieldKind::kBoolean:
      return value.is_boolean();
    case FieldKind::kUuid:
      return IsTextWhere(value, IsUuid);
    case FieldKind::kUrl:
      return IsTextWhere(value, IsUrl);
    case FieldKind::kImageUrl:
      if (IsTextWhere(value, IsUrl)) return true;
      [[fallthrough]];
    case FieldKind::kDataUrl:
      if (!value.is_string()) return false;
      DataUrlBytes(value, where);
      return true;
    case FieldKind::kBase64Picture: {
      if (!value.is_string()) return false;
      const auto bytes = FromBase64(value.get_ref<const std::string&>());
      return bytes && ProbePicture(*bytes);
    }
    case FieldKind::kTexts:
      return IsList(value, field, [](const json& text) {
        return text.is_string() && !text.get_ref<const std::string&>().empty();
      });
    case FieldKind::kUrls:
      return IsList(value, field, [](const json& url) {
        return IsTextWhere(url, IsUrl);
      });
    case FieldKind::kObject:
      return value.is_object();
    case FieldKind::kObjects:
      return IsList(
          value, field, [](const json& one) { return one.is_object(); });
    case FieldKind::kFile:
      return false;
  }
  return false;
}

const Field* Find(Fields fields, std::string_view name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field& field) {
        return field.name == name;
      });
  return found == fields.end() ? nullptr : &*found;
}

std::string Shown(const json& value) {
  const std::string text =
      value.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.size() > 80 ? text.substr(0, 80) + "..." : text;
}

/// A form's text as the JSON value that its field asks for.
json FormValue(const std::string& text, const Field& field) {
  if (field.kind != FieldKind::kInteger && field.kind != FieldKind::kNumber) {
    return text;
  }
  const json value = json::parse(text, nullptr, false);
  return value.is_number() ? value : json(text);
}

}  // namespace

bool HasWord(Words words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void CheckFields(const json& object, Fields fields, const std::string& where) {
  for (const auto& [name, value] : object.items()) {
    const Field* field = Find(fields, name);
    if (field == nullptr) {
      throw Refusal{400, where + ": unknown field '" + name + "'"};
    }
    if (value.is_null() && field->need == Field::kNullable) continue;
    const std::string path = where + "." + name;
    if (!IsRight(value, *field, path)) {
      throw Refusal{400, path + ": not allowed: " + Shown(value)};
    }
  }
  for (const Field& field : fields) {
    if (field.need == Field::kRequired && !object.contains(field.name)) {
      throw Refusal{400, where + ": missing '" + std::string(field.name) + "'"};
    }
  }
}

json CheckForm(const std::vector<FormPart>& parts,
               Fields fields,
               std::string_view repeatable) {
  json texts = json::object();
  std::set<std::string> names;
  std::vector<Field> text_fields;
  for (const FormPart& part : parts) {
    const Field* field = Find(fields, part.name);
    if (!names.insert(part.name).second && part.name != repeatable) {
      throw Refusal{400, "form: field '" + part.name + "' came twice"};
    }
    if (field == nullptr || field->kind != FieldKind::kFile) {
      texts[part.name] = field == nullptr ? json(part.content)
                                          : FormValue(part.content, *field);
      if (!part.file_name.empty()) {
        throw Refusal{400, "form: '" + part.name + "' is not for files"};
      }
    } else if (part.file_name.empty()) {
      throw Refusal{400, "form: '" + part.name + "' must be a file"};
    }
  }
  for (const Field& field : fields) {
    if (field.kind != FieldKind::kFile) {
      text_fields.push_back(field);
    } else if (field.need == Field::kRequired &&
               !names.contains(std::string(field.name))) {
      throw Refusal{400, "form: missing '" + std::string(field.name) + "'"};
    }
  }
  CheckFields(texts, text_fields, "form");
  return texts;
}

std::string DataUrlBytes(const std::string& url, const std::string& where) {
  constexpr std::string_view kPrefix = "data:image/";
  constexpr std::string_view kCoding = ";base64,";
  const size_t coding = url.find(kCoding);
  if (!url.starts_with(kPrefix) || coding == std::string::npos) {
    throw Refusal{400, where + ": neither URL nor data URL of an image"};
  }
  const auto bytes =
      FromBase64(std::string_view(url).substr(coding + kCoding.size()));
  const auto info = bytes ? ProbePicture(*bytes) : std::nullopt;
  const std::string_view type = std::string_view(url).substr(5, coding - 5);
  if (!info || MediaType(info->format) != type) {
    throw Refusal{400, where + ": its bytes are no " + std::string(type)};
  }
  return *bytes;
}

}  // namespace stage::vendors
