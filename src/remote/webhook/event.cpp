#include "remote/webhook/event.h"

#include <array>
#include <regex>

#include "core/digest.h"
#include "core/error.h"
#include "core/suggestion.h"
#include "core/text_encoding.h"

namespace stage::webhook {
namespace {

using nlohmann::json;

constexpr int kDeepest = 32;
constexpr size_t kLongestId = 200;
constexpr size_t kLongestMessage = 500;
constexpr size_t kMostImages = 100;
constexpr size_t kLongestAddress = 2000;

/// A member as text when it is a short string, else empty.
std::string Text(const json& object,
                 const char* name,
                 size_t most = kLongestId) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (found == object.end() || !found->is_string()) return {};
  const std::string text = found->get<std::string>();
  return text.size() <= most ? text : std::string();
}

/// An explanation, cut off when it is long.
std::string Message(const json& object, const char* name) {
  return Printable(Text(object, name, kLargestBody).substr(0, kLongestMessage));
}

const json& Member(const json& object, const char* name) {
  static const json nothing = json::object();
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? *found : nothing;
}

EventMeaning MeaningOf(const std::string& word,
                       std::string_view finished,
                       std::string_view failed) {
  const std::string lower = LowerCase(word);
  if (lower == finished) return EventMeaning::kFinished;
  return lower == failed ? EventMeaning::kFailed : EventMeaning::kOther;
}

void ParseRoomStack(const json& body, Event& event) {
  event.type = Text(body, "event");
  const json& data = Member(body, "data");
  event.remote_id = Text(data, "generationId");
  const bool known =
      event.type == "generation.completed" || event.type == "edit.completed";
  if (known) {
    event.meaning = MeaningOf(Text(data, "status"), "completed", "failed");
  }
  json images = json::array();
  if (data.contains("images") && data["images"].is_array()) {
    for (const json& image : data["images"]) {
      const std::string id = Text(image, "id");
      if (!id.empty() && images.size() < kMostImages) images.push_back(id);
    }
  }
  event.facts = {{"created_at", Text(body, "createdAt")},
                 {"image_ids", images},
                 {"settings", Member(data, "settings")}};
  if (data.contains("creditsCharged") && data["creditsCharged"].is_number()) {
    event.facts["credits"] = data["creditsCharged"];
  }
}

void ParseVsai(const json& body, Event& event) {
  event.type = Text(body, "event_type");
  event.remote_id = Text(body, "render_id");
  event.part_id = Text(body, "variation_id");
  event.meaning = MeaningOf(event.type, "done", "error");
  event.error = Message(body, "error_message");
}

/// The payload is not documented: only what is named as elsewhere is taken.
void ParseIacrea(const json& body, Event& event) {
  event.type = Text(body, "status");
  event.remote_id = Text(body, "generation_id");
  event.meaning = MeaningOf(event.type, "succeeded", "failed");
}

void ParseVsart(const json& body, Event& event) {
  const std::string subscribed = Text(body, "event");
  event.remote_id = Text(body, "upload_id");
  event.part_id = Text(body, "render_run_id");
  event.error = Message(body, "error");
  event.type = subscribed.empty() ? Text(body, "status") : subscribed;
  event.meaning =
      subscribed.empty()
          ? MeaningOf(event.type, "done", "error")
          : MeaningOf(event.type, "render.succeeded", "render.failed");
}

const SignatureScheme kRoomStackScheme = {
    .header = "RoomStack-Signature",
    .prefix = "v1=",
    .encoding = SignatureEncoding::kHex,
    .signed_text = "{timestamp}.{body}",
    .timestamp_header = "RoomStack-Timestamp"};

const auto kWebhooks = std::to_array<VendorWebhook>({
    {.vendor = "roomstack",
     .exists = true,
     .is_signed = true,
     .scheme = kRoomStackScheme,
     .delivery_header = "RoomStack-Delivery",
     .parse = ParseRoomStack},
    // The vendor signs when it has a secret, but does not say how: the
    // default scheme is a guess that options replace.
    {.vendor = "vsai", .exists = true, .is_signed = true, .parse = ParseVsai},
    {.vendor = "iacrea",
     .exists = true,
     .is_signed = false,
     .parse = ParseIacrea},
    {.vendor = "reroom", .exists = false, .is_signed = false},
    {.vendor = "vsart",
     .exists = true,
     .is_signed = false,
     .parse = ParseVsart},
});

/// null when it is not JSON.
json ParseBody(const std::string& body) {
  const auto guard = [](int depth, json::parse_event_t, json&) {
    if (depth > kDeepest) {
      throw Error(ErrorKind::kInput, "the webhook's JSON is nested too deeply");
    }
    return true;
  };
  return json::parse(body, guard, false);
}

std::string WithoutQueries(const std::string& text) {
  static const std::regex query(R"((https?:[^\s"?]*)\?[^\s"]*)");
  return std::regex_replace(text, query, "$1?...");
}

}  // namespace

