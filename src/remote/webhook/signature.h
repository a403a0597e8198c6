#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/secrets.h"
#include "remote/timestamp.h"
#include "remote/webhook/delivery.h"

namespace stage::webhook {

enum class SignatureEncoding {
  kHex,     ///< lower-case hexadecimal
  kBase64,  ///< RFC 4648 with padding
  kAny,     ///< hexadecimal in either case, or base64
};

/// How a vendor signs: HMAC-SHA256 over a text made of the delivery's parts.
struct SignatureScheme {
  /// Name of the header; one '*' at each end matches any text, and then the
  /// one header that fits is taken.
  std::string header = "*signature*";
  std::string prefix = {};  ///< in front of the digest, such as "v1="
  SignatureEncoding encoding = SignatureEncoding::kAny;
  /// What is signed: {body} and {timestamp} stand for the raw bytes.
  std::string signed_text = "{body}";
  std::string timestamp_header = {};  ///< empty: there is none
};

enum class Verdict {
  kVerified,
  kUnsigned,        ///< no signature where there should be one
  kMalformed,       ///< the signature or a header cannot be read
  kWrongSignature,  ///< another body, another secret, or a forgery
  kStale,           ///< rightly signed, but too long ago or in the future
};
/// The word in JSON: "verified", "unsigned", "malformed", "wrong_signature",
/// "stale".
std::string_view VerdictName(Verdict verdict);

struct Verification {
  Verdict verdict = Verdict::kUnsigned;
  std::string reason = {};  ///< one clause, for people
  /// False when the timestamp could not be read as a time, so that the
  /// delivery's age is unknown.
  bool age_checked = false;
  bool ok() const { return verdict == Verdict::kVerified; }
};

struct AgeLimit {
  remote::TimePoint now;
  /// Most seconds a delivery may be old, or ahead of this clock; 0: any.
  std::chrono::seconds most{300};
};

/// Checks one delivery. Every secret is tried, so that one can be replaced
/// without a gap. Digests are compared in constant time, on the raw bytes.
Verification VerifySignature(const Delivery& delivery,
                             const SignatureScheme& scheme,
                             const std::vector<Secret>& secrets,
                             const AgeLimit& age);

/// The value of the signature header that VerifySignature accepts; for tests
/// and for trying out a receiver.
std::string SignatureFor(const SignatureScheme& scheme,
                         const Secret& secret,
                         std::string_view timestamp,
                         std::string_view body);

/// @throws Error(kUsage) for a scheme that could never verify anything: no
///         {body} in the signed text, {timestamp} without a header for it
void CheckScheme(const SignatureScheme& scheme);

}  // namespace stage::webhook
