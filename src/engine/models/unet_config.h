#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace stage::models {

/// The shape of one UNet (or of the ControlNet that mirrors it); field names
/// match its config.json.
struct UNet2DConditionConfig {
  int64_t in_channels = 4;
  int64_t out_channels = 4;
  std::vector<int64_t> block_out_channels = {320, 640, 1280, 1280};
  std::vector<std::string> down_block_types;
  std::vector<std::string> up_block_types;
  int64_t layers_per_block = 2;
  std::vector<int64_t> transformer_layers_per_block;  ///< one a down block
  /// Heads a down block: what published configs call attention_head_dim.
  std::vector<int64_t> heads;
  int64_t cross_attention_dim = 768;
  int64_t norm_num_groups = 32;
  double norm_eps = 1e-5;
  bool use_linear_projection = false;
  bool flip_sin_to_cos = true;
  double freq_shift = 0;
  int64_t sample_size = 64;  ///< latent cells a side it was trained at
  /// text_time (XL): pooled text and picture sizes join the time embedding.
  bool adds_text_time = false;
  int64_t addition_time_embed_dim = 256;
  int64_t projection_class_embeddings_input_dim = 2816;

  /// @throws Error(kModel) naming a field that this version cannot use
  static UNet2DConditionConfig FromJson(const nlohmann::json& json);
  int64_t time_channels() const { return 4 * block_out_channels.front(); }
};

}  // namespace stage::models
