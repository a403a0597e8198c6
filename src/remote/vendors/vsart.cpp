#include <algorithm>
#include <array>

#include "core/text_encoding.h"
#include "remote/all_vendors.h"
#include "remote/answer.h"
#include "remote/timestamp.h"
#include "remote/vendor.h"
#include "remote/vendors/vsart_services.h"

namespace stage::remote {
namespace {

using nlohmann::json;
using namespace vsart;  // NOLINT(google-build-using-namespace): its own words
using Names = std::string_view;

constexpr size_t kLongestNotes = 500;
constexpr int kMostPremiumRenders = 8;  // a charge
constexpr double kSecondLook_s = 10;
constexpr double kListLook_s = 0.1;  // at what has been asked for, no request
constexpr auto kGroupEnded = "group_ended";  // in Order::data: its last word
constexpr auto kPremiumRooms =
    std::to_array<Names>({"ldk", "bathroom", "entrance"});
constexpr auto kPremiumStyles =
    std::to_array<Names>({"minimalist", "japandi", "bohemian", "traditional"});

std::string Set(const StagingJob& job, const char* key) {
  return job.vendor_options.value(key, "");
}

bool IsPremium(const StagingJob& job) { return Set(job, "tier") == "premium"; }

bool Cleans(const StagingJob& job) {
  return job.generate.declutter_first ||
         Set(job, "mode") == "cleanup_and_stage";
}

std::string NotesOf(const StagingJob& job) {
  const std::string set = Set(job, "ai_notes");
  return set.empty() ? job.generate.prompt : set;
}

/// Characters of UTF-8 text.
size_t Characters(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
      }));
}

void CheckPremium(const StagingJob& job, const char* key, Words words) {
  const std::string word = Set(job, key);
  if (std::find(words.begin(), words.end(), word) == words.end()) return;
  throw Error(ErrorKind::kUsage,
              "--set " + std::string(key) + "=" + word +
                  ": vsart has it only with --tier premium");
}

/// True for an order that adds to the group of an earlier one.
bool Adds(const Order& order) { return order.after >= 0; }

/// What the order calls its group of renders.
std::string GroupOf(const Order& order) {
  const std::string group = TextField(order.data, {"group"});
  return group.empty() ? order.token : group;
}

enum class Fate { kWorking, kDone, kFailed };

/// By the documents "rendering", "done" and "error"; other words for the same
/// are understood too.
Fate FateOf(const json& answer) {
  const std::string word = LowerCase(TextField(answer, {"status"}));
  for (const char* done : {"done", "completed", "succeeded"}) {
    if (word == done) return Fate::kDone;
  }
  for (const char* failed : {"error", "failed"}) {
    if (word == failed) return Fate::kFailed;
  }
  return Fate::kWorking;
}

/// The recent renders that the vendor lists for an order: by the group's id,
/// or by the upload, whose address no other group has; without those that
/// were in the group before.
std::vector<json> RendersOf(const json& list, const Order& order) {
  const json& items =
      list.is_array() ? list : Field(list, {"renders", "data", "items"});
  std::vector<json> renders;
  if (!items.is_array()) throw BadAnswer("the list of renders is no list");
  const std::string upload = TextField(order.data, {"image_url"});
  const json earlier = Field(order.data, {"earlier_runs"});
  for (const json& item : items) {
    const std::string group = TextField(item, {"upload_id"});
    const std::string source = TextField(item, {"source_image_url"});
    const bool same_group =
        !group.empty() && (group == order.id || group == GroupOf(order));
    const bool is_earlier =
        std::find(earlier.begin(), earlier.end(), Field(item, {"id"})) !=
        earlier.end();
    if (!is_earlier && (same_group || (!upload.empty() && source == upload))) {
      renders.push_back(item);
    }
  }
  return renders;
}

class VsartVendor final : public Vendor {
 public:
  const VendorSpec& spec() const override { return kSpec; }

  void CheckJob(const StagingJob& job, const Service&) const override {
    const std::string notes = NotesOf(job);
    if (Characters(notes) > kLongestNotes) {
      throw Error(ErrorKind::kUsage,
                  "vsart takes --prompt (ai_notes) of at most 500 characters");
    }
    if (IsPremium(job)) return;
    if (!notes.empty()) {
      throw Error(ErrorKind::kUsage,
                  "vsart has --prompt (ai_notes) only with --tier premium");
    }
    CheckPremium(job, "room_type", kPremiumRooms);
    CheckPremium(job, "style", kPremiumStyles);
  }

