#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "core/secrets.h"
#include "remote/webhook/signature.h"

namespace stage::cli {

/// How deliveries are checked; shared by `webhook listen` and `verify`. Empty
/// texts leave what the vendor's documentation says.
struct SignatureOptions {
  std::vector<std::string> secret_variables;
  int max_age_s = 300;
  std::string header;
  std::string prefix;
  std::string encoding;  ///< any | hex | base64
  std::string signed_text;
  std::string timestamp_header;
};

void AddSignatureOptions(CLI::App& command, SignatureOptions& options);

/// The vendor's scheme with what the options say differently.
/// @throws Error(kUsage)
webhook::SignatureScheme MakeScheme(const webhook::SignatureScheme& vendors,
                                    const SignatureOptions& options);

/// The values of --secret-env's variables.
/// @throws Error(kCredentials) naming a variable that is not set
std::vector<Secret> ReadSecrets(const SignatureOptions& options);

}  // namespace stage::cli
