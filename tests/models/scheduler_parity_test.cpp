#include "core/error.h"
#include "engine/models/model_config.h"
#include "engine/models/schedulers/scheduler.h"
#include "engine/models/schedulers/sigma_schedulers.h"
#include "models/parity_case.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using namespace stage::models;
using torch::Tensor;

Tensor Numbers(const std::vector<double>& values, const Tensor& like) {
  return torch::tensor(values, torch::kFloat64).to(like.scalar_type());
}

/// Hands out the case's draws in their order.
class Draws {
 public:
  explicit Draws(const ParityCase& parity) {
    const auto found = parity.inputs.find("noise");
    if (found != parity.inputs.end()) noise_ = found->second;
  }
  NoiseSource source() {
    return [this](torch::IntArrayRef shape) {
      REQUIRE(noise_.defined());
      return noise_[count_++].view(shape);
    };
  }
  int64_t count() const { return count_; }

 private:
  Tensor noise_;
  int64_t count_ = 0;
};

void CheckTables(const ParityCase& parity,
                 const std::string& name,
                 const nlohmann::json& config) {
  for (const auto& [output, expected] : parity.outputs) {
    if (!output.starts_with("table.")) continue;
    const int steps = std::stoi(output.substr(6, 2));
    const auto scheduler = MakeScheduler(name, config);
    scheduler->SetTimesteps(steps);
    parity.Check(output,
                 Numbers(output.ends_with("sigmas") ? scheduler->sigmas()
                                                    : scheduler->timesteps(),
                         expected));
  }
}

void CheckRun(const ParityCase& parity, Scheduler& scheduler, size_t begin) {
  Draws draws(parity);
  const Tensor& outputs = parity.in("model_output");
  Tensor sample = parity.outputs.at("start");
  std::vector<Tensor> scaled, previous, denoised;
  for (size_t i = begin; i < scheduler.timesteps().size(); ++i) {
    scaled.push_back(scheduler.ScaleInput(sample, i));
    const SchedulerStep step = scheduler.Step(
        outputs[static_cast<int64_t>(i - begin)], i, sample, draws.source());
    sample = step.previous;
    previous.push_back(step.previous);
    denoised.push_back(step.denoised);
  }
  parity.Check("scaled_input", torch::stack(scaled));
  parity.Check("prev_sample", torch::stack(previous));
  if (parity.outputs.contains("pred_original_or_denoised")) {
    parity.Check("pred_original_or_denoised", torch::stack(denoised));
  }
  parity.Check("draws", torch::tensor(draws.count()));
}

TEST_CASE("Scheduler: every published sampler gives what the reference gives") {
  std::map<std::string, int> left_out;
  const int cases =
      ForEachParityCase("scheduler", [&](const ParityCase& parity) {
        const nlohmann::json config =
            ReadModelConfig(parity.model, "scheduler_config.json");
        const std::string name = parity.params["class"];
        std::unique_ptr<Scheduler> scheduler;
        try {
          scheduler = MakeScheduler(name, config);
        } catch (const Error& error) {
          REQUIRE(error.kind() == ErrorKind::kUsage);
          ++left_out[name];
          for (const auto& [output, tensor] : parity.outputs) {
            parity.checked.insert(output);
          }
          return;
        }
        const auto& keywords = parity.params["step_kwargs"];
        scheduler->options.eta = keywords.value("eta", 0.0);
        scheduler->options.s_churn = keywords.value("s_churn", 0.0);
        scheduler->options.s_noise = keywords.value("s_noise", 1.0);
        scheduler->SetTimesteps(parity.params["steps"].get<int>());

        const auto& timesteps = scheduler->timesteps();
        parity.Check("timesteps",
                     Numbers(timesteps, parity.outputs.at("timesteps")));
        if (parity.outputs.contains("sigmas")) {
          parity.Check(
              "sigmas",
              Numbers(scheduler->sigmas(), parity.outputs.at("sigmas")));
        }
        parity.Check(
            "init_noise_sigma",
            torch::tensor(scheduler->init_noise_sigma(), torch::kFloat64));
        const auto begin = static_cast<size_t>(
            parity.params["begin"].get<int>() * scheduler->order());
        const Tensor start =
            begin > 0 ? scheduler->AddNoise(parity.in("original"),
                                            parity.in("sample"),
                                            timesteps[begin])
                      : parity.in("sample") * scheduler->init_noise_sigma();
        parity.Check("start", start);
        if (parity.outputs.contains("alphas_cumprod")) {
          parity.Check("alphas_cumprod",
                       Numbers(NoiseSchedule::FromJson(config).alphas_cumprod,
                               parity.outputs.at("alphas_cumprod")));
        }
        CheckRun(parity, *scheduler, begin);
        CheckTables(parity, name, config);
        if (parity.outputs.contains("add_noise")) {
          const Tensor& at = parity.outputs.at("add_noise.timesteps");
          std::vector<Tensor> noisy;
          for (int64_t i = 0; i < at.size(0); ++i) {
            noisy.push_back(scheduler->AddNoise(parity.in("original"),
                                                parity.in("sample"),
                                                at[i].item<double>()));
          }
          parity.Check("add_noise", torch::cat(noisy));
          parity.Check("add_noise.timesteps", at);
        }
      });
  CHECK(cases >= 123);
  // Not offered: rarely used relatives of the ones above.
  CHECK(left_out ==
        std::map<std::string, int>{{"DEISMultistepScheduler", 2},
                                   {"DPMSolverSinglestepScheduler", 2},
                                   {"HeunDiscreteScheduler", 2},
                                   {"KDPM2AncestralDiscreteScheduler", 2},
                                   {"KDPM2DiscreteScheduler", 2},
                                   {"LMSDiscreteScheduler", 2}});
}

}  // namespace
}  // namespace stage::test
