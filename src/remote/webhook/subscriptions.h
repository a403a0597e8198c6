#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/secrets.h"
#include "remote/vendor_client.h"

namespace stage::webhook {

/// One subscription, as the vendor lists it.
struct Subscription {
  std::string id;
  std::string url;
  std::string event;
  std::string created_at;
};
nlohmann::json SubscriptionJson(const Subscription& subscription);

/// Events that can be subscribed to: vsart's; empty for the other vendors.
const std::vector<std::string>& SubscribableEvents(std::string_view vendor);

/// Has an address called for an event; doing so twice is the same as once.
/// @throws Error(kUsage) for a vendor without subscriptions, saying what it
///         has instead; remote::CallError
Subscription Subscribe(remote::VendorClient& client,
                       const std::string& url,
                       const std::string& event,
                       const remote::Cancelled& cancelled);
std::vector<Subscription> ListSubscriptions(remote::VendorClient& client,
                                            const remote::Cancelled& cancelled);
/// @return false when there was no such subscription
bool Unsubscribe(remote::VendorClient& client,
                 const std::string& id,
                 const remote::Cancelled& cancelled);

/// Tells the vendor which secret to sign deliveries with (vsai).
/// @throws Error(kUsage) for a vendor that takes none, or a secret with other
///         characters than letters, digits, '_' and '-'; remote::CallError
void SetSigningSecret(remote::VendorClient& client,
                      const Secret& secret,
                      const remote::Cancelled& cancelled);
void RemoveSigningSecret(remote::VendorClient& client,
                         const remote::Cancelled& cancelled);

}  // namespace stage::webhook
