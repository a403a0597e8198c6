#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "cli/run_stage.h"
#include "vendors/server/picture.h"
#include "vendors/vendor_process.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// True as soon as `done` is; false after a minute.
template <typename Done>
bool Waited(const Done& done) {
  for (int i = 0; i < 1200; ++i) {
    if (done()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

/// A vendor, a folder with a photo, and a listener for its batch.
class Listening {
 public:
  Listening(const std::string& vendor, std::vector<std::string> more = {})
      : vendor_(vendor),
        server_({"--render-ms",
                 "1500",
                 "--host-folder",
                 batch_.folder().string()}) {
    const auto photo = vendors::EmptyRoom(800, 600, 7);
    batch_.Write("photos/room.jpg",
                 vendors::EncodePicture(photo, vendors::PictureFormat::kJpeg));
    batch_.Write("photos/mask.png",
                 vendors::EncodePicture(vendors::MiddleMask(800, 600),
                                        vendors::PictureFormat::kPng));
    for (StageRun* run : {&batch_, &listener_}) {
      std::string upper = vendor;
      for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
      run->SetVariable("STAGE_" + upper + "_KEY", server_.key(vendor));
      run->SetVariable("STAGE_" + upper + "_URL", server_.base_url(vendor));
      run->SetVariable("STAGE_IACREA_USER_ID", server_.user_id("iacrea"));
    }
    listener_.SetVariable("HOOK", "s3cret");
    batch_.SetVariable("HOOK", "s3cret");
    Start(std::move(more));
  }
  ~Listening() {
    if (process_ > 0) Stop();
  }

  void Start(std::vector<std::string> more) {
    std::vector<std::string> words = {"webhook",
                                      "listen",
                                      "-b",
                                      vendor_,
                                      "--port",
                                      "0",
                                      "--json",
                                      "-o",
                                      (batch_.folder() / "photos/staged")};
    words.insert(words.end(), more.begin(), more.end());
    process_ = listener_.Start(words);
    REQUIRE(Waited([&] { return !Said().empty(); }));
    port_ = json::parse(Said().front()).at("port").get<int>();
  }
  /// What the listener printed, a line each.
  std::vector<std::string> Said() const {
    const std::string text = ReadFileBytes(listener_.folder() / ".out");
    return Lines(text.substr(0, text.rfind('\n') + 1));
  }
  RunResult Stop() {
    kill(process_, SIGTERM);
    const RunResult result = listener_.Finish(process_);
    process_ = -1;
    return result;
  }
  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/hook";
  }
  RunResult Order(std::vector<std::string> more) const {
    std::vector<std::string> words = {
        "generate", "photos/room.jpg", "-b", vendor_, "--no-wait"};
    words.insert(words.end(), more.begin(), more.end());
    return batch_.Stage(words);
  }
  /// Runs another command of `stage`.
  RunResult Tell(const std::vector<std::string>& words) const {
    return batch_.Stage(words);
  }
  /// Orders, and is killed as soon as the vendor has taken it, before the
  /// answer is there.
  void OrderAndDie(std::vector<std::string> more) const {
    server_.Plan({{"vendor", vendor_},
                  {"endpoint", "request"},
                  {"kind", "slow"},
                  {"piece", 1},
                  {"delay_ms", 1000}});
    std::vector<std::string> words = {
        "generate", "photos/room.jpg", "-b", vendor_, "--no-wait"};
    words.insert(words.end(), more.begin(), more.end());
    const pid_t process = batch_.Start(words);
    REQUIRE(Waited([&] { return Payments() > 0; }));
    kill(process, SIGKILL);
    batch_.Finish(process);
  }
  size_t Payments() const { return server_.Records("payment", vendor_).size(); }
  bool HasResult() const {
    // Without the photo library a result keeps the format it came in.
    const fs::path file = batch_.folder() / "photos/staged/room.jpg";
    return fs::exists(file) ||
           fs::exists(fs::path(file).replace_extension("png"));
  }
  const VendorProcess& server() const { return server_; }
  std::string web_folder() const { return server_.storage() + "/host/photos"; }

 private:
  std::string vendor_;
  StageRun batch_;
  StageRun listener_;
  VendorProcess server_;
  pid_t process_ = -1;
  int port_ = 0;
};

/// Orders, and expects the listener to fetch the result without being polled.
void CheckFetched(Listening& listening, const std::vector<std::string>& order) {
  const RunResult ordered = listening.Order(order);
  CAPTURE(ordered.err);
  CHECK(ordered.exit_code == 0);
  CHECK_FALSE(listening.HasResult());
  CHECK(Waited([&] { return listening.HasResult(); }));
  CHECK(Waited([&] { return listening.Said().size() >= 2; }));
  const RunResult stopped = listening.Stop();
  CAPTURE(stopped.out);
  CAPTURE(stopped.err);
  CHECK(stopped.exit_code == 130);
  CHECK(stopped.out.find("\"fetched\"") != std::string::npos);
  CHECK(listening.server().Violations() == std::vector<std::string>{});
}

TEST_CASE("WebhookListen: Virtual Staging ART's callback brings the result") {
  Listening listening("vsart");
  CheckFetched(listening,
               {"--room", "living", "--webhook-url", listening.url()});
}

TEST_CASE("WebhookListen: IACrea's callback brings the result") {
  Listening listening("iacrea");
  CheckFetched(listening,
               {"--room",
                "kitchen",
                "--mask",
                "photos/mask.png",
                "--url-prefix",
                listening.web_folder(),
                "--webhook-url",
                listening.url()});
}

TEST_CASE("WebhookListen: RoomStack's signed delivery brings the result") {
  Listening listening("roomstack", {"--secret-env", "HOOK"});
  listening.server().Set({{"roomstack_webhook",
                           {{"url", listening.url()}, {"secret", "s3cret"}}}});
  CheckFetched(listening, {"--room", "living", "--set", "async=true"});
}

TEST_CASE("WebhookListen: Virtual Staging AI's, signed with a secret of ours") {
  Listening listening("vsai", {"--secret-env", "HOOK"});
  const RunResult told = listening.Tell(
      {"webhook", "secret", "-b", "vsai", "--secret-env", "HOOK"});
  CHECK(told.exit_code == 0);
  CheckFetched(listening,
               {"--room", "living", "--webhook-url", listening.url()});
}

TEST_CASE(
    "WebhookListen: an announced order that is listed late is not paid "
    "again") {
  Listening listening("vsart");
  listening.server().Set({{"vsart_hides", 4}});  // two looks at two places
  listening.OrderAndDie({"--room", "living", "--webhook-url", listening.url()});
  CHECK(Waited([&] { return listening.HasResult(); }));
  CHECK(listening.Payments() == 1);
  const RunResult stopped = listening.Stop();
  CAPTURE(stopped.err);
  CHECK(stopped.exit_code == 130);
}

TEST_CASE("WebhookListen: a forged delivery is refused and changes nothing") {
  Listening listening("roomstack", {"--secret-env", "HOOK"});
  listening.server().Set({{"roomstack_webhook",
                           {{"url", listening.url()}, {"secret", "another"}}}});
  CHECK(
      listening.Order({"--room", "living", "--set", "async=true"}).exit_code ==
      0);
  CHECK(Waited([&] {
    return !listening.server().Records("webhook", "roomstack").empty();
  }));
  CHECK(listening.server().Records("webhook", "roomstack")[0]["status"] == 401);
  CHECK_FALSE(listening.HasResult());
  CHECK(listening.Stop().exit_code == 130);
}

}  // namespace
}  // namespace stage::test
