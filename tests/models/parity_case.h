#pragma once

#include <torch/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "engine/models/load_weights.h"

namespace stage::test {

/// One reference case: what goes into a network, and what the public
/// reference implementation makes of it.
struct ParityCase {
  std::string name;  ///< such as "unet/sd15"
  std::string kind;
  models::Placement placement;  ///< of the network
  std::filesystem::path root;   ///< folder of the whole set
  std::filesystem::path model;  ///< absolute
  nlohmann::json params;
  nlohmann::json tolerance;
  std::map<std::string, torch::Tensor> inputs;
  std::map<std::string, torch::Tensor> outputs;

  /// On the test's device, floating-point numbers in its precision.
  torch::Tensor in(const std::string& name) const;
  /// Compares a result with the reference within the case's own tolerance
  /// (integers must be equal), as a doctest check.
  void Check(const std::string& output, const torch::Tensor& result) const;
  /// Outputs that Check was called for.
  mutable std::set<std::string> checked;
  /// In 16 bits: how far off the worst result was.
  mutable double coarseness = 0;

 private:
  /// How far a result in float32 may be off anywhere.
  double Allowed(const std::string& output) const;
  /// In 16 bits, on the whole. Of pipelines the first step alone: what guidance
  /// makes of rounding in a network of random weights soon is another picture.
  void CheckCoarsely(const std::string& output,
                     const torch::Tensor& result) const;
};

/// Where and in which numbers networks are compared: STAGE_TEST_DEVICE (cpu,
/// cuda, cuda:N) and STAGE_TEST_PRECISION (fp32, bf16, fp16), by default on the
/// processor in float32.
const models::Placement& TestPlacement();

/// The folders with cases: tests/parity, and STAGE_PARITY_DIR when it is set.
std::vector<std::filesystem::path> ParityFolders();

/// Calls `run` for every case of a kind in every folder and checks that it
/// looked at all outputs; returns how many cases there were. In 16 bits it says
/// how far off the worst result was.
int ForEachParityCase(const std::string& kind,
                      const std::function<void(const ParityCase&)>& run);

}  // namespace stage::test
