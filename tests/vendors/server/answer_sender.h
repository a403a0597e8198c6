#pragma once

#include <httplib.h>

#include <optional>
#include <string>

#include "vendors/server/call.h"

namespace stage::vendors {

/// An error that repeats the client's key in every form.
Answer Echo(const Fault& fault, const std::string& key);

/// Counts a call; the fault that hits it is journalled.
std::optional<Fault> NextFault(World& world,
                               const std::string& vendor,
                               const std::string& endpoint);
/// Resets the connection when the fault asks for it at this point.
bool Dropped(const std::optional<Fault>& fault, FaultKind kind);
/// An answer that replaces the call, when the fault is of such a kind.
std::optional<Answer> AnswerInstead(const std::optional<Fault>& fault,
                                    const std::string& elsewhere);
/// The answer as the fault leaves it.
Answer Spoilt(Answer answer, const Fault& fault);
/// Sends it in the manner that the fault asks for; results that arrive whole
/// are journalled as delivered.
void Send(const Answer& answer,
          const std::optional<Fault>& fault,
          World& world,
          httplib::Response& response);

}  // namespace stage::vendors
