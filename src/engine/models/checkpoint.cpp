#include "engine/models/checkpoint.h"

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "core/error.h"
#include "engine/models/safetensors.h"
#include "engine/models/torch_file.h"

namespace stage::models {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::array kStems = {"diffusion_pytorch_model", "model"};
// Full precision first; fp16 is the same model, rounded.
constexpr std::array kVariants = {"", ".fp16"};
// What repositories have that were never converted.
constexpr std::array kPickled = {"diffusion_pytorch_model.bin",
                                 "pytorch_model.bin",
                                 "diffusion_pytorch_model.fp16.bin",
                                 "pytorch_model.fp16.bin"};

/// The files an index lists, relative names without folders only.
std::set<std::string> ShardsOf(const fs::path& index) {
  std::set<std::string> shards;
  try {
    std::ifstream in(index);
    const json parsed = json::parse(in);
    for (const auto& [name, file] : parsed.at("weight_map").items()) {
      const fs::path shard = file.get<std::string>();
      if (shard.has_parent_path()) {
        throw Error(ErrorKind::kModel,
                    index.string() + ": names a file outside its folder");
      }
      shards.insert(shard);
    }
  } catch (const json::exception& error) {
    throw Error(ErrorKind::kModel,
                index.string() + ": not an index of shards: " + error.what());
  }
  return shards;
}

Checkpoint ReadShards(const fs::path& index) {
  Checkpoint whole{.source = index.parent_path().string()};
  std::vector<std::function<void(const torch::Tensor&)>> forgetters;
  for (const std::string& shard : ShardsOf(index)) {
    Checkpoint part = ReadSafetensors(index.parent_path() / shard);
    whole.tensors.merge(part.tensors);
    forgetters.push_back(part.forget);
  }
  whole.forget = [forgetters](const torch::Tensor& tensor) {
    for (const auto& forget : forgetters) forget(tensor);
  };
  return whole;
}

Checkpoint ReadFolder(const fs::path& folder) {
  for (const char* variant : kVariants) {
    for (const char* stem : kStems) {
      const std::string name = stem + std::string(variant);
      const fs::path file = folder / (name + ".safetensors");
      if (fs::exists(file)) return ReadSafetensors(file);
      for (const std::string& index :
           {name + ".safetensors.index.json",
            stem + std::string(".safetensors.index") + variant + ".json"}) {
        if (fs::exists(folder / index)) return ReadShards(folder / index);
      }
    }
  }
  for (const char* name : kPickled) {
    if (fs::exists(folder / name)) return ReadTorchFile(folder / name);
  }
  throw Error(ErrorKind::kModel,
              folder.string() +
                  ": holds no weights; `stage models pull` downloads models "
                  "that do");
}

}  // namespace

Checkpoint Checkpoint::Below(const std::string& prefix) const {
  Checkpoint part{.source = source, .forget = forget};
  for (auto tensor = tensors.lower_bound(prefix);
       tensor != tensors.end() && tensor->first.starts_with(prefix);
       ++tensor) {
    part.tensors[tensor->first.substr(prefix.size())] = tensor->second;
  }
  return part;
}

Checkpoint ReadCheckpoint(const fs::path& path) {
  if (fs::is_directory(path)) return ReadFolder(path);
  if (!fs::exists(path)) {
    throw Error(ErrorKind::kModel, path.string() + ": no such file");
  }
  if (path.extension() == ".safetensors") return ReadSafetensors(path);
  return ReadTorchFile(path);
}

}  // namespace stage::models
