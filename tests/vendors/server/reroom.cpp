// ReRoom Enterprise: uploads, many render tools, upscaling.

#include <algorithm>

#include "vendors/server/call.h"
#include "vendors/server/reroom_words.h"
#include "vendors/server/text_codes.h"

namespace stage::vendors {
namespace {

using namespace reroom;  // NOLINT(google-build-using-namespace): word lists
using nlohmann::json;

constexpr int kMaxConcurrent = 10;
constexpr size_t kMaxUpload = 15'000'000;
constexpr int kLeastSide = 512;
constexpr int kMostSide = 4096;
constexpr int kUpscaledShortSide = 1536;
constexpr auto kWord = FieldKind::kWord;
constexpr auto kOptional = Field::kOptional;
constexpr auto kRequired = Field::kRequired;

constexpr auto kFields =
    std::to_array<std::string_view>({"interior", "exterior"});
constexpr Field kFileName = {"file_name", FieldKind::kText};
constexpr Field kFileUrl = {"file_url", FieldKind::kUrl};
constexpr Field kTool = {"tool", FieldKind::kText};
constexpr Field kPrompt = {"prompt", FieldKind::kText};
constexpr Field kLevel = {
    "creativity_level", FieldKind::kNumber, kOptional, {}, 0.5, 1.0};
constexpr Field kCreativity = {"creativity", kWord, kRequired, kCreativities};
constexpr Field kDaylight = {"daylight", kWord, kOptional, kDaylights};
constexpr Field kSeason = {"season", kWord, kOptional, kSeasons};
constexpr Field kMaterial = {
    "architectural_material", kWord, kOptional, kArchitecturalMaterials};

constexpr auto kInterior = std::to_array<Field>({
    kFileName,
    kFileUrl,
    kCreativity,
    {"type", kWord, kOptional, kInteriorTypes},
    {"style", kWord, kOptional, kInteriorStyles},
    kDaylight,
    kSeason,
    {"color", kWord, kOptional, kColors},
    kMaterial,
    kPrompt,
    kLevel,
});
constexpr auto kExterior = std::to_array<Field>({
    kFileName,
    kFileUrl,
    kCreativity,
    {"type", kWord, kOptional, kExteriorTypes},
    {"style", kWord, kOptional, kExteriorStyles},
    kDaylight,
    {"sky", kWord, kOptional, kSkies},
    kSeason,
    {"landscape", kWord, kOptional, kLandscapes},
    kMaterial,
    kPrompt,
    kLevel,
});
constexpr auto kSketchInterior = std::to_array<Field>({
    kFileName,
    kFileUrl,
    kTool,
    {"type", kWord, kOptional, kInteriorTypes},
    {"style", kWord, kOptional, kInteriorStyles},
    {"view", kWord, kOptional, kViews},
});
constexpr auto kSketchExterior = std::to_array<Field>({
    kFileName,
    kFileUrl,
    kTool,
    {"type", kWord, kOptional, kExteriorTypes},
    {"style", kWord, kOptional, kExteriorStyles},
    {"view", kWord, kOptional, kViews},
});
constexpr auto kEmptyRoom = std::to_array<Field>({kFileName, kFileUrl, kTool});
constexpr Field kAction = {"action", FieldKind::kText, kRequired};
constexpr auto kPreset = std::to_array<Field>({
    kFileName,
    kFileUrl,
    kTool,
    kAction,
    {"type", kWord, kRequired, kStagingTypes},
    {"style", kWord, kRequired, kStagingStyles},
});
constexpr auto kReference = std::to_array<Field>({
    kFileName,
    kFileUrl,
    kTool,
    kAction,
    {"reference_file_urls", FieldKind::kUrls, kRequired},
});
constexpr auto kUpscaleFields = std::to_array<Field>({kFileName, kFileUrl});
constexpr auto kObjectFields = std::to_array<Field>({
    {"category", FieldKind::kText, kRequired},
    {"name", FieldKind::kText, kRequired},
});

struct Category {
  std::string_view name;
  std::string_view field;
  Words objects;
};
constexpr auto kCategories = std::to_array<Category>({
    {"furniture", "interior", kFurniture},
    {"decoration", "interior", kDecoration},
    {"creature", "interior", kCreatures},
    {"street_landscape", "exterior", kStreetLandscape},
    {"street_furniture", "exterior", kStreetFurniture},
    {"street_creature", "exterior", kStreetCreatures},
});

struct EditParameter {
  std::string_view action;
  Field field;
};
constexpr auto kEditParameters = std::to_array<EditParameter>({
    {"material", {"material", kWord, kRequired, kEditMaterials}},
    {"prompt", {"prompt", FieldKind::kText, kRequired}},
    {"object", {"object", FieldKind::kObject, kRequired}},
});

SourcePtr SourceOf(Call& call) {
  const json& body = call.json;
  if (body.contains("file_name") == body.contains("file_url")) {
    throw Refusal{400, "No file name or file URL provided"};
  }
  if (body.contains("file_url")) return call.world.Fetch(body["file_url"]);
  const auto upload =
      call.world.uploads.find("reroom/" + body["file_name"].get<std::string>());
  if (upload == call.world.uploads.end()) {
    throw Refusal{400, "Invalid filename"};
  }
  return upload->second;
}

void CheckObject(const json& object, const std::string& field) {
  CheckFields(object, kObjectFields, "object");
  const auto category = std::find_if(
      kCategories.begin(), kCategories.end(), [&](const Category& candidate) {
        return candidate.name == object["category"] && candidate.field == field;
      });
  if (category == kCategories.end() ||
      !HasWord(category->objects, object["name"].get<std::string>())) {
    throw Refusal{400, "object: not in the list: " + object.dump()};
  }
}

/// `field` must be in the body, and the query must not say otherwise.
void CheckEdit(Call& call, const Source& source) {
  const json& body = call.json;
  const std::string action = body.value("action", "");
  std::vector<Field> fields = {
      kFileName,
      kFileUrl,
      kTool,
      {"action", kWord, kRequired, kEditActions},
      {"mask", FieldKind::kBase64Picture, kRequired},
      {"field", kWord, kRequired, kFields},
  };
  for (const EditParameter& parameter : kEditParameters) {
    if (parameter.action == action) fields.push_back(parameter.field);
  }
  CheckFields(body, fields, "edit");
  if (call.Query("field").value_or(body["field"]) != body["field"]) {
    throw Refusal{400, "edit: field differs between query and body"};
  }
  const auto mask = ProbePicture(*FromBase64(body["mask"].get<std::string>()));
  if (mask->width != source.info.width || mask->height != source.info.height) {
    throw Refusal{400, "edit: the mask is not of the picture's size"};
  }
  if (action == "object") CheckObject(body["object"], body["field"]);
}

/// Checks the body of the tool that it names.
void CheckTool(Call& call, const Source& source) {
  const json& body = call.json;
  const std::string field = call.Query("field").value_or("interior");
  if (!HasWord(kFields, field)) throw Refusal{400, "?field=" + field};
  const bool inside = field == "interior";
  const std::string tool = body.value("tool", "");
  const std::string action = body.value("action", "");
  if (tool.empty()) {
    CheckFields(body, inside ? Fields(kInterior) : kExterior, field);
    const bool level = body.contains("creativity_level");
    if (level && body["creativity"] != "precise") {
      throw Refusal{400, "creativity_level needs creativity precise"};
    }
  } else if (tool == "sketch") {
    CheckFields(body, inside ? Fields(kSketchInterior) : kSketchExterior, tool);
  } else if (tool == "empty-room") {
    CheckFields(body, kEmptyRoom, tool);
  } else if (tool == "virtual-staging" && action == "preset") {
    CheckFields(body, kPreset, tool);
  } else if (tool == "virtual-staging" && action == "reference") {
    CheckFields(body, kReference, tool);
    for (const json& url : body["reference_file_urls"]) call.world.Fetch(url);
  } else if (tool == "edit") {
    CheckEdit(call, source);
  } else {
    throw Refusal{400, "Invalid request"};
  }
}

json RenderJson(Call& call, Render& render) {
  const bool at_once = render.facts.value("at_once", false);
  const char* done = at_once ? "painted" : "completed";
  const char* state = !render.is_started() ? "queued"
                      : !render.is_ready() ? "rendering"
                      : render.fails       ? "failed"
                                           : done;
  json body = render.facts.at("echo");
  body.update(
      {{"_id", render.id},
       {"uid", call.world.AccountOf(call.vendor).user_id},
       {"source", "api"},
       {"status", call.State(state)},
       {"outputs", json::array()},
       {"created_at", render.created_ms},
       {"updated_at", render.is_ready() ? render.ready_ms() : EpochMs()}});
  if (render.is_ready() && !render.fails) {
    body["outputs"] = {call.world.Link(render.results.front())};
  }
  return body;
}

Answer WithId(const Render& render) {
  return Answer::Json(
      {{"success", true}, {"data", {{"render_id", render.id}}}});
}

Render& Accept(Call& call, double credits, std::vector<Result> results) {
  const int most = call.world.settings.value("reroom_renders", kMaxConcurrent);
  if (call.world.RendersInFlight(call.vendor) >= most) {
    call.world.journal.Add(
        "refused", {{"vendor", call.vendor}, {"what", "concurrent renders"}});
    throw Refusal{
        400, "Maximum concurrent renders reached", Refusal::Blame::kAccount};
  }
  Render order = call.Order(credits, std::move(results));
  order.id = RandomHex(12);
  order.facts["echo"] = call.json;
  for (const char* source : {"file_name", "file_url", "mask"}) {
    order.facts["echo"].erase(source);
  }
  return call.world.Accept(std::move(order), 400, "Not enough credits");
}

/// The documentation shows two shapes for one answer; both are in use.
bool AnswersFlat(const World& world) {
  const std::string shape = world.settings.at("reroom_shape");
  return shape == "flat" ||
         (shape == "alternate" && world.renders.size() % 2 == 0);
}

Answer StartRender(Call& call) {
  const SourcePtr source = SourceOf(call);
  CheckTool(call, *source);
  const std::string tool = call.json.value("tool", "");
  const bool at_once = tool == "virtual-staging" || tool == "empty-room";
  const bool prompt_edit =
      tool == "edit" && call.json.value("action", "") == "prompt";
  Render& render = Accept(call, 1, PlanResults(source, 1));
  render.facts["at_once"] = tool == "virtual-staging";
  if ((!at_once && !prompt_edit) || !AnswersFlat(call.world)) {
    return WithId(render);
  }
  if (at_once) call.HoldUntil(render.ready);
  if (at_once && render.fails) {
    return Answer::Json({{"err", "Image processing failed"}}, 500);
  }
  return Answer::Json(RenderJson(call, render));
}

Answer Upscale(Call& call) {
  CheckFields(call.json, kUpscaleFields, "upscale");
  const SourcePtr source = SourceOf(call);
  const int shortest = std::min(source->info.width, source->info.height);
  std::vector<Result> results =
      PlanResults(source,
                  1,
                  source->info.width * kUpscaledShortSide / shortest,
                  source->info.height * kUpscaledShortSide / shortest);
  results.front().furnished = false;
  Render& render = Accept(call, 4, std::move(results));
  render.facts["upscale"] = true;
  return WithId(render);
}

Answer Upload(Call& call) {
  const bool jpeg =
      call.content_type == "image/jpeg" || call.content_type == "image/jpg";
  if (!jpeg && call.content_type != "image/png") {
    throw Refusal{400, "JPEG and PNG files only"};
  }
  if (call.body.empty()) throw Refusal{400, "Empty file"};
  if (call.body.size() > kMaxUpload) throw Refusal{400, "Max file size: 15MB"};
  const SourcePtr source =
      World::MakeSource(call.body,
                        {jpeg ? PictureFormat::kJpeg : PictureFormat::kPng},
                        "upload as " + call.content_type);
  const int width = source->info.width;
  const int height = source->info.height;
  if (std::min(width, height) < kLeastSide ||
      std::max(width, height) > kMostSide) {
    throw Refusal{400, "upload: sides must be 512 to 4096 pixels"};
  }
  if (width * 3 < height * 4 || width * 9 > height * 16) {
    throw Refusal{400, "upload: ratio must be from 4:3 to 16:9"};
  }
  const std::string name = Uuid() + (jpeg ? ".jpg" : ".png");
  call.world.uploads["reroom/" + name] = source;
  return Answer::Json({{"success", true}, {"fileName", name}});
}

Answer Get(Call& call) {
  Render* render = call.world.FindRender(call.vendor, call.ids.front());
  if (render == nullptr) throw Refusal{404, "Render not found"};
  const json body = RenderJson(call, *render);
  return render->facts.contains("upscale")
             ? Answer::Json({{"success", true}, {"data", body}})
             : Answer::Json(body);
}

Answer Status(Call& call) {
  const Account& account = call.world.AccountOf(call.vendor);
  return Answer::Json({{"_id", account.user_id},
                       {"uid", account.user_id},
                       {"key", account.key},
                       {"credits", account.credits},
                       {"is_active", account.active},
                       {"is_enterprise", true},
                       {"created_at", 0},
                       {"updated_at", 0}});
}

}  // namespace

VendorTable ReRoomTable() {
  constexpr auto kJson = BodyKind::kJson;
  return {
      "reroom",
      "",
      "authorization",
      "Bearer ",
      "err",
      {
          {"upload", "POST", "/api/enterprise/upload", BodyKind::kRaw, Upload},
          {"render",
           "POST",
           "/api/enterprise/render",
           kJson,
           StartRender,
           {"field"}},
          {"upscale", "POST", "/api/enterprise/upscale", kJson, Upscale},
          {"get", "GET", "/api/enterprise/render/{}", BodyKind::kNone, Get},
          {"status", "GET", "/api/enterprise/status", BodyKind::kNone, Status},
      }};
}

}  // namespace stage::vendors
