#include "vendors/server/call.h"

#include <charconv>
#include <thread>

namespace stage::vendors {

std::optional<std::string> Call::Query(const std::string& name) const {
  const auto found = query.find(name);
  if (found == query.end()) return std::nullopt;
  return found->second;
}

int Call::QueryInteger(const std::string& name,
                       int least,
                       int most,
                       int otherwise) const {
  const std::optional<std::string> text = Query(name);
  if (!text) return otherwise;
  int value = 0;
  const char* end = text->data() + text->size();
  const auto [stop, problem] = std::from_chars(text->data(), end, value);
  if (problem != std::errc() || stop != end || value < least || value > most) {
    throw Refusal{400, "?" + name + "=" + *text + ": not allowed"};
  }
  return value;
}

Render Call::Order(double credits, std::vector<Result> results) const {
  Render order;
  order.vendor = vendor;
  order.kind = endpoint;
  order.credits = credits;
  order.results = std::move(results);
  order.fails = Has(FaultKind::kRenderFails);
  return order;
}

std::string Call::ResultBytes(const Result& result) const {
  if (Has(FaultKind::kNotImage)) return "this was a room once\n";
  if (!Has(FaultKind::kOtherSize)) return world.PictureBytes(result);
  Result other = result;
  other.width = result.width / 2;
  other.height = result.height / 3;
  return world.PictureBytes(other);
}

void Call::HoldUntil(Clock::time_point when) {
  lock.unlock();
  std::this_thread::sleep_until(when);
  lock.lock();
}

}  // namespace stage::vendors
