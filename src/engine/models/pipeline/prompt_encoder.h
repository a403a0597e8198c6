#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/models/clip_text.h"
#include "engine/models/clip_tokenizer.h"
#include "engine/models/load_weights.h"
#include "engine/models/on_demand.h"

namespace stage::models {

class PublishedModel;

/// A prompt as a UNet takes it.
struct PromptEmbeds {
  torch::Tensor tokens;  ///< [1, n, cross_attention_dim], n a multiple of 77
  torch::Tensor pooled;  ///< XL: [1, d]; else undefined
};

/// Tokens repeated until there are at least so many, for a prompt and a
/// negative prompt of unlike lengths.
/// @param tokens  [1, n, d]
/// @return        [1, max(n, length), d]
torch::Tensor TokensAsLong(const torch::Tensor& tokens, int64_t length);

/// The text encoders of one published pipeline folder: one (SD 1 and 2) or two
/// (XL).
class PromptEncoder {
 public:
  /// @throws Error(kModel)
  PromptEncoder(std::shared_ptr<const PublishedModel> model,
                const Placement& placement,
                Residence residence = Residence::kStays);
  PromptEncoder(const std::filesystem::path& folder,
                const Placement& placement);

  /// Prompts over 75 tokens are encoded in parts of 75. "(words:1.3)" weighs
  /// words, "(words)" is 1.1, "[words]" is 1 / 1.1; "\(" is a parenthesis.
  /// What the last prompts gave is remembered: a folder's are mostly the same.
  /// @param clip_skip  last layers left out, 0 for none
  PromptEmbeds Encode(const std::string& prompt, int clip_skip = 0);
  /// What stands for "no negative prompt": zeros where the model was trained
  /// so (XL), else the empty text.
  PromptEmbeds EncodeNothing();
  bool is_xl() const { return is_xl_; }
  size_t count() const { return encoders_.size(); }
  OnDemand<ClipTextModel>& model(size_t i) { return encoders_.at(i).model; }
  /// Frees the encoders, unless they stay; Encode reads them again.
  void LetGo();
  /// Moves the weights to a device; what Encode gives stays on the
  /// placement's.
  void MoveTo(const torch::Device& device);

 private:
  struct Encoder {
    ClipTokenizer tokenizer;
    OnDemand<ClipTextModel> model;
  };
  PromptEmbeds EncodeAnew(const std::string& prompt, int clip_skip);
  torch::Tensor EncodeWith(Encoder& encoder,
                           const std::string& prompt,
                           size_t parts,
                           int clip_skip,
                           torch::Tensor& pooled);

  std::vector<Encoder> encoders_;
  std::map<std::pair<std::string, int>, PromptEmbeds> known_;
  bool zeros_for_nothing_ = false;
  bool is_xl_ = false;  ///< or its refiner, which has the second one alone
  Placement placement_;
};

}  // namespace stage::models
