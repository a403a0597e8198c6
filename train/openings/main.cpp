// train_openings OUT DIR...: learns from rooms with exact truth (photos and
// truth.json in each DIR, as make_rooms writes them) what windows and doors
// look like on their walls, and writes opening_networks.cpp to OUT.
#include <cstdio>

#include "core/error.h"
#include "openings/opening_examples.h"
#include "openings/opening_training.h"
#include "openings/write_networks.h"

namespace {

// Another kind of picture than path traced rooms; tests have those from 1 on.
constexpr uint32_t kFirstDrawnRoom = 1000;
constexpr int kDrawnRooms = 120;

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || argv[1][0] == '-') {
    std::fprintf(stderr, "usage: train_openings OUT DIR...\n");
    return 2;
  }
  try {
    stage::train::OpeningExamples examples;
    for (int i = 2; i < argc; ++i) {
      stage::train::AddExamples(argv[i], examples);
    }
    stage::train::AddDrawnRooms(kFirstDrawnRoom, kDrawnRooms, examples);
    const auto windows = stage::train::TrainOpeningNetwork(examples.windows);
    const auto doors = stage::train::TrainOpeningNetwork(examples.doors);
    stage::train::WriteNetworks(argv[1], windows, doors);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "train_openings: %s\n", error.what());
    return 1;
  }
  return 0;
}
