// Virtual Staging ART: uploads, groups of renders, subscriptions.

#include <array>

#include "vendors/server/call.h"
#include "vendors/server/text_codes.h"

namespace stage::vendors {
namespace {

using nlohmann::json;

constexpr auto kRooms = std::to_array<std::string_view>({"living",
                                                         "bed",
                                                         "kitchen",
                                                         "office",
                                                         "home_office",
                                                         "dining",
                                                         "studio",
                                                         "ldk",
                                                         "bathroom",
                                                         "entrance"});
constexpr auto kStyles = std::to_array<std::string_view>({"modern",
                                                          "scandinavian",
                                                          "industrial",
                                                          "coastal",
                                                          "luxury",
                                                          "mid-century modern",
                                                          "farmhouse",
                                                          "standard",
                                                          "minimalist",
                                                          "japandi",
                                                          "bohemian",
                                                          "traditional"});
constexpr auto kPremiumOnly = std::to_array<std::string_view>({"ldk",
                                                               "bathroom",
                                                               "entrance",
                                                               "minimalist",
                                                               "japandi",
                                                               "bohemian",
                                                               "traditional"});
constexpr auto kModes =
    std::to_array<std::string_view>({"stage", "cleanup_and_stage"});
constexpr auto kTiers = std::to_array<std::string_view>({"classic", "premium"});
constexpr auto kLayouts = std::to_array<std::string_view>({"studio"});
constexpr auto kEvents =
    std::to_array<std::string_view>({"render.succeeded", "render.failed"});
constexpr auto kMediaTypes = std::to_array<std::string_view>(
    {"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"});
constexpr size_t kMaxUpload = 10'000'000;
constexpr size_t kMaxNotes = 500;
constexpr int kClassicCap = 20;
constexpr int kPremiumCap = 8;
constexpr auto kRequired = Field::kRequired;
constexpr auto kOptional = Field::kOptional;

constexpr Field kImageUrl = {"image_url", FieldKind::kUrl, kRequired};
constexpr Field kRenders = {
    "number_of_renders", FieldKind::kInteger, kOptional, {}, 1, 10};
constexpr Field kUploadId = {"upload_id", FieldKind::kText};
constexpr Field kNotes = {"ai_notes", FieldKind::kText};
constexpr Field kCallback = {"callback_url", FieldKind::kUrl};
constexpr Field kTier = {"tier", FieldKind::kWord, kOptional, kTiers};

constexpr auto kStageFields = std::to_array<Field>({
    kImageUrl,
    {"room_type", FieldKind::kWord, kRequired, kRooms},
    {"style", FieldKind::kWord, kRequired, kStyles},
    {"mode", FieldKind::kWord, kOptional, kModes},
    kRenders,
    kUploadId,
    {"layout_type", FieldKind::kWord, kOptional, kLayouts},
    kNotes,
    kCallback,
    kTier,
});
constexpr auto kDeclutterFields = std::to_array<Field>(
    {kImageUrl, kRenders, kUploadId, kNotes, kCallback, kTier});
constexpr auto kUploadForm =
    std::to_array<Field>({{"file", FieldKind::kFile, kRequired}});
constexpr auto kUploadBase64 = std::to_array<Field>({
    {"image_base64", FieldKind::kText, kRequired},
    {"content_type", FieldKind::kWord, kRequired, kMediaTypes},
});
constexpr auto kUploadDataUrl = std::to_array<Field>({
    {"data_url", FieldKind::kText, kRequired},
});
constexpr auto kGroupFields =
    std::to_array<Field>({kUploadId, {"image_url", FieldKind::kUrl}});
constexpr auto kAmountFields = std::to_array<Field>({
    {"uploadId", FieldKind::kText},
    {"upload_id", FieldKind::kText},
    {"sourceImage", FieldKind::kUrl},
    {"image_url", FieldKind::kUrl},
});
constexpr auto kSubscribeFields = std::to_array<Field>({
    {"target_url", FieldKind::kUrl, kRequired},
    {"event_type", FieldKind::kWord, kRequired, kEvents},
});

/// The upload's bytes and the media type that was claimed for them.
std::pair<std::string, std::string> UploadedBytes(Call& call) {
  if (!call.parts.empty()) {
    CheckForm(call.parts, kUploadForm, "");
    return {call.parts.front().content, call.parts.front().content_type};
  }
  if (call.json.contains("data_url")) {
    CheckFields(call.json, kUploadDataUrl, "upload");
    const std::string url = call.json["data_url"];
    return {DataUrlBytes(url, "data_url"), url.substr(5, url.find(';') - 5)};
  }
  CheckFields(call.json, kUploadBase64, "upload");
  const auto bytes = FromBase64(call.json["image_base64"].get<std::string>());
  if (!bytes) throw Refusal{400, "image_base64 is not bare base64"};
  return {*bytes, call.json["content_type"]};
}

Answer Upload(Call& call) {
  auto [bytes, type] = UploadedBytes(call);
  if (bytes.size() > kMaxUpload) throw Refusal{413, "File too large"};
  if (type == "image/heif") type = "image/heic";
  const SourcePtr source = World::MakeSource(std::move(bytes),
                                             {PictureFormat::kJpeg,
                                              PictureFormat::kPng,
                                              PictureFormat::kWebp,
                                              PictureFormat::kHeif},
                                             "upload");
  if (MediaType(source->info.format) != type) {
    throw Refusal{400, "upload: not of its content type " + type};
  }
  const std::string extension =
      type.substr(6) == "jpeg" ? "jpg" : type.substr(6);
  const std::string name = Uuid() + "." + extension;
  call.world.uploads["vsart/" + name] = source;
  return Answer::Json(
      {{"url", call.world.storage_origin + "/vsart/uploads/" + name}});
}

std::vector<Render*> Group(World& world,
                           const std::string& field,
                           const std::string& value) {
  std::vector<Render*> group;
  for (Render& render : world.renders) {
    const bool same = field == "image_url"
                          ? render.facts.value("source_image_url", "") == value
                          : render.group == value;
    if (render.vendor == "vsart" && same) group.push_back(&render);
  }
  return group;
}

int RenderCount(const std::vector<Render*>& group) {
  size_t count = 0;
  for (const Render* render : group) count += render->results.size();
  return static_cast<int>(count);
}

json LinksOf(World& world, Render& render) {
  json urls = json::array();
  for (Result& result : render.results) urls.push_back(world.Link(result));
  return urls;
}

void CheckPremium(const json& body) {
  if (body.value("tier", "classic") == "premium") return;
  for (const char* field : {"room_type", "style"}) {
    if (HasWord(kPremiumOnly, body.value(field, ""))) {
      throw Refusal{400, std::string(field) + " needs tier premium"};
    }
  }
  if (body.contains("ai_notes")) {
    throw Refusal{400, "ai_notes needs tier premium"};
  }
}

json Outcome(World& world, Render& render) {
  if (render.fails) return {{"error", "render failed"}};
  return {{"render_urls", LinksOf(world, render)}};
}

void PlanWebhooks(Call& call, Render& render) {
  World& world = call.world;
  json outcome = Outcome(world, render);
  if (!render.webhook.empty()) {
    json event = outcome;
    event["status"] = render.fails ? "error" : "done";
    world.webhooks.SendAt(render.ready,
                          {"vsart", render.webhook, {}, event.dump()});
  }
  const char* happened = render.fails ? "render.failed" : "render.succeeded";
  for (const json& target :
       world.settings.value("vsart_webhooks", json::array())) {
    if (target.at("event_type") != happened) continue;
    json event = outcome;
    event.update({{"event", happened},
                  {"render_run_id", render.id},
                  {"upload_id", render.group},
                  {"tier", render.facts["tier"]},
                  {"flow", render.facts["flow"]},
                  {"completed_at", "2026-01-01T00:00:00Z"}});
    world.webhooks.SendAt(render.ready,
                          {"vsart", target.at("target_url"), {}, event.dump()});
  }
}

Answer Order(Call& call, double credits, const char* flow) {
  const json& body = call.json;
  if (body.value("ai_notes", "").size() > kMaxNotes) {
    throw Refusal{400, "ai_notes has more than 500 characters"};
  }
  CheckPremium(body);
  const int count = body.value("number_of_renders", 1);
  const std::string tier = body.value("tier", "classic");
  const std::string url = body["image_url"];
  const bool named = body.contains("upload_id");
  const std::vector<Render*> group =
      Group(call.world,
            named ? "upload_id" : "image_url",
            named ? body["upload_id"].get<std::string>() : url);
  const bool over = tier == "classic" ? RenderCount(group) + count > kClassicCap
                                      : count > kPremiumCap;
  if (over) throw Refusal{400, "Render cap exceeded"};
  // More of the same group is free in the classic tier.
  const bool is_free = tier == "classic" && !group.empty();
  Render order = call.Order(is_free ? 0 : credits,
                            PlanResults(call.world.Fetch(url), count));
  order.group = named            ? body["upload_id"].get<std::string>()
                : !group.empty() ? group.front()->group
                                 : Uuid();
  order.webhook = body.value("callback_url", "");
  order.facts = {{"source_image_url", url},
                 {"tier", tier},
                 {"flow", flow},
                 {"room_type", body.value("room_type", json())},
                 {"style", body.value("style", json())}};
  Render& render =
      call.world.Accept(std::move(order), 402, "Insufficient credits");
  PlanWebhooks(call, render);
  return Answer::Json(
      {{"upload_id", render.group}, {"status", "rendering"}, {"tier", tier}});
}

Answer Stage(Call& call) {
  CheckFields(call.json, kStageFields, "request");
  const bool cleanup = call.json.value("mode", "stage") != "stage";
  return Order(call, cleanup ? 2 : 1, "staging");
}

Answer Declutter(Call& call) {
  CheckFields(call.json, kDeclutterFields, "declutter");
  return Order(call, 1, "declutter");
}

const char* StateOf(const Render& render) {
  if (!render.is_ready()) return "rendering";
  return render.fails ? "error" : "done";
}

/// True while orders are kept out of every answer, as when they are late.
bool Hides(World& world) {
  const int left = world.settings.value("vsart_hides", 0);
  if (left > 0) world.settings["vsart_hides"] = left - 1;
  return left > 0;
}

/// Of the whole group: done when all are, wrong when the last one is.
Answer CheckStatus(Call& call) {
  CheckFields(call.json, kGroupFields, "check-status");
  if (call.json.size() != 1)
    throw Refusal{400, "either upload_id or image_url"};
  const std::string field = call.json.begin().key();
  const std::vector<Render*> group =
      Group(call.world, field, call.json.begin().value());
  if (group.empty()) {
    throw Refusal{404, "unknown upload", Refusal::Blame::kAccount};
  }
  std::string state = StateOf(*group.back());
  for (const Render* render : group) {
    if (!render->is_ready()) state = "rendering";
  }
  return Answer::Json({{"status", call.State(state)}});
}

Answer Amount(Call& call) {
  CheckFields(call.json, kAmountFields, "check-rendering-amount");
  if (call.json.size() != 1)
    throw Refusal{400, "either uploadId or sourceImage"};
  const std::string name = call.json.begin().key();
  const bool by_upload = name == "uploadId" || name == "upload_id";
  if (Hides(call.world)) return Answer::Json({{"renderCount", 0}});
  const int count = RenderCount(Group(call.world,
                                      by_upload ? "upload_id" : "image_url",
                                      call.json.begin().value()));
  return Answer::Json({{"renderCount", count},
                       {"limitExceeded", count >= kClassicCap},
                       {"maxRenders", kClassicCap}});
}

json RenderJson(Call& call, Render& render) {
  const bool good = render.is_ready() && !render.fails;
  // Requests say "living", the list says "living_room".
  const json& room = render.facts["room_type"];
  return {
      {"id", render.id},
      {"upload_id", render.group},
      {"status", call.State(StateOf(render))},
      {"tier", render.facts["tier"]},
      {"flow", render.facts["flow"]},
      {"room_type", room == "living" ? json("living_room") : room},
      {"style", render.facts["style"]},
      {"source_image_url", render.facts["source_image_url"]},
      {"render_urls", good ? LinksOf(call.world, render) : json(json::array())},
      {"error",
       render.is_ready() && render.fails ? json("render failed") : json()},
      {"created_at", render.created_ms},
      {"completed_at", render.is_ready() ? json(render.ready_ms()) : json()}};
}

Answer List(Call& call) {
  const size_t limit = size_t(call.QueryInteger("limit", 1, 100, 25));
  const std::string status = call.Query("status").value_or("");
  json list = json::array();
  if (Hides(call.world)) return Answer::Json(list);
  auto& renders = call.world.renders;
  for (auto render = renders.rbegin();
       render != renders.rend() && list.size() < limit;
       ++render) {
    if (render->vendor != call.vendor) continue;
    if (!status.empty() && status != StateOf(*render)) continue;
    list.push_back(RenderJson(call, *render));
  }
  return Answer::Json(list);
}

json& Subscriptions(World& world) {
  json& list = world.settings["vsart_webhooks"];
  if (!list.is_array()) list = json::array();
  return list;
}

Answer Subscribe(Call& call) {
  CheckFields(call.json, kSubscribeFields, "webhooks");
  json& list = Subscriptions(call.world);
  for (const json& known : list) {
    if (known["target_url"] == call.json["target_url"] &&
        known["event_type"] == call.json["event_type"]) {
      return Answer::Json(known);
    }
  }
  json subscription = call.json;
  subscription["id"] = Uuid();
  subscription["created_at"] = "2026-01-01T00:00:00Z";
  list.push_back(subscription);
  return Answer::Json(subscription, 201);
}

Answer ListSubscriptions(Call& call) {
  return Answer::Json(Subscriptions(call.world));
}

Answer Unsubscribe(Call& call) {
  json& list = Subscriptions(call.world);
  for (auto known = list.begin(); known != list.end(); ++known) {
    if ((*known)["id"] != call.ids.front()) continue;
    list.erase(known);
    return {204, ""};
  }
  throw Refusal{404, "no such subscription", Refusal::Blame::kAccount};
}

Answer Me(Call& call) {
  const Account& account = call.world.AccountOf(call.vendor);
  return Answer::Json({{"user_id", account.user_id},
                       {"email", "agent@example.com"},
                       {"name", "Agent"}});
}

}  // namespace

VendorTable VirtualStagingArtTable() {
  constexpr auto kJson = BodyKind::kJson;
  constexpr auto kNone = BodyKind::kNone;
  return {
      "vsart",
      "",
      "authorization",
      "Bearer ",
      "error",
      {
          {"upload",
           "POST",
           "/api/image/upload",
           BodyKind::kFormOrJson,
           Upload},
          {"request", "POST", "/api/image/render/request", kJson, Stage},
          {"declutter",
           "POST",
           "/api/image/render/declutter",
           kJson,
           Declutter},
          {"check-status",
           "POST",
           "/api/image/check-status",
           kJson,
           CheckStatus},
          {"amount",
           "POST",
           "/api/image/check-rendering-amount",
           kJson,
           Amount},
          {"subscribe", "POST", "/v1/webhooks", kJson, Subscribe},
          {"subscriptions", "GET", "/v1/webhooks", kNone, ListSubscriptions},
          {"unsubscribe", "DELETE", "/v1/webhooks/{}", kNone, Unsubscribe},
          {"renders", "GET", "/v1/renders", kNone, List, {"limit", "status"}},
          {"me", "GET", "/v1/me", kNone, Me},
      }};
}

}  // namespace stage::vendors
