#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/weights/file_identity.h"
#include "remote/models/guarded_get.h"
#include "remote/models/persistence.h"

namespace stage::remote {

/// One large file to fetch.
struct FileDownload {
  std::string name;  ///< for messages
  std::string url;
  std::filesystem::path part;  ///< where it grows; kept when it breaks off
  FileIdentity identity;       ///< what must arrive
  /// Told how many bytes there are.
  std::function<void(int64_t bytes)> on_grown;
  /// Told why and how long it waits before it goes on.
  std::function<void(const std::string& why, double wait_s)> on_retry;
  Cancelled cancelled;
  /// The error for an answer that is no success, such as 403.
  std::function<Error(const HttpResponse& response)> refusal;
};

/// Fetches a file, going on from what an earlier run left, and compares it
/// with what was published. What arrives differently is thrown away and
/// fetched once more from its beginning. On return `part` is whole and on
/// disk.
/// @throws Error(kVendorUnavailable) when it cannot be reached, keeps breaking
///         off, or is not what was published; what `refusal` makes;
///         Error(kDisk); Error(kInterrupted)
void Download(const GuardedGet& get, const FileDownload& file);

}  // namespace stage::remote
