#include <algorithm>
#include <array>

#include "core/atomic_file.h"
#include "remote/all_vendors.h"
#include "remote/answer.h"
#include "remote/vendor.h"

namespace stage::remote {
namespace {

using nlohmann::json;

// Fields and limits: https://roomstack.io/docs/api. The words of style, room,
// budget, scale and size are the account's; only those of fidelity and room
// size are listed.
constexpr auto kGenerateOptions =
    std::to_array<std::string_view>({"--room",
                                     "--style",
                                     "--prompt",
                                     "--fidelity",
                                     "--room-size",
                                     "--scale",
                                     "--image-size",
                                     "--budget",
                                     "--furniture"});
constexpr auto kGenerateSettings = std::to_array<Setting>({
    {"style"},
    {"roomType"},
    {"budget"},
    {"scale"},
    {"imageSize"},
    {"async", Setting::Kind::kFlag},
});
constexpr auto kEditOptions =
    std::to_array<std::string_view>({"--prompt", "--select", "--mask"});
constexpr auto kEditSettings = std::to_array<Setting>({{"maskField"}});
constexpr auto kServices = std::to_array<Service>({
    {.name = "generate",
     .operation = Operation::kGenerate,
     .options = kGenerateOptions,
     .settings = kGenerateSettings,
     .most_results = 20,
     .preset_words = "roomstack",
     .room_key = "roomType",
     .style_key = "style"},
    {.name = "edit",
     .operation = Operation::kEdit,
     .options = kEditOptions,
     .settings = kEditSettings},
});
constexpr auto kFormats = std::to_array<std::string_view>({"jpeg", "png"});
constexpr auto kWorking = std::to_array<std::string_view>(
    {"queued", "processing", "pending", "completed"});
constexpr VendorSpec kSpec{
    .name = "roomstack",
    .label = "RoomStack",
    .base_url = "https://roomstack.io",
    .key_header = "x-api-key",
    .services = kServices,
    .photo = {.formats = kFormats},
    .poll_least_s = 3,
    .order_timeout_s = 600,  // pictures are made within the request
    .working_words = kWorking,
};

// Of an answer with pictures in base64.
constexpr int64_t kMostAnswerBytes = int64_t{512} << 20;

/// Fact: whether the status of an order may be asked for with a key, which is
/// documented for the vendor's own app only.
constexpr auto kPolls = "polls";

/// A picture that is made within the request is lost with the connection; where
/// orders can be polled, only a short answer is at stake.
bool IsAsync(const OrderContext& context) {
  const std::string async = context.SettingText("async");
  if (!async.empty()) return async == "true";
  return context.leaves ||
         (context.facts != nullptr && context.facts->Get(kPolls) == "true");
}

/// Pictures of an answer: embedded ones are files by now, stored ones have an
/// id or an address.
std::vector<ResultSource> PicturesOf(const json& answer) {
  std::vector<ResultSource> pictures;
  const json& data = Field(answer, {"data"});
  const json& images = Field(answer, {"images"}).is_array()
                           ? Field(answer, {"images"})
                           : Field(data, {"images"});
  if (!images.is_array()) return pictures;
  for (const json& image : images) {
    if (image.is_string()) {
      pictures.push_back({.url = image.get<std::string>(), .with_key = true});
      continue;
    }
    std::string file = TextField(image, {"file"});
    for (const char* place : {"base64", "data", "url", "image", "b64_json"}) {
      if (file.empty()) file = TextField(Field(image, {place}), {"file"});
    }
    const std::string url = TextField(image, {"downloadUrl", "url"});
    const std::string id = TextField(image, {"id"});
    if (!file.empty()) {
      pictures.push_back({.file = file});
    } else if (!url.empty()) {
      pictures.push_back({.url = url, .with_key = true});
    } else if (!id.empty()) {
      pictures.push_back(
          {.url = "/api/v1/images/" + CheckedId(id), .with_key = true});
    }
  }
  return pictures;
}

std::string StatusWord(const json& answer) {
  for (const json* place :
       {&answer, &Field(answer, {"meta"}), &Field(answer, {"data"})}) {
    const std::string word = LowerCase(TextField(*place, {"status"}));
    if (!word.empty()) return word;
  }
  return "";
}

std::string GenerationId(const json& answer) {
  for (const json* place : {&answer, &Field(answer, {"data"})}) {
    const std::string id =
        TextField(*place, {"generationId", "generation_id", "id"});
    if (!id.empty()) return id;
  }
  return "";
}

class RoomStackVendor final : public Vendor {
 public:
  const VendorSpec& spec() const override { return kSpec; }

