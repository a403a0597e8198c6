#include "remote/job_run.h"

#include <algorithm>

#include "core/text_encoding.h"
#include "remote/answer.h"
#include "remote/photo_library.h"
#include "remote/random_token.h"
#include "remote/upload_photo.h"
#include "remote/vendor_words.h"

namespace stage::remote {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// What the user allows, and what must not be lost by it.
ShapeWish ShapeWishOf(const StagingJob& job) {
  const std::string fit = TextField(job.vendor_options, {kFitSetting});
  if (fit == kFitByPadding) return {Reshape::kPad};
  if (fit != kFitByCropping) return {};
  ShapeWish wish{Reshape::kCrop};
  const fs::path& mask = MaskFileOf(job);
  const std::string& box = MaskBoxOf(job);
  if (!box.empty()) {
    wish.keep = MaskBoxShares(box, job.input);
  } else if (!mask.empty() && PhotoLibrary::IsInstalled()) {
    wish.keep = MaskBounds(mask);
  }
  return wish;
}

}  // namespace

JobRun::JobRun(RemoteStager& stager,
               const StagingJob& job,
               JobProgress& progress,
               JobJournal& journal)
    : stager_(stager),
      vendor_(stager.vendor_),
      job_(job),
      progress_(progress),
      journal_(journal),
      service_(ChooseService(stager.vendor_.spec(), job)),
      work_(job.output_folder) {}

StageResult JobRun::Run() {
  warnings_ = InexactWords(job_, vendor_.spec(), service_);
  LoadOrders();
  while (true) {
    while (SubmitNext()) {
    }
    const bool all_fetched =
        std::all_of(orders_.begin(), orders_.end(), [](const LiveOrder& live) {
          return live.order.stage == OrderStage::kFetched || live.has_failed;
        });
    if (all_fetched) return Deliver();
    if (stager_.options_.wait ? WaitAndLook() : LookOnce()) continue;
    return Leave();
  }
}

/// What the journal knows of an order that was or may have been taken; else a
/// new plan.
void JobRun::LoadOrders() {
  const json last = journal_.last_record();
  const auto state =
      ParseJobState(TextField(last, {"state"})).value_or(JobState::kPlanned);
  const bool underway = state == JobState::kSubmitting ||
                        state == JobState::kSubmitted ||
                        state == JobState::kFetching;
  const json& known = Field(Field(last, {"remote"}), {"orders"});
  if (underway && known.is_array() && !known.empty()) {
    for (const json& order : known) {
      orders_.push_back({.order = OrderFromJson(order)});
      LiveOrder& live = orders_.back();
      live.is_resumed = live.order.stage != OrderStage::kPlanned;
      live.left = live.submitted = Clock::now();
      if (live.order.stage == OrderStage::kFetched) {
        live.order.stage = OrderStage::kSubmitted;
      }
      if (!live.order.id.empty()) stager_.Know(live.order.id);
    }
    return;
  }
  for (Order& order : vendor_.PlanOrders(job_, service_)) {
    order.token = RandomUuid();
    orders_.push_back({.order = std::move(order)});
  }
  if (state == JobState::kSubmitting) {  // a record without orders
    orders_.front().order.stage = OrderStage::kSubmitting;
  }
}

void JobRun::FitInputs() {
  if (photo_) return;
  progress_.Phase("prepare", 0.02);
  const std::string& token = orders_.front().order.token;
  const VendorSpec& spec = vendor_.spec();
  photo_ = FitPhoto(
      job_.input, spec, work_.Fitted(token, "photo.jpg"), ShapeWishOf(job_));
  for (LiveOrder& live : orders_) live.order.fitted = FittedJson(*photo_);
  const fs::path& mask = MaskFileOf(job_);
  const std::string& box = MaskBoxOf(job_);
  if (!mask.empty()) {
    mask_ = FitMask(mask, *photo_, work_.Fitted(token, "mask.png"));
  } else if (!box.empty()) {
    mask_ =
        DrawMaskBox(box, job_.input, *photo_, work_.Fitted(token, "mask.png"));
  }
  for (size_t i = 0; i < job_.generate.furniture.size(); ++i) {
    if (service_.fetches_pictures) {
      furniture_.push_back({.file = job_.generate.furniture[i]});
      continue;
    }
    furniture_.push_back(
        FitPhoto(job_.generate.furniture[i],
                 spec,
                 work_.Fitted(token, "piece-" + std::to_string(i) + ".jpg")));
  }
}

