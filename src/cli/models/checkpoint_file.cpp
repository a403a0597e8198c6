#include "cli/models/checkpoint_file.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>

#include "core/digest.h"
#include "core/error.h"
#include "core/text_encoding.h"

namespace stage::cli {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kEndsBytes = 8'000'000;
// No published header comes near it.
constexpr uint64_t kLongestHeaderBytes = 100'000'000;

std::ifstream Opened(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (in && fs::is_regular_file(file)) return in;
  throw Error(ErrorKind::kModel,
              "--model " + Utf8Path(file) +
                  ": no such file or folder; a model of the registry is named "
                  "without a slash, see 'stage models list'");
}

std::string Read(std::ifstream& in, int64_t at, int64_t count) {
  std::string bytes(static_cast<size_t>(count), '\0');
  in.seekg(at);
  in.read(bytes.data(), count);
  bytes.resize(static_cast<size_t>(in.gcount()));
  return bytes;
}

}  // namespace

bool IsModelPath(const std::string& model) {
  return model.find('/') != std::string::npos ||
         model.ends_with(".safetensors") || model.ends_with(".ckpt");
}

std::string CheckpointFamily(const fs::path& file) {
  std::ifstream in = Opened(file);
  if (file.extension() != ".safetensors") return {};
  uint64_t length = 0;
  const std::string first = Read(in, 0, sizeof length);
  if (first.size() == sizeof length) {
    std::memcpy(&length, first.data(), sizeof length);
  }
  if (length == 0 || length > kLongestHeaderBytes) {
    throw Error(ErrorKind::kModel,
                Utf8Path(file) + ": is not a safetensors file");
  }
  const std::string header =
      Read(in, sizeof length, static_cast<int64_t>(length));
  const auto has = [&](const char* name) {
    return header.find(name) != std::string::npos;
  };
  if (has("\"conditioner.embedders.1.model.")) return "sdxl";
  if (has("\"cond_stage_model.model.")) return "sd2";
  return has("\"cond_stage_model.transformer.") ? "sd15" : "";
}

std::string FileIdentityText(const fs::path& file) {
  std::ifstream in = Opened(file);
  const auto size = static_cast<int64_t>(fs::file_size(file));
  const int64_t ends = std::min(kEndsBytes, size);
  return Sha256Hex(std::to_string(size) + ":" + Read(in, 0, ends) +
                   Read(in, size - ends, ends));
}

}  // namespace stage::cli
