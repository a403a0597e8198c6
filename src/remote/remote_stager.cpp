#include "remote/remote_stager.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cctype>

#include "core/manifest.h"
#include "core/manifest_file.h"
#include "core/settings.h"
#include "remote/answer.h"
#include "remote/job_run.h"
#include "remote/result_writer.h"
#include "remote/vendor_words.h"

namespace stage::remote {

namespace fs = std::filesystem;
using nlohmann::json;

std::unique_ptr<VendorClient> MakeClient(const Vendor& vendor,
                                         const RemoteOptions& options) {
  const VendorSpec& spec = vendor.spec();
  const std::string name(spec.name);
  const VendorSettings settings = ReadVendorSettings(name, options.config);
  ClientSettings client;
  client.base_url =
      options.base_url.empty() ? settings.base_url : options.base_url;
  client.user_id = settings.user_id;
  client.requests_per_minute = settings.requests_per_minute;
  client.key = FindKey(name, settings);
  if (spec.needs_user_id && client.user_id.empty()) {
    throw Error(ErrorKind::kCredentials,
                name +
                    " needs the user id of its developer space too: set "
                    "STAGE_IACREA_USER_ID, or user_id under [vendors." +
                    name + "] in the config file");
  }
  return std::make_unique<VendorClient>(
      spec,
      [&vendor](int status, const std::string& words) {
        return vendor.ReadError(status, words);
      },
      std::move(client),
      OpenCurlTransport());
}

namespace {

std::string UpperCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::toupper(c));
  });
  return text;
}

/// The fewer of what the user asks for and what the vendor allows.
int RendersAtOnce(const VendorSpec& spec, int wished) {
  const int most = spec.renders_in_flight;
  const int at_once = wished > 0 ? wished : spec.jobs_in_flight;
  return most > 0 ? std::min(most, at_once) : at_once;
}

/// Those and the photos that are made ready for the next places.
int JobsAhead(const VendorSpec& spec, int wished) {
  constexpr int kMostAhead = 16;
  const int at_once = RendersAtOnce(spec, wished);
  return at_once + std::min(at_once, kMostAhead);
}

}  // namespace

RemoteStager::RemoteStager(const Vendor& vendor,
                           std::unique_ptr<VendorClient> client,
                           RemoteOptions options)
    : vendor_(vendor),
      client_(std::move(client)),
      options_(std::move(options)),
      slots_(RendersAtOnce(vendor.spec(), options_.renders_at_once)),
      places_(JobsAhead(vendor.spec(), options_.renders_at_once)),
      poll_clock_(vendor.spec().poll_least_s, vendor.spec().poll_most_s),
      list_({.least_s = vendor.spec().list_least_s,
             .most_waiting =
                 2 * RendersAtOnce(vendor.spec(), options_.renders_at_once),
             .is_busy = [this] { return slots_.taken() > 0; },
             .is_ending = [this] { return places_.waiting() == 0; }}) {
  credits_per_render_ =
      ReadVendorSettings(std::string(vendor.spec().name), options_.config)
          .credits_per_render;
}

RemoteStager::~RemoteStager() {
  for (const fs::path& folder : folders_) {
    try {
      WorkFolder::Sweep(folder);
      WorkFolder::RemoveEmpty(folder);
    } catch (const std::exception& error) {
      spdlog::debug("{}: not swept: {}", folder.string(), error.what());
    }
  }
}

void RemoteStager::BeginOnce(const fs::path& output_folder) {
  const std::lock_guard lock(mutex_);
  if (!folders_.insert(output_folder).second) return;
  WorkFolder::Sweep(output_folder);
  const ManifestState manifest = ReadManifest(output_folder);
  for (const JobRecord* record : manifest.jobs()) {
    const std::string id = TextField(Field(record->json, {"remote"}), {"id"});
    if (record->state == JobState::kDone && !id.empty() &&
        TextField(record->json, {"backend"}) == vendor_.spec().name) {
      facts_.Put(kFinishedOrder, id);
    }
  }
}

StageResult RemoteStager::Stage(const StagingJob& job, JobProgress&) {
  throw Error(ErrorKind::kUnexpected,
              job.input.string() + ": paid work needs a journal");
}

