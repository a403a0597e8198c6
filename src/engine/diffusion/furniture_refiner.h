#pragma once

#include <memory>
#include <mutex>

#include "engine/diffusion/diffusion_model.h"
#include "engine/diffusion_engine.h"
#include "engine/refiner.h"

namespace stage::engine {

/// `generate --engine diffusion`: an inpainting model works over the rendered
/// furniture in a crop around it, kept to the plan's own depth where a
/// ControlNet for depth is installed.
class FurnitureRefiner final : public Refiner {
 public:
  explicit FurnitureRefiner(DiffusionEngineOptions options)
      : options_(std::move(options)) {}

  ImageU8 Refine(const RefineRequest& request,
                 const ColorConverter& converter,
                 Photo& staged) override;
  nlohmann::json ModelRecords() const override;
  nlohmann::json Settings(const RefineRequest& request) const override;

 private:
  DiffusionEngineOptions options_;
  std::mutex turn_;
  std::unique_ptr<DiffusionModel> model_;
};

/// Where furniture may be worked over: what it covers, a little grown.
/// @param coverage  0..1
/// @return          one channel of the same size, 255 or 0
ImageU8 FurnitureMask(const ImageF& coverage);

/// The picture that a ControlNet for depth was trained on: the nearer the
/// whiter, over the whole range that is there.
/// @param depth  metres, of the whole photo at any size
/// @return       RGB at the crop's working size
ImageU8 DepthPicture(const ImageF& depth,
                     int photo_width,
                     int photo_height,
                     const struct WorkingCrop& crop);

/// The picture that a ControlNet for lines was trained on: the outlines of what
/// is in a picture, white on black.
/// @return  RGB of the same size
ImageU8 LinePicture(const ImageU8& picture);

}  // namespace stage::engine
