#include "remote/webhook/event.h"

#include <doctest/doctest.h>

#include "core/error.h"

namespace stage::webhook {
namespace {

Event Parse(std::string_view vendor,
            const std::string& body,
            const std::string& target = "/") {
  return ParseEvent(WebhookOf(vendor), {.body = body, .target = target});
}

TEST_CASE("ParseEvent: RoomStack's completed generation") {
  const Event event = Parse("roomstack", R"({
    "id": "dlv_1", "event": "generation.completed",
    "createdAt": "2026-01-01T00:00:00Z",
    "data": {"generationId": "gen_7", "kind": "generation", "source": "api",
      "status": "completed", "creditsCharged": 1,
      "settings": {"style": "modern", "roomType": "living_room",
                   "variants": 2},
      "images": [{"id": "img_1", "index": 0, "mimeType": "image/png",
                  "sizeBytes": 5, "downloadUrl": "https://x.test/i?sig=a"},
                 {"id": "img_2", "index": 1}]}})");
  CHECK(event.meaning == EventMeaning::kFinished);
  CHECK(event.remote_id == "gen_7");
  CHECK(event.facts["image_ids"] == nlohmann::json({"img_1", "img_2"}));
  CHECK(event.facts["settings"]["variants"] == 2);
  CHECK(event.facts["credits"] == 1);
  CHECK(event.ToJson().dump().find("sig=") == std::string::npos);
}

TEST_CASE("ParseEvent: Virtual Staging AI's variations, done and failed") {
  const Event done = Parse("vsai", R"({"render_id": "r1",
    "variation_id": "v1", "variation_type": "staging", "timestamp": 1,
    "event_type": "done", "result": {"url": "https://x.test/a?sig=1"}})");
  CHECK(done.meaning == EventMeaning::kFinished);
  CHECK(done.remote_id == "r1");
  CHECK(done.part_id == "v1");
  const Event failed = Parse("vsai", R"({"render_id": "r1",
    "variation_id": "v1", "event_type": "error",
    "error_message": "no floor\u001b[31m"})");
  CHECK(failed.meaning == EventMeaning::kFailed);
  CHECK(failed.error == "no floor[31m");
  CHECK(
      Parse("vsai", R"({"event_type": "update", "render_id": "r1"})").meaning ==
      EventMeaning::kOther);
}

TEST_CASE("ParseEvent: Virtual Staging ART's callbacks and subscriptions") {
  const std::string token = "0b7e3c1a-5d2f-4e6a-9c8b-1f2e3d4c5b6a";
  const Event callback = Parse("vsart",
                               R"({"status": "done", "render_urls": ["u"]})",
                               "/hook?job=" + token);
  CHECK(callback.meaning == EventMeaning::kFinished);
  CHECK(callback.token == token);
  CHECK(callback.remote_id == "");
  const Event subscription = Parse("vsart", R"({"event": "render.failed",
    "render_run_id": "run", "upload_id": "up", "error": "bad photo"})");
  CHECK(subscription.meaning == EventMeaning::kFailed);
  CHECK(subscription.remote_id == "up");
  CHECK(subscription.error == "bad photo");
}

TEST_CASE("ParseEvent: bodies of other shapes are events of no meaning") {
  for (const char* vendor : {"roomstack", "vsai", "iacrea", "vsart"}) {
    for (const char* body : {"",
                             "<html>",
                             "[]",
                             "3",
                             "null",
                             "{}",
                             R"({"event": 7, "data": []})",
                             R"({"event": "generation.completed"})",
                             R"({"data": {"images": [1, null, {"id": 2}]}})",
                             R"({"status": {"a": 1}, "render_id": [1]})"}) {
      CAPTURE(vendor);
      CAPTURE(body);
      const Event event = Parse(vendor, body);
      CHECK(event.meaning == EventMeaning::kOther);
      CHECK(event.remote_id == "");
    }
  }
}

TEST_CASE("ParseEvent: JSON nested without end is refused") {
  CHECK_THROWS_AS(Parse("vsai", std::string(100000, '[')), Error);
  CHECK_THROWS_AS(
      Parse("vsai",
            "{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}"),
      Error);
}

