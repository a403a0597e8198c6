#include "remote/vendor_client.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <ctime>

#include "core/text_encoding.h"
#include "remote/answer.h"

namespace stage::remote {
namespace {

using nlohmann::json;

constexpr int kMostAttempts = 5;
constexpr int kMostBusyAttempts = 60;
constexpr double kBusyWait_s = 10;
constexpr double kMostBackoff_s = 60;
constexpr int64_t kMostPictureBytes = int64_t{256} << 20;
constexpr double kDownloadTimeout_s = 900;

Verdict UsualVerdict(int status, Forbidden forbidden) {
  if (status == 401) return Verdict::kCredentials;
  if (status == 402) return Verdict::kCredits;
  if (status == 403) {
    return forbidden == Forbidden::kCredits ? Verdict::kCredits
                                            : Verdict::kCredentials;
  }
  if (status == 425 || status == 429) return Verdict::kLater;
  if (status == 408 || status >= 500) return Verdict::kServer;
  return Verdict::kRefused;
}

ErrorKind KindOf(Verdict verdict, int status) {
  switch (verdict) {
    case Verdict::kRefused:
      return status < 400 ? ErrorKind::kVendorUnavailable : ErrorKind::kInput;
    case Verdict::kCredentials:
      return ErrorKind::kCredentials;
    case Verdict::kCredits:
      return ErrorKind::kCredits;
    case Verdict::kLater:
    case Verdict::kBusy:
    case Verdict::kServer:
      return ErrorKind::kVendorUnavailable;
  }
  return ErrorKind::kUnexpected;
}

std::string StatusWords(int status) {
  switch (status) {
    case 401:
      return "the key is missing or not valid";
    case 402:
      return "not enough credits";
    case 403:
      return "the account may not do this, or is used up";
    case 404:
      return "not found";
    case 413:
      return "the photo is too large";
    case 429:
      return "too many requests";
    default:
      if (status >= 500) return "the server failed";
      return status >= 300 && status < 400 ? "a redirect, which is not followed"
                                           : "refused";
  }
}

/// What the user can do about it; empty where the words say it all.
std::string Remedy(Verdict verdict, int status, std::string_view vendor) {
  if (verdict == Verdict::kCredits) {
    return "; add credits to the account and run again, nothing is paid twice";
  }
  if (verdict != Verdict::kCredentials) return "";
  if (status == 403) return "; see what the account's plan allows";
  return "; check the key in " + KeyVariable(std::string(vendor)) +
         ", key_command or key_file";
}

Error Interrupt() { return Error(ErrorKind::kInterrupted, "interrupted"); }

std::string BaseText(const VendorSpec& spec, const std::string& given) {
  std::string text = given.empty() ? std::string(spec.base_url) : given;
  while (text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

VendorClient::VendorClient(const VendorSpec& spec,
                           ErrorReader read_error,
                           ClientSettings settings,
                           std::shared_ptr<Transport> transport)
    : spec_(spec),
      read_error_(std::move(read_error)),
      settings_(std::move(settings)),
      base_(ParseUrl(BaseText(spec, settings_.base_url))),
      base_text_(BaseText(spec, settings_.base_url)),
      transport_(std::move(transport)),
      pace_(settings_.requests_per_minute > 0
                ? settings_.requests_per_minute / 60
                : spec.requests_per_s,
            spec.burst) {
  if (base_.rest.find_first_of("?#") != std::string::npos) {
    throw Error(ErrorKind::kUsage,
                "--base-url " + WithoutQuery(base_text_) +
                    ": write it without '?' and '#'");
  }
}

HttpRequest VendorClient::Request(const Call& call) const {
  HttpRequest request;
  request.method = call.method;
  request.url = base_text_ + call.path + QueryText(call.query);
  request.body = call.body;
  request.timeout_s = call.timeout_s;
  request.stall_timeout_s = call.timeout_s;
  request.max_answer_bytes = call.most_answer_bytes;
  request.to_file = call.answer_file;
  request.durable = false;  // but for Pay
  request.headers = {{"Accept", "application/json"},
                     {std::string(spec_.key_header),
                      std::string(spec_.key_prefix) + settings_.key.Reveal()}};
  return request;
}

std::string VendorClient::Clean(const std::string& text) const {
  return settings_.key.RedactedIn(WithoutQueries(text));
}

std::optional<int64_t> VendorClient::clock_offset_ms() const {
  const int64_t offset_ms = clock_offset_ms_;
  if (offset_ms == kUnknownOffset) return std::nullopt;
  return offset_ms;
}

/// Logs an exchange and learns the vendor's time from it.
void VendorClient::Note(const HttpRequest& request,
                        const HttpResponse& response) {
  if (const auto date = HttpDate(response.Header("date"))) {
    clock_offset_ms_ = int64_t{1000} * (*date - std::time(nullptr));
  }
  spdlog::debug("{} {} {}: {} in {:.2f} s{}",
                spec_.name,
                request.method,
                Clean(request.url),
                response.status,
                response.seconds,
                response.request_id.empty()
                    ? ""
                    : ", request " + Clean(Printable(response.request_id)));
}

Verdict VendorClient::VerdictOf(const HttpResponse& response,
                                const std::string& words) const {
  if (read_error_) {
    if (const auto verdict = read_error_(response.status, words)) {
      return *verdict;
    }
  }
  return UsualVerdict(response.status, spec_.forbidden);
}

CallError VendorClient::Failure(const std::string& action,
                                const HttpResponse& response,
                                const std::string& words,
                                Verdict verdict) const {
  std::string text = std::string(spec_.label) + " " + action + ": " +
                     (words.empty() ? StatusWords(response.status) : words) +
                     " (status " + std::to_string(response.status);
  if (!response.request_id.empty()) {
    text += ", request " + Printable(response.request_id);
  }
  text += ")" + Remedy(verdict, response.status, spec_.name);
  return CallError(KindOf(verdict, response.status),
                   Clean(text),
                   response.status,
                   verdict == Verdict::kServer ? Taken::kMaybe : Taken::kNo);
}

CallError VendorClient::Failure(const std::string& action,
                                const TransportError& error) const {
  return CallError(
      error.kind(),
      Clean(std::string(spec_.label) + " " + action + ": " + error.what()),
      0,
      error.sent() == Sent::kMaybe ? Taken::kMaybe : Taken::kNo);
}

json VendorClient::Redacted(json answer) const {
  if (answer.is_string()) {
    return settings_.key.RedactedIn(answer.get<std::string>());
  }
  if (answer.is_array()) {
    for (json& value : answer) value = Redacted(std::move(value));
  }
  if (!answer.is_object()) return answer;
  json clean = json::object();
  for (auto& [name, value] : answer.items()) {
    clean[settings_.key.RedactedIn(name)] = Redacted(std::move(value));
  }
  return clean;
}

json VendorClient::Ask(const Call& call, const Cancelled& cancelled) {
  HttpRequest request = Request(call);
  request.cancelled = cancelled;
  for (int attempt = 1;; ++attempt) {
    if (!pace_.Wait(cancelled)) throw Interrupt();
    std::optional<CallError> failure;
    double wait_s = BackoffSeconds(attempt, 1, kMostBackoff_s);
    try {
      const HttpResponse response = transport_->Send(request);
      Note(request, response);
      if (response.status >= 200 && response.status < 300) {
        if (!call.needs_answer || response.status == 204) return nullptr;
        try {
          return Redacted(
              call.answer_file.empty()
                  ? ParseAnswer(response.body)
                  : ParseAnswerFile(call.answer_file, call.pictures));
        } catch (const BadAnswer& bad) {
          failure = Failure("gave an answer that cannot be used",
                            response,
                            bad.what(),
                            Verdict::kServer);
        }
      } else {
        const std::string words = ErrorWords(response.body);
        const Verdict verdict = VerdictOf(response, words);
        failure = Failure(
            "refused " + WithoutQuery(call.path), response, words, verdict);
        if (verdict != Verdict::kLater && verdict != Verdict::kServer) {
          throw *failure;
        }
        if (const auto after =
                RetryAfterSeconds(response.Header("retry-after"))) {
          wait_s = *after;
          pace_.HoldAll(wait_s);
        }
      }
    } catch (const TransportError& error) {
      if (error.kind() == ErrorKind::kInterrupted) throw Interrupt();
      failure = Failure("does not answer", error);
      const bool too_large = error.kind() == ErrorKind::kUnexpected;
      if (error.kind() != ErrorKind::kVendorUnavailable && !too_large) {
        throw *failure;
      }
    }
    if (attempt == kMostAttempts) throw *failure;
    spdlog::info("{}; again in {:.1f} s", failure->what(), wait_s);
    if (!SleepUnless(wait_s, cancelled)) throw Interrupt();
  }
}

std::string VendorClient::Pay(const Call& call,
                              const std::filesystem::path& answer,
                              const PaySteps& steps,
                              const Cancelled& cancelled) {
  HttpRequest request = Request(call);
  request.to_file = answer;
  request.durable = true;
  request.connection = Connection::kFresh;
  request.before_last_byte = steps.commits;
  int busy = 0;
  for (int attempt = 1;; ++attempt) {
    if (!pace_.Wait(cancelled)) throw Interrupt();
    std::optional<CallError> failure;
    double wait_s = BackoffSeconds(attempt, 1, kMostBackoff_s);
    steps.leaves();
    try {
      const HttpResponse response = transport_->Send(request);
      Note(request, response);
      if (response.in_file) return Clean(Printable(response.request_id));
      const std::string words = ErrorWords(response.body);
      const Verdict verdict = VerdictOf(response, words);
      failure = Failure("refused the order", response, words, verdict);
      if (verdict == Verdict::kBusy && ++busy <= kMostBusyAttempts) {
        wait_s = kBusyWait_s;
        --attempt;
      } else if (verdict == Verdict::kLater) {
        wait_s = RetryAfterSeconds(response.Header("retry-after"))
                     .value_or(1 + BackoffSeconds(attempt, 5, kMostBackoff_s));
        pace_.HoldAll(wait_s);
      } else {
        throw *failure;
      }
    } catch (const TransportError& error) {
      failure = Failure("did not answer the order", error);
      if (error.sent() == Sent::kMaybe ||
          error.kind() != ErrorKind::kVendorUnavailable) {
        throw *failure;
      }
    }
    if (attempt >= kMostAttempts) throw *failure;
    steps.not_taken();
    spdlog::info("{}; again in {:.1f} s", failure->what(), wait_s);
    if (!SleepUnless(wait_s, cancelled)) throw Interrupt();
  }
}

/// A path is the vendor's own, below its base URL; "//host/path" has the
/// base's scheme (RFC 3986, section 4.2).
std::string VendorClient::AbsoluteUrl(const std::string& url) const {
  if (url.starts_with("//")) return base_.scheme + ":" + url;
  if (url.starts_with('/')) return base_text_ + url;
  const bool has_scheme = url.find("://") != std::string::npos;
  return has_scheme ? url : base_text_ + "/" + url;
}

/// A path as RFC 3986 reads it, below the base URL's host: what a vendor means
/// whose base URL has a path of its own, such as /v2.
std::string VendorClient::OriginUrl(const std::string& path) const {
  if (path.starts_with("//")) return AbsoluteUrl(path);
  const size_t host = base_text_.find("://") + 3;
  return base_text_.substr(0, base_text_.find('/', host)) + path;
}

void VendorClient::CheckResultUrl(const std::string& url) const {
  Url parsed;
  try {
    parsed = ParseUrl(url);
  } catch (const Error& error) {  // the vendor's mistake, not the user's
    throw BadAnswer(std::string("the result's address: ") + error.what());
  }
  if (parsed.scheme == "http" && base_.scheme != "http") {
    throw BadAnswer("the result's address is not https");
  }
}

void VendorClient::Download(const std::string& url,
                            bool with_key,
                            const std::filesystem::path& file,
                            const Cancelled& cancelled) {
  HttpRequest request;
  request.url = AbsoluteUrl(url);
  CheckResultUrl(request.url);
  if (with_key && ParseUrl(request.url).SameOrigin(base_)) {
    request.headers = {
        {std::string(spec_.key_header),
         std::string(spec_.key_prefix) + settings_.key.Reveal()}};
  } else {
    request.redirects = Redirects::kFollow;
  }
  request.to_file = file;
  request.durable = false;  // it can be fetched again
  request.max_answer_bytes = kMostPictureBytes;
  request.timeout_s = kDownloadTimeout_s;
  request.stall_timeout_s = 60;
  request.cancelled = cancelled;
  for (int attempt = 1;; ++attempt) {
    std::optional<CallError> failure;
    double wait_s = BackoffSeconds(attempt, 1, kMostBackoff_s);
    try {
      const HttpResponse response = transport_->Send(request);
      if (response.in_file) return;
      const bool leads_on = response.status >= 300 && response.status < 400 &&
                            !response.redirect_url.empty() &&
                            !request.headers.empty();
      if (leads_on) {  // the key stays behind
        CheckResultUrl(response.redirect_url);
        request.url = response.redirect_url;
        request.headers.clear();
        request.redirects = Redirects::kFollow;
        --attempt;
        continue;
      }
      if (response.status == 404 && url.starts_with('/') &&
          request.url != OriginUrl(url)) {
        request.url = OriginUrl(url);
        --attempt;
        continue;
      }
      failure = Failure("does not hand the result out",
                        response,
                        ErrorWords(response.body),
                        UsualVerdict(response.status, spec_.forbidden));
      if (response.status < 500 && response.status != 429) throw *failure;
      wait_s =
          RetryAfterSeconds(response.Header("retry-after")).value_or(wait_s);
    } catch (const TransportError& error) {
      if (error.kind() == ErrorKind::kInterrupted) throw Interrupt();
      failure = Failure("broke off the result", error);
      if (error.kind() != ErrorKind::kVendorUnavailable) throw *failure;
    }
    if (attempt == kMostAttempts) throw *failure;
    spdlog::info("{}; again in {:.1f} s", failure->what(), wait_s);
    if (!SleepUnless(wait_s, cancelled)) throw Interrupt();
  }
}

}  // namespace stage::remote
