#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "remote/webhook/delivery.h"
#include "remote/webhook/signature.h"

namespace stage::webhook {

enum class EventMeaning {
  kFinished,  ///< results may be fetched
  kFailed,    ///< the vendor says that nothing will come
  kOther,     ///< a type or a body that this version does not know
};

/// What a delivery says, without its links: they are signed addresses, and
/// results are asked of the vendor anyway, never taken from a webhook.
struct Event {
  std::string vendor = {};
  std::string type = {};  ///< the vendor's own word
  EventMeaning meaning = EventMeaning::kOther;
  std::string remote_id = {};  ///< job of the vendor; empty: not said
  std::string part_id = {};    ///< variation or run within it
  std::string token = {};      ///< of our order, found in the address
  std::string error = {};
  /// Facts for finding the job and for its record: image_ids, settings,
  /// created_at, credits.
  nlohmann::json facts = nlohmann::json::object();

  nlohmann::json ToJson() const;
  static Event FromJson(const nlohmann::json& json);
};

/// What is known about one vendor's webhooks.
struct VendorWebhook {
  std::string_view vendor;
  bool exists;  ///< false: this vendor never calls
  bool is_signed;
  SignatureScheme scheme = {};
  std::string_view delivery_header = {};
  /// Sets everything but vendor and token.
  void (*parse)(const nlohmann::json& body, Event& event) = nullptr;
};

/// @throws Error(kUsage) for a name that is no vendor
const VendorWebhook& WebhookOf(std::string_view vendor);

/// Reads a delivery's body. A body that is no JSON object, or of a shape that
/// is not known, is an event of kOther: whoever asks the vendor finds out.
/// @throws Error(kInput) for JSON nested deeper than any vendor's
Event ParseEvent(const VendorWebhook& webhook, const Delivery& delivery);

/// The order's token (a UUID, RFC 9562) in an address: a path segment or query
/// value, lower case; empty when there is none.
std::string TokenIn(std::string_view target);

/// Under which names a delivery may come again: the vendor's delivery id in
/// header and body, and a digest of what is signed, since a header's id is
/// not. Each is a short text; there is at least one.
std::vector<std::string> DeliveryKeys(const VendorWebhook& webhook,
                                      const Delivery& delivery);

/// The delivery as one line for a log: at most `most` bytes of its body,
/// printable, without the query strings of links.
std::string LogText(const Delivery& delivery, size_t most = 2000);

}  // namespace stage::webhook
