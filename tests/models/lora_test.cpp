#include "engine/models/lora.h"

#include "core/error.h"
#include "engine/models/clip_text.h"
#include "engine/models/ldm_names.h"
#include "engine/models/unet_2d_condition.h"
#include "support/temp_dir.h"
#include "support/torch_doctest.h"
#include "support/write_tensors.h"

namespace stage::test {
namespace {

using models::Lora;
using torch::Tensor;

namespace fs = std::filesystem;

const fs::path kModels = fs::path(STAGE_SOURCE_DIR) / "tests/parity/models";

models::UNet2DConditionModel TinyUNet() {
  return models::LoadUNet(kModels / "sd15/unet", {});
}

Tensor WeightOf(const torch::nn::Module& module, const std::string& name) {
  return module.named_parameters()[name].clone();
}

const std::string kQuery =
    "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";
const std::string kQueryFlat =
    "down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q";

/// A rank-2 change to a [n, n] layer.
struct SmallChange {
  explicit SmallChange(int64_t n)
      : down(torch::randn({2, n})), up(torch::randn({n, 2})) {}
  Tensor down, up;
};

/// Merges a file with these tensors and gives one weight before and after.
std::pair<Tensor, Tensor> Merged(const NamedTensors& tensors,
                                 double weight,
                                 const std::string& layer = kQuery) {
  const TempDir folder;
  WriteTensors(tensors, folder.path() / "x.safetensors");
  auto unet = TinyUNet();
  const Tensor before = WeightOf(*unet, layer + ".weight");
  Lora lora(folder.path() / "x.safetensors");
  const int merged =
      lora.MergeInto(*unet, Lora::Part::kUNet, weight, [&](const auto& name) {
        return models::LdmUNetName(name, unet->config());
      });
  CHECK(merged == 1);
  CHECK(lora.Unused().empty());
  return {before, WeightOf(*unet, layer + ".weight")};
}

TEST_CASE("Lora: all namings add weight x alpha / rank x up x down") {
  torch::manual_seed(3);
  const SmallChange change(8);
  const Tensor product = torch::mm(change.up, change.down);
  for (const auto& [down, up] :
       std::vector<std::pair<std::string, std::string>>{
           {"lora_unet_" + kQueryFlat + ".lora_down.weight",
            "lora_unet_" + kQueryFlat + ".lora_up.weight"},
           {"lora_unet_input_blocks_1_1_transformer_blocks_0_attn1_to_q.lora_"
            "down.weight",
            "lora_unet_input_blocks_1_1_transformer_blocks_0_attn1_to_q.lora_"
            "up.weight"},
           {"unet." + kQuery + ".lora_A.weight",
            "unet." + kQuery + ".lora_B.weight"},
           {"unet." + kQuery + ".lora.down.weight",
            "unet." + kQuery + ".lora.up.weight"},
           {"unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1."
            "processor.to_q_lora.down.weight",
            "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1."
            "processor.to_q_lora.up.weight"}}) {
    CAPTURE(down);
    const auto [before, after] =
        Merged({{down, change.down}, {up, change.up}}, 0.5);
    CHECK(torch::allclose(after, before + 0.5 * product, 1e-5, 1e-5));
  }
  const auto [before, after] =
      Merged({{"lora_unet_" + kQueryFlat + ".lora_down.weight", change.down},
              {"lora_unet_" + kQueryFlat + ".lora_up.weight", change.up},
              {"lora_unet_" + kQueryFlat + ".alpha", torch::tensor(1.0F)}},
             -1);
  CHECK(torch::allclose(after, before - 0.5 * product, 1e-5, 1e-5));
}

TEST_CASE("Lora: convolutions, with and without a core between") {
  torch::manual_seed(4);
  const std::string layer = "down_blocks.0.resnets.0.conv1";
  const std::string name = "lora_unet_down_blocks_0_resnets_0_conv1";
  const Tensor down = torch::randn({2, 8, 3, 3});
  const Tensor up = torch::randn({8, 2, 1, 1});
  const auto [before, after] = Merged(
      {{name + ".lora_down.weight", down}, {name + ".lora_up.weight", up}},
      1,
      layer);
  // As the two convolutions that it stands for.
  const Tensor x = torch::randn({1, 8, 5, 5});
  CHECK(torch::allclose(torch::conv2d(x, after - before),
                        torch::conv2d(torch::conv2d(x, down), up),
                        1e-3,
                        1e-4));

  const Tensor narrow = torch::randn({2, 8, 1, 1});
  const Tensor core = torch::randn({2, 2, 3, 3});
  const auto [first, second] = Merged({{name + ".lora_down.weight", narrow},
                                       {name + ".lora_mid.weight", core},
                                       {name + ".lora_up.weight", up}},
                                      1,
                                      layer);
  CHECK(torch::allclose(
      torch::conv2d(x, second - first),
      torch::conv2d(torch::conv2d(torch::conv2d(x, narrow), core), up),
      1e-3,
      1e-4));
}

TEST_CASE("Lora: text encoders have changes of their own") {
  torch::manual_seed(5);
  const TempDir folder;
  const SmallChange change(32);
  const std::string layer = "text_model.encoder.layers.0.self_attn.q_proj";
  for (const auto& [down, up] :
       std::vector<std::pair<std::string, std::string>>{
           {"lora_te_text_model_encoder_layers_0_self_attn_q_proj.lora_down."
            "weight",
            "lora_te_text_model_encoder_layers_0_self_attn_q_proj.lora_up."
            "weight"},
           {"text_encoder." + layer + ".lora_linear_layer.down.weight",
            "text_encoder." + layer + ".lora_linear_layer.up.weight"}}) {
    WriteTensors({{down, change.down}, {up, change.up}},
                 folder.path() / "x.safetensors");
    auto text = models::LoadClipText(kModels / "sd15/text_encoder", {});
    const Tensor before = WeightOf(*text, layer + ".weight");
    Lora lora(folder.path() / "x.safetensors");
    CHECK(lora.MergeInto(*TinyUNet(), Lora::Part::kUNet, 1) == 0);
    CHECK(lora.Unused().size() == 1);
    CHECK(lora.MergeInto(*text, Lora::Part::kTextEncoder, 1) == 1);
    CHECK(torch::allclose(WeightOf(*text, layer + ".weight"),
                          before + torch::mm(change.up, change.down),
                          1e-5,
                          1e-5));
  }
}

TEST_CASE("Lora: what is none, is half of one or does not fit is refused") {
  const TempDir folder;
  const fs::path file = folder.path() / "x.safetensors";
  const std::string name = "lora_unet_" + kQueryFlat;
  const auto refused = [&](const NamedTensors& tensors) {
    WriteTensors(tensors, file);
    try {
      Lora lora(file);
      lora.MergeInto(*TinyUNet(), Lora::Part::kUNet, 1);
    } catch (const Error& error) {
      return error.kind() == ErrorKind::kModel;
    }
    return false;
  };
  const Tensor small = torch::zeros({2, 8});
  CHECK(refused({{name + ".hada_w1_a", small}}));
  CHECK(refused({{"conv_in.weight", small}}));
  CHECK(refused({{name + ".lora_down.weight", small}}));
  CHECK(refused({{name + ".lora_down.weight", torch::zeros({2, 9})},
                 {name + ".lora_up.weight", torch::zeros({8, 2})}}));
  CHECK(refused({{name + ".lora_down.weight", torch::zeros({3, 8})},
                 {name + ".lora_up.weight", torch::zeros({8, 2})}}));
  CHECK_FALSE(refused({{name + ".lora_down.weight", small},
                       {name + ".lora_up.weight", torch::zeros({8, 2})}}));
}

}  // namespace
}  // namespace stage::test
