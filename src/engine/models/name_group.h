#pragma once

#include <torch/nn/module.h>

#include <memory>
#include <string>

namespace stage::models {

/// A submodule without weights of its own: it only puts a part into its
/// children's names, as checkpoints do.
inline std::shared_ptr<torch::nn::Module> NameGroup(torch::nn::Module& owner,
                                                    const std::string& name) {
  return owner.register_module(name, std::make_shared<torch::nn::Module>());
}

}  // namespace stage::models
