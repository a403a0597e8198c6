#include "engine/pipeline/relight_photo.h"

#include <array>
#include <string_view>

#include "core/error.h"
#include "core/suggestion.h"
#include "engine/edit/relight.h"
#include "engine/pipeline/photo_scene.h"
#include "engine/pipeline/scene_hints.h"

namespace stage::engine {
namespace {

/// A sky by its word, and the daylights it goes with.
struct SkyWord {
  std::string_view word;
  SkyKind kind;
  bool by_day;
};
constexpr auto kSkies = std::to_array<SkyWord>({
    {"clear", SkyKind::kClear, true},
    {"cloudy", SkyKind::kCloudy, true},
    {"misty", SkyKind::kMisty, true},
    {"dusk", SkyKind::kDusk, false},
    {"golden", SkyKind::kGolden, false},
    {"blue", SkyKind::kBlue, false},
});

const SkyWord& SkyOf(const std::string& word) {
  std::vector<std::string> words;
  for (const SkyWord& sky : kSkies) {
    if (sky.word == word) return sky;
    words.emplace_back(sky.word);
  }
  throw Error(ErrorKind::kUsage, UnknownWordMessage("sky", word, words));
}

RelightRequest RequestOf(const EditParameters& edit) {
  RelightRequest request;
  const bool day = edit.daylight.empty() || edit.daylight == "midday";
  request.relight = !day;
  if (edit.daylight == "sunset") request.sky = SkyKind::kDusk;
  if (edit.daylight == "night") request.sky = SkyKind::kBlue;
  if (edit.daylight == "sunrise") request.sky = SkyKind::kSunrise;
  if (edit.sky.empty()) return request;
  const SkyWord& sky = SkyOf(edit.sky);
  if (!edit.daylight.empty() && sky.by_day != day) {
    throw Error(
        ErrorKind::kUsage,
        "--sky " + edit.sky + " does not go with --daylight " + edit.daylight);
  }
  request.sky = sky.kind;
  request.relight = !sky.by_day;
  return request;
}

}  // namespace

void CheckRelight(const EditParameters& edit) {
  if (edit.sky == "rainy" || edit.sky == "snowy") {
    throw Error(ErrorKind::kModel,
                "--sky " + edit.sky +
                    " changes the ground as well, which needs a diffusion "
                    "model; clear, cloudy and misty need none");
  }
  RequestOf(edit);
}

EditOutcome RelightPhoto(const StagingJob& job,
                         int variant,
                         const Photo& original,
                         InstalledNetworks& networks,
                         const WorkControl& control) {
  RelightRequest request = RequestOf(job.edit);
  request.seed = job.seed + static_cast<uint64_t>(variant);
  const ColorConverter converter(original);
  const ImageU8 srgb = AnalysisCopy(original, converter);
  const Scene scene = SceneOfPhoto(job, original, srgb, networks);
  EditOutcome outcome;
  outcome.photo = original;
  outcome.alteration = Alteration::kRendered;
  outcome.caption =
      request.relight ? "Virtual twilight" : "Sky virtually replaced";
  RelightReport report =
      Relight(scene, request, converter, control.Part(0.3, 1), outcome.photo);
  outcome.may_change = std::move(report.may_change);
  outcome.warnings = std::move(report.warnings);
  outcome.details = {{"sky_fraction", report.sky_fraction},
                     {"sky_confidence", report.sky_confidence},
                     {"through_windows", report.through_windows},
                     {"windows_lit", report.windows_lit}};
  return outcome;
}

}  // namespace stage::engine
