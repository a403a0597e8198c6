#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/stager.h"

namespace stage {

namespace engine {
class Refiner;
}

/// What a ControlNet takes its picture to be.
enum class ControlKind { kDepth, kSegmentation, kLines };

/// A ControlNet that is installed for the model.
struct ControlModel {
  ControlKind kind = ControlKind::kDepth;
  std::filesystem::path folder;
  nlohmann::json record;  ///< what manifests say of it
};

/// An IP-Adapter that is installed for the model.
struct ImageAdapterModel {
  std::filesystem::path file;
  std::filesystem::path encoder;  ///< folder of CLIP's picture encoder
  nlohmann::json record;
};

/// The network that makes the last steps of an XL model, where it is installed.
struct LatentRefinerModel {
  std::filesystem::path folder;
  nlohmann::json record;
};

struct DiffusionEngineOptions {
  /// A published model: a folder with model_index.json, unet, vae, ..., or one
  /// file in ldm naming.
  std::filesystem::path model;
  nlohmann::json model_record;  ///< what manifests say of it
  /// Of a model in one file: a folder with CLIP's vocabulary.
  std::filesystem::path tokenizer;
  std::vector<ControlModel> controls;
  std::optional<ImageAdapterModel> image_adapter;
  std::optional<LatentRefinerModel> latent_refiner;
  std::vector<LoraFile> loras;     ///< merged into the model
  int threads = 0;                 ///< 0: all the process may use
  std::string device = "auto";     ///< auto, cpu, cuda or cuda:N
  std::string precision = "auto";  ///< auto, fp32, bf16 or fp16
  /// Of the device, that the model may take; 0: what it has free.
  int64_t max_memory_bytes = 0;
};

/// Work that needs a diffusion model, as the command line sees it. Lives in a
/// shared module of its own, so that libtorch is loaded for it alone.
class DiffusionEngine {
 public:
  virtual ~DiffusionEngine() = default;
  /// Devices that libtorch can use; 0 where it was built without CUDA.
  virtual int CudaDeviceCount() const = 0;
  /// The model is read when the first photo is worked on.
  virtual std::unique_ptr<Stager> MakeStager(
      const DiffusionEngineOptions& options) = 0;
  /// Works over what the render engine made, see LocalEngineOptions::refiner.
  virtual std::shared_ptr<engine::Refiner> MakeRefiner(
      const DiffusionEngineOptions& options) = 0;
};

/// Bumped when the classes above change shape.
inline constexpr int kDiffusionEngineAbi = 3;

}  // namespace stage

/// The module's only exported entry; nullptr when `abi` does not match.
extern "C" stage::DiffusionEngine* stage_open_diffusion_engine(int abi);
