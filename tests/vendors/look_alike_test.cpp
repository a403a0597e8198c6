// Another server of the same APIs, as loose as the documents allow: it wraps
// answers, writes numbers as texts and states in capitals, adds fields and
// answers with other codes; and, where told to, it names files of the machine
// that asks it.

#include <doctest/doctest.h>
#include <httplib.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/run_stage.h"
#include "vendors/server/picture.h"

namespace stage::test {
namespace {

using nlohmann::json;
using vendors::EmptyRoom;
using vendors::EncodePicture;
using vendors::Furnished;
using vendors::PictureFormat;

/// How answers look.
struct Dress {
  bool is_wrapped = false;  ///< {"data": {...}}
  bool is_loud = false;     ///< states in capitals
  bool has_more = false;    ///< fields that nobody knows, empty ones
  bool has_texts = false;   ///< numbers and flags as texts
  int status = 200;         ///< of POST
  std::string type = "application/json; charset=utf-8";
};

class LookAlike {
 public:
  explicit LookAlike(Dress dress) : dress_(std::move(dress)) {
    const auto answer = [this](const auto& request, auto& response) {
      Answer(request, response);
    };
    server_.Get(".*", answer);
    server_.Post(".*", answer);
    server_.Delete(".*", answer);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
    result = url() + "/picture?signature=a%2Fb";
  }
  ~LookAlike() {
    server_.stop();
    thread_.join();
  }

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
  }

  json result;           ///< what is said of a picture: an address, an object
  std::string redirect;  ///< where /moved leads
  std::string upload = "0b9e6d9e-9c3f-4b8e-8f6e-2f5a3c1d7e90.jpg";

 private:
  json Dressed(json answer) const {
    if (dress_.has_more && answer.is_object()) {
      answer["brand_new"] = {{"deep", {{"er", json::array()}}}};
      answer["error"] = nullptr;
      answer["message"] = "";
    }
    if (dress_.has_texts) answer = WithTexts(std::move(answer));
    if (dress_.is_wrapped && answer.is_object()) return {{"data", answer}};
    return answer;
  }
  static json WithTexts(json value) {
    if (value.is_number() || value.is_boolean()) return value.dump();
    if (value.is_structured()) {
      for (json& inner : value) inner = WithTexts(std::move(inner));
    }
    return value;
  }
  std::string State(std::string word) const {
    if (dress_.is_loud) {
      std::transform(word.begin(), word.end(), word.begin(), ::toupper);
    }
    return word;
  }
  json Renders() const {
    return {{{"id", 7},
             {"upload_id", group_},
             {"status", State("done")},
             {"source_image_url", url() + "/uploaded.jpg"},
             {"render_urls", {result}},
             {"error", nullptr}}};
  }
  json Variations() const {
    return {{"total_count", 1},
            {"next_cursor", nullptr},
            {"items",
             {{{"id", 31},
               {"type", "staging"},
               {"status", State("done")},
               {"result", {{"url", result}, {"optimized_url", nullptr}}}}}}};
  }

  /// One answer an endpoint; every job is finished at once.
  json AnswerTo(const std::string& path, const httplib::Request& request) {
    const json render = {
        {"_id", 12}, {"status", State("completed")}, {"outputs", {result}}};
    if (path == "/api/v1/generate") {
      return {{"requestId", 5},
              {"generationId", 9},
              {"images", {Image()}},
              {"meta", {{"status", State("completed")}}}};
    }
    if (path == "/api/generations") return {{"status", State("completed")}};
    if (path == "/status") return "OK";
    if (path == "/user") return {{"user", {{"email", "a@b.example"}}}};
    if (path == "/renders/12") {
      return {{"id", 12}, {"created_at", 1e12}, {"variations", Variations()}};
    }
    if (path == "/renders") return {{"id", 12}, {"created_at", 1e12}};
    if (path == "/multi-view-compatibility") {
      return {{"compatible", true}, {"hard_rejected", false}};
    }
    if (path == "/analyze") {
      return {{"id", 4}, {"result_url", result}, {"percentage_masked", 12.5}};
    }
    if (path == "/api/create_room/generate") return {{"generation_id", 12}};
    if (path == "/api/create_room/get") {
      return {{"status", State("SUCCEEDED")}, {"urls", {result}}};
    }
    if (path == "/api/enterprise/upload") return {{"fileName", upload}};
    if (path == "/api/enterprise/render") return render;
    if (path == "/api/image/upload") return {{"url", url() + "/uploaded.jpg"}};
    if (path == "/api/image/render/request") {
      group_ = json::parse(request.body).at("upload_id");
      return {{"upload_id", group_}, {"status", State("rendering")}};
    }
    if (path == "/api/image/check-status") return {{"status", State("done")}};
    if (path == "/v1/renders") return Renders();
    if (path == "/v1/webhooks") {
      return {{"id", 3}, {"target_url", "https://hook.example"}};
    }
    return {{"message", "no such path: " + path}};
  }
  json Image() const {
    return result.is_object() ? result : json{{"downloadUrl", result}};
  }

  void Answer(const httplib::Request& request, httplib::Response& response) {
    const std::lock_guard lock(mutex_);
    if (request.path == "/picture") {
      return response.set_content(picture_, "application/octet-stream");
    }
    if (request.path == "/moved") {
      response.status = 302;
      return response.set_header("Location", redirect);
    }
    if (request.path.starts_with("/host/")) {
      const bool is_mask = request.path.ends_with("mask.png");
      return response.set_content(is_mask ? mask : photo, "image/png");
    }
    if (request.method == "POST") response.status = dress_.status;
    response.set_content(Dressed(AnswerTo(request.path, request)).dump(),
                         dress_.type);
  }

