#pragma once

#include <string>
#include <utility>

#include "remote/vendor_spec.h"

/// What a job asks of ReRoom, in its words.
namespace stage::remote::reroom {

/// CATEGORY:NAME of --object.
/// @throws Error(kUsage)
std::pair<std::string, std::string> ObjectOf(const StagingJob& job);

/// interior or exterior.
std::string FieldOf(const StagingJob& job, const Service& service);

/// precise, balanced or creative.
std::string CreativityOf(const StagingJob& job, const Service& service);

/// The action of tool=edit, or an empty text.
std::string EditAction(const Service& service);

/// Refuses what the tables cannot say.
/// @throws Error(kUsage)
void CheckWishes(const StagingJob& job, const Service& service);

}  // namespace stage::remote::reroom
