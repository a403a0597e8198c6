#include "engine/networks/networks.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "engine/models/clip_zero_shot.h"
#include "engine/models/depth_picture.h"
#include "engine/models/lama.h"
#include "engine/models/segformer.h"
#include "engine/models/super_resolution.h"

namespace stage::engine {
namespace {

/// Runs `work`, turning libtorch's errors into ours: they must not cross the
/// module's edge.
template <typename Work>
auto Guarded(const Work& work) {
  try {
    return work();
  } catch (const c10::Error& error) {
    const std::string what = error.what_without_backtrace();
    if (what.find("not enough memory") != std::string::npos) {
      throw Error(ErrorKind::kDevice,
                  "out of memory in a network; close other programs, or use "
                  "smaller photos or --jobs 1");
    }
    throw Error(ErrorKind::kUnexpected, what.substr(0, what.find('\n')));
  }
}

class TorchUpscaler final : public Upscaler {
 public:
  TorchUpscaler(std::unique_ptr<models::SuperResolution> network, int threads)
      : network_(std::move(network)), threads_(threads) {}

  int factor() const override { return static_cast<int>(network_->factor()); }
  int reach_px() const override { return static_cast<int>(network_->reach()); }
  PlanarImage Enlarge(const PlanarImage& image) override {
    return Guarded([&] { return EnlargeOnce(image); });
  }

 private:
  PlanarImage EnlargeOnce(const PlanarImage& image) {
    const torch::InferenceMode no_gradients;
    // A setting of the calling thread, too.
    torch::set_num_threads(threads_);
    // The tensor only looks at the pixels.
    const torch::Tensor seen =
        torch::from_blob(const_cast<float*>(image.values.data()),
                         {1, 3, image.height, image.width});
    const torch::Tensor made =
        models::EnlargePicture(*network_, seen, {}).contiguous();
    PlanarImage result(factor() * image.width, factor() * image.height);
    std::copy_n(
        made.data_ptr<float>(), result.values.size(), result.values.data());
    return result;
  }

  std::unique_ptr<models::SuperResolution> network_;
  int threads_;
};

/// The pixels as [1, 3, h, w]; the tensor only looks at them.
torch::Tensor TensorOf(const PlanarImage& image) {
  return torch::from_blob(const_cast<float*>(image.values.data()),
                          {1, 3, image.height, image.width});
}

/// The pixels as U8 [3, h, w].
torch::Tensor EightBit(const PlanarImage& image) {
  return (TensorOf(image).clamp(0, 1) * 255)
      .round()
      .to(torch::kUInt8)
      .squeeze(0);
}

class TorchFiller final : public Filler {
 public:
  TorchFiller(std::unique_ptr<models::Inpainter> network, int threads)
      : network_(std::move(network)), threads_(threads) {}

  PlanarImage Fill(const PlanarImage& image,
                   const std::vector<uint8_t>& hole) override {
    return Guarded([&] {
      const torch::InferenceMode no_gradients;
      torch::set_num_threads(threads_);
      const torch::Tensor mask =
          torch::from_blob(const_cast<uint8_t*>(hole.data()),
                           {1, 1, image.height, image.width},
                           torch::kUInt8)
              .ne(0)
              .to(torch::kFloat32);
      const torch::Tensor filled = network_->Fill(TensorOf(image), mask)
                                       .to(torch::kFloat32)
                                       .contiguous();
      PlanarImage result(image.width, image.height);
      TORCH_CHECK(filled.numel() == static_cast<int64_t>(result.values.size()),
                  "a filled picture has ",
                  filled.sizes(),
                  " in place of ",
                  image.height,
                  " x ",
                  image.width);
      std::copy_n(
          filled.data_ptr<float>(), result.values.size(), result.values.data());
      return result;
    });
  }

 private:
  std::unique_ptr<models::Inpainter> network_;
  int threads_;
};

// What the published SegFormers were trained with: sides of about 512 pixels
// and ImageNet's mean and deviation of each colour.
constexpr double kSegmentedSide = 512;
constexpr int64_t kSegmentedMultiple = 32;
constexpr float kMean[] = {0.485f, 0.456f, 0.406f};
constexpr float kDeviation[] = {0.229f, 0.224f, 0.225f};

class TorchSegmenter final : public Segmenter {
 public:
  TorchSegmenter(models::Segformer network, int threads)
      : network_(std::move(network)), threads_(threads) {}

  const std::vector<std::string>& labels() const override {
    return network_->config().labels;
  }
  LabelledPicture Segment(const PlanarImage& image) override {
    return Guarded([&] {
      const torch::InferenceMode no_gradients;
      torch::set_num_threads(threads_);
      const torch::Tensor scores =
          torch::softmax(network_->forward(Normalised(image)).logits, 1);
      const torch::Tensor sized =
          Resized(scores, image.height, image.width);  // [1, labels, h, w]
      const auto [probability, label] = sized.squeeze(0).max(0);
      LabelledPicture seen;
      seen.width = image.width;
      seen.height = image.height;
      const torch::Tensor labels =
          label.to(torch::kInt32).contiguous();  // [h, w]
      const torch::Tensor shares = probability.contiguous();
      seen.label.assign(labels.data_ptr<int32_t>(),
                        labels.data_ptr<int32_t>() + labels.numel());
      seen.probability.assign(shares.data_ptr<float>(),
                              shares.data_ptr<float>() + shares.numel());
      return seen;
    });
  }

