// Virtual Staging AI, version 2: renders with variations.

#include <array>

#include "vendors/server/call.h"
#include "vendors/server/text_codes.h"

namespace stage::vendors {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 8> kRooms = {"living",
                                                    "bed",
                                                    "kitchen",
                                                    "dining",
                                                    "bathroom",
                                                    "home_office",
                                                    "outdoor",
                                                    "kids_room"};
constexpr std::array<std::string_view, 11> kStyles = {"modern",
                                                      "scandinavian",
                                                      "industrial",
                                                      "midcentury",
                                                      "luxury",
                                                      "farmhouse",
                                                      "coastal",
                                                      "standard",
                                                      "hamptons",
                                                      "american",
                                                      "southwestern"};
constexpr std::array<std::string_view, 3> kModes = {"on", "off", "auto"};
constexpr std::array<std::string_view, 3> kSkies = {"dusk", "golden", "blue"};
constexpr int kMaxVariations = 20;
constexpr int kLeastLongEdge = 1536;

constexpr auto kCreateFields = std::to_array<Field>({
    {"config", FieldKind::kObject},
    {"configs", FieldKind::kObjects},
    {"variation_count",
     FieldKind::kInteger,
     Field::kOptional,
     {},
     1,
     kMaxVariations},
    {"image_url", FieldKind::kImageUrl},
    {"image_urls", FieldKind::kUrls, Field::kOptional, {}, 2, 2},
    {"wait_for_completion", FieldKind::kBoolean, Field::kNullable},
    {"webhook_url", FieldKind::kUrl, Field::kNullable},
});
constexpr auto kStagingFields = std::to_array<Field>({
    {"type", FieldKind::kText, Field::kRequired},
    {"variation_count", FieldKind::kInteger, Field::kOptional, {}, 1, 20},
    {"add_furniture", FieldKind::kObject},
    {"remove_furniture", FieldKind::kObject},
    {"add_virtually_staged_watermark", FieldKind::kBoolean},
    {"output_resolution", FieldKind::kNumber, Field::kOptional, {}, 256, 3072},
});
constexpr auto kDuskFields = std::to_array<Field>({
    {"type", FieldKind::kText, Field::kRequired},
    {"variation_count", FieldKind::kInteger, Field::kOptional, {}, 1, 20},
    {"sky_style", FieldKind::kWord, Field::kRequired, kSkies},
});
constexpr auto kAddFields = std::to_array<Field>({
    {"room_type", FieldKind::kWord, Field::kRequired, kRooms},
    {"style", FieldKind::kWord, Field::kRequired, kStyles},
    {"base_variation_id", FieldKind::kText},
});
constexpr auto kRemoveFields = std::to_array<Field>({
    {"mode", FieldKind::kWord, Field::kRequired, kModes},
    {"mask_url", FieldKind::kImageUrl},
});
constexpr auto kMoreFields = std::to_array<Field>({
    {"config", FieldKind::kObject, Field::kRequired},
    {"variation_count", FieldKind::kInteger, Field::kRequired, {}, 1, 20},
    {"wait_for_completion", FieldKind::kBoolean, Field::kNullable},
});
constexpr auto kBulkFields = std::to_array<Field>({
    {"wait_for_completion", FieldKind::kBoolean, Field::kNullable},
    {"webhook_url", FieldKind::kUrl, Field::kNullable},
});
constexpr auto kAnalyzeFields = std::to_array<Field>({
    {"image_url", FieldKind::kImageUrl, Field::kRequired},
    {"webhook_url", FieldKind::kUrl},
});
constexpr auto kPairFields = std::to_array<Field>({
    {"image_urls", FieldKind::kTexts, Field::kRequired, {}, 2, 2},
});
constexpr auto kSecretFields = std::to_array<Field>({
    {"webhook_secret", FieldKind::kToken, Field::kRequired},
});

/// @throws Refusal 400
void CheckConfig(const json& config, bool has_count) {
  const std::string type = config.value("type", "");
  if (config.contains("variation_count") && !has_count) {
    throw Refusal{400, "config: variation_count belongs beside it"};
  }
  if (type == "daytodusk") return CheckFields(config, kDuskFields, "config");
  if (type != "staging") throw Refusal{400, "config: unknown type " + type};
  json checked = config;
  if (checked.value("output_resolution", json()) == "default") {
    checked.erase("output_resolution");
  }
  CheckFields(checked, kStagingFields, "config");
  const bool adds = config.contains("add_furniture");
  const bool removes = config.contains("remove_furniture");
  if (!adds && !removes) throw Refusal{400, "config: neither add nor remove"};
  if (adds) {
    CheckFields(config["add_furniture"], kAddFields, "config.add_furniture");
  }
  if (removes) {
    CheckFields(
        config["remove_furniture"], kRemoveFields, "config.remove_furniture");
  }
}

bool Removes(const json& config) {
  return config.contains("remove_furniture") &&
         config["remove_furniture"]["mode"] != "off";
}

SourcePtr ImageAt(World& world, const std::string& url) {
  return url.starts_with("data:")
             ? World::MakeSource(DataUrlBytes(url, "image_url"),
                                 {PictureFormat::kJpeg,
                                  PictureFormat::kPng,
                                  PictureFormat::kWebp},
                                 "image_url")
             : world.Fetch(url);
}

/// Variations of one config: `count` that were asked for, and the removal
/// that comes before them when furniture is taken out and put in.
void AddVariations(Render& render,
                   const SourcePtr& source,
                   const json& config,
                   int count) {
  const bool adds = config.contains("add_furniture");
  const bool removal_first = adds && Removes(config);
  const int edge =
      config.value("output_resolution", json()).is_number()
          ? config["output_resolution"].get<int>()
          : std::max(kLeastLongEdge,
                     std::max(source->info.width, source->info.height));
  const int longest = std::max({1, source->info.width, source->info.height});
  std::vector<Result> added = PlanResults(source,
                                          count + (removal_first ? 1 : 0),
                                          source->info.width * edge / longest,
                                          source->info.height * edge / longest);
  const std::string base = Uuid();
  for (size_t i = 0; i < added.size(); ++i) {
    const bool removal = removal_first && i == 0;
    json facts = {{"type",
                   removal || (!adds && Removes(config)) ? "removal"
                   : config.at("type") == "staging"
                       ? "staging"
                       : config.at("type").get<std::string>()},
                  {"config", config},
                  {"created_at", EpochMs()}};
    if (removal_first && i > 0) facts["base_variation_id"] = base;
    added[i].promised = !removal;
    added[i].id = removal ? base : Uuid();
    added[i].variant += static_cast<int>(render.results.size());
    render.facts["variations"][added[i].id] = facts;
    render.results.push_back(added[i]);
  }
}

json VariationJson(Call& call, Render& render, Result& result) {
  json variation = render.facts.at("variations").at(result.id);
  variation["id"] = result.id;
  variation["render_id"] = render.id;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      render.ready - Clock::now());
  variation["eta"] = EpochMs() + left.count();
  variation["status"] = call.State(!render.is_started() ? "queued"
                                   : !render.is_ready() ? "rendering"
                                   : render.fails       ? "error"
                                                        : "done");
  if (render.is_ready() && !render.fails) {
    variation["result"] = {{"url", call.world.Link(result)},
                           {"optimized_url", nullptr},
                           {"thumbnail_url", nullptr}};
  }
  return variation;
}