OrderContext JobRun::ContextOf(LiveOrder& live) {
  OrderContext context{.job = job_,
                       .service = service_,
                       .client = *stager_.client_,
                       .order = live.order,
                       .photo = photo_.value_or(FittedFile{}),
                       .mask = mask_,
                       .furniture = furniture_,
                       .webhook_url = WebhookUrl(live.order),
                       .leaves = !stager_.options_.wait,
                       .shared = &shared_,
                       .facts = &stager_.facts_,
                       .list = &stager_.list_,
                       .pictures = work_.PictureStem(live.order.token),
                       .cancelled = cancelled()};
  context.Host = [this](const FittedFile& file) {
    return PublicUrl(stager_.options_.hosting, job_, file.file, cancelled());
  };
  context.Scratch = [this, token = live.order.token](std::string_view name) {
    return work_.Fitted(token, name);
  };
  if (live.order.after >= 0) {
    const LiveOrder& earlier = orders_.at(live.order.after);
    context.earlier_id = earlier.order.id;
    context.earlier_data = earlier.order.data;
    if (!earlier.status.results.empty()) {
      context.earlier_result_url = earlier.status.results.front().url;
    }
  }
  return context;
}

/// The address that the vendor calls about this order: its token tells it
/// from others, and the vendor from strangers.
std::string JobRun::WebhookUrl(const Order& order) const {
  std::string url = stager_.options_.webhook_url;
  if (url.empty() || !vendor_.spec().webhook_per_order) return {};
  if (url.find('?') != std::string::npos) return url + "&order=" + order.token;
  while (url.ends_with('/')) url.pop_back();
  return url + "/" + order.token;
}

json JobRun::RemoteJson() const {
  json orders = json::array();
  json remote = {{"vendor", vendor_.spec().name}};
  for (const LiveOrder& live : orders_) {
    orders.push_back(OrderJson(live.order));
    if (!remote.contains("id") && !live.order.id.empty()) {
      remote["id"] = live.order.id;
    }
  }
  remote["orders"] = std::move(orders);
  return remote;
}

JobState JobRun::StateOfOrders() const {
  JobState state = JobState::kPlanned;
  for (const LiveOrder& live : orders_) {
    if (live.order.stage == OrderStage::kSubmitting) {
      return JobState::kSubmitting;
    }
    if (live.order.stage > OrderStage::kSubmitting) {
      state = JobState::kSubmitted;
    }
  }
  return state;
}

/// Writes where the job is; an order in doubt goes before everything else.
void JobRun::Record(JobState state) {
  if (StateOfOrders() == JobState::kSubmitting) state = JobState::kSubmitting;
  json fields = {{"remote", RemoteJson()}};
  if (const auto credits = Credits()) fields["credits"] = *credits;
  journal_.Record(state, fields);
}

/// The order that was to leave did not; the job stays with the vendor when
/// another of its orders is there.
void JobRun::RecordNotTaken(JobState otherwise) {
  const JobState state = StateOfOrders();
  if (state != JobState::kPlanned) return Record(state);
  journal_.Record(otherwise, {{"remote", RemoteJson()}});
}

std::string JobRun::Name() const { return Utf8Path(job_.input); }

Cancelled JobRun::cancelled() const {
  return [this] { return progress_.cancelled(); };
}

}  // namespace stage::remote
