#include "vendors/server/request_checks.h"

#include <algorithm>
#include <thread>

namespace stage::vendors {
namespace {

using nlohmann::json;

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return text;
}

json Shortened(const json& value) {
  if (value.is_string() && value.get_ref<const std::string&>().size() > 200) {
    return value.get_ref<const std::string&>().substr(0, 40) + "...";
  }
  if (!value.is_structured()) return value;
  json copy = value;
  for (json& child : copy) child = Shortened(child);
  return copy;
}

bool ReadForm(const httplib::ContentReader& reader,
              std::chrono::microseconds delay,
              std::vector<FormPart>& parts) {
  return reader(
      [&](const httplib::MultipartFormData& part) {
        parts.push_back({part.name, part.filename, part.content_type, ""});
        return true;
      },
      [&](const char* data, size_t size) {
        std::this_thread::sleep_for(delay);
        parts.back().content.append(data, size);
        return true;
      });
}

void CheckOneHeader(const httplib::Request& request,
                    const std::string& header) {
  if (request.get_header_value_count(header) > 1) {
    throw Refusal{401, "header " + header + " came more than once"};
  }
}

}  // namespace

bool ReadBody(const httplib::Request& request,
              const httplib::ContentReader* reader,
              std::chrono::microseconds delay,
              Call& call) {
  const std::string type = request.get_header_value("Content-Type");
  call.content_type = Lower(type.substr(0, type.find(';')));
  if (reader == nullptr) return true;
  return request.is_multipart_form_data()
             ? ReadForm(*reader, delay, call.parts)
             : (*reader)([&](const char* data, size_t size) {
                 call.body.append(data, size);
                 return true;
               });
}

void CheckKey(const httplib::Request& request,
              const VendorTable& vendor,
              Call& call) {
  CheckOneHeader(request, "Authorization");
  CheckOneHeader(request, "x-api-key");
  const bool bearer = vendor.key_header == "authorization";
  if (request.has_header(bearer ? "x-api-key" : "Authorization")) {
    throw Refusal{401, "credentials in a header that is another vendor's"};
  }
  for (const Account& account : call.world.accounts) {
    if (request.target.find(account.key) != std::string::npos ||
        call.body.find(account.key) != std::string::npos) {
      throw Refusal{401, "the key of " + account.vendor + " in URL or body"};
    }
  }
  const std::string value =
      request.get_header_value(std::string(vendor.key_header).c_str());
  if (!value.starts_with(vendor.key_prefix) ||
      value.size() == vendor.key_prefix.size()) {
    throw Refusal{401, "no key in the form that the vendor asks for"};
  }
  const std::string key = value.substr(vendor.key_prefix.size());
  for (const Account& account : call.world.accounts) {
    if (account.key != key) continue;
    if (account.vendor == call.vendor) return;
    throw Refusal{401, "the key of " + account.vendor};
  }
  throw Refusal{401, "Unauthorized", Refusal::Blame::kAccount};
}

void CheckBody(const Endpoint& endpoint, Call& call) {
  const bool form = call.content_type == "multipart/form-data";
  const bool json_type = call.content_type == "application/json";
  switch (endpoint.body) {
    case BodyKind::kNone:
      if (!call.body.empty() || !call.parts.empty()) {
        throw Refusal{400, "a body where none belongs"};
      }
      return;
    case BodyKind::kRaw:
      return;
    case BodyKind::kForm:
      if (!form) throw Refusal{400, "Content-Type must be multipart/form-data"};
      return;
    case BodyKind::kFormOrJson:
      if (form) return;
      [[fallthrough]];
    case BodyKind::kJson:
      break;
  }
  if (!json_type) throw Refusal{400, "Content-Type must be application/json"};
  call.json = json::parse(call.body, nullptr, false);
  if (!call.json.is_object()) throw Refusal{400, "the body is no JSON object"};
}

void CheckQuery(const Endpoint& endpoint, const Call& call) {
  for (const auto& [name, value] : call.query) {
    if (!HasWord(endpoint.query, name)) {
      throw Refusal{400, "unknown query parameter '" + name + "'"};
    }
    if (call.query.count(name) > 1) {
      throw Refusal{400, "query parameter '" + name + "' came twice"};
    }
  }
}

void CheckNoKeys(const httplib::Request& request, World& world) {
  std::string all = request.target;
  for (const auto& [name, value] : request.headers) {
    all += "\n" + name + ": " + value;
    const std::string header = Lower(name);
    if (header == "authorization" || header == "x-api-key") {
      world.journal.Violation("storage", "credentials sent to " + request.path);
    }
  }
  for (const Account& account : world.accounts) {
    if (all.find(account.key) != std::string::npos) {
      world.journal.Violation(account.vendor,
                              "its key was sent to the storage host");
    }
  }
}

json SentFields(const Call& call) {
  json fields = Shortened(call.json);
  if (!fields.is_object()) fields = json::object();
  for (const FormPart& part : call.parts) {
    json value = part.file_name.empty()
                     ? json(part.content)
                     : json({{"file", part.file_name},
                             {"type", part.content_type},
                             {"bytes", part.content.size()}});
    if (fields.contains(part.name)) {
      json& before = fields[part.name];
      if (!before.is_array()) before = json::array({before});
      before.push_back(std::move(value));
    } else {
      fields[part.name] = std::move(value);
    }
  }
  for (const auto& [name, value] : call.query) fields["?" + name] = value;
  return fields;
}

}  // namespace stage::vendors
