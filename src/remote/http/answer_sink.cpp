#include "remote/http/answer_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/atomic_file.h"

namespace stage::remote {
namespace {

constexpr int64_t kMostErrorBytes = 64 * 1024;
constexpr int kPartialContent = 206;

bool IsSuccess(int status) { return status >= 200 && status < 300; }

}  // namespace

AnswerSink::AnswerSink(const HttpRequest& request) : request_(request) {
  if (request.to_file.empty()) return;
  const bool anew = request.file_use == FileUse::kReplace;
  descriptor_ = open(request.to_file.c_str(),
                     O_WRONLY | O_CREAT | O_CLOEXEC | (anew ? O_TRUNC : 0),
                     anew ? 0600 : 0666);
  if (descriptor_ < 0) throw Failed(errno, Sent::kNothing);
  if (!anew) first_byte_ = lseek(descriptor_, 0, SEEK_END);
}

AnswerSink::~AnswerSink() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!complete_ && !request_.to_file.empty() &&
      request_.file_use == FileUse::kReplace) {
    unlink(request_.to_file.c_str());
  }
}

/// Makes sure that the first byte that arrives belongs where the file ends.
void AnswerSink::Begin(int status, const std::string& content_range) {
  begun_ = true;
  const std::string wanted = "bytes " + std::to_string(first_byte_) + "-";
  if (status == kPartialContent && !content_range.starts_with(wanted)) {
    throw TransportError(ErrorKind::kUnexpected,
                         "the server sent another part than was asked for",
                         Sent::kMaybe);
  }
  if (status == kPartialContent) {
    file_bytes_ = first_byte_;
  } else if (first_byte_ > 0 && (ftruncate(descriptor_, 0) != 0 ||
                                 lseek(descriptor_, 0, SEEK_SET) != 0)) {
    throw Failed(errno, Sent::kMaybe);
  }
}

void AnswerSink::Take(std::string_view bytes,
                      int status,
                      const std::string& content_range) {
  taken_ += static_cast<int64_t>(bytes.size());
  const int64_t most =
      IsSuccess(status) ? request_.max_answer_bytes : kMostErrorBytes;
  if (taken_ > most) {
    if (!IsSuccess(status)) return;  // enough of an error page is known
    throw TransportError(
        ErrorKind::kUnexpected,
        "the answer is larger than " + std::to_string(most) + " bytes",
        Sent::kMaybe);
  }
  if (!IsSuccess(status) || request_.to_file.empty()) {
    text_ += bytes;
    return;
  }
  if (!begun_) Begin(status, content_range);
  Write(bytes);
  file_bytes_ += static_cast<int64_t>(bytes.size());
  if (request_.on_file_grown) request_.on_file_grown(file_bytes_);
}

void AnswerSink::Finish(int status) {
  if (!IsSuccess(status) || request_.to_file.empty()) return;
  if (!begun_) Begin(status, "bytes " + std::to_string(first_byte_) + "-");
  const int descriptor = std::exchange(descriptor_, -1);
  const bool synced = !request_.durable || fsync(descriptor) == 0;
  const int reason = errno;
  if (close(descriptor) != 0 || !synced) throw Failed(reason, Sent::kMaybe);
  if (request_.durable) SyncFolder(request_.to_file.parent_path());
  complete_ = true;
}

TransportError AnswerSink::Failed(int reason, Sent sent) const {
  return TransportError(ErrorKind::kDisk,
                        DiskError(request_.to_file, "written", reason).what(),
                        sent);
}

void AnswerSink::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Failed(errno, Sent::kMaybe);
    bytes.remove_prefix(static_cast<size_t>(count));
  }
}

}  // namespace stage::remote
