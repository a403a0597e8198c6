#include "remote/neutral_options.h"

#include <array>

namespace stage::remote {
namespace {

/// An option of one operation, and whether a job gives it.
struct NeutralOption {
  Operation operation;
  std::string_view name;
  bool (*is_asked)(const StagingJob&);
  bool is_local = false;
};

using Job = StagingJob;
constexpr auto kGenerate = Operation::kGenerate;
constexpr auto kEdit = Operation::kEdit;
constexpr auto kDeclutter = Operation::kDeclutter;
constexpr auto kUpscale = Operation::kUpscale;

const std::array kOptions = {
    NeutralOption{kGenerate,
                  "--room",
                  [](const Job& job) { return job.generate.room != "auto"; }},
    NeutralOption{
        kGenerate,
        "--style",
        [](const Job& job) { return job.generate.style != "modern"; }},
    NeutralOption{kGenerate,
                  "--prompt",
                  [](const Job& job) { return !job.generate.prompt.empty(); }},
    NeutralOption{
        kGenerate,
        "--negative-prompt",
        [](const Job& job) { return !job.generate.negative_prompt.empty(); }},
    NeutralOption{kGenerate,
                  "--fidelity",
                  [](const Job& job) {
                    return job.generate.fidelity != Fidelity::kBalanced;
                  }},
    NeutralOption{
        kGenerate,
        "--room-size",
        [](const Job& job) { return !job.generate.room_size.empty(); }},
    NeutralOption{kGenerate,
                  "--scale",
                  [](const Job& job) { return !job.generate.scale.empty(); }},
    NeutralOption{kGenerate,
                  "--image-size",
                  [](const Job& job) {
                    return !job.generate.image_size.empty() &&
                           job.generate.image_size != "source";
                  }},
    NeutralOption{kGenerate,
                  "--budget",
                  [](const Job& job) { return !job.generate.budget.empty(); }},
    NeutralOption{
        kGenerate,
        "--furniture",
        [](const Job& job) { return !job.generate.furniture.empty(); }},
    NeutralOption{kGenerate,
                  "--declutter-first",
                  [](const Job& job) { return job.generate.declutter_first; }},
    NeutralOption{kGenerate,
                  "--mask",
                  [](const Job& job) { return !job.generate.mask.empty(); }},
    NeutralOption{kGenerate,
                  "--exterior",
                  [](const Job& job) { return job.generate.exterior; }},
    NeutralOption{kGenerate,
                  "--sketch",
                  [](const Job& job) { return !job.generate.sketch.empty(); }},
    NeutralOption{kGenerate,
                  "--engine",
                  [](const Job& job) { return job.generate.engine != "auto"; },
                  true},
    NeutralOption{
        kGenerate,
        "--same-room",
        [](const Job& job) { return !job.generate.same_room.empty(); },
        true},
    NeutralOption{
        kGenerate,
        "--camera-height",
        [](const Job& job) { return job.generate.camera_height_m.has_value(); },
        true},
    NeutralOption{kGenerate,
                  "--ceiling-height",
                  [](const Job& job) {
                    return job.generate.ceiling_height_m.has_value();
                  },
                  true},
    NeutralOption{
        kGenerate,
        "--catalog",
        [](const Job& job) { return !job.generate.catalogues.empty(); },
        true},
    NeutralOption{kGenerate,
                  "--use-plan",
                  [](const Job& job) { return !job.generate.plan_in.empty(); },
                  true},
    NeutralOption{kGenerate,
                  "--plan",
                  [](const Job& job) { return !job.generate.plan_out.empty(); },
                  true},
    NeutralOption{kGenerate,
                  "--force-geometry",
                  [](const Job& job) { return job.generate.force_geometry; },
                  true},
    NeutralOption{kEdit,
                  "--prompt",
                  [](const Job& job) { return !job.edit.prompt.empty(); }},
    NeutralOption{
        kEdit, "--remove", [](const Job& job) { return job.edit.remove; }},
    NeutralOption{kEdit,
                  "--material",
                  [](const Job& job) { return !job.edit.material.empty(); }},
    NeutralOption{kEdit,
                  "--object",
                  [](const Job& job) { return !job.edit.object.empty(); }},
    NeutralOption{kEdit,
                  "--mask",
                  [](const Job& job) {
                    return !job.edit.mask.empty() || !job.edit.mask_box.empty();
                  }},
    NeutralOption{kEdit,
                  "--daylight",
                  [](const Job& job) { return !job.edit.daylight.empty(); }},
    NeutralOption{
        kEdit, "--sky", [](const Job& job) { return !job.edit.sky.empty(); }},
    NeutralOption{kEdit,
                  "--season",
                  [](const Job& job) { return !job.edit.season.empty(); }},
    NeutralOption{kEdit,
                  "--select",
                  [](const Job& job) { return !job.edit.select.empty(); }},
    NeutralOption{kEdit,
                  "--mask-grow",
                  [](const Job& job) { return !job.edit.mask_grow.empty(); },
                  true},
    NeutralOption{kEdit,
                  "--adjust",
                  [](const Job& job) { return !job.edit.adjust.empty(); }},
    NeutralOption{kDeclutter,
                  "--mask",
                  [](const Job& job) {
                    return !job.declutter.mask.empty() ||
                           !job.declutter.mask_box.empty();
                  }},
    NeutralOption{
        kDeclutter,
        "--mask-grow",
        [](const Job& job) { return !job.declutter.mask_grow.empty(); },
        true},
    NeutralOption{kDeclutter,
                  "--keep",
                  [](const Job& job) { return !job.declutter.keep.empty(); }},
    NeutralOption{kUpscale,
                  "--short-edge",
                  [](const Job& job) { return job.upscale.short_edge_px > 0; }},
    NeutralOption{kUpscale,
                  "--long-edge",
                  [](const Job& job) { return job.upscale.long_edge_px > 0; }},
    NeutralOption{kUpscale,
                  "--factor",
                  [](const Job& job) { return job.upscale.factor > 0; }},
};

}  // namespace

std::vector<std::string_view> OptionsAsked(const StagingJob& job) {
  std::vector<std::string_view> asked;
  for (const NeutralOption& option : kOptions) {
    if (option.operation == job.operation && option.is_asked(job)) {
      asked.push_back(option.name);
    }
  }
  return asked;
}

bool IsLocalOption(std::string_view name) {
  for (const NeutralOption& option : kOptions) {
    if (option.name == name) return option.is_local;
  }
  return false;
}

}  // namespace stage::remote
