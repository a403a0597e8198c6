#include "remote/webhook/hmac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/error.h"

namespace stage::webhook {
HmacBytes HmacSha256(const Secret& key, std::string_view message) {
  HmacBytes bytes{};
  unsigned int size = 0;
  const std::string& secret = key.Reveal();
  const bool done = HMAC(EVP_sha256(),
                         secret.data(),
                         static_cast<int>(secret.size()),
                         reinterpret_cast<const unsigned char*>(message.data()),
                         message.size(),
                         bytes.data(),
                         &size) != nullptr;
  if (!done || size != bytes.size()) {
    throw Error(ErrorKind::kUnexpected, "OpenSSL has no HMAC-SHA256");
  }
  return bytes;
}

std::string Hex(const HmacBytes& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

bool EqualInConstantTime(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace stage::webhook