TEST_CASE("TokenIn: a path segment or query value, nothing else") {
  const std::string token = "0b7e3c1a-5d2f-4e6a-9c8b-1f2e3d4c5b6a";
  for (const std::string& target : {"/" + token,
                                    "/a/" + token + "/b",
                                    "/a?job=" + token,
                                    "/a?x=1&job=" + token + "&y=2"}) {
    CAPTURE(target);
    CHECK(TokenIn(target) == token);
  }
  for (const std::string& target : {std::string("/"),
                                    "/" + token + "0",
                                    "/x" + token,
                                    "/" + token.substr(1)}) {
    CAPTURE(target);
    CHECK(TokenIn(target) == "");
  }
}

TEST_CASE("DeliveryKeys: a repeated delivery shares one, a new one does not") {
  const VendorWebhook& webhook = WebhookOf("roomstack");
  Delivery first{.headers = {{"roomstack-delivery", "d-1"}},
                 .body = R"({"id": "d-1", "n": 1})",
                 .target = "/"};
  // The header is not signed: a replay may carry another id there.
  Delivery replay = first;
  replay.headers.front().second = "d-2";
  replay.target = "/elsewhere";  // nor is the address
  Delivery other{.headers = {{"RoomStack-Delivery", "d-3"}},
                 .body = R"({"id": "d-3", "n": 2})",
                 .target = "/"};
  const auto shares = [&](const Delivery& left, const Delivery& right) {
    for (const std::string& key : DeliveryKeys(webhook, left)) {
      for (const std::string& second : DeliveryKeys(webhook, right)) {
        if (key == second) return true;
      }
    }
    return false;
  };
  CHECK(shares(first, replay));
  CHECK_FALSE(shares(first, other));
}

TEST_CASE("DeliveryKeys: a signed body without id is known by itself") {
  const VendorWebhook& webhook = WebhookOf("vsai");
  const Delivery one{.body = R"({"render_id": "r"})", .target = "/a"};
  const Delivery replay{.body = one.body, .target = "/b"};
  const Delivery other{.body = R"({"render_id": "s"})", .target = "/a"};
  CHECK(DeliveryKeys(webhook, one) == DeliveryKeys(webhook, replay));
  CHECK(DeliveryKeys(webhook, one) != DeliveryKeys(webhook, other));
}

TEST_CASE("DeliveryKeys: callbacks without an id differ by their address") {
  const VendorWebhook& webhook = WebhookOf("vsart");
  const Delivery one{.body = "{}", .target = "/a"};
  const Delivery two{.body = "{}", .target = "/b"};
  CHECK(DeliveryKeys(webhook, one) == DeliveryKeys(webhook, one));
  CHECK(DeliveryKeys(webhook, one) != DeliveryKeys(webhook, two));
}

TEST_CASE("Event: comes back from JSON as it was") {
  Event event = Parse("roomstack", R"({"event": "generation.completed",
    "data": {"generationId": "g", "status": "completed"}})");
  event.token = "t";
  CHECK(Event::FromJson(event.ToJson()).ToJson() == event.ToJson());
}

TEST_CASE("LogText: is bounded, printable and without signed links") {
  const std::string text =
      LogText({.body = "{\"u\":\"https://x.test/a?Signature=secret&b=1\"," +
                       std::string("\x1b[2J\n") + std::string(5000, 'x')});
  CHECK(text.find("secret") == std::string::npos);
  CHECK(text.find("https://x.test/a?...") != std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.size() < 2100);
  CHECK(text.ends_with(" bytes)"));
}

TEST_CASE("ParseStoredRequest: header lines, empty line, raw body") {
  const Delivery delivery = ParseStoredRequest(
      "POST /hook/x?y=1 HTTP/1.1\r\nHost: a\r\nX-Two:  spaced \r\n\r\n"
      "{\"a\":\r\n1}\n");
  CHECK(delivery.target == "/hook/x?y=1");
  CHECK(delivery.HeaderValues("x-two") == std::vector<std::string>{"spaced"});
  CHECK(delivery.body == "{\"a\":\r\n1}\n");
  CHECK_THROWS_AS(ParseStoredRequest("Host: a\nno colon\n\n{}"), Error);
  CHECK_THROWS_AS(ParseStoredRequest("{\"a\": 1}"), Error);
}

}  // namespace
}  // namespace stage::webhook
