#include "engine/models/super_resolution.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "engine/models/layers.h"

namespace stage::models {
namespace {

using torch::Tensor;
using torch::nn::ModuleList;

constexpr double kLeak = 0.2;
constexpr double kResidualScale = 0.2;
constexpr Conv2dOptions kSame{.padding = 1};

/// Sizes of an RRDBNet, read off its tensors.
struct RrdbSizes {
  int64_t in = 3, out = 3, width = 64, growth = 32, blocks = 23;
};

Tensor Leaky(const Tensor& x) { return torch::leaky_relu(x, kLeak); }

/// Five convolutions, each of which sees all results before it.
class DenseBlockImpl : public torch::nn::Module {
 public:
  explicit DenseBlockImpl(const RrdbSizes& sizes) {
    for (int64_t i = 0; i < 5; ++i) {
      convs_.push_back(
          register_module("conv" + std::to_string(i + 1),
                          Conv2d(sizes.width + i * sizes.growth,
                                 i == 4 ? sizes.width : sizes.growth,
                                 kSame)));
    }
  }
  Tensor forward(const Tensor& x) {
    std::vector<Tensor> seen{x};
    for (size_t i = 0; i + 1 < convs_.size(); ++i) {
      seen.push_back(Leaky(convs_[i](torch::cat(seen, 1))));
    }
    return x + kResidualScale * convs_.back()(torch::cat(seen, 1));
  }

 private:
  std::vector<Conv2d> convs_;
};
TORCH_MODULE(DenseBlock);

class RrdbImpl : public torch::nn::Module {
 public:
  explicit RrdbImpl(const RrdbSizes& sizes) {
    rdb1 = register_module("rdb1", DenseBlock(sizes));
    rdb2 = register_module("rdb2", DenseBlock(sizes));
    rdb3 = register_module("rdb3", DenseBlock(sizes));
  }
  Tensor forward(const Tensor& x) {
    return x + kResidualScale * rdb3(rdb2(rdb1(x)));
  }

 private:
  DenseBlock rdb1 = nullptr, rdb2 = nullptr, rdb3 = nullptr;
};
TORCH_MODULE(Rrdb);

/// Works at a quarter of the result's size. Networks for smaller factors fold
/// pixels into channels first.
class RrdbNet : public torch::nn::Module, public SuperResolution {
 public:
  explicit RrdbNet(const RrdbSizes& sizes)
      : fold_(static_cast<int64_t>(std::lround(
            std::sqrt(static_cast<double>(sizes.in / sizes.out))))) {
    const int64_t width = sizes.width;
    conv_first = register_module("conv_first", Conv2d(sizes.in, width, kSame));
    body = register_module("body", ModuleList());
    for (int64_t i = 0; i < sizes.blocks; ++i) body->push_back(Rrdb(sizes));
    conv_body = register_module("conv_body", Conv2d(width, width, kSame));
    conv_up1 = register_module("conv_up1", Conv2d(width, width, kSame));
    conv_up2 = register_module("conv_up2", Conv2d(width, width, kSame));
    conv_hr = register_module("conv_hr", Conv2d(width, width, kSame));
    conv_last = register_module("conv_last", Conv2d(width, sizes.out, kSame));
  }
  int64_t factor() const override { return 4 / fold_; }
  int64_t granularity() const override { return fold_; }
  /// Its hundreds of layers see far more, but hardly look there.
  int64_t reach() const override { return 32; }
  Tensor Enlarge(const Tensor& image) override {
    const Tensor first =
        conv_first(fold_ > 1 ? torch::pixel_unshuffle(image, fold_) : image);
    Tensor x = first;
    for (const auto& block : *body) x = block->as<Rrdb>()->forward(x);
    x = first + conv_body(x);
    x = Leaky(conv_up1(Doubled(x)));
    x = Leaky(conv_up2(Doubled(x)));
    return conv_last(Leaky(conv_hr(x)));
  }

 private:
  static Tensor Doubled(const Tensor& x) {
    return torch::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)});
  }

  int64_t fold_;
  Conv2d conv_first = nullptr, conv_body = nullptr, conv_up1 = nullptr,
         conv_up2 = nullptr, conv_hr = nullptr, conv_last = nullptr;
  ModuleList body = nullptr;
};

class PReluImpl : public torch::nn::Module {
 public:
  explicit PReluImpl(int64_t channels) {
    weight = register_parameter("weight", torch::empty({channels}), false);
  }
  Tensor forward(const Tensor& x) { return torch::prelu(x, weight); }

 private:
  Tensor weight;
};
TORCH_MODULE(PRelu);

