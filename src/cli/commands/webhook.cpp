#include <memory>

#include "cli/commands/commands.h"
#include "cli/general_options.h"
#include "cli/option_kinds.h"
#include "cli/photo_options.h"
#include "cli/unavailable.h"

namespace stage::cli {
namespace {

struct WebhookOptions {
  GeneralOptions general;
  std::string vendor;
  std::string listen = "127.0.0.1:8787";
  std::string url;
  std::vector<std::string> events;
  std::vector<std::string> arguments;
};

std::vector<std::string> Vendors() {
  std::vector<std::string> vendors = BackendNames();
  std::erase(vendors, "local");
  return vendors;
}

ExitCode Refuse() {
  throw NotInThisVersion(ErrorKind::kVendorUnavailable,
                         "reach vendors, so there are no webhooks to handle",
                         "use the local engine, which answers at once");
}

void AddVendorOption(CLI::App& command, WebhookOptions& options) {
  AddWord(command,
          "-b,--backend",
          options.vendor,
          Vendors(),
          "vendor",
          "The vendor the webhook is of");
}

}  // namespace

void AddWebhookCommand(CLI::App& application, Context& context) {
  auto options = std::make_shared<WebhookOptions>();
  CLI::App& command =
      *application.add_subcommand("webhook", "Receive vendors' webhooks");
  const auto add = [&](const std::string& name,
                       const std::string& description) -> CLI::App& {
    CLI::App& nested = *command.add_subcommand(name, description);
    AddVendorOption(nested, *options);
    nested.callback([&context] { context.exit_code = Refuse(); });
    return nested;
  };
  CLI::App& listen = add("listen", "Wait for webhooks and fetch their results");
  AddText(
      listen, "--listen", options->listen, "HOST:PORT", "Address to listen at");
  AddGeneralOptions(listen, options->general);
  CLI::App& verify = add("verify", "Check the signature of a stored delivery");
  AddArguments(verify, "FILE", options->arguments, "The delivery's raw body");
  AddGeneralOptions(verify, options->general);
  AddGeneralOptions(add("secret", "Print how to store the signing secret"),
                    options->general);
  CLI::App& subscribe = add("subscribe", "Subscribe an address to events");
  AddText(subscribe, "--url", options->url, "URL", "Address to be called");
  AddTexts(subscribe,
           "--event",
           options->events,
           "EVENT",
           "Event to subscribe to; repeatable")
      ->default_str("all");
  AddGeneralOptions(subscribe, options->general);
  AddGeneralOptions(add("subscriptions", "List subscriptions"),
                    options->general);
  CLI::App& unsubscribe = add("unsubscribe", "End a subscription");
  AddArguments(unsubscribe, "ID", options->arguments, "The subscription's id");
  AddGeneralOptions(unsubscribe, options->general);
}

}  // namespace stage::cli