  void CheckJob(const StagingJob& job, const Service& service) const override {
    if (service.operation != Operation::kEdit) return;
    const bool has_mask = !job.edit.mask.empty() || !job.edit.mask_box.empty();
    if (has_mask && !job.vendor_options.contains("maskField")) {
      throw Error(ErrorKind::kUsage,
                  "roomstack takes masks in a field that its documents do not "
                  "name: give the name with --set maskField=NAME, or leave "
                  "--mask out");
    }
  }

  /// One a variant; how much more a wider scale or a larger picture costs is
  /// not documented.
  std::optional<double> EstimateCredits(const StagingJob& job,
                                        const Service&) const override {
    const auto word = [&](const char* key, const std::string& neutral) {
      return job.vendor_options.value(key, neutral);
    };
    const std::string scale = word("scale", job.generate.scale);
    const std::string size = word("imageSize", job.generate.image_size);
    const bool is_usual = (scale.empty() || scale == "standard") &&
                          (size.empty() || size == "1K" || size == "source");
    if (!is_usual) return std::nullopt;
    return std::max(1, job.variants);
  }

  /// Finds out, by an order that is finished, whether orders can be polled.
  void Prepare(OrderContext& context) const override {
    if (context.facts == nullptr || !context.facts->Get(kPolls).empty()) return;
    const std::string finished = context.facts->Get(kFinishedOrder);
    if (finished.empty()) return;
    try {
      const OrderStatus status =
          ReadStatus(AskStatus(context, finished, context.Scratch("earlier")));
      context.facts->Put(kPolls,
                         status.state == OrderState::kDone ? "true" : "false");
    } catch (const CallError&) {
      context.facts->Put(kPolls, "false");
    } catch (const BadAnswer&) {
      context.facts->Put(kPolls, "false");
    }
  }

  Call OrderCall(const OrderContext& context) const override {
    return context.service.operation == Operation::kEdit
               ? EditCall(context)
               : GenerateCall(context);
  }

  OrderStatus ReadOrderAnswer(OrderContext& context,
                              const json& answer) const override {
    const std::string id = GenerationId(answer);
    if (!id.empty()) context.order.id = CheckedId(id);
    OrderStatus status = ReadStatus(answer);
    if (status.state == OrderState::kWorking && context.order.id.empty()) {
      throw BadAnswer("the answer has neither pictures nor a generation id");
    }
    const std::string request = TextField(answer, {"requestId"});
    if (!request.empty()) status.details["request_id"] = request;
    return status;
  }

  OrderStatus Poll(OrderContext& context) const override {
    // Pictures that a delivery named are fetched without asking for more.
    const json& images = Field(context.order.data, {"images"});
    if (images.is_array() && !images.empty()) {
      return ReadStatus({{"images", images}});
    }
    try {
      OrderStatus status =
          ReadStatus(AskStatus(context, context.order.id, context.pictures));
      const bool is_finished = status.word == "completed" ||
                               status.word == "done" ||
                               status.word == "succeeded";
      if (status.state == OrderState::kWorking && is_finished) {
        throw NoPictures();
      }
      return status;
    } catch (const CallError& error) {
      if (!IsRefused(error)) throw;
      OrderStatus status;
      status.cannot_poll = true;
      return status;
    }
  }

