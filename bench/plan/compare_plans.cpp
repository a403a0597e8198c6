// What the planner chooses for photos, styles and seeds: one line a plan.
//   compare_plans ROOMS STYLES SEEDS PHOTO...
// ROOMS and STYLES are names separated by commas, SEEDS is a number; the last
// line counts how often each role was placed.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "core/photo/photo.h"
#include "engine/plan/plan.h"
#include "engine/scene/analyze_scene.h"

namespace {

using stage::engine::Plan;
using stage::engine::PlanRequest;

std::vector<std::string> Words(const std::string& list) {
  std::vector<std::string> words;
  std::stringstream stream(list);
  for (std::string word; std::getline(stream, word, ',');) {
    words.push_back(word);
  }
  return words;
}

struct Totals {
  int plans = 0;
  double seconds = 0;
  std::map<std::string, int> roles;  ///< plans that have it
};

void Count(const Plan& plan, Totals& totals) {
  std::map<std::string, int> roles;
  for (const auto& placement : plan.placements) ++roles[placement.role];
  ++totals.plans;
  for (const auto& [role, count] : roles) {
    ++totals.roles[role];
    std::cout << ' ' << role;
    if (count > 1) std::cout << '*' << count;
  }
  std::cout << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::cerr << "usage: compare_plans ROOMS STYLES SEEDS PHOTO...\n";
    return 2;
  }
  try {
    const auto catalogue = stage::engine::OpenCatalogue({});
    Totals totals;
    for (int i = 4; i < argc; ++i) {
      const stage::Photo file = stage::ReadPhoto(argv[i]);
      const stage::ColorConverter converter(file);
      const stage::ImageU8 photo = stage::ReadSrgb8(file, converter, 1536);
      stage::engine::SceneHints hints;
      hints.focal_length_35mm = file.source.focal_length_35mm;
      const auto scene = stage::engine::AnalyzeScene(
          photo, photo.width(), photo.height(), hints);
      std::cout << "== " << argv[i] << '\n';
      PlanRequest request;
      for (const std::string& room : Words(argv[1])) {
        for (const std::string& style : Words(argv[2])) {
          for (int seed = 0; seed < std::atoi(argv[3]); ++seed) {
            request.room = room;
            request.style = style;
            request.seed = seed;
            const auto begin = std::chrono::steady_clock::now();
            const Plan plan =
                stage::engine::PlanRoom(scene, photo, *catalogue, request);
            totals.seconds += std::chrono::duration<double>(
                                  std::chrono::steady_clock::now() - begin)
                                  .count();
            std::printf("%s %s %d %.2f:",
                        room.c_str(),
                        style.c_str(),
                        seed,
                        plan.score);
            std::fflush(stdout);
            Count(plan, totals);
          }
        }
      }
    }
    std::printf(
        "%d plans, %.2f s each\n", totals.plans, totals.seconds / totals.plans);
    for (const auto& [role, count] : totals.roles) {
      std::printf("  %s %d %%\n", role.c_str(), 100 * count / totals.plans);
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
