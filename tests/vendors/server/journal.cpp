#include "vendors/server/journal.h"

#include <chrono>
#include <set>

namespace stage::vendors {

int64_t EpochMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Journal::Journal(const std::filesystem::path& file) {
  if (!file.empty()) file_.open(file, std::ios::app);
}

void Journal::Add(const std::string& kind, nlohmann::json fields) {
  fields["record"] = kind;
  fields["at"] = EpochMs();
  const std::lock_guard lock(mutex_);
  if (file_.is_open()) {
    file_ << fields.dump(
                 -1, ' ', false, nlohmann::json::error_handler_t::replace)
          << std::endl;
  }
  records_.push_back(std::move(fields));
}

void Journal::Violation(const std::string& vendor, const std::string& what) {
  Add("violation", {{"vendor", vendor}, {"what", what}});
}

std::vector<nlohmann::json> Journal::records() const {
  const std::lock_guard lock(mutex_);
  return records_;
}

nlohmann::json Journal::Summary() const {
  nlohmann::json vendors = nlohmann::json::object();
  nlohmann::json violations = nlohmann::json::array();
  std::set<std::string> delivered;
  const std::lock_guard lock(mutex_);
  for (const nlohmann::json& record : records_) {
    const std::string kind = record.at("record");
    if (kind == "violation") violations.push_back(record);
    if (!record.contains("vendor")) continue;
    nlohmann::json& vendor = vendors[record.at("vendor").get<std::string>()];
    if (vendor.is_null()) {
      vendor = {{"requests", 0},
                {"payments", 0},
                {"paid_results", 0},
                {"delivered", 0},
                {"credits", 0},
                {"refunds", 0},
                {"refused", 0},
                {"failed_results", 0}};
    }
    const auto count = [&](const char* field, double amount) {
      vendor[field] = vendor[field].get<double>() + amount;
    };
    if (kind == "request") count("requests", 1);
    if (kind == "refused") count("refused", 1);
    if (kind == "refund") count("refunds", 1);
    if (kind == "failed") count("failed_results", record.at("results"));
    if (kind == "payment") {
      count("payments", 1);
      count("paid_results", record.at("results"));
      count("credits", record.at("credits"));
    }
    if (kind == "delivered" && delivered.insert(record.at("result")).second) {
      count("delivered", 1);
    }
  }
  return {{"vendors", vendors}, {"violations", violations}};
}

void Journal::Clear() {
  const std::lock_guard lock(mutex_);
  records_.clear();
}

}  // namespace stage::vendors
