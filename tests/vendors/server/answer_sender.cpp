#include "vendors/server/answer_sender.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

#include "vendors/server/connection.h"
#include "vendors/server/text_codes.h"

namespace stage::vendors {

using nlohmann::json;

namespace {

/// Counts down when it goes.
class OneLess {
 public:
  explicit OneLess(std::atomic<int>& count) : count_(count) {}
  ~OneLess() { --count_; }
  OneLess(const OneLess&) = delete;
  OneLess& operator=(const OneLess&) = delete;

 private:
  std::atomic<int>& count_;
};

}  // namespace

void Send(const Answer& answer,
          const std::optional<Fault>& fault,
          World& world,
          httplib::Response& response) {
  response.status = answer.status;
  for (const auto& [name, value] : answer.headers) {
    response.set_header(name, value);
  }
  if (answer.status == 204) return;
  const auto has = [&](FaultKind kind) { return fault && fault->kind == kind; };
  if (has(FaultKind::kOversized)) {
    auto left = std::make_shared<int64_t>(
        fault->arguments.value("bytes", int64_t{1} << 30));
    response.set_chunked_content_provider(
        answer.content_type, [left](size_t, httplib::DataSink& sink) {
          const std::string piece(65536, ' ');
          *left -= static_cast<int64_t>(piece.size());
          if (*left <= 0) sink.done();
          return *left <= 0 || sink.write(piece.data(), piece.size());
        });
    return;
  }
  const bool slow = has(FaultKind::kSlow);
  const size_t piece =
      slow ? static_cast<size_t>(fault->Argument("piece", 64)) : size_t{65536};
  const auto delay =
      std::chrono::milliseconds(slow ? fault->Argument("delay_ms", 20) : 0);
  const size_t until =
      has(FaultKind::kTruncated) ? answer.body.size() / 2 : answer.body.size();
  auto body = std::make_shared<const std::string>(answer.body);
  Connection* connection = &Connection::Current();
  ++world.answers_on_their_way;
  response.set_content_provider(
      body->size(),
      answer.content_type,
      [=](size_t offset, size_t, httplib::DataSink& sink) {
        if (offset >= until || connection->PeerHasGone()) return false;
        std::this_thread::sleep_for(delay);
        const size_t size = std::min(piece, until - offset);
        return sink.write(body->data() + offset, size);
      },
      [body, results = answer.results, &world](bool success) {
        const OneLess booked(world.answers_on_their_way);
        if (!success) return;
        for (const std::string& id : results) {
          const std::lock_guard lock(world.mutex);
          Result* result = nullptr;
          const Render* render = world.FindResult(id, &result);
          if (render == nullptr) continue;
          world.journal.Add("delivered",
                            {{"vendor", render->vendor},
                             {"render", render->id},
                             {"result", id}});
        }
      });
}

Answer Echo(const Fault& fault, const std::string& key) {
  const std::string words = "no such key: " + key + ", https://" + key +
                            ".example.com/?key=" + key + " Basic " +
                            Base64(key) + " " + Base64("user:" + key) + " " +
                            Base64("me:" + key);
  Answer answer = Answer::Json(
      {{"error", words}, {"message", words}, {"err", words}, {key, key}},
      fault.Argument("status", 400));
  answer.headers["X-Request-Id"] = key;
  answer.headers["X-Key"] = key;
  return answer;
}

std::optional<Answer> AnswerInstead(const std::optional<Fault>& hit,
                                    const std::string& elsewhere) {
  if (!hit) return std::nullopt;
  const Fault& fault = *hit;
  if (fault.kind == FaultKind::kRedirect) {
    Answer answer =
        Answer::Json({{"moved", true}}, fault.Argument("status", 307));
    answer.headers["Location"] = elsewhere;
    return answer;
  }
  if (fault.kind == FaultKind::kExpired) {
    return Answer{403, "<Error><Code>AccessDenied</Code></Error>", "text/xml"};
  }
  if (fault.kind != FaultKind::kStatus) return std::nullopt;
  const std::string text = fault.arguments.value("text", "planned");
  Answer answer =
      Answer::Json({{"error", text}, {"message", text}, {"err", text}},
                   fault.Argument("status", 503));
  if (fault.arguments.contains("retry_after")) {
    const json& value = fault.arguments["retry_after"];
    answer.headers["Retry-After"] =
        value.is_string() ? value.get<std::string>() : value.dump();
  }
  return answer;
}

bool Dropped(const std::optional<Fault>& fault, FaultKind kind) {
  if (!fault || fault->kind != kind) return false;
  Connection::Current().Reset();
  return true;
}

Answer Spoilt(Answer answer, const Fault& fault) {
  if (fault.kind == FaultKind::kStatusAfter) {
    Answer error =
        Answer::Json({{"error", "planned"}}, fault.Argument("status", 500));
    return error;
  }
  const bool is_json = answer.content_type == "application/json";
  const bool needs_json =
      fault.kind == FaultKind::kWrongTypes || fault.kind == FaultKind::kMissing;
  if (answer.body.empty() || (needs_json && !is_json)) return answer;
  const std::string spoilt = SpoiltBody(fault, answer.body);
  if (spoilt == answer.body) return answer;
  answer.body = spoilt;
  answer.results.clear();
  if (fault.kind == FaultKind::kHtml) answer.content_type = "text/html";
  return answer;
}

std::optional<Fault> NextFault(World& world,
                               const std::string& vendor,
                               const std::string& endpoint) {
  std::optional<Fault> fault = world.faults.Next(vendor, endpoint);
  if (fault) {
    world.journal.Add(
        "fault",
        {{"vendor", vendor}, {"endpoint", endpoint}, {"kind", fault->name}});
  }
  return fault;
}

}  // namespace stage::vendors
