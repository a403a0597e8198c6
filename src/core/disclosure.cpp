#include "core/disclosure.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/presets.h"
#include "core/suggestion.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

[[noreturn]] void Refuse(const fs::path& file, const std::string& why) {
  throw Error(ErrorKind::kInput, Utf8Path(file) + ": " + why);
}

std::string Text(const json& object, const char* key, const fs::path& file) {
  const auto found = object.find(key);
  if (found == object.end()) return "";
  if (!found->is_string()) {
    Refuse(file, std::string("\"") + key + "\" must be a text");
  }
  return *found;
}

std::string RequiredText(const json& object,
                         const char* key,
                         const fs::path& file) {
  std::string text = Text(object, key, file);
  if (text.empty()) Refuse(file, std::string("\"") + key + "\" is missing");
  return text;
}

const json& List(const json& object, const char* key, const fs::path& file) {
  static const json kEmpty = json::array();
  const auto found = object.find(key);
  if (found == object.end()) return kEmpty;
  if (!found->is_array()) {
    Refuse(file, std::string("\"") + key + "\" must be a list");
  }
  return *found;
}

std::vector<std::string> Texts(const json& object,
                               const char* key,
                               const fs::path& file) {
  std::vector<std::string> texts;
  for (const json& text : List(object, key, file)) {
    if (!text.is_string()) {
      Refuse(file, std::string("\"") + key + "\" must hold texts");
    }
    texts.push_back(text);
  }
  return texts;
}

void ReadWrites(const json& document,
                const fs::path& file,
                DisclosureRule& rule) {
  for (const std::string& word : Texts(document, "writes", file)) {
    if (word == "label") {
      rule.label = true;
      rule.label_text = RequiredText(document, "label", file);
    } else if (word == "caption") {
      rule.caption = true;
      rule.caption_text = RequiredText(document, "caption", file);
    } else if (word == "pair") {
      rule.pair = true;
    } else if (word != "metadata") {
      Refuse(file,
             "\"writes\": " +
                 UnknownWordMessage(
                     "word", word, {"metadata", "label", "caption", "pair"}));
    }
  }
}

DisclosureRule ReadRule(const fs::path& file) {
  std::ifstream in(file);
  const json document = json::parse(in, nullptr, false);
  if (!document.is_object()) Refuse(file, "not a JSON object");
  DisclosureRule rule;
  rule.file = file;
  rule.name = file.stem().string();
  rule.title = RequiredText(document, "title", file);
  rule.region = RequiredText(document, "region", file);
  rule.in_force = Text(document, "in_force", file);
  for (const json& source : List(document, "sources", file)) {
    if (!source.is_object()) Refuse(file, "\"sources\" must hold objects");
    rule.sources.push_back({RequiredText(source, "url", file),
                            RequiredText(source, "read", file)});
  }
  if (rule.sources.empty()) Refuse(file, "\"sources\" is missing");
  ReadWrites(document, file, rule);
  const std::string publish = RequiredText(document, "publish", file);
  if (publish != "labelled" && publish != "clean") {
    Refuse(file, "\"publish\" must be \"labelled\" or \"clean\"");
  }
  rule.publishes_labelled = publish == "labelled";
  if (rule.publishes_labelled && !rule.label) {
    Refuse(file, "publishes the labelled file but does not write it");
  }
  rule.forbids = Texts(document, "forbids", file);
  rule.duties = Texts(document, "duties", file);
  return rule;
}

const DisclosureRule* Find(const std::vector<DisclosureRule>& rules,
                           const std::string& name) {
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const DisclosureRule& rule) {
        return rule.name == name;
      });
  return found == rules.end() ? nullptr : &*found;
}

bool IsOwnWord(const std::string& word) {
  return word == "none" || word == "metadata" || word == "label" ||
         word == "caption" || word == "pair";
}

std::string Filled(std::string text, const std::string& what) {
  const std::string placeholder = "{what}";
  for (size_t at = text.find(placeholder); at != std::string::npos;
       at = text.find(placeholder, at + what.size())) {
    text.replace(at, placeholder.size(), what);
  }
  return text;
}

