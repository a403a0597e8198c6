#include "core/preset_check.h"

#include <algorithm>
#include <set>
#include <string>

#include "core/error.h"

namespace stage {
namespace {

using nlohmann::json;

constexpr std::array kVendors = {
    "roomstack", "vsai", "iacrea", "reroom", "reroom-interior", "vsart"};
constexpr std::array kMaterialKinds = {"plain",
                                       "fabric",
                                       "wood",
                                       "leather",
                                       "metal",
                                       "glass",
                                       "foliage",
                                       "paper",
                                       "stone"};
constexpr std::array kRelations = {"under",
                                   "front",
                                   "flank",
                                   "opposite",
                                   "beside",
                                   "on",
                                   "around",
                                   "above",
                                   "tucked",
                                   "foot",
                                   "wall",
                                   "corner",
                                   "pair",
                                   "over",
                                   "row",
                                   "through"};
constexpr std::array kStands = {
    "wall", "side", "float", "corner", "window", "island"};

/// Reads one file; every failure names it and the key.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : file_(file) {}

  [[noreturn]] void Fail(const std::string& key, const std::string& why) const {
    throw Error(ErrorKind::kInput,
                "preset " + file_.string() + ": '" + key + "' " + why);
  }
  const json& Need(const json& object, const std::string& key) const {
    if (!object.contains(key)) Fail(key, "is missing");
    return object.at(key);
  }
  std::string Text(const json& object, const std::string& key) const {
    const json& value = Need(object, key);
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
      Fail(key, "must be a text");
    }
    return value;
  }
  template <size_t N>
  void OneOf(const std::string& key,
             const std::string& word,
             const std::array<const char*, N>& words) const {
    if (std::find(words.begin(), words.end(), word) == words.end()) {
      Fail(key, "has the unknown word '" + word + "'");
    }
  }
  /// An array of `count` numbers in [low, high].
  void Numbers(const json& value,
               const std::string& key,
               size_t count,
               double low,
               double high) const {
    if (!value.is_array() || value.size() != count) {
      Fail(key, "must be " + std::to_string(count) + " numbers");
    }
    for (const json& number : value) {
      if (!number.is_number() || number.get<double>() < low ||
          number.get<double>() > high) {
        Fail(key, "has a number out of range");
      }
    }
  }

 private:
  std::filesystem::path file_;
};

