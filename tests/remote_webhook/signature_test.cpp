#include "remote/webhook/signature.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "remote/webhook/event.h"
#include "remote/webhook/hmac.h"

namespace stage::webhook {
namespace {

using remote::ParseTimestamp;
using remote::TimePoint;

const Secret kKey("whsec_7d1f");
constexpr std::string_view kBody =
    R"({"id":"d-1","event":"generation.completed","data":{}})";
constexpr std::string_view kTime = "1767225600";  // 2026-01-01T00:00:00Z

const SignatureScheme& RoomStack() { return WebhookOf("roomstack").scheme; }

AgeLimit At(int64_t seconds) {
  return {.now = TimePoint(std::chrono::seconds(seconds))};
}
const AgeLimit kSoonAfter = At(1767225600 + 20);

Delivery Signed(std::string_view body = kBody,
                std::string_view timestamp = kTime,
                const Secret& secret = kKey) {
  Delivery delivery;
  delivery.body = body;
  delivery.headers = {{"RoomStack-Event", "generation.completed"},
                      {"RoomStack-Delivery", "d-1"},
                      {"RoomStack-Timestamp", std::string(timestamp)},
                      {"RoomStack-Signature",
                       SignatureFor(RoomStack(), secret, timestamp, body)}};
  return delivery;
}

Verdict VerdictOf(const Delivery& delivery, const AgeLimit& age = kSoonAfter) {
  return VerifySignature(delivery, RoomStack(), {kKey}, age).verdict;
}

std::string& Header(Delivery& delivery, const std::string& name) {
  for (auto& [key, value] : delivery.headers) {
    if (key == name) return value;
  }
  throw std::runtime_error("no header " + name);
}

TEST_CASE("HmacSha256: gives the digests of RFC 4231, cases 2 and 6") {
  CHECK(Hex(HmacSha256(Secret("Jefe"), "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(Hex(HmacSha256(
            Secret(std::string(131, '\xaa')),
            "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("VerifySignature: a rightly signed delivery is verified") {
  const Verification result =
      VerifySignature(Signed(), RoomStack(), {kKey}, kSoonAfter);
  CHECK(result.ok());
  CHECK(result.age_checked);
}

TEST_CASE("VerifySignature: RoomStack signs 'timestamp.body' as v1=<hex>") {
  // openssl dgst -sha256 -hmac whsec_7d1f over "1767225600.<body>"
  CHECK(SignatureFor(RoomStack(), kKey, kTime, kBody) ==
        "v1=" + Hex(HmacSha256(kKey,
                               std::string(kTime) + "." + std::string(kBody))));
}

TEST_CASE("VerifySignature: one changed byte anywhere is noticed") {
  const Delivery good = Signed();
  for (size_t i = 0; i < good.body.size(); ++i) {
    Delivery tampered = good;
    tampered.body[i] ^= 1;
    CHECK(VerdictOf(tampered) == Verdict::kWrongSignature);
  }
  Delivery later = good;
  Header(later, "RoomStack-Timestamp") = "1767225610";
  CHECK(VerdictOf(later) == Verdict::kWrongSignature);
  Delivery longer = good;
  longer.body += "\n";
  CHECK(VerdictOf(longer) == Verdict::kWrongSignature);
}

TEST_CASE("VerifySignature: another secret does not verify, a second may") {
  const Delivery delivery = Signed();
  const Secret other("whsec_other");
  CHECK(VerifySignature(delivery, RoomStack(), {other}, kSoonAfter).verdict ==
        Verdict::kWrongSignature);
  CHECK(VerifySignature(delivery, RoomStack(), {other, kKey}, kSoonAfter).ok());
  CHECK(VerifySignature(delivery, RoomStack(), {}, kSoonAfter).verdict ==
        Verdict::kWrongSignature);
}

TEST_CASE("VerifySignature: header names count in any case") {
  Delivery delivery = Signed();
  delivery.headers[2].first = "ROOMSTACK-TIMESTAMP";
  delivery.headers[3].first = "roomstack-signature";
  CHECK(VerdictOf(delivery) == Verdict::kVerified);
}

TEST_CASE("VerifySignature: old and future deliveries are stale") {
  const int64_t signed_at = 1767225600;
  CHECK(VerdictOf(Signed(), At(signed_at + 300)) == Verdict::kVerified);
  CHECK(VerdictOf(Signed(), At(signed_at + 301)) == Verdict::kStale);
  CHECK(VerdictOf(Signed(), At(signed_at - 301)) == Verdict::kStale);
  AgeLimit any = At(signed_at + 86400);
  any.most = std::chrono::seconds(0);
  CHECK(VerdictOf(Signed(), any) == Verdict::kVerified);
}

TEST_CASE("VerifySignature: a timestamp that is no time is only signed") {
  const Delivery delivery = Signed(kBody, "tuesday");
  const Verification result =
      VerifySignature(delivery, RoomStack(), {kKey}, kSoonAfter);
  CHECK(result.ok());
  CHECK_FALSE(result.age_checked);
}

TEST_CASE("VerifySignature: a wrong signature is not excused by its age") {
  Delivery delivery = Signed();
  delivery.body += " ";
  CHECK(VerdictOf(delivery, At(0)) == Verdict::kWrongSignature);
}

TEST_CASE("VerifySignature: missing, doubled and malformed headers") {
  Delivery unsigned_delivery = Signed();
  unsigned_delivery.headers.pop_back();
  CHECK(VerdictOf(unsigned_delivery) == Verdict::kUnsigned);

  Delivery doubled = Signed();
  doubled.headers.push_back(doubled.headers.back());
  CHECK(VerdictOf(doubled) == Verdict::kMalformed);

  Delivery timeless = Signed();
  timeless.headers.erase(timeless.headers.begin() + 2);
  CHECK(VerdictOf(timeless) == Verdict::kMalformed);

  for (const char* value : {"", "v1=", "v1=zz", "v2=", "sha256=00"}) {
    Delivery delivery = Signed();
    Header(delivery, "RoomStack-Signature") = value;
    CAPTURE(value);
    CHECK(VerdictOf(delivery) == Verdict::kMalformed);
  }
  Delivery bare = Signed();
  std::string& signature = Header(bare, "RoomStack-Signature");
  signature.erase(0, 3);
  CHECK(VerdictOf(bare) == Verdict::kMalformed);
}

TEST_CASE("VerifySignature: VSAI's guess takes any signature header") {
  const SignatureScheme scheme = WebhookOf("vsai").scheme;
  const HmacBytes digest = HmacSha256(kKey, kBody);
  Delivery delivery;
  delivery.body = kBody;
  delivery.headers = {{"X-Webhook-Signature", Hex(digest)}};
  CHECK(VerifySignature(delivery, scheme, {kKey}, kSoonAfter).ok());
  delivery.headers.front().second[5] ^= 1;
  CHECK_FALSE(VerifySignature(delivery, scheme, {kKey}, kSoonAfter).ok());
}

TEST_CASE("VerifySignature: header, prefix, encoding and text can be set") {
  SignatureScheme scheme;
  scheme.header = "X-Sig";
  scheme.prefix = "sha256=";
  scheme.encoding = SignatureEncoding::kBase64;
  scheme.signed_text = "{timestamp}:{body}!";
  scheme.timestamp_header = "X-Time";
  Delivery delivery;
  delivery.body = kBody;
  delivery.headers = {
      {"x-time", "2026-01-01T00:00:00Z"},
      {"x-sig", SignatureFor(scheme, kKey, "2026-01-01T00:00:00Z", kBody)}};
  CHECK(delivery.headers[1].second.ends_with("="));
  CHECK(VerifySignature(delivery, scheme, {kKey}, kSoonAfter).ok());
  CHECK(VerifySignature(delivery, scheme, {kKey}, At(0)).verdict ==
        Verdict::kStale);
}

TEST_CASE("CheckScheme: refuses schemes that protect nothing") {
  CHECK_THROWS_AS(CheckScheme({.signed_text = "{timestamp}"}), Error);
  CHECK_THROWS_AS(CheckScheme({.signed_text = "{timestamp}.{body}"}), Error);
  CHECK_NOTHROW(CheckScheme(RoomStack()));
}

TEST_CASE("ParseTimestamp: seconds, milliseconds and ISO 8601 are one time") {
  const TimePoint time{std::chrono::seconds(1767225600)};
  for (const char* text : {"1767225600",
                           "1767225600000",
                           "1767225600.0",
                           "2026-01-01T00:00:00Z",
                           "2026-01-01T00:00:00.000Z",
                           "2026-01-01T01:30:00+01:30",
                           "2025-12-31T19:00:00-0500"}) {
    CAPTURE(text);
    CHECK(ParseTimestamp(text) == time);
  }
  CHECK(ParseTimestamp("2026-01-01T00:00:00.250Z") ==
        time + std::chrono::milliseconds(250));
  for (const char* text : {"",
                           "soon",
                           "-5",
                           "nan",
                           "1e99",
                           "2026-01-01",
                           "2026-13-01T00:00:00Z",
                           "2026-01-01T00:00:00",
                           "1767225600 "}) {
    CAPTURE(text);
    CHECK_FALSE(ParseTimestamp(text));
  }
}

}  // namespace
}  // namespace stage::webhook
