#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "vendors/server/fault.h"
#include "vendors/server/journal.h"
#include "vendors/server/picture.h"
#include "vendors/server/webhook_sender.h"

namespace stage::vendors {

using Clock = std::chrono::steady_clock;

struct Account {
  std::string vendor;
  std::string key;
  std::string user_id;
  double credits = 0;
  double spent = 0;
  bool active = true;
};

/// A picture as it was sent; no size when it is WebP or HEIC.
struct Source {
  std::string bytes;
  PictureInfo info;
};
using SourcePtr = std::shared_ptr<const Source>;

struct Result {
  std::string id;
  SourcePtr source;
  int variant = 0;
  int width = 0;   ///< pixels
  int height = 0;  ///< pixels
  PictureFormat format = PictureFormat::kJpeg;
  bool furnished = true;  ///< else only another size
  bool promised = true;   ///< else a by-product that nobody has to fetch
  int newest_link = 0;
  int oldest_good_link = 0;  ///< earlier ones have expired
};

/// One accepted order: what is paid for, rendered and delivered.
struct Render {
  std::string id;
  std::string vendor;
  std::string key;    ///< of the account that it belongs to
  std::string kind;   ///< the endpoint that took it
  std::string group;  ///< vendor's own grouping, such as upload_id
  int64_t created_ms = 0;
  Clock::time_point created;
  Clock::time_point ready;
  bool fails = false;
  double credits = 0;
  std::string webhook;
  nlohmann::json facts = nlohmann::json::object();  ///< the vendor's own
  std::vector<Result> results;

  /// Those that were paid for.
  int64_t promised_results() const;
  bool is_ready() const { return Clock::now() >= ready; }
  /// Unix time at which it is, or will be, ready.
  int64_t ready_ms() const {
    return created_ms + std::chrono::duration_cast<std::chrono::milliseconds>(
                            ready - created)
                            .count();
  }
  bool is_started() const {
    return Clock::now() >= created + (ready - created) / 4;
  }
};

struct WorldOptions {
  int render_ms = 200;
  double credits = 1000;
  std::filesystem::path journal;
  std::filesystem::path host_folder;  ///< served below /host/ of the storage
};

/// What all five vendors share: accounts, renders, uploads, results, faults.
/// Guarded by `mutex`, but for journal and webhooks, which guard themselves.
class World {
 public:
  explicit World(const WorldOptions& options);

  std::mutex mutex;
  /// Answers whose last byte is not booked yet: what the other side has read
  /// may still be missing in the journal.
  std::atomic<int> answers_on_their_way{0};
  Journal journal;
  WebhookSender webhooks;
  Faults faults;
  std::vector<Account> accounts;
  std::map<std::string, SourcePtr> uploads;  ///< by vendor + "/" + name
  std::deque<Render> renders;                ///< oldest first
  /// Settings that tests change: {"render_ms", "roomstack_poll":
  /// "works"|"401"|"404", "roomstack_webhook": {"url", "secret"},
  /// "reroom_shape": "flat"|"wrapped"|"alternate", "reroom_renders": at once,
  /// "vsai_bulk": the field that holds the orders of a bulk request,
  /// "vsart_hides": how many looks at a group or list show nothing,
  /// "read_delay_us": before each piece of a body}.
  nlohmann::json settings;
  std::string api_origin;
  std::string storage_origin;
  std::filesystem::path host_folder;

  Account& AccountOf(const std::string& vendor);
  Render* FindRender(const std::string& vendor, const std::string& id);
  /// By the id of one of its results.
  Render* FindResult(const std::string& result_id, Result** result);
  /// Renders of the vendor that are not ready.
  int RendersInFlight(const std::string& vendor) const;

  /// Takes the credits, journals the payment and keeps the order.
  /// @param order  with vendor, kind, credits, results (without ids) and the
  ///               vendor's own fields
  /// @throws Refusal with `poor` when the account has too little
  Render& Accept(Render order, int poor_status, const std::string& poor_text);
  /// Puts the credits of a failed order back.
  void Refund(const Render& render);

  /// A new signed link to a result; the ones before stay good until expired.
  std::string Link(Result& result);
  /// The result's picture, encoded; the same bytes each time.
  std::string PictureBytes(const Result& result);
  /// What a URL of a client leads to: hosted photos, uploads and results.
  /// @throws Refusal 400 when that is no picture
  SourcePtr Fetch(const std::string& url);
  /// @throws Refusal 400 when the bytes are no picture of the formats
  static SourcePtr MakeSource(std::string bytes,
                              const std::vector<PictureFormat>& formats,
                              const std::string& where);

 private:
  std::map<std::string, std::string> encoded_;  ///< results by their recipe
};

/// `count` results of a source at this size; 0: the source's own.
std::vector<Result> PlanResults(const SourcePtr& source,
                                int count,
                                int width = 0,
                                int height = 0);

}  // namespace stage::vendors
