#include "vendors/server/vendor_server.h"

#include <chrono>
#include <thread>

#include "vendors/server/answer_sender.h"
#include "vendors/server/request_checks.h"
#include "vendors/server/storage.h"
#include "vendors/server/text_codes.h"

namespace stage::vendors {
namespace {

using nlohmann::json;

// A base URL may carry a path, as behind a proxy.
constexpr std::string_view kProxyPath = "/behind/a/proxy";
constexpr std::string_view kControlPath = "/_control/";

std::vector<std::string_view> Segments(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? "" : path.substr(slash + 1);
  }
  return segments;
}

/// What stands for each {} of the pattern, or nullopt.
std::optional<std::vector<std::string>> Match(std::string_view pattern,
                                              std::string_view path) {
  const auto wanted = Segments(pattern);
  const auto given = Segments(path);
  if (wanted.size() != given.size()) return std::nullopt;
  std::vector<std::string> ids;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "{}" && !given[i].empty()) {
      ids.emplace_back(given[i]);
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return ids;
}

Answer RefusalAnswer(const Refusal& refusal, std::string_view error_field) {
  return Answer::Json({{error_field, refusal.message}}, refusal.status);
}

}  // namespace

VendorServer::VendorServer(const WorldOptions& options)
    : world_(options),
      vendors_({RoomStackTable(),
                VirtualStagingAiTable(),
                IacreaTable(),
                ReRoomTable(),
                VirtualStagingArtTable()}) {
  const auto start = [this](ConnectionServer& server, auto handle) {
    server.Get(".*", [this, handle](const auto& request, auto& response) {
      (this->*handle)(request, response, nullptr);
    });
    const httplib::Server::HandlerWithContentReader with_body =
        [this, handle](const auto& request, auto& response, const auto& body) {
          (this->*handle)(request, response, &body);
        };
    server.Post(".*", with_body);
    server.Put(".*", with_body);
    server.Patch(".*", with_body);
    server.Delete(".*", with_body);
    const int port = server.bind_to_any_port("127.0.0.1");
    threads_.emplace_back([&server] { server.listen_after_bind(); });
    return "http://127.0.0.1:" + std::to_string(port);
  };
  world_.storage_origin = start(storage_, &VendorServer::HandleStorage);
  world_.api_origin = start(api_, &VendorServer::HandleApi);
}

VendorServer::~VendorServer() {
  api_.stop();
  storage_.stop();
  for (std::thread& thread : threads_) thread.join();
}

json VendorServer::Address() {
  json vendors = json::object();
  for (const VendorTable& vendor : vendors_) {
    const Account& account = world_.AccountOf(std::string(vendor.name));
    json endpoints = json::array();
    for (const Endpoint& endpoint : vendor.endpoints) {
      endpoints.push_back(endpoint.name);
    }
    vendors[std::string(vendor.name)] = {
        {"endpoints", endpoints},
        {"base_url", world_.api_origin + std::string(vendor.base_path)},
        {"key", account.key},
        {"user_id", account.user_id}};
  }
  return {{"api", world_.api_origin},
          {"storage", world_.storage_origin},
          {"vendors", vendors}};
}

void VendorServer::AddFaults(const json& list) {
  const std::lock_guard lock(world_.mutex);
  for (const json& fault : list) world_.faults.Add(FaultFromJson(fault));
}

