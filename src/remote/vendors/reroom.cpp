#include <algorithm>

#include "remote/all_vendors.h"
#include "remote/answer.h"
#include "remote/timestamp.h"
#include "remote/upload_photo.h"
#include "remote/vendor.h"
#include "remote/vendor_words.h"
#include "remote/vendors/reroom_services.h"
#include "remote/vendors/reroom_wishes.h"

namespace stage::remote {
namespace {

using namespace reroom;  // NOLINT(google-build-using-namespace): its own words
using nlohmann::json;

constexpr double kUpscaleCredits = 4;
constexpr const char* kRenderPath = "/api/enterprise/render";

/// Where an answer keeps the render: renders are flat, upscales wrapped, and
/// the vendor's own samples disagree on the others.
const json& RenderOf(const json& answer) {
  const json& data = Field(answer, {"data"});
  return Field(data, {"status"}).is_string() ? data : answer;
}

std::string RenderId(const json& answer) {
  const std::string id =
      TextField(Field(answer, {"data"}), {"render_id", "_id"});
  return id.empty() ? TextField(answer, {"_id", "render_id"}) : id;
}

OrderStatus ReadRender(const json& answer) {
  const json& render = RenderOf(answer);
  const std::string word = LowerCase(TextField(render, {"status"}));
  OrderStatus status;
  if (word == "failed" || word == "error") {
    status.state = OrderState::kFailed;
    status.error = TextField(render, {"err", "error", "message"});
    return status;
  }
  if (word != "completed" && word != "painted") return {.word = word};
  status.results = PublicResults(Field(render, {"outputs"}));
  status.took_s = SecondsBetween(TextField(render, {"created_at"}),
                                 TextField(render, {"updated_at"}));
  if (!status.results.empty()) status.state = OrderState::kDone;
  status.word = word;
  return status;
}

class ReRoomVendor final : public Vendor {
 public:
  const VendorSpec& spec() const override { return kSpec; }

  std::optional<Verdict> ReadError(int status,
                                   const std::string& words) const override {
    const std::string lower = LowerCase(words);
    const auto says = [&](std::string_view part) {
      return lower.find(part) != std::string::npos;
    };
    if (status != 400) return std::nullopt;
    if (says("not enough credits")) return Verdict::kCredits;
    if (says("maximum concurrent renders")) return Verdict::kBusy;
    return std::nullopt;
  }

  void CheckJob(const StagingJob& job, const Service& service) const override {
    CheckWishes(job, service);
  }

  std::vector<Order> PlanOrders(const StagingJob& job,
                                const Service& service) const override {
    std::vector<Order> orders = Vendor::PlanOrders(job, service);
    if (service.name != kDeclutterAndStage) return orders;
    for (Order& order : orders) {
      order.step = kVirtualStaging;
      order.after = 0;
    }
    orders.insert(orders.begin(),
                  {.step = std::string(kEmptyRoom), .delivers = false});
    return orders;
  }

  std::optional<double> EstimateCredits(const StagingJob&,
                                        const Service& service) const override {
    if (service.name == kUpscale) return kUpscaleCredits;
    return std::nullopt;
  }

  void Prepare(OrderContext& context) const override {
    if (context.order.after >= 0) return;
    context.order.data["file_name"] = UploadedName(context);
    if (!EditAction(context.service).empty()) PrepareMask(context);
    if (context.service.name == kReference) {
      context.transient["reference_file_urls"] = json::array();
      for (const FittedFile& piece : context.furniture) {
        context.transient["reference_file_urls"].push_back(context.Host(piece));
      }
    }
  }

  bool IsUploadGone(const std::string& words) const override {
    return LowerCase(words).find("invalid filename") != std::string::npos;
  }

  Call OrderCall(const OrderContext& context) const override {
    const Service& service = context.service;
    if (service.name == kUpscale) {
      return PostJson("/api/enterprise/upscale", Source(context));
    }
    Call call = PostJson(kRenderPath, RenderBody(context));
    const bool has_field =
        service.name != kVirtualStaging && service.name != kDeclutterAndStage &&
        service.name != kReference && service.name != kReferenceUrls &&
        service.name != kEmptyRoom;
    if (has_field) call.query = {{"field", FieldOf(context.job, service)}};
    call.timeout_s = kSpec.order_timeout_s;
    return call;
  }

  OrderStatus ReadOrderAnswer(OrderContext& context,
                              const json& answer) const override {
    const std::string id = RenderId(answer);
    if (!id.empty()) context.order.id = CheckedId(id);
    OrderStatus status = ReadRender(answer);
    if (context.order.id.empty() && status.state == OrderState::kWorking) {
      throw BadAnswer("the answer has neither a render id nor a picture");
    }
    return status;
  }

  OrderStatus Poll(OrderContext& context) const override {
    OrderStatus status = ReadRender(context.client.Ask(
        {.path = std::string(kRenderPath) + "/" + context.order.id},
        context.cancelled));
    const bool is_finished =
        status.word == "completed" || status.word == "painted";
    if (status.state == OrderState::kWorking && is_finished) {
      throw NoPictures();
    }
    return status;
  }

  Account ReadAccount(VendorClient& client,
                      const Cancelled& cancelled) const override {
    json answer = client.Ask({.path = "/api/enterprise/status"}, cancelled);
    if (Field(answer, {"data"}).is_object()) answer = answer["data"];
    if (!answer.is_object()) throw BadAnswer("the account is no object");
    Account account;
    account.identity = TextField(answer, {"uid", "_id"});
    account.credits = NumberField(answer, {"credits"});
    account.unlimited = account.credits == -1;
    for (const char* name :
         {"uid", "credits", "is_active", "is_enterprise", "updated_at"}) {
      if (answer.contains(name)) account.details[name] = answer[name];
    }
    return account;
  }

