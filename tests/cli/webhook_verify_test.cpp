#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/run_stage.h"
#include "remote/webhook/event.h"

namespace stage::test {
namespace {

const std::string kBody =
    R"({"id": "d-1", "event": "generation.completed",
        "data": {"generationId": "gen-7"}})";

/// A folder with a RoomStack delivery in `body` and `headers`, signed now.
struct DeliveryRun : StageRun {
  DeliveryRun() {
    const std::string now =
        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(
                           remote::Now().time_since_epoch())
                           .count());
    Write("body", kBody);
    Write("headers",
          "HTTP/1.1 headers of a delivery\r\nroomstack-timestamp: " + now +
              "\r\nROOMSTACK-SIGNATURE: " +
              webhook::SignatureFor(webhook::WebhookOf("roomstack").scheme,
                                    Secret("s3cret"),
                                    now,
                                    kBody) +
              "\r\n");
    SetVariable("HOOK", "s3cret");
  }
};

std::vector<std::string> Verify(std::vector<std::string> more = {}) {
  std::vector<std::string> words = {"webhook",
                                    "verify",
                                    "-b",
                                    "roomstack",
                                    "body",
                                    "--headers",
                                    "headers",
                                    "--secret-env",
                                    "HOOK"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST_CASE("WebhookVerify: a rightly signed delivery is 0, as text and JSON") {
  const DeliveryRun run;
  const RunResult text = run.Stage(Verify());
  CHECK(text.exit_code == 0);
  CHECK(text.out == "verified: the signature is right\n");
  const RunResult result = run.Stage(Verify({"--json"}));
  CHECK(result.exit_code == 0);
  const auto json = nlohmann::json::parse(result.out);
  CHECK(json["verified"] == true);
  CHECK(json["age_checked"] == true);
  CHECK(json["remote_id"] == "gen-7");
}

TEST_CASE("WebhookVerify: a changed body or another secret is 10") {
  DeliveryRun run;
  run.Write("body", kBody + " ");
  const RunResult tampered = run.Stage(Verify({"--json"}));
  CHECK(tampered.exit_code == 10);
  CHECK(nlohmann::json::parse(tampered.out)["verdict"] == "wrong_signature");
  run.Write("body", kBody);
  CHECK(run.Stage(Verify()).exit_code == 0);
  run.SetVariable("HOOK", "other");
  const RunResult wrong = run.Stage(Verify());
  CHECK(wrong.exit_code == 10);
  CHECK(wrong.out.starts_with("not verified: "));
  CHECK(wrong.out.find("other") == std::string::npos);
}

TEST_CASE("WebhookVerify: an old delivery is stale unless any age will do") {
  const DeliveryRun run;
  run.Write("headers",
            "RoomStack-Timestamp: 1767225600\nRoomStack-Signature: " +
                webhook::SignatureFor(webhook::WebhookOf("roomstack").scheme,
                                      Secret("s3cret"),
                                      "1767225600",
                                      kBody));
  const RunResult stale = run.Stage(Verify({"--json"}));
  CHECK(stale.exit_code == 10);
  CHECK(nlohmann::json::parse(stale.out)["verdict"] == "stale");
  CHECK(run.Stage(Verify({"--max-age", "0"})).exit_code == 0);
}

TEST_CASE("WebhookVerify: a whole stored request needs no header file") {
  const DeliveryRun run;
  const std::string headers = ReadFileBytes(run.folder() / "headers");
  run.Write("request", headers + "\r\n" + kBody);
  CHECK(run.Stage({"webhook",
                   "verify",
                   "-b",
                   "roomstack",
                   "request",
                   "--secret-env",
                   "HOOK"})
            .exit_code == 0);
}

TEST_CASE("WebhookVerify: says which vendors do not sign or never call") {
  const DeliveryRun run;
  for (const auto& [vendor, words] :
       std::map<std::string, std::string>{{"iacrea", "does not sign"},
                                          {"vsart", "does not sign"},
                                          {"reroom", "has no webhooks"}}) {
    const RunResult result = run.Stage(
        {"webhook", "verify", "-b", vendor, "body", "--headers", "headers"});
    CAPTURE(vendor);
    CHECK(result.exit_code == 10);
    CHECK(result.out.find(words) != std::string::npos);
  }
}

TEST_CASE("WebhookVerify: VSAI's unknown scheme can be described") {
  DeliveryRun run;
  run.Write("headers",
            "X-Vsai-Hmac: sha256=" +
                webhook::SignatureFor({}, Secret("s3cret"), "", kBody));
  const std::vector<std::string> words = {"webhook",
                                          "verify",
                                          "-b",
                                          "vsai",
                                          "body",
                                          "--headers",
                                          "headers",
                                          "--secret-env",
                                          "HOOK",
                                          "--signature-header",
                                          "x-vsai-hmac"};
  CHECK(run.Stage(words).exit_code == 10);
  std::vector<std::string> described = words;
  described.insert(described.end(), {"--signature-prefix", "sha256="});
  CHECK(run.Stage(described).exit_code == 0);
}

TEST_CASE("WebhookVerify: a missing secret or file is one clear error") {
  const DeliveryRun run;
  const RunResult unset = run.Stage({"webhook",
                                     "verify",
                                     "-b",
                                     "roomstack",
                                     "body",
                                     "--headers",
                                     "headers",
                                     "--secret-env",
                                     "NOT_SET"});
  CHECK(unset.exit_code == 10);
  CHECK(unset.err.find("NOT_SET") != std::string::npos);
  CHECK(run.Stage({"webhook",
                   "verify",
                   "-b",
                   "roomstack",
                   "body",
                   "--headers",
                   "headers"})
            .exit_code == 2);
  const RunResult missing = run.Stage(
      {"webhook", "verify", "-b", "roomstack", "gone", "--secret-env", "HOOK"});
  CHECK(missing.exit_code != 0);
  CHECK(missing.err.find("gone") != std::string::npos);
  CHECK(Lines(missing.err).size() == 1);
}

}  // namespace
}  // namespace stage::test
