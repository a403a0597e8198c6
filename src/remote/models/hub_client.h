#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/shard.h"
#include "core/weights/file_identity.h"
#include "core/weights/model_registry.h"
#include "remote/models/guarded_get.h"
#include "remote/pacing.h"

namespace stage::remote {

/// How Hugging Face, or a mirror of it, is reached.
struct HubSettings {
  std::string endpoint = "https://huggingface.co";  ///< HF_ENDPOINT
  /// HF_TOKEN, else the file that a login left (HF_TOKEN_PATH, or `token` in
  /// HF_HOME), unless HF_HUB_DISABLE_IMPLICIT_TOKEN is set.
  Secret token;
  bool offline = false;  ///< HF_HUB_OFFLINE
};
/// @throws Error(kUsage) for an endpoint that is no address,
///         Error(kCredentials) for a token that is none
HubSettings ReadHubSettings(const EnvironmentLookup& environment = Environment);

/// What a repository holds at one commit.
struct RepositoryState {
  std::string commit;                         ///< 40 digits
  std::map<std::string, FileIdentity> files;  ///< by name, as the server says
};

/// Asks Hugging Face's web API (Hub API endpoints, "repos") what there is.
class HubClient {
 public:
  /// @throws Error(kCredentials) see GuardedGet
  HubClient(std::shared_ptr<Transport> transport, const HubSettings& settings);

  /// @param revision  branch, tag or commit
  /// @throws Error(kUsage) when there is no such revision, Error(kModel) no
  ///         such repository, Error(kCredentials) when it needs a token or the
  ///         account may not, Error(kVendorUnavailable)
  RepositoryState Read(const ModelEntry& model,
                       const std::string& revision,
                       const Cancelled& cancelled) const;
  std::string FileUrl(const ModelEntry& model,
                      const std::string& commit,
                      const std::string& file) const;
  const GuardedGet& get() const { return get_; }
  /// The error for an answer other than a success.
  Error Refusal(const ModelEntry& model,
                const std::string& what,
                const HttpResponse& response) const;

 private:
  std::string endpoint_;
  GuardedGet get_;
};

}  // namespace stage::remote
