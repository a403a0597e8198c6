#include "engine/models/model_families.h"

#include "core/error.h"

namespace stage::models {
namespace {

using nlohmann::json;

constexpr auto kVae = R"({
  "sample_size": 512, "in_channels": 3, "out_channels": 3,
  "latent_channels": 4, "layers_per_block": 2, "norm_num_groups": 32,
  "block_out_channels": [128, 256, 512, 512], "scaling_factor": 0.18215})";

constexpr auto kUNet = R"({
  "sample_size": 64, "in_channels": 4, "out_channels": 4,
  "block_out_channels": [320, 640, 1280, 1280], "layers_per_block": 2,
  "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D",
                       "CrossAttnDownBlock2D", "DownBlock2D"],
  "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D",
                     "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
  "attention_head_dim": 8, "cross_attention_dim": 768})";

constexpr auto kXlUNet = R"({
  "sample_size": 128, "in_channels": 4, "out_channels": 4,
  "block_out_channels": [320, 640, 1280], "layers_per_block": 2,
  "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D",
                       "CrossAttnDownBlock2D"],
  "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D",
                     "UpBlock2D"],
  "transformer_layers_per_block": [1, 2, 10],
  "attention_head_dim": [5, 10, 20], "cross_attention_dim": 2048,
  "use_linear_projection": true, "addition_embed_type": "text_time",
  "addition_time_embed_dim": 256,
  "projection_class_embeddings_input_dim": 2816})";

/// What the refiner's UNet has otherwise (arXiv:2307.01952, section 2.5).
constexpr auto kRefinerUNet = R"({
  "block_out_channels": [384, 768, 1536, 1536],
  "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D",
                       "CrossAttnDownBlock2D", "DownBlock2D"],
  "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D",
                     "CrossAttnUpBlock2D", "UpBlock2D"],
  "transformer_layers_per_block": 4,
  "attention_head_dim": [6, 12, 24, 24], "cross_attention_dim": 1280,
  "projection_class_embeddings_input_dim": 2560})";

constexpr auto kClipL = R"({
  "architectures": ["CLIPTextModel"], "hidden_size": 768,
  "intermediate_size": 3072, "num_hidden_layers": 12,
  "num_attention_heads": 12, "hidden_act": "quick_gelu",
  "layer_norm_eps": 1e-5, "max_position_embeddings": 77,
  "vocab_size": 49408, "eos_token_id": 2, "projection_dim": 768})";

/// OpenCLIP's ViT-H without its last layer.
constexpr auto kClipH = R"({
  "architectures": ["CLIPTextModel"], "hidden_size": 1024,
  "intermediate_size": 4096, "num_hidden_layers": 23,
  "num_attention_heads": 16, "hidden_act": "gelu",
  "layer_norm_eps": 1e-5, "max_position_embeddings": 77,
  "vocab_size": 49408, "eos_token_id": 2, "projection_dim": 512})";

constexpr auto kClipG = R"({
  "architectures": ["CLIPTextModelWithProjection"], "hidden_size": 1280,
  "intermediate_size": 5120, "num_hidden_layers": 32,
  "num_attention_heads": 20, "hidden_act": "gelu",
  "layer_norm_eps": 1e-5, "max_position_embeddings": 77,
  "vocab_size": 49408, "eos_token_id": 2, "projection_dim": 1280})";

/// Noise levels are the same in all of them; XL's sampler is Euler's.
constexpr auto kScheduler = R"({
  "_class_name": "PNDMScheduler", "beta_start": 0.00085, "beta_end": 0.012,
  "beta_schedule": "scaled_linear", "num_train_timesteps": 1000,
  "prediction_type": "epsilon", "set_alpha_to_one": false,
  "skip_prk_steps": true, "steps_offset": 1, "timestep_spacing": "leading"})";

json Parsed(const char* text) { return json::parse(text); }

json Merged(const char* text, const json& changes) {
  json whole = Parsed(text);
  whole.update(changes);
  return whole;
}

}  // namespace

ModelFamily FamilyNamed(const std::string& name) {
  json parts;
  parts["vae"] = Parsed(kVae);
  parts["unet"] = Parsed(kUNet);
  parts["scheduler"] = Parsed(kScheduler);
  parts["index"] = json::object();
  if (name == "sd15") {
    parts["text_encoder"] = Parsed(kClipL);
    return {name, 512, parts};
  }
  if (name == "sd2") {
    parts["text_encoder"] = Parsed(kClipH);
    parts["unet"].update({{"attention_head_dim", {5, 10, 20, 20}},
                          {"cross_attention_dim", 1024},
                          {"use_linear_projection", true}});
    return {name, 512, parts};
  }
  if (name != "sdxl" && name != "sdxl-refiner") {
    throw Error(ErrorKind::kUsage,
                "unknown model family '" + name +
                    "': use sd15, sd2, sdxl or sdxl-refiner");
  }
  parts["vae"].update({{"sample_size", 1024}, {"scaling_factor", 0.13025}});
  parts["scheduler"]["_class_name"] = "EulerDiscreteScheduler";
  parts["text_encoder_2"] = Parsed(kClipG);
  parts["index"]["force_zeros_for_empty_prompt"] = name == "sdxl";
  parts["unet"] = Parsed(kXlUNet);
  if (name == "sdxl") {
    parts["text_encoder"] = Parsed(kClipL);
  } else {
    parts["unet"] = Merged(kXlUNet, Parsed(kRefinerUNet));
  }
  return {name, 1024, parts};
}

}  // namespace stage::models
