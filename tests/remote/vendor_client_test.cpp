#include "remote/vendor_client.h"

#include <doctest/doctest.h>

#include "remote/fake_transport.h"
#include "remote/vendor.h"
#include "support/temp_dir.h"

namespace stage::test {
namespace {

using namespace remote;

constexpr auto kKey = "aptd_5ecret";

struct Rig {
  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  TempDir folder;
  VendorClient client{
      FindVendor("roomstack").spec(),
      nullptr,
      {.base_url = "http://127.0.0.1:9/proxy/", .key = Secret(kKey)},
      transport};

  std::string noted;  ///< "<" leaves, ">" was not taken
  PaySteps steps{.leaves = [this] { noted += '<'; },
                 .not_taken = [this] { noted += '>'; }};

  std::string PaidFailure(Taken* taken = nullptr) {
    try {
      client.Pay({.method = "POST", .path = "/api/v1/edit"},
                 folder.path() / "answer",
                 steps,
                 {});
    } catch (const CallError& error) {
      if (taken != nullptr) *taken = error.taken();
      return error.what();
    }
    return "";
  }
};

TEST_CASE("VendorClient: key and base path go along, redirects are refused") {
  Rig rig;
  rig.transport->Expect(200, "{\"credits\": 3}");
  CHECK(rig.client.Ask({.path = "/api/v1/credits"}, {})["credits"] == 3);
  const HttpRequest& sent = rig.transport->sent.at(0);
  CHECK(sent.url == "http://127.0.0.1:9/proxy/api/v1/credits");
  CHECK(sent.redirects == Redirects::kRefuse);
  bool has_key = false;
  for (const auto& [name, value] : sent.headers) {
    has_key = has_key || (name == "x-api-key" && value == kKey);
  }
  CHECK(has_key);
}

TEST_CASE("VendorClient: reads are repeated, refusals are not") {
  Rig rig;
  rig.transport->ExpectFailure(Sent::kMaybe);
  rig.transport->Expect(503, "");
  rig.transport->Expect(200, "<html>");
  rig.transport->Expect(429, "", {{"retry-after", "0"}});
  rig.transport->Expect(200, "{}");
  CHECK(rig.client.Ask({.path = "/a"}, {}).is_object());
  rig.transport->Expect(404, "{\"error\": \"gone\"}");
  CHECK_THROWS_AS(rig.client.Ask({.path = "/a"}, {}), CallError);
  CHECK(rig.transport->sent.size() == 6);
}

TEST_CASE("VendorClient: a paid request is never repeated after it may count") {
  for (const int status : {500, 502, 503, 504, 408}) {
    Rig rig;
    rig.transport->Expect(status, "");
    Taken taken = Taken::kNo;
    CHECK(rig.PaidFailure(&taken) != "");
    CHECK(taken == Taken::kMaybe);
    CHECK(rig.transport->sent.size() == 1);
  }
  Rig rig;
  rig.transport->ExpectFailure(Sent::kMaybe);
  Taken taken = Taken::kNo;
  CHECK(rig.PaidFailure(&taken) != "");
  CHECK(taken == Taken::kMaybe);
}

TEST_CASE("VendorClient: a paid request that was not taken is repeated") {
  Rig rig;
  rig.transport->Expect(429, "", {{"retry-after", "0"}});
  rig.transport->Expect(200, "{\"images\": []}");
  CHECK(rig.PaidFailure() == "");
  REQUIRE(rig.transport->sent.size() == 2);
  CHECK(rig.transport->sent[0].connection == Connection::kFresh);
  CHECK(std::filesystem::exists(rig.folder.path() / "answer"));
}

TEST_CASE("VendorClient: what a refusal means for the batch") {
  const std::vector<std::pair<int, ErrorKind>> cases = {
      {400, ErrorKind::kInput},
      {401, ErrorKind::kCredentials},
      {402, ErrorKind::kCredits},
      {403, ErrorKind::kCredentials},
      {413, ErrorKind::kInput},
      {307, ErrorKind::kVendorUnavailable}};
  for (const auto& [status, kind] : cases) {
    Rig rig;
    rig.transport->Expect(status, "{\"error\": \"no\"}");
    try {
      rig.client.Pay({.method = "POST", .path = "/p"},
                     rig.folder.path() / "a",
                     rig.steps,
                     {});
      FAIL("it was taken");
    } catch (const CallError& error) {
      CAPTURE(status);
      CHECK(error.kind() == kind);
      CHECK(error.taken() == Taken::kNo);
    }
  }
}

TEST_CASE("VendorClient: a refused key or account says what to do") {
  for (const auto& [status, remedy] : std::vector<std::pair<int, std::string>>{
           {401, "STAGE_ROOMSTACK_KEY"}, {402, "add credits"}, {403, "plan"}}) {
    CAPTURE(status);
    Rig rig;
    rig.transport->Expect(status, "{\"error\": \"no\"}");
    const std::string message = rig.PaidFailure();
    CHECK(message.find("no (status " + std::to_string(status)) !=
          std::string::npos);
    CHECK(message.find(remedy) != std::string::npos);
  }
}

TEST_CASE("VendorClient: an order refused for now is noted as not taken") {
  Rig rig;
  rig.transport->Expect(429, "{}", {{"retry-after", "0"}});
  rig.transport->Expect(402, "{}");
  rig.PaidFailure();
  CHECK(rig.noted == "<><");
}

TEST_CASE("VendorClient: the key is in no message, wherever it comes from") {
  Rig rig;
  rig.transport->Expect(400,
                        std::string("{\"error\": \"bad key aptd_5ecret at "
                                    "https://x.example/?k=aptd_5ecret\"}"));
  const std::string message = rig.PaidFailure();
  CHECK(message.find(kKey) == std::string::npos);
  CHECK(message.find("[key]") != std::string::npos);
}

TEST_CASE("VendorClient: a result elsewhere gets no key") {
  Rig rig;
  const auto has_key = [&](const HttpRequest& request) {
    for (const auto& [name, value] : request.headers) {
      if (value.find(kKey) != std::string::npos) return true;
    }
    return false;
  };
  const auto file = rig.folder.path() / "r.png";
  for (const char* url :
       {"http://127.0.0.1:10/a.png", "http://storage.example/a.png"}) {
    rig.transport->Expect(200, "png");
    rig.client.Download(url, true, file, {});
    CHECK_FALSE(has_key(rig.transport->sent.back()));
  }
  rig.transport->Expect(200, "png");
  rig.client.Download("/api/v1/images/1", true, file, {});
  CHECK(has_key(rig.transport->sent.back()));
  CHECK(rig.transport->sent.back().redirects == Redirects::kRefuse);
  CHECK_THROWS_AS(rig.client.Download("file:///etc/passwd", false, file, {}),
                  Error);
}

}  // namespace
}  // namespace stage::test
