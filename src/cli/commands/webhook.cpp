#include <memory>

#include "cli/commands/commands.h"
#include "cli/general_options.h"
#include "cli/option_kinds.h"
#include "cli/photo_options.h"
#include "cli/unavailable.h"
#include "cli/webhook/listen_for_webhooks.h"
#include "cli/webhook/verify_delivery.h"

namespace stage::cli {
namespace {

struct SubscriptionOptions {
  GeneralOptions general;
  std::string vendor;
  std::string url;
  std::vector<std::string> events;
  std::vector<std::string> ids;
};

ExitCode Refuse() {
  throw NotInThisVersion(ErrorKind::kVendorUnavailable,
                         "reach vendors, so there are no webhooks to handle",
                         "use the local engine, which answers at once");
}

void AddVendorOption(CLI::App& command, std::string& vendor) {
  std::vector<std::string> vendors = BackendNames();
  std::erase(vendors, "local");
  AddWord(command,
          "-b,--backend",
          vendor,
          vendors,
          "vendor",
          "The vendor the webhook is of")
      ->required();
}

void AddListen(CLI::App& parent, Context& context) {
  auto options = std::make_shared<ListenOptions>();
  CLI::App& command = *parent.add_subcommand(
      "listen",
      "Take webhooks until interrupted, and fetch what they announce");
  AddVendorOption(command, options->vendor);
  AddInteger(command,
             "--port",
             options->port,
             {0, 65535},
             "Port to listen at; 0: any free one, which is printed");
  AddText(command,
          "--bind",
          options->bind,
          "ADDRESS",
          "Address to listen at. Plain HTTP: put a proxy with TLS before it");
  AddTexts(command,
           "-o,--output",
           options->folders,
           "DIR",
           "Output folder of a batch whose jobs are looked after; repeatable")
      ->default_str("'staged' in this folder");
  AddText(command,
          "--base-url",
          options->base_url,
          "URL",
          "Another address of the vendor, such as a proxy");
  AddSignatureOptions(command, options->signature);
  AddLogOptions(command, options->general);
  AddGeneralOptions(command, options->general);
  command.callback(
      [options, &context] { context.exit_code = ListenForWebhooks(*options); });
}

void AddVerify(CLI::App& parent, Context& context) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App& command = *parent.add_subcommand(
      "verify",
      "Check one stored delivery: exit code 0 when it is the vendor's, 10 "
      "when not");
  AddVendorOption(command, options->vendor);
  command
      .add_option("BODY",
                  options->body,
                  "File with the raw body, or - for standard input; without "
                  "--headers and --header the whole request")
      ->type_name("")
      ->capture_default_str();
  AddPath(command,
          "--headers",
          options->headers_file,
          "FILE",
          "File with the delivery's headers, one a line");
  AddTexts(command,
           "--header",
           options->headers,
           "'NAME: VALUE'",
           "A header of the delivery; repeatable");
  AddSignatureOptions(command, options->signature);
  AddGeneralOptions(command, options->general);
  command.callback(
      [options, &context] { context.exit_code = VerifyDelivery(*options); });
}

}  // namespace

void AddWebhookCommand(CLI::App& application, Context& context) {
  CLI::App& command =
      *application.add_subcommand("webhook", "Receive vendors' webhooks");
  AddListen(command, context);
  AddVerify(command, context);
  auto options = std::make_shared<SubscriptionOptions>();
  const auto add = [&](const std::string& name,
                       const std::string& description) -> CLI::App& {
    CLI::App& nested = *command.add_subcommand(name, description);
    AddVendorOption(nested, options->vendor);
    AddGeneralOptions(nested, options->general);
    nested.callback([options, &context] { context.exit_code = Refuse(); });
    return nested;
  };
  add("secret", "Print how to store the signing secret");
  CLI::App& subscribe = add("subscribe", "Subscribe an address to events");
  AddText(subscribe, "--url", options->url, "URL", "Address to be called");
  AddTexts(subscribe,
           "--event",
           options->events,
           "EVENT",
           "Event to subscribe to; repeatable")
      ->default_str("all");
  add("subscriptions", "List subscriptions");
  CLI::App& unsubscribe = add("unsubscribe", "End a subscription");
  AddArguments(unsubscribe, "ID", options->ids, "The subscription's id");
}

}  // namespace stage::cli
