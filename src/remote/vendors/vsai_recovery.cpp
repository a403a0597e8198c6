#include "remote/vendors/vsai_recovery.h"

#include <algorithm>

#include "remote/answer.h"
#include "remote/vendors/vsai_config.h"

namespace stage::remote::vsai {
namespace {

using nlohmann::json;

// How long to wait before a list is believed that lacks an order.
constexpr double kSecondLook_s = 5;
// What the vendor's clock, as far as known, may be before ours.
constexpr int64_t kClockError_ms = 3'000;
constexpr int64_t kUnknownClockError_ms = 120'000;
constexpr int kMostPages = 20;

/// The earliest that the order can have been taken, by the vendor's clock.
int64_t BeginningAtVendor(const OrderContext& context) {
  const auto offset_ms = context.client.clock_offset_ms();
  return context.order.begun_at_ms +
         (offset_ms ? *offset_ms - kClockError_ms : -kUnknownClockError_ms);
}

/// A context that asks about another order.
OrderContext LookAt(const OrderContext& context, Order& order) {
  return {.job = context.job,
          .service = context.service,
          .client = context.client,
          .order = order,
          .photo = {},
          .cancelled = context.cancelled};
}

bool Fits(OrderContext& context,
          const std::string& id,
          std::vector<std::string> missing) {
  Order order;
  order.id = id;
  int count = 0;
  for (const json& variation : AllVariations(LookAt(context, order))) {
    if (!IsAskedFor(context, variation)) continue;
    ++count;
    const json& config = Field(variation, {"config"});
    if (!config.is_object()) continue;
    const auto found =
        std::find(missing.begin(), missing.end(), Essence(config));
    if (found == missing.end()) return false;
    missing.erase(found);
  }
  return count == context.order.results;
}

/// Renders that may be the lost order: made since it left, not known, of the
/// same config and number.
std::vector<std::string> Matches(OrderContext& context,
                                 const std::set<std::string>& known_ids) {
  std::vector<std::string> matches;
  const std::vector<std::string> essences = Essences(context);
  std::string cursor;
  for (int page = 0; page < kMostPages; ++page) {
    Call call{.path = "/renders",
              .query = {{"order", "desc"}, {"limit", "100"}}};
    if (!cursor.empty()) call.query.emplace_back("cursor", cursor);
    const json answer = context.client.Ask(call, context.cancelled);
    const int64_t since = BeginningAtVendor(context);
    const json& items = answer.is_array()
                            ? answer
                            : Field(answer, {"items", "renders", "data"});
    for (const json& render : items) {
      const auto created = NumberField(render, {"created_at"});
      if (created && *created < static_cast<double>(since)) return matches;
      const std::string id = TextField(render, {"id"});
      if (!known_ids.contains(id) && Fits(context, id, essences)) {
        matches.push_back(CheckedId(id));
      }
    }
    cursor = TextField(answer, {"next_cursor"});
    if (cursor.empty()) break;
  }
  return matches;
}

/// Variations that a lost order added to a render: made since it left, of
/// the same config, and as many.
Recovery FindAdded(OrderContext& context) {
  Order earlier;
  earlier.id = EarlierRender(context);
  const std::string essence = Essence(ConfigOf(context));
  json added = json::array();
  for (const json& variation : AllVariations(LookAt(context, earlier))) {
    const auto created = NumberField(variation, {"created_at"});
    const json& config = Field(variation, {"config"});
    if (created &&
        *created >= static_cast<double>(BeginningAtVendor(context)) &&
        Essence(config) == essence &&
        TextField(variation, {"type"}) != "removal") {
      added.push_back(CheckedId(TextField(variation, {"id"})));
    }
  }
  if (added.empty()) return Recovery::kNotTaken;
  if (added.size() != static_cast<size_t>(context.order.results)) {
    return Recovery::kUnknown;
  }
  context.order.data["variations"] = added;
  context.order.id = earlier.id;
  return Recovery::kFound;
}

}  // namespace

const json& VariationsOf(const json& render) {
  const json& variations = Field(render, {"variations"});
  return variations.is_object() ? Field(variations, {"items"}) : variations;
}

std::vector<json> AllVariations(const OrderContext& context) {
  std::vector<json> all;
  std::string cursor;
  for (int page = 0; page < kMostPages; ++page) {
    Call call{
        .path = "/renders/" + CheckedId(context.order.id),
        .query = {{"include_variations", "true"}, {"variations_limit", "100"}}};
    if (!cursor.empty()) call.query.emplace_back("variations_cursor", cursor);
    const json answer = context.client.Ask(call, context.cancelled);
    const json& render = Unwrapped(answer, {"render", "data"});
    const json& variations = VariationsOf(render);
    if (variations.is_array()) {
      all.insert(all.end(), variations.begin(), variations.end());
    }
    cursor = TextField(Field(render, {"variations"}), {"next_cursor"});
    if (cursor.empty()) break;
  }
  return all;
}

bool IsAskedFor(const OrderContext& context, const json& variation) {
  const json& named = Field(context.order.data, {"variations"});
  if (named.is_array()) {
    const std::string id = TextField(variation, {"id"});
    return std::find(named.begin(), named.end(), id) != named.end();
  }
  const bool stages = context.service.operation == Operation::kGenerate;
  return !stages || TextField(variation, {"type"}) != "removal";
}

Recovery FindAgain(OrderContext& context,
                   const std::set<std::string>& known_ids) {
  const bool adds = !EarlierRender(context).empty();
  for (const bool second_look : {false, true}) {
    if (second_look && !SleepUnless(kSecondLook_s, context.cancelled)) {
      throw Error(ErrorKind::kInterrupted, "interrupted");
    }
    if (adds) {
      const Recovery found = FindAdded(context);
      if (found != Recovery::kNotTaken) return found;
      continue;
    }
    const std::vector<std::string> matches = Matches(context, known_ids);
    if (matches.size() > 1) return Recovery::kUnknown;
    if (matches.size() == 1) {
      context.order.id = matches.front();
      return Recovery::kFound;
    }
  }
  return Recovery::kNotTaken;
}

}  // namespace stage::remote::vsai
