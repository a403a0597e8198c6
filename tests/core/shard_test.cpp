#include "core/shard.h"

#include <doctest/doctest.h>

#include <map>

#include "core/error.h"
#include "core/same_room.h"

using namespace stage;

namespace {

EnvironmentLookup With(std::map<std::string, std::string> variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

}  // namespace

TEST_CASE("ParseShard: K/N counts from one") {
  CHECK(ParseShard("1/1") == Shard{0, 1});
  CHECK(ParseShard("3/8") == Shard{2, 8});
  CHECK(ShardText(ParseShard("3/8")) == "3/8");
  for (const char* wrong :
       {"", "3", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2", " 1/2"}) {
    CHECK_THROWS_AS(ParseShard(wrong), Error);
  }
}

TEST_CASE("ShardFromScheduler: each scheduler's variables are understood") {
  CHECK_FALSE(ShardFromScheduler(With({})));
  CHECK(ShardFromScheduler(With({{"SLURM_ARRAY_TASK_ID", "12"},
                                 {"SLURM_ARRAY_TASK_MIN", "10"},
                                 {"SLURM_ARRAY_TASK_STEP", "2"},
                                 {"SLURM_ARRAY_TASK_COUNT", "4"}})) ==
        Shard{1, 4});
  CHECK(ShardFromScheduler(With({{"JOB_COMPLETION_INDEX", "0"},
                                 {"JOB_COMPLETIONS", "3"}})) == Shard{0, 3});
  CHECK(ShardFromScheduler(With({{"AWS_BATCH_JOB_ARRAY_INDEX", "2"},
                                 {"AWS_BATCH_JOB_ARRAY_SIZE", "3"}})) ==
        Shard{2, 3});
}

TEST_CASE("ShardFromScheduler: an index alone is refused with a remedy") {
  CHECK_THROWS_WITH_AS(
      ShardFromScheduler(With({{"JOB_COMPLETION_INDEX", "1"}})),
      doctest::Contains("JOB_COMPLETIONS"),
      Error);
  CHECK_THROWS_AS(ShardFromScheduler(With({{"SLURM_ARRAY_TASK_ID", "9"},
                                           {"SLURM_ARRAY_TASK_MIN", "1"},
                                           {"SLURM_ARRAY_TASK_COUNT", "4"}})),
                  Error);
}

TEST_CASE("SameRoomKey: views of one room share a key") {
  CHECK(SameRoomKey("living*", "/p/Living-1.jpg") ==
        SameRoomKey("living*", "/p/living-2.png"));
  CHECK(SameRoomKey("living*", "/p/kitchen-1.jpg").empty());
  CHECK(SameRoomKey("{room}-view?", "bed one-view2.jpg") == "bed one");
  CHECK(SameRoomKey("{room}-*", "bath-1-a.jpg") == "bath");
  CHECK(SameRoomKey("*.jpg", "a.jpg") == SameRoomKey("*.jpg", "b.jpg"));
  CHECK(SameRoomKey("", "a.jpg").empty());
}