  Account ReadAccount(VendorClient& client,
                      const Cancelled& cancelled) const override {
    Account account;
    account.details["credits"] =
        client.Ask({.path = "/api/v1/credits"}, cancelled);
    account.details["usage"] = client.Ask({.path = "/api/v1/usage"}, cancelled);
    const json& told = account.details["credits"];
    for (const json& place : {told, Field(told, {"data", "credits"})}) {
      if (!account.credits) {
        account.credits = NumberField(place,
                                      {"credits",
                                       "remainingCredits",
                                       "remaining",
                                       "availableCredits",
                                       "balance"});
      }
    }
    return account;
  }

 private:
  /// @param pictures  begins the names of those that the answer holds
  static json AskStatus(const OrderContext& context,
                        const std::string& id,
                        const std::filesystem::path& pictures) {
    return context.client.Ask({.path = "/api/generations",
                               .query = {{"id", id}},
                               .timeout_s = 300,
                               .most_answer_bytes = kMostAnswerBytes,
                               .answer_file = context.Scratch("status.json"),
                               .pictures = pictures},
                              context.cancelled);
  }

  static bool IsRefused(const CallError& error) {
    return error.status() == 401 || error.status() == 403 ||
           error.status() == 404;
  }

  static OrderStatus ReadStatus(const json& answer) {
    OrderStatus status;
    const std::string word = StatusWord(answer);
    if (word == "failed" || word == "error") {
      status.state = OrderState::kFailed;
      status.error = TextField(answer, {"error", "message"});
      if (status.error.empty()) {
        status.error = TextField(Field(answer, {"data"}), {"error", "message"});
      }
      return status;
    }
    status.results = PicturesOf(answer);
    if (!status.results.empty()) {
      status.state = OrderState::kDone;
    } else {
      status.word = word;
    }
    status.credits = NumberField(answer, {"creditsCharged"});
    if (!status.credits) {
      status.credits = NumberField(Field(answer, {"data"}), {"creditsCharged"});
    }
    if (const auto ms = NumberField(Field(answer, {"meta"}), {"durationMs"})) {
      status.took_s = *ms / 1000;
    }
    return status;
  }

  static Call GenerateCall(const OrderContext& context) {
    const GenerateParameters& wishes = context.job.generate;
    const auto own = [&](const char* key, const std::string& neutral) {
      const std::string set = context.SettingText(key);
      return set.empty() ? neutral : set;
    };
    std::vector<FormField> fields = {
        {.name = "image",
         .file = context.photo.file,
         .content_type = context.photo.content_type}};
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) fields.push_back({.name = name, .text = value});
    };
    add("style", context.StyleWord());
    add("roomType", context.RoomWord());
    add("budget", own("budget", wishes.budget));
    add("variants", std::to_string(context.order.results));
    add("scale", own("scale", wishes.scale));
    add("imageSize",
        own("imageSize",
            wishes.image_size == "source" ? "" : wishes.image_size));
    add("roomFidelity", std::string(FidelityName(wishes.fidelity)));
    add("roomSize", wishes.room_size);
    add("promptOverride", wishes.prompt);
    for (const FittedFile& piece : context.furniture) {
      fields.push_back({.name = "furnitureImages",
                        .file = piece.file,
                        .content_type = piece.content_type});
    }
    Call call{.method = "POST", .path = "/api/v1/generate"};
    if (IsAsync(context)) call.query = {{"async", "true"}};
    call.body = MultipartBody(fields);
    call.most_answer_bytes = kMostAnswerBytes;
    call.timeout_s = kSpec.order_timeout_s;
    return call;
  }

  static Call EditCall(const OrderContext& context) {
    const EditParameters& wishes = context.job.edit;
    json body = {{"originalImage", DataUrl(context.photo)}};
    if (!wishes.prompt.empty()) body["editPrompt"] = wishes.prompt;
    if (!wishes.select.empty()) body["selectedFurniture"] = wishes.select;
    if (context.mask) {
      body[context.SettingText("maskField")] = DataUrl(*context.mask);
    }
    Call call = PostJson("/api/v1/edit", body);
    call.most_answer_bytes = kMostAnswerBytes;
    call.timeout_s = kSpec.order_timeout_s;
    return call;
  }
};

}  // namespace

const Vendor& RoomStack() {
  static const RoomStackVendor vendor;
  return vendor;
}

}  // namespace stage::remote
