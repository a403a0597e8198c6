#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace stage::train {

struct NamedTensor {
  std::vector<int64_t> shape;
  std::vector<float> values;
};

/// Writes tensors as a safetensors file (format of the Hugging Face
/// `safetensors` library, version 0.4), whole or not at all.
void WriteSafetensors(const std::filesystem::path& path,
                      const std::map<std::string, NamedTensor>& tensors,
                      const std::map<std::string, std::string>& metadata);

}  // namespace stage::train
