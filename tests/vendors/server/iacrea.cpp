// IACrea: room creation in a mask; photos and masks lie on the web.

#include <array>

#include "vendors/server/call.h"
#include "vendors/server/text_codes.h"

namespace stage::vendors {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> kRooms = {
    "BATHROOM", "KITCHEN", "SHOWEROOM"};
constexpr std::array<std::string_view, 4> kThemes = {
    "MODERN", "INDUSTRIAL", "SCANDINAVIAN", "LUXURIOUS"};

constexpr auto kGenerateFields = std::to_array<Field>({
    {"user_id", FieldKind::kUuid, Field::kRequired},
    {"image_url", FieldKind::kUrl, Field::kRequired},
    {"mask_url", FieldKind::kUrl, Field::kRequired},
    {"room_type", FieldKind::kWord, Field::kRequired, kRooms},
    {"theme", FieldKind::kWord, Field::kRequired, kThemes},
    {"width", FieldKind::kInteger, Field::kRequired, {}, 1, 20000},
    {"height", FieldKind::kInteger, Field::kRequired, {}, 1, 20000},
    {"webhook", FieldKind::kUrl},
});
constexpr auto kVariationFields = std::to_array<Field>({
    {"user_id", FieldKind::kUuid, Field::kRequired},
    {"generation_id", FieldKind::kUuid, Field::kRequired},
    {"original_url", FieldKind::kUrl, Field::kRequired},
    {"mask_url", FieldKind::kUrl},
    {"room_type", FieldKind::kWord, Field::kRequired, kRooms},
    {"theme", FieldKind::kWord, Field::kRequired, kThemes},
    {"webhook", FieldKind::kUrl},
});
constexpr auto kGetFields = std::to_array<Field>({
    {"user_id", FieldKind::kUuid, Field::kRequired},
    {"generation_id", FieldKind::kUuid, Field::kRequired},
});
constexpr auto kCreditFields = std::to_array<Field>({
    {"user_id", FieldKind::kUuid, Field::kRequired},
});

void CheckBody(const Call& call, Fields fields) {
  CheckFields(call.json, fields, call.endpoint);
  if (call.json["user_id"] != call.world.AccountOf(call.vendor).user_id) {
    throw Refusal{401, "user_id is another account's"};
  }
}

void CheckSize(const Source& source, const json& body, const char* what) {
  if (source.info.width != body["width"] ||
      source.info.height != body["height"]) {
    throw Refusal{400, std::string(what) + " is not width x height"};
  }
}

Render& GenerationOf(Call& call) {
  Render* render =
      call.world.FindRender(call.vendor, call.json["generation_id"]);
  if (render == nullptr) {
    throw Refusal{404, "generation not found", Refusal::Blame::kAccount};
  }
  return *render;
}

Render& Accept(Call& call, const SourcePtr& source) {
  Render order = call.Order(1, PlanResults(source, 1));
  order.webhook = call.json.value("webhook", "");
  Render& render =
      call.world.Accept(std::move(order), 402, "No photos remaining");
  if (!render.webhook.empty()) {
    const json event =
        render.fails
            ? json{{"generation_id", render.id}, {"status", "FAILED"}}
            : json{{"generation_id", render.id},
                   {"status", "SUCCEEDED"},
                   {"urls", {call.world.Link(render.results.front())}}};
    call.world.webhooks.SendAt(render.ready,
                               {"iacrea", render.webhook, {}, event.dump()});
  }
  return render;
}

Answer Generate(Call& call) {
  CheckBody(call, kGenerateFields);
  const SourcePtr image = call.world.Fetch(call.json["image_url"]);
  const SourcePtr mask = call.world.Fetch(call.json["mask_url"]);
  CheckSize(*image, call.json, "image");
  CheckSize(*mask, call.json, "mask");
  Render& render = Accept(call, image);
  render.facts = {{"image_url", call.json["image_url"]}, {"project", Uuid()}};
  return Answer::Json(
      {{"generation_id", render.id},
       {"remaining_photos", call.world.AccountOf(call.vendor).credits},
       {"project_id", render.facts["project"]}});
}

Answer GenerateVariation(Call& call) {
  CheckBody(call, kVariationFields);
  const Render& earlier = GenerationOf(call);
  if (earlier.facts["image_url"] != call.json["original_url"]) {
    throw Refusal{400, "original_url is not the earlier generation's"};
  }
  const json facts = earlier.facts;
  Render& render = Accept(call, call.world.Fetch(call.json["original_url"]));
  render.results.front().variant = 1;
  render.facts = facts;
  return Answer::Json({{"generation_id", render.id}});
}

Answer Get(Call& call) {
  CheckBody(call, kGetFields);
  Render& render = GenerationOf(call);
  const char* state = !render.is_started() ? "STARTING"
                      : !render.is_ready() ? "PROCESSING"
                      : render.fails       ? "FAILED"
                                           : "SUCCEEDED";
  json body = {{"status", call.State(state)}, {"variationNumber", 0}};
  if (render.is_ready() && render.fails && !render.facts.contains("refunded")) {
    render.facts["refunded"] = true;
    call.world.Refund(render);
  }
  if (render.is_ready() && !render.fails) {
    body["urls"] = {call.world.Link(render.results.front())};
  }
  return Answer::Json(body);
}

Answer Credit(Call& call) {
  CheckBody(call, kCreditFields);
  const double credits = call.world.AccountOf(call.vendor).credits;
  return Answer::Json(
      {{"total", credits}, {"subscription", credits}, {"extra", 0}});
}

}  // namespace

VendorTable IacreaTable() {
  constexpr auto kJson = BodyKind::kJson;
  return {
      "iacrea",
      "",
      "x-api-key",
      "",
      "error",
      {
          {"generate", "POST", "/api/create_room/generate", kJson, Generate},
          {"variation",
           "POST",
           "/api/create_room/generate-variation",
           kJson,
           GenerateVariation},
          {"get", "POST", "/api/create_room/get", kJson, Get},
          {"credit", "POST", "/api/account/credit", kJson, Credit},
      }};
}

}  // namespace stage::vendors
