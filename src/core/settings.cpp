#include "core/settings.h"

#include <toml++/toml.h>

#include <charconv>
#include <optional>

#include "core/error.h"
#include "core/suggestion.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;

std::string VendorVariable(const std::string& vendor, const char* suffix) {
  std::string name = "STAGE_";
  for (const char c : vendor) {
    name +=
        c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  }
  return name + suffix;
}

/// @throws Error(kUsage) naming file and line
std::string Text(const fs::path& file,
                 const toml::key& key,
                 const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  throw Error(ErrorKind::kUsage,
              Utf8Path(file) + ", line " +
                  std::to_string(node.source().begin.line) + ": " +
                  std::string(key.str()) + " must be a text in quotes");
}

constexpr const char* kRequestsAMinute = "requests a minute";
constexpr const char* kCreditsARender = "credits a render";

/// @throws Error(kUsage) for what is no number above 0
double Positive(const std::string& place,
                const std::string& what,
                const std::string& text) {
  double rate = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, rate);
  if (problem != std::errc() || stop != end || !(rate > 0) || rate > 1e6) {
    throw Error(ErrorKind::kUsage,
                place + ": " + what + " must be a number above 0");
  }
  return rate;
}

double PositiveNumber(const fs::path& file,
                      const std::string& what,
                      const toml::node& node) {
  const std::optional<double> number = node.value<double>();
  return Positive(
      Utf8Path(file) + ", line " + std::to_string(node.source().begin.line),
      what,
      number ? std::to_string(*number) : "");
}

void ReadTable(const fs::path& file,
               const toml::table& table,
               VendorSettings& settings) {
  for (const auto& [key, node] : table) {
    const std::string_view name = key.str();
    if (name == "key_command") {
      settings.key_command = Text(file, key, node);
    } else if (name == "key_file") {
      settings.key_file = file.parent_path() / Text(file, key, node);
    } else if (name == "user_id") {
      settings.user_id = Text(file, key, node);
    } else if (name == "base_url") {
      settings.base_url = Text(file, key, node);
    } else if (name == "requests_per_minute") {
      settings.requests_per_minute =
          PositiveNumber(file, kRequestsAMinute, node);
    } else if (name == "credits_per_render") {
      settings.credits_per_render = PositiveNumber(file, kCreditsARender, node);
    } else {
      throw Error(ErrorKind::kUsage,
                  Utf8Path(file) + ", line " +
                      std::to_string(node.source().begin.line) + ": " +
                      UnknownWordMessage("setting",
                                         name,
                                         {"key_command",
                                          "key_file",
                                          "user_id",
                                          "base_url",
                                          "requests_per_minute",
                                          "credits_per_render"}));
    }
  }
}

}  // namespace

VendorSettings ReadVendorSettings(const std::string& vendor,
                                  const fs::path& file,
                                  const EnvironmentLookup& environment) {
  VendorSettings settings;
  std::error_code failure;
  if (!file.empty() && fs::is_regular_file(file, failure)) {
    try {
      const toml::table config = toml::parse_file(file.string());
      if (const toml::table* table = config["vendors"][vendor].as_table()) {
        ReadTable(file, *table, settings);
      }
    } catch (const toml::parse_error& error) {
      throw Error(ErrorKind::kUsage,
                  Utf8Path(file) + ", line " +
                      std::to_string(error.source().begin.line) + ": " +
                      std::string(error.description()));
    }
  }
  if (auto url = environment(VendorVariable(vendor, "_URL"))) {
    settings.base_url = *url;
  }
  if (auto user = environment(VendorVariable(vendor, "_USER_ID"))) {
    settings.user_id = *user;
  }
  const std::string rate = VendorVariable(vendor, "_REQUESTS_PER_MINUTE");
  if (auto text = environment(rate)) {
    settings.requests_per_minute = Positive(rate, kRequestsAMinute, *text);
  }
  const std::string price = VendorVariable(vendor, "_CREDITS_PER_RENDER");
  if (auto text = environment(price)) {
    settings.credits_per_render = Positive(price, kCreditsARender, *text);
  }
  return settings;
}

fs::path DefaultConfigFile(const EnvironmentLookup& environment) {
  fs::path folder = environment("XDG_CONFIG_HOME").value_or("");
  const std::string home = environment("HOME").value_or("");
  // The XDG specification: a relative path is invalid and ignored.
  if (!folder.is_absolute()) {
    if (home.empty()) return {};
    folder = fs::path(home) / ".config";
  }
  return folder / "stage" / "config.toml";
}

}  // namespace stage
