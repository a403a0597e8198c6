#pragma once

#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/general_options.h"
#include "core/staging_job.h"
#include "remote/hosting.h"

namespace stage::cli {

struct FetchOptions {
  GeneralOptions general;
  std::string base_url;  ///< or empty
  bool resubmit_doubtful = false;
  /// For orders that are still to be made on earlier ones.
  remote::HostingOptions hosting = {};
};

/// Finishes jobs that vendors have or may have: waits for them and fetches
/// their results, vendor by vendor.
/// @throws Error(kCredentials) when a vendor's key is missing, Error(kDisk)
ExitCode FetchRemoteJobs(const std::vector<StagingJob>& jobs,
                         const FetchOptions& options);

}  // namespace stage::cli
