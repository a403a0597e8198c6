#include "remote/webhook/listener.h"

#include <doctest/doctest.h>
#include <httplib.h>

#include <mutex>

#include "core/error.h"

namespace stage::webhook {
namespace {

/// A listener that keeps what it takes, and a client of it.
struct Running {
  std::mutex mutex;
  std::vector<Delivery> taken;
  Listener listener{{}, [this](const Delivery& delivery) {
                      const std::lock_guard lock(mutex);
                      taken.push_back(delivery);
                      return Answer{};
                    }};
  httplib::Client client{"127.0.0.1", listener.port()};
};

TEST_CASE("Listener: hands over body, headers and target as they were sent") {
  Running running;
  const std::string body("{\"a\":\r\n \"\0\xff\"}", 13);
  const auto reply = running.client.Post(
      "/hook/x?job=1", {{"RoomStack-Signature", "v1=0"}}, body, "text/plain");
  REQUIRE(reply);
  CHECK(reply->status == 200);
  REQUIRE(running.taken.size() == 1);
  CHECK(running.taken[0].body == body);
  CHECK(running.taken[0].target == "/hook/x?job=1");
  CHECK(running.taken[0].HeaderValues("roomstack-signature") ==
        std::vector<std::string>{"v1=0"});
}

TEST_CASE("Listener: a form is a body like any other") {
  Running running;
  const auto reply =
      running.client.Post("/", "a=1&b=2", "application/x-www-form-urlencoded");
  REQUIRE(reply);
  CHECK(reply->status == 200);
  REQUIRE(running.taken.size() == 1);
  CHECK(running.taken[0].body == "a=1&b=2");
}

TEST_CASE("Listener: bodies beyond the bound are refused, chunked ones too") {
  Running running;
  const std::string large(kLargestBody + 1, 'x');
  const auto reply = running.client.Post("/", large, "text/plain");
  if (reply) CHECK(reply->status == 413);
  size_t sent = 0;
  const auto chunked = running.client.Post(
      "/",
      [&](size_t, httplib::DataSink& sink) {
        if (sent > kLargestBody) sink.done();
        sent += 65536;
        return sink.write(large.data(), 65536);
      },
      "text/plain");
  if (chunked) CHECK(chunked->status == 413);
  CHECK(running.taken.empty());
}

TEST_CASE("Listener: compressed bodies are refused") {
  Running running;
  const auto reply = running.client.Post(
      "/", {{"Content-Encoding", "gzip"}}, "xx", "text/plain");
  REQUIRE(reply);
  CHECK(reply->status == 415);
  CHECK(running.taken.empty());
}

TEST_CASE("Listener: takes POST alone") {
  Running running;
  const auto reply = running.client.Get("/");
  REQUIRE(reply);
  CHECK(reply->status >= 400);
}

TEST_CASE("Listener: what cannot be taken is a 500, so that it comes again") {
  Listener listener({}, [](const Delivery&) -> Answer {
    throw Error(ErrorKind::kDisk, "/secret/path: no space");
  });
  httplib::Client client("127.0.0.1", listener.port());
  const auto reply = client.Post("/", "{}", "application/json");
  REQUIRE(reply);
  CHECK(reply->status == 500);
  CHECK(reply->body.find("secret") == std::string::npos);
}

TEST_CASE("Listener: a port in use is one clear error") {
  const Listener first({}, [](const Delivery&) { return Answer{}; });
  CHECK_THROWS_AS(Listener({.port = first.port()},
                           [](const Delivery&) { return Answer{}; }),
                  Error);
}

}  // namespace
}  // namespace stage::webhook
