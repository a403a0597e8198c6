#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands/commands.h"
#include "cli/general_options.h"
#include "cli/option_kinds.h"
#include "core/interrupt.h"
#include "core/settings.h"
#include "core/suggestion.h"
#include "core/text_encoding.h"
#include "remote/remote_stager.h"

namespace stage::cli {
namespace {

struct CreditsOptions {
  GeneralOptions general;
  std::vector<std::string> vendors;
  std::string base_url;
};

std::vector<std::string> ChosenVendors(const CreditsOptions& options,
                                       const std::filesystem::path& config) {
  std::vector<std::string> known;
  std::vector<std::string> with_key;
  for (const remote::Vendor* vendor : remote::AllVendors()) {
    const std::string name(vendor->spec().name);
    known.push_back(name);
    if (HasKey(name, ReadVendorSettings(name, config))) {
      with_key.push_back(name);
    }
  }
  for (const std::string& vendor : options.vendors) {
    if (vendor == "local") {
      throw Error(ErrorKind::kUsage,
                  "the local engine needs no credits: name a vendor");
    }
    if (std::find(known.begin(), known.end(), vendor) == known.end()) {
      throw Error(ErrorKind::kUsage,
                  UnknownWordMessage("vendor", vendor, known));
    }
  }
  if (!options.vendors.empty()) return options.vendors;
  if (with_key.empty()) {
    throw Error(ErrorKind::kCredentials,
                "no vendor has a key: set STAGE_<VENDOR>_KEY, such as " +
                    KeyVariable("roomstack"));
  }
  return with_key;
}

nlohmann::json AccountJson(const std::string& vendor,
                           const remote::Account& account) {
  nlohmann::json json = {{"vendor", vendor}, {"details", account.details}};
  if (!account.identity.empty()) json["identity"] = account.identity;
  if (account.credits) json["credits"] = *account.credits;
  if (account.unlimited) json["unlimited"] = true;
  return json;
}

void PrintAccount(const std::string& vendor, const remote::Account& account) {
  std::cout << vendor << ": ";
  if (account.unlimited) {
    std::cout << "unlimited credits";
  } else if (account.credits) {
    std::cout << *account.credits << " credits";
  } else {
    std::cout << "does not tell its credits";
  }
  if (!account.identity.empty()) {
    std::cout << ", account " << Printable(ValidUtf8(account.identity));
  }
  std::cout << '\n';
}

/// @return what went wrong, or kOk
ExitCode ShowAccount(const std::string& vendor,
                     const remote::RemoteOptions& remote,
                     const GeneralOptions& general) {
  try {
    const remote::Vendor& service = remote::FindVendor(vendor);
    const auto client = remote::MakeClient(service, remote);
    const remote::Account account =
        service.ReadAccount(*client, [] { return Interrupted(); });
    if (general.json) {
      std::cout << AccountJson(vendor, account).dump() << '\n';
    } else {
      PrintAccount(vendor, account);
    }
    return ExitCode::kOk;
  } catch (const Error& error) {
    std::cerr << "stage: " << error.what() << '\n';
    if (general.json) {
      std::cout << nlohmann::json{{"vendor", vendor},
                                  {"error",
                                   {{"kind", ErrorKindName(error.kind())},
                                    {"message", error.what()}}}}
                       .dump()
                << '\n';
    }
    return ExitCodeFor(error.kind());
  }
}

ExitCode Credits(const CreditsOptions& options) {
  const InterruptGuard guard;
  remote::RemoteOptions remote;
  remote.config = options.general.config.empty() ? DefaultConfigFile()
                                                 : options.general.config;
  remote.base_url = options.base_url;
  const std::vector<std::string> vendors =
      ChosenVendors(options, remote.config);
  if (!options.base_url.empty() && vendors.size() != 1) {
    throw Error(ErrorKind::kUsage, "--base-url is of one vendor: name it");
  }
  ExitCode code = ExitCode::kOk;
  for (const std::string& vendor : vendors) {
    const ExitCode here = ShowAccount(vendor, remote, options.general);
    if (code == ExitCode::kOk) code = here;
  }
  return code;
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
  AddText(command,
          "--base-url",
          options->base_url,
          "URL",
          "Another address of the vendor's API, such as a proxy");
  AddGeneralOptions(command, options->general);
  command.callback(
      [options, &context] { context.exit_code = Credits(*options); });
}

}  // namespace stage::cli
