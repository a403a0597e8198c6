#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "core/manifest.h"
#include "remote/webhook/event.h"

namespace stage::webhook {

/// A job that an event is about, and the order of it that it names.
struct EventJob {
  JobRecord record;
  int order = 0;  ///< index in "remote"."orders"
};

/// Looks a folder's jobs through: by the order's token in the address, then by
/// the vendor's ids. An order in doubt, whose answer was lost, is also found by
/// what the delivery tells of it, when it is the only one that fits (RoomStack,
/// which has no other way: time of creation and number of results).
std::optional<EventJob> FindEventJob(const Event& event,
                                     const ManifestState& manifest);

/// The job's "remote" with what the event adds to the order: the vendor's id
/// where it was not known, ids of stored pictures, and that an order in doubt
/// was announced, so that nobody takes it for one that never arrived. Null when
/// it adds nothing. What was in doubt is submitted then.
nlohmann::json RemoteWith(const Event& event, const EventJob& job);

/// The state of a job whose orders are these.
JobState StateOfRemote(const nlohmann::json& remote, JobState otherwise);

}  // namespace stage::webhook
