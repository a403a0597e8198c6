#include "engine/diffusion_engine.h"

#include "engine/diffusion/edit_stager.h"

namespace stage::engine {
namespace {

class InpaintingEngine final : public DiffusionEngine {
 public:
  std::unique_ptr<Stager> MakeStager(
      const DiffusionEngineOptions& options) override {
    return std::make_unique<EditStager>(options);
  }
};

}  // namespace
}  // namespace stage::engine

stage::DiffusionEngine* stage_open_diffusion_engine(int abi) {
  if (abi != stage::kDiffusionEngineAbi) return nullptr;
  return new stage::engine::InpaintingEngine;
}
