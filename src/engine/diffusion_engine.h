#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/stager.h"

namespace stage {

namespace engine {
class Refiner;
}

struct DiffusionEngineOptions {
  /// A published inpainting model: model_index.json, unet, vae, ...
  std::filesystem::path model;
  nlohmann::json model_record;          ///< what manifests say of it
  std::filesystem::path depth_control;  ///< a ControlNet for depth, or empty
  nlohmann::json depth_control_record;
  int threads = 0;  ///< 0: all the process may use
};

/// Work that needs a diffusion model, as the command line sees it. Lives in a
/// shared module of its own, so that libtorch is loaded for it alone.
class DiffusionEngine {
 public:
  virtual ~DiffusionEngine() = default;
  /// The model is read when the first photo is worked on.
  virtual std::unique_ptr<Stager> MakeStager(
      const DiffusionEngineOptions& options) = 0;
  /// Works over what the render engine made, see LocalEngineOptions::refiner.
  virtual std::shared_ptr<engine::Refiner> MakeRefiner(
      const DiffusionEngineOptions& options) = 0;
};

/// Bumped when the classes above change shape.
inline constexpr int kDiffusionEngineAbi = 1;

}  // namespace stage

/// The module's only exported entry; nullptr when `abi` does not match.
extern "C" stage::DiffusionEngine* stage_open_diffusion_engine(int abi);
