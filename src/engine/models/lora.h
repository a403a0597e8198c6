#pragma once

#include <torch/nn/module.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/models/checkpoint.h"

namespace stage::models {

/// Low-rank changes to the weights of a pipeline (arXiv:2106.09685): each adds
/// weight * alpha / rank * up * down to one layer. Read from files in the
/// naming of kohya's trainer ("lora_unet_...lora_down.weight", with layers
/// named as in diffusers or as in ldm) or of diffusers (".lora_A.weight",
/// ".lora.down.weight", "...to_q_lora.down.weight").
class Lora {
 public:
  /// @throws Error(kModel) for a file that is none, or of a kind other than
  ///         plain LoRA (LoHa, LoKr, DoRA)
  explicit Lora(const std::filesystem::path& file);

  /// Which network of a pipeline a module is.
  enum class Part { kUNet, kTextEncoder, kTextEncoder2 };
  /// Another name of a module's parameter, see LdmUNetName; or empty.
  using OtherName = std::function<std::string(const std::string&)>;

  /// Changes the weights of a module for which the file has changes.
  /// @param weight  of the file, times its own alpha / rank
  /// @return        how many layers were changed
  /// @throws Error(kModel) when a change does not fit its layer
  int MergeInto(torch::nn::Module& module,
                Part part,
                double weight,
                const OtherName& other_name = {});
  /// Changes that no module so far had a layer for: those of another model.
  std::vector<std::string> Unused() const;
  const std::string& source() const { return source_; }

 private:
  struct Change {
    torch::Tensor down;  ///< [rank, in] or [rank, in, k, k]
    torch::Tensor up;    ///< [out, rank] or [out, rank, 1, 1]
    torch::Tensor mid;   ///< [rank, rank, k, k] or undefined
    double alpha = -1;   ///< negative: the rank
    bool used = false;
  };
  torch::Tensor Delta(const Change& change,
                      const std::string& layer,
                      const torch::Tensor& weight) const;

  std::string source_;
  std::map<std::string, Change> changes_;  ///< by "unet_down_blocks_0_..."
};

}  // namespace stage::models
