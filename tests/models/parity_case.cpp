#include "models/parity_case.h"

#include <cstdlib>
#include <fstream>

#include "engine/models/safetensors.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

ParityCase ReadCase(const fs::path& root, const json& about) {
  ParityCase parity{.name = about.at("name"),
                    .kind = about.at("kind"),
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

const torch::Tensor& ParityCase::in(const std::string& input) const {
  const auto found = inputs.find(input);
  if (found == inputs.end()) FAIL(name << " has no input " << input);
  return found->second;
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
  if (!expected.is_floating_point() && expected.scalar_type() != torch::kU8) {
    CHECK(torch::equal(result.to(expected.scalar_type()), expected));
    return;
  }
  const torch::Tensor wanted = expected.to(torch::kFloat64);
  const double off =
      (result.to(torch::kFloat64) - wanted).abs().max().item<double>();
  double allowed = tolerance.at("max_abs_rel_to_std").get<double>() *
                   (wanted.numel() > 1 ? wanted.std().item<double>() : 0);
  if (wanted.numel() == 1) {
    allowed = tolerance.at("max_abs_rel_to_std").get<double>() *
              wanted.abs().item<double>();
  }
  const json own = tolerance.value("per_tensor", json::object());
  if (own.contains(output) && own[output].contains("max_abs")) {
    allowed = own[output]["max_abs"].get<double>();
  } else if (own.contains(output)) {
    allowed = own[output].at("max_abs_rel_to_std").get<double>() *
              wanted.std().item<double>();
  }
  CHECK(off <= allowed);
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
      ++count;
    }
  }
  return count;
}

}  // namespace stage::test
