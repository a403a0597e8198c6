#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace stage {

/// Low-rank changes to a model's weights (arXiv:2106.09685), merged when it is
/// loaded.
struct LoraFile {
  std::filesystem::path file;  ///< .safetensors
  double weight = 1;           ///< -4..4; 0: not at all

  bool operator==(const LoraFile&) const = default;
};

/// How a diffusion model on this machine makes its picture. What is not set is
/// as the operation and the model's files want it.
struct DiffusionParameters {
  std::string model;  ///< as `stage models list` names it; empty: the best
  /// The weights that the picture comes from, "name@commit", the model's
  /// first; empty where they are not installed.
  std::vector<std::string> weights;
  std::optional<int> steps;        ///< 1..1000
  std::optional<double> guidance;  ///< 1..50; 1: the prompt alone
  std::string scheduler;           ///< of DiffusionSchedulers()
  /// 0..1: how far the result may depart from the picture it begins with.
  std::optional<double> strength;
  std::string precision;  ///< fp32, bf16 or fp16; empty: as the device suits
  std::vector<LoraFile> loras;

  bool operator==(const DiffusionParameters&) const = default;
};

inline constexpr int kMostDiffusionSteps = 1000;
inline constexpr double kMostGuidance = 50;
inline constexpr double kMostLoraWeight = 4;

/// The samplers that can be asked for: "ddim", "euler", "dpm++2m-karras", ...
const std::vector<std::string>& DiffusionSchedulers();

/// Reads "FILE" or "FILE:WEIGHT".
/// @throws Error(kUsage) for a weight out of range
LoraFile ParseLora(const std::string& text);

class FileDigests;

/// What was asked for and nothing else; null when that is nothing. Files
/// appear as {"name", "path", "sha256"}.
/// @throws Error(kInput) naming a file that cannot be read
nlohmann::json DiffusionJson(const DiffusionParameters& parameters,
                             FileDigests& digests);
/// Fills the fields that DiffusionJson wrote.
/// @throws nlohmann::json::exception when a field has the wrong type
void SetDiffusion(const nlohmann::json& json, DiffusionParameters& parameters);

}  // namespace stage