json RenderJson(Call& call, Render& render, bool variations, int limit) {
  json body = {{"id", render.id},
               {"created_at", render.created_ms},
               {"queued_at", render.created_ms},
               {"eta", nullptr}};
  if (!variations) return body;
  const std::string after = call.Query("variations_cursor").value_or("");
  json items = json::array();
  json next = nullptr;
  bool begun = after.empty();
  for (Result& result : render.results) {
    if (begun && static_cast<int>(items.size()) == limit) {
      next = items.back().at("id");
      break;
    }
    if (begun) items.push_back(VariationJson(call, render, result));
    begun = begun || result.id == after;
  }
  body["variations"] = {{"total_count", render.results.size()},
                        {"next_cursor", next},
                        {"items", items}};
  return body;
}

void PlanWebhooks(Call& call, Render& render) {
  if (render.webhook.empty()) return;
  for (Result& result : render.results) {
    const json& facts = render.facts["variations"][result.id];
    json event = {{"render_id", render.id},
                  {"variation_id", result.id},
                  {"variation_type", facts["type"]},
                  {"timestamp", EpochMs()},
                  {"event_type", render.fails ? "error" : "done"}};
    if (render.fails) {
      event["error_message"] = "render failed";
    } else {
      event["result"] = {{"url", call.world.Link(result)},
                         {"optimized_url", nullptr},
                         {"thumbnail_url", nullptr}};
    }
    WebhookDelivery delivery{
        "vsai", render.webhook, {}, event.dump(), /*tries=*/4};
    const json& secret = call.world.settings["vsai_secret"];
    if (secret.is_string()) {
      delivery.headers["X-Webhook-Signature"] =
          HmacSha256Hex(secret.get<std::string>(), delivery.body);
    }
    call.world.webhooks.SendAt(render.ready, delivery);
  }
}

/// "Created" is 200, 201 or 202, in turn: no documentation says which.
int CreatedStatus(const World& world) {
  return 200 + static_cast<int>(world.renders.size() % 3);
}

Render* AcceptPhoto(Call& call, Render order) {
  return &call.world.Accept(std::move(order), 403, "Photo limit reached");
}

