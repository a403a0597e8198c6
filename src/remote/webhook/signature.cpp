#include "remote/webhook/signature.h"

#include <openssl/evp.h>

#include <algorithm>

#include "core/error.h"
#include "core/text_encoding.h"
#include "remote/webhook/hmac.h"

namespace stage::webhook {
namespace {

constexpr std::string_view kBody = "{body}";
constexpr std::string_view kTimestamp = "{timestamp}";

std::string Base64(const HmacBytes& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      bytes.data(),
                      static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(size));
  return text;
}

bool Matches(std::string_view pattern, std::string_view name) {
  const bool open_front = pattern.starts_with('*');
  const bool open_back = pattern.size() > 1 && pattern.ends_with('*');
  pattern.remove_prefix(open_front ? 1 : 0);
  pattern.remove_suffix(open_back ? 1 : 0);
  if (open_front && open_back) {
    return name.find(pattern) != std::string_view::npos;
  }
  if (open_front) return name.ends_with(pattern);
  return open_back ? name.starts_with(pattern) : name == pattern;
}

/// Values of all headers that a pattern names.
std::vector<std::string> ValuesOf(const Delivery& delivery,
                                  const std::string& pattern) {
  std::vector<std::string> values;
  for (const auto& [name, value] : delivery.headers) {
    if (Matches(LowerCase(pattern), LowerCase(name))) values.push_back(value);
  }
  return values;
}

std::string SignedText(const SignatureScheme& scheme,
                       std::string_view timestamp,
                       std::string_view body) {
  std::string text;
  std::string_view rest = scheme.signed_text;
  while (!rest.empty()) {
    if (rest.starts_with(kBody)) {
      text += body;
      rest.remove_prefix(kBody.size());
    } else if (rest.starts_with(kTimestamp)) {
      text += timestamp;
      rest.remove_prefix(kTimestamp.size());
    } else {
      text += rest.front();
      rest.remove_prefix(1);
    }
  }
  return text;
}

/// Signatures as they may be written, of which one must be the delivery's.
std::vector<std::string> Forms(const HmacBytes& bytes,
                               SignatureEncoding encoding) {
  switch (encoding) {
    case SignatureEncoding::kHex:
      return {Hex(bytes)};
    case SignatureEncoding::kBase64:
      return {Base64(bytes)};
    case SignatureEncoding::kAny:
      break;
  }
  return {Hex(bytes), Base64(bytes)};
}

bool IsHexDigest(std::string_view text) {
  return text.size() == 2 * sizeof(HmacBytes) &&
         text.find_first_not_of("0123456789abcdefABCDEF") ==
             std::string_view::npos;
}

/// The digest's text without prefix; nullopt when it cannot be one.
std::optional<std::string> DigestText(const std::string& value,
                                      const SignatureScheme& scheme) {
  if (!value.starts_with(scheme.prefix)) return std::nullopt;
  const std::string digest = value.substr(scheme.prefix.size());
  const size_t base64_size = Base64(HmacBytes{}).size();
  const bool is_hex = IsHexDigest(digest);
  const bool is_base64 = digest.size() == base64_size;
  switch (scheme.encoding) {
    case SignatureEncoding::kHex:
      if (!is_hex) return std::nullopt;
      return digest;
    case SignatureEncoding::kBase64:
      if (!is_base64) return std::nullopt;
      return digest;
    case SignatureEncoding::kAny:
      break;
  }
  if (is_hex) return LowerCase(digest);
  if (is_base64) return digest;
  return std::nullopt;
}

bool AnySecretSigns(const std::string& digest,
                    const std::string& text,
                    const SignatureScheme& scheme,
                    const std::vector<Secret>& secrets) {
  bool found = false;
  for (const Secret& secret : secrets) {
    for (const std::string& form :
         Forms(HmacSha256(secret, text), scheme.encoding)) {
      found |= EqualInConstantTime(form, digest);
    }
  }
  return found;
}

Verification CheckAge(std::string_view timestamp, const AgeLimit& age) {
  const std::optional<remote::TimePoint> time =
      remote::ParseTimestamp(timestamp);
  if (!time || age.most.count() == 0) {
    return {Verdict::kVerified,
            time ? "the signature is right"
                 : "the signature is right; its age is unknown",
            false};
  }
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(age.now - *time).count();
  if (std::abs(seconds) > age.most.count()) {
    return {Verdict::kStale,
            "signed " + std::to_string(std::abs(seconds)) +
                (seconds > 0 ? " seconds ago" : " seconds in the future") +
                ", more than " + std::to_string(age.most.count()),
            true};
  }
  return {Verdict::kVerified, "the signature is right", true};
}

}  // namespace

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kVerified:
      return "verified";
    case Verdict::kUnsigned:
      return "unsigned";
    case Verdict::kMalformed:
      return "malformed";
    case Verdict::kWrongSignature:
      return "wrong_signature";
    case Verdict::kStale:
      return "stale";
  }
  return "malformed";
}

Verification VerifySignature(const Delivery& delivery,
                             const SignatureScheme& scheme,
                             const std::vector<Secret>& secrets,
                             const AgeLimit& age) {
  const auto signatures = ValuesOf(delivery, scheme.header);
  if (signatures.empty()) {
    return {Verdict::kUnsigned, "there is no header " + scheme.header};
  }
  if (signatures.size() > 1) {
    return {Verdict::kMalformed,
            "there is more than one header " + scheme.header};
  }
  std::string timestamp;
  if (!scheme.timestamp_header.empty()) {
    const auto timestamps = delivery.HeaderValues(scheme.timestamp_header);
    if (timestamps.size() != 1) {
      return {Verdict::kMalformed,
              (timestamps.empty() ? "there is no header "
                                  : "there is more than one header ") +
                  scheme.timestamp_header};
    }
    timestamp = timestamps.front();
  }
  const auto digest = DigestText(signatures.front(), scheme);
  if (!digest) {
    return {Verdict::kMalformed,
            "the signature is not " + scheme.prefix + "<digest>"};
  }
  const std::string text = SignedText(scheme, timestamp, delivery.body);
  if (!AnySecretSigns(*digest, text, scheme, secrets)) {
    return {Verdict::kWrongSignature,
            "the signature does not fit this body and secret"};
  }
  return CheckAge(timestamp, age);
}

std::string SignatureFor(const SignatureScheme& scheme,
                         const Secret& secret,
                         std::string_view timestamp,
                         std::string_view body) {
  const HmacBytes digest =
      HmacSha256(secret, SignedText(scheme, timestamp, body));
  return scheme.prefix + Forms(digest, scheme.encoding).front();
}

void CheckScheme(const SignatureScheme& scheme) {
  const auto signs = [&](std::string_view part) {
    return scheme.signed_text.find(part) != std::string::npos;
  };
  if (!signs(kBody)) {
    throw Error(ErrorKind::kUsage,
                "--signed-text must contain {body}: a signature that leaves "
                "the body out protects nothing");
  }
  if (signs(kTimestamp) && scheme.timestamp_header.empty()) {
    throw Error(ErrorKind::kUsage,
                "--signed-text has {timestamp}: name its header with "
                "--timestamp-header");
  }
}

}  // namespace stage::webhook