 private:
  static torch::Tensor Resized(const torch::Tensor& picture,
                               int64_t height,
                               int64_t width) {
    namespace F = torch::nn::functional;
    return F::interpolate(picture,
                          F::InterpolateFuncOptions()
                              .size(std::vector<int64_t>{height, width})
                              .mode(torch::kBilinear)
                              .align_corners(false));
  }
  static torch::Tensor Normalised(const PlanarImage& image) {
    const double scale = kSegmentedSide / std::min(image.width, image.height);
    const auto side = [scale](int length) {
      const auto parts = std::llround(length * scale / kSegmentedMultiple);
      return std::max<int64_t>(1, parts) * kSegmentedMultiple;
    };
    const torch::Tensor small =
        Resized(TensorOf(image), side(image.height), side(image.width));
    const auto of_channels = [](const float* values) {
      return torch::tensor({values[0], values[1], values[2]})
          .view({1, 3, 1, 1});
    };
    return (small - of_channels(kMean)) / of_channels(kDeviation);
  }

  models::Segformer network_;
  int threads_;
};

class TorchDepthEstimator final : public DepthEstimator {
 public:
  TorchDepthEstimator(models::DepthEstimation network, int threads)
      : network_(std::move(network)), threads_(threads) {}

  bool is_metric() const override {
    return network_.kind() == models::DepthKind::kMetric;
  }
  DepthPicture Estimate(const PlanarImage& image) override {
    return Guarded([&] {
      const torch::InferenceMode no_gradients;
      torch::set_num_threads(threads_);
      const torch::Tensor depth =
          network_.Estimate(EightBit(image)).contiguous();  // [h, w]
      return DepthPicture{
          image.width,
          image.height,
          {depth.data_ptr<float>(), depth.data_ptr<float>() + depth.numel()}};
    });
  }

 private:
  models::DepthEstimation network_;
  int threads_;
};

class TorchRecogniser final : public Recogniser {
 public:
  TorchRecogniser(models::ClipZeroShot network, int threads)
      : network_(std::move(network)), threads_(threads) {}

  std::vector<float> Probabilities(const PlanarImage& image) override {
    return Guarded([&] {
      const torch::InferenceMode no_gradients;
      torch::set_num_threads(threads_);
      const torch::Tensor shares = network_.Probabilities(EightBit(image))
                                       .to(torch::kFloat32)
                                       .contiguous();
      return std::vector<float>(shares.data_ptr<float>(),
                                shares.data_ptr<float>() + shares.numel());
    });
  }

 private:
  models::ClipZeroShot network_;
  int threads_;
};

class TorchNetworks final : public Networks {
 public:
  std::unique_ptr<Upscaler> OpenUpscaler(const std::filesystem::path& weights,
                                         int threads) override {
    return Guarded([&]() -> std::unique_ptr<Upscaler> {
      const torch::InferenceMode no_gradients;
      return std::make_unique<TorchUpscaler>(
          models::LoadSuperResolution(weights, {}), threads);
    });
  }
  std::unique_ptr<Filler> OpenFiller(const std::filesystem::path& weights,
                                     int threads) override {
    return Guarded([&]() -> std::unique_ptr<Filler> {
      const torch::InferenceMode no_gradients;
      return std::make_unique<TorchFiller>(models::LoadLama(weights, {}),
                                           threads);
    });
  }
  std::unique_ptr<Segmenter> OpenSegmenter(const std::filesystem::path& folder,
                                           int threads) override {
    return Guarded([&]() -> std::unique_ptr<Segmenter> {
      const torch::InferenceMode no_gradients;
      return std::make_unique<TorchSegmenter>(models::LoadSegformer(folder, {}),
                                              threads);
    });
  }
  std::unique_ptr<DepthEstimator> OpenDepthEstimator(
      const std::filesystem::path& folder, int threads) override {
    return Guarded([&]() -> std::unique_ptr<DepthEstimator> {
      const torch::InferenceMode no_gradients;
      return std::make_unique<TorchDepthEstimator>(
          models::DepthEstimation(folder, {}), threads);
    });
  }
  std::unique_ptr<Recogniser> OpenRecogniser(
      const std::filesystem::path& folder,
      const std::vector<std::string>& texts,
      int threads) override {
    return Guarded([&]() -> std::unique_ptr<Recogniser> {
      const torch::InferenceMode no_gradients;
      torch::set_num_threads(threads);
      return std::make_unique<TorchRecogniser>(
          models::ClipZeroShot(folder, texts, {}), threads);
    });
  }
};

}  // namespace
}  // namespace stage::engine

stage::engine::Networks* stage_open_networks(int abi) {
  if (abi != stage::engine::kNetworksAbi) return nullptr;
  return new stage::engine::TorchNetworks;
}
