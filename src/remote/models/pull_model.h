#pragma once

#include <memory>
#include <string>

#include "core/weights/model_store.h"
#include "remote/models/hub_client.h"

namespace stage::remote {

/// Watches a download; the base class ignores everything.
class PullEvents {
 public:
  virtual ~PullEvents() = default;
  /// @param bytes     of all files of the model
  /// @param to_fetch  of those that are not here yet
  virtual void Planned(const ModelEntry& model,
                       int64_t bytes,
                       int64_t to_fetch) {}
  /// @param bytes  -1 when the server does not say
  virtual void FileStarted(const std::string& name, int64_t bytes) {}
  /// How much of the file there is; on another thread than the other calls.
  virtual void FileGrown(int64_t bytes) {}
  /// @param fetched  false: it was here and is as published
  virtual void FileFinished(const std::string& name,
                            int64_t bytes,
                            bool fetched) {}
  /// Something a person may want to know, such as a retry.
  virtual void Note(const std::string& text) {}
};

struct PullRequest {
  const ModelEntry& model;
  std::string revision;  ///< instead of the model's own, or empty
  ModelFolders folders;
  HubSettings hub;
  Cancelled cancelled;
};

/// Makes a model complete on this machine: what is missing is fetched, what is
/// there is compared with what is published and fetched again when it
/// deviates. Files appear whole; two programs that fetch the same file wait
/// for each other.
/// @throws Error(kDisk) when there is too little space for all of it, before
///         anything is fetched; else see HubClient and Download
InstalledModel PullModel(const PullRequest& request,
                         const std::shared_ptr<Transport>& transport,
                         PullEvents& events);

}  // namespace stage::remote
