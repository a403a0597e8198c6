#include "remote/http/curl_transfer.h"

#include <algorithm>
#include <cctype>
#include <exception>
#include <set>

#include "core/version.h"
#include "remote/http/url.h"

namespace stage::remote {
namespace {

constexpr int64_t kMostHeaderBytes = 256 * 1024;

std::string Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return "";
  return std::string(
      text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin));
}

/// True for what a proxy or server calls an exchange.
bool NamesExchange(const std::string& header) {
  static const std::set<std::string> names = {"x-request-id",
                                              "request-id",
                                              "x-correlation-id",
                                              "x-amzn-requestid",
                                              "x-amz-request-id",
                                              "x-vercel-id",
                                              "x-cloud-trace-context",
                                              "cf-ray"};
  return names.contains(header);
}

}  // namespace

void Transfer::SetUp() {
  const bool plain = ParseUrl(request_.url).scheme == "http";
  const char* protocols = plain ? "http,https" : "https";
  Set(CURLOPT_URL, request_.url.c_str());
  Set(CURLOPT_PROTOCOLS_STR, protocols);
  Set(CURLOPT_REDIR_PROTOCOLS_STR, protocols);
  Set(CURLOPT_FOLLOWLOCATION,
      request_.redirects == Redirects::kFollow ? 1L : 0L);
  Set(CURLOPT_MAXREDIRS, 5L);
  Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  Set(CURLOPT_SSL_VERIFYPEER, 1L);
  Set(CURLOPT_SSL_VERIFYHOST, 2L);
  Set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  Set(CURLOPT_NOSIGNAL, 1L);
  Set(CURLOPT_ERRORBUFFER, detail_);
  Set(CURLOPT_PRIVATE, this);
  Set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(request_.connect_timeout_s * 1000));
  Set(CURLOPT_TIMEOUT_MS, static_cast<long>(request_.timeout_s * 1000));
  Set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  Set(CURLOPT_LOW_SPEED_TIME,
      std::max(1L, static_cast<long>(request_.stall_timeout_s)));
  // Ranges of a file are those of its own bytes. Elsewhere packed answers are
  // unpacked, which AnswerSink bounds.
  if (request_.file_use == FileUse::kReplace) {
    Set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  }
  Set(CURLOPT_FRESH_CONNECT,
      request_.connection == Connection::kFresh ? 1L : 0L);
  Set(CURLOPT_WRITEFUNCTION, &Transfer::OnWrite);
  Set(CURLOPT_WRITEDATA, this);
  Set(CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  Set(CURLOPT_HEADERDATA, this);
  Set(CURLOPT_XFERINFOFUNCTION, &Transfer::OnProgress);
  Set(CURLOPT_XFERINFODATA, this);
  Set(CURLOPT_NOPROGRESS, 0L);
  const std::string agent = "stage/" + std::string(Version());
  Set(CURLOPT_USERAGENT, agent.c_str());
  const auto add = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(headers_, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    headers_ = longer;
  };
  for (const auto& [name, value] : request_.headers) add(name + ": " + value);
  if (sink_.first_byte() > 0) {
    add("Range: bytes=" + std::to_string(sink_.first_byte()) + "-");
  }
  if (body_) add("Content-Type: " + request_.body->content_type);
  add("Expect:");  // no second of waiting before a body
  Set(CURLOPT_HTTPHEADER, headers_);
  SetUpBody();
}

void Transfer::SetUpBody() {
  if (body_) {
    Set(CURLOPT_POST, 1L);
    Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_->size()));
    Set(CURLOPT_READFUNCTION, &Transfer::OnRead);
    Set(CURLOPT_READDATA, this);
    Set(CURLOPT_SEEKFUNCTION, &Transfer::OnSeek);
    Set(CURLOPT_SEEKDATA, this);
  } else if (request_.method == "POST") {
    Set(CURLOPT_POST, 1L);
    Set(CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t{0});
    Set(CURLOPT_POSTFIELDS, "");
  }
  if (request_.method != "GET" && request_.method != "POST") {
    Set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
}