  /// Ten renders a request; a second request adds to the group of the first,
  /// which holds twenty of the classic tier.
  std::vector<Order> PlanOrders(const StagingJob& job,
                                const Service& service) const override {
    Service tier = service;
    if (IsPremium(job)) tier.most_results = kMostPremiumRenders;
    std::vector<Order> orders = Vendor::PlanOrders(job, tier);
    for (size_t i = 1; !IsPremium(job) && i < orders.size(); i += 2) {
      orders[i].after = static_cast<int>(i) - 1;
    }
    return orders;
  }

  /// What adds to a group is free by the vendor's help pages; it is counted
  /// all the same, so that a limit holds.
  std::optional<double> EstimateCredits(const StagingJob& job,
                                        const Service& service) const override {
    return static_cast<double>(PlanOrders(job, service).size()) *
           (Cleans(job) ? 2 : 1);
  }

  void Prepare(OrderContext& context) const override {
    if (Adds(context.order)) {
      context.order.data = {
          {"image_url", TextField(context.earlier_data, {"image_url"})},
          {"group", context.earlier_id},
          {"earlier_runs", Field(context.earlier_data, {"runs"})},
          {"earlier_renders", kMostRenders}};
      return;
    }
    const json answer =
        context.client.Ask(UploadCall(context), context.cancelled);
    const std::string url =
        TextField(Unwrapped(answer, {"data"}), {"url", "image_url"});
    if (url.empty()) throw BadAnswer("the upload got no address");
    context.order.data["image_url"] = url;
  }

  Call OrderCall(const OrderContext& context) const override {
    const StagingJob& job = context.job;
    json body = {{"image_url", TextField(context.order.data, {"image_url"})},
                 {"number_of_renders", context.order.results},
                 {"upload_id", GroupOf(context.order)}};
    const auto add = [&](const char* key, const std::string& value) {
      if (!value.empty()) body[key] = value;
    };
    add("tier", Set(job, "tier"));
    add("ai_notes", NotesOf(job));
    add("callback_url", context.webhook_url);
    if (context.service.operation == Operation::kDeclutter) {
      return PostJson("/api/image/render/declutter", body);
    }
    body["room_type"] = context.RoomWord();
    body["style"] = context.StyleWord();
    body["mode"] = Cleans(job) ? "cleanup_and_stage" : "stage";
    add("layout_type", Set(job, "layout_type"));
    return PostJson("/api/image/render/request", body);
  }

  OrderStatus ReadOrderAnswer(OrderContext& context,
                              const json& whole) const override {
    const json& answer = Unwrapped(whole, {"data", "render"});
    const std::string id = TextField(answer, {"upload_id", "uploadId"});
    if (id.empty()) throw BadAnswer("the answer has no upload id");
    context.order.id = CheckedId(id);
    OrderStatus status;
    if (FateOf(answer) == Fate::kFailed) {
      status.state = OrderState::kFailed;
      status.error = TextField(answer, {"error", "message"});
    }
    return status;
  }

  /// The status is the group's and has no pictures; those are in the list,
  /// which serves all orders that have come so far.
  OrderStatus Poll(OrderContext& context) const override {
    json& data = context.order.data;
    if (!data.contains(kGroupEnded)) {
      const json group = AskGroup(context);
      const Fate fate = FateOf(group);
      if (fate == Fate::kWorking) {
        return {.word = LowerCase(TextField(group, {"status"}))};
      }
      data[kGroupEnded] = fate == Fate::kFailed ? "error" : "done";
      // Its slot becomes free before anything else is asked for.
      if (context.list != nullptr) return {.eta_s = 0, .is_made = true};
    }
    const auto list = ListFor(context);
    if (list == nullptr) return {.eta_s = kListLook_s, .is_made = true};
    OrderStatus status = ReadRenders(
        *list, context.order, TextField(data, {kGroupEnded}) == "error");
    const std::vector<json> renders = RendersOf(*list, context.order);
    if (renders.empty()) {
      throw BadAnswer("the order is finished, but not in the list of renders");
    }
    if (status.state == OrderState::kWorking) {
      return {.eta_s = kListLook_s, .is_made = true};
    }
    json runs = json::array();
    for (const json& render : renders) runs.push_back(Field(render, {"id"}));
    data["runs"] = runs;
    return status;
  }

