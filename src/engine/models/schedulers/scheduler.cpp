#include "engine/models/schedulers/scheduler.h"

#include <array>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/suggestion.h"
#include "engine/models/schedulers/alpha_schedulers.h"
#include "engine/models/schedulers/multistep_schedulers.h"
#include "engine/models/schedulers/sigma_schedulers.h"

namespace stage::models {
namespace {

using nlohmann::json;

template <typename Kind>
std::unique_ptr<Scheduler> Make(const json& config) {
  return std::make_unique<Kind>(config);
}

struct SchedulerKind {
  const char* name;
  const char* class_name;
  std::unique_ptr<Scheduler> (*make)(const json&);
  /// What the short name says beyond the class, as JSON.
  const char* settings = "{}";
};

constexpr SchedulerKind kKinds[] = {
    {"ddim", "DDIMScheduler", Make<DdimScheduler>},
    {"ddpm", "DDPMScheduler", Make<DdpmScheduler>},
    {"pndm", "PNDMScheduler", Make<PndmScheduler>},
    {"lcm", "LCMScheduler", Make<LcmScheduler>},
    {"tcd", "TCDScheduler", Make<TcdScheduler>},
    {"euler", "EulerDiscreteScheduler", Make<EulerScheduler>},
    {"euler-a",
     "EulerAncestralDiscreteScheduler",
     Make<EulerAncestralScheduler>},
    {"dpm++2m",
     "DPMSolverMultistepScheduler",
     Make<DpmSolverMultistepScheduler>},
    {"dpm++2m-karras",
     nullptr,
     Make<DpmSolverMultistepScheduler>,
     R"({"use_karras_sigmas": true})"},
    {"dpm++2m-sde",
     nullptr,
     Make<DpmSolverMultistepScheduler>,
     R"({"algorithm_type": "sde-dpmsolver++"})"},
    {"dpm++2m-sde-karras",
     nullptr,
     Make<DpmSolverMultistepScheduler>,
     R"({"algorithm_type": "sde-dpmsolver++", "use_karras_sigmas": true})"},
    {"unipc", "UniPCMultistepScheduler", Make<UniPcScheduler>},
    {"flow-euler",
     "FlowMatchEulerDiscreteScheduler",
     Make<FlowMatchEulerScheduler>},
};

}  // namespace

std::vector<std::string> SchedulerNames() {
  std::vector<std::string> names;
  for (const SchedulerKind& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

std::unique_ptr<Scheduler> MakeScheduler(const std::string& name,
                                         const json& config) {
  for (const SchedulerKind& kind : kKinds) {
    const bool is_class = kind.class_name != nullptr && name == kind.class_name;
    if (name != kind.name && !is_class) continue;
    json whole = config;
    whole.update(json::parse(kind.settings));
    return kind.make(whole);
  }
  throw Error(ErrorKind::kUsage,
              UnknownWordMessage("scheduler", name, SchedulerNames()));
}

}  // namespace stage::models
