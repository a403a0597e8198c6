#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "core/stager.h"
#include "remote/hosting.h"
#include "remote/vendor.h"

namespace stage::remote {

struct RemoteOptions {
  int renders_at_once = 0;  ///< 0: as many as is usual for the vendor
  /// Jobs whose price is not known are refused: --max-credits must hold.
  bool has_budget = false;
  std::filesystem::path config;  ///< file with [vendors.NAME], may be missing
  std::string base_url;          ///< empty: the config's, else the vendor's
  bool wait = true;              ///< false: submit and leave
  /// With wait false: ask once how orders are that are there already.
  bool look_once = false;
  /// An order in doubt that the vendor does not know is sent again; false: it
  /// stays in doubt.
  bool reorders = true;
  /// Orders in doubt that cannot be found again are paid once more.
  bool resubmit_doubtful = false;
  HostingOptions hosting = {};  ///< for vendors that fetch pictures
  /// Jobs of such vendors are refused without hosting; false where orders are
  /// only fetched that were made before.
  bool must_host = false;
  /// Where a vendor calls when an order is done; empty: nowhere. The order's
  /// token is put behind it.
  std::string webhook_url = {};
};

/// A client for the vendor with key, address and user id from environment and
/// config.
/// @throws Error(kCredentials) when no key is set up
std::unique_ptr<VendorClient> MakeClient(const Vendor& vendor,
                                         const RemoteOptions& options);

/// Orders that look alike. Few are sent ahead of their turn: a server waits
/// for a request's last byte some seconds only.
struct Lookalikes {
  std::mutex turn;
  RenderSlots ahead{3};
};

/// Has jobs done by one vendor. Every paid request is in the journal before it
/// leaves; every answer is on disk before it is read; what may have been paid
/// is looked for at the vendor, never paid again blindly.
class RemoteStager final : public Stager {
 public:
  /// @param client  may be null for plans and estimates
  RemoteStager(const Vendor& vendor,
               std::unique_ptr<VendorClient> client,
               RemoteOptions options);
  ~RemoteStager() override;

  StageResult Stage(const StagingJob& job, JobProgress& progress) override;
  StageResult StageJournaled(const StagingJob& job,
                             JobProgress& progress,
                             JobJournal& journal) override;
  void CheckJob(const StagingJob& job) const override;
  /// Where the vendor's prices are not documented: `credits_per_render` of the
  /// settings for each request, else not known.
  std::optional<double> EstimateCredits(const StagingJob& job) const override;
  /// More than renders at once: the photos before theirs and the results of
  /// those after are on their way meanwhile.
  int preferred_jobs_in_flight() const override;

 private:
  friend class JobRun;

  void CheckWebhookUrl() const;
  void CheckPrice(const StagingJob& job) const;
  /// Remembers an error that every other order would meet too.
  void NoteRefusal(const Error& error);
  /// @throws Error of the same kind: orders that wait are not sent either
  void ThrowIfRefused(const std::string& name) const;
  /// Those with this key.
  Lookalikes& LookalikesOf(const std::string& key);
  /// Clears what earlier runs left between vendor and results, and learns from
  /// their manifest.
  void BeginOnce(const std::filesystem::path& output_folder);
  void Know(const std::string& order_id);
  std::set<std::string> KnownIds(const std::filesystem::path& folder) const;

  const Vendor& vendor_;
  std::unique_ptr<VendorClient> client_;
  RemoteOptions options_;
  double credits_per_render_ = 0;  ///< told by the user; 0: not
  RenderSlots slots_;
  RenderSlots places_;  ///< of jobs before and in their renders
  PollClock poll_clock_;
  AccountFacts facts_;
  SharedList list_;
  mutable std::mutex mutex_;
  std::map<std::string, Lookalikes> lookalikes_;
  std::set<std::filesystem::path> folders_;  ///< swept
  std::set<std::string> known_ids_;          ///< of this process's orders
  std::optional<Error> refusal_;
};

}  // namespace stage::remote
