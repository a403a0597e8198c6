#include "engine/pipeline/staging_requests.h"

#include <algorithm>

#include "core/presets.h"
#include "engine/pipeline/room_from_name.h"

namespace stage::engine {
namespace {

double RefineStrength(Fidelity fidelity) {
  if (fidelity == Fidelity::kStrict) return 0.3;
  return fidelity == Fidelity::kBalanced ? 0.5 : 0.85;
}

}  // namespace

uint64_t SeedFor(const StagingJob& job) {
  const std::string& key = job.generate.same_room.empty()
                               ? job.input_sha256
                               : job.generate.same_room;
  uint64_t hash = 14695981039346656037ull ^ job.seed;
  for (const char c : key) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  }
  return hash;
}

RefineRequest RefineRequestFor(const StagingJob& job,
                               const std::string& room,
                               const RenderLayers& layers) {
  const StylePreset& style = InstalledPresets().Style(job.generate.style);
  RefineRequest request{.coverage = layers.coverage, .depth = layers.depth};
  request.prompt = style.prompt;
  request.negative_prompt = style.negative_prompt;
  if (const RoomPreset* preset = InstalledPresets().FindRoom(room)) {
    request.prompt = preset->prompt + ", " + style.prompt;
  }
  for (const auto& [words, asked] :
       {std::pair(&request.prompt, &job.generate.prompt),
        std::pair(&request.negative_prompt, &job.generate.negative_prompt)}) {
    if (!asked->empty()) *words = *asked + ", " + *words;
  }
  request.strength = RefineStrength(job.generate.fidelity);
  request.parameters = job.diffusion;
  request.furniture = job.generate.furniture;
  return request;
}

std::string RoomFor(const StagingJob& job) {
  if (job.generate.room != "auto") return job.generate.room;
  const std::string named = RoomFromName(job.input.stem().string());
  return named.empty() ? job.generate.room : named;
}

OutputOptions OutputFor(const StagingJob& job) {
  OutputOptions output = job.output;
  const std::string& size = job.generate.image_size;
  const int edge = size == "1K"   ? 1024
                   : size == "2K" ? 2048
                   : size == "4K" ? 4096
                                  : 0;
  if (edge > 0) {
    output.long_edge_px = std::min(edge, output.long_edge_px.value_or(edge));
  }
  return output;
}

}  // namespace stage::engine
