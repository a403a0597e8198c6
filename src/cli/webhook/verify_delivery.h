#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/general_options.h"
#include "cli/webhook/signature_options.h"

namespace stage::cli {

/// One stored delivery: the body with headers beside it, or a whole request.
struct VerifyOptions {
  GeneralOptions general;
  std::string vendor;
  std::string body = "-";  ///< file, or - for standard input
  std::filesystem::path headers_file;
  std::vector<std::string> headers;  ///< "Name: value"
  SignatureOptions signature;
};

/// Tells on stdout whether the delivery is the vendor's.
/// @return kOk when it is, kCredentials when it is not
/// @throws Error(kUsage, kInput)
ExitCode VerifyDelivery(const VerifyOptions& options);

}  // namespace stage::cli
