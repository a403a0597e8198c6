#include <memory>

#include "cli/commands/commands.h"
#include "cli/general_options.h"
#include "cli/option_kinds.h"
#include "cli/photo_options.h"
#include "cli/unavailable.h"
#include "core/suggestion.h"

namespace stage::cli {
namespace {

struct CreditsOptions {
  GeneralOptions general;
  std::vector<std::string> vendors;
};

ExitCode Credits(const CreditsOptions& options) {
  std::vector<std::string> vendors = BackendNames();
  std::erase(vendors, "local");
  for (const std::string& vendor : options.vendors) {
    if (vendor == "local") {
      throw Error(ErrorKind::kUsage,
                  "the local engine needs no credits: name a vendor");
    }
    if (std::find(vendors.begin(), vendors.end(), vendor) == vendors.end()) {
      throw Error(ErrorKind::kUsage,
                  UnknownWordMessage("vendor", vendor, vendors));
    }
  }
  throw NotInThisVersion(
      ErrorKind::kVendorUnavailable,
      "reach vendors",
      "see the account's page at the vendor; the local engine needs no "
      "credits");
}

}  // namespace

void AddCreditsCommand(CLI::App& application, Context& context) {
  auto options = std::make_shared<CreditsOptions>();
  CLI::App& command = *application.add_subcommand(
      "credits", "Show credits, usage and identity per vendor");
  AddArguments(command,
               "VENDOR",
               options->vendors,
               "roomstack, vsai, iacrea, reroom, vsart")
      ->default_str("all that have a key");
  AddGeneralOptions(command, options->general);
  command.callback(
      [options, &context] { context.exit_code = Credits(*options); });
}

}  // namespace stage::cli
