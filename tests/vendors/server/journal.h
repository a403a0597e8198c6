#pragma once

#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace stage::vendors {

/// Everything that happened, in order: JSON lines in a file, and in memory for
/// /_control. Record kinds: "request", "payment", "refund", "delivered",
/// "refused" (a limit of the account), "webhook", "fault", "violation" (a
/// client that keeps to the documentation causes none). Thread-safe.
class Journal {
 public:
  /// @param file  empty: memory only
  explicit Journal(const std::filesystem::path& file);

  /// Adds "record" and "at" (epoch, milliseconds).
  void Add(const std::string& kind, nlohmann::json fields);
  void Violation(const std::string& vendor, const std::string& what);
  std::vector<nlohmann::json> records() const;
  /// By vendor: requests, payments, paid_results, delivered, credits, refused.
  /// "delivered" counts every result once; all violations beside.
  nlohmann::json Summary() const;
  void Clear();

 private:
  mutable std::mutex mutex_;
  std::ofstream file_;
  std::vector<nlohmann::json> records_;
};

/// Milliseconds since 1970.
int64_t EpochMs();

}  // namespace stage::vendors
