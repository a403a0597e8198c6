#pragma once

namespace stage {

/// The phase of a job that waits for its turn at a backend: time that does not
/// count for --timeout.
inline constexpr auto kQueuePhase = "queue";

}  // namespace stage
