#pragma once

#include <torch/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace stage::test {

/// One reference case: what goes into a network, and what the public
/// reference implementation makes of it.
struct ParityCase {
  std::string name;  ///< such as "unet/sd15"
  std::string kind;
  std::filesystem::path root;   ///< folder of the whole set
  std::filesystem::path model;  ///< absolute
  nlohmann::json params;
  nlohmann::json tolerance;
  std::map<std::string, torch::Tensor> inputs;
  std::map<std::string, torch::Tensor> outputs;

  const torch::Tensor& in(const std::string& name) const;
  /// Compares a result with the reference within the case's own tolerance
  /// (integers must be equal), as a doctest check.
  void Check(const std::string& output, const torch::Tensor& result) const;
  /// Outputs that Check was called for.
  mutable std::set<std::string> checked;
};

/// The folders with cases: tests/parity, and STAGE_PARITY_DIR when it is set.
std::vector<std::filesystem::path> ParityFolders();

/// Calls `run` for every case of a kind in every folder and checks that it
/// looked at all outputs; returns how many cases there were.
/// @param partly  cases of which some outputs are left out on purpose
int ForEachParityCase(const std::string& kind,
                      const std::function<void(const ParityCase&)>& run);

}  // namespace stage::test
