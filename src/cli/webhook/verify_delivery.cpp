#include "cli/webhook/verify_delivery.h"

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text_encoding.h"
#include "remote/webhook/event.h"

namespace stage::cli {
namespace {

using webhook::Delivery;
using webhook::Verification;

std::string ReadBounded(std::istream& stream, const std::string& name) {
  std::string bytes(webhook::kLargestBody + 1, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(stream.gcount()));
  if (stream.bad()) throw Error(ErrorKind::kInput, name + ": cannot be read");
  if (bytes.size() > webhook::kLargestBody) {
    throw Error(ErrorKind::kInput, name + ": larger than any webhook (1 MiB)");
  }
  return bytes;
}

std::string ReadInput(const std::filesystem::path& file) {
  if (file == "-") return ReadBounded(std::cin, "standard input");
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file)) {
    throw Error(ErrorKind::kInput, Utf8Path(file) + ": cannot be read");
  }
  return ReadBounded(stream, Utf8Path(file));
}

Delivery ReadDelivery(const VerifyOptions& options) {
  const std::string bytes = ReadInput(options.body);
  if (options.headers.empty() && options.headers_file.empty()) {
    return webhook::ParseStoredRequest(bytes);
  }
  Delivery delivery;
  delivery.body = bytes;
  if (!options.headers_file.empty()) {
    webhook::AddHeaders(ReadInput(options.headers_file), delivery);
  }
  for (const std::string& header : options.headers) {
    webhook::AddHeaders(header, delivery);
  }
  return delivery;
}

void Print(const VerifyOptions& options,
           const Delivery& delivery,
           const webhook::VendorWebhook& vendor,
           const Verification& result) {
  if (options.general.json) {
    const webhook::Event event = webhook::ParseEvent(vendor, delivery);
    std::cout << nlohmann::json{{"vendor", options.vendor},
                                {"verified", result.ok()},
                                {"verdict",
                                 webhook::VerdictName(result.verdict)},
                                {"reason", result.reason},
                                {"age_checked", result.age_checked},
                                {"event", ValidUtf8(event.type)},
                                {"remote_id", ValidUtf8(event.remote_id)}}
                     .dump()
              << '\n';
  } else if (!options.general.quiet) {
    std::cout << (result.ok() ? "verified" : "not verified") << ": "
              << result.reason << '\n';
  }
}

Verification Unsigned(const webhook::VendorWebhook& vendor) {
  const std::string name(vendor.vendor);
  return {webhook::Verdict::kUnsigned,
          vendor.exists
              ? name +
                    " does not sign its webhooks: give each job an address "
                    "of its own, with an unguessable word in path or "
                    "query, and ask the vendor before believing one"
              : name + " has no webhooks: nothing that comes is from there"};
}

}  // namespace

ExitCode VerifyDelivery(const VerifyOptions& options) {
  const webhook::VendorWebhook& vendor = webhook::WebhookOf(options.vendor);
  const bool described = !options.signature.header.empty();
  const Delivery delivery = ReadDelivery(options);
  Verification result;
  if (!vendor.is_signed && !described) {
    result = Unsigned(vendor);
  } else {
    const std::vector<Secret> secrets = ReadSecrets(options.signature);
    if (secrets.empty()) {
      throw Error(ErrorKind::kUsage,
                  "name the variable with the webhook's secret: --secret-env");
    }
    result = webhook::VerifySignature(
        delivery,
        MakeScheme(vendor.scheme, options.signature),
        secrets,
        {remote::Now(), std::chrono::seconds(options.signature.max_age_s)});
  }
  Print(options, delivery, vendor, result);
  return result.ok() ? ExitCode::kOk : ExitCode::kCredentials;
}

}  // namespace stage::cli
