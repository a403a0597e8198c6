#include "engine/models/model_config.h"

#include <fstream>
#include <iterator>

#include "core/error.h"

namespace stage::models {
namespace {

using nlohmann::json;

/// Replaces a word outside strings by null.
void ReplaceWord(std::string& text, const std::string& word) {
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      in_string = !in_string;
    } else if (!in_string && text.compare(i, word.size(), word) == 0) {
      text.replace(i, word.size(), "null");
    }
  }
}

}  // namespace

json ReadModelConfig(const std::filesystem::path& folder,
                     const std::string& name) {
  const std::filesystem::path path = folder / name;
  std::ifstream in(path);
  if (!in) {
    throw Error(ErrorKind::kModel,
                path.string() + ": missing; the model is not complete");
  }
  std::string text{std::istreambuf_iterator<char>(in), {}};
  for (const char* word : {"-Infinity", "Infinity", "NaN"}) {
    ReplaceWord(text, word);
  }
  try {
    return json::parse(text);
  } catch (const json::exception& error) {
    throw Error(ErrorKind::kModel,
                path.string() + ": is not JSON: " + error.what());
  }
}

void ModelConfig::Refuse(const char* name) const {
  throw Error(ErrorKind::kModel,
              std::string("the model's config: '") + name + "' is " +
                  json_.value(name, json()).dump() +
                  ", which this version cannot use");
}

int64_t ModelConfig::Integer(const char* name, int64_t otherwise) const {
  if (!Has(name)) return otherwise;
  if (!json_[name].is_number_integer()) Refuse(name);
  return json_[name].get<int64_t>();
}

double ModelConfig::Number(const char* name, double otherwise) const {
  if (!Has(name)) return otherwise;
  if (!json_[name].is_number()) Refuse(name);
  return json_[name].get<double>();
}

bool ModelConfig::Flag(const char* name, bool otherwise) const {
  if (!Has(name)) return otherwise;
  if (!json_[name].is_boolean()) Refuse(name);
  return json_[name].get<bool>();
}

std::string ModelConfig::Word(const char* name,
                              const std::string& otherwise) const {
  if (!Has(name)) return otherwise;
  if (!json_[name].is_string()) Refuse(name);
  return json_[name].get<std::string>();
}

std::vector<int64_t> ModelConfig::Integers(
    const char* name, const std::vector<int64_t>& otherwise) const {
  if (!Has(name)) return otherwise;
  try {
    return json_[name].get<std::vector<int64_t>>();
  } catch (const json::exception&) {
    Refuse(name);
  }
}

std::vector<std::string> ModelConfig::Words(const char* name) const {
  if (!Has(name)) return {};
  try {
    return json_[name].get<std::vector<std::string>>();
  } catch (const json::exception&) {
    Refuse(name);
  }
}

std::vector<int64_t> ModelConfig::PerBlock(const char* name,
                                           size_t blocks,
                                           int64_t otherwise) const {
  if (Has(name) && json_[name].is_array()) {
    const std::vector<int64_t> values = Integers(name, {});
    if (values.size() != blocks) Refuse(name);
    return values;
  }
  return std::vector<int64_t>(blocks, Integer(name, otherwise));
}

void ModelConfig::Only(const char* name, const json& expected) const {
  if (Has(name) && json_[name] != expected) Refuse(name);
}

}  // namespace stage::models
