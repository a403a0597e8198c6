#include "engine/models/unet_config.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "engine/models/model_config.h"

namespace stage::models {
namespace {

void CheckBlockTypes(const std::vector<std::string>& types,
                     size_t count,
                     const std::string& direction) {
  const std::string known[] = {direction + "Block2D",
                               "CrossAttn" + direction + "Block2D"};
  bool good = types.size() == count;
  for (const std::string& type : types) {
    good = good && (type == known[0] || type == known[1]);
  }
  if (good) return;
  throw Error(ErrorKind::kModel,
              "the model's config: only " + known[0] + " and " + known[1] +
                  " can be used, one a size");
}

}  // namespace

UNet2DConditionConfig UNet2DConditionConfig::FromJson(
    const nlohmann::json& json) {
  const ModelConfig read(json);
  UNet2DConditionConfig config;
  config.in_channels = read.Integer("in_channels", 4);
  config.out_channels = read.Integer("out_channels", 4);
  config.block_out_channels =
      read.Integers("block_out_channels", {320, 640, 1280, 1280});
  const size_t blocks = config.block_out_channels.size();
  config.down_block_types = read.Words("down_block_types");
  config.up_block_types = read.Words("up_block_types");
  CheckBlockTypes(config.down_block_types, blocks, "Down");
  if (!config.up_block_types.empty()) {
    CheckBlockTypes(config.up_block_types, blocks, "Up");
  }
  config.layers_per_block = read.Integer("layers_per_block", 2);
  config.transformer_layers_per_block =
      read.PerBlock("transformer_layers_per_block", blocks, 1);
  config.heads =
      read.PerBlock(read.Has("num_attention_heads") ? "num_attention_heads"
                                                    : "attention_head_dim",
                    blocks,
                    8);
  config.cross_attention_dim = read.Integer("cross_attention_dim", 1280);
  config.norm_num_groups = read.Integer("norm_num_groups", 32);
  config.norm_eps = read.Number("norm_eps", 1e-5);
  config.use_linear_projection = read.Flag("use_linear_projection", false);
  config.flip_sin_to_cos = read.Flag("flip_sin_to_cos", true);
  config.freq_shift = read.Number("freq_shift", 0);
  config.sample_size = read.Integer("sample_size", 64);
  config.adds_text_time = read.Has("addition_embed_type");
  read.Only("addition_embed_type", "text_time");
  config.addition_time_embed_dim = read.Integer("addition_time_embed_dim", 256);
  config.projection_class_embeddings_input_dim =
      read.Integer("projection_class_embeddings_input_dim", 2816);
  read.Only("act_fn", "silu");
  read.Only("mid_block_type", "UNetMidBlock2DCrossAttn");
  read.Only("time_embedding_type", "positional");
  read.Only("resnet_time_scale_shift", "default");
  read.Only("mid_block_scale_factor", 1);
  read.Only("class_embed_type", nullptr);
  read.Only("encoder_hid_dim_type", nullptr);
  read.Only("time_cond_proj_dim", nullptr);
  read.Only("dual_cross_attention", false);
  read.Only("only_cross_attention", false);
  return config;
}

}  // namespace stage::models
