#include <memory>

#include "cli/commands/commands.h"
#include "cli/general_options.h"
#include "cli/option_kinds.h"
#include "cli/photo_options.h"
#include "cli/webhook/listen_for_webhooks.h"
#include "cli/webhook/subscription_commands.h"
#include "cli/webhook/verify_delivery.h"

namespace stage::cli {
namespace {

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

/// What the four commands share that talk to the vendor alone.
template <typename Run>
CLI::App& AddAccountCommand(CLI::App& parent,
                            Context& context,
                            const std::shared_ptr<SubscriptionOptions>& options,
                            const std::string& name,
                            const std::string& description,
                            const Run& run) {
  CLI::App& command = *parent.add_subcommand(name, description);
  AddVendorOption(command, options->vendor);
  AddText(command,
          "--base-url",
          options->base_url,
          "URL",
          "Another address of the vendor, such as a proxy");
  AddGeneralOptions(command, options->general);
  command.callback(
      [options, run, &context] { context.exit_code = run(*options); });
  return command;
}

void AddAccountCommands(CLI::App& parent, Context& context) {
  auto options = std::make_shared<SubscriptionOptions>();
  CLI::App& secret = AddAccountCommand(
      parent,
      context,
      options,
      "secret",
      "Tell the vendor which secret to sign deliveries with (vsai)",
      SetWebhookSecret);
  AddText(secret,
          "--secret-env",
          options->secret_variable,
          "NAME",
          "Environment variable with the secret");
  AddFlag(secret, "--remove", options->remove, "Sign no longer");
  CLI::App& subscribe =
      AddAccountCommand(parent,
                        context,
                        options,
                        "subscribe",
                        "Have an address called for events (vsart)",
                        SubscribeWebhook);
  AddText(subscribe, "--url", options->url, "URL", "Address to be called");
  AddTexts(subscribe,
           "--event",
           options->events,
           "EVENT",
           "Event to subscribe to: render.succeeded or render.failed; "
           "repeatable")
      ->default_str("all");
  AddAccountCommand(parent,
                    context,
                    options,
                    "subscriptions",
                    "List subscriptions (vsart)",
                    ListWebhooks);
  CLI::App& unsubscribe = AddAccountCommand(parent,
                                            context,
                                            options,
                                            "unsubscribe",
                                            "End subscriptions (vsart)",
                                            UnsubscribeWebhooks);
  AddArguments(unsubscribe, "ID", options->ids, "Ids of subscriptions")
      ->required();
}

}  // namespace

void AddWebhookCommand(CLI::App& application, Context& context) {
  CLI::App& command =
      *application.add_subcommand("webhook", "Receive vendors' webhooks");
  AddListen(command, context);
  AddVerify(command, context);
  AddAccountCommands(command, context);
}

}  // namespace stage::cli