// Several rules may be asked for: each wording appears once, and one that
// another already contains ("Virtually Staged") not again.
void AddWording(const std::string& wording, std::string& text) {
  if (FoldedCase(text).find(FoldedCase(wording)) != std::string::npos) return;
  if (FoldedCase(wording).find(FoldedCase(text)) != std::string::npos) {
    text = wording;
    return;
  }
  text += ". " + wording;
}

}  // namespace

std::string DigitalSourceType(Alteration alteration) {
  const std::string scheme = "http://cv.iptc.org/newscodes/digitalsourcetype/";
  switch (alteration) {
    case Alteration::kNone:
      return "";
    case Alteration::kRendered:
      return scheme + "composite";
    case Alteration::kDiffusion:
    case Alteration::kVendorAi:
      return scheme + "compositeWithTrainedAlgorithmicMedia";
    case Alteration::kEnhanced:
      return scheme + "algorithmicallyEnhanced";
  }
  return "";
}

std::vector<DisclosureRule> LoadDisclosureRules(
    const std::vector<fs::path>& folders) {
  std::map<std::string, DisclosureRule> rules;
  for (const fs::path& folder : folders) {
    std::error_code ignored;
    for (const auto& entry :
         fs::directory_iterator(folder / "disclosure", ignored)) {
      if (entry.path().extension() != ".json") continue;
      DisclosureRule rule = ReadRule(entry.path());
      if (IsOwnWord(rule.name)) {
        Refuse(entry.path(), "the name is a word of its own; rename the file");
      }
      rules[rule.name] = std::move(rule);
    }
  }
  std::vector<DisclosureRule> sorted;
  sorted.reserve(rules.size());
  for (auto& [name, rule] : rules) sorted.push_back(std::move(rule));
  return sorted;
}

const std::vector<DisclosureRule>& InstalledDisclosureRules() {
  static const std::vector<DisclosureRule> rules =
      LoadDisclosureRules(PresetFolders());
  return rules;
}

std::vector<std::string> DisclosureWords(
    const std::vector<DisclosureRule>& rules) {
  std::vector<std::string> words = {
      "none", "metadata", "label", "caption", "pair"};
  for (const DisclosureRule& rule : rules) words.push_back(rule.name);
  return words;
}

void CheckDisclosureWords(const std::vector<std::string>& words,
                          const std::vector<DisclosureRule>& rules) {
  for (const std::string& word : words) {
    if (!IsOwnWord(word) && Find(rules, word) == nullptr) {
      throw Error(
          ErrorKind::kUsage,
          UnknownWordMessage("disclosure", word, DisclosureWords(rules)));
    }
    if (word == "none" && words.size() > 1) {
      throw Error(ErrorKind::kUsage,
                  "--disclose none cannot be combined with others; leave "
                  "'none' out");
    }
  }
}

DisclosurePlan PlanDisclosure(const std::vector<std::string>& words,
                              const std::vector<DisclosureRule>& rules,
                              Alteration alteration,
                              const std::string& what) {
  CheckDisclosureWords(words, rules);
  const bool exempt =
      alteration == Alteration::kNone || alteration == Alteration::kEnhanced;
  DisclosurePlan plan;
  for (const std::string& word : words) {
    plan.label |= word == "label";
    plan.caption |= word == "caption";
    plan.pair |= word == "pair";
    const DisclosureRule* rule = Find(rules, word);
    if (rule == nullptr || exempt) continue;
    plan.label |= rule->label;
    plan.caption |= rule->caption;
    plan.pair |= rule->pair;
    AddWording(Filled(rule->label_text, what), plan.label_text);
    AddWording(Filled(rule->caption_text, what), plan.caption_text);
    plan.rules.push_back(*rule);
  }
  if (plan.label && plan.label_text.empty()) plan.label_text = what;
  if (plan.caption && plan.caption_text.empty()) plan.caption_text = what;
  return plan;
}

fs::path LabelledPath(const fs::path& result) {
  fs::path name = result.stem();
  name += "-labelled";
  name += result.extension();
  return result.parent_path() / name;
}

fs::path OriginalCopyPath(const fs::path& result, const fs::path& original) {
  fs::path name = result.stem();
  name += "-original";
  name += original.extension();
  return result.parent_path() / name;
}

fs::path CaptionsPath(const fs::path& result) {
  return result.parent_path() / "captions.csv";
}

}  // namespace stage
