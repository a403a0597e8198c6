#include "engine/models/pipeline/prompt_encoder.h"

#include <torch/torch.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/models/model_config.h"
#include "engine/models/pipeline/prompt_weights.h"
#include "engine/models/published_model.h"

namespace stage::models {
namespace {

using torch::Tensor;

constexpr size_t kPartLength = 77;  // with begin and end mark
constexpr size_t kPartTokens = kPartLength - 2;
constexpr size_t kMostKnown = 64;  // prompts of less than a megabyte each

/// Token ids with the weight of the words that they are of.
struct WeightedIds {
  std::vector<int64_t> ids;
  std::vector<float> weights;
};

WeightedIds Tokenize(const ClipTokenizer& tokenizer,
                     const std::string& prompt) {
  WeightedIds all;
  for (const WeightedText& piece : ParsePromptWeights(prompt)) {
    const std::vector<int64_t> ids = tokenizer.Encode(piece.text);
    all.ids.insert(all.ids.end(), ids.begin(), ids.end());
    all.weights.resize(all.ids.size(), static_cast<float>(piece.weight));
  }
  return all;
}

size_t PartsOf(size_t tokens) {
  return std::max<size_t>((tokens + kPartTokens - 1) / kPartTokens, 1);
}

/// One part with marks and padding: [1, 77].
Tensor PartIds(const ClipTokenizer& tokenizer,
               const WeightedIds& all,
               size_t part) {
  std::vector<int64_t> ids{tokenizer.begin_id()};
  const size_t begin = std::min(part * kPartTokens, all.ids.size());
  const size_t end = std::min(begin + kPartTokens, all.ids.size());
  ids.insert(ids.end(),
             all.ids.begin() + static_cast<ptrdiff_t>(begin),
             all.ids.begin() + static_cast<ptrdiff_t>(end));
  ids.push_back(tokenizer.end_id());
  ids.resize(kPartLength, tokenizer.pad_id());
  return torch::tensor(ids).unsqueeze(0);
}

/// Weighs rows and keeps the mean of all: [1, 77, d].
Tensor Weighed(const Tensor& rows, const WeightedIds& all, size_t part) {
  std::vector<float> weights(kPartLength, 1);
  for (size_t i = 0; i < kPartTokens; ++i) {
    const size_t token = part * kPartTokens + i;
    if (token < all.weights.size()) weights[i + 1] = all.weights[token];
  }
  if (std::all_of(weights.begin(), weights.end(), [](float weight) {
        return weight == 1;
      })) {
    return rows;
  }
  const Tensor factors =
      torch::tensor(weights).to(rows.options()).view({1, -1, 1});
  const Tensor weighed = rows * factors;
  return weighed * (rows.mean() / weighed.mean());
}

}  // namespace

PromptEncoder::PromptEncoder(std::shared_ptr<const PublishedModel> model,
                             const Placement& placement,
                             Residence residence)
    : placement_(placement) {
  zeros_for_nothing_ =
      ModelConfig(model->Index()).Flag("force_zeros_for_empty_prompt", false);
  is_xl_ = model->Has("text_encoder_2");
  for (const char* suffix : {"", "_2"}) {
    const std::string part = std::string("text_encoder") + suffix;
    if (!model->Has(part)) continue;
    const auto read = [=] {
      return MakeClipText(model->Part(part), placement);
    };
    encoders_.push_back({model->Tokenizer(std::string("tokenizer") + suffix),
                         OnDemand<ClipTextModel>(read, residence)});
  }
}

PromptEncoder::PromptEncoder(const std::filesystem::path& folder,
                             const Placement& placement)
    : PromptEncoder(
          std::shared_ptr<const PublishedModel>(OpenModelFolder(folder)),
          placement) {}

void PromptEncoder::MoveTo(const torch::Device& device) {
  for (Encoder& encoder : encoders_) encoder.model->to(device);
}

void PromptEncoder::LetGo() {
  for (Encoder& encoder : encoders_) encoder.model.LetGo();
}

Tensor PromptEncoder::EncodeWith(Encoder& encoder,
                                 const std::string& prompt,
                                 size_t parts,
                                 int clip_skip,
                                 Tensor& pooled) {
  const WeightedIds all = Tokenize(encoder.tokenizer, prompt);
  std::vector<Tensor> rows;
  for (size_t part = 0; part < parts; ++part) {
    const Tensor ids =
        PartIds(encoder.tokenizer, all, part).to(placement_.device);
    const TextEncoding encoding = encoder.model.Get()(ids);
    // XL was trained on the state before the last layer, without final norm.
    const auto from_end = static_cast<size_t>(clip_skip + (is_xl() ? 2 : 1));
    const auto& states = encoding.hidden_states;
    Tensor state = states[states.size() - std::min(from_end, states.size())];
    if (!is_xl()) {
      state = clip_skip == 0 ? encoding.last_hidden_state
                             : encoder.model->FinalNorm(state);
    }
    rows.push_back(Weighed(state, all, part));
    if (part == 0) pooled = encoding.pooled;
  }
  return torch::cat(rows, 1);
}

PromptEmbeds PromptEncoder::Encode(const std::string& prompt, int clip_skip) {
  const auto key = std::make_pair(prompt, clip_skip);
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  if (known_.size() >= kMostKnown) known_.clear();
  return known_[key] = EncodeAnew(prompt, clip_skip);
}

PromptEmbeds PromptEncoder::EncodeAnew(const std::string& prompt,
                                       int clip_skip) {
  const torch::NoGradGuard no_grad;
  size_t parts = 1;
  for (const Encoder& encoder : encoders_) {
    parts = std::max(parts,
                     PartsOf(Tokenize(encoder.tokenizer, prompt).ids.size()));
  }
  PromptEmbeds embeds;
  std::vector<Tensor> columns;
  for (Encoder& encoder : encoders_) {
    columns.push_back(
        EncodeWith(encoder, prompt, parts, clip_skip, embeds.pooled));
  }
  embeds.tokens = torch::cat(columns, -1);
  if (!is_xl()) embeds.pooled = Tensor();
  return embeds;
}

Tensor TokensAsLong(const Tensor& tokens, int64_t length) {
  const int64_t all = std::max(length, tokens.size(1));
  const int64_t times = (all + tokens.size(1) - 1) / tokens.size(1);
  return tokens.repeat({1, times, 1}).slice(1, 0, all);
}

PromptEmbeds PromptEncoder::EncodeNothing() {
  PromptEmbeds embeds = Encode("");
  if (zeros_for_nothing_) {
    embeds.tokens = torch::zeros_like(embeds.tokens);
    if (embeds.pooled.defined()) {
      embeds.pooled = torch::zeros_like(embeds.pooled);
    }
  }
  return embeds;
}

}  // namespace stage::models
