#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <string>

#include "engine/models/checkpoint.h"

namespace stage::models {

struct Placement {
  torch::Device device = torch::kCPU;
  torch::ScalarType type = torch::kFloat32;  ///< of floating-point weights
};

/// Maps a module's parameter name to the checkpoint's; the identity by default.
using NameInCheckpoint = std::function<std::string(const std::string&)>;

/// Gives every parameter and buffer of `module` the checkpoint's tensor of its
/// name, converted and moved to `placement`. Tensors the module does not have
/// are left alone. Trailing dimensions of size one may differ: linear layers
/// are stored as 1 x 1 convolutions by some.
/// @throws Error(kModel) naming the first missing tensor or wrong shape
void LoadWeights(torch::nn::Module& module,
                 const Checkpoint& checkpoint,
                 const Placement& placement,
                 const NameInCheckpoint& name_in_checkpoint = {});

}  // namespace stage::models