 public:
  const std::string photo =
      EncodePicture(EmptyRoom(800, 600, 1), PictureFormat::kPng);
  const std::string mask =
      EncodePicture(vendors::MiddleMask(800, 600), PictureFormat::kPng);

 private:
  const std::string picture_ =
      EncodePicture(Furnished(EmptyRoom(800, 600, 1), 1), PictureFormat::kJpeg);
  const Dress dress_;
  std::mutex mutex_;
  std::string group_;
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

/// One photo for one vendor at a server.
struct Asking {
  Asking(const LookAlike& server, const std::string& vendor) {
    std::string upper = vendor;
    std::transform(upper.begin(), upper.end(), upper.begin(), ::toupper);
    run.SetVariable("STAGE_" + upper + "_KEY", "key-of-ours");
    run.SetVariable("STAGE_" + upper + "_URL", server.url());
    run.SetVariable("STAGE_IACREA_USER_ID", "user");
    const auto photo = run.Write("photos/a.png", server.photo);
    arguments = {"generate", photo.string(), "-b", vendor};
    if (vendor == "iacrea") {
      const auto mask = run.Write("photos/mask.png", server.mask);
      arguments.insert(arguments.end(),
                       {"--room",
                        "kitchen",
                        "--mask",
                        mask.string(),
                        "--url-prefix",
                        server.url() + "/host"});
    } else if (vendor == "reroom") {
      arguments.push_back("--exterior");
    } else {
      arguments.insert(arguments.end(), {"--room", "living"});
    }
  }
  bool has_result() const {
    // Without the photo library a result keeps the format it came in.
    const std::filesystem::path file = run.folder() / "photos/staged/a.png";
    return std::filesystem::exists(file) ||
           std::filesystem::exists(
               std::filesystem::path(file).replace_extension("jpg"));
  }

  StageRun run;
  std::vector<std::string> arguments;
};

constexpr const char* kVendors[] = {
    "roomstack", "vsai", "iacrea", "reroom", "vsart"};

TEST_CASE("LookAlike: answers in another dress are understood") {
  const Dress dresses[] = {
      {.is_wrapped = true, .is_loud = true, .status = 201},
      {.has_more = true, .has_texts = true, .status = 202},
      {.is_loud = true, .has_more = true, .type = "text/plain"}};
  for (const Dress& dress : dresses) {
    for (const char* vendor : kVendors) {
      CAPTURE(vendor);
      CAPTURE(&dress - dresses);
      LookAlike server(dress);
      Asking asking(server, vendor);
      const RunResult done = asking.run.Stage(asking.arguments);
      CAPTURE(done.err);
      CHECK(done.exit_code == 0);
      CHECK(asking.has_result());
    }
  }
}

TEST_CASE("LookAlike: Virtual Staging AI's other services, wrapped") {
  LookAlike server({.is_wrapped = true, .has_texts = true});
  Asking asking(server, "vsai");
  const auto photo = asking.arguments.at(1);
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"credits", "vsai"},
           {"analyze", photo, "-b", "vsai"},
           {"analyze", "--pair", photo, photo, "-b", "vsai"}}) {
    const RunResult done = asking.run.Stage(arguments);
    CAPTURE(done.err);
    CHECK(done.exit_code == 0);
  }
}

TEST_CASE("LookAlike: what is said to be finished and is nowhere is told") {
  LookAlike server({});
  server.result = nullptr;
  Asking asking(server, "roomstack");
  asking.arguments.insert(asking.arguments.end(), {"--retries", "0"});
  const RunResult told = asking.run.Stage(asking.arguments);
  CHECK(told.exit_code == 3);
  CHECK(told.err.find("names no picture") != std::string::npos);
}

/// Runs a batch whose result is said to be at `named`.
void CheckRefused(const std::string& vendor,
                  const json& named,
                  const std::string& redirect = "") {
  CAPTURE(vendor);
  CAPTURE(named.dump());
  LookAlike server({});
  server.result = named;
  server.redirect = redirect;
  Asking asking(server, vendor);
  const RunResult refused = asking.run.Stage(asking.arguments);
  CAPTURE(refused.err);
  CHECK(refused.exit_code == 3);
  CHECK_FALSE(asking.has_result());
}

TEST_CASE("LookAlike: a server names no file of this machine") {
  const TempDir folder;
  const std::string secret =
      folder
          .Write("secret.png",
                 EncodePicture(Furnished(EmptyRoom(800, 600, 1), 2),
                               PictureFormat::kPng))
          .string();
  for (const char* vendor : kVendors) CheckRefused(vendor, "file://" + secret);
  // These two answer at once, so that there is nothing to wait for.
  for (const char* vendor : {"roomstack", "reroom"}) {
    for (const std::string& named : {"file://localhost" + secret,
                                     "FILE:" + secret,
                                     secret,
                                     "../../../../../../../.." + secret}) {
      CheckRefused(vendor, named);
    }
    CheckRefused(vendor, "/moved", "file://" + secret);
  }
  CheckRefused("roomstack", {{"file", secret}});
}

TEST_CASE("LookAlike: an upload's name leads nowhere else") {
  for (const char* name : {"../../admin", "a/b.jpg", "..", "a b.jpg"}) {
    CAPTURE(name);
    LookAlike server({});
    server.upload = name;
    Asking asking(server, "reroom");
    const RunResult refused = asking.run.Stage(asking.arguments);
    CHECK(refused.exit_code == 3);
    CHECK(refused.err.find("id is not one") != std::string::npos);
  }
}

}  // namespace
}  // namespace stage::test
