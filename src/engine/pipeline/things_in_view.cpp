#include "engine/pipeline/things_in_view.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "engine/pipeline/thing_choice.h"

namespace stage::engine {
namespace {

constexpr double kLowM = 0.12;
constexpr double kClearM = 0.05;  ///< around what lies there
constexpr double kHidden = 0.97;

struct FloorBox {
  Eigen::Vector2d least{std::numeric_limits<double>::infinity(),
                        std::numeric_limits<double>::infinity()};
  Eigen::Vector2d most{-std::numeric_limits<double>::infinity(),
                       -std::numeric_limits<double>::infinity()};
};

}  // namespace

ThingMap ThingsOnFloor(ThingMap found) {
  for (Thing& thing : found.things) {
    if (thing.place != ThingPlace::kOnFloor)
      Leave(thing, "is not on the floor");
  }
  return found;
}

void KeepClearOf(const ThingMap& things, Scene& scene) {
  std::map<uint16_t, FloorBox> boxes;
  const double scale =
      static_cast<double>(scene.camera.width_px) / things.label.width();
  for (int y = 0; y < things.label.height(); ++y) {
    for (int x = 0; x < things.label.width(); ++x) {
      const uint16_t label = things.label.at(x, y);
      if (label == 0 || !Goes(things.things[label - 1u])) continue;
      const auto at =
          scene.camera.FloorPoint({(x + 0.5) * scale, (y + 0.5) * scale});
      if (!at) continue;
      FloorBox& box = boxes[label];
      box.least = box.least.cwiseMin(*at);
      box.most = box.most.cwiseMax(*at);
    }
  }
  for (auto& [label, box] : boxes) {
    box.least.array() -= kClearM;
    box.most.array() += kClearM;
    scene.obstacles.push_back({{box.least,
                                {box.most.x(), box.least.y()},
                                box.most,
                                {box.least.x(), box.most.y()}},
                               kLowM});
  }
}

nlohmann::json ThingsInViewJson(const ThingMap& things,
                                const ImageF& coverage,
                                int photo_width) {
  std::vector<double> all(things.things.size(), 0), hidden(all);
  for (int y = 0; y < things.label.height(); ++y) {
    for (int x = 0; x < things.label.width(); ++x) {
      const uint16_t label = things.label.at(x, y);
      if (label == 0) continue;
      ++all[label - 1u];
      hidden[label - 1u] +=
          coverage.at(x * coverage.width() / things.label.width(),
                      y * coverage.height() / things.label.height());
    }
  }
  const double scale =
      static_cast<double>(photo_width) / std::max(1, things.label.width());
  nlohmann::json in_view = nlohmann::json::array();
  for (size_t i = 0; i < things.things.size(); ++i) {
    const Thing& thing = things.things[i];
    if (!Goes(thing) || all[i] == 0) continue;
    nlohmann::json box = nlohmann::json::array();
    for (const int side : thing.box) box.push_back(std::lround(side * scale));
    in_view.push_back(
        {{"box", box},
         {"covered", std::round(100 * hidden[i] / all[i]) / 100}});
  }
  return in_view;
}

void NoteThingsInView(const nlohmann::json& things,
                      bool emptied,
                      StageResult& result) {
  const auto in_view =
      std::count_if(things.begin(), things.end(), [](const auto& thing) {
        return thing["covered"].template get<double>() < kHidden;
      });
  if (in_view == 0) return;
  result.warnings.push_back(
      (in_view == 1
           ? "something lies on the floor and stays"
           : std::to_string(in_view) + " things lie on the floor and stay") +
      std::string(" in view beside the furniture; ") +
      (emptied ? "mark what is to go with `stage declutter --mask` and "
                 "furnish its result"
               : "--declutter-first takes away what is surely loose"));
}

}  // namespace stage::engine
