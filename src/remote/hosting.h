#pragma once

#include <filesystem>
#include <string>

#include "core/staging_job.h"
#include "remote/pacing.h"

namespace stage::remote {

/// How files become reachable for vendors that fetch pictures themselves. At
/// most one of the two.
struct HostingOptions {
  /// Where the folder of the photos is on the web: files are addressed by
  /// their path relative to it.
  std::string url_prefix;
  /// A command line for the shell; the file's path is put behind it, and it
  /// prints the address of the file.
  std::string upload_command;
};

/// @throws Error(kUsage) when neither option is given, or the prefix is no URL
void CheckHosting(const HostingOptions& options, const std::string& vendor);

/// The public address of one of a job's pictures.
/// @param file  the job's photo, mask or furniture picture, or a copy of it
///              that was fitted for the vendor
/// @throws Error(kUsage) as CheckHosting, or when the address is none;
///         Error(kInput) when the file cannot be addressed or the command
///         fails, Error(kInterrupted)
std::string PublicUrl(const HostingOptions& options,
                      const StagingJob& job,
                      const std::filesystem::path& file,
                      const Cancelled& cancelled);

/// The folder that the batch was begun with: the photo's own, without the
/// subfolders that its result keeps.
std::filesystem::path PhotosRoot(const StagingJob& job);

}  // namespace stage::remote