 private:
  /// The photo's name at the vendor; uploaded once for all of a job's renders.
  static std::string UploadedName(const OrderContext& context) {
    constexpr const char* kShared = "file_name";
    if (context.shared != nullptr && context.shared->contains(kShared)) {
      return context.shared->at(kShared);
    }
    const json answer = context.client.Ask(
        {.method = "POST",
         .path = "/api/enterprise/upload",
         .body = FileBody(context.photo.file, context.photo.content_type),
         .timeout_s = 300},
        context.cancelled);
    const std::string name =
        TextField(Unwrapped(answer, {"data"}), {"fileName", "file_name"});
    if (name.empty()) throw BadAnswer("the upload got no file name");
    if (context.shared != nullptr) (*context.shared)[kShared] = CheckedId(name);
    return CheckedId(name);
  }

  static void PrepareMask(OrderContext& context) {
    const FittedFile& photo = context.photo;
    FittedFile whole_picture = photo;
    whole_picture.place.reset();
    whole_picture.cut.reset();
    const StagingJob& job = context.job;
    const bool changes_black = context.SettingText("mask_change") == "black";
    const std::string whole = "0,0," + std::to_string(photo.width) + "," +
                              std::to_string(photo.height);
    const auto drawn = context.Scratch("drawn-mask.png");
    if (!context.mask) {  // a prompt for the whole photo
      context.mask = DrawMaskBox(whole, photo.file, whole_picture, drawn);
    }
    if (context.mask->content_type != "image/png") {
      throw Error(ErrorKind::kInput,
                  context.mask->file.string() +
                      ": reroom takes masks as PNG: save it as one");
    }
    if (!changes_black) return;
    const std::string& box = MaskBoxOf(job);
    if (!MaskFileOf(job).empty()) {
      context.mask = InvertMask(*context.mask, drawn);
    } else if (box.empty()) {
      context.mask = DrawMaskBox(
          whole, photo.file, whole_picture, drawn, MaskColours::kBlackOnWhite);
    } else {
      context.mask =
          DrawMaskBox(box, job.input, photo, drawn, MaskColours::kBlackOnWhite);
    }
  }

  static json Source(const OrderContext& context) {
    if (context.order.after >= 0) {
      return {{"file_url", context.earlier_result_url}};
    }
    return {{"file_name", TextField(context.order.data, {"file_name"})}};
  }

  static json RenderBody(const OrderContext& context) {
    const Service& service = context.service;
    json body = Source(context);
    if (context.order.step == kEmptyRoom) {
      body["tool"] = "empty-room";
    } else if (context.order.step == kVirtualStaging) {
      body["tool"] = "virtual-staging";
      body["action"] = "preset";
      body["type"] = context.RoomWord();
      body["style"] = context.StyleWord();
    } else if (service.name == kReference || service.name == kReferenceUrls) {
      body["tool"] = "virtual-staging";
      body["action"] = "reference";
      body["reference_file_urls"] =
          service.name == kReference
              ? context.transient.at("reference_file_urls")
              : json(SplitWords(context.SettingText("reference_file_urls")));
    } else if (!EditAction(service).empty()) {
      AddEdit(context, body);
    } else {
      AddRender(context, body);
    }
    return body;
  }

  static void AddEdit(const OrderContext& context, json& body) {
    const StagingJob& job = context.job;
    const std::string action = EditAction(context.service);
    body["tool"] = "edit";
    body["action"] = action;
    body["field"] = FieldOf(job, context.service);
    body["mask"] = Base64OfFile(context.mask->file, "");
    if (action == "material") body["material"] = job.edit.material;
    if (action == "prompt") body["prompt"] = job.edit.prompt;
    if (action == "object") {
      const auto [category, name] = ObjectOf(job);
      body["object"] = {{"category", category}, {"name", name}};
    }
  }

  /// Interior, exterior, sketch; and edits that render the photo anew.
  static void AddRender(const OrderContext& context, json& body) {
    const StagingJob& job = context.job;
    const auto add = [&](const char* key, const std::string& value) {
      if (!value.empty()) body[key] = value;
    };
    const bool sketch = !job.generate.sketch.empty();
    if (sketch) {
      body["tool"] = "sketch";
      body["view"] = job.generate.sketch;
    } else {
      body["creativity"] = CreativityOf(job, context.service);
    }
    const bool has_words = !context.service.preset_words.empty();
    add("type", has_words ? context.RoomWord() : context.SettingText("type"));
    add("style",
        has_words ? context.StyleWord() : context.SettingText("style"));
    for (const char* key : {"color", "landscape", "architectural_material"}) {
      add(key, context.SettingText(key));
    }
    add("daylight", Either(job.edit.daylight, context, "daylight"));
    add("season", Either(job.edit.season, context, "season"));
    add("sky", Either(job.edit.sky, context, "sky"));
    add("prompt", job.generate.prompt);
    const std::string level = context.SettingText("creativity_level");
    if (!level.empty()) body["creativity_level"] = std::stod(level);
  }

  static std::string Either(const std::string& option,
                            const OrderContext& context,
                            const char* setting) {
    return option.empty() ? context.SettingText(setting) : option;
  }
};

}  // namespace

const Vendor& ReRoom() {
  static const ReRoomVendor vendor;
  return vendor;
}

}  // namespace stage::remote
