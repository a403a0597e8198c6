#include <doctest/doctest.h>

#include "core/error.h"
#include "remote/answer.h"
#include "remote_vendors/vendor_run.h"

namespace stage::test {
namespace {

using nlohmann::json;
using remote::OrderState;

/// A kitchen to be made within a mask.
struct KitchenRun : VendorRun {
  KitchenRun() : VendorRun("iacrea") {
    mask = {
        folder.Write("mask.png", PngHeader(1200, 800)), "image/png", 1200, 800};
    job.generate.room = "kitchen";
    job.generate.mask = mask->file;
  }
};

/// The same with both pictures on the web.
struct IacreaRun : KitchenRun {
  IacreaRun() {
    AnswerFile(photo.file);
    AnswerFile(mask->file);
  }
};

TEST_CASE("Iacrea: creates a room, when both pictures are where they should") {
  IacreaRun run;
  run.webhook_url = "https://hook.test/t";
  const SentRequest order = run.Ordered();
  CHECK(order.method == "POST");
  CHECK(order.url == "/api/create_room/generate");
  CHECK(order.json() == json{{"user_id", "user-1"},
                             {"image_url", "http://host.test/photo.png"},
                             {"mask_url", "http://host.test/mask.png"},
                             {"room_type", "KITCHEN"},
                             {"theme", "MODERN"},
                             {"width", 1200},
                             {"height", 800},
                             {"webhook", "https://hook.test/t"}});
}

TEST_CASE("Iacrea: the key does not go where the pictures are") {
  IacreaRun run;
  run.Ordered();
  REQUIRE(run.sent().size() == 2);
  for (const SentRequest& request : run.sent()) {
    CHECK(request.url.starts_with("http://host.test/"));
    CHECK(request.authorization == "");
  }
}

TEST_CASE("Iacrea: pictures that are elsewhere or others cost nothing") {
  for (const int problem : {0, 1, 2}) {
    CAPTURE(problem);
    KitchenRun run;
    if (problem == 0) run.Answer({{"error", "gone"}}, 404);
    if (problem == 1) run.Answer("<html>log in</html>");
    if (problem == 2) {
      run.AnswerFile(run.folder.Write("other.png", PngHeader(600, 400)));
    }
    CHECK_THROWS_AS(run.Ordered(), Error);
    for (const SentRequest& request : run.sent()) {
      CHECK(request.method == "GET");
    }
  }
}

TEST_CASE("Iacrea: needs a mask, a room and a style that it has") {
  IacreaRun run;
  run.job.generate.mask.clear();
  CHECK(run.Refusal().find("--mask") != std::string::npos);
  run.job.generate.mask = run.mask->file;
  run.job.generate.room = "bedroom";
  CHECK(run.Refusal().find("bathroom, kitchen") != std::string::npos);
  run.job.generate.room = "auto";
  CHECK(run.Refusal().find("--room") != std::string::npos);
  run.job.vendor_options["room_type"] = "SHOWEROOM";
  CHECK(run.Refusal() == "");
  run.job.generate.style = "coastal";
  CHECK(run.Refusal().find("industrial") != std::string::npos);
  run.job.vendor_options["theme"] = "SHINY";
  CHECK(run.Refusal().find("LUXURIOUS") != std::string::npos);
}

TEST_CASE("Iacrea: further results are variations of the first") {
  IacreaRun run;
  run.job.variants = 2;
  const auto orders = run.vendor.PlanOrders(run.job, run.service());
  REQUIRE(orders.size() == 2);
  CHECK(orders[1].after == 0);
  run.earlier_id = "gen-1";
  const SentRequest order = run.Ordered(1);
  CHECK(order.url == "/api/create_room/generate-variation");
  CHECK(order.json() == json{{"user_id", "user-1"},
                             {"generation_id", "gen-1"},
                             {"original_url", "http://host.test/photo.png"},
                             {"mask_url", "http://host.test/mask.png"},
                             {"room_type", "KITCHEN"},
                             {"theme", "MODERN"}});
}

TEST_CASE("Iacrea: a variation of an earlier generation needs no mask") {
  IacreaRun run;
  run.mask.reset();
  run.job.generate.mask.clear();
  run.job.vendor_options["generation_id"] = "gen-0";
  const SentRequest order = run.Ordered();
  CHECK(order.url == "/api/create_room/generate-variation");
  CHECK(order.json()["generation_id"] == "gen-0");
  CHECK_FALSE(order.json().contains("mask_url"));
}

TEST_CASE("Iacrea: keeps the generation id and what is left") {
  IacreaRun run;
  const auto status = run.Submitted({{"generation_id", "gen-1"},
                                     {"remaining_photos", 41},
                                     {"project_id", "p-1"}});
  CHECK(run.order.id == "gen-1");
  CHECK(status.state == OrderState::kWorking);
  CHECK(status.details ==
        json{{"remaining_photos", 41}, {"project_id", "p-1"}});
  CHECK_THROWS_AS(run.Submitted({{"ok", true}}), remote::BadAnswer);
}

TEST_CASE("Iacrea: asks with a POST; failures are free") {
  const auto poll = [](const json& answer) {
    KitchenRun run;
    run.order.id = "gen-1";
    run.Answer(answer);
    const auto status = run.Poll();
    CHECK(run.sent()[0].url == "http://127.0.0.1:9/api/create_room/get");
    CHECK(run.sent()[0].json() ==
          json{{"user_id", "user-1"}, {"generation_id", "gen-1"}});
    CHECK(run.sent()[0].authorization == "key-1");
    return status;
  };
  CHECK(poll({{"status", "STARTING"}}).state == OrderState::kWorking);
  CHECK(poll({{"status", "PROCESSING"}}).state == OrderState::kWorking);
  CHECK_THROWS_WITH(poll({{"status", "SUCCEEDED"}}),
                    "the order is finished, but the answer names no picture");
  const auto done =
      poll({{"status", "SUCCEEDED"}, {"urls", {"https://x.test/1", 7}}});
  CHECK(done.state == OrderState::kDone);
  CHECK(done.results.size() == 1);
  const auto failed = poll({{"status", "FAILED"}});
  CHECK(failed.state == OrderState::kFailed);
  CHECK(failed.is_free);
}

TEST_CASE("Iacrea: a 4xx about photos or credits ends the batch") {
  const remote::Vendor& vendor = remote::FindVendor("iacrea");
  CHECK(vendor.ReadError(400, "Not enough credits") ==
        remote::Verdict::kCredits);
  CHECK(vendor.ReadError(400, "You have no photos left") ==
        remote::Verdict::kCredits);
  CHECK_FALSE(vendor.ReadError(400, "mask_url is not a picture"));
  CHECK_FALSE(vendor.ReadError(500, "credits service down"));
}

TEST_CASE("Iacrea: the balance is asked for where there is one") {
  VendorRun run("iacrea");
  run.Answer({{"total", 12}, {"subscription", 10}, {"extra", 2}});
  CHECK(run.vendor.ReadAccount(run.client(), [] { return false; }).credits ==
        12);
  run.Answer({{"error", "not found"}}, 404);
  const auto account =
      run.vendor.ReadAccount(run.client(), [] { return false; });
  CHECK_FALSE(account.credits);
  CHECK(account.identity == "user-1");
}

}  // namespace
}  // namespace stage::test
