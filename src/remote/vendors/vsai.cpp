#include <algorithm>

#include "core/suggestion.h"
#include "remote/all_vendors.h"
#include "remote/answer.h"
#include "remote/timestamp.h"
#include "remote/vendor.h"
#include "remote/vendor_words.h"
#include "remote/vendors/vsai_config.h"
#include "remote/vendors/vsai_recovery.h"
#include "remote/vendors/vsai_services.h"

namespace stage::remote {
namespace {

using namespace vsai;  // NOLINT(google-build-using-namespace): its own words
using nlohmann::json;

enum class Fate { kWorking, kDone, kFailed };

Fate FateOf(const json& variation) {
  const std::string status = LowerCase(TextField(variation, {"status"}));
  if (status == "done" || status == "completed") return Fate::kDone;
  if (status == "error" || status == "failed" || status == "deleted") {
    return Fate::kFailed;
  }
  return Fate::kWorking;
}

/// The address of a result: one object, or a list of them for several views.
std::string ResultUrl(const json& variation) {
  const json& result = Field(variation, {"result"});
  const json& first =
      result.is_array() && !result.empty() ? result.front() : result;
  return first.is_string() ? first.get<std::string>()
                           : TextField(first, {"url", "optimized_url"});
}

/// Until the vendor expects a variation to be done, from now.
std::optional<double> SecondsLeft(const OrderContext& context,
                                  const json& variation) {
  const auto eta_ms = NumberField(variation, {"eta"});
  if (!eta_ms) return std::nullopt;
  const auto now_ms = Now().time_since_epoch().count() +
                      context.client.clock_offset_ms().value_or(0);
  return std::max(0.0, (*eta_ms - static_cast<double>(now_ms)) / 1000);
}

/// The first of the orders that the answer to a bulk request is about.
const json& FirstOf(const json& answer, const std::string& list) {
  const json& orders =
      answer.is_array()
          ? answer
          : Field(answer, {list.c_str(), "renders", "items", "data"});
  return orders.is_array() && !orders.empty() ? orders.front() : answer;
}

class VsaiVendor final : public Vendor {
 public:
  const VendorSpec& spec() const override { return kSpec; }

  void CheckJob(const StagingJob& job, const Service& service) const override {
    CheckStyles(job);
    CheckBulk(job);
    if (service.name != kDayToDusk) return;
    if (job.edit.daylight != "sunset" && job.edit.daylight != "night") {
      throw Error(ErrorKind::kUsage,
                  "vsai has --daylight sunset and night, not " +
                      job.edit.daylight + "; reroom has all four");
    }
    if (!job.edit.sky.empty() &&
        std::find(kSkies.begin(), kSkies.end(), job.edit.sky) == kSkies.end()) {
      throw Error(ErrorKind::kUsage,
                  "vsai has --sky dusk, golden and blue, not " + job.edit.sky);
    }
  }

  /// One photo a render, whatever the number of variations; more of them for
  /// an earlier render are not charged again.
  std::optional<double> EstimateCredits(const StagingJob& job,
                                        const Service&) const override {
    return job.vendor_options.contains("render_id") ? 0 : 1;
  }

  Call OrderCall(const OrderContext& context) const override {
    json body = json::object();
    const std::vector<Wish> wishes = WishesOf(context);
    if (wishes.size() == 1) {
      body["config"] = wishes.front().config;
      body["variation_count"] = wishes.front().count;
    } else {
      for (const Wish& wish : wishes) {
        json config = wish.config;
        config["variation_count"] = wish.count;
        body["configs"].push_back(std::move(config));
      }
    }
    const std::string earlier = EarlierRender(context);
    const std::string bulk = BulkList(context);
    std::string path = "/renders";
    if (earlier.empty()) {
      body["image_url"] = DataUrl(context.photo);
    } else if (bulk.empty()) {
      path += "/" + CheckedId(earlier) + "/variations";
    } else {
      path += "/variations";
      body["render_id"] = earlier;
    }
    if (!bulk.empty()) {
      path += "/bulk";
      body = {{bulk, json::array({std::move(body)})}};
    }
    body["wait_for_completion"] = false;
    if (earlier.empty() && !context.webhook_url.empty()) {
      body["webhook_url"] = context.webhook_url;
    }
    Call call = PostJson(path, body);
    call.timeout_s = kSpec.order_timeout_s;
    return call;
  }

  OrderStatus ReadOrderAnswer(OrderContext& context,
                              const json& whole) const override {
    OrderStatus status;
    const std::string bulk = BulkList(context);
    const json& answer = bulk.empty() ? whole : FirstOf(whole, bulk);
    const std::string earlier = EarlierRender(context);
    if (!earlier.empty()) {
      // More variations: remember which, the render has others too.
      const json& variations =
          answer.is_array() ? answer : VariationsOf(answer);
      json ids = json::array();
      for (const json& variation : variations) {
        ids.push_back(CheckedId(TextField(variation, {"id"})));
      }
      if (ids.empty()) throw BadAnswer("the answer names no variations");
      context.order.data["variations"] = ids;
      context.order.id = earlier;
      return status;
    }
    const json& render = Field(answer, {"render", "data"}).is_object()
                             ? Field(answer, {"render", "data"})
                             : answer;
    context.order.id = CheckedId(TextField(render, {"id", "render_id"}));
    const auto created = NumberField(render, {"created_at"});
    const auto eta = NumberField(render, {"eta"});
    if (created && eta && *eta > *created) {
      status.eta_s = (*eta - *created) / 1000;
    }
    return status;
  }