bool IsName(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

void ReadCommon(const Reader& read,
                const json& document,
                std::string_view kind,
                const std::filesystem::path& file,
                Preset& preset) {
  if (!document.is_object()) read.Fail("(file)", "must be a JSON object");
  if (read.Need(document, "schema") != 1) read.Fail("schema", "must be 1");
  if (read.Text(document, "kind") != kind) {
    read.Fail("kind", "must be \"" + std::string(kind) + "\"");
  }
  preset.name = read.Text(document, "name");
  if (!IsName(preset.name)) {
    read.Fail("name", "may have lower-case letters, digits and '-' only");
  }
  preset.label = read.Text(document, "label");
  preset.description = read.Text(document, "description");
  for (const json& alias : document.value("aliases", json::array())) {
    if (!alias.is_string()) read.Fail("aliases", "must be texts");
    preset.aliases.push_back(alias);
  }
  const json& prompts = read.Need(document, "prompts");
  preset.prompt = read.Text(prompts, "positive");
  preset.negative_prompt = read.Text(prompts, "negative");
  for (const auto& [vendor, entry] : read.Need(document, "vendors").items()) {
    read.OneOf("vendors", vendor, kVendors);
    preset.vendors[vendor] = {read.Text(entry, "word"),
                              entry.value("exact", true),
                              entry.value("tier", "")};
  }
  preset.file = file;
  preset.document = document;
}

std::array<uint8_t, 3> ReadColor(const Reader& read,
                                 const std::string& name,
                                 const json& value) {
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  if (text.size() != 7 || text[0] != '#' ||
      text.find_first_not_of("0123456789abcdef", 1) != std::string::npos) {
    read.Fail("palette." + name, "must be a colour such as \"#b9b6b0\"");
  }
  const unsigned long rgb = std::stoul(text.substr(1), nullptr, 16);
  return {static_cast<uint8_t>(rgb >> 16),
          static_cast<uint8_t>(rgb >> 8),
          static_cast<uint8_t>(rgb)};
}

void CheckMaterials(const Reader& read, const StylePreset& style) {
  const json& materials = read.Need(style.document, "materials");
  for (const char* role :
       {"upholstery", "wood", "metal", "linen", "accent", "shade"}) {
    read.Need(materials, role);
  }
  for (const auto& [role, choices] : materials.items()) {
    const std::string key = "materials." + role;
    if (!choices.is_array() || choices.empty()) {
      read.Fail(key, "must be a list of at least one material");
    }
    for (const json& choice : choices) {
      if (!style.palette.contains(read.Text(choice, "color"))) {
        read.Fail(key,
                  "uses the colour '" + read.Text(choice, "color") +
                      "', which the palette lacks");
      }
      read.OneOf(key, read.Text(choice, "kind"), kMaterialKinds);
    }
  }
}

void CheckPieces(const Reader& read, const StylePreset& style) {
  for (const auto& [function, choices] :
       read.Need(style.document, "pieces").items()) {
    const std::string key = "pieces." + function;
    if (!choices.is_array() || choices.empty()) {
      read.Fail(key, "must be a list of at least one piece");
    }
    for (const json& choice : choices) {
      read.Text(choice, "id");
      if (choice.contains("size")) {
        read.Numbers(choice["size"], key + ".size", 3, 0.01, 6);
      }
      for (const json& color : choice.value("colors", json::array())) {
        if (!color.is_string() || !style.palette.contains(color)) {
          read.Fail(key, "uses a colour that the palette lacks");
        }
      }
    }
  }
}

void CheckMember(const Reader& read,
                 const std::string& key,
                 const json& member) {
  read.Text(member, "function");
  read.OneOf(key, read.Text(member, "relation"), kRelations);
  if (member.contains("width")) {
    read.Numbers(member["width"], key + ".width", 2, 0.05, 6);
  }
  if (member.contains("size")) {
    read.Numbers(member["size"], key + ".size", 3, 0.01, 6);
  }
}

/// Members are objects, or names of the room's `sets`.
void CheckMembers(const Reader& read,
                  const std::string& key,
                  const json& members,
                  const json& sets) {
  for (const json& member : members) {
    if (member.is_object()) {
      CheckMember(read, key, member);
    } else if (!member.is_string() || !sets.contains(member)) {
      read.Fail(key, "names a set of members that the room lacks");
    }
  }
}

void CheckGroup(const Reader& read, const json& group, const json& sets) {
  const std::string key = "groups." + read.Text(group, "name");
  const json& anchor = read.Need(group, "anchor");
  read.Text(anchor, "function");
  for (const json& stand : read.Need(anchor, "stand")) {
    read.OneOf(key + ".stand", stand.get<std::string>(), kStands);
  }
  if (anchor.contains("width")) {
    read.Numbers(anchor["width"], key + ".width", 2, 0.2, 6);
  }
  if (group.contains("room_m2")) {
    read.Numbers(group["room_m2"], key + ".room_m2", 2, 0, 1000);
  }
  if (group.contains("tier") && !group["tier"].is_number_unsigned()) {
    read.Fail(key, "has a tier that is no whole number from 0");
  }
  CheckMembers(read, key, group.value("members", json::array()), sets);
}

}  // namespace

StylePreset StyleFromJson(const json& document,
                          const std::filesystem::path& file) {
  const Reader read(file);
  StylePreset style;
  ReadCommon(read, document, "style", file, style);
  for (const auto& [name, value] : read.Need(document, "palette").items()) {
    style.palette[name] = ReadColor(read, name, value);
  }
  CheckMaterials(read, style);
  CheckPieces(read, style);
  return style;
}

RoomPreset RoomFromJson(const json& document,
                        const std::filesystem::path& file) {
  const Reader read(file);
  RoomPreset room;
  ReadCommon(read, document, "room", file, room);
  const json& groups = read.Need(document, "groups");
  if (!groups.is_array() || groups.empty()) {
    read.Fail("groups", "must be a list of at least one group");
  }
  const json sets = document.value("sets", json::object());
  for (const auto& [name, members] : sets.items()) {
    CheckMembers(read, "sets." + name, members, json::object());
  }
  std::set<std::string> names;
  for (const json& group : groups) {
    CheckGroup(read, group, sets);
    if (!names.insert(group["name"]).second) {
      read.Fail("groups", "has two groups of one name");
    }
  }
  for (const json& group : document.value("second_groups", json::array())) {
    CheckGroup(read, group, sets);
  }
  CheckMembers(read, "finish", document.value("finish", json::array()), sets);
  return room;
}

}  // namespace stage
