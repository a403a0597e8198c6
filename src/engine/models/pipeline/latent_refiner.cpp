#include "engine/models/pipeline/latent_refiner.h"

#include <torch/torch.h>

#include <cmath>

#include "core/error.h"
#include "engine/models/model_config.h"
#include "engine/models/pipeline/batch_rows.h"
#include "engine/models/published_model.h"

namespace stage::models {
namespace {

using torch::Tensor;

constexpr int64_t kSizes = 6;
// What the refiner was published to be asked with.
constexpr double kGoodScore = 6;
constexpr double kPoorScore = 2.5;

int64_t SizesOf(const UNet2DConditionConfig& config, int64_t pooled_width) {
  return (config.projection_class_embeddings_input_dim - pooled_width) /
         config.addition_time_embed_dim;
}

}  // namespace

std::shared_ptr<LatentRefiner> LoadLatentRefiner(
    const std::filesystem::path& folder,
    const Placement& placement,
    Residence residence) {
  const std::shared_ptr<const PublishedModel> model = OpenModelFolder(folder);
  auto refiner = std::make_shared<LatentRefiner>();
  refiner->config = UNet2DConditionConfig::FromJson(model->Part("unet").config);
  if (!refiner->config.adds_text_time || refiner->config.in_channels != 4) {
    throw Error(ErrorKind::kModel,
                folder.string() + ": is not the refiner of an XL model");
  }
  const nlohmann::json scheduler = model->Scheduler();
  refiner->prediction_type =
      ModelConfig(scheduler).Word("prediction_type", "epsilon");
  const nlohmann::json index = model->Index();
  refiner->zeros_for_nothing =
      ModelConfig(index).Flag("force_zeros_for_empty_prompt", false);
  refiner->unet = OnDemand<UNet2DConditionModel>(
      [=] { return MakeUNet(model->Part("unet"), placement); }, residence);
  refiner->recorded = RecordedUNet(MakeCudaRecorder(placement.device));
  return refiner;
}

PromptEmbeds OfSecondEncoder(const PromptEmbeds& both, int64_t width) {
  const int64_t columns = both.tokens.size(-1);
  if (!both.pooled.defined() || columns <= width) {
    throw Error(ErrorKind::kModel,
                "the refiner reads text encodings of " + std::to_string(width) +
                    " numbers, which this model does not have");
  }
  return {both.tokens.narrow(-1, columns - width, width), both.pooled};
}

size_t HandoverStep(const std::vector<double>& timesteps,
                    int64_t train,
                    double part) {
  const auto all = static_cast<double>(train);
  const double cutoff = std::nearbyint(all - part * all);
  size_t step = 0;
  while (step < timesteps.size() && timesteps[step] >= cutoff) ++step;
  return step;
}

Tensor SizeConditioning(const UNet2DConditionConfig& config,
                        int64_t pooled_width,
                        const std::vector<int64_t>& hints,
                        bool guided,
                        int64_t variants) {
  const Tensor all = torch::tensor(hints, torch::kFloat32);
  const int64_t halves = guided ? 2 : 1;
  if (SizesOf(config, pooled_width) == kSizes) {
    return all.unsqueeze(0).repeat({halves * variants, 1});
  }
  const auto row = [&](double score) {
    return torch::cat({all.narrow(0, 0, kSizes - 2),
                       torch::full({1}, score, torch::kFloat32)})
        .unsqueeze(0);
  };
  return RowsRepeated(Halves(row(kPoorScore), row(kGoodScore), guided),
                      variants);
}

}  // namespace stage::models
