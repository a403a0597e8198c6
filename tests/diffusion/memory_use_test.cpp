#include "engine/diffusion/memory_use.h"

#include <doctest/doctest.h>

#include <vector>

namespace stage::engine {
namespace {

constexpr int64_t kGigabyte = 1'000'000'000;

/// Weights of 3 + 1 GB, 1 GB a step, decoding 4 GB or 1 GB a tile.
constexpr MemoryNeed kNeed{.network = 3 * kGigabyte,
                           .others = kGigabyte,
                           .step = kGigabyte,
                           .decode = 4 * kGigabyte,
                           .decode_tile = kGigabyte};

TEST_CASE(
    "ChooseMemoryUse: as roomy as fits, else an error that says how much") {
  const auto choose = [](double gigabytes, bool on_processor) {
    return ChooseMemoryUse(kNeed,
                           static_cast<int64_t>(gigabytes * kGigabyte),
                           "--max-memory",
                           on_processor);
  };
  CHECK(choose(0, true) == MemoryUse::kRoomy);
  CHECK(choose(8, true) == MemoryUse::kRoomy);
  CHECK(choose(7.9, true) == MemoryUse::kThrifty);
  CHECK(choose(5, true) == MemoryUse::kThrifty);
  CHECK(choose(5, false) == MemoryUse::kThrifty);
  try {
    choose(3, false);
    FAIL("3 GB are enough for 3 GB of weights and a step");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kDevice);
    CHECK(std::string(error.what()).find("5.0 GB") != std::string::npos);
  }
}

/// Work that needs the thrifty way; says how often it was tried.
struct Greedy {
  int operator()(MemoryUse use) {
    tried.push_back(use);
    if (use == MemoryUse::kRoomy) throw Error(ErrorKind::kDevice, "full");
    return 7;
  }
  std::vector<MemoryUse> tried;
};

TEST_CASE("WithLessMemory: warns once, goes on thriftily and stays so") {
  MemoryUse use = MemoryUse::kRoomy;
  Greedy work;
  int warnings = 0;
  const auto warn = [&](const std::string&) { ++warnings; };
  const auto run = [&] {
    return WithLessMemory(use, warn, [&](MemoryUse now) { return work(now); });
  };
  CHECK(run() == 7);
  CHECK(run() == 7);
  CHECK(use == MemoryUse::kThrifty);
  CHECK(warnings == 1);
  CHECK(work.tried == std::vector{MemoryUse::kRoomy,
                                  MemoryUse::kThrifty,
                                  MemoryUse::kThrifty});
}

TEST_CASE("WithLessMemory: another error, or a second lack, is passed on") {
  MemoryUse use = MemoryUse::kRoomy;
  int runs = 0;
  const auto fail = [&](ErrorKind kind) {
    runs = 0;
    use = MemoryUse::kRoomy;
    try {
      WithLessMemory(use, nullptr, [&](MemoryUse) -> int {
        ++runs;
        throw Error(kind, "no");
      });
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::kUnexpected;
  };
  CHECK(fail(ErrorKind::kModel) == ErrorKind::kModel);
  CHECK(runs == 1);
  CHECK(fail(ErrorKind::kDevice) == ErrorKind::kDevice);
  CHECK(runs == 2);
}

}  // namespace
}  // namespace stage::engine
