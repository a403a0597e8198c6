#include "openings/write_networks.h"

#include <cstdio>
#include <fstream>
#include <string>

#include "core/error.h"

namespace stage::train {
namespace {

std::string Literal(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4ef", static_cast<double>(value));
  return text;
}

template <size_t kCount>
std::string List(const std::array<float, kCount>& values) {
  std::string list = "{";
  for (size_t i = 0; i < kCount; ++i) {
    list += i % 8 == 0 ? "\n    " : " ";
    list += Literal(values[i]) + ",";
  }
  return list + "}";
}

std::string Source(const char* name, const engine::OpeningNetwork& network) {
  std::string source = std::string("const OpeningNetwork ") + name + "{\n";
  source += "    .hidden = {{\n";
  for (const auto& row : network.hidden) source += "{" + List(row) + "},\n";
  source += "}},\n";
  source += "    .hidden_bias = {" + List(network.hidden_bias) + "},\n";
  source += "    .output = {" + List(network.output) + "},\n";
  source += "    .direct = {" + List(network.direct) + "},\n";
  return source + "    .bias = " + Literal(network.bias) + "};\n\n";
}

}  // namespace

void WriteNetworks(const std::filesystem::path& path,
                   const engine::OpeningNetwork& windows,
                   const engine::OpeningNetwork& doors) {
  std::ofstream file(path);
  file << "// Written by train/openings; see train/openings/main.cpp.\n"
          "// clang-format off\n"
          "#include \"engine/scene/opening_likelihood.h\"\n\n"
          "namespace stage::engine {\n\n"
       << Source("kWindowNetwork", windows) << Source("kDoorNetwork", doors)
       << "}  // namespace stage::engine\n";
  if (!file)
    throw Error(ErrorKind::kDisk, path.string() + ": cannot be written");
}

}  // namespace stage::train
