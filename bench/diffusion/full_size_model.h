#pragma once

#include <filesystem>
#include <string>

#include "engine/models/autoencoder_kl.h"
#include "engine/models/clip_text.h"
#include "engine/models/model_families.h"
#include "engine/models/unet_2d_condition.h"

namespace stage::bench {

/// A network with weights drawn at random, of a deviation that keeps the
/// numbers in range.
models::UNet2DConditionModel RandomUNet(const models::ModelFamily& model,
                                        const models::Placement& placement);
models::AutoencoderKL RandomVae(const models::ModelFamily& model,
                                const models::Placement& placement);
models::ClipTextModel RandomText(const models::ModelFamily& model,
                                 const std::string& part,
                                 const models::Placement& placement);

/// What a UNet is told beside the latents: random text, and sizes for XL.
models::Conditioning RandomConditioning(const models::ModelFamily& model,
                                        int64_t batch,
                                        const models::Placement& placement);

/// Writes a module's weights as float16 safetensors and its config.json.
void WriteHalf(const torch::nn::Module& module,
               const nlohmann::json& config,
               const std::filesystem::path& folder,
               const std::string& file_name);

}  // namespace stage::bench