size_t Transfer::OnRead(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    transfer.body_begun_ = true;
    size_t most = size * count;
    if (transfer.HoldsLastByte()) {
      if (transfer.body_left_ <= 1) {
        transfer.WaitForRelease();
        return CURL_READFUNC_PAUSE;
      }
      most = std::min(most, static_cast<size_t>(transfer.body_left_ - 1));
    }
    const size_t read = transfer.body_->Read(data, most);
    transfer.body_left_ -= static_cast<int64_t>(read);
    return read;
  } catch (const std::exception& error) {
    // The body is cut short of its Content-Length: no server takes it.
    transfer.problem_ =
        TransportError(ErrorKind::kInput, error.what(), Sent::kNothing);
    return CURL_READFUNC_ABORT;
  }
}

void Transfer::WaitForRelease() {
  is_paused_ = true;
  const std::lock_guard lock(mutex_);
  is_waiting_ = true;
  changed_.notify_all();
}

int Transfer::OnSeek(void* self, curl_off_t offset, int origin) {
  if (offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.body_->Rewind();
  transfer.body_left_ = transfer.body_->size();
  return CURL_SEEKFUNC_OK;
}

size_t Transfer::OnWrite(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    transfer.sink_.Take({data, size * count},
                        transfer.status(),
                        transfer.response_.Header("content-range"));
    return size * count;
  } catch (const TransportError& error) {
    transfer.problem_ = error;
  } catch (const std::exception& error) {
    transfer.problem_ =
        TransportError(ErrorKind::kUnexpected, error.what(), Sent::kMaybe);
  }
  return 0;
}

size_t Transfer::OnHeader(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view line(data, size * count);
  transfer.header_bytes_ += static_cast<int64_t>(line.size());
  if (transfer.header_bytes_ > kMostHeaderBytes) return 0;
  if (line.starts_with("HTTP/")) transfer.response_.headers.clear();
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return line.size();
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  const std::string value = Trimmed(line.substr(colon + 1));
  if (NamesExchange(name) && transfer.response_.request_id.empty()) {
    transfer.response_.request_id = value.substr(0, 128);
  }
  transfer.response_.headers[name] = value;
  return line.size();
}

int Transfer::OnProgress(
    void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(self)->give_up ? 1 : 0;
}

Sent Transfer::HowFar() const {
  if (HoldsLastByte()) return Sent::kNothing;  // of any use
  long request_bytes = 0;
  curl_easy_getinfo(handle_, CURLINFO_REQUEST_SIZE, &request_bytes);
  return request_bytes == 0 && !body_begun_ ? Sent::kNothing : Sent::kMaybe;
}

void Transfer::ThrowFailure() const {
  if (problem_) throw *problem_;
  const std::string what =
      detail_[0] != '\0' ? std::string(detail_) : curl_easy_strerror(code_);
  if (code_ == CURLE_ABORTED_BY_CALLBACK) {
    throw TransportError(ErrorKind::kInterrupted, "interrupted", HowFar());
  }
  // Where a redirect leads that is not followed, asking again will not help.
  const bool leads_astray =
      code_ == CURLE_UNSUPPORTED_PROTOCOL || code_ == CURLE_TOO_MANY_REDIRECTS;
  throw TransportError(
      leads_astray ? ErrorKind::kUnexpected : ErrorKind::kVendorUnavailable,
      WithoutQueries(what),
      HowFar());
}

HttpResponse Transfer::TakeResponse() {
  if (problem_ || code_ != CURLE_OK) ThrowFailure();
  response_.status = status();
  sink_.Finish(response_.status);
  char* redirect = nullptr;
  curl_easy_getinfo(handle_, CURLINFO_REDIRECT_URL, &redirect);
  if (redirect != nullptr) response_.redirect_url = redirect;
  response_.body = sink_.TakeText();
  response_.in_file = sink_.in_file();
  curl_off_t microseconds = 0;
  curl_easy_getinfo(handle_, CURLINFO_TOTAL_TIME_T, &microseconds);
  response_.seconds = static_cast<double>(microseconds) / 1e6;
  return std::move(response_);
}

}  // namespace stage::remote
