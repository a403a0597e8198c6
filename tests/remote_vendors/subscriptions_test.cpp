#include "remote/webhook/subscriptions.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "remote_vendors/vendor_run.h"

namespace stage::test {
namespace {

using nlohmann::json;

const remote::Cancelled kNever = [] { return false; };
const json kStored = {{"id", "s-1"},
                      {"target_url", "https://hook.test/x"},
                      {"event_type", "render.succeeded"},
                      {"created_at", "2026-01-01T00:00:00Z"}};

TEST_CASE("Subscriptions: vsart's are made, listed and ended") {
  VendorRun run("vsart");
  remote::VendorClient& client = run.client();
  run.Answer(kStored, 201);
  const auto made = webhook::Subscribe(
      client, "https://hook.test/x", "render.succeeded", kNever);
  CHECK(made.id == "s-1");
  CHECK(run.sent()[0].url == "http://127.0.0.1:9/v1/webhooks");
  CHECK(run.sent()[0].json() == json{{"target_url", "https://hook.test/x"},
                                     {"event_type", "render.succeeded"}});
  run.Answer(json::array({kStored}));
  const auto list = webhook::ListSubscriptions(client, kNever);
  REQUIRE(list.size() == 1);
  CHECK(list[0].url == "https://hook.test/x");
  run.Answer(json::object());
  CHECK(webhook::Unsubscribe(client, "s/1", kNever));
  CHECK(run.sent()[2].method == "DELETE");
  CHECK(run.sent()[2].url == "http://127.0.0.1:9/v1/webhooks/s%2F1");
  run.Answer({{"error", "not found"}}, 404);
  CHECK_FALSE(webhook::Unsubscribe(client, "s-1", kNever));
}

TEST_CASE("Subscriptions: vsai takes a signing secret, and drops it") {
  VendorRun run("vsai");
  remote::VendorClient& client = run.client();
  run.Answer({{"message", "ok"}});
  webhook::SetSigningSecret(client, Secret("abc_DEF-1"), kNever);
  CHECK(run.sent()[0].url.ends_with("/user/webhook-secret"));
  CHECK(run.sent()[0].json() == json{{"webhook_secret", "abc_DEF-1"}});
  CHECK_THROWS_AS(webhook::SetSigningSecret(client, Secret("a b"), kNever),
                  Error);
  run.Answer({{"message", "ok"}});
  webhook::RemoveSigningSecret(client, kNever);
  CHECK(run.sent()[1].method == "DELETE");
}

TEST_CASE("Subscriptions: other vendors say what they have instead") {
  VendorRun run("roomstack");
  remote::VendorClient& client = run.client();
  try {
    webhook::ListSubscriptions(client, kNever);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("dashboard") != std::string::npos);
  }
  CHECK_THROWS_AS(webhook::RemoveSigningSecret(client, kNever), Error);
  CHECK(run.sent().empty());
}

}  // namespace
}  // namespace stage::test
