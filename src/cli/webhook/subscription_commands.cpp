#include "cli/webhook/subscription_commands.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/webhook/signature_options.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/settings.h"
#include "core/suggestion.h"
#include "core/text_encoding.h"
#include "remote/remote_stager.h"
#include "remote/webhook/subscriptions.h"

namespace stage::cli {
namespace {

using nlohmann::json;
using webhook::Subscription;

std::unique_ptr<remote::VendorClient> ClientOf(
    const SubscriptionOptions& options) {
  return remote::MakeClient(
      remote::FindVendor(options.vendor),
      {.config = options.general.config.empty() ? DefaultConfigFile()
                                                : options.general.config,
       .base_url = options.base_url});
}

void Print(const SubscriptionOptions& options,
           const std::vector<Subscription>& subscriptions) {
  if (options.general.json) {
    json list = json::array();
    for (const Subscription& subscription : subscriptions) {
      list.push_back(webhook::SubscriptionJson(subscription));
    }
    std::cout << list.dump() << '\n';
    return;
  }
  for (const Subscription& subscription : subscriptions) {
    std::cout << Printable(subscription.id) << "  "
              << Printable(subscription.event) << "  "
              << Printable(subscription.url) << '\n';
  }
}

void Say(const SubscriptionOptions& options, const std::string& line) {
  if (options.general.json || options.general.quiet) return;
  std::cout << line << '\n';
}

std::vector<std::string> EventsOf(const SubscriptionOptions& options) {
  const auto& known = webhook::SubscribableEvents(options.vendor);
  for (const std::string& event : options.events) {
    if (!known.empty() &&
        std::find(known.begin(), known.end(), event) == known.end()) {
      throw Error(ErrorKind::kUsage, UnknownWordMessage("event", event, known));
    }
  }
  if (!options.events.empty()) return options.events;
  // A vendor without subscriptions says so when it is asked.
  return known.empty() ? std::vector<std::string>{""} : known;
}

}  // namespace

ExitCode SetWebhookSecret(const SubscriptionOptions& options) {
  if (options.remove == !options.secret_variable.empty()) {
    throw Error(ErrorKind::kUsage,
                "name the variable with the secret, --secret-env, or take it "
                "away with --remove");
  }
  const InterruptGuard guard;
  const auto client = ClientOf(options);
  if (options.remove) {
    webhook::RemoveSigningSecret(*client, Interrupted);
    Say(options, "deliveries are no longer signed");
    return ExitCode::kOk;
  }
  SignatureOptions signature;
  signature.secret_variables = {options.secret_variable};
  webhook::SetSigningSecret(
      *client, ReadSecrets(signature).front(), Interrupted);
  Say(options, "deliveries are signed with this secret from now on");
  return ExitCode::kOk;
}

ExitCode SubscribeWebhook(const SubscriptionOptions& options) {
  if (options.url.empty()) {
    throw Error(ErrorKind::kUsage, "name the address to be called: --url");
  }
  const std::vector<std::string> events = EventsOf(options);
  const InterruptGuard guard;
  const auto client = ClientOf(options);
  std::vector<Subscription> made;
  for (const std::string& event : events) {
    made.push_back(
        webhook::Subscribe(*client, options.url, event, Interrupted));
  }
  Print(options, made);
  return ExitCode::kOk;
}

ExitCode ListWebhooks(const SubscriptionOptions& options) {
  const InterruptGuard guard;
  Print(options, webhook::ListSubscriptions(*ClientOf(options), Interrupted));
  return ExitCode::kOk;
}

ExitCode UnsubscribeWebhooks(const SubscriptionOptions& options) {
  const InterruptGuard guard;
  const auto client = ClientOf(options);
  json ended = json::array();
  for (const std::string& id : options.ids) {
    const bool was_there = webhook::Unsubscribe(*client, id, Interrupted);
    ended.push_back({{"id", ValidUtf8(id)}, {"was_there", was_there}});
    Say(options,
        Printable(ValidUtf8(id)) +
            (was_there ? ": ended" : ": there was no such subscription"));
  }
  if (options.general.json) std::cout << ended.dump() << '\n';
  return ExitCode::kOk;
}

}  // namespace stage::cli
