#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/diffusion_parameters.h"

namespace stage::cli {

/// Options of generate and edit for work that a diffusion model does on this
/// machine.
struct ModelOptions {
  DiffusionParameters parameters;
  std::vector<std::string> loras;  ///< FILE or FILE:WEIGHT
  std::string precision = "auto";
  std::optional<int64_t> max_memory_bytes;
};

void AddModelOptions(CLI::App& command, ModelOptions& options);

/// @throws Error(kUsage)
DiffusionParameters ParametersOf(const ModelOptions& options);

}  // namespace stage::cli
