#include "engine/catalogue/procedural/generator.h"

#include <algorithm>
#include <cctype>

#include "core/error.h"
#include "engine/catalogue/procedural/materials.h"

namespace stage::engine::procedural {
namespace {

[[noreturn]] void Refuse(const Generator& generator, const std::string& what) {
  throw Error(ErrorKind::kUsage, generator.piece.id + ": " + what);
}

std::string Listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

bool IsColour(const nlohmann::json& value) {
  if (!value.is_string()) return false;
  const std::string text = value;
  return text.size() == 7 && text[0] == '#' &&
         std::all_of(text.begin() + 1, text.end(), [](unsigned char c) {
           return std::isxdigit(c) != 0;
         });
}

std::string Trimmed(double value) {
  std::string text = nlohmann::json(value).dump();
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

void CheckRange(const Generator& generator,
                const ParameterRule& rule,
                double value) {
  if (value >= rule.minimum && value <= rule.maximum) return;
  Refuse(generator,
         rule.name + " must be from " + Trimmed(rule.minimum) + " to " +
             Trimmed(rule.maximum) + ", not " + Trimmed(value));
}

void CheckValue(const Generator& generator,
                const ParameterRule& rule,
                const nlohmann::json& value) {
  if (rule.standard.is_boolean()) {
    if (!value.is_boolean())
      Refuse(generator, rule.name + " must be true or false");
  } else if (rule.standard.is_number_integer()) {
    if (!value.is_number_integer()) {
      Refuse(generator, rule.name + " must be a whole number");
    }
    CheckRange(generator, rule, value.get<double>());
  } else if (rule.standard.is_number()) {
    if (!value.is_number()) Refuse(generator, rule.name + " must be a number");
    CheckRange(generator, rule, value.get<double>());
  } else if (rule.standard.is_array()) {
    if (!value.is_array() || value.empty() || value.size() > 16 ||
        !std::all_of(value.begin(), value.end(), IsColour)) {
      Refuse(generator,
             rule.name + " must be a list of 1 to 16 colours like \"#a08c72\"");
    }
  } else if (!value.is_string() ||
             std::find(rule.choices.begin(),
                       rule.choices.end(),
                       value.get<std::string>()) == rule.choices.end()) {
    Refuse(generator, rule.name + " must be one of " + Listed(rule.choices));
  }
}

std::vector<ParameterRule> AllRules(const Generator& generator) {
  std::vector<ParameterRule> rules = generator.rules;
  rules.push_back(
      Count("seed", 0, 0, 2147483647, "Folds, leaves and drawings"));
  return rules;
}

}  // namespace

ParameterRule Number(std::string name,
                     double standard,
                     double minimum,
                     double maximum,
                     std::string help) {
  return {std::move(name), standard, std::move(help), minimum, maximum, {}};
}

ParameterRule Count(std::string name,
                    int standard,
                    int minimum,
                    int maximum,
                    std::string help) {
  return {std::move(name),
          standard,
          std::move(help),
          static_cast<double>(minimum),
          static_cast<double>(maximum),
          {}};
}

ParameterRule Choice(std::string name,
                     std::vector<std::string> choices,
                     std::string help) {
  nlohmann::json standard = choices.front();
  return {std::move(name),
          std::move(standard),
          std::move(help),
          0,
          0,
          std::move(choices)};
}

ParameterRule WoodChoice(std::string help) {
  return Choice("wood",
                {"oak", "walnut", "ash", "teak", "pine", "black", "white"},
                std::move(help));
}

ParameterRule MetalChoice(std::string help) {
  return Choice("metal",
                {"black", "brass", "bronze", "steel", "chrome"},
                std::move(help));
}

ParameterRule Flag(std::string name, bool standard, std::string help) {
  return {std::move(name), standard, std::move(help), 0, 0, {}};
}

ParameterRule Colours(std::string name,
                      std::vector<std::string> standard,
                      std::string help) {
  return {std::move(name), standard, std::move(help), 0, 0, {}};
}

std::vector<Vec3> Request::colours(const std::string& name) const {
  std::vector<Vec3> result;
  for (const auto& text : values_.at(name)) {
    result.push_back(LinearColour(text.get<std::string>()));
  }
  return result;
}

Piece MakePiece(const std::string& word,
                const std::string& name,
                const std::string& function,
                std::vector<std::string> styles,
                const Eigen::Vector3d& size,
                double top_height) {
  Piece piece;
  piece.id = "procedural#" + word;
  piece.name = name;
  piece.source = "procedural";
  piece.category = function;
  piece.function = function;
  piece.styles = std::move(styles);
  piece.grade = 'A';
  piece.width = size.x();
  piece.depth = size.y();
  piece.height = size.z();
  piece.top_height = top_height;
  piece.licence = "CC0-1.0";
  piece.creator = "stage";
  return piece;
}

Generator Restyled(const Generator& base,
                   const Piece& piece,
                   const nlohmann::json& standards) {
  Generator generator = base;
  generator.piece = piece;
  for (ParameterRule& rule : generator.rules) {
    if (standards.contains(rule.name)) rule.standard = standards[rule.name];
  }
  return generator;
}

void AppendVariants(std::vector<Generator>& generators,
                    const Generator& base,
                    const std::vector<Variant>& variants) {
  const bool on_top = base.piece.top_height == base.piece.height;
  for (const Variant& variant : variants) {
    Piece piece = MakePiece(
        variant.word,
        variant.name,
        variant.function.empty() ? base.piece.function : variant.function,
        variant.styles,
        variant.size,
        variant.top_height.value_or(on_top ? variant.size.z()
                                           : base.piece.top_height));
    piece.elevation = base.piece.elevation;
    generators.push_back(Restyled(base, piece, variant.standards));
  }
}

Request CheckedRequest(const Generator& generator,
                       const Eigen::Vector3d& size,
                       const nlohmann::json& parameters) {
  if (!parameters.is_null() && !parameters.is_object()) {
    Refuse(generator, "parameters must be a JSON object");
  }
  const std::vector<ParameterRule> rules = AllRules(generator);
  nlohmann::json values = nlohmann::json::object();
  for (const ParameterRule& rule : rules) values[rule.name] = rule.standard;
  if (parameters.is_object()) {
    for (const auto& [name, value] : parameters.items()) {
      const auto rule = std::find_if(
          rules.begin(), rules.end(), [&name = name](const ParameterRule& r) {
            return r.name == name;
          });
      if (rule == rules.end()) {
        std::vector<std::string> known;
        for (const ParameterRule& r : rules) known.push_back(r.name);
        Refuse(generator,
               "no parameter '" + name + "'; it has " + Listed(known));
      }
      CheckValue(generator, *rule, value);
      values[name] = value;
    }
  }
  Eigen::Vector3d wanted = size;
  const Eigen::Vector3d own(
      generator.piece.width, generator.piece.depth, generator.piece.height);
  for (int axis = 0; axis < 3; ++axis) {
    if (wanted[axis] == 0) wanted[axis] = own[axis];
    if (!(wanted[axis] >= 0.002 && wanted[axis] <= 12)) {
      Refuse(generator, "every measure must be from 0.002 to 12 metres");
    }
  }
  const uint32_t seed = values["seed"].get<uint32_t>();
  return Request(wanted, std::move(values), seed);
}

nlohmann::json DescribeRules(const Generator& generator) {
  nlohmann::json all = nlohmann::json::object();
  for (const ParameterRule& rule : AllRules(generator)) {
    nlohmann::json entry{{"default", rule.standard}, {"help", rule.help}};
    if (rule.standard.is_boolean()) {
      entry["type"] = "flag";
    } else if (rule.standard.is_number()) {
      entry["type"] = rule.standard.is_number_integer() ? "integer" : "number";
      entry["minimum"] = rule.minimum;
      entry["maximum"] = rule.maximum;
    } else if (rule.standard.is_array()) {
      entry["type"] = "colours";
    } else {
      entry["type"] = "choice";
      entry["choices"] = rule.choices;
    }
    all[rule.name] = std::move(entry);
  }
  return all;
}

}  // namespace stage::engine::procedural
