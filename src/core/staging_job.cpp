#include "core/staging_job.h"

#include <array>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/stager.h"
#include "core/suggestion.h"

namespace stage {
namespace {

template <typename Value>
using Names = std::pair<Value, std::string_view>;

constexpr auto kOperations = std::to_array<Names<Operation>>({
    {Operation::kGenerate, "generate"},
    {Operation::kEdit, "edit"},
    {Operation::kDeclutter, "declutter"},
    {Operation::kUpscale, "upscale"},
});
constexpr auto kFidelities = std::to_array<Names<Fidelity>>({
    {Fidelity::kStrict, "strict"},
    {Fidelity::kBalanced, "balanced"},
    {Fidelity::kCreative, "creative"},
});
constexpr auto kStates = std::to_array<Names<JobState>>({
    {JobState::kPlanned, "planned"},
    {JobState::kSubmitting, "submitting"},
    {JobState::kSubmitted, "submitted"},
    {JobState::kFetching, "fetching"},
    {JobState::kDone, "done"},
    {JobState::kFailed, "failed"},
    {JobState::kSkipped, "skipped"},
});

template <typename Table, typename Value>
std::string_view NameIn(const Table& table, Value value) {
  for (const auto& [known, name] : table) {
    if (known == value) return name;
  }
  return "unknown";
}

template <typename Value, typename Table>
Value ParseIn(const Table& table,
              std::string_view what,
              std::string_view word) {
  std::vector<std::string> names;
  for (const auto& [value, name] : table) {
    if (name == word) return value;
    names.emplace_back(name);
  }
  throw Error(ErrorKind::kUsage, UnknownWordMessage(what, word, names));
}

}  // namespace

std::string_view OperationName(Operation operation) {
  return NameIn(kOperations, operation);
}

std::string_view FidelityName(Fidelity fidelity) {
  return NameIn(kFidelities, fidelity);
}

const std::filesystem::path& MaskFileOf(const StagingJob& job) {
  static const std::filesystem::path kNone;
  switch (job.operation) {
    case Operation::kGenerate:
      return job.generate.mask;
    case Operation::kEdit:
      return job.edit.mask;
    case Operation::kDeclutter:
      return job.declutter.mask;
    case Operation::kUpscale:
      break;
  }
  return kNone;
}

const std::string& MaskBoxOf(const StagingJob& job) {
  static const std::string kNone;
  switch (job.operation) {
    case Operation::kEdit:
      return job.edit.mask_box;
    case Operation::kDeclutter:
      return job.declutter.mask_box;
    default:
      return kNone;
  }
}

std::string_view JobStateName(JobState state) { return NameIn(kStates, state); }

Operation ParseOperation(std::string_view name) {
  return ParseIn<Operation>(kOperations, "operation", name);
}

Fidelity ParseFidelity(std::string_view name) {
  return ParseIn<Fidelity>(kFidelities, "fidelity", name);
}

std::optional<JobState> ParseJobState(std::string_view name) {
  for (const auto& [state, known] : kStates) {
    if (known == name) return state;
  }
  return std::nullopt;
}

}  // namespace stage
