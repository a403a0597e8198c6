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
// Larger than CLIP's picture encoder looks at.
constexpr int kReferenceLongEdgePx = 640;
constexpr double kLineBlur = 1.2;
constexpr double kWeakEdge = 40;
constexpr double kStrongEdge = 100;

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

namespace {

/// The crop's part of a picture of the whole photo at another size, by the
/// nearest pixel: colours that stand for words must not mix.
ImageU8 CropOf(const ImageU8& whole,
               int photo_width,
               int photo_height,
               const WorkingCrop& crop) {
  ImageU8 part(crop.work_width, crop.work_height, whole.channels());
  for (int y = 0; y < part.height(); ++y) {
    const double photo_y = crop.y + (y + 0.5) * crop.height / part.height();
    const int row =
        std::min(whole.height() - 1,
                 static_cast<int>(photo_y * whole.height() / photo_height));
    for (int x = 0; x < part.width(); ++x) {
      const double photo_x = crop.x + (x + 0.5) * crop.width / part.width();
      const int column =
          std::min(whole.width() - 1,
                   static_cast<int>(photo_x * whole.width() / photo_width));
      std::copy_n(&whole.at(column, row), whole.channels(), &part.at(x, y));
    }
  }
  return part;
}

std::vector<ControlPicture> ControlPictures(const RefineRequest& request,
                                            const Photo& staged,
                                            const ImageU8& picture,
                                            const WorkingCrop& crop) {
  std::vector<ControlPicture> controls;
  controls.push_back(
      {ControlKind::kDepth,
       DepthPicture(request.depth, staged.width(), staged.height(), crop)});
  controls.push_back({ControlKind::kLines, LinePicture(picture)});
  if (request.segmentation != nullptr) {
    controls.push_back(
        {ControlKind::kSegmentation,
         CropOf(*request.segmentation, staged.width(), staged.height(), crop)});
  }
  return controls;
}

}  // namespace

ImageU8 LinePicture(const ImageU8& picture) {
  const cv::Mat rgb(picture.height(),
                    picture.width(),
                    CV_8UC3,
                    const_cast<uint8_t*>(picture.data()));
  cv::Mat grey, smooth, edges, drawn;
  cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
  cv::GaussianBlur(grey, smooth, cv::Size(0, 0), kLineBlur);
  cv::Canny(smooth, edges, kWeakEdge, kStrongEdge);
  // Drawn lines have soft sides.
  cv::GaussianBlur(edges, drawn, cv::Size(3, 3), 0);
  ImageU8 lines(picture.width(), picture.height(), 3);
  cv::Mat target(lines.height(), lines.width(), CV_8UC3, lines.data());
  cv::cvtColor(drawn, target, cv::COLOR_GRAY2RGB);
  return lines;
}

ImageU8 FurnitureRefiner::Refine(const RefineRequest& request,
                                 const ColorConverter& converter,
                                 Photo& staged) {
  const std::lock_guard turn(turn_);
  if (!model_) {
    model_ = std::make_unique<DiffusionModel>(options_);
  }
  ImageU8 changed = FurnitureMask(request.coverage);
  if (request.free_mask != nullptr) {
    std::transform(changed.data(),
                   changed.data() + changed.size_bytes(),
                   request.free_mask->data(),
                   changed.data(),
                   [](uint8_t a, uint8_t b) { return std::max(a, b); });
  }
  const ImageU8 mask = MaskAt(changed, staged.width(), staged.height());
  if (std::none_of(mask.data(), mask.data() + mask.size_bytes(), [](uint8_t v) {
        return v != 0;
      })) {
    return changed;
  }
  const WorkingCrop crop = ChooseWorkingCrop(mask,
                                             model_->native_side_px(),
                                             DiffusionModel::kSideMultiple,
                                             model_->most_side_px());
  const ImageU8 picture = CutOut(staged, converter, crop);
  const ImageU8 picture_mask = CutOutMask(mask, crop);
  // A model that furnishes freely is not to keep to what is there.
  const std::vector<ControlPicture> controls =
      request.free_mask != nullptr
          ? std::vector<ControlPicture>()
          : ControlPictures(request, staged, picture, crop);
  std::vector<ImageU8> references;
  for (const std::filesystem::path& file : request.furniture) {
    const Photo drawn = ReadPhoto(file);
    references.push_back(
        ReadSrgb8(drawn, ColorConverter(drawn), kReferenceLongEdgePx));
  }
  ImageU8 made = model_->Inpaint(
      {.picture = picture,
       .mask = picture_mask,
       .prompt = request.prompt,
       .negative_prompt = request.negative_prompt,
       .controls = controls,
       .references = std::move(references),
       .strength = request.strength,
       .seed = request.seed,
       .parameters = request.parameters,
       .on_step = [&](int done,
                      int of) { request.on_fraction(double(done) / of); },
       .on_warning = request.on_warning});
  MatchColors(picture, picture_mask, made);
  Paste(made, crop, Feather(mask), converter, staged);
  return changed;
}

nlohmann::json FurnitureRefiner::ModelRecords() const {
  nlohmann::json records = nlohmann::json::array({options_.model_record});
  if (options_.latent_refiner) {
    records.push_back(options_.latent_refiner->record);
  }
  for (const ControlModel& control : options_.controls) {
    records.push_back(control.record);
  }
  if (options_.image_adapter) {
    records.push_back(options_.image_adapter->record);
  }
  return records;
}

nlohmann::json FurnitureRefiner::Settings(const RefineRequest& request) const {
  if (!model_) return nullptr;
  return model_->Settings(request.parameters, request.strength);
}

}  // namespace stage::engine
