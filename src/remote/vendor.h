#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/staging_job.h"
#include "remote/account_facts.h"
#include "remote/shared_list.h"
#include "remote/vendor_client.h"
#include "remote/vendor_spec.h"

namespace stage::remote {

/// How far an order is.
enum class OrderStage {
  kPlanned,     ///< nothing was sent
  kSubmitting,  ///< it is leaving, or has left; in doubt after a crash
  kSubmitted,   ///< the vendor has it: `id` is known, or its answer on disk
  kFetched,     ///< its pictures are on disk
};

/// One paid request of a job. All of it is in the manifest, under
/// "remote": {"orders": [...]}: no secrets and no signed URLs.
struct Order {
  OrderStage stage = OrderStage::kPlanned;
  std::string token;  ///< UUID of our own, made before anything is sent
  std::string id;     ///< the vendor's; empty until known
  /// The vendor's name for the exchange that took it, for its support; empty
  /// where it gives none.
  std::string request_id = {};
  std::string step;  ///< the adapter's word, such as "stage"
  int results = 1;   ///< pictures asked for
  /// Index of the order whose first result this one works on; -1: the photo.
  int after = -1;
  /// What was done to the photo so that the vendor takes it; see FittedJson.
  nlohmann::json fitted = nlohmann::json::object();
  bool delivers = true;     ///< false: its result is only for `after`
  int64_t begun_at_ms = 0;  ///< Unix time of `submitting`
  /// What the adapter wants to know again later: names of uploads, ids.
  nlohmann::json data = nlohmann::json::object();
};
/// "order ID, request ID", as far as known, else our own token.
std::string NameOf(const Order& order);
nlohmann::json OrderJson(const Order& order);
/// Wrong types are left at their defaults.
Order OrderFromJson(const nlohmann::json& json);

/// Where the photo lies in a picture that was padded, in pixels of that.
struct PhotoPlace {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
};

/// The part of a photo that was sent, when it was cropped.
struct PhotoCut {
  std::array<double, 4> shares = {};  ///< x, y, width, height of the whole
  int whole_width = 0;                ///< of the upright photo, in pixels
  int whole_height = 0;
};

/// A file fitted to what the vendor takes.
struct FittedFile {
  std::filesystem::path file;
  std::string content_type;  ///< "image/jpeg"
  int width = 0;
  int height = 0;
  std::vector<std::string> changes = {};  ///< such as "HEIC to JPEG"
  std::optional<PhotoPlace> place = {};   ///< when it was padded
  std::optional<PhotoCut> cut = {};       ///< when it was cropped
};
/// What a record keeps of it: {"changes": [text], "place": [x, y, w, h] as
/// shares of the picture, "cut": [x, y, w, h] as shares of the upright photo};
/// each only where there is one.
nlohmann::json FittedJson(const FittedFile& file);
/// "data:image/jpeg;base64,...", read while it is sent.
nlohmann::json DataUrl(const FittedFile& file);

/// Everything an adapter works with for one order.
struct OrderContext {
  const StagingJob& job;
  const Service& service;
  VendorClient& client;
  Order& order;
  FittedFile photo;
  std::optional<FittedFile> mask = {};     ///< white: change; size of `photo`
  std::vector<FittedFile> furniture = {};  ///< reference pictures
  std::string webhook_url = {};            ///< to be called when done, or empty
  bool leaves = false;  ///< --no-wait: the answer must come at once
  /// What the job's orders share in this run, such as an upload; kept in no
  /// record. Null where nothing is shared.
  nlohmann::json* shared = nullptr;
  /// Null where nothing is learned.
  AccountFacts* facts = nullptr;
  /// For vendors that list all recent orders in one answer; null: not shared.
  SharedList* list = nullptr;
  /// Where the result of order `after` is, for vendors that take URLs.
  std::string earlier_result_url = {};
  std::string earlier_id = {};       ///< the vendor's id of that order
  nlohmann::json earlier_data = {};  ///< Order::data of it
  /// What Prepare leaves for OrderCall and no record keeps: signed URLs.
  nlohmann::json transient = nlohmann::json::object();
  /// The public address of a picture, for vendors that fetch it; hosting.h.
  std::function<std::string(const FittedFile&)> Host = {};
  /// Begins the names of the files that pictures within answers go to.
  std::filesystem::path pictures = {};
  /// Where a file may lie that only this order needs.
  std::function<std::filesystem::path(std::string_view)> Scratch = {};
  Cancelled cancelled = {};

