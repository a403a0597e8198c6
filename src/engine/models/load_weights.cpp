#include "engine/models/load_weights.h"

#include <torch/torch.h>

#include <algorithm>
#include <sstream>

#include "core/error.h"
#include "engine/models/cuda_ways.h"

namespace stage::models {
namespace {

std::string ShapeText(const torch::Tensor& tensor) {
  std::ostringstream text;
  text << tensor.sizes();
  return text.str();
}

/// Shapes without the ones at their ends.
std::vector<int64_t> Trimmed(const torch::Tensor& tensor) {
  std::vector<int64_t> shape = tensor.sizes().vec();
  while (!shape.empty() && shape.back() == 1) shape.pop_back();
  return shape;
}

void Give(torch::Tensor& target,
          const std::string& name,
          const Checkpoint& checkpoint,
          const Placement& placement) {
  const auto found = checkpoint.tensors.find(name);
  if (found == checkpoint.tensors.end()) {
    throw Error(ErrorKind::kModel,
                checkpoint.source + ": has no tensor '" + name +
                    "'; it is not the model that its config describes");
  }
  const torch::Tensor& stored = found->second;
  if (stored.numel() != target.numel() || Trimmed(stored) != Trimmed(target)) {
    throw Error(ErrorKind::kModel,
                checkpoint.source + ": tensor '" + name + "' is " +
                    ShapeText(stored) + ", the config asks for " +
                    ShapeText(target));
  }
  const bool floating = target.is_floating_point();
  const torch::ScalarType type =
      floating ? placement.type : target.scalar_type();
  target.set_data(
      ToDevice(stored.view(target.sizes()),
               torch::TensorOptions(type).device(placement.device)));
  // A copy: the file's own pages would only add to the peak.
  if (checkpoint.forget && target.data_ptr() != stored.data_ptr()) {
    checkpoint.forget(stored);
  }
}

}  // namespace

void LoadWeights(torch::nn::Module& module,
                 const Checkpoint& checkpoint,
                 const Placement& placement,
                 const NameInCheckpoint& name_in_checkpoint) {
  const torch::NoGradGuard no_grad;
  const auto give_all = [&](auto&& named) {
    for (auto& item : named) {
      const std::string name =
          name_in_checkpoint ? name_in_checkpoint(item.key()) : item.key();
      Give(item.value(), name, checkpoint, placement);
    }
  };
  give_all(module.named_parameters());
  give_all(module.named_buffers());
}

}  // namespace stage::models
