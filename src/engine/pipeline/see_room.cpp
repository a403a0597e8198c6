#include "engine/pipeline/see_room.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/clutter/segmented_things.h"
#include "engine/pipeline/planar_image.h"

namespace stage::engine {
namespace {

constexpr std::pair<std::string_view, SeenSurface> kSurfaces[] = {
    {"floor", SeenSurface::kFloor},
    {"flooring", SeenSurface::kFloor},
    {"rug", SeenSurface::kFloor},  // furniture stands on it
    {"wall", SeenSurface::kWall},
    {"ceiling", SeenSurface::kCeiling},
    {"window", SeenSurface::kWindow},
    {"windowpane", SeenSurface::kWindow},
    {"blind", SeenSurface::kWindow},
    {"door", SeenSurface::kDoor},
    {"double door", SeenSurface::kDoor},
    {"screen door", SeenSurface::kDoor},
    {"stairs", SeenSurface::kThing},
    {"stairway", SeenSurface::kThing},
    {"column", SeenSurface::kThing},
    {"bannister", SeenSurface::kThing},
    {"railing", SeenSurface::kThing},
};

void SeeSurfaces(const LabelledPicture& picture,
                 const std::vector<std::string>& labels,
                 SeenRoom& seen) {
  std::vector<SeenSurface> surfaces;
  for (const std::string& label : labels) surfaces.push_back(SurfaceOf(label));
  seen.surface = Image<SeenSurface>(picture.width, picture.height, 1);
  seen.certainty = ImageF(picture.width, picture.height, 1);
  std::transform(picture.label.begin(),
                 picture.label.end(),
                 seen.surface.data(),
                 [&](uint16_t label) {
                   return label < surfaces.size() ? surfaces[label]
                                                  : SeenSurface::kUnknown;
                 });
  std::copy(picture.probability.begin(),
            picture.probability.end(),
            seen.certainty.data());
}

void SeeDepth(const DepthPicture& depth, bool is_metric, SeenRoom& seen) {
  ImageF values(depth.width, depth.height, 1);
  std::copy(depth.values.begin(), depth.values.end(), values.data());
  if (!is_metric) {
    seen.nearness = std::move(values);
    return;
  }
  constexpr float kNearest = 0.05f;  // metres
  seen.nearness = ImageF(depth.width, depth.height, 1);
  std::transform(depth.values.begin(),
                 depth.values.end(),
                 seen.nearness.data(),
                 [=](float metres) { return 1 / std::max(metres, kNearest); });
  seen.distance = std::move(values);
}

}  // namespace

std::vector<std::string> LabelNames(const std::string& label) {
  std::vector<std::string> names;
  std::string_view rest = label;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find_first_of(";,"), rest.size());
    std::string_view name = rest.substr(0, end);
    while (name.starts_with(' ')) name.remove_prefix(1);
    if (!name.empty()) names.emplace_back(name);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return names;
}

SeenSurface SurfaceOf(const std::string& label) {
  for (const std::string& name : LabelNames(label)) {
    for (const auto& [word, surface] : kSurfaces) {
      if (name == word) return surface;
    }
  }
  switch (ClassOf(label)) {
    case ThingClass::kRoom:
    case ThingClass::kCurtain:
      return SeenSurface::kUnknown;
    default:
      return SeenSurface::kThing;
  }
}

SeenRoom SeeRoom(const ImageU8& srgb, InstalledNetworks& networks) {
  SeenRoom seen;
  if (const LabelledPicture* const picture = networks.Segmented(srgb)) {
    SeeSurfaces(*picture, networks.segmenter()->labels(), seen);
  }
  if (DepthEstimator* const estimator = networks.depth_estimator()) {
    SeeDepth(estimator->Estimate(PlanarOf(srgb)), estimator->is_metric(), seen);
  }
  return seen;
}

}  // namespace stage::engine
