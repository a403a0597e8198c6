#include "cli/webhook/delivery_gate.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/error.h"
#include "remote/webhook/event_job.h"
#include "remote/webhook/hmac.h"

namespace stage::cli {

using webhook::Answer;
using webhook::Delivery;
using webhook::Event;

DeliveryGate::DeliveryGate(const webhook::VendorWebhook& vendor,
                           webhook::SignatureScheme scheme,
                           std::vector<Secret> secrets,
                           std::chrono::seconds max_age,
                           std::vector<std::filesystem::path> folders,
                           webhook::DeliveryJournal& journal)
    : vendor_(vendor),
      scheme_(std::move(scheme)),
      secrets_(std::move(secrets)),
      max_age_(max_age),
      folders_(std::move(folders)),
      journal_(journal) {}

Answer DeliveryGate::Take(const Delivery& delivery) {
  Event event;
  try {
    event = webhook::ParseEvent(vendor_, delivery);
  } catch (const Error& error) {
    spdlog::info("refused a call: {}", error.what());
    return {400, "cannot be read\n"};
  }
  const std::string refusal = Refusal(delivery, event);
  if (!refusal.empty()) {
    spdlog::warn("refused a call: {}", refusal);
    return {vendor_.is_signed && !secrets_.empty() ? 401 : 404, "refused\n"};
  }
  if (!journal_.Accept(webhook::DeliveryKeys(vendor_, delivery), event)) {
    spdlog::info("a delivery came again");
    return {200, "seen before\n"};
  }
  if (event.meaning == webhook::EventMeaning::kOther) {
    spdlog::warn("a delivery of an unknown type: {}",
                 webhook::LogText(delivery));
  }
  return {};
}

std::string DeliveryGate::Refusal(const Delivery& delivery,
                                  const Event& event) const {
  if (vendor_.is_signed && !secrets_.empty()) {
    const webhook::Verification result = webhook::VerifySignature(
        delivery, scheme_, secrets_, {remote::Now(), max_age_});
    return result.ok() ? "" : result.reason;
  }
  if (HasSecretWord(delivery.target, secrets_)) return {};
  if (NamesAnOrder(event)) return {};
  return secrets_.empty() ? "it names no order of these batches"
                          : "its address lacks the secret word";
}

bool DeliveryGate::NamesAnOrder(const Event& event) const {
  return std::any_of(
      folders_.begin(), folders_.end(), [&](const std::filesystem::path& f) {
        return webhook::FindEventJob(event, ReadManifest(f)).has_value();
      });
}

bool HasSecretWord(std::string_view target, const std::vector<Secret>& words) {
  bool found = false;
  while (!target.empty()) {
    const size_t end = std::min(target.find_first_of("/?&="), target.size());
    for (const Secret& word : words) {
      found |=
          webhook::EqualInConstantTime(word.Reveal(), target.substr(0, end));
    }
    target.remove_prefix(std::min(end + 1, target.size()));
  }
  return found;
}

}  // namespace stage::cli
