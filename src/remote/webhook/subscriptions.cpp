#include "remote/webhook/subscriptions.h"

#include <algorithm>

#include "core/error.h"
#include "remote/answer.h"
#include "remote/http/url.h"

namespace stage::webhook {
namespace {

using nlohmann::json;
using remote::Cancelled;
using remote::VendorClient;

constexpr const char* kSubscriptionsPath = "/v1/webhooks";
constexpr const char* kSecretPath = "/user/webhook-secret";

/// What each vendor has in place of what was asked for.
std::string WayOf(std::string_view vendor) {
  if (vendor == "roomstack") {
    return "its webhooks and their secret are set up in its dashboard";
  }
  if (vendor == "vsai" || vendor == "iacrea") {
    return "its webhooks are asked for with each job: --webhook-url";
  }
  return vendor == "vsart" ? "it does not sign its webhooks"
                           : "it has no webhooks";
}

void Require(const VendorClient& client,
             std::string_view vendor,
             const std::string& what) {
  const std::string_view name = client.spec().name;
  if (name == vendor) return;
  throw Error(ErrorKind::kUsage,
              std::string(name) + " has no " + what + " by API (" +
                  std::string(vendor) + " has): " + WayOf(name));
}

Subscription ReadSubscription(const json& answer) {
  using remote::TextField;
  const json& object = remote::Unwrapped(answer, {"data", "webhook"});
  Subscription subscription{TextField(object, {"id"}),
                            TextField(object, {"target_url"}),
                            TextField(object, {"event_type"}),
                            TextField(object, {"created_at"})};
  if (subscription.id.empty()) {
    throw remote::BadAnswer("a subscription has no id");
  }
  return subscription;
}

}  // namespace

json SubscriptionJson(const Subscription& subscription) {
  return {{"id", subscription.id},
          {"url", subscription.url},
          {"event", subscription.event},
          {"created_at", subscription.created_at}};
}

const std::vector<std::string>& SubscribableEvents(std::string_view vendor) {
  static const std::vector<std::string> none;
  static const std::vector<std::string> vsart = {"render.succeeded",
                                                 "render.failed"};
  return vendor == "vsart" ? vsart : none;
}

Subscription Subscribe(VendorClient& client,
                       const std::string& url,
                       const std::string& event,
                       const Cancelled& cancelled) {
  Require(client, "vsart", "subscriptions");
  remote::ParseUrl(url);
  return ReadSubscription(
      client.Ask(remote::PostJson(kSubscriptionsPath,
                                  {{"target_url", url}, {"event_type", event}}),
                 cancelled));
}

std::vector<Subscription> ListSubscriptions(VendorClient& client,
                                            const Cancelled& cancelled) {
  Require(client, "vsart", "subscriptions");
  const json answer = client.Ask({.path = kSubscriptionsPath}, cancelled);
  const json& items =
      answer.is_array()
          ? answer
          : remote::Field(answer, {"webhooks", "subscriptions", "data"});
  if (!items.is_array()) {
    throw remote::BadAnswer("the list of subscriptions is no list");
  }
  std::vector<Subscription> subscriptions;
  for (const json& item : items) {
    subscriptions.push_back(ReadSubscription(item));
  }
  return subscriptions;
}

bool Unsubscribe(VendorClient& client,
                 const std::string& id,
                 const Cancelled& cancelled) {
  Require(client, "vsart", "subscriptions");
  try {
    client.Ask({.method = "DELETE",
                .path = std::string(kSubscriptionsPath) + "/" +
                        remote::PercentEncoded(id),
                .needs_answer = false},
               cancelled);
    return true;
  } catch (const remote::CallError& error) {
    if (error.status() != 404) throw;
    return false;
  }
}

void SetSigningSecret(VendorClient& client,
                      const Secret& secret,
                      const Cancelled& cancelled) {
  Require(client, "vsai", "signing secret");
  const std::string& text = secret.Reveal();
  const bool is_plain =
      !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               (c >= '0' && c <= '9') || c == '_' || c == '-';
      });
  if (!is_plain) {
    throw Error(ErrorKind::kUsage,
                "vsai takes secrets of letters, digits, '_' and '-' only");
  }
  remote::Call call = remote::PostJson(kSecretPath, {{"webhook_secret", text}});
  call.needs_answer = false;
  client.Ask(call, cancelled);
}

void RemoveSigningSecret(VendorClient& client, const Cancelled& cancelled) {
  Require(client, "vsai", "signing secret");
  client.Ask({.method = "DELETE", .path = kSecretPath, .needs_answer = false},
             cancelled);
}

}  // namespace stage::webhook
