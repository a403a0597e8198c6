#include "remote/vendor.h"

#include <algorithm>
#include <array>
#include <utility>

#include "remote/answer.h"
#include "remote/vendor_words.h"

namespace stage::remote {

using nlohmann::json;

namespace {

constexpr auto kStages =
    std::to_array<std::pair<OrderStage, std::string_view>>({
        {OrderStage::kPlanned, "planned"},
        {OrderStage::kSubmitting, "submitting"},
        {OrderStage::kSubmitted, "submitted"},
        {OrderStage::kFetched, "fetched"},
    });

std::string_view StageName(OrderStage stage) {
  for (const auto& [known, name] : kStages) {
    if (known == stage) return name;
  }
  return "planned";
}

/// What this version does not know may have been paid.
OrderStage StageOf(const std::string& name) {
  for (const auto& [stage, known] : kStages) {
    if (known == name) return stage;
  }
  return OrderStage::kSubmitting;
}

}  // namespace

std::string NameOf(const Order& order) {
  std::string name = "order " + (order.id.empty() ? order.token : order.id);
  if (!order.request_id.empty()) name += ", request " + order.request_id;
  return name;
}

json FittedJson(const FittedFile& file) {
  json fitted = json::object();
  if (!file.changes.empty()) fitted["changes"] = file.changes;
  if (file.place) {
    const double width = file.width;
    const double height = file.height;
    fitted["place"] = {file.place->left / width,
                       file.place->top / height,
                       file.place->width / width,
                       file.place->height / height};
  }
  if (file.cut) fitted["cut"] = file.cut->shares;
  return fitted;
}

json OrderJson(const Order& order) {
  json result = {{"token", order.token},
                 {"stage", StageName(order.stage)},
                 {"step", order.step},
                 {"results", order.results},
                 {"begun_at_ms", order.begun_at_ms},
                 {"data", order.data}};
  if (!order.id.empty()) result["id"] = order.id;
  if (!order.request_id.empty()) result["request_id"] = order.request_id;
  if (order.after >= 0) result["after"] = order.after;
  if (!order.fitted.empty()) result["fitted"] = order.fitted;
  if (!order.delivers) result["delivers"] = false;
  return result;
}

Order OrderFromJson(const json& object) {
  Order order;
  order.stage = StageOf(TextField(object, {"stage"}));
  order.token = TextField(object, {"token"});
  order.id = TextField(object, {"id"});
  order.request_id = TextField(object, {"request_id"});
  order.step = TextField(object, {"step"});
  order.results =
      static_cast<int>(NumberField(object, {"results"}).value_or(1));
  order.after = static_cast<int>(NumberField(object, {"after"}).value_or(-1));
  order.delivers = Field(object, {"delivers"}) != json(false);
  order.begun_at_ms =
      static_cast<int64_t>(NumberField(object, {"begun_at_ms"}).value_or(0));
  if (Field(object, {"data"}).is_object()) order.data = object["data"];
  if (Field(object, {"fitted"}).is_object()) order.fitted = object["fitted"];
  return order;
}

std::vector<ResultSource> PublicResults(const json& urls) {
  std::vector<ResultSource> results;
  if (urls.is_string()) return {{.url = urls.get<std::string>()}};
  if (!urls.is_array()) return results;
  for (const json& entry : urls) {
    const std::string url =
        entry.is_string()
            ? entry.get<std::string>()
            : TextField(entry, {"url", "downloadUrl", "download_url"});
    if (!url.empty()) results.push_back({.url = url});
  }
  return results;
}

json DataUrl(const FittedFile& file) {
  return Base64OfFile(file.file, "data:" + file.content_type + ";base64,");
}

std::string OrderContext::RoomWord() const {
  return remote::RoomWord(job, service);
}

std::string OrderContext::StyleWord() const {
  return remote::StyleWord(job, service);
}

std::string OrderContext::SettingText(const char* key) const {
  return remote::SettingText(job, key);
}

std::vector<Order> Vendor::PlanOrders(const StagingJob& job,
                                      const Service& service) const {
  std::vector<Order> orders;
  const int most = std::max(1, service.most_results);
  for (int left = std::max(1, job.variants); left > 0; left -= most) {
    orders.push_back(
        {.step = std::string(service.name), .results = std::min(left, most)});
  }
  return orders;
}

}  // namespace stage::remote
