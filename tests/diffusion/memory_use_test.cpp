#include "engine/diffusion/memory_use.h"

#include <doctest/doctest.h>

#include <vector>

namespace stage::engine {
namespace {

constexpr int64_t kGigabyte = 1'000'000'000;

/// Weights of 3 + 0.4 + 0.6 GB, 1 GB a step, decoding 4 GB or 1 GB a tile.
constexpr MemoryNeed kNeed{.network = 3 * kGigabyte,
                           .autoencoder = 4 * kGigabyte / 10,
                           .text = 6 * kGigabyte / 10,
                           .step = kGigabyte,
                           .decode = 4 * kGigabyte,
                           .decode_tile = kGigabyte};

MemoryUse Choose(double gigabytes, models::Residence residence) {
  return ChooseMemoryUse(kNeed,
                         static_cast<int64_t>(gigabytes * kGigabyte),
                         "--max-memory",
                         residence);
}

void CheckRefused(double gigabytes,
                  models::Residence residence,
                  const std::string& needed) {
  try {
    Choose(gigabytes, residence);
    FAIL(gigabytes << " GB are taken for enough");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kDevice);
    CHECK(std::string(error.what()).find(needed) != std::string::npos);
  }
}

TEST_CASE(
    "ChooseMemoryUse: as roomy as fits, else an error that says how much") {
  const auto stays = models::Residence::kStays;
  CHECK(Choose(0, stays) == MemoryUse::kRoomy);
  CHECK(Choose(8, stays) == MemoryUse::kRoomy);
  CHECK(Choose(7.9, stays) == MemoryUse::kThrifty);
  CHECK(Choose(5, stays) == MemoryUse::kThrifty);
  CheckRefused(3, stays, "5.0 GB");
}

TEST_CASE("ChooseMemoryUse: networks that come and go need room one by one") {
  const auto goes = models::Residence::kComesAndGoes;
  CHECK(Choose(4.4, goes) == MemoryUse::kRoomy);
  CHECK(Choose(4.3, goes) == MemoryUse::kThrifty);
  CHECK(Choose(4, goes) == MemoryUse::kThrifty);
  CheckRefused(3.9, goes, "4.0 GB");
}

TEST_CASE("ChooseMemoryUse: a refiner needs room beside or after the base") {
  MemoryNeed need = kNeed;
  need.refiner = 5 * kGigabyte;
  const auto choose = [&](double gigabytes, models::Residence residence) {
    return ChooseMemoryUse(need,
                           static_cast<int64_t>(gigabytes * kGigabyte),
                           "--max-memory",
                           residence);
  };
  CHECK(choose(13, models::Residence::kStays) == MemoryUse::kRoomy);
  CHECK(choose(12.9, models::Residence::kStays) == MemoryUse::kThrifty);
  CHECK(choose(6, models::Residence::kComesAndGoes) == MemoryUse::kRoomy);
  CHECK_THROWS_AS(choose(5.9, models::Residence::kComesAndGoes), Error);
}

TEST_CASE("WithWork: what lies between layers comes to the weights") {
  const WorkSize one{.pixels = 512 * 512, .native = 512 * 512};
  WorkSize four = one;
  four.pixels *= 4;
  const MemoryNeed small = WithWork(kNeed, one);
  const MemoryNeed large = WithWork(kNeed, four);
  CHECK(small.network == kNeed.network);
  // 4.07 GB with libtorch 1.13, of which 3.44 weights and 0.15 the program.
  CHECK(small.step > 480'000'000);
  CHECK(small.step < 600'000'000);
  // Steps go on in windows, decoding does where it has to.
  CHECK(large.step == small.step);
  CHECK(large.decode == 4 * small.decode);
  CHECK(large.decode_tile == small.decode);
}

TEST_CASE("WithWork: half the bytes in 16 bits, more room on a device") {
  WorkSize size{.pixels = 512 * 512, .native = 512 * 512};
  const MemoryNeed single = WithWork(kNeed, size);
  size.number_bytes = 2;
  const MemoryNeed half = WithWork(kNeed, size);
  CHECK(2 * half.step == single.step);
  CHECK(half.decode == single.decode);
  size.on_device = true;
  const MemoryNeed device = WithWork(kNeed, size);
  CHECK(device.step > half.step);
  // The recorded step stays there beside what decoding takes.
  CHECK(device.decode == device.decode_tile + device.step);
}

TEST_CASE("WithWork: ControlNets' residuals, one beside the others' sum") {
  WorkSize size{.pixels = 512 * 512, .native = 512 * 512};
  const auto step = [&](int64_t control_nets) {
    size.control_nets = control_nets;
    return WithWork(kNeed, size).step;
  };
  CHECK(step(1) > step(0));
  CHECK(step(2) > step(1));
  CHECK(step(3) == step(2));
}

TEST_CASE("MayKeepNetworks: only within a limit that holds all of it") {
  // 3 GB of weights beside 4.4 GB for decoding.
  CHECK(MayKeepNetworks(kNeed, 74 * kGigabyte / 10));
  CHECK_FALSE(MayKeepNetworks(kNeed, 73 * kGigabyte / 10));
  CHECK_FALSE(MayKeepNetworks(kNeed, 0));
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
