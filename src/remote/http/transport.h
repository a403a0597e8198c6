#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "remote/http/body.h"

namespace stage::remote {

/// What a request may do on its way.
enum class Redirects { kRefuse, kFollow };
/// Whether it may go out on a connection that was used before. One that the
/// server has closed meanwhile makes the library send again, which a paid
/// request must never do.
enum class Connection { kMayReuse, kFresh };

/// What is done with a file that is there already.
enum class FileUse {
  kReplace,  ///< written anew; gone again when the exchange fails
  /// Gone on with: only the bytes that it lacks are asked for (RFC 9110,
  /// section 14), and what has arrived stays when the exchange breaks off. A
  /// server that sends all of it makes it begin anew.
  kContinue,
};

/// One HTTP request as a value.
struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<Body> body;
  /// Where a 2xx answer goes; empty: into HttpResponse::body. Written as it
  /// arrives, on disk when Send returns. The file is not there when
  /// Send throws.
  std::filesystem::path to_file;
  FileUse file_use = FileUse::kReplace;
  /// Told how many bytes of `to_file` there are, as they arrive; on a thread
  /// of the transport.
  std::function<void(int64_t bytes)> on_file_grown;
  bool durable = true;  ///< false: `to_file` need not survive a power cut
  int64_t max_answer_bytes = 8 << 20;  ///< larger ones are an error
  double connect_timeout_s = 15;
  double timeout_s = 60;        ///< of the whole exchange
  double stall_timeout_s = 60;  ///< no byte in either direction for so long
  Redirects redirects = Redirects::kRefuse;
  Connection connection = Connection::kMayReuse;
  /// Asked several times a second; true gives the request up.
  std::function<bool()> cancelled;
  /// Called by Send when all of the body but its last byte has left; that one
  /// waits until this returns. The server cannot act on the request before.
  /// When it throws, the request is given up and Send throws the same.
  std::function<void()> before_last_byte;
};

/// What came back, whatever its status.
struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;          ///< empty when the answer went to a file
  bool in_file = false;      ///< the answer is in HttpRequest::to_file
  std::string redirect_url;  ///< where a 3xx answer points, absolute
  std::string request_id;    ///< the server's name for this exchange, or empty
  double seconds = 0;

  /// The value of a header, or an empty text.
  std::string Header(const std::string& lower_case_name) const;
};

/// How far a request got that has no answer.
enum class Sent {
  kNothing,  ///< no byte of it reached the server
  kMaybe,    ///< the server may have it, and may act on it
};

/// No answer, or none that can be used.
class TransportError : public Error {
 public:
  TransportError(ErrorKind kind, const std::string& message, Sent sent)
      : Error(kind, message), sent_(sent) {}
  Sent sent() const { return sent_; }

 private:
  Sent sent_;
};

/// Carries requests. Thread-safe; Send blocks the caller until the answer is
/// there.
class Transport {
 public:
  virtual ~Transport() = default;
  /// @throws TransportError: kVendorUnavailable when the network fails,
  ///         kInterrupted when cancelled, kDisk when `to_file` cannot be
  ///         written, kUnexpected for an answer that is too large
  virtual HttpResponse Send(const HttpRequest& request) = 0;
};

/// Changes with every change of Transport and what it takes.
inline constexpr int kTransportAbi = 1;

/// libcurl: all requests run on one thread. TLS 1.2 or newer, certificates
/// verified. In a library of its own, opened here, because libcurl takes
/// longer to load than `stage --help` may take.
/// @throws Error(kModel) when that library is missing
std::shared_ptr<Transport> OpenCurlTransport();

}  // namespace stage::remote