/// One render of a request that has one or, in bulk, several.
Render& CreateRender(Call& call, const json& body) {
  CheckFields(body, kCreateFields, "render");
  const bool single = body.contains("config");
  if (single == body.contains("configs")) {
    throw Refusal{400, "render: either config or configs"};
  }
  if (!single && body.contains("variation_count")) {
    throw Refusal{400, "render: with configs each has its variation_count"};
  }
  if (body.contains("image_url") == body.contains("image_urls")) {
    throw Refusal{400, "render: image_url is missing"};
  }
  const SourcePtr source = ImageAt(
      call.world,
      body.contains("image_url") ? body["image_url"] : body["image_urls"][0]);
  Render order = call.Order(1, {});
  order.webhook = body.value("webhook_url", json("")).is_string()
                      ? body.value("webhook_url", "")
                      : "";
  const json configs = single ? json::array({body["config"]}) : body["configs"];
  for (const json& config : configs) {
    CheckConfig(config, !single);
    const json& holder = single ? body : config;
    AddVariations(order, source, config, holder.value("variation_count", 1));
  }
  if (order.results.size() > size_t{kMaxVariations}) {
    throw Refusal{400, "render: more than 20 variations"};
  }
  Render* render = AcceptPhoto(call, std::move(order));
  PlanWebhooks(call, *render);
  return *render;
}

Answer Create(Call& call) {
  Render& render = CreateRender(call, call.json);
  const json& wait = call.json.value("wait_for_completion", json(false));
  if (wait == true) call.HoldUntil(render.ready);
  return Answer::Json(RenderJson(call, render, wait == true, 20),
                      CreatedStatus(call.world));
}

Render& RenderOf(Call& call, const std::string& id) {
  Render* render = call.world.FindRender(call.vendor, id);
  if (render == nullptr) {
    throw Refusal{404, "render not found", Refusal::Blame::kAccount};
  }
  return *render;
}

Answer Get(Call& call) {
  return Answer::Json(
      RenderJson(call,
                 RenderOf(call, call.ids.front()),
                 call.Query("include_variations") == "true",
                 call.QueryInteger("variations_limit", 1, 100, 20)));
}

Answer GetVariation(Call& call) {
  Render& render = RenderOf(call, call.ids.front());
  for (Result& result : render.results) {
    if (result.id == call.ids[1]) {
      return Answer::Json(VariationJson(call, render, result));
    }
  }
  throw Refusal{404, "variation not found", Refusal::Blame::kAccount};
}

Answer List(Call& call) {
  const int limit = call.QueryInteger("limit", 1, 100, 20);
  const bool ascending = call.Query("order") == "asc";
  const std::string cursor = call.Query("cursor").value_or("");
  std::vector<Render*> all;
  for (Render& render : call.world.renders) {
    if (render.vendor == call.vendor) all.push_back(&render);
  }
  if (!ascending) std::reverse(all.begin(), all.end());
  json items = json::array();
  json next = nullptr;
  bool begun = cursor.empty();
  for (Render* render : all) {
    if (begun && static_cast<int>(items.size()) == limit) {
      next = items.back().at("id");
      break;
    }
    if (begun) items.push_back(RenderJson(call, *render, true, 20));
    begun = begun || render->id == cursor;
  }
  return Answer::Json(
      {{"total_count", all.size()}, {"next_cursor", next}, {"items", items}});
}

/// Further variations of a render: not charged, up to 20 in its life.
json AddMore(Call& call, Render& render, const json& body) {
  CheckFields(body, kMoreFields, "variations");
  CheckConfig(body["config"], false);
  const int count = body["variation_count"];
  const size_t before = render.results.size();
  if (before + size_t(count) > size_t{kMaxVariations}) {
    throw Refusal{400, "variations: more than 20 of one render"};
  }
  AddVariations(render, render.results.front().source, body["config"], count);
  render.ready =
      Clock::now() +
      std::chrono::milliseconds(call.world.settings["render_ms"].get<int>());
  call.world.journal.Add("payment",
                         {{"vendor", call.vendor},
                          {"endpoint", call.endpoint},
                          {"render", render.id},
                          {"results", count},
                          {"credits", 0}});
  json variations = json::array();
  for (size_t i = before; i < render.results.size(); ++i) {
    variations.push_back(VariationJson(call, render, render.results[i]));
  }
  return {{"variations", variations}};
}

Answer More(Call& call) {
  Render& render = RenderOf(call, call.ids.front());
  return Answer::Json(AddMore(call, render, call.json), 201);
}

