#include "core/shard.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "core/error.h"

namespace stage {
namespace {

std::optional<int> ParseCount(std::string_view text) {
  int value = 0;
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

int RequiredNumber(const EnvironmentLookup& environment,
                   const std::string& name,
                   const std::string& because) {
  const std::optional<std::string> text = environment(name);
  if (!text) {
    throw Error(ErrorKind::kUsage,
                because + " is set but " + name +
                    " is not, so the number of parts is unknown; set " + name +
                    " or pass --shard K/N (1/1: the whole batch)");
  }
  const std::optional<int> value = ParseCount(*text);
  if (!value) {
    throw Error(ErrorKind::kUsage, name + "='" + *text + "' is not a number");
  }
  return *value;
}

Shard Checked(int index, int count, const std::string& source) {
  if (count >= 1 && index >= 0 && index < count) return {index, count};
  throw Error(ErrorKind::kUsage,
              source + ": part " + std::to_string(index + 1) + " of " +
                  std::to_string(count) + " does not exist");
}

struct Scheduler {
  std::string_view index;
  std::string_view count;
};
constexpr auto kZeroBasedSchedulers = std::to_array<Scheduler>({
    {"JOB_COMPLETION_INDEX", "JOB_COMPLETIONS"},
    {"AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"},
});

}  // namespace

Shard ParseShard(const std::string& text) {
  const size_t slash = text.find('/');
  const auto part = ParseCount(text.substr(0, slash));
  const auto count = slash == std::string::npos
                         ? std::nullopt
                         : ParseCount(text.substr(slash + 1));
  if (!part || !count || *count < 1 || *part < 1 || *part > *count) {
    throw Error(ErrorKind::kUsage,
                "--shard '" + text +
                    "': expected K/N with K from 1 to N, for example 2/8");
  }
  return {*part - 1, *count};
}

std::string ShardText(const Shard& shard) {
  return std::to_string(shard.index + 1) + "/" + std::to_string(shard.count);
}

std::optional<std::string> Environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

std::optional<Shard> ShardFromScheduler(const EnvironmentLookup& environment) {
  if (environment("SLURM_ARRAY_TASK_ID")) {
    const std::string source = "SLURM_ARRAY_TASK_ID";
    const int task = RequiredNumber(environment, source, source);
    const int count =
        RequiredNumber(environment, "SLURM_ARRAY_TASK_COUNT", source);
    const int first =
        RequiredNumber(environment, "SLURM_ARRAY_TASK_MIN", source);
    const int step =
        environment("SLURM_ARRAY_TASK_STEP")
            ? RequiredNumber(environment, "SLURM_ARRAY_TASK_STEP", source)
            : 1;
    return Checked((task - first) / (step < 1 ? 1 : step), count, source);
  }
  for (const auto& [index_name, count_name] : kZeroBasedSchedulers) {
    const std::string source(index_name);
    if (!environment(source)) continue;
    const int index = RequiredNumber(environment, source, source);
    const int count =
        RequiredNumber(environment, std::string(count_name), source);
    return Checked(index, count, source);
  }
  return std::nullopt;
}

}  // namespace stage
