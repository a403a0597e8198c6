#pragma once

#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "remote/http/answer_sink.h"
#include "remote/http/transport.h"

namespace stage::remote {

/// One request on its way.
class Transfer {
 public:
  explicit Transfer(const HttpRequest& request)
      : request_(request), sink_(request), handle_(curl_easy_init()) {
    if (handle_ == nullptr) throw std::bad_alloc();
    if (request.body) body_.emplace(*request.body);
    if (body_) body_left_ = body_->size();
    SetUp();
  }
  ~Transfer() {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(handle_);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* handle() { return handle_; }
  std::atomic<bool> give_up = false;

  /// Lets the last byte go; curl's thread calls Resume then.
  void Release() { is_released_ = true; }
  /// Called on curl's thread.
  void Resume() {
    if (!is_paused_ || !is_released_) return;
    is_paused_ = false;
    curl_easy_pause(handle_, CURLPAUSE_CONT);
  }

  /// Called on curl's thread when the exchange is over.
  void Finish(CURLcode code) {
    const std::lock_guard lock(mutex_);
    code_ = code;
    finished_ = true;
    changed_.notify_all();
  }
  enum class Progress { kOnItsWay, kBeforeLastByte, kFinished };
  /// Waits until something happens or the time is up.
  Progress WaitFor(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    const auto waits = [&] { return is_waiting_ && !is_released_; };
    changed_.wait_for(lock, time, [&] { return finished_ || waits(); });
    if (finished_) return Progress::kFinished;
    return waits() ? Progress::kBeforeLastByte : Progress::kOnItsWay;
  }
  /// After it is finished.
  HttpResponse TakeResponse();

 private:
  void SetUp();
  void SetUpBody();
  template <typename Value>
  void Set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(handle_, option, value);
    if (code != CURLE_OK) {
      throw Error(ErrorKind::kUnexpected,
                  std::string("libcurl: ") + curl_easy_strerror(code));
    }
  }
  int status() const {
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
  }
  Sent HowFar() const;
  [[noreturn]] void ThrowFailure() const;

  bool HoldsLastByte() const {
    return request_.before_last_byte && !is_released_;
  }
  void WaitForRelease();
  static size_t OnRead(char* data, size_t size, size_t count, void* self);
  static int OnSeek(void* self, curl_off_t offset, int origin);
  static size_t OnWrite(char* data, size_t size, size_t count, void* self);
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static int OnProgress(
      void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  const HttpRequest& request_;
  AnswerSink sink_;
  CURL* handle_;
  curl_slist* headers_ = nullptr;
  std::optional<BodyReader> body_;
  bool body_begun_ = false;
  int64_t body_left_ = 0;
  bool is_paused_ = false;  ///< of curl's thread alone
  HttpResponse response_;
  int64_t header_bytes_ = 0;
  std::optional<TransportError> problem_;  ///< of a callback
  char detail_[CURL_ERROR_SIZE] = "";

  std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
  bool is_waiting_ = false;  ///< with its last byte
  std::atomic<bool> is_released_ = false;
  CURLcode code_ = CURLE_OK;
};

}  // namespace stage::remote
