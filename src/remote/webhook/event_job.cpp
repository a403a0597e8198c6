#include "remote/webhook/event_job.h"

#include <algorithm>

#include "remote/answer.h"
#include "remote/timestamp.h"
#include "remote/vendor.h"

namespace stage::webhook {
namespace {

using nlohmann::json;
using remote::Field;
using remote::Order;
using remote::OrderStage;

/// How far a vendor's clock may be off.
constexpr int64_t kClockSkew_ms = 300'000;

std::vector<Order> OrdersOf(const json& remote) {
  std::vector<Order> orders;
  const json& list = Field(remote, {"orders"});
  if (!list.is_array()) return orders;
  for (const json& order : list) {
    orders.push_back(remote::OrderFromJson(order));
  }
  return orders;
}

bool IsNamed(const Event& event, const Order& order) {
  if (!event.token.empty()) return event.token == order.token;
  return !event.remote_id.empty() &&
         (event.remote_id == order.id || event.remote_id == order.token);
}

bool IsInDoubt(const Order& order) {
  return order.id.empty() && (order.stage == OrderStage::kSubmitting ||
                              order.stage == OrderStage::kSubmitted);
}

/// True when the delivery may be of this order, whose id is not known.
bool Fits(const Event& event, const Order& order) {
  const json& facts = event.facts;
  const auto created =
      remote::ParseTimestamp(remote::TextField(facts, {"created_at"}));
  const auto results =
      remote::NumberField(Field(facts, {"settings"}), {"variants"});
  return IsInDoubt(order) && created &&
         created->time_since_epoch().count() >=
             order.begun_at_ms - kClockSkew_ms &&
         results.value_or(1) == order.results;
}

template <typename Matches>
std::vector<EventJob> Matching(const Event& event,
                               const ManifestState& manifest,
                               const Matches& matches) {
  std::vector<EventJob> found;
  for (const JobRecord* record : manifest.jobs()) {
    if (remote::TextField(record->json, {"backend"}) != event.vendor) continue;
    const auto orders = OrdersOf(Field(record->json, {"remote"}));
    for (size_t i = 0; i < orders.size(); ++i) {
      if (matches(*record, orders[i])) {
        found.push_back({*record, static_cast<int>(i)});
      }
    }
  }
  return found;
}

}  // namespace

std::optional<EventJob> FindEventJob(const Event& event,
                                     const ManifestState& manifest) {
  const auto named =
      Matching(event, manifest, [&](const JobRecord&, const Order& order) {
        return IsNamed(event, order);
      });
  if (!named.empty()) return named.front();
  const bool can_guess = event.vendor == "roomstack" &&
                         event.meaning == EventMeaning::kFinished &&
                         !event.remote_id.empty();
  if (!can_guess) return std::nullopt;
  const auto fitting =
      Matching(event, manifest, [&](const JobRecord& job, const Order& order) {
        return job.paid_or_underway() && Fits(event, order);
      });
  if (fitting.size() != 1) return std::nullopt;
  return fitting.front();
}

json RemoteWith(const Event& event, const EventJob& job) {
  json remote = Field(job.record.json, {"remote"});
  json& stored = remote.at("orders").at(static_cast<size_t>(job.order));
  Order order = remote::OrderFromJson(stored);
  bool adds = false;
  if (order.id.empty() && !event.remote_id.empty()) {
    order.id = remote::CheckedId(event.remote_id);
    order.stage = std::max(order.stage, OrderStage::kSubmitted);
    adds = true;
  }
  if (IsInDoubt(order) && event.token == order.token &&
      event.meaning != EventMeaning::kOther &&
      !order.data.contains("announced")) {
    order.data["announced"] = true;
    adds = true;
  }
  const json& images = Field(event.facts, {"image_ids"});
  if (images.is_array() && !images.empty() && !order.data.contains("images")) {
    for (const json& id : images) {
      order.data["images"].push_back(
          {{"id", remote::CheckedId(id.get<std::string>())}});
    }
    adds = true;
  }
  if (!adds) return nullptr;
  stored = remote::OrderJson(order);
  if (!remote.contains("id") && !order.id.empty()) remote["id"] = order.id;
  return remote;
}

JobState StateOfRemote(const json& remote, JobState otherwise) {
  if (otherwise != JobState::kSubmitting) return otherwise;
  for (const Order& order : OrdersOf(remote)) {
    if (order.stage == OrderStage::kSubmitting) return JobState::kSubmitting;
  }
  return JobState::kSubmitted;
}

}  // namespace stage::webhook
