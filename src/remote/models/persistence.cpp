#include "remote/models/persistence.h"

#include <optional>

namespace stage::remote {
namespace {

constexpr double kFirstWait_s = 0.5;
constexpr double kMostWait_s = 30;

bool AsksToWait(int status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

}  // namespace

HttpResponse SendPersistently(const std::function<HttpResponse()>& send,
                              const Persistence& persistence) {
  for (int attempt = 1;; ++attempt) {
    std::string why;
    std::optional<double> wait_s;
    try {
      const HttpResponse response = send();
      if (!AsksToWait(response.status) || attempt >= persistence.attempts) {
        return response;
      }
      why = "status " + std::to_string(response.status);
      wait_s = RetryAfterSeconds(response.Header("retry-after"));
    } catch (const TransportError& error) {
      if (persistence.progressed && persistence.progressed()) attempt = 1;
      if (error.kind() != ErrorKind::kVendorUnavailable ||
          attempt >= persistence.attempts) {
        throw;
      }
      why = error.what();
    }
    const double wait =
        wait_s.value_or(BackoffSeconds(attempt, kFirstWait_s, kMostWait_s));
    if (persistence.on_retry) persistence.on_retry(why, wait);
    if (!SleepUnless(wait, persistence.cancelled)) {
      throw Error(ErrorKind::kInterrupted, "interrupted");
    }
  }
}

}  // namespace stage::remote
