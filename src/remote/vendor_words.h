#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/staging_job.h"
#include "remote/vendor_spec.h"

namespace stage::remote {

/// The value of `--set key=...`, or an empty text.
std::string SettingText(const StagingJob& job, std::string_view key);

/// The vendor's word for the job's room or style: `--set`, else the preset's,
/// else (no preset of that name) the word itself; empty for room "auto" and
/// for what the service has no use for.
std::string RoomWord(const StagingJob& job, const Service& service);
std::string StyleWord(const StagingJob& job, const Service& service);

/// @throws Error(kUsage) when the vendor has no word for the room or style, or
///         only in another tier; names those it has
void CheckWords(const StagingJob& job,
                const VendorSpec& spec,
                const Service& service);

/// "the nearest style that reroom has to coastal is mediterranean", for each
/// word that is not exact.
std::vector<std::string> InexactWords(const StagingJob& job,
                                      const VendorSpec& spec,
                                      const Service& service);

/// The parts of a setting between commas; empty ones are left out.
std::vector<std::string> SplitWords(const std::string& text);

}  // namespace stage::remote
