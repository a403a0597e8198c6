#include "remote/models/file_download.h"

#include "core/byte_text.h"

namespace stage::remote {
namespace {

namespace fs = std::filesystem;

constexpr double kLongest_s = 7 * 24 * 3600;
constexpr double kStall_s = 30;
constexpr int kRangeNotSatisfiable = 416;
constexpr int64_t kMostUnannounced = int64_t{1} << 40;

void Forget(const fs::path& file) {
  std::error_code ignored;
  fs::remove(file, ignored);
}

HttpRequest RequestFor(const FileDownload& file) {
  HttpRequest request;
  request.url = file.url;
  request.to_file = file.part;
  request.file_use = FileUse::kContinue;
  request.on_file_grown = file.on_grown;
  request.max_answer_bytes =
      file.identity.bytes >= 0 ? file.identity.bytes : kMostUnannounced;
  request.timeout_s = kLongest_s;
  request.stall_timeout_s = kStall_s;
  request.cancelled = file.cancelled;
  return request;
}

/// True when there is a part that can be gone on with.
bool CanContinue(const FileDownload& file) {
  const int64_t there = FileBytes(file.part);
  return !file.identity.id.empty() && file.identity.bytes > 0 && there > 0 &&
         there < file.identity.bytes;
}

void FetchRest(const GuardedGet& get, const FileDownload& file) {
  int64_t before = 0;
  const Persistence persistence{
      .cancelled = file.cancelled,
      .progressed = [&] { return FileBytes(file.part) > before; },
      .on_retry = file.on_retry};
  const HttpResponse response = SendPersistently(
      [&] {
        if (!CanContinue(file)) Forget(file.part);
        before = FileBytes(file.part);
        return get.Send(RequestFor(file));
      },
      persistence);
  if (response.status / 100 == 2) return;
  if (FileBytes(file.part) == 0) Forget(file.part);
  // What is there is no part of what the server has.
  if (response.status == kRangeNotSatisfiable) return Forget(file.part);
  throw file.refusal(response);
}

/// One try: what is there is gone on with, and compared.
/// @return what is wrong with what arrived
std::string Fetch(const GuardedGet& get, const FileDownload& file) {
  const bool is_whole = file.identity.bytes >= 0 && !file.identity.id.empty() &&
                        FileBytes(file.part) == file.identity.bytes &&
                        fs::exists(file.part);
  try {
    if (!is_whole) FetchRest(get, file);
  } catch (const TransportError& error) {
    if (error.kind() == ErrorKind::kUnexpected) {
      return std::string("is not that file: ") + error.what();
    }
    if (error.kind() == ErrorKind::kVendorUnavailable) {
      throw Error(error.kind(),
                  file.name + ": " + get.Clean(error.what()) +
                      "; the same command goes on from " +
                      ByteText(FileBytes(file.part)));
    }
    throw;
  }
  return Deviation(file.part, file.identity);
}

}  // namespace

void Download(const GuardedGet& get, const FileDownload& file) {
  if (Fetch(get, file).empty()) return;
  // An old part, or a disturbance on the way: once more, all of it.
  Forget(file.part);
  if (file.on_grown) file.on_grown(0);
  const std::string deviation = Fetch(get, file);
  if (deviation.empty()) return;
  Forget(file.part);
  throw Error(ErrorKind::kVendorUnavailable,
              file.name + ": what the server sends " + deviation +
                  "; it was thrown away. Try again later, or another "
                  "HF_ENDPOINT");
}

}  // namespace stage::remote
