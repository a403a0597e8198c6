#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/secrets.h"
#include "remote/call.h"
#include "remote/http/transport.h"
#include "remote/pacing.h"
#include "remote/vendor_spec.h"

namespace stage::remote {

/// What an answer with an error status means.
enum class Verdict {
  kRefused,      ///< this request is wrong and stays wrong
  kCredentials,  ///< the key is
  kCredits,      ///< the account is used up
  kLater,        ///< not taken: too many requests
  kBusy,         ///< not taken: too many renders at work
  kServer,       ///< the server failed; it may have taken it
};

/// Whether a vendor may act on, and charge for, a request that failed.
enum class Taken { kNo, kMaybe };

/// A request that failed for good.
class CallError : public Error {
 public:
  CallError(ErrorKind kind, const std::string& message, int status, Taken taken)
      : Error(kind, message), status_(status), taken_(taken) {}
  int status() const { return status_; }  ///< 0: no answer
  Taken taken() const { return taken_; }

 private:
  int status_;
  Taken taken_;
};

struct ClientSettings {
  std::string base_url;  ///< empty: the vendor's own
  std::string user_id;
  double requests_per_minute = 0;  ///< 0: the vendor's own
  Secret key;
};

/// Reads a vendor's own meaning of an error answer; nullopt: the usual one.
using ErrorReader =
    std::function<std::optional<Verdict>(int status, const std::string& words)>;

/// What is to be put down while a paid request is on its way.
struct PaySteps {
  std::function<void()> leaves;  ///< before each time that it is sent
  /// Where set: before its last byte leaves; the vendor can act from then on.
  std::function<void()> commits = {};
  std::function<void()> not_taken;  ///< refused for now; before the wait
};

/// The one way to a vendor: adds the key, keeps the pace, tries again where
/// that is safe, words errors. The key leaves only for the base URL's origin,
/// never on a redirect. Thread-safe.
class VendorClient {
 public:
  /// @throws Error(kUsage) for a base URL that is none
  VendorClient(const VendorSpec& spec,
               ErrorReader read_error,
               ClientSettings settings,
               std::shared_ptr<Transport> transport);

  /// A request that costs nothing and may be repeated: up to five attempts
  /// where the network or the server fails or the answer is no JSON.
  /// @throws CallError, Error(kInterrupted)
  nlohmann::json Ask(const Call& call, const Cancelled& cancelled);

  /// A paid request: sent again only when it certainly was not taken. Not
  /// cancelled once it has left; its 2xx answer is on disk, in `answer`, when
  /// this returns.
  /// @return the server's name for the exchange, or an empty text
  /// @throws CallError
  std::string Pay(const Call& call,
                  const std::filesystem::path& answer,
                  const PaySteps& steps,
                  const Cancelled& cancelled);

  /// Fetches a result. The key goes along only when `with_key` is set and the
  /// URL is of the base URL's origin.
  /// @param url  absolute, or a path of the vendor's
  /// @throws CallError; status 403, 404, 410: the URL has expired; BadAnswer
  ///         for a URL that must not be followed
  void Download(const std::string& url,
                bool with_key,
                const std::filesystem::path& file,
                const Cancelled& cancelled);

  /// An answer without the key, whatever the vendor sends back.
  nlohmann::json Redacted(nlohmann::json answer) const;

  const VendorSpec& spec() const { return spec_; }
  const std::string& user_id() const { return settings_.user_id; }
  /// How far the vendor's clock is before ours in milliseconds, to about a
  /// second, by the Date of its last answer.
  std::optional<int64_t> clock_offset_ms() const;
  /// @throws BadAnswer for result URLs that must not be followed
  void CheckResultUrl(const std::string& url) const;

 private:
  static constexpr int64_t kUnknownOffset = INT64_MIN;

  HttpRequest Request(const Call& call) const;
  std::string AbsoluteUrl(const std::string& url) const;
  std::string OriginUrl(const std::string& path) const;
  Verdict VerdictOf(const HttpResponse& response,
                    const std::string& words) const;
  CallError Failure(const std::string& action,
                    const HttpResponse& response,
                    const std::string& words,
                    Verdict verdict) const;
  CallError Failure(const std::string& action,
                    const TransportError& error) const;
  std::string Clean(const std::string& text) const;
  void Note(const HttpRequest& request, const HttpResponse& response);

  const VendorSpec& spec_;
  ErrorReader read_error_;
  ClientSettings settings_;
  Url base_;
  std::string base_text_;
  std::shared_ptr<Transport> transport_;
  RequestPace pace_;
  std::atomic<int64_t> clock_offset_ms_ = kUnknownOffset;
};

}  // namespace stage::remote