  /// The vendor's word for the job's room or style: `--set`, else the
  /// preset's; empty for room "auto".
  std::string RoomWord() const;
  std::string StyleWord() const;
  /// A setting's value, or an empty text.
  std::string SettingText(const char* key) const;
};

enum class OrderState { kWorking, kDone, kFailed };

/// One picture of a finished order.
struct ResultSource {
  std::string url;             ///< absolute, or a path of the vendor's
  std::filesystem::path file;  ///< already on disk
  bool with_key = false;       ///< the vendor's own, not public
};

/// Public addresses: a text, or a list of texts or of objects with a "url".
std::vector<ResultSource> PublicResults(const nlohmann::json& urls);

/// What is known of an order after an answer.
struct OrderStatus {
  OrderState state = OrderState::kWorking;
  std::vector<ResultSource> results = {};  ///< of kDone
  std::string error = {};                  ///< of kFailed: the vendor's words
  std::optional<double> credits = {};      ///< charged for this order
  /// When it will probably be done, in seconds from this answer.
  std::optional<double> eta_s = {};
  /// Of kDone: how long it took, as far as the vendor tells.
  std::optional<double> took_s = {};
  /// Of kDone: a further order for results that were asked for and failed.
  std::optional<Order> follow_up = {};
  std::string word = {};     ///< of kWorking: the vendor's own, in lower case
  bool is_free = false;      ///< of kFailed: nothing was charged, try again
  bool cannot_poll = false;  ///< of kWorking: only a webhook will tell
  /// Of kWorking: the render is finished, its pictures are not known yet; ask
  /// again in `eta_s`.
  bool is_made = false;
  /// Facts for the manifest: seeds, ids, by-products.
  nlohmann::json details = nlohmann::json::object();
};

/// What became of an order whose answer was lost.
enum class Recovery {
  kFound,     ///< `order.id` is set: it was taken
  kNotTaken,  ///< certainly not: it may be sent again
  kUnknown,   ///< the vendor cannot tell
};

/// What `stage credits` shows of an account.
struct Account {
  std::string identity;           ///< e-mail or id, when told
  std::optional<double> credits;  ///< left
  bool unlimited = false;
  /// The vendor's answer without what is secret.
  nlohmann::json details = nlohmann::json::object();
};

/// One vendor: a table and the translations of our words into its requests
/// and of its answers into ours. Stateless; the client does the rest. To add
/// one, write it in vendors/ and name it in all_vendors.cpp.
class Vendor {
 public:
  virtual ~Vendor() = default;
  virtual const VendorSpec& spec() const = 0;

  /// What an error answer means where it is not the usual.
  virtual std::optional<Verdict> ReadError(int status,
                                           const std::string& words) const {
    return std::nullopt;
  }
  /// Refuses what the tables cannot say; they have been checked before.
  /// @throws Error(kUsage) naming the option and what to do
  virtual void CheckJob(const StagingJob& job, const Service& service) const {}
  /// The paid requests that make up a job, without tokens. Usual: as many
  /// as `most_results` asks for.
  virtual std::vector<Order> PlanOrders(const StagingJob& job,
                                        const Service& service) const;
  /// nullopt: the vendor does not say; then it is what the user has set.
  virtual std::optional<double> EstimateCredits(const StagingJob& job,
                                                const Service& service) const {
    return std::nullopt;
  }
  /// Free requests before the paid one, such as an upload; what they yield
  /// goes into `order.data`. Called again for an order that is sent again.
  virtual void Prepare(OrderContext& context) const {}
  /// The paid request.
  virtual Call OrderCall(const OrderContext& context) const = 0;
  /// Reads its 2xx answer: sets `order.id`, or returns a finished order.
  /// Pictures in it are {"file": path}, see ParseAnswerFile.
  /// @throws BadAnswer: then it counts as lost
  virtual OrderStatus ReadOrderAnswer(OrderContext& context,
                                      const nlohmann::json& answer) const = 0;
  /// Looks after an order whose id is known.
  /// @throws CallError, BadAnswer; the order stays as it is
  virtual OrderStatus Poll(OrderContext& context) const = 0;
  /// Finds an order again whose answer was lost. May wait some seconds.
  /// @param known_ids  the vendor's ids of all other orders
  virtual Recovery Recover(OrderContext& context,
                           const std::set<std::string>& known_ids) const {
    return Recovery::kUnknown;
  }
  /// Orders with the same key are taken one at a time, because lost answers
  /// could not be told apart; empty: no matter. They are sent together but for
  /// the last byte.
  virtual std::string LookalikeKey(const OrderContext& context) const {
    return {};
  }
  /// True for an error that says that a shared upload is there no longer.
  virtual bool IsUploadGone(const std::string& words) const { return false; }
  virtual Account ReadAccount(VendorClient& client,
                              const Cancelled& cancelled) const = 0;
};

/// Every vendor there is, in alphabetical order.
const std::vector<const Vendor*>& AllVendors();
/// @throws Error(kUsage) with a suggestion
const Vendor& FindVendor(const std::string& name);

/// The service of a vendor that does this job.
/// @throws Error(kUsage) naming the option that it lacks, and the vendors that
///         have it; the setting that it does not know; or what is missing
const Service& ChooseService(const VendorSpec& spec, const StagingJob& job);

}  // namespace stage::remote
