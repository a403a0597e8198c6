// RoomStack: furnishing and edits, results in the answer or behind the key.

#include <array>

#include "vendors/server/call.h"
#include "vendors/server/text_codes.h"

namespace stage::vendors {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> kFidelities = {
    "strict", "balanced", "creative"};
constexpr std::array<std::string_view, 3> kSizes = {"small", "medium", "large"};
constexpr std::array<std::string_view, 1> kTrue = {"true"};

constexpr auto kGenerateFields = std::to_array<Field>({
    {"image", FieldKind::kFile, Field::kRequired},
    {"style", FieldKind::kToken},
    {"roomType", FieldKind::kToken},
    {"budget", FieldKind::kToken},
    {"variants", FieldKind::kInteger, Field::kOptional, {}, 1, 20},
    {"scale", FieldKind::kToken},
    {"imageSize", FieldKind::kToken},
    {"roomFidelity", FieldKind::kWord, Field::kOptional, kFidelities},
    {"roomSize", FieldKind::kWord, Field::kOptional, kSizes},
    {"promptOverride", FieldKind::kText},
    {"furnitureImages", FieldKind::kFile},
    {"async", FieldKind::kWord, Field::kOptional, kTrue},
});
// The mask's name is not documented: either of the two is taken.
constexpr auto kEditFields = std::to_array<Field>({
    {"originalImage", FieldKind::kDataUrl, Field::kRequired},
    {"editPrompt", FieldKind::kText},
    {"selectedFurniture", FieldKind::kTexts},
    {"mask", FieldKind::kDataUrl},
    {"maskImage", FieldKind::kDataUrl},
});

SourcePtr ImagePart(const FormPart& part) {
  SourcePtr source = World::MakeSource(
      part.content,
      {PictureFormat::kJpeg, PictureFormat::kPng, PictureFormat::kWebp},
      part.name);
  if (part.content_type != MediaType(source->info.format)) {
    throw Refusal{400,
                  part.name + ": its Content-Type '" + part.content_type +
                      "' is not its bytes'"};
  }
  return source;
}

/// imageSize is taken as the long edge, 1K = 1024 pixels.
std::vector<Result> Sized(const SourcePtr& source,
                          int count,
                          const std::string& size) {
  const int long_edge = 1024 * std::atoi(size.c_str());
  const int width = source->info.width;
  const int height = source->info.height;
  if (long_edge == 0 || width == 0) return PlanResults(source, count);
  const int longest = std::max(width, height);
  return PlanResults(
      source, count, width * long_edge / longest, height * long_edge / longest);
}

void AsPng(std::vector<Result>& results) {
  for (Result& result : results) result.format = PictureFormat::kPng;
}

/// Takes the order, or answers 402 with the numbers.
Render* Accept(Call& call, Render order, Answer& poor) {
  const double needed = order.credits;
  try {
    return &call.world.Accept(std::move(order), 402, "Not enough credits");
  } catch (const Refusal&) {
    poor = Answer::Json(
        {{"error", "Not enough credits"},
         {"creditsRequired", needed},
         {"availableCredits", call.world.AccountOf(call.vendor).credits}},
        402);
    return nullptr;
  }
}

json ImageFacts(const Call& call, const Render& render) {
  json images = json::array();
  for (const Result& result : render.results) {
    images.push_back({{"id", result.id},
                      {"index", result.variant},
                      {"mimeType", MediaType(result.format)},
                      {"sizeBytes", call.world.PictureBytes(result).size()},
                      {"downloadUrl",
                       call.world.api_origin + "/api/v1/images/" + result.id}});
  }
  return images;
}

void PlanWebhook(Call& call, const Render& render, const char* event) {
  const json& webhook = call.world.settings.at("roomstack_webhook");
  if (!webhook.is_object() || render.fails) return;
  const std::string timestamp = std::to_string(EpochMs() / 1000);
  const std::string delivery = Uuid();
  const json body = {{"id", delivery},
                     {"event", event},
                     {"createdAt", "2026-01-01T00:00:00Z"},
                     {"data",
                      {{"generationId", render.id},
                       {"kind", "generation"},
                       {"source", "api"},
                       {"status", "completed"},
                       {"creditsCharged", render.credits},
                       {"settings", render.facts},
                       {"images", ImageFacts(call, render)}}}};
  const std::string text = body.dump();
  call.world.webhooks.SendAt(
      render.ready,
      {"roomstack",
       webhook.at("url"),
       {{"RoomStack-Event", event},
        {"RoomStack-Delivery", delivery},
        {"RoomStack-Timestamp", timestamp},
        {"RoomStack-Signature",
         "v1=" + HmacSha256Hex(webhook.at("secret").get<std::string>(),
                               timestamp + "." + text)}},
       text});
}

/// Waits for the render and answers with its pictures.
Answer Finished(Call& call, const std::string& id) {
  call.HoldUntil(call.world.FindRender(call.vendor, id)->ready);
  Render& render = *call.world.FindRender(call.vendor, id);
  if (render.fails) {
    return Answer::Json({{"error", "The provider failed"}}, 500);
  }
  Answer answer;
  json images = json::array();
  for (const Result& result : render.results) {
    images.push_back(
        {{"base64",
          "data:image/png;base64," + Base64(call.ResultBytes(result))}});
    answer.results.push_back(result.id);
  }
  if (call.Has(FaultKind::kNotImage) || call.Has(FaultKind::kOtherSize)) {
    answer.results.clear();
  }
  json body = {{"requestId", "rs-" + RandomHex(4)},
               {"generationId", render.id},
               {"images", images},
               {"meta",
                {{"status", call.State("COMPLETED")},
                 {"durationMs", render.ready_ms() - render.created_ms}}}};
  if (call.Has(FaultKind::kNotStored)) body["generationId"] = nullptr;
  answer.body = body.dump();
  return answer;
}

double Price(const json& texts) {
  const double variants = texts.value("variants", 1);
  const double wide = texts.value("scale", "") == "wide" ? 2 : 1;
  const int size = std::atoi(texts.value("imageSize", "1K").c_str());
  return variants * wide * std::max(1, size);
}

Answer Generate(Call& call) {
  json texts = CheckForm(call.parts, kGenerateFields, "furnitureImages");
  SourcePtr image;
  for (const FormPart& part : call.parts) {
    if (part.name == "image") image = ImagePart(part);
    if (part.name == "furnitureImages") ImagePart(part);
  }
  const std::string in_query = call.Query("async").value_or("");
  if (!in_query.empty() && in_query != "true" && in_query != "false") {
    throw Refusal{400, "?async=" + in_query + ": not allowed"};
  }
  const bool async = in_query == "true" || texts.value("async", "") == "true";
  Render order = call.Order(
      Price(texts),
      Sized(image, texts.value("variants", 1), texts.value("imageSize", "")));
  AsPng(order.results);
  order.facts = {{"style", texts.value("style", "")},
                 {"roomType", texts.value("roomType", "")},
                 {"variants", texts.value("variants", 1)}};
  Answer poor;
  const Render* render = Accept(call, std::move(order), poor);
  if (render == nullptr) return poor;
  PlanWebhook(call, *render, "generation.completed");
  if (!async) return Finished(call, render->id);
  return Answer::Json({{"requestId", "rs-" + RandomHex(4)},
                       {"generationId", render->id},
                       {"status", "queued"}},
                      202);
}

Answer Edit(Call& call) {
  CheckFields(call.json, kEditFields, "edit");
  if (call.json.size() < 2) {
    throw Refusal{400, "edit: neither prompt nor furniture nor mask"};
  }
  Render order = call.Order(
      1,
      PlanResults(
          World::MakeSource(
              DataUrlBytes(call.json.at("originalImage"), "edit"),
              {PictureFormat::kJpeg, PictureFormat::kPng, PictureFormat::kWebp},
              "originalImage"),
          1));
  AsPng(order.results);
  Answer poor;
  const Render* render = Accept(call, std::move(order), poor);
  if (render == nullptr) return poor;
  PlanWebhook(call, *render, "edit.completed");
  return Finished(call, render->id);
}

Answer Image(Call& call) {
  Result* result = nullptr;
  const Render* render = call.world.FindResult(call.ids.front(), &result);
  if (render == nullptr || render->vendor != call.vendor ||
      !render->is_ready() || render->fails) {
    throw Refusal{404, "no such image", Refusal::Blame::kAccount};
  }
  Answer answer{
      200, call.ResultBytes(*result), std::string(MediaType(result->format))};
  if (!call.Has(FaultKind::kNotImage) && !call.Has(FaultKind::kOtherSize)) {
    answer.results = {result->id};
  }
  return answer;
}

Answer Generation(Call& call) {
  const std::string poll = call.world.settings.at("roomstack_poll");
  if (poll != "works") {
    throw Refusal{std::stoi(poll), "app only", Refusal::Blame::kAccount};
  }
  const Render* render =
      call.world.FindRender(call.vendor, call.Query("id").value_or(""));
  if (render == nullptr) throw Refusal{404, "no such generation"};
  const char* state = !render->is_started() ? "queued"
                      : !render->is_ready() ? "processing"
                      : render->fails       ? "failed"
                                            : "completed";
  json body = {{"generationId", render->id}, {"status", call.State(state)}};
  const bool is_strange = call.Has(FaultKind::kStatusWord);
  if (render->is_ready() && !render->fails && !is_strange) {
    body["images"] = ImageFacts(call, *render);
  }
  return Answer::Json(body);
}

Answer Credits(Call& call) {
  return Answer::Json(
      {{"remainingCredits", call.world.AccountOf(call.vendor).credits},
       {"subscription", {{"status", "active"}}}});
}

Answer Usage(Call& call) {
  return Answer::Json(
      {{"creditsUsed", call.world.AccountOf(call.vendor).spent}});
}

}  // namespace

VendorTable RoomStackTable() {
  return {"roomstack",
          "",
          "x-api-key",
          "",
          "error",
          {
              {"generate",
               "POST",
               "/api/v1/generate",
               BodyKind::kForm,
               Generate,
               {"async"}},
              {"edit", "POST", "/api/v1/edit", BodyKind::kJson, Edit},
              {"image", "GET", "/api/v1/images/{}", BodyKind::kNone, Image},
              {"credits", "GET", "/api/v1/credits", BodyKind::kNone, Credits},
              {"usage", "GET", "/api/v1/usage", BodyKind::kNone, Usage},
              {"generation",
               "GET",
               "/api/generations",
               BodyKind::kNone,
               Generation,
               {"id"}},
          }};
}

}  // namespace stage::vendors
