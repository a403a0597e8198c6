#pragma once

#include <torch/types.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace stage::test {

using NamedTensors = std::map<std::string, torch::Tensor>;

/// Writes float32 or float16 tensors as a safetensors file.
inline void WriteTensors(const NamedTensors& tensors,
                         const std::filesystem::path& path) {
  nlohmann::json header = nlohmann::json::object();
  int64_t end = 0;
  for (const auto& [name, tensor] : tensors) {
    const int64_t begin = end;
    end += tensor.numel() * tensor.element_size();
    const bool half = tensor.scalar_type() == torch::kFloat16;
    header[name] = {{"dtype", half ? "F16" : "F32"},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {begin, end}}};
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::ofstream out(path, std::ios::binary);
  const uint64_t size = text.size();
  out.write(reinterpret_cast<const char*>(&size), sizeof size);
  out << text;
  for (const auto& [name, tensor] : tensors) {
    const torch::Tensor plain = tensor.cpu().contiguous();
    out.write(static_cast<const char*>(plain.data_ptr()),
              plain.numel() * plain.element_size());
  }
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

}  // namespace stage::test
