#include "engine/diffusion_engine.h"

#include "engine/diffusion/device.h"
#include "engine/diffusion/edit_stager.h"
#include "engine/diffusion/furniture_refiner.h"

namespace stage::engine {
namespace {

class InpaintingEngine final : public DiffusionEngine {
 public:
  int CudaDeviceCount() const override { return engine::CudaDeviceCount(); }
  std::unique_ptr<Stager> MakeStager(
      const DiffusionEngineOptions& options) override {
    return std::make_unique<EditStager>(options);
  }
  std::shared_ptr<Refiner> MakeRefiner(
      const DiffusionEngineOptions& options) override {
    return std::make_shared<FurnitureRefiner>(options);
  }
};

}  // namespace
}  // namespace stage::engine

stage::DiffusionEngine* stage_open_diffusion_engine(int abi) {
  if (abi != stage::kDiffusionEngineAbi) return nullptr;
  return new stage::engine::InpaintingEngine;
}
