#pragma once

#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/general_options.h"

namespace stage::cli {

/// What `webhook secret|subscribe|subscriptions|unsubscribe` were given.
struct SubscriptionOptions {
  GeneralOptions general;
  std::string vendor;
  std::string base_url;
  std::string url;
  std::vector<std::string> events;  ///< empty: all
  std::vector<std::string> ids;
  std::string secret_variable;
  bool remove = false;
};

/// Each prints what it did. @throws Error
ExitCode SetWebhookSecret(const SubscriptionOptions& options);
ExitCode SubscribeWebhook(const SubscriptionOptions& options);
ExitCode ListWebhooks(const SubscriptionOptions& options);
ExitCode UnsubscribeWebhooks(const SubscriptionOptions& options);

}  // namespace stage::cli
