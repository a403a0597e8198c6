// The server itself: jobs, results, limits and faults behave as described.

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "vendors/raw_client.h"
#include "vendors/server/picture.h"

namespace stage::test {
namespace {

using nlohmann::json;

const RawRequest kCreate = {
    "vsai",
    "POST /v2/renders",
    R"({"image_url":"$PHOTO","config":{"type":"staging","add_furniture":)"
    R"({"room_type":"living","style":"modern"}},"variation_count":2})"};
const RawRequest kCredits = {"roomstack", "GET /api/v1/credits"};

json Fault(const char* vendor, const char* endpoint, const char* kind) {
  return {{"vendor", vendor}, {"endpoint", endpoint}, {"kind", kind}};
}

RawAnswer GetRender(RawClient& client, const std::string& id) {
  return client.Send(
      {"vsai", "GET /v2/renders/" + id + "?include_variations=true"});
}

}  // namespace

TEST_CASE("VendorServer: a render is paid once, takes time and is delivered") {
  RawClient client(300);
  const std::string id = client.Send(kCreate).json().at("id");
  json variations = GetRender(client, id).json().at("variations");
  CHECK(variations["items"].size() == 2);
  CHECK(variations["items"][0]["status"] == "queued");
  std::this_thread::sleep_for(std::chrono::milliseconds(350));
  variations = GetRender(client, id).json().at("variations");
  for (const json& item : variations["items"]) {
    CHECK(item["status"] == "done");
    const RawAnswer picture = client.Download(item["result"]["url"]);
    CHECK(picture.status == 200);
    const auto info = vendors::ProbePicture(picture.body);
    REQUIRE(info);
    CHECK(info->width == 1536);
    CHECK(info->height == 1152);
  }
  const json summary = client.server().Summary()["vendors"]["vsai"];
  CHECK(summary["payments"] == 1);
  CHECK(summary["paid_results"] == 2);
  CHECK(summary["delivered"] == 2);
}

TEST_CASE("VendorServer: an eleventh render at once is refused by ReRoom") {
  RawClient client(5000);
  const RawRequest render = {
      "reroom",
      "POST /api/enterprise/render",
      R"({"file_name":"$FILE","creativity":"balanced"})"};
  for (int i = 0; i < 10; ++i) CHECK(client.Send(render).status == 200);
  const RawAnswer answer = client.Send(render);
  CHECK(answer.status == 400);
  CHECK(answer.json()["err"] == "Maximum concurrent renders reached");
  CHECK(client.server().Records("payment", "reroom").size() == 10);
}

TEST_CASE("VendorServer: a lost answer is paid, a reset before it is not") {
  RawClient client;
  client.server().Plan(Fault("vsai", "create", "lost"));
  CHECK(client.Send(kCreate).status == 0);
  CHECK(client.server().Records("payment", "vsai").size() == 1);
  client.server().StartAfresh();
  for (const char* kind : {"reset_unread", "reset_read", "status"}) {
    client.server().StartAfresh();
    client.server().Plan(Fault("vsai", "create", kind));
    CHECK(client.Send(kCreate).status / 100 != 2);
    CHECK(client.server().Records("payment", "vsai").empty());
  }
}

TEST_CASE("VendorServer: a fault hits the calls that it names") {
  RawClient client;
  json fault = Fault("roomstack", "credits", "status");
  fault.update({{"nth", 2}, {"times", 2}, {"status", 429}, {"retry_after", 1}});
  client.server().Plan(fault);
  CHECK(client.Send(kCredits).status == 200);
  const RawAnswer refused = client.Send(kCredits);
  CHECK(refused.status == 429);
  CHECK(refused.headers.at("Retry-After") == "1");
  CHECK(client.Send(kCredits).status == 429);
  CHECK(client.Send(kCredits).status == 200);
}

TEST_CASE("VendorServer: spoilt answers are spoilt as planned") {
  RawClient client;
  const auto spoilt = [&](const json& fault) {
    client.server().StartAfresh();
    client.server().Plan(fault);
    return client.Send(kCredits);
  };
  CHECK(spoilt(Fault("roomstack", "credits", "truncated")).status == 0);
  CHECK(
      spoilt(Fault("roomstack", "credits", "malformed")).json().is_discarded());
  CHECK(spoilt(Fault("roomstack", "credits", "html"))
            .headers.at("Content-Type") == "text/html");
  CHECK(spoilt(Fault("roomstack", "credits", "wrong_types"))
            .json()["remainingCredits"] == "seven");
  CHECK(spoilt(Fault("roomstack", "credits", "missing")).body == "{}");
  CHECK(spoilt(Fault("roomstack", "credits", "deep")).body.size() > 400'000);
  json large = Fault("roomstack", "credits", "oversized");
  large["bytes"] = 1'000'000;
  CHECK(spoilt(large).body.size() > 900'000);
}

TEST_CASE("VendorServer: an expired link is renewed by asking again") {
  RawClient client;
  const std::string id = client.Send(kCreate).json().at("id");
  const auto link = [&]() -> std::string {
    return GetRender(client, id)
        .json()["variations"]["items"][0]["result"]["url"];
  };
  const std::string first = link();
  client.server().Plan(Fault("vsai", "download", "expired"));
  CHECK(client.Download(first).status == 403);
  CHECK(client.Download(first).status == 403);
  CHECK(client.Download(link()).status == 200);
}

}  // namespace stage::test
