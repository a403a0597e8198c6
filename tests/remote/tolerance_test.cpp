// Where a vendor's documents are silent or contradict themselves, other
// spellings of the same answer mean the same.

#include <doctest/doctest.h>

#include "core/base64.h"
#include "remote/answer.h"
#include "remote/fake_transport.h"
#include "remote/vendor.h"
#include "support/temp_dir.h"

namespace stage::test {
namespace {

using namespace remote;
using nlohmann::json;

/// An order of a vendor that answers what it is told to.
struct Rig {
  Rig(const std::string& name, StagingJob given)
      : job(std::move(given)), vendor(FindVendor(name)) {
    order.token = "our-token";
  }
  StagingJob job;
  const Vendor& vendor;
  const Service& service = ChooseService(vendor.spec(), job);
  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  VendorClient client{
      vendor.spec(), nullptr, {.key = Secret("key")}, transport};
  Order order;
  TempDir folder;
  OrderContext context{
      .job = job,
      .service = service,
      .client = client,
      .order = order,
      .photo = {folder.Write("a.jpg", "JPEG"), "image/jpeg", 800, 600},
      .pictures = folder.path() / "our-token",
      .Scratch = [this](std::string_view name) {
        return folder.path() / name;
      }};

  OrderStatus Read(const json& answer) {
    return vendor.ReadOrderAnswer(context, answer);
  }
  OrderStatus Poll(const json& answer) {
    transport->Expect(200, answer.dump());
    return vendor.Poll(context);
  }
};

StagingJob Kitchen() {
  StagingJob job;
  job.generate.room = "kitchen";
  return job;
}

StagingJob KitchenInMask() {
  StagingJob job = Kitchen();
  job.generate.mask = "mask.png";
  return job;
}

TEST_CASE("RoomStack: ids, pictures and charges wherever they stand") {
  for (const json& answer :
       {json{{"generationId", "g-1"}, {"status", "QUEUED"}},
        json{{"generation_id", "g-1"}},
        json{{"data", {{"generationId", "g-1"}}}, {"extra", {1, 2}}},
        json{{"requestId", 7}, {"id", "g-1"}, {"images", nullptr}}}) {
    Rig rig("roomstack", Kitchen());
    CHECK(rig.Read(answer).state == OrderState::kWorking);
    CHECK(rig.order.id == "g-1");
  }
  for (const json& answer :
       {json{{"status", "Completed"}, {"images", {"/api/v1/images/i-1"}}},
        json{{"meta", {{"status", "COMPLETED"}}},
             {"images", {{{"id", "i-1"}}}}},
        json{{"data",
              {{"status", "completed"},
               {"images", {{{"downloadUrl", "/api/v1/images/i-1"}}}},
               {"creditsCharged", "2"}}}}}) {
    Rig rig("roomstack", Kitchen());
    rig.order.id = "g-1";
    const OrderStatus status = rig.Poll(answer);
    CHECK(status.state == OrderState::kDone);
    REQUIRE(status.results.size() == 1);
    CHECK(status.results[0].url == "/api/v1/images/i-1");
    CHECK(status.results[0].with_key);
    if (answer.contains("data")) CHECK(status.credits == 2);
  }
  Rig rig("roomstack", Kitchen());
  rig.order.id = "g-1";
  const OrderStatus failed =
      rig.Poll({{"data", {{"status", "FAILED"}, {"error", "no room"}}}});
  CHECK(failed.state == OrderState::kFailed);
  CHECK(failed.error == "no room");
}

TEST_CASE("RoomStack: the status of an order may hold its pictures") {
  const std::string png = "\x89PNG\r\n\x1A\n" + std::string(3000, 'x');
  const std::string url = "data:image/png;base64," + Base64(png);
  for (const json& image : {json{{"base64", url}},
                            json{{"base64", Base64(png)}},
                            json(url),
                            json{{"url", url}, {"id", "i-1"}}}) {
    CAPTURE(image.dump().substr(0, 60));
    Rig rig("roomstack", Kitchen());
    rig.order.id = "g-1";
    const OrderStatus status =
        rig.Poll({{"status", "completed"}, {"images", {image}}});
    CHECK(status.state == OrderState::kDone);
    REQUIRE(status.results.size() == 1);
    CHECK(ReadFileBytes(status.results.front().file) == png);
  }
}

TEST_CASE("Vsai: renders bare or wrapped, variations as a list or a page") {
  const json variation = {
      {"id", "v"},
      {"status", "DONE"},
      {"result", {{{"url", nullptr}, {"optimized_url", "https://s/v"}}}},
      {"never", "seen"}};
  for (const json& answer :
       {json{{"id", "r"}, {"variations", {{"items", {variation}}}}},
        json{{"id", "r"}, {"variations", {variation}}},
        json{{"render", {{"id", "r"}, {"variations", {variation}}}}},
        json{{"data", {{"variations", {{"items", {variation}}}}}}}}) {
    Rig rig("vsai", Kitchen());
    rig.order.id = "r";
    const OrderStatus status = rig.Poll(answer);
    CHECK(status.state == OrderState::kDone);
    REQUIRE(status.results.size() == 1);
    CHECK(status.results[0].url == "https://s/v");
  }
  StagingJob more = Kitchen();
  more.vendor_options["render_id"] = "r";
  for (const json& answer :
       {json{{"variations", {variation}}}, json::array({variation})}) {
    Rig rig("vsai", more);
    CHECK(rig.Read(answer).state == OrderState::kWorking);
    CHECK(rig.order.data["variations"] == json{"v"});
  }
}

TEST_CASE("IACrea: ids, states and addresses in every form") {
  for (const json& answer : {json{{"generation_id", "g"}},
                             json{{"generationId", "g"}},
                             json{{"data", {{"generation_id", "g"}}}}}) {
    Rig rig("iacrea", KitchenInMask());
    rig.Read(answer);
    CHECK(rig.order.id == "g");
  }
  for (const json& answer :
       {json{{"status", "succeeded"}, {"urls", {"https://s/1"}}},
        json{{"status", "SUCCEEDED"}, {"urls", "https://s/1"}},
        json{{"data",
              {{"status", "Succeeded"},
               {"urls", {{{"url", "https://s/1"}}}}}}}}) {
    Rig rig("iacrea", KitchenInMask());
    rig.order.id = "g";
    const OrderStatus status = rig.Poll(answer);
    CHECK(status.state == OrderState::kDone);
    REQUIRE(status.results.size() == 1);
    CHECK(status.results[0].url == "https://s/1");
  }
}

TEST_CASE("ReRoom: the three documented shapes, and outputs as objects") {
  for (const json& answer :
       {json{{"success", true}, {"data", {{"render_id", "r"}}}},
        json{{"_id", "r"}, {"status", "queued"}, {"outputs", json::array()}},
        json{{"data", {{"_id", "r"}, {"status", "rendering"}}}}}) {
    StagingJob job = Kitchen();
    Rig rig("reroom", job);
    CHECK(rig.Read(answer).state == OrderState::kWorking);
    CHECK(rig.order.id == "r");
  }
  for (const json& answer :
       {json{{"status", "painted"}, {"outputs", {"https://s/1"}}},
        json{{"status", "Completed"}, {"outputs", {{{"url", "https://s/1"}}}}},
        json{
            {"success", true},
            {"data", {{"status", "completed"}, {"outputs", "https://s/1"}}}}}) {
    Rig rig("reroom", Kitchen());
    rig.order.id = "r";
    const OrderStatus status = rig.Poll(answer);
    CHECK(status.state == OrderState::kDone);
    REQUIRE(status.results.size() == 1);
    CHECK(status.results[0].url == "https://s/1");
  }
  Rig rig("reroom", Kitchen());
  rig.order.id = "r";
  CHECK_THROWS_AS(
      rig.Poll({{"status", "completed"}, {"outputs", json::array()}}),
      BadAnswer);
}

TEST_CASE("Vsart: states in other words, lists bare or wrapped") {
  const json row = {{"id", "run"},
                    {"upload_id", "group"},
                    {"status", "Done"},
                    {"error", nullptr},
                    {"render_urls", {"https://s/1"}}};
  for (const json& list : {json::array({row}),
                           json{{"renders", {row}}},
                           json{{"data", {row}}, {"total", 1}}}) {
    Rig rig("vsart", Kitchen());
    rig.order.id = "group";
    rig.transport->Expect(200, json{{"status", "COMPLETED"}}.dump());
    const OrderStatus status = rig.Poll(list);
    CHECK(status.state == OrderState::kDone);
    REQUIRE(status.results.size() == 1);
    CHECK(status.results[0].url == "https://s/1");
  }
  json queued = row;
  queued["id"] = "other";
  queued["status"] = "queued";
  queued["render_urls"] = nullptr;
  Rig rig("vsart", Kitchen());
  rig.order.id = "group";
  rig.transport->Expect(200, json{{"status", "done"}}.dump());
  CHECK(rig.Poll(json::array({row, queued})).state == OrderState::kWorking);
}

TEST_CASE("Vsart: a finished order that the list lacks is told") {
  Rig rig("vsart", Kitchen());
  rig.order.id = "group";
  rig.transport->Expect(200, json{{"status", "done"}}.dump());
  CHECK_THROWS_AS(rig.Poll(json::array()), BadAnswer);
}

TEST_CASE("VendorClient: addresses of results, absolute and relative") {
  for (const auto& [given, asked] :
       std::vector<std::pair<std::string, std::string>>{
           {"/api/v1/images/1", "https://roomstack.io/api/v1/images/1"},
           {"api/v1/images/1", "https://roomstack.io/api/v1/images/1"},
           {"//cdn.example/1", "https://cdn.example/1"},
           {"https://cdn.example/1", "https://cdn.example/1"}}) {
    Rig rig("roomstack", Kitchen());
    rig.transport->Expect(200, "picture");
    rig.client.Download(given, true, rig.folder.path() / "file", {});
    CHECK(rig.transport->sent.back().url == asked);
  }
}

TEST_CASE("VendorClient: a result that has moved is fetched without the key") {
  const auto moved_to = [](const std::string& place) {
    return [place](const HttpRequest&) {
      HttpResponse response;
      response.status = 302;
      response.redirect_url = place;
      return response;
    };
  };
  Rig rig("roomstack", Kitchen());
  const auto file = rig.folder.path() / "file";
  rig.transport->Answers(moved_to("https://cdn.example/1?signature=x"));
  rig.transport->Expect(200, "picture");
  rig.client.Download("/api/v1/images/1", true, file, {});
  CHECK_FALSE(rig.transport->sent.at(0).headers.empty());
  CHECK(rig.transport->sent.at(1).url == "https://cdn.example/1?signature=x");
  CHECK(rig.transport->sent.at(1).headers.empty());
  rig.transport->Answers(moved_to("file:///etc/passwd"));
  CHECK_THROWS_AS(rig.client.Download("/api/v1/images/1", true, file, {}),
                  BadAnswer);
}

TEST_CASE("VendorClient: a path below the base URL, else below its host") {
  Rig rig("vsai", Kitchen());
  const auto file = rig.folder.path() / "file";
  rig.transport->Expect(404, "no such page");
  rig.transport->Expect(200, "picture");
  rig.client.Download("/results/1", false, file, {});
  CHECK(rig.transport->sent.at(0).url ==
        "https://api.virtualstagingai.app/v2/results/1");
  CHECK(rig.transport->sent.at(1).url ==
        "https://api.virtualstagingai.app/results/1");
  rig.transport->Expect(404, "no such page");
  rig.transport->Expect(404, "no such page");
  CHECK_THROWS_AS(rig.client.Download("/results/1", false, file, {}),
                  CallError);
}

}  // namespace
}  // namespace stage::test
