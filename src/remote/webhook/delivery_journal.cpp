#include "remote/webhook/delivery_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "core/atomic_file.h"
#include "core/error.h"
#include "core/manifest.h"
#include "core/text_encoding.h"

namespace stage::webhook {

using nlohmann::json;

DeliveryJournal::DeliveryJournal(const std::filesystem::path& folder)
    : path_(folder / ".stage-webhooks.jsonl") {
  MakeFolder(folder);
  // Readable by its owner alone: tokens of addresses are in it.
  descriptor_ =
      open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor_ < 0) throw DiskError(path_, "written", errno);
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    close(descriptor_);
    throw Error(ErrorKind::kDisk,
                Utf8Path(folder) +
                    ": another 'stage webhook listen' is at work here; end "
                    "it first");
  }
  Load();
}

DeliveryJournal::~DeliveryJournal() { close(descriptor_); }

void DeliveryJournal::Load() {
  std::ifstream in(path_);
  for (std::string line; std::getline(in, line);) {
    // A line torn by a crash was never answered: the vendor sends it again.
    const json record = json::parse(line, nullptr, false);
    if (record.is_object()) Add(record);
  }
}

void DeliveryJournal::Add(const json& record) {
  if (record.contains("closed")) {
    std::erase_if(open_, [&](const OpenEvent& open) {
      return open.key == record["closed"];
    });
    return;
  }
  const auto keys = record.value("keys", std::vector<std::string>());
  if (keys.empty()) return;
  seen_.insert(keys.begin(), keys.end());
  open_.push_back({keys.front(),
                   Event::FromJson(record.value("event", json::object())),
                   record.value("at", "")});
}

void DeliveryJournal::Append(const json& record) {
  // The line end in front closes a line that a crash may have torn.
  const std::string line = "\n" + record.dump() + "\n";
  if (write(descriptor_, line.data(), line.size()) !=
          static_cast<ssize_t>(line.size()) ||
      fsync(descriptor_) != 0) {
    throw DiskError(path_, "written", errno);
  }
  Add(record);
}

bool DeliveryJournal::Accept(const std::vector<std::string>& keys,
                             const Event& event) {
  const std::lock_guard lock(mutex_);
  const bool is_known =
      std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
        return seen_.contains(key);
      });
  if (is_known) return false;
  Append({{"keys", keys}, {"event", event.ToJson()}, {"at", TimestampUtc()}});
  return true;
}

void DeliveryJournal::Close(const std::string& key,
                            const std::string& outcome) {
  const std::lock_guard lock(mutex_);
  Append({{"closed", key},
          {"outcome", ValidUtf8(outcome)},
          {"at", TimestampUtc()}});
}

std::vector<OpenEvent> DeliveryJournal::open_events() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

bool DeliveryJournal::Seen(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  return seen_.contains(key);
}

}  // namespace stage::webhook