  OrderStatus Poll(OrderContext& context) const override {
    const json& named = Field(context.order.data, {"variations"});
    if (!named.is_array()) {
      return ReadVariations(context, AllVariations(context));
    }
    std::vector<json> variations;
    for (const json& id : named) {
      const json answer = context.client.Ask(
          {.path = "/renders/" + CheckedId(context.order.id) + "/variations/" +
                   CheckedId(id.get<std::string>())},
          context.cancelled);
      const json& inner = Field(answer, {"variation"});
      variations.push_back(inner.is_object() ? inner : answer);
    }
    return ReadVariations(context, variations);
  }

  Recovery Recover(OrderContext& context,
                   const std::set<std::string>& known_ids) const override {
    return FindAgain(context, known_ids);
  }

  /// The vendor's list shows neither photo nor anything of ours.
  std::string LookalikeKey(const OrderContext& context) const override {
    std::string key = EarlierRender(context);
    for (const std::string& essence : Essences(context)) key += "|" + essence;
    return key;
  }

  Account ReadAccount(VendorClient& client,
                      const Cancelled& cancelled) const override {
    Account account;
    client.Ask({.path = "/status", .needs_answer = false}, cancelled);
    const json answer = client.Ask({.path = "/user"}, cancelled);
    account.details = Unwrapped(answer, {"data"});
    const json& user = Field(account.details, {"user"});
    account.identity = TextField(user, {"email", "uid"});
    const json& limit = Field(account.details, {"photoLimit"});
    const json& used = Field(account.details, {"photosUsedThisPeriod"});
    account.unlimited = TextField(limit, {"staging"}) == "UNLIMITED";
    const auto most = NumberField(limit, {"staging"});
    if (most) {
      account.credits = *most - NumberField(used, {"staging"}).value_or(0);
    }
    return account;
  }

 private:
  static void CheckStyles(const StagingJob& job) {
    const auto styles = SplitWords(SettingText(job, kStylesSetting));
    for (const std::string& style : styles) {
      if (std::find(kStyles.begin(), kStyles.end(), style) == kStyles.end()) {
        throw Error(
            ErrorKind::kUsage,
            "vsai: " + UnknownWordMessage(
                           "style", style, {kStyles.begin(), kStyles.end()}));
      }
    }
    if (static_cast<int>(styles.size()) > job.variants) {
      throw Error(ErrorKind::kUsage,
                  "--set styles names " + std::to_string(styles.size()) +
                      ": ask for as many --variants or more");
    }
    if (!styles.empty() && job.vendor_options.contains("render_id")) {
      throw Error(ErrorKind::kUsage,
                  "vsai adds one style at a time to an earlier render: leave "
                  "--set styles out");
    }
  }

  /// A name that the request has a field of already would be no list.
  static void CheckBulk(const StagingJob& job) {
    const std::string list = SettingText(job, kBulkSetting);
    if (list != "wait_for_completion" && list != "webhook_url") return;
    throw Error(ErrorKind::kUsage,
                "--set bulk=" + list +
                    ": give the field that holds the renders of the vendor's "
                    "bulk requests; this one is another");
  }

  static OrderStatus ReadVariations(const OrderContext& context,
                                    const std::vector<json>& variations) {
    OrderStatus status;
    int failed = 0;
    int asked_for = 0;
    int working = 0;
    std::string failed_style;
    for (const json& variation : variations) {
      if (!IsAskedFor(context, variation)) continue;
      ++asked_for;
      switch (FateOf(variation)) {
        case Fate::kWorking:
          ++working;
          status.word = LowerCase(TextField(variation, {"status"}));
          status.eta_s =
              std::max(status.eta_s, SecondsLeft(context, variation));
          break;
        case Fate::kDone:
          status.took_s =
              std::max(status.took_s,
                       SecondsBetween(TextField(variation, {"created_at"}),
                                      TextField(variation, {"eta"})));
          status.results.push_back({.url = ResultUrl(variation)});
          if (status.results.back().url.empty()) {
            throw BadAnswer("a finished variation has no result");
          }
          break;
        case Fate::kFailed:
          ++failed;
          failed_style =
              TextField(Field(Field(variation, {"config"}), {"add_furniture"}),
                        {"style"});
          status.error = TextField(variation, {"error_message", "error"});
          break;
      }
    }
    if (working > 0 || asked_for < context.order.results) {
      return {.eta_s = status.eta_s, .word = status.word};
    }
    status.state =
        status.results.empty() ? OrderState::kFailed : OrderState::kDone;
    status.credits = EarlierRender(context).empty() ? 1 : 0;
    if (failed > 0 && !status.results.empty()) {
      // The render is paid: only what is missing is asked for once more.
      Order rest{.results = failed};
      rest.data = {{"of_render", context.order.id}};
      if (!failed_style.empty()) rest.data["style"] = failed_style;
      status.follow_up = rest;
    }
    return status;
  }
};

}  // namespace

const Vendor& Vsai() {
  static const VsaiVendor vendor;
  return vendor;
}

}  // namespace stage::remote