/// Plain convolutions at the picture's own size, then one that makes all
/// pixels of the result at once.
class SrvggNet : public torch::nn::Module, public SuperResolution {
 public:
  SrvggNet(int64_t width, int64_t convs, int64_t factor)
      : factor_(factor), reach_(convs + 2) {
    body = register_module("body", ModuleList());
    body->push_back(Conv2d(3, width, kSame));
    body->push_back(PRelu(width));
    for (int64_t i = 0; i < convs; ++i) {
      body->push_back(Conv2d(width, width, kSame));
      body->push_back(PRelu(width));
    }
    body->push_back(Conv2d(width, 3 * factor * factor, kSame));
  }
  int64_t factor() const override { return factor_; }
  /// It works on any size; the published tool mirrors odd edges all the same
  /// where it doubles, which shows in the last pixels.
  int64_t granularity() const override { return factor_ == 2 ? 2 : 1; }
  int64_t reach() const override { return reach_; }
  Tensor Enlarge(const Tensor& image) override {
    Tensor x = image;
    for (const auto& layer : *body) {
      if (auto* conv = layer->as<Conv2d>()) {
        x = conv->forward(x);
      } else {
        x = layer->as<PRelu>()->forward(x);
      }
    }
    return torch::pixel_shuffle(x, factor_) +
           torch::upsample_nearest2d(
               image, {factor_ * image.size(2), factor_ * image.size(3)});
  }

 private:
  int64_t factor_, reach_;
  ModuleList body = nullptr;
};

/// How many of "<prefix><i><suffix>" there are, counted from 0 on.
int64_t Count(const Checkpoint& weights,
              const std::string& prefix,
              const std::string& suffix,
              int64_t step = 1) {
  int64_t count = 0;
  while (weights.tensors.contains(prefix + std::to_string(count * step) +
                                  suffix)) {
    ++count;
  }
  return count;
}

template <typename Network>
std::unique_ptr<SuperResolution> Filled(std::unique_ptr<Network> network,
                                        const Checkpoint& weights,
                                        const Placement& placement) {
  LoadWeights(*network, weights, placement);
  network->eval();
  return network;
}

}  // namespace

std::unique_ptr<SuperResolution> LoadSuperResolution(
    const std::filesystem::path& file, const Placement& placement) {
  const Checkpoint weights = ReadCheckpoint(file);
  const auto size = [&](const std::string& name, int64_t dimension) {
    return weights.tensors.at(name).size(dimension);
  };
  if (weights.tensors.contains("conv_first.weight") &&
      weights.tensors.contains("body.0.rdb1.conv1.weight") &&
      weights.tensors.contains("conv_last.weight")) {
    const RrdbSizes sizes{
        .in = size("conv_first.weight", 1),
        .out = size("conv_last.weight", 0),
        .width = size("conv_first.weight", 0),
        .growth = size("body.0.rdb1.conv1.weight", 0),
        .blocks = Count(weights, "body.", ".rdb1.conv1.weight")};
    return Filled(std::make_unique<RrdbNet>(sizes), weights, placement);
  }
  // Convolutions and their activations alternate.
  const int64_t convs = Count(weights, "body.", ".weight", 2);
  if (convs >= 2 && weights.tensors.at("body.0.weight").dim() == 4) {
    const std::string last =
        "body." + std::to_string(2 * (convs - 1)) + ".weight";
    const auto factor = static_cast<int64_t>(
        std::lround(std::sqrt(static_cast<double>(size(last, 0)) / 3)));
    return Filled(
        std::make_unique<SrvggNet>(size("body.0.weight", 0), convs - 2, factor),
        weights,
        placement);
  }
  throw Error(ErrorKind::kModel,
              file.string() +
                  ": neither RRDBNet nor SRVGGNetCompact; `stage models list` "
                  "names upscalers that can be used");
}

Tensor EnlargePicture(SuperResolution& network,
                      const Tensor& image,
                      const EnlargeTiling& tiling,
                      const std::function<void(double)>& done) {
  const int64_t factor = network.factor();
  const auto added = [&](int64_t side) {
    const int64_t grain = network.granularity();
    return tiling.border + (grain - (side + tiling.border) % grain) % grain;
  };
  const Tensor padded = torch::reflection_pad2d(
      image, {0, added(image.size(3)), 0, added(image.size(2))});
  const int64_t height = padded.size(2);
  const int64_t width = padded.size(3);
  const auto cut = [&](const Tensor& enlarged) {
    return enlarged.slice(2, 0, factor * image.size(2))
        .slice(3, 0, factor * image.size(3));
  };
  if (tiling.tile <= 0) return cut(network.Enlarge(padded));

  Tensor whole = torch::empty(
      {image.size(0), 3, factor * height, factor * width}, image.options());
  for (int64_t y = 0; y < height; y += tiling.tile) {
    for (int64_t x = 0; x < width; x += tiling.tile) {
      const int64_t top = std::max<int64_t>(y - tiling.context, 0);
      const int64_t left = std::max<int64_t>(x - tiling.context, 0);
      const int64_t bottom = std::min(y + tiling.tile, height);
      const int64_t right = std::min(x + tiling.tile, width);
      const Tensor seen =
          padded.slice(2, top, std::min(bottom + tiling.context, height))
              .slice(3, left, std::min(right + tiling.context, width));
      const Tensor made =
          network.Enlarge(seen)
              .slice(2, factor * (y - top), factor * (bottom - top))
              .slice(3, factor * (x - left), factor * (right - left));
      whole.slice(2, factor * y, factor * bottom)
          .slice(3, factor * x, factor * right)
          .copy_(made);
      if (done) {
        done(static_cast<double>(y * width + right * (bottom - y)) /
             static_cast<double>(height * width));
      }
    }
  }
  return cut(whole);
}

}  // namespace stage::models