/// The orders of a bulk request, under the name that a test has given them: no
/// documents do.
std::vector<json> BulkOrders(Call& call) {
  const std::string list = call.world.settings.value("vsai_bulk", "");
  if (list.empty() || !call.json.contains(list)) {
    throw Refusal{400, "bulk: the list of orders is missing"};
  }
  json common = call.json;
  common.erase(list);
  CheckFields(common, kBulkFields, "bulk");
  std::vector<json> orders;
  for (json order : call.json[list]) {
    if (common.contains("webhook_url") && !order.contains("render_id")) {
      order["webhook_url"] = common["webhook_url"];
    }
    orders.push_back(std::move(order));
  }
  return orders;
}

Answer Bulk(Call& call) {
  json renders = json::array();
  for (const json& order : BulkOrders(call)) {
    renders.push_back(
        RenderJson(call, CreateRender(call, order), false, /*limit=*/0));
  }
  return Answer::Json({{"renders", renders}}, CreatedStatus(call.world));
}

Answer BulkMore(Call& call) {
  json added = json::array();
  for (json order : BulkOrders(call)) {
    Render& render = RenderOf(call, order.value("render_id", ""));
    order.erase("render_id");
    added.push_back(AddMore(call, render, order));
  }
  return Answer::Json(added, 201);
}

Answer Analyze(Call& call) {
  CheckFields(call.json, kAnalyzeFields, "analyze");
  Render order = call.Order(
      0, PlanResults(ImageAt(call.world, call.json["image_url"]), 1));
  order.results.front().format = PictureFormat::kPng;
  Render& analysis = call.world.Accept(std::move(order), 403, "Forbidden");
  return Answer::Json(
      {{"id", analysis.id},
       {"created_at", analysis.created_ms},
       {"result_url", call.world.Link(analysis.results.front())},
       {"percentage_masked", 12.5},
       {"status", call.State("done")}});
}

Answer Compatibility(Call& call) {
  CheckFields(call.json, kPairFields, "multi-view");
  const SourcePtr first = ImageAt(call.world, call.json["image_urls"][0]);
  const SourcePtr second = ImageAt(call.world, call.json["image_urls"][1]);
  const bool same = first->info.width == second->info.width &&
                    first->info.height == second->info.height;
  return Answer::Json(
      {{"compatible", same},
       {"hard_rejected", !same},
       {"rejection_reason", same ? json() : json("sizes differ")}});
}

Answer User(Call& call) {
  const Account& account = call.world.AccountOf(call.vendor);
  return Answer::Json(
      {{"user", {{"email", "agent@example.com"}, {"uid", account.user_id}}},
       {"photoLimit",
        {{"staging", account.credits + account.spent},
         {"imageEditing", "UNLIMITED"}}},
       {"photosUsedThisPeriod",
        {{"staging", account.spent}, {"imageEditing", 0}}}});
}

Answer Status(Call& call) { return {200, "", "text/plain"}; }

Answer SetSecret(Call& call) {
  CheckFields(call.json, kSecretFields, "webhook-secret");
  call.world.settings["vsai_secret"] = call.json["webhook_secret"];
  return Answer::Json({{"message", "Webhook secret set"}});
}

Answer RemoveSecret(Call& call) {
  call.world.settings.erase("vsai_secret");
  return Answer::Json({{"message", "Webhook secret removed"}});
}

}  // namespace

VendorTable VirtualStagingAiTable() {
  constexpr auto kJson = BodyKind::kJson;
  constexpr auto kNone = BodyKind::kNone;
  return {
      "vsai",
      "/v2",
      "authorization",
      "Api-Key ",
      "message",
      {
          {"status", "GET", "/v2/status", kNone, Status},
          {"user", "GET", "/v2/user", kNone, User},
          {"renders",
           "GET",
           "/v2/renders",
           kNone,
           List,
           {"limit", "cursor", "order"}},
          {"create", "POST", "/v2/renders", kJson, Create},
          {"bulk", "POST", "/v2/renders/bulk", kJson, Bulk},
          {"variations-bulk",
           "POST",
           "/v2/renders/variations/bulk",
           kJson,
           BulkMore},
          {"render",
           "GET",
           "/v2/renders/{}",
           kNone,
           Get,
           {"include_variations",
            "variations_limit",
            "variations_cursor",
            "variations_order"}},
          {"variation",
           "GET",
           "/v2/renders/{}/variations/{}",
           kNone,
           GetVariation},
          {"more", "POST", "/v2/renders/{}/variations", kJson, More},
          {"analyze", "POST", "/v2/analyze", kJson, Analyze},
          {"compatibility",
           "POST",
           "/v2/multi-view-compatibility",
           kJson,
           Compatibility},
          {"secret-set", "POST", "/v2/user/webhook-secret", kJson, SetSecret},
          {"secret-remove",
           "DELETE",
           "/v2/user/webhook-secret",
           kNone,
           RemoveSecret},
      }};
}

}  // namespace stage::vendors