  /// Asks twice, some seconds apart: a render may be listed late.
  Recovery Recover(OrderContext& context,
                   const std::set<std::string>&) const override {
    for (int look = 1; look <= 2; ++look) {
      if (look > 1 && !SleepUnless(kSecondLook_s, context.cancelled)) {
        return Recovery::kUnknown;
      }
      for (const json& render : RendersOf(List(context), context.order)) {
        context.order.id = CheckedId(TextField(render, {"upload_id"}));
        return Recovery::kFound;
      }
      const double before =
          NumberField(context.order.data, {"earlier_renders"}).value_or(0);
      if (RendersTaken(context) > before) {
        context.order.id = GroupOf(context.order);
        return Recovery::kFound;
      }
    }
    return Recovery::kNotTaken;
  }

  Account ReadAccount(VendorClient& client,
                      const Cancelled& cancelled) const override {
    const json answer = client.Ask({.path = "/v1/me"}, cancelled);
    Account account;
    account.identity = TextField(answer, {"email", "user_id", "name"});
    for (const char* name : {"user_id", "email", "name"}) {
      if (answer.contains(name)) account.details[name] = answer[name];
    }
    return account;
  }

 private:
  static Call UploadCall(const OrderContext& context) {
    constexpr const char* kPath = "/api/image/upload";
    const FittedFile& photo = context.photo;
    const std::string form = context.SettingText("upload");
    Call call{.method = "POST", .path = kPath};
    if (form == "base64") {
      call.body = JsonBody({{"image_base64", Base64OfFile(photo.file, "")},
                            {"content_type", photo.content_type}});
    } else if (form == "data_url") {
      call.body = JsonBody({{"data_url", DataUrl(photo)}});
    } else {
      call.body = MultipartBody({{.name = "file",
                                  .file = photo.file,
                                  .content_type = photo.content_type}});
    }
    call.timeout_s = 300;
    return call;
  }

  static json AskGroup(const OrderContext& context) {
    const json answer = context.client.Ask(
        PostJson("/api/image/check-status", {{"upload_id", context.order.id}}),
        context.cancelled);
    return Unwrapped(answer, {"data"});
  }

  static std::shared_ptr<const json> ListFor(const OrderContext& context) {
    if (context.list == nullptr) {
      return std::make_shared<const json>(List(context));
    }
    return context.list->For(context.order.token,
                             [&] { return List(context); });
  }

  static json List(const OrderContext& context) {
    return context.client.Ask(
        {.path = "/v1/renders", .query = {{"limit", "100"}}},
        context.cancelled);
  }

  /// How many renders the order's group has; 0 when it is not known.
  static double RendersTaken(const OrderContext& context) {
    try {
      const json answer =
          context.client.Ask(PostJson("/api/image/check-rendering-amount",
                                      {{"uploadId", GroupOf(context.order)}}),
                             context.cancelled);
      return NumberField(answer, {"renderCount"}).value_or(0);
    } catch (const CallError& error) {
      if (error.status() == 400 || error.status() == 404) return 0;
      throw;
    }
  }

  static OrderStatus ReadRenders(const json& list,
                                 const Order& order,
                                 bool group_failed) {
    OrderStatus status;
    bool all_ended = true;
    for (const json& render : RendersOf(list, order)) {
      all_ended = all_ended && FateOf(render) != Fate::kWorking;
      status.took_s =
          std::max(status.took_s,
                   SecondsBetween(TextField(render, {"created_at"}),
                                  TextField(render, {"completed_at"})));
      const std::string error = TextField(render, {"error"});
      if (!error.empty()) status.error = error;
      for (ResultSource& result :
           PublicResults(Field(render, {"render_urls"}))) {
        status.results.push_back(std::move(result));
      }
    }
    if (!status.results.empty() && all_ended) {
      status.state = OrderState::kDone;
    } else if (group_failed && all_ended) {
      status.state = OrderState::kFailed;
    }
    return status;
  }
};

}  // namespace

const Vendor& Vsart() {
  static const VsartVendor vendor;
  return vendor;
}

}  // namespace stage::remote
