#include "remote/vendor_words.h"

#include <algorithm>
#include <functional>

#include "core/error.h"
#include "core/presets.h"

namespace stage::remote {
namespace {

/// Room or style of a job, as far as a service has a use for it.
struct Wanted {
  std::string kind;  ///< "room" or "style"
  std::string name;  ///< the neutral one; empty: none
  std::string_view key;
  const Preset* preset = nullptr;
};

bool HasOption(const Service& service, std::string_view option) {
  return std::find(service.options.begin(), service.options.end(), option) !=
         service.options.end();
}

Wanted WantedRoom(const StagingJob& job, const Service& service) {
  Wanted wanted{"room", job.generate.room, service.room_key};
  if (wanted.name == "auto" || !HasOption(service, "--room")) {
    wanted.name.clear();
  } else {
    wanted.preset = InstalledPresets().FindRoom(wanted.name);
  }
  return wanted;
}

Wanted WantedStyle(const StagingJob& job, const Service& service) {
  Wanted wanted{"style", job.generate.style, service.style_key};
  if (!HasOption(service, "--style")) {
    wanted.name.clear();
  } else {
    wanted.preset = InstalledPresets().FindStyle(wanted.name);
  }
  return wanted;
}

const VendorWord* PresetWord(const Wanted& wanted, const Service& service) {
  if (wanted.preset == nullptr) return nullptr;
  const auto found =
      wanted.preset->vendors.find(std::string(service.preset_words));
  return found == wanted.preset->vendors.end() ? nullptr : &found->second;
}

std::string WordOf(const StagingJob& job,
                   const Wanted& wanted,
                   const Service& service) {
  const std::string own = SettingText(job, wanted.key);
  if (!own.empty()) return own;
  if (const VendorWord* word = PresetWord(wanted, service)) return word->word;
  return wanted.preset == nullptr ? wanted.name : "";
}

/// Names of the presets that the vendor has a word for.
template <typename Find>
std::string NamesWithWord(const std::vector<std::string>& names,
                          const Service& service,
                          const Find& find) {
  std::string text;
  for (const std::string& name : names) {
    if (find(name)->vendors.contains(std::string(service.preset_words))) {
      text += (text.empty() ? "" : ", ") + name;
    }
  }
  return text;
}

std::string NamesWithWord(const std::string& kind, const Service& service) {
  const PresetLibrary& presets = InstalledPresets();
  return kind == "room"
             ? NamesWithWord(
                   presets.RoomNames(),
                   service,
                   [&](const std::string& n) { return presets.FindRoom(n); })
             : NamesWithWord(presets.StyleNames(),
                             service,
                             [&](const std::string& n) -> const Preset* {
                               return presets.FindStyle(n);
                             });
}

void CheckWord(const StagingJob& job,
               const Wanted& wanted,
               const VendorSpec& spec,
               const Service& service) {
  if (!SettingText(job, wanted.key).empty() || wanted.preset == nullptr) return;
  const VendorWord* word = PresetWord(wanted, service);
  if (word == nullptr) {
    throw Error(ErrorKind::kUsage,
                std::string(spec.name) + " has no " + wanted.kind + " '" +
                    wanted.name + "': use --" + wanted.kind + " " +
                    NamesWithWord(wanted.kind, service));
  }
  if (!word->tier.empty() && SettingText(job, "tier") != word->tier) {
    throw Error(ErrorKind::kUsage,
                std::string(spec.name) + " has " + wanted.kind + " '" +
                    wanted.name + "' only with --tier " + word->tier);
  }
}

}  // namespace

std::string SettingText(const StagingJob& job, std::string_view key) {
  if (key.empty()) return "";
  const auto found = job.vendor_options.find(std::string(key));
  if (found == job.vendor_options.end()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string RoomWord(const StagingJob& job, const Service& service) {
  return WordOf(job, WantedRoom(job, service), service);
}

std::string StyleWord(const StagingJob& job, const Service& service) {
  return WordOf(job, WantedStyle(job, service), service);
}

void CheckWords(const StagingJob& job,
                const VendorSpec& spec,
                const Service& service) {
  if (job.operation != Operation::kGenerate) return;
  CheckWord(job, WantedRoom(job, service), spec, service);
  CheckWord(job, WantedStyle(job, service), spec, service);
  if (service.needs_room && RoomWord(job, service).empty()) {
    throw Error(ErrorKind::kUsage,
                std::string(spec.name) + " must be told the room: use --room " +
                    NamesWithWord("room", service) +
                    "; or a room for each photo in --jobs-file");
  }
}

std::vector<std::string> InexactWords(const StagingJob& job,
                                      const VendorSpec& spec,
                                      const Service& service) {
  std::vector<std::string> warnings;
  if (job.operation != Operation::kGenerate) return warnings;
  for (const Wanted& wanted :
       {WantedRoom(job, service), WantedStyle(job, service)}) {
    const VendorWord* word = PresetWord(wanted, service);
    if (word == nullptr || word->exact ||
        !SettingText(job, wanted.key).empty()) {
      continue;
    }
    warnings.push_back("the nearest " + wanted.kind + " that " +
                       std::string(spec.name) + " has to " + wanted.name +
                       " is " + word->word);
  }
  return warnings;
}

std::vector<std::string> SplitWords(const std::string& text) {
  std::vector<std::string> words;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

}  // namespace stage::remote