StageResult RemoteStager::StageJournaled(const StagingJob& job,
                                         JobProgress& progress,
                                         JobJournal& journal) {
  BeginOnce(job.output_folder);
  return JobRun(*this, job, progress, journal).Run();
}

void RemoteStager::CheckJob(const StagingJob& job) const {
  const Service& service = ChooseService(vendor_.spec(), job);
  CheckWords(job, vendor_.spec(), service);
  vendor_.CheckJob(job, service);
  if (service.fetches_pictures && options_.must_host) {
    CheckHosting(options_.hosting, job.backend);
  }
  if (!options_.webhook_url.empty()) CheckWebhookUrl();
  if (options_.has_budget) CheckPrice(job);
  CheckOutputOptions(job);
  if (job.seed != 0) {
    throw Error(ErrorKind::kUsage,
                std::string(vendor_.spec().name) +
                    " has no --seed; only --backend local has it");
  }
}

void RemoteStager::CheckPrice(const StagingJob& job) const {
  if (EstimateCredits(job)) return;
  const std::string name(vendor_.spec().name);
  throw Error(ErrorKind::kUsage,
              name +
                  " does not say what this costs, so --max-credits cannot be "
                  "kept: give the price of a request with "
                  "credits_per_render under [vendors." +
                  name + "] or STAGE_" + UpperCase(name) +
                  "_CREDITS_PER_RENDER, or leave --max-credits out");
}

void RemoteStager::CheckWebhookUrl() const {
  ParseUrl(options_.webhook_url);
  if (vendor_.spec().webhook_per_order) return;
  std::string others;
  for (const Vendor* vendor : AllVendors()) {
    if (!vendor->spec().webhook_per_order) continue;
    others += (others.empty() ? "" : ", ") + std::string(vendor->spec().name);
  }
  throw Error(ErrorKind::kUsage,
              std::string(vendor_.spec().name) +
                  " takes no --webhook-url with an order (" + others +
                  " do): leave it out");
}

std::optional<double> RemoteStager::EstimateCredits(
    const StagingJob& job) const {
  const Service& service = ChooseService(vendor_.spec(), job);
  if (const auto known = vendor_.EstimateCredits(job, service)) return known;
  if (credits_per_render_ <= 0) return std::nullopt;
  return credits_per_render_ *
         static_cast<double>(vendor_.PlanOrders(job, service).size());
}

int RemoteStager::preferred_jobs_in_flight() const {
  // Others wait for a list with their results, or fetch and write them.
  constexpr int kListed = 6;
  const VendorSpec& spec = vendor_.spec();
  const int wished = options_.renders_at_once;
  const int at_once = RendersAtOnce(spec, wished);
  const int later = spec.list_least_s > 0 ? kListed * at_once : 0;
  return JobsAhead(spec, wished) + later;
}

void RemoteStager::NoteRefusal(const Error& error) {
  if (error.kind() != ErrorKind::kCredits &&
      error.kind() != ErrorKind::kCredentials) {
    return;
  }
  const std::lock_guard lock(mutex_);
  if (!refusal_) refusal_ = error;
}

void RemoteStager::ThrowIfRefused(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  if (refusal_) {
    throw Error(refusal_->kind(), name + ": not sent: " + refusal_->what());
  }
}

Lookalikes& RemoteStager::LookalikesOf(const std::string& key) {
  const std::lock_guard lock(mutex_);
  return lookalikes_[key];
}

void RemoteStager::Know(const std::string& order_id) {
  const std::lock_guard lock(mutex_);
  known_ids_.insert(order_id);
}

std::set<std::string> RemoteStager::KnownIds(const fs::path& folder) const {
  std::set<std::string> ids;
  {
    const std::lock_guard lock(mutex_);
    ids = known_ids_;
  }
  for (const json& record : ReadManifestLines(ManifestPath(folder)).records) {
    const json& orders = Field(Field(record, {"remote"}), {"orders"});
    if (!orders.is_array()) continue;
    for (const json& order : orders) ids.insert(TextField(order, {"id"}));
  }
  return ids;
}

}  // namespace stage::remote
