#include "engine/models/ldm_names.h"

#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

namespace stage::models {
namespace {

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

std::vector<std::string> Split(const std::string& name) {
  std::vector<std::string> parts;
  std::istringstream in(name);
  for (std::string part; std::getline(in, part, '.');) parts.push_back(part);
  return parts;
}

std::string Joined(const std::vector<std::string>& parts, size_t from) {
  std::string name;
  for (size_t i = from; i < parts.size(); ++i) name += "." + parts[i];
  return name;
}

/// Replaces the beginning by the first pair that fits; else as it is.
std::string WithBeginning(const std::string& name, const Pairs& pairs) {
  for (const auto& [from, to] : pairs) {
    if (!name.starts_with(from)) continue;
    const char next = name.size() > from.size() ? name[from.size()] : '.';
    if (next != '.') continue;
    return std::string(to) + name.substr(from.size());
  }
  return name;
}

/// What is behind "resnets.N": ".norm1.weight" and so on.
std::string UNetResnet(const std::string& rest) {
  return "." + WithBeginning(rest.substr(1),
                             {{"norm1", "in_layers.0"},
                              {"conv1", "in_layers.2"},
                              {"time_emb_proj", "emb_layers.1"},
                              {"norm2", "out_layers.0"},
                              {"conv2", "out_layers.3"},
                              {"conv_shortcut", "skip_connection"}});
}

std::string VaeResnet(const std::string& rest) {
  return "." +
         WithBeginning(rest.substr(1), {{"conv_shortcut", "nin_shortcut"}});
}

std::string Dotted(std::initializer_list<std::string> parts) {
  std::string name;
  for (const std::string& part : parts) {
    name += (name.empty() ? "" : ".") + part;
  }
  return name;
}

}  // namespace

std::string LdmUNetName(const std::string& name,
                        const UNet2DConditionConfig& config) {
  const int64_t layers_per_block = config.layers_per_block;
  const std::vector<std::string> parts = Split(name);
  const auto number = [&](size_t i) { return std::stoll(parts[i]); };
  const std::string& head = parts.front();
  if (head == "mid_block") {  // mid_block.resnets.N..., .attentions.0...
    if (parts[1] == "attentions") return "middle_block.1" + Joined(parts, 3);
    return "middle_block." + std::to_string(2 * number(2)) +
           UNetResnet(Joined(parts, 3));
  }
  if (head == "down_blocks" || head == "up_blocks") {
    // One entry a layer there; what changes the size follows or ends a block.
    const bool down = head == "down_blocks";
    const int64_t first = number(1) * (layers_per_block + 1) + (down ? 1 : 0);
    const std::string blocks = down ? "input_blocks" : "output_blocks";
    const auto entry = [&](int64_t i) { return std::to_string(first + i); };
    if (parts[2] == "resnets") {
      return Dotted({blocks, entry(number(3)), "0"}) +
             UNetResnet(Joined(parts, 4));
    }
    if (parts[2] == "attentions") {
      return Dotted({blocks, entry(number(3)), "1"}) + Joined(parts, 4);
    }
    if (down) {
      return Dotted({blocks, entry(layers_per_block), "0.op"}) +
             Joined(parts, 5);
    }
    const auto& type = config.up_block_types.at(static_cast<size_t>(number(1)));
    const bool after_attention = type == "CrossAttnUpBlock2D";
    return Dotted({blocks,
                   entry(layers_per_block),
                   after_attention ? "2.conv" : "1.conv"}) +
           Joined(parts, 5);
  }
  return WithBeginning(name,
                       {{"time_embedding.linear_1", "time_embed.0"},
                        {"time_embedding.linear_2", "time_embed.2"},
                        {"add_embedding.linear_1", "label_emb.0.0"},
                        {"add_embedding.linear_2", "label_emb.0.2"},
                        {"conv_in", "input_blocks.0.0"},
                        {"conv_norm_out", "out.0"},
                        {"conv_out", "out.2"}});
}

std::string LdmVaeName(const std::string& name, int64_t blocks) {
  const std::vector<std::string> parts = Split(name);
  if (parts.size() < 3) return name;
  const std::string& half = parts[0];  // encoder or decoder
  const std::string& place = parts[1];
  if (place == "conv_norm_out") return half + ".norm_out" + Joined(parts, 2);
  if (place == "mid_block") {
    if (parts[2] == "resnets") {
      return half + ".mid.block_" + std::to_string(std::stoll(parts[3]) + 1) +
             VaeResnet(Joined(parts, 4));
    }
    return half + ".mid.attn_1." +
           WithBeginning(Joined(parts, 4).substr(1),
                         {{"group_norm", "norm"},
                          {"to_q", "q"},
                          {"to_k", "k"},
                          {"to_v", "v"},
                          {"to_out.0", "proj_out"}});
  }
  if (place != "down_blocks" && place != "up_blocks") return name;
  const bool down = place == "down_blocks";
  const int64_t index = std::stoll(parts[2]);
  const std::string level =
      Dotted({half,
              down ? "down" : "up",
              std::to_string(down ? index : blocks - 1 - index)});
  if (parts[3] == "resnets") {
    return Dotted({level, "block", parts[4]}) + VaeResnet(Joined(parts, 5));
  }
  return level + (down ? ".downsample" : ".upsample") + Joined(parts, 5);
}

std::string OpenClipName(const std::string& name) {
  constexpr std::string_view kLayers = "text_model.encoder.layers.";
  if (!name.starts_with(kLayers)) {
    return WithBeginning(
        name,
        {{"text_model.embeddings.token_embedding", "token_embedding"},
         {"text_model.embeddings.position_embedding.weight",
          "positional_embedding"},
         {"text_model.final_layer_norm", "ln_final"},
         {"text_projection.weight", "text_projection"}});
  }
  const std::vector<std::string> parts = Split(name);
  const std::string layer = "transformer.resblocks." + parts[3] + ".";
  const std::string rest = Joined(parts, 4).substr(1);
  for (const char* projection : {"q_proj", "k_proj", "v_proj"}) {
    const std::string begin = std::string("self_attn.") + projection + ".";
    if (rest.starts_with(begin)) {
      return layer + "attn.in_proj_" + rest.substr(begin.size()) + "." +
             projection[0];
    }
  }
  return layer + WithBeginning(rest,
                               {{"self_attn.out_proj", "attn.out_proj"},
                                {"layer_norm1", "ln_1"},
                                {"layer_norm2", "ln_2"},
                                {"mlp.fc1", "mlp.c_fc"},
                                {"mlp.fc2", "mlp.c_proj"}});
}

}  // namespace stage::models
