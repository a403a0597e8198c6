#include <doctest/doctest.h>

#include "core/error.h"
#include "remote/answer.h"
#include "remote_vendors/vendor_run.h"

namespace stage::test {
namespace {

using nlohmann::json;
using remote::OrderState;
using remote::Recovery;

const std::string kUpload = "https://files.test/u/1.png";

struct VsartRun : VendorRun {
  VsartRun() : VendorRun("vsart") { Answer({{"url", kUpload}}); }
  json Listed(const json& change = json::object()) const {
    json render = {{"id", "run-1"},
                   {"upload_id", order.token},
                   {"status", "done"},
                   {"room_type", "living_room"},
                   {"source_image_url", kUpload},
                   {"render_urls", {"https://files.test/r/1.png"}}};
    render.update(change);
    return render;
  }
};

TEST_CASE("Vsart: uploads as a form, as base64 or as a data URL") {
  VsartRun run;
  run.Ordered();
  CHECK(run.sent()[0].url == "http://127.0.0.1:9/api/image/upload");
  CHECK(run.sent()[0].content_type.starts_with("multipart/form-data"));
  CHECK(run.sent()[0].body.find("name=\"file\"") != std::string::npos);
  CHECK(run.sent()[0].authorization == "Bearer key-1");

  run.Answer({{"url", kUpload}});
  run.job.vendor_options["upload"] = "base64";
  run.Ordered();
  const json base64 = run.sent()[1].json();
  CHECK(base64["content_type"] == "image/png");
  CHECK(base64["image_base64"].get<std::string>().starts_with("iVBORw0KGgo"));

  run.Answer({{"url", kUpload}});
  run.job.vendor_options["upload"] = "data_url";
  run.Ordered();
  CHECK(run.sent()[2].json()["data_url"].get<std::string>().starts_with(
      "data:image/png;base64,iVBORw0KGgo"));
}

TEST_CASE("Vsart: stages with a group id of our own") {
  VsartRun run;
  run.job.variants = 3;
  run.webhook_url = "https://hook.test/t";
  const SentRequest order = run.Ordered();
  CHECK(order.url == "/api/image/render/request");
  CHECK(order.json() == json{{"image_url", kUpload},
                             {"room_type", "living"},
                             {"style", "modern"},
                             {"mode", "stage"},
                             {"number_of_renders", 3},
                             {"upload_id", run.order.token},
                             {"callback_url", "https://hook.test/t"}});
}

TEST_CASE("Vsart: the style with a space keeps it") {
  VsartRun run;
  run.job.generate.style = "mid-century";
  CHECK(run.Ordered().json()["style"] == "mid-century modern");
}

TEST_CASE("Vsart: cleaning up first costs two credits") {
  VsartRun run;
  run.job.generate.declutter_first = true;
  CHECK(run.Ordered().json()["mode"] == "cleanup_and_stage");
  CHECK(run.vendor.EstimateCredits(run.job, run.service()) == 2);
  run.job.generate.declutter_first = false;
  CHECK(run.vendor.EstimateCredits(run.job, run.service()) == 1);
}

TEST_CASE("Vsart: what premium alone has is refused without it") {
  VsartRun run;
  run.job.generate.style = "japandi";
  CHECK(run.Refusal().find("premium") != std::string::npos);
  run.job.generate.style = "modern";
  run.job.vendor_options["room_type"] = "ldk";
  CHECK(run.Refusal().find("premium") != std::string::npos);
  run.job.vendor_options = {{"tier", "classic"}};
  run.job.generate.prompt = "a red sofa";
  CHECK(run.Refusal().find("premium") != std::string::npos);
  run.job.vendor_options = {{"tier", "premium"}, {"room_type", "ldk"}};
  run.job.generate.style = "japandi";
  const json body = run.Ordered().json();
  CHECK(body["tier"] == "premium");
  CHECK(body["room_type"] == "ldk");
  CHECK(body["ai_notes"] == "a red sofa");
}

TEST_CASE("Vsart: notes have at most 500 characters, not bytes") {
  VsartRun run;
  run.job.vendor_options["tier"] = "premium";
  for (int i = 0; i < 500; ++i) run.job.generate.prompt += "\u00e9";
  CHECK(run.Refusal() == "");
  run.job.generate.prompt += "x";
  CHECK(run.Refusal().find("500") != std::string::npos);
}

TEST_CASE("Vsart: many results are split into what a request may ask for") {
  VsartRun run;
  run.job.variants = 20;
  auto orders = run.vendor.PlanOrders(run.job, run.service());
  REQUIRE(orders.size() == 2);
  CHECK(orders[0].results == 10);
  run.job.vendor_options["tier"] = "premium";
  orders = run.vendor.PlanOrders(run.job, run.service());
  REQUIRE(orders.size() == 3);
  CHECK(orders[0].results == 8);
  CHECK(orders[2].results == 4);
}

TEST_CASE("Vsart: empties rooms without words for room and style") {
  VsartRun run;
  run.job.operation = Operation::kDeclutter;
  const SentRequest order = run.Ordered();
  CHECK(order.url == "/api/image/render/declutter");
  CHECK(order.json() == json{{"image_url", kUpload},
                             {"number_of_renders", 1},
                             {"upload_id", run.order.token}});
}

TEST_CASE("Vsart: keeps the group id that comes back") {
  VsartRun run;
  CHECK(
      run.Submitted({{"upload_id", "theirs"}, {"status", "rendering"}}).state ==
      OrderState::kWorking);
  CHECK(run.order.id == "theirs");
  CHECK_THROWS_AS(run.Submitted({{"status", "rendering"}}), remote::BadAnswer);
}

TEST_CASE("Vsart: pictures come from the list when the group is done") {
  VendorRun run("vsart");
  run.order.id = run.order.token;
  run.order.data["image_url"] = kUpload;
  run.Answer({{"status", "rendering"}});
  CHECK(run.Poll().state == OrderState::kWorking);
  CHECK(run.sent().size() == 1);
  CHECK(run.sent()[0].json() == json{{"upload_id", run.order.token}});

  VsartRun list;
  run.Answer({{"status", "done"}});
  run.Answer(json::array(
      {list.Listed({{"upload_id", "other"}, {"source_image_url", "other"}}),
       list.Listed()}));
  const auto status = run.Poll();
  CHECK(run.sent()[2].url == "http://127.0.0.1:9/v1/renders?limit=100");
  CHECK(status.state == OrderState::kDone);
  REQUIRE(status.results.size() == 1);
  CHECK(status.results[0].url == "https://files.test/r/1.png");
}

TEST_CASE("Vsart: a group id that the server replaced is found by its upload") {
  VsartRun list;
  VendorRun run("vsart");
  run.order.id = "unknown";
  run.order.data["image_url"] = kUpload;
  run.Answer({{"status", "done"}});
  run.Answer(json::array({list.Listed({{"upload_id", "replaced"}})}));
  CHECK(run.Poll().state == OrderState::kDone);
}

TEST_CASE("Vsart: a failed group says why") {
  VsartRun list;
  VendorRun run("vsart");
  run.order.id = run.order.token;
  run.Answer({{"status", "error"}});
  run.Answer(json::array({list.Listed({{"status", "error"},
                                       {"render_urls", json::array()},
                                       {"error", "no room seen"}})}));
  const auto failed = run.Poll();
  CHECK(failed.state == OrderState::kFailed);
  CHECK(failed.error == "no room seen");
}

TEST_CASE("Vsart: a finished group waits for a list that holds it") {
  VsartRun list;
  VendorRun run("vsart");
  run.order.id = run.order.token;
  run.Answer({{"status", "something else"}});
  CHECK(run.Poll().state == OrderState::kWorking);
  run.Answer({{"status", "done"}});
  run.Answer(json::array());
  CHECK_THROWS_AS(run.Poll(), remote::BadAnswer);
  // What the group said last is known: only the list is asked for again.
  run.Answer(json::object({{"renders", "none"}}));
  CHECK_THROWS_AS(run.Poll(), remote::BadAnswer);
  run.Answer(json::array({list.Listed()}));
  CHECK(run.Poll().state == OrderState::kDone);
  CHECK(run.sent().size() == 5);
}

TEST_CASE("Vsart: a lost order is found in the list, or by its amount") {
  VsartRun list;
  {
    VendorRun run("vsart");
    run.Answer(json::array({list.Listed()}));
    remote::OrderContext context = run.Context();
    CHECK(run.vendor.Recover(context, {}) == Recovery::kFound);
    CHECK(run.order.id == run.order.token);
  }
  VendorRun run("vsart");
  run.Answer(json::array());
  run.Answer({{"renderCount", 1}, {"maxRenders", 20}});
  remote::OrderContext context = run.Context();
  CHECK(run.vendor.Recover(context, {}) == Recovery::kFound);
  CHECK(run.sent()[1].json() == json{{"uploadId", run.order.token}});
}

TEST_CASE("Vsart: a lost order that stopping cuts short stays in doubt") {
  VendorRun run("vsart");
  run.Answer(json::array());
  run.Answer({{"error", "unknown group"}}, 404);
  remote::OrderContext context = run.Context();
  bool asked = false;
  context.cancelled = [&asked, &run] {
    asked = true;
    return run.sent().size() >= 2;
  };
  CHECK(run.vendor.Recover(context, {}) == Recovery::kUnknown);
  CHECK(asked);
}

TEST_CASE("Vsart: the account tells who it is, and no balance") {
  VendorRun run("vsart");
  run.Answer({{"user_id", "7"}, {"email", "a@b.test"}, {"name", "A"}});
  const auto account =
      run.vendor.ReadAccount(run.client(), [] { return false; });
  CHECK(account.identity == "a@b.test");
  CHECK_FALSE(account.credits);
}

}  // namespace
}  // namespace stage::test
