#include <doctest/doctest.h>

#include "remote/answer.h"
#include "remote/fake_transport.h"
#include "remote/vendor.h"
#include "support/temp_dir.h"

namespace stage::test {
namespace {

using namespace remote;
using nlohmann::json;

/// One order of a job, with a transport that answers what it is told to.
struct Rig {
  explicit Rig(StagingJob given) : job(std::move(given)) {
    order.results = job.variants;
    order.begun_at_ms = 1'000'000;
  }
  StagingJob job;
  const Vendor& vendor = FindVendor("vsai");
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
      .photo = {folder.Write("a.jpg", "JPEG"), "image/jpeg", 4, 3}};

  json Body() {
    const Call call = vendor.OrderCall(context);
    return json::parse(SentBody({.body = call.body}));
  }
};

StagingJob Staging(int variants = 1) {
  StagingJob job;
  job.generate.room = "living";
  job.variants = variants;
  return job;
}

json Variation(const std::string& id,
               const std::string& status,
               const std::string& type = "staging") {
  json variation = {{"id", id}, {"type", type}, {"status", status}};
  if (status == "done") variation["result"]["url"] = "https://s/" + id;
  return variation;
}

json Render(const std::string& id, const json& variations) {
  return {{"id", id},
          {"created_at", 1'000'500},
          {"variations", {{"items", variations}, {"next_cursor", nullptr}}}};
}

TEST_CASE("Vsai: an order asks for what the job does") {
  Rig rig(Staging(3));
  CHECK(rig.Body() == json{{"config",
                            {{"type", "staging"},
                             {"add_furniture",
                              {{"room_type", "living"}, {"style", "modern"}}}}},
                           {"variation_count", 3},
                           {"wait_for_completion", false},
                           {"image_url", "data:image/jpeg;base64,SlBFRw=="}});
}

TEST_CASE("Vsai: emptying, dusk and further variations") {
  StagingJob empty;
  empty.operation = Operation::kDeclutter;
  CHECK(Rig(empty).Body()["config"] ==
        json{{"type", "staging"}, {"remove_furniture", {{"mode", "on"}}}});
  StagingJob dusk;
  dusk.operation = Operation::kEdit;
  dusk.edit.daylight = "sunset";
  CHECK(Rig(dusk).Body()["config"] ==
        json{{"type", "daytodusk"}, {"sky_style", "dusk"}});
  StagingJob more = Staging();
  more.vendor_options["render_id"] = "r-1";
  Rig rig(more);
  CHECK(rig.vendor.OrderCall(rig.context).path == "/renders/r-1/variations");
  CHECK_FALSE(rig.Body().contains("image_url"));
}

TEST_CASE("Vsai: done when all that was asked for is, by-products left out") {
  Rig rig(Staging(2));
  rig.order.id = "r";
  const auto poll = [&](const json& variations) {
    rig.transport->Expect(200, Render("r", variations).dump());
    return rig.vendor.Poll(rig.context);
  };
  CHECK(poll(json::array({Variation("a", "done")})).state ==
        OrderState::kWorking);
  CHECK(poll({Variation("a", "done"), Variation("b", "never-seen")}).state ==
        OrderState::kWorking);
  const OrderStatus done = poll({Variation("x", "done", "removal"),
                                 Variation("a", "done"),
                                 Variation("b", "done")});
  CHECK(done.state == OrderState::kDone);
  CHECK(done.results.size() == 2);
  const OrderStatus partial =
      poll({Variation("a", "done"), Variation("b", "error")});
  CHECK(partial.results.size() == 1);
  REQUIRE(partial.follow_up.has_value());
  CHECK(partial.follow_up->results == 1);
  CHECK(partial.follow_up->data["of_render"] == "r");
  CHECK(poll({Variation("a", "error"), Variation("b", "error")}).state ==
        OrderState::kFailed);
}

TEST_CASE("Vsai: a lost order is adopted when exactly one render fits") {
  const json config = {
      {"type", "staging"},
      {"add_furniture", {{"room_type", "living"}, {"style", "modern"}}}};
  json variation = Variation("v", "rendering");
  variation["config"] = config;
  Rig rig(Staging());
  const json list = {{"items",
                      {{{"id", "known"}, {"created_at", 1'000'600}},
                       {{"id", "lost"}, {"created_at", 1'000'500}},
                       {{"id", "old"}, {"created_at", 1}}}},
                     {"next_cursor", nullptr}};
  rig.transport->Expect(200, list.dump());
  rig.transport->Expect(200, Render("lost", json::array({variation})).dump());
  CHECK(rig.vendor.Recover(rig.context, {"known"}) == Recovery::kFound);
  CHECK(rig.order.id == "lost");

  Rig two(Staging());
  two.transport->Expect(200, list.dump());
  two.transport->Expect(200, Render("known", json::array({variation})).dump());
  two.transport->Expect(200, Render("lost", json::array({variation})).dump());
  CHECK(two.vendor.Recover(two.context, {}) == Recovery::kUnknown);
}

TEST_CASE("Vsai: an answer without an id is none") {
  Rig rig(Staging());
  CHECK_THROWS_AS(rig.vendor.ReadOrderAnswer(rig.context, json::object()),
                  BadAnswer);
  const OrderStatus status = rig.vendor.ReadOrderAnswer(
      rig.context, {{"id", "r9"}, {"created_at", 1000}, {"eta", 31'000}});
  CHECK(rig.order.id == "r9");
  CHECK(status.eta_s == 30);
}

}  // namespace
}  // namespace stage::test
