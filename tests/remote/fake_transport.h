#pragma once

#include <deque>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "remote/http/transport.h"

namespace stage::test {

/// A request's body as it would be sent.
inline std::string SentBody(const remote::HttpRequest& request) {
  if (!request.body) return "";
  remote::BodyReader reader(*request.body);
  std::string bytes(static_cast<size_t>(reader.size()), '\0');
  bytes.resize(reader.Read(bytes.data(), bytes.size()));
  return bytes;
}

/// Answers requests from a list, and remembers them.
class FakeTransport : public remote::Transport {
 public:
  using Answer =
      std::function<remote::HttpResponse(const remote::HttpRequest&)>;

  void Expect(int status,
              const std::string& body,
              std::map<std::string, std::string> headers = {}) {
    answers_.push_back([=](const remote::HttpRequest& request) {
      remote::HttpResponse response;
      response.status = status;
      response.headers = headers;
      if (status / 100 == 2 && !request.to_file.empty()) {
        std::ofstream(request.to_file) << body;
        response.in_file = true;
      } else {
        response.body = body;
      }
      return response;
    });
  }
  void Answers(Answer answer) { answers_.push_back(std::move(answer)); }
  void ExpectFailure(remote::Sent sent) {
    answers_.push_back(
        [sent](const remote::HttpRequest&) -> remote::HttpResponse {
          throw remote::TransportError(
              ErrorKind::kVendorUnavailable, "connection reset", sent);
        });
  }

  remote::HttpResponse Send(const remote::HttpRequest& request) override {
    sent.push_back(request);
    if (answers_.empty()) throw std::logic_error("an unexpected request");
    const Answer answer = answers_.front();
    answers_.pop_front();
    return answer(request);
  }

  std::vector<remote::HttpRequest> sent;

 private:
  std::deque<Answer> answers_;
};

}  // namespace stage::test
