#pragma once

#include <torch/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>

namespace stage::models {

/// The tensors of a checkpoint by name. Those of safetensors files are views
/// of the mapped file: nothing is read before it is used.
struct Checkpoint {
  std::map<std::string, torch::Tensor> tensors;
  std::string source;  ///< file or folder, for messages
  /// Takes a tensor of a mapped file out of memory until it is read again;
  /// leaves other tensors alone. May be empty.
  std::function<void(const torch::Tensor&)> forget = {};

  /// The tensors whose names begin with `prefix`, without it.
  Checkpoint Below(const std::string& prefix) const;
};

/// Reads a checkpoint from a file (.safetensors, .pth, .pt, .ckpt, .bin) or
/// from a folder as Hugging Face publishes them: one file
/// `<stem>.safetensors`, `<stem>.fp16.safetensors`, or shards that
/// `<stem>.safetensors.index.json` lists; `<stem>` is
/// `diffusion_pytorch_model` or `model`; else `pytorch_model.bin` or its like.
/// @throws Error(kModel) naming the file and what is wrong with it
Checkpoint ReadCheckpoint(const std::filesystem::path& path);

}  // namespace stage::models
