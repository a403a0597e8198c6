#include "engine/models/single_file.h"

#include "core/error.h"
#include "engine/models/autoencoder_kl.h"
#include "engine/models/clip_text.h"
#include "engine/models/ldm_names.h"
#include "engine/models/model_config.h"
#include "engine/models/unet_2d_condition.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using namespace stage::models;
using torch::Tensor;

namespace fs = std::filesystem;

const fs::path kModels = fs::path(STAGE_SOURCE_DIR) / "tests/parity/models";

/// A tiny published folder as one file in ldm naming would hold it.
struct Packed {
  Checkpoint checkpoint{.source = "packed"};
  ModelFamily family;
};

void Pack(const torch::nn::Module& module,
          const std::string& prefix,
          const std::function<std::string(const std::string&)>& name,
          Checkpoint& into) {
  for (const auto& item : module.named_parameters()) {
    const std::string there = prefix + name(item.key());
    CHECK_FALSE(into.tensors.contains(there));
    into.tensors[there] = item.value();
  }
}

/// OpenCLIP keeps queries, keys and values together, and its projection turned.
void PackOpenClip(const ClipTextModel& text,
                  const std::string& prefix,
                  Checkpoint& into) {
  Checkpoint parts;
  Pack(*text, "", OpenClipName, parts);
  for (const auto& [name, tensor] : parts.tensors) {
    if (name.ends_with(".k") || name.ends_with(".v")) continue;
    if (!name.ends_with(".q")) {
      into.tensors[prefix + name] =
          name == "text_projection" ? tensor.t() : tensor;
      continue;
    }
    const std::string whole = name.substr(0, name.size() - 2);
    into.tensors[prefix + whole] = torch::cat({parts.tensors.at(whole + ".q"),
                                               parts.tensors.at(whole + ".k"),
                                               parts.tensors.at(whole + ".v")});
  }
}

Packed PackFolder(const std::string& folder, const std::string& family) {
  const fs::path model = kModels / folder;
  Packed packed;
  packed.family = FamilyNamed(family);
  for (auto& [part, config] : packed.family.parts.items()) {
    if (fs::exists(model / part / "config.json")) {
      config = ReadModelConfig(model / part);
    }
  }
  const auto unet = LoadUNet(model / "unet", {});
  Pack(
      *unet,
      "model.diffusion_model.",
      [&](const std::string& name) {
        return LdmUNetName(name, unet->config());
      },
      packed.checkpoint);
  const auto vae = LoadAutoencoderKL(model / "vae", {});
  const auto blocks =
      static_cast<int64_t>(vae->config().block_out_channels.size());
  Pack(
      *vae,
      "first_stage_model.",
      [&](const std::string& name) { return LdmVaeName(name, blocks); },
      packed.checkpoint);
  const auto text = LoadClipText(model / "text_encoder", {});
  const auto same = [](const std::string& name) { return name; };
  if (family == "sd2") {
    PackOpenClip(text, "cond_stage_model.model.", packed.checkpoint);
  } else if (family == "sd15") {
    Pack(*text, "cond_stage_model.transformer.", same, packed.checkpoint);
  } else {
    Pack(
        *text, "conditioner.embedders.0.transformer.", same, packed.checkpoint);
    PackOpenClip(LoadClipText(model / "text_encoder_2", {}),
                 "conditioner.embedders.1.model.",
                 packed.checkpoint);
  }
  return packed;
}

bool SameWeights(const torch::nn::Module& a, const torch::nn::Module& b) {
  const auto left = a.named_parameters();
  const auto right = b.named_parameters();
  if (left.size() != right.size()) return false;
  for (const auto& item : left) {
    if (!torch::equal(item.value(), right[item.key()])) return false;
  }
  return true;
}