json Event::ToJson() const {
  return {{"vendor", vendor},
          {"type", type},
          {"meaning", static_cast<int>(meaning)},
          {"remote_id", remote_id},
          {"part_id", part_id},
          {"token", token},
          {"error", error},
          {"facts", facts}};
}

Event Event::FromJson(const json& stored) {
  Event event;
  event.vendor = stored.value("vendor", "");
  event.type = stored.value("type", "");
  const int meaning = stored.value("meaning", 2);
  event.meaning = meaning == 0   ? EventMeaning::kFinished
                  : meaning == 1 ? EventMeaning::kFailed
                                 : EventMeaning::kOther;
  event.remote_id = stored.value("remote_id", "");
  event.part_id = stored.value("part_id", "");
  event.token = stored.value("token", "");
  event.error = stored.value("error", "");
  event.facts = stored.value("facts", json::object());
  return event;
}

const VendorWebhook& WebhookOf(std::string_view vendor) {
  std::vector<std::string> names;
  for (const VendorWebhook& webhook : kWebhooks) {
    if (webhook.vendor == vendor) return webhook;
    names.emplace_back(webhook.vendor);
  }
  throw Error(ErrorKind::kUsage, UnknownWordMessage("vendor", vendor, names));
}

Event ParseEvent(const VendorWebhook& webhook, const Delivery& delivery) {
  Event event;
  event.vendor = webhook.vendor;
  event.token = TokenIn(delivery.target);
  const json body = ParseBody(delivery.body);
  if (body.is_object() && webhook.parse != nullptr) webhook.parse(body, event);
  return event;
}

std::string TokenIn(std::string_view target) {
  static const std::regex form(
      "[/=]([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=$|[/?&#])");
  const std::string address = LowerCase(target.substr(0, kLongestAddress));
  std::smatch match;
  return std::regex_search(address, match, form) ? match[1].str() : "";
}

std::vector<std::string> DeliveryKeys(const VendorWebhook& webhook,
                                      const Delivery& delivery) {
  std::vector<std::string> keys;
  const auto add = [&](const std::string& id) {
    if (!id.empty() && id.size() <= kLongestId) {
      keys.push_back("id " + ValidUtf8(id));
    }
  };
  if (!webhook.delivery_header.empty()) {
    for (const std::string& id :
         delivery.HeaderValues(webhook.delivery_header)) {
      add(id);
    }
    const json body = ParseBody(delivery.body);
    if (body.is_object()) add(Text(body, "id"));
  }
  // A signature covers the body, whatever the address; callbacks of vendors
  // that do not sign may differ by the address alone.
  keys.push_back("sha256 " +
                 Sha256Hex(webhook.is_signed
                               ? delivery.body
                               : delivery.target + "\n" + delivery.body));
  return keys;
}

std::string LogText(const Delivery& delivery, size_t most) {
  std::string text = ValidUtf8(delivery.body.substr(0, most));
  text = Printable(WithoutQueries(text));
  if (delivery.body.size() > most) {
    text += "... (" + std::to_string(delivery.body.size()) + " bytes)";
  }
  return text;
}

}  // namespace stage::webhook
