#include "models/parity_case.h"

#include <cstdlib>
#include <fstream>

#include "engine/models/safetensors.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// How far results may be off in 16 bits, root mean square over deviation:
/// what was measured on the processor, doubled (docs/gpu.md).
double CoarsenessOf(const std::string& kind, torch::ScalarType type) {
  static const std::map<std::string, double> bfloat16 = {{"clip_text", 0.027},
                                                         {"clip_vision", 0.026},
                                                         {"unet", 0.09},
                                                         {"controlnet", 0.17},
                                                         {"pipeline", 0.22}};
  static const std::map<std::string, double> float16 = {{"clip_text", 0.0027},
                                                        {"clip_vision", 0.0023},
                                                        {"unet", 0.0054},
                                                        {"controlnet", 0.021},
                                                        {"pipeline", 0.029}};
  return (type == torch::kBFloat16 ? bfloat16 : float16).at(kind);
}

/// Deviation of numbers; the size of a single one.
double Spread(const torch::Tensor& x) {
  return x.numel() > 1 ? x.std().item<double>() : x.abs().item<double>();
}

/// Schedulers, tokenizers and the networks that look at photos are for the
/// processor; the autoencoder works in float32 everywhere.
models::Placement PlacementOf(const std::string& kind) {
  static const std::set<std::string> on_device = {
      "clip_text", "clip_vision", "unet", "controlnet", "pipeline"};
  if (on_device.contains(kind)) return TestPlacement();
  if (kind == "vae") return {TestPlacement().device, torch::kFloat32};
  return {};
}

ParityCase ReadCase(const fs::path& root, const json& about) {
  ParityCase parity{.name = about.at("name"),
                    .kind = about.at("kind"),
                    .placement = PlacementOf(about.at("kind")),
                    .root = root,
                    .model = root / about.at("model").get<std::string>(),
                    .params = about.at("params"),
                    .tolerance = about.at("tolerance")};
  const fs::path folder = root / about.at("folder").get<std::string>();
  const models::Checkpoint io =
      models::ReadSafetensors(folder / "io.safetensors");
  parity.inputs = io.Below("in.").tensors;
  parity.outputs = io.Below("out.").tensors;
  return parity;
}

}  // namespace

torch::Tensor ParityCase::in(const std::string& input) const {
  const auto found = inputs.find(input);
  if (found == inputs.end()) FAIL(name << " has no input " << input);
  const torch::Tensor moved = found->second.to(placement.device);
  // Sizes of a thousand pixels are not for 16 bits.
  const bool coarser = moved.is_floating_point() && input != "time_ids";
  return coarser ? moved.to(placement.type) : moved;
}

double ParityCase::Allowed(const std::string& output) const {
  const json own = tolerance.value("per_tensor", json::object());
  const json& rule = own.contains(output) ? own[output] : tolerance;
  if (rule.contains("max_abs")) return rule["max_abs"].get<double>();
  return rule.at("max_abs_rel_to_std").get<double>() *
         Spread(outputs.at(output).to(torch::kFloat64));
}

void ParityCase::Check(const std::string& output,
                       const torch::Tensor& result) const {
  const auto found = outputs.find(output);
  if (found == outputs.end()) FAIL(name << " has no output " << output);
  checked.insert(output);
  const torch::Tensor& expected = found->second;
  CAPTURE(name);
  CAPTURE(output);
  REQUIRE(result.sizes() == expected.sizes());
  const torch::Tensor made = result.to(torch::kCPU);
  if (!expected.is_floating_point() && expected.scalar_type() != torch::kU8) {
    CHECK(torch::equal(made.to(expected.scalar_type()), expected));
    return;
  }
  if (placement.type != torch::kFloat32) return CheckCoarsely(output, made);
  const double off = (made.to(torch::kFloat64) - expected.to(torch::kFloat64))
                         .abs()
                         .max()
                         .item<double>();
  CHECK(off <= Allowed(output));
}

void ParityCase::CheckCoarsely(const std::string& output,
                               const torch::Tensor& result) const {
  torch::Tensor wanted = outputs.at(output).to(torch::kFloat64);
  torch::Tensor made = result.to(torch::kFloat64);
  if (kind == "pipeline" && output == "image") return;
  if (kind == "pipeline" && output == "latents") {
    wanted = wanted[0];
    made = made[0];
  }
  const double off = (made - wanted).square().mean().sqrt().item<double>();
  if (off > Allowed(output)) {
    coarseness = std::max(coarseness, off / Spread(wanted));
  }
  CHECK(off <= std::max(CoarsenessOf(kind, placement.type) * Spread(wanted),
                        Allowed(output)));
}

const models::Placement& TestPlacement() {
  static const models::Placement placement = [] {
    const auto asked = [](const char* variable, const char* usual) {
      const char* const value = std::getenv(variable);
      return std::string(value == nullptr ? usual : value);
    };
    const std::map<std::string, torch::ScalarType> types = {
        {"fp32", torch::kFloat32},
        {"bf16", torch::kBFloat16},
        {"fp16", torch::kFloat16}};
    models::Placement chosen;
    chosen.device = torch::Device(asked("STAGE_TEST_DEVICE", "cpu"));
    chosen.type = types.at(asked("STAGE_TEST_PRECISION", "fp32"));
    // Else CUDA multiplies float32 with ten bits of precision.
    at::globalContext().setAllowTF32CuDNN(false);
    return chosen;
  }();
  return placement;
}

std::vector<fs::path> ParityFolders() {
  std::vector<fs::path> folders = {fs::path(STAGE_SOURCE_DIR) / "tests/parity"};
  if (const char* more = std::getenv("STAGE_PARITY_DIR")) {
    folders.emplace_back(more);
  }
  return folders;
}

int ForEachParityCase(const std::string& kind,
                      const std::function<void(const ParityCase&)>& run) {
  int count = 0;
  double worst = 0;
  std::set<std::string> seen;
  for (const fs::path& root : ParityFolders()) {
    std::ifstream in(root / "manifest.json");
    REQUIRE(in.good());
    const json manifest = json::parse(in);
    for (const json& about : manifest.at("cases")) {
      if (about.at("kind") != kind) continue;
      if (!seen.insert(about.at("name")).second) continue;
      const ParityCase parity = ReadCase(root, about);
      CAPTURE(parity.name);
      const torch::NoGradGuard no_grad;
      run(parity);
      for (const auto& [output, tensor] : parity.outputs) {
        CAPTURE(output);
        CHECK(parity.checked.contains(output));
      }
      worst = std::max(worst, parity.coarseness);
      ++count;
    }
  }
  if (worst > 0) MESSAGE(kind << " is off by " << worst << " at most");
  return count;
}

}  // namespace stage::test
