#pragma once

#include <string>
#include <string_view>

#include "remote/http/transport.h"

namespace stage::remote {

/// Where the bytes of one answer go: a text, or HttpRequest::to_file.
class AnswerSink {
 public:
  /// Opens the file before the request leaves: a full disk must not cost a
  /// paid answer. `request` must outlive it.
  /// @throws TransportError(kDisk)
  explicit AnswerSink(const HttpRequest& request);
  ~AnswerSink();
  AnswerSink(const AnswerSink&) = delete;
  AnswerSink& operator=(const AnswerSink&) = delete;

  /// The first byte to ask for; 0: all.
  int64_t first_byte() const { return first_byte_; }
  /// @param content_range  that header of the answer, or empty
  /// @throws TransportError when it is too large, is of another range than was
  ///         asked for, or cannot be written
  void Take(std::string_view bytes,
            int status,
            const std::string& content_range);
  /// Puts the file on disk.
  void Finish(int status);
  std::string TakeText() { return std::move(text_); }
  /// True when the whole answer is in the file.
  bool in_file() const { return complete_; }

 private:
  TransportError Failed(int reason, Sent sent) const;
  void Begin(int status, const std::string& content_range);
  void Write(std::string_view bytes);

  const HttpRequest& request_;
  int64_t first_byte_ = 0;
  int64_t file_bytes_ = 0;
  int64_t taken_ = 0;
  std::string text_;
  int descriptor_ = -1;
  bool begun_ = false;
  bool complete_ = false;
};

}  // namespace stage::remote
