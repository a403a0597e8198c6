#include "engine/diffusion/furniture_refiner.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/diffusion/paste.h"
#include "engine/diffusion/working_crop.h"

namespace stage::engine {
namespace {

constexpr float kCovered = 0.1f;
constexpr double kGrownBy = 0.003;  // of the long edge

/// A mask of another size, without values between.
ImageU8 MaskAt(const ImageU8& mask, int width, int height) {
  ImageU8 resized(width, height, 1);
  cv::Mat target(height, width, CV_8U, resized.data());
  cv::resize(cv::Mat(mask.height(),
                     mask.width(),
                     CV_8U,
                     const_cast<uint8_t*>(mask.data())),
             target,
             target.size(),
             0,
             0,
             cv::INTER_NEAREST);
  return resized;
}

}  // namespace

ImageU8 FurnitureMask(const ImageF& coverage) {
  ImageU8 covered(coverage.width(), coverage.height(), 1);
  std::transform(coverage.data(),
                 coverage.data() + coverage.size_bytes() / sizeof(float),
                 covered.data(),
                 [](float part) { return part > kCovered ? 255 : 0; });
  const int radius =
      std::max(1,
               static_cast<int>(std::lround(
                   kGrownBy * std::max(coverage.width(), coverage.height()))));
  ImageU8 mask(coverage.width(), coverage.height(), 1);
  cv::Mat target(mask.height(), mask.width(), CV_8U, mask.data());
  cv::dilate(cv::Mat(mask.height(), mask.width(), CV_8U, covered.data()),
             target,
             cv::getStructuringElement(
                 cv::MORPH_ELLIPSE, cv::Size(2 * radius + 1, 2 * radius + 1)));
  return mask;
}

ImageU8 DepthPicture(const ImageF& depth,
                     int photo_width,
                     int photo_height,
                     const WorkingCrop& crop) {
  ImageF nearness(crop.work_width, crop.work_height, 1);
  for (int y = 0; y < crop.work_height; ++y) {
    for (int x = 0; x < crop.work_width; ++x) {
      const double photo_x = crop.x + (x + 0.5) * crop.width / crop.work_width;
      const double photo_y =
          crop.y + (y + 0.5) * crop.height / crop.work_height;
      const float metres = depth.at(
          std::min(depth.width() - 1,
                   static_cast<int>(photo_x * depth.width() / photo_width)),
          std::min(depth.height() - 1,
                   static_cast<int>(photo_y * depth.height() / photo_height)));
      nearness.at(x, y) = std::isfinite(metres) && metres > 0 ? 1 / metres : 0;
    }
  }
  double least = 0, most = 0;
  cv::minMaxLoc(
      cv::Mat(nearness.height(), nearness.width(), CV_32F, nearness.data()),
      &least,
      &most);
  const double range = std::max(most - least, 1e-6);
  ImageU8 picture(crop.work_width, crop.work_height, 3);
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width(); ++x) {
      const double value = (nearness.at(x, y) - least) / range;
      std::fill_n(
          &picture.at(x, y), 3, static_cast<uint8_t>(std::lround(value * 255)));
    }
  }
  return picture;
}

ImageU8 FurnitureRefiner::Refine(const RefineRequest& request,
                                 const ColorConverter& converter,
                                 Photo& staged) {
  const std::lock_guard turn(turn_);
  if (!model_) {
    model_ = std::make_unique<DiffusionModel>(
        options_.model, options_.depth_control, options_.threads);
  }
  ImageU8 changed = FurnitureMask(request.coverage);
  const ImageU8 mask = MaskAt(changed, staged.width(), staged.height());
  if (std::none_of(mask.data(), mask.data() + mask.size_bytes(), [](uint8_t v) {
        return v != 0;
      })) {
    return changed;
  }
  const WorkingCrop crop = ChooseWorkingCrop(
      mask, model_->native_side_px(), DiffusionModel::kSideMultiple);
  const ImageU8 picture = CutOut(staged, converter, crop);
  const ImageU8 picture_mask = CutOutMask(mask, crop);
  const ImageU8 depth =
      DepthPicture(request.depth, staged.width(), staged.height(), crop);
  ImageU8 made = model_->Inpaint({.picture = picture,
                                  .mask = picture_mask,
                                  .prompt = request.prompt,
                                  .negative_prompt = request.negative_prompt,
                                  .depth = &depth,
                                  .strength = request.strength,
                                  .seed = request.seed,
                                  .on_step = [&](int done, int of) {
                                    request.on_fraction(double(done) / of);
                                  }});
  MatchColors(picture, picture_mask, made);
  Paste(made, crop, Feather(mask), converter, staged);
  return changed;
}

nlohmann::json FurnitureRefiner::ModelRecords() const {
  nlohmann::json records = nlohmann::json::array({options_.model_record});
  if (!options_.depth_control.empty()) {
    records.push_back(options_.depth_control_record);
  }
  return records;
}

}  // namespace stage::engine
