#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace stage::remote {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// A moment written as seconds or milliseconds since 1970 (with or without
/// fraction), or as ISO 8601 with a zone ("2026-03-01T12:00:00.5Z",
/// "...+01:00"). nullopt for everything else.
std::optional<TimePoint> ParseTimestamp(std::string_view text);

TimePoint Now();

/// Seconds from one moment to a later one, both as ParseTimestamp reads them;
/// nullopt when one of them is none, or they do not follow each other.
std::optional<double> SecondsBetween(std::string_view begin,
                                     std::string_view end);

}  // namespace stage::remote
