#include "remote/vendors/reroom_wishes.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/suggestion.h"
#include "remote/vendors/reroom_services.h"
#include "remote/vendors/reroom_words.h"

namespace stage::remote::reroom {
namespace {

constexpr int kUpscaledShortEdge_px = 1536;

struct ObjectCategory {
  std::string_view name;
  std::string_view field;
  Words objects;
};
constexpr auto kObjectCategories = std::to_array<ObjectCategory>({
    {"furniture", "interior", kFurniture},
    {"decoration", "interior", kDecorations},
    {"creature", "interior", kCreatures},
    {"street_landscape", "exterior", kStreetLandscape},
    {"street_furniture", "exterior", kStreetFurniture},
    {"street_creature", "exterior", kStreetCreatures},
});

void CheckWord(std::string_view kind, const std::string& word, Words words) {
  if (std::find(words.begin(), words.end(), word) != words.end()) return;
  throw Error(ErrorKind::kUsage,
              "reroom: " +
                  UnknownWordMessage(kind, word, {words.begin(), words.end()}));
}

const ObjectCategory& CategoryOf(const std::string& name) {
  std::vector<std::string> names;
  for (const ObjectCategory& category : kObjectCategories) {
    if (category.name == name) return category;
    names.emplace_back(category.name);
  }
  throw Error(ErrorKind::kUsage,
              "reroom: " + UnknownWordMessage("object category", name, names));
}

std::string SettingOf(const StagingJob& job, const char* key) {
  return job.vendor_options.value(key, "");
}

void CheckCreativityLevel(const StagingJob& job, const Service& service) {
  if (SettingOf(job, "creativity_level").empty()) return;
  if (CreativityOf(job, service) == "precise") return;
  throw Error(ErrorKind::kUsage,
              "reroom heeds --creativity-level with --fidelity strict only "
              "(creativity=precise)");
}

}  // namespace

std::pair<std::string, std::string> ObjectOf(const StagingJob& job) {
  const std::string& text = job.edit.object;
  const size_t colon = text.find(':');
  if (colon == std::string::npos) {
    throw Error(ErrorKind::kUsage,
                "--object " + text +
                    ": write it as CATEGORY:NAME, such as furniture:sofa");
  }
  return {text.substr(0, colon), text.substr(colon + 1)};
}

std::string FieldOf(const StagingJob& job, const Service& service) {
  const std::string set = SettingOf(job, "field");
  if (!set.empty()) return set;
  if (service.name == kEditObject) {
    return std::string(CategoryOf(ObjectOf(job).first).field);
  }
  const bool outside = service.name == kExterior ||
                       service.name == kSketchExterior ||
                       service.name == kRelight || service.name == kSeason;
  return outside ? "exterior" : "interior";
}

std::string CreativityOf(const StagingJob& job, const Service& service) {
  const std::string set = SettingOf(job, "creativity");
  if (!set.empty()) return set;
  // Another light must leave the house as it is.
  if (service.operation == Operation::kEdit) return "precise";
  switch (job.generate.fidelity) {
    case Fidelity::kStrict:
      return "precise";
    case Fidelity::kBalanced:
      return "balanced";
    case Fidelity::kCreative:
      break;
  }
  return "creative";
}

std::string EditAction(const Service& service) {
  if (service.name == kEditRemove || service.name == kRemoveMasked) {
    return "remove";
  }
  if (service.name == kEditMaterial) return "material";
  if (service.name == kEditObject) return "object";
  return service.name == kEditPrompt ? "prompt" : "";
}

void CheckWishes(const StagingJob& job, const Service& service) {
  const std::string field = FieldOf(job, service);
  if (service.name == kEditObject) {
    const auto [category, name] = ObjectOf(job);
    CheckWord(category, name, CategoryOf(category).objects);
    if (CategoryOf(category).field != field) {
      throw Error(ErrorKind::kUsage,
                  "reroom: " + category + " is for --set field=" +
                      std::string(CategoryOf(category).field));
    }
  }
  if (service.name == kEditMaterial) {
    CheckWord("material", job.edit.material, kEditMaterials);
  }
  if (!job.edit.daylight.empty()) {
    CheckWord("daylight", job.edit.daylight, kDaylights);
  }
  if (!job.edit.season.empty()) {
    CheckWord("season", job.edit.season, kSeasons);
  }
  if (!job.edit.sky.empty()) CheckWord("sky", job.edit.sky, kSkies);
  const bool outside_only =
      !job.edit.sky.empty() || !SettingOf(job, "landscape").empty();
  if (outside_only && field == "interior") {
    throw Error(ErrorKind::kUsage,
                "reroom has sky and landscape for exteriors only: leave "
                "--set field=interior out");
  }
  CheckCreativityLevel(job, service);
  if (service.name == kUpscale &&
      job.upscale.short_edge_px != kUpscaledShortEdge_px) {
    throw Error(ErrorKind::kUsage,
                "reroom enlarges to a short edge of 1536 pixels only: use "
                "--short-edge 1536");
  }
}

}  // namespace stage::remote::reroom
