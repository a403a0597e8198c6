#pragma once

#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/general_options.h"
#include "cli/webhook/signature_options.h"

namespace stage::cli {

struct ListenOptions {
  GeneralOptions general;
  std::string vendor;
  std::string bind = "127.0.0.1";
  int port = 8787;
  std::vector<std::string> folders;  ///< batches' output folders
  std::string base_url;
  SignatureOptions signature;
};

/// Takes deliveries until a signal comes, and fetches what they announce into
/// the folders' batches.
/// @return kInterrupted
/// @throws Error
ExitCode ListenForWebhooks(const ListenOptions& options);

}  // namespace stage::cli
