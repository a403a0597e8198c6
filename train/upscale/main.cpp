// train_upscale ROOMS OUTPUT [STEPS [SEED]]: trains the embedded upscaler on
// one thread and writes its weights. ROOMS is a folder of rendered rooms.
#include <exception>
#include <iostream>
#include <string>

#include "upscale/training.h"

int main(int argc, char** argv) {
  if (argc < 3 || argc > 5) {
    std::cerr << "usage: train_upscale ROOMS OUTPUT [STEPS [SEED]]\n";
    return 2;
  }
  try {
    stage::train::TrainingPlan plan;
    plan.rooms = argv[1];
    plan.output = argv[2];
    if (argc > 3) plan.steps = std::stoi(argv[3]);
    if (argc > 4) plan.seed = std::stoull(argv[4]);
    stage::train::TrainUpscaler(plan);
  } catch (const std::exception& error) {
    std::cerr << "train_upscale: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