TEST_CASE("SingleFile: the same networks come out as of the folder") {
  for (const auto& [folder, family] :
       std::vector<std::pair<std::string, std::string>>{
           {"sd15", "sd15"},
           {"sd15_inpaint", "sd15"},
           {"sd2", "sd2"},
           {"sdxl", "sdxl"}}) {
    CAPTURE(folder);
    Packed packed = PackFolder(folder, family);
    const fs::path model = kModels / folder;
    const auto file =
        OpenSingleFile(packed.checkpoint, packed.family, model / "tokenizer");
    CHECK(SameWeights(*MakeUNet(file->Part("unet"), {}),
                      *LoadUNet(model / "unet", {})));
    CHECK(SameWeights(*MakeAutoencoderKL(file->Part("vae"), {}),
                      *LoadAutoencoderKL(model / "vae", {})));
    CHECK(SameWeights(*MakeClipText(file->Part("text_encoder"), {}),
                      *LoadClipText(model / "text_encoder", {})));
    CHECK(file->Has("text_encoder_2") == (family == "sdxl"));
    if (family == "sdxl") {
      CHECK(SameWeights(*MakeClipText(file->Part("text_encoder_2"), {}),
                        *LoadClipText(model / "text_encoder_2", {})));
    }
    for (const char* name : {"tokenizer", "tokenizer_2"}) {
      if (!fs::exists(model / name)) continue;
      CHECK(file->Tokenizer(name).EncodePadded("a sofa") ==
            ClipTokenizer(model / name).EncodePadded("a sofa"));
    }
  }
}

TEST_CASE("SingleFile: published names are met") {
  const auto unet = [](const std::string& family, const std::string& name) {
    const auto parts = FamilyNamed(family).parts;
    return LdmUNetName(name, UNet2DConditionConfig::FromJson(parts.at("unet")));
  };
  // Of the files that the models were first published as.
  CHECK(unet("sd15", "down_blocks.1.resnets.0.conv_shortcut.weight") ==
        "input_blocks.4.0.skip_connection.weight");
  CHECK(unet("sd15", "down_blocks.0.downsamplers.0.conv.bias") ==
        "input_blocks.3.0.op.bias");
  CHECK(unet("sd15", "up_blocks.0.upsamplers.0.conv.weight") ==
        "output_blocks.2.1.conv.weight");
  CHECK(unet("sd15", "up_blocks.1.upsamplers.0.conv.weight") ==
        "output_blocks.5.2.conv.weight");
  CHECK(unet("sd15", "mid_block.resnets.1.norm2.weight") ==
        "middle_block.2.out_layers.0.weight");
  CHECK(unet("sdxl", "add_embedding.linear_1.weight") ==
        "label_emb.0.0.weight");
  CHECK(unet("sdxl",
             "up_blocks.0.attentions.2.transformer_blocks.9.ff.net.2.bias") ==
        "output_blocks.2.1.transformer_blocks.9.ff.net.2.bias");
  CHECK(LdmVaeName("decoder.up_blocks.0.resnets.2.conv1.weight", 4) ==
        "decoder.up.3.block.2.conv1.weight");
  CHECK(LdmVaeName("encoder.mid_block.attentions.0.to_out.0.bias", 4) ==
        "encoder.mid.attn_1.proj_out.bias");
}

TEST_CASE("SingleFile: the family is told from the tensors") {
  const auto meta = [](torch::IntArrayRef shape) {
    return torch::empty(shape, torch::TensorOptions().device(torch::kMeta));
  };
  const auto family = [&](const std::string& text, int64_t width, int64_t in) {
    Checkpoint checkpoint{.source = "x.safetensors"};
    checkpoint.tensors["model.diffusion_model.input_blocks.0.0.weight"] =
        meta({width, in, 3, 3});
    checkpoint.tensors[text + "x"] = meta({1});
    return FamilyOf(checkpoint);
  };
  const ModelFamily first =
      family("cond_stage_model.transformer.text_model.", 320, 9);
  CHECK(first.name == "sd15");
  CHECK(first.parts["unet"]["in_channels"] == 9);
  CHECK(family("cond_stage_model.model.", 320, 4)
            .parts["scheduler"]["prediction_type"] == "v_prediction");
  CHECK(family("cond_stage_model.model.", 320, 9)
            .parts["scheduler"]["prediction_type"] == "epsilon");
  CHECK(family("conditioner.embedders.1.model.", 320, 4).name == "sdxl");
  CHECK(family("conditioner.embedders.0.model.", 384, 4).name ==
        "sdxl-refiner");
  CHECK_THROWS_AS(family("cond_stage_model.model.", 64, 4), Error);
  CHECK_THROWS_AS(family("text.", 320, 4), Error);
}

}  // namespace
}  // namespace stage::test
