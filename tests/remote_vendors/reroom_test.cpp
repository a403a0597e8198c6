#include <doctest/doctest.h>

#include "core/error.h"
#include "remote/answer.h"
#include "remote_vendors/vendor_run.h"

namespace stage::test {
namespace {

using nlohmann::json;
using remote::OrderState;

const json kUploaded = {{"success", true}, {"fileName", "a-1.png"}};

/// A ReRoom job whose upload will be answered.
struct ReRoomRun : VendorRun {
  ReRoomRun() : VendorRun("reroom") { Answer(kUploaded); }
  void UseMask() {
    mask = {folder.Write("mask.png", "mask bytes"), "image/png", 1200, 800};
    job.edit.mask = mask->file;
  }
  void Edit() { job.operation = Operation::kEdit; }
};

TEST_CASE("ReRoom: uploads the raw bytes with their type") {
  ReRoomRun run;
  run.Ordered();
  REQUIRE(run.sent().size() == 1);
  const SentRequest& upload = run.sent()[0];
  CHECK(upload.method == "POST");
  CHECK(upload.url == "http://127.0.0.1:9/api/enterprise/upload");
  CHECK(upload.content_type == "image/png");
  CHECK(upload.body == ReadFileBytes(run.photo.file));
  CHECK(upload.authorization == "Bearer key-1");
}

TEST_CASE("ReRoom: stages an empty room with the staging words") {
  ReRoomRun run;
  const SentRequest order = run.Ordered();
  CHECK(order.url == "/api/enterprise/render");
  CHECK(order.json() == json{{"file_name", "a-1.png"},
                             {"tool", "virtual-staging"},
                             {"action", "preset"},
                             {"type", "living-room"},
                             {"style", "modern"}});
}

TEST_CASE("ReRoom: must be told the room") {
  ReRoomRun run;
  run.job.generate.room = "auto";
  CHECK(run.Refusal().find("--room") != std::string::npos);
  run.job.vendor_options["type"] = "restaurant";
  CHECK(run.Ordered().json()["type"] == "restaurant");
}

TEST_CASE("ReRoom: a prompt or creativity asks for an interior render") {
  ReRoomRun run;
  run.job.generate.prompt = "more plants";
  run.job.generate.fidelity = Fidelity::kStrict;
  run.job.vendor_options = {{"color", "ecletic-boho"},
                            {"creativity_level", "0.8"},
                            {"daylight", "sunset"}};
  const SentRequest order = run.Ordered();
  CHECK(order.url == "/api/enterprise/render?field=interior");
  CHECK(order.json() == json{{"file_name", "a-1.png"},
                             {"creativity", "precise"},
                             {"creativity_level", 0.8},
                             {"type", "living-room"},
                             {"style", "modern-fusion"},
                             {"color", "ecletic-boho"},
                             {"daylight", "sunset"},
                             {"prompt", "more plants"}});
}

TEST_CASE("ReRoom: the creativity level goes with precise only") {
  ReRoomRun run;
  run.job.vendor_options["creativity_level"] = "0.8";
  CHECK(run.Refusal().find("--fidelity strict") != std::string::npos);
  run.job.vendor_options["creativity_level"] = "0.4";
  CHECK(run.Refusal().find("0.5 to 1") != std::string::npos);
}

TEST_CASE("ReRoom: exteriors have their own words") {
  ReRoomRun run;
  run.job.generate.room = "auto";
  run.job.generate.exterior = true;
  run.job.vendor_options = {{"type", "farmhouse"},
                            {"style", "earthy-vernacular"},
                            {"sky", "misty"},
                            {"landscape", "wetland"}};
  const SentRequest order = run.Ordered();
  CHECK(order.url == "/api/enterprise/render?field=exterior");
  CHECK(order.json() == json{{"file_name", "a-1.png"},
                             {"creativity", "balanced"},
                             {"type", "farmhouse"},
                             {"style", "earthy-vernacular"},
                             {"sky", "misty"},
                             {"landscape", "wetland"}});
}

TEST_CASE("ReRoom: sketches of rooms and houses") {
  ReRoomRun run;
  run.job.generate.sketch = "floorplan";
  const SentRequest room = run.Ordered();
  CHECK(room.url == "/api/enterprise/render?field=interior");
  CHECK(room.json()["tool"] == "sketch");
  CHECK(room.json()["view"] == "floorplan");
  CHECK_FALSE(room.json().contains("creativity"));
  run.job.generate.exterior = true;
  run.job.generate.room = "auto";
  run.Answer(kUploaded);
  CHECK(run.Ordered().url == "/api/enterprise/render?field=exterior");
}

TEST_CASE("ReRoom: references are addresses, given or made") {
  ReRoomRun run;
  run.job.generate.room = "auto";
  run.furniture = {{"/x/sofa.jpg", "image/jpeg", 600, 600}};
  run.job.generate.furniture = {"/x/sofa.jpg"};
  CHECK(run.Ordered().json() ==
        json{{"file_name", "a-1.png"},
             {"tool", "virtual-staging"},
             {"action", "reference"},
             {"reference_file_urls", {"http://host.test/sofa.jpg"}}});
  run.job.generate.furniture.clear();
  run.job.vendor_options["reference_file_urls"] =
      "https://a.test/1.jpg,https://a.test/2.jpg";
  run.Answer(kUploaded);
  CHECK(run.Ordered().json()["reference_file_urls"] ==
        json{"https://a.test/1.jpg", "https://a.test/2.jpg"});
}

TEST_CASE("ReRoom: decluttering first is two orders, one on the other") {
  ReRoomRun run;
  run.job.generate.declutter_first = true;
  run.job.variants = 2;
  const auto orders = run.vendor.PlanOrders(run.job, run.service());
  REQUIRE(orders.size() == 3);
  CHECK_FALSE(orders[0].delivers);
  CHECK(orders[1].after == 0);
  CHECK(orders[2].after == 0);
  CHECK(run.Ordered(0).json() ==
        json{{"file_name", "a-1.png"}, {"tool", "empty-room"}});
  run.earlier_result_url = "https://s3.test/empty.png?X-Sig=1";
  CHECK(run.Ordered(1).json() == json{{"file_url", run.earlier_result_url},
                                      {"tool", "virtual-staging"},
                                      {"action", "preset"},
                                      {"type", "living-room"},
                                      {"style", "modern"}});
}

TEST_CASE("ReRoom: edits carry the mask as bare base64 and the field twice") {
  ReRoomRun run;
  run.Edit();
  run.UseMask();
  run.job.edit.remove = true;
  const SentRequest order = run.Ordered();
  CHECK(order.url == "/api/enterprise/render?field=interior");
  CHECK(order.json() == json{{"file_name", "a-1.png"},
                             {"tool", "edit"},
                             {"action", "remove"},
                             {"field", "interior"},
                             {"mask", "bWFzayBieXRlcw=="}});
}

TEST_CASE("ReRoom: edits of material, object and by prompt") {
  ReRoomRun run;
  run.Edit();
  run.UseMask();
  run.job.edit.material = "glazed-tiles";
  CHECK(run.Ordered().json()["material"] == "glazed-tiles");
  run.job.edit.material = "gold";
  CHECK(run.Refusal().find("gold") != std::string::npos);
  run.job.edit.material.clear();
  run.job.edit.object = "street_furniture:a-urban-tree";
  run.Answer(kUploaded);
  const json object = run.Ordered().json();
  CHECK(object["object"] ==
        json{{"category", "street_furniture"}, {"name", "a-urban-tree"}});
  CHECK(object["field"] == "exterior");
  for (const char* wrong : {"sofa", "furniture:car", "cars:car", ":sofa"}) {
    run.job.edit.object = wrong;
    CAPTURE(wrong);
    CHECK(run.Refusal() != "");
  }
  run.job.edit.object.clear();
  run.job.edit.prompt = "oak floor";
  run.Answer(kUploaded);
  CHECK(run.Ordered().json()["prompt"] == "oak floor");
}

TEST_CASE("ReRoom: a prompt without mask is one for the whole photo") {
  ReRoomRun run;
  run.Edit();
  run.job.edit.prompt = "warm evening light";
  const json body = run.Ordered().json();
  CHECK(body["action"] == "prompt");
  CHECK(body["mask"].get<std::string>().starts_with("iVBORw0KGgo"));
}

TEST_CASE("ReRoom: another light is a precise exterior render") {
  ReRoomRun run;
  run.Edit();
  run.job.edit.daylight = "night";
  run.job.edit.sky = "clear";
  const SentRequest order = run.Ordered();
  CHECK(order.url == "/api/enterprise/render?field=exterior");
  CHECK(order.json() == json{{"file_name", "a-1.png"},
                             {"creativity", "precise"},
                             {"daylight", "night"},
                             {"sky", "clear"}});
  run.job.vendor_options["field"] = "interior";
  CHECK(run.Refusal().find("exteriors only") != std::string::npos);
}

TEST_CASE("ReRoom: empties rooms, or what a mask covers") {
  ReRoomRun run;
  run.job.operation = Operation::kDeclutter;
  CHECK(run.Ordered().json() ==
        json{{"file_name", "a-1.png"}, {"tool", "empty-room"}});
  run.UseMask();
  run.job.declutter.mask = run.mask->file;
  run.Answer(kUploaded);
  CHECK(run.Ordered().json()["action"] == "remove");
}

TEST_CASE("ReRoom: enlarges to a short edge of 1536, for four credits") {
  ReRoomRun run;
  run.job.operation = Operation::kUpscale;
  run.job.upscale.short_edge_px = 1536;
  const SentRequest order = run.Ordered();
  CHECK(order.url == "/api/enterprise/upscale");
  CHECK(order.json() == json{{"file_name", "a-1.png"}});
  CHECK(run.vendor.EstimateCredits(run.job, run.service()) == 4);
  run.job.upscale.short_edge_px = 2000;
  CHECK(run.Refusal().find("1536") != std::string::npos);
}

TEST_CASE("ReRoom: the three shapes of an answer to an order") {
  ReRoomRun run;
  CHECK(run.Submitted({{"success", true}, {"data", {{"render_id", "r1"}}}})
            .state == OrderState::kWorking);
  CHECK(run.order.id == "r1");
  const auto flat = run.Submitted({{"_id", "r2"},
                                   {"status", "painted"},
                                   {"outputs", {"https://s3.test/a.png"}}});
  CHECK(run.order.id == "r2");
  CHECK(flat.state == OrderState::kDone);
  CHECK(flat.results.at(0).url == "https://s3.test/a.png");
  CHECK_FALSE(flat.results.at(0).with_key);
  const auto wrapped =
      run.Submitted({{"success", true},
                     {"data",
                      {{"_id", "r3"},
                       {"status", "completed"},
                       {"outputs", {"https://s3.test/b.png"}}}}});
  CHECK(run.order.id == "r3");
  CHECK(wrapped.state == OrderState::kDone);
  run.order.id.clear();
  CHECK_THROWS_AS(run.Submitted({{"success", true}}), remote::BadAnswer);
  CHECK_THROWS_AS(run.Submitted({{"data", {{"render_id", "../x"}}}}),
                  remote::BadAnswer);
}

TEST_CASE("ReRoom: a render counts as done when it has pictures") {
  const auto state = [](const json& answer) {
    VendorRun run("reroom");
    run.order.id = "r1";
    run.Answer(answer);
    const auto status = run.Poll();
    CHECK(run.sent().at(0).url ==
          "http://127.0.0.1:9/api/enterprise/render/r1");
    return status.state;
  };
  const json urls = {"https://s3.test/a.png"};
  CHECK(state({{"status", "queued"}, {"outputs", json::array()}}) ==
        OrderState::kWorking);
  CHECK(state({{"status", "rendering"}}) == OrderState::kWorking);
  CHECK(state({{"status", "never-seen"}}) == OrderState::kWorking);
  CHECK_THROWS_WITH(
      state({{"status", "completed"}, {"outputs", json::array()}}),
      "the order is finished, but the answer names no picture");
  CHECK(state({{"status", "Completed"}, {"outputs", urls}}) ==
        OrderState::kDone);
  CHECK(state({{"success", true},
               {"data", {{"status", "completed"}, {"outputs", urls}}}}) ==
        OrderState::kDone);
  CHECK(state({{"status", "failed"}}) == OrderState::kFailed);
}

TEST_CASE("ReRoom: credits and busyness are told by a 400's words") {
  const remote::Vendor& vendor = remote::FindVendor("reroom");
  CHECK(vendor.ReadError(400, "Not enough credits") ==
        remote::Verdict::kCredits);
  CHECK(vendor.ReadError(400, "Maximum concurrent renders reached") ==
        remote::Verdict::kBusy);
  CHECK_FALSE(vendor.ReadError(400, "Invalid filename"));
}

TEST_CASE("ReRoom: the account is shown without its key") {
  VendorRun run("reroom");
  run.Answer({{"_id", "1"},
              {"uid", "u"},
              {"key", "key-1"},
              {"credits", -1},
              {"is_active", true}});
  const auto account =
      run.vendor.ReadAccount(run.client(), [] { return false; });
  CHECK(account.unlimited);
  CHECK(account.identity == "u");
  CHECK(account.details.dump().find("key-1") == std::string::npos);
}

}  // namespace
}  // namespace stage::test
