#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "remote/webhook/event.h"

namespace stage::webhook {

/// An event that was accepted and is still to be worked on.
struct OpenEvent {
  std::string key;  ///< for DeliveryJournal::Close
  Event event;
  std::string at;  ///< UTC, when it was accepted
};

/// The file `.stage-webhooks.jsonl` of a folder: which deliveries were taken,
/// and which of them are still to be worked on. A delivery is on disk before
/// the vendor hears that it was taken, so that neither a crash loses it nor
/// a second delivery is worked on twice. Holds no links and no bodies.
/// Thread-safe.
class DeliveryJournal {
 public:
  /// Makes folder and file when missing.
  /// @throws Error(kDisk), also when another process listens for the folder
  explicit DeliveryJournal(const std::filesystem::path& folder);
  ~DeliveryJournal();
  DeliveryJournal(const DeliveryJournal&) = delete;
  DeliveryJournal& operator=(const DeliveryJournal&) = delete;

  /// Takes a delivery; false when any of its keys was seen before.
  /// @throws Error(kDisk)
  bool Accept(const std::vector<std::string>& keys, const Event& event);
  /// Ends the work on an event. `outcome` is for people.
  /// @throws Error(kDisk)
  void Close(const std::string& key, const std::string& outcome);
  /// In the order they came.
  std::vector<OpenEvent> open_events() const;
  bool Seen(const std::string& key) const;

 private:
  void Load();
  void Add(const nlohmann::json& record);
  void Append(const nlohmann::json& record);

  std::filesystem::path path_;
  int descriptor_ = -1;
  mutable std::mutex mutex_;
  std::set<std::string> seen_;
  std::vector<OpenEvent> open_;
};

}  // namespace stage::webhook
