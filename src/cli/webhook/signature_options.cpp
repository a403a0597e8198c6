#include "cli/webhook/signature_options.h"

#include "cli/option_kinds.h"
#include "core/error.h"
#include "core/shard.h"

namespace stage::cli {
namespace {

constexpr auto kGroup = "Signature";

void Replace(std::string& text, const std::string& by) {
  if (!by.empty()) text = by;
}

}  // namespace

void AddSignatureOptions(CLI::App& command, SignatureOptions& options) {
  AddTexts(command,
           "--secret-env",
           options.secret_variables,
           "NAME",
           "Environment variable with the signing secret; repeatable, so that "
           "a secret can be replaced without a gap. For vendors that do not "
           "sign: a word that the address must have in its path or query")
      ->group(kGroup);
  AddInteger(command,
             "--max-age",
             options.max_age_s,
             {0, 31536000},
             "Most seconds since a delivery was signed; 0: any age")
      ->group(kGroup);
  AddText(command,
          "--signature-header",
          options.header,
          "NAME",
          "Header with the signature; * at both ends matches any text")
      ->default_str("the vendor's; vsai: *signature*")
      ->group(kGroup);
  AddText(command,
          "--signature-prefix",
          options.prefix,
          "TEXT",
          "What stands before the digest, such as sha256=")
      ->default_str("the vendor's")
      ->group(kGroup);
  AddWord(command,
          "--signature-encoding",
          options.encoding,
          {"any", "hex", "base64"},
          "encoding",
          "How the digest is written")
      ->default_str("the vendor's")
      ->group(kGroup);
  AddText(command,
          "--signed-text",
          options.signed_text,
          "TEXT",
          "What is signed, with {body} and {timestamp} for the raw bytes")
      ->default_str("the vendor's; vsai: {body}")
      ->group(kGroup);
  AddText(command,
          "--timestamp-header",
          options.timestamp_header,
          "NAME",
          "Header with the time of signing")
      ->default_str("the vendor's")
      ->group(kGroup);
}

webhook::SignatureScheme MakeScheme(const webhook::SignatureScheme& vendors,
                                    const SignatureOptions& options) {
  webhook::SignatureScheme scheme = vendors;
  Replace(scheme.header, options.header);
  Replace(scheme.prefix, options.prefix);
  Replace(scheme.signed_text, options.signed_text);
  Replace(scheme.timestamp_header, options.timestamp_header);
  using webhook::SignatureEncoding;
  if (options.encoding == "any") scheme.encoding = SignatureEncoding::kAny;
  if (options.encoding == "hex") scheme.encoding = SignatureEncoding::kHex;
  if (options.encoding == "base64") {
    scheme.encoding = SignatureEncoding::kBase64;
  }
  webhook::CheckScheme(scheme);
  return scheme;
}

std::vector<Secret> ReadSecrets(const SignatureOptions& options) {
  std::vector<Secret> secrets;
  for (const std::string& name : options.secret_variables) {
    const std::string value = Environment(name).value_or("");
    if (value.empty()) {
      throw Error(ErrorKind::kCredentials,
                  "--secret-env " + name +
                      ": there is no such variable in the environment; set "
                      "it to the webhook's secret");
    }
    secrets.emplace_back(value);
  }
  return secrets;
}

}  // namespace stage::cli