json VendorServer::Control(const std::string& method,
                           const std::string& what,
                           const json& body) {
  const bool reads = what == "summary" || what == "journal";
  for (int i = 0; reads && i < 200 && world_.answers_on_their_way > 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const std::lock_guard lock(world_.mutex);
  if (what == "summary") {
    json summary = world_.journal.Summary();
    for (const Account& account : world_.accounts) {
      summary["credits"][account.vendor] = account.credits;
    }
    return summary;
  }
  if (what == "journal" && method == "GET") return world_.journal.records();
  if (what == "journal") world_.journal.Clear();
  if (what == "fault" && method == "POST") {
    world_.faults.Add(FaultFromJson(body));
  } else if (what == "fault") {
    world_.faults.Clear();
  }
  if (what == "settings") {
    for (Account& account : world_.accounts) {
      const json none = json::object();
      account.credits =
          body.value("credits", none).value(account.vendor, account.credits);
      account.active =
          body.value("active", none).value(account.vendor, account.active);
    }
    world_.settings.merge_patch(body);
  }
  return {{"ok", true}};
}

Answer VendorServer::Serve(Call& call,
                           const httplib::Request& request,
                           const VendorTable& vendor,
                           const Endpoint& endpoint) {
  try {
    CheckKey(request, vendor, call);
    CheckQuery(endpoint, call);
    CheckBody(endpoint, call);
    if (call.Has(FaultKind::kNoCredits)) {
      world_.AccountOf(call.vendor).credits = 0;
    }
    return endpoint.handle(call);
  } catch (const Refusal& refusal) {
    if (refusal.blame == Refusal::Blame::kClient) {
      world_.journal.Violation(
          call.vendor, std::string(endpoint.name) + ": " + refusal.message);
    }
    return RefusalAnswer(refusal, vendor.error_field);
  }
}

void VendorServer::Process(const httplib::Request& request,
                           httplib::Response& response,
                           const httplib::ContentReader* body,
                           const VendorTable& vendor,
                           const Endpoint& endpoint,
                           std::vector<std::string> ids) {
  std::unique_lock lock(world_.mutex);
  Call call{world_, lock, std::string(vendor.name), std::string(endpoint.name)};
  call.ids = std::move(ids);
  call.query = {request.params.begin(), request.params.end()};
  call.fault = NextFault(world_, call.vendor, call.endpoint);
  if (Dropped(call.fault, FaultKind::kResetUnread)) return;
  const std::chrono::microseconds delay(
      world_.settings.value("read_delay_us", 0));
  lock.unlock();
  const bool whole = ReadBody(request, body, delay, call);
  lock.lock();
  if (!whole || Dropped(call.fault, FaultKind::kResetRead)) return;
  std::optional<Answer> answer = AnswerInstead(
      call.fault, world_.storage_origin + "/elsewhere" + request.path);
  if (call.Has(FaultKind::kEcho)) {
    answer = Echo(*call.fault, world_.AccountOf(call.vendor).key);
  }
  if (!answer) answer = Serve(call, request, vendor, endpoint);
  if (call.fault) answer = Spoilt(*std::move(answer), *call.fault);
  world_.journal.Add("request",
                     {{"vendor", call.vendor},
                      {"endpoint", call.endpoint},
                      {"method", request.method},
                      {"path", request.path},
                      {"status", answer->status},
                      {"fields", SentFields(call)}});
  if (Dropped(call.fault, FaultKind::kLost)) return;
  answer->headers.emplace("X-Request-Id", "req-" + RandomHex(6));
  Send(*answer, call.fault, world_, response);
}

void VendorServer::HandleApi(const httplib::Request& request,
                             httplib::Response& response,
                             const httplib::ContentReader* body) {
  if (request.path.starts_with(kControlPath)) {
    std::string text;
    if (body != nullptr) {
      (*body)([&](const char* data, size_t size) {
        text.append(data, size);
        return true;
      });
    }
    const json answer = Control(request.method,
                                request.path.substr(kControlPath.size()),
                                json::parse(text, nullptr, false));
    response.set_content(answer.dump(), "application/json");
    return;
  }
  std::string_view path = request.path;
  if (path.starts_with(kProxyPath)) path.remove_prefix(kProxyPath.size());
  for (const VendorTable& vendor : vendors_) {
    for (const Endpoint& endpoint : vendor.endpoints) {
      auto ids = Match(endpoint.path, path);
      if (!ids || endpoint.method != request.method) continue;
      return Process(
          request, response, body, vendor, endpoint, *std::move(ids));
    }
  }
  world_.journal.Violation(
      "api", "no such endpoint: " + request.method + " " + request.path);
  response.status = 404;
  response.set_header("Connection", "close");
}

void VendorServer::HandleStorage(const httplib::Request& request,
                                 httplib::Response& response,
                                 const httplib::ContentReader* body) {
  std::unique_lock lock(world_.mutex);
  CheckNoKeys(request, world_);
  const std::string vendor(Segments(request.path.substr(1)).front());
  const std::optional<Fault> fault = NextFault(world_, vendor, "download");
  if (Dropped(fault, FaultKind::kResetUnread) ||
      Dropped(fault, FaultKind::kResetRead)) {
    return;
  }
  if (request.method != "GET") {
    response.status = 405;
    return;
  }
  std::string other_host = world_.storage_origin + request.target;
  other_host.replace(other_host.find("127.0.0.1"), 9, "localhost");
  std::optional<Answer> answer = AnswerInstead(fault, other_host);
  if (!answer) answer = StoredFile(request, world_, fault);
  if (fault && fault->kind == FaultKind::kExpired) {
    ExpireLinks(request.path, world_);
  }
  if (fault) answer = Spoilt(*std::move(answer), *fault);
  if (Dropped(fault, FaultKind::kLost)) return;
  Send(*answer, fault, world_, response);
}

}  // namespace stage::vendors
