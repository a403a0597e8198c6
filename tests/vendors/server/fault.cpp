#include "vendors/server/fault.h"

#include <map>
#include <stdexcept>

namespace stage::vendors {
namespace {

using nlohmann::json;

const std::map<std::string, FaultKind>& KindsByName() {
  static const std::map<std::string, FaultKind> kinds = {
      {"status", FaultKind::kStatus},
      {"reset_unread", FaultKind::kResetUnread},
      {"reset_read", FaultKind::kResetRead},
      {"redirect", FaultKind::kRedirect},
      {"expired", FaultKind::kExpired},
      {"echo", FaultKind::kEcho},
      {"no_credits", FaultKind::kNoCredits},
      {"not_stored", FaultKind::kNotStored},
      {"render_fails", FaultKind::kRenderFails},
      {"status_word", FaultKind::kStatusWord},
      {"not_image", FaultKind::kNotImage},
      {"other_size", FaultKind::kOtherSize},
      {"lost", FaultKind::kLost},
      {"status_after", FaultKind::kStatusAfter},
      {"slow", FaultKind::kSlow},
      {"truncated", FaultKind::kTruncated},
      {"malformed", FaultKind::kMalformed},
      {"html", FaultKind::kHtml},
      {"wrong_types", FaultKind::kWrongTypes},
      {"missing", FaultKind::kMissing},
      {"oversized", FaultKind::kOversized},
      {"deep", FaultKind::kDeep},
  };
  return kinds;
}

json WithWrongTypes(const json& value) {
  if (value.is_string()) return false;
  if (value.is_number()) return "seven";
  if (value.is_boolean()) return "maybe";
  if (value.is_array()) return json::object({{"0", "list"}});
  if (!value.is_object()) return value;
  json changed = json::object();
  for (const auto& [key, child] : value.items()) {
    changed[key] = WithWrongTypes(child);
  }
  return changed;
}

json WithoutField(const json& value, const std::string& field) {
  if (!value.is_structured()) return value;
  json kept = value.is_array() ? json::array() : json::object();
  for (const auto& [key, child] : value.items()) {
    if (value.is_array()) {
      kept.push_back(WithoutField(child, field));
    } else if (key != field) {
      kept[key] = WithoutField(child, field);
    }
  }
  return kept;
}

}  // namespace

std::vector<std::string> FaultNames() {
  std::vector<std::string> names;
  for (const auto& [name, kind] : KindsByName()) names.push_back(name);
  return names;
}

Fault FaultFromJson(const json& value) {
  Fault fault;
  fault.name = value.at("kind");
  const auto kind = KindsByName().find(fault.name);
  if (kind == KindsByName().end()) {
    throw std::runtime_error("unknown fault: " + fault.name);
  }
  fault.kind = kind->second;
  fault.vendor = value.at("vendor");
  fault.endpoint = value.at("endpoint");
  fault.nth = value.value("nth", 1);
  fault.times = value.value("times", 1);
  fault.arguments = value;
  return fault;
}

std::optional<Fault> Faults::Next(const std::string& vendor,
                                  const std::string& endpoint) {
  std::optional<Fault> hit;
  for (Fault& fault : faults_) {
    if (fault.vendor != vendor || fault.endpoint != endpoint) continue;
    ++fault.calls;
    const bool due = fault.calls >= fault.nth &&
                     (fault.times < 0 || fault.calls < fault.nth + fault.times);
    if (due && !hit) hit = fault;
  }
  return hit;
}

std::string SpoiltBody(const Fault& fault, const std::string& body) {
  switch (fault.kind) {
    case FaultKind::kMalformed:
      return body.substr(0, body.size() / 2);
    case FaultKind::kHtml:
      return "<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>\n";
    case FaultKind::kDeep: {
      const auto levels =
          static_cast<size_t>(fault.Argument("levels", 200'000));
      return "{\"data\":" + std::string(levels, '[') +
             std::string(levels, ']') + "}";
    }
    case FaultKind::kWrongTypes:
      return WithWrongTypes(json::parse(body)).dump();
    case FaultKind::kMissing:
      return fault.arguments.contains("field")
                 ? WithoutField(json::parse(body), fault.arguments["field"])
                       .dump()
                 : "{}";
    default:
      return body;
  }
}

}  // namespace stage::vendors
