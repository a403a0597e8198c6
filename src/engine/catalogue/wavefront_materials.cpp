#include "engine/catalogue/wavefront_materials.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace stage::engine {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view TakeWord(std::string_view& text) {
  text = Trim(text);
  const size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

bool ParseNumber(std::string_view word, float& value) {
  const auto [end, error] =
      std::from_chars(word.data(), word.data() + word.size(), value);
  return error == std::errc() && end == word.data() + word.size() &&
         std::isfinite(value);
}

float Number(std::string_view text, float fallback) {
  float value = fallback;
  return ParseNumber(TakeWord(text), value) ? value : fallback;
}

/// Three numbers, or one that stands for all three.
Eigen::Vector3f Colour(std::string_view text, const Eigen::Vector3f& fallback) {
  Eigen::Vector3f colour;
  if (!ParseNumber(TakeWord(text), colour[0])) return fallback;
  if (!ParseNumber(TakeWord(text), colour[1])) {
    return Eigen::Vector3f::Constant(colour[0]);
  }
  if (!ParseNumber(TakeWord(text), colour[2])) return fallback;
  return colour.cwiseMax(0).cwiseMin(1);
}

/// Takes `-option values...` off the front; what remains is the file name,
/// which may contain blanks.
std::string_view TakeOptions(std::string_view text,
                             Eigen::Vector2f* scale,
                             Eigen::Vector2f* offset) {
  for (;;) {
    std::string_view rest = text;
    const std::string_view option = TakeWord(rest);
    if (option.size() < 2 || option[0] != '-') return Trim(text);
    const bool takes_numbers =
        option == "-s" || option == "-o" || option == "-t" || option == "-mm" ||
        option == "-bm" || option == "-boost" || option == "-texres";
    const bool takes_word = option == "-clamp" || option == "-blendu" ||
                            option == "-blendv" || option == "-cc" ||
                            option == "-imfchan" || option == "-type";
    if (!takes_numbers && !takes_word) return Trim(text);
    if (takes_word) TakeWord(rest);
    for (int i = 0; takes_numbers && i < 3; ++i) {
      std::string_view after = rest;
      float value = 0;
      if (!ParseNumber(TakeWord(after), value)) break;
      if (i < 2 && option == "-s" && scale != nullptr) (*scale)[i] = value;
      if (i < 2 && option == "-o" && offset != nullptr) (*offset)[i] = value;
      rest = after;
    }
    text = rest;
  }
}

std::string_view NextLine(std::string_view& text) {
  const size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = Trim(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

std::map<std::string, WavefrontMaterial> ParseWavefrontMaterials(
    std::string_view text) {
  std::map<std::string, WavefrontMaterial> materials;
  WavefrontMaterial* current = nullptr;
  while (!text.empty()) {
    std::string_view line = NextLine(text);
    const std::string_view key = TakeWord(line);
    const std::string_view value = Trim(line);
    if (key == "newmtl") {
      current = &materials[std::string(value)];
      *current = {};
    }
    if (current == nullptr || value.empty()) continue;
    if (key == "Kd") current->kd = Colour(value, current->kd);
    if (key == "Ks") current->ks = Colour(value, current->ks);
    if (key == "Ke") current->ke = Colour(value, current->ke);
    if (key == "Ns") current->ns = Number(value, current->ns);
    if (key == "d") current->dissolve = Number(value, 1);
    if (key == "illum") current->illum = static_cast<int>(Number(value, 2));
    if (key == "map_Kd") {
      current->map_kd =
          TakeOptions(value, &current->texture_scale, &current->texture_offset);
    }
    if (key == "map_d") current->map_d = TakeOptions(value, nullptr, nullptr);
  }
  return materials;
}

std::vector<std::string> MaterialLibraries(std::string_view obj) {
  constexpr std::string_view kKey = "mtllib";
  std::vector<std::string> names;
  for (size_t at = obj.find(kKey); at != std::string_view::npos;
       at = obj.find(kKey, at + kKey.size())) {
    const bool starts_line =
        at == 0 || obj[at - 1] == '\n' || obj[at - 1] == '\r';
    if (!starts_line) continue;
    std::string_view rest = obj.substr(at + kKey.size());
    const std::string_view name = NextLine(rest);
    if (!name.empty()) names.emplace_back(name);
  }
  return names;
}

}  // namespace stage::engine
