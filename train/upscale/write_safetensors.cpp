#include "upscale/write_safetensors.h"

#include <nlohmann/json.hpp>

#include "core/atomic_file.h"

namespace stage::train {

void WriteSafetensors(const std::filesystem::path& path,
                      const std::map<std::string, NamedTensor>& tensors,
                      const std::map<std::string, std::string>& metadata) {
  nlohmann::json header = {{"__metadata__", metadata}};
  std::string data;
  for (const auto& [name, tensor] : tensors) {
    const size_t begin = data.size();
    data.append(reinterpret_cast<const char*>(tensor.values.data()),
                tensor.values.size() * sizeof(float));
    header[name] = {{"dtype", "F32"},
                    {"shape", tensor.shape},
                    {"data_offsets", {begin, data.size()}}};
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');  // tensors begin aligned
  std::string bytes(8, '\0');
  for (size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<char>((text.size() >> (8 * i)) & 0xff);
  }
  WriteFileAtomically(path, bytes + text + data);
}

}  // namespace stage::train
