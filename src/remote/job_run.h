#pragma once

#include <chrono>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

#include "core/stager.h"
#include "remote/remote_stager.h"
#include "remote/work_folder.h"

namespace stage::remote {

/// A vendor's render slot, given back when this is destroyed.
class HeldSlot {
 public:
  explicit HeldSlot(RenderSlots& slots) : slots_(&slots) {}
  ~HeldSlot() {
    if (slots_ != nullptr) slots_->GiveBack();
  }
  HeldSlot(HeldSlot&& other) noexcept
      : slots_(std::exchange(other.slots_, nullptr)) {}
  HeldSlot& operator=(HeldSlot&& other) noexcept {
    std::swap(slots_, other.slots_);
    return *this;
  }

 private:
  RenderSlots* slots_;
};

/// One attempt at one job: from its last record in the journal to its results.
class JobRun {
 public:
  JobRun(RemoteStager& stager,
         const StagingJob& job,
         JobProgress& progress,
         JobJournal& journal);
  StageResult Run();

 private:
  using Clock = std::chrono::steady_clock;

  /// An order and what this process knows about it.
  struct LiveOrder {
    Order order;
    std::optional<HeldSlot> slot = {};
    /// With what came before the paid request, until that has left.
    std::optional<OrderContext> prepared = {};
    OrderStatus status = {};  ///< of the last answer
    std::vector<std::filesystem::path> pictures = {};
    Clock::time_point left = {};       ///< for the vendor
    Clock::time_point submitted = {};  ///< its answer was here
    double next_look_s = 0;            ///< after `submitted`
    double first_look_s = 0;
    int looks = 0;
    int bad_looks = 0;
    bool is_resumed = false;  ///< submitted by an earlier process
    bool is_made = false;     ///< finished, but its pictures are not known yet
    bool has_failed = false;
    int free_repeats = 0;
  };

  void LoadOrders();
  void FitInputs();
  OrderContext ContextOf(LiveOrder& live);
  std::string WebhookUrl(const Order& order) const;

  bool IsReady(const LiveOrder& live) const;
  bool SubmitNext();
  void TakePlace();
  void GiveUpPlace();
  void PrepareOrder(LiveOrder& live);
  void Submit(LiveOrder& live);
  /// An order's place among those that look like it; no mutex: there are none.
  struct Turn {
    RenderSlots* ahead = nullptr;
    std::unique_lock<std::mutex> lock = {};
    std::optional<HeldSlot> upload = {};
  };
  Turn TurnOf(LiveOrder& live);
  void SettleDoubt(LiveOrder& live, const std::string& why);
  void SendOrder(LiveOrder& live);
  void NotTaken(LiveOrder& live, const CallError& error);
  PaySteps StepsOf(LiveOrder& live, Turn& turn);
  bool AdoptAnswer(LiveOrder& live);
  void ReadAnswer(LiveOrder& live);
  void LearnFromAnswer(const LiveOrder& live, const OrderStatus& status);
  void TakeStatus(LiveOrder& live, OrderStatus status);
  void ScheduleFirstLook(LiveOrder& live);

  std::string StrangeWord(const LiveOrder& live) const;
  bool WaitAndLook();
  bool LookOnce();
  void Look(LiveOrder& live);
  static bool IsMadeOnly(const LiveOrder& live);
  double NextLook(const LiveOrder& live) const;
  void LookAgainLater(LiveOrder& live, const OrderStatus& status);
  void Fetch(LiveOrder& live);
  std::filesystem::path FetchPicture(LiveOrder& live, size_t index);
  void FailOrder(LiveOrder& live);

  bool Write(size_t index,
             const LiveOrder& live,
             const std::filesystem::path& picture,
             StageResult& result);
  StageResult Deliver();
  StageResult Leave();
  std::optional<double> Credits() const;

  nlohmann::json RemoteJson() const;
  JobState StateOfOrders() const;
  void Record(JobState state);
  void RecordNotTaken(JobState otherwise);
  Error Doubt(const std::string& why) const;
  std::string Name() const;
  Cancelled cancelled() const;

  RemoteStager& stager_;
  const Vendor& vendor_;
  const StagingJob& job_;
  JobProgress& progress_;
  JobJournal& journal_;
  const Service& service_;
  WorkFolder work_;
  std::deque<LiveOrder> orders_;  ///< references stay good when it grows
  std::optional<FittedFile> photo_;
  std::optional<FittedFile> mask_;
  std::vector<FittedFile> furniture_;
  nlohmann::json shared_ = nlohmann::json::object();  ///< OrderContext::shared
  /// Among the jobs whose photos are on their way, until all is made.
  std::optional<HeldSlot> place_;
  bool had_place_ = false;
  bool uploaded_again_ = false;
  std::vector<std::string> warnings_;
};

}  // namespace stage::remote
