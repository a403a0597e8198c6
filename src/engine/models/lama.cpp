#include "engine/models/lama.h"

#include <torch/script.h>
#include <torch/torch.h>

#include <vector>

#include "core/error.h"
#include "engine/models/layers.h"
#include "engine/models/name_group.h"

namespace stage::models {
namespace {

using torch::Tensor;

constexpr int64_t kMultiple = 8;

/// Channels of the two branches; 0 where a branch is missing.
struct Branches {
  int64_t local = 0;
  int64_t global = 0;
};

/// Convolution over a picture continued by its mirror image.
class MirrorConvImpl : public torch::nn::Module {
 public:
  MirrorConvImpl(int64_t in, int64_t out, int64_t kernel, int64_t stride)
      : padding_(kernel / 2), stride_(stride) {
    weight = register_parameter(
        "weight", torch::empty({out, in, kernel, kernel}), false);
  }
  Tensor forward(const Tensor& x) {
    const Tensor padded =
        padding_ == 0 ? x
                      : torch::reflection_pad2d(
                            x, {padding_, padding_, padding_, padding_});
    return torch::conv2d(padded, weight, {}, stride_);
  }

 private:
  int64_t padding_, stride_;
  Tensor weight;
};
TORCH_MODULE(MirrorConv);

/// A 1x1 convolution of the Fourier transform, real and imaginary parts as
/// neighbouring channels.
class FourierUnitImpl : public torch::nn::Module {
 public:
  explicit FourierUnitImpl(int64_t width) {
    conv_layer =
        register_module("conv_layer", MirrorConv(2 * width, 2 * width, 1, 1));
    bn = register_module("bn", BatchNorm2d(2 * width));
  }
  Tensor forward(const Tensor& x) {
    const Tensor spectrum = torch::fft_rfft2(x, {}, {-2, -1}, "ortho");
    const int64_t batch = x.size(0);
    const int64_t rows = spectrum.size(2);
    const int64_t columns = spectrum.size(3);
    const Tensor parts = torch::view_as_real(spectrum)
                             .permute({0, 1, 4, 2, 3})
                             .reshape({batch, -1, rows, columns});
    const Tensor mixed = torch::relu(bn(conv_layer(parts)))
                             .reshape({batch, -1, 2, rows, columns})
                             .permute({0, 1, 3, 4, 2})
                             .contiguous();
    return torch::fft_irfft2(torch::view_as_complex(mixed),
                             torch::IntArrayRef({x.size(2), x.size(3)}),
                             {-2, -1},
                             "ortho");
  }

 private:
  MirrorConv conv_layer = nullptr;
  BatchNorm2d bn = nullptr;
};
TORCH_MODULE(FourierUnit);

class SpectralTransformImpl : public torch::nn::Module {
 public:
  SpectralTransformImpl(int64_t in, int64_t out) {
    const auto first = NameGroup(*this, "conv1");
    conv1_ = first->register_module("0", MirrorConv(in, out / 2, 1, 1));
    bn1_ = first->register_module("1", BatchNorm2d(out / 2));
    fu = register_module("fu", FourierUnit(out / 2));
    conv2 = register_module("conv2", MirrorConv(out / 2, out, 1, 1));
  }
  Tensor forward(const Tensor& x) {
    const Tensor hidden = torch::relu(bn1_(conv1_(x)));
    return conv2(hidden + fu(hidden));
  }

 private:
  MirrorConv conv1_ = nullptr, conv2 = nullptr;
  BatchNorm2d bn1_ = nullptr;
  FourierUnit fu = nullptr;
};
TORCH_MODULE(SpectralTransform);

struct BranchMaps {
  Tensor local, global;
};

/// Fast Fourier convolution with norm and ReLU: each branch sees both.
class FastFourierConvImpl : public torch::nn::Module {
 public:
  FastFourierConvImpl(Branches in, Branches out, int64_t kernel, int64_t stride)
      : kernel_(kernel), stride_(stride) {
    const auto ffc = NameGroup(*this, "ffc");
    const auto add = [&](const char* name, int64_t from, int64_t to) {
      MirrorConv conv = nullptr;
      if (from > 0 && to > 0) {
        conv =
            ffc->register_module(name, MirrorConv(from, to, kernel_, stride_));
      }
      return conv;
    };
    convl2l_ = add("convl2l", in.local, out.local);
    convl2g_ = add("convl2g", in.local, out.global);
    convg2l_ = add("convg2l", in.global, out.local);
    if (in.global > 0 && out.global > 0) {
      convg2g_ = ffc->register_module("convg2g",
                                      SpectralTransform(in.global, out.global));
    }
    if (out.local > 0) bn_l = register_module("bn_l", BatchNorm2d(out.local));
    if (out.global > 0) bn_g = register_module("bn_g", BatchNorm2d(out.global));
  }
  BranchMaps forward(const BranchMaps& x) {
    BranchMaps out;
    out.local = convl2l_(x.local);
    if (!convg2l_.is_empty()) out.local = out.local + convg2l_(x.global);
    out.local = torch::relu(bn_l(out.local));
    if (bn_g.is_empty()) return out;
    out.global = convl2g_(x.local);
    if (!convg2g_.is_empty()) out.global = out.global + convg2g_(x.global);
    out.global = torch::relu(bn_g(out.global));
    return out;
  }

 private:
  int64_t kernel_, stride_;
  MirrorConv convl2l_ = nullptr, convl2g_ = nullptr, convg2l_ = nullptr;
  SpectralTransform convg2g_ = nullptr;
  BatchNorm2d bn_l = nullptr, bn_g = nullptr;
};
TORCH_MODULE(FastFourierConv);

class FourierResnetBlockImpl : public torch::nn::Module {
 public:
  explicit FourierResnetBlockImpl(Branches width) {
    conv1 = register_module("conv1", FastFourierConv(width, width, 3, 1));
    conv2 = register_module("conv2", FastFourierConv(width, width, 3, 1));
  }
  BranchMaps forward(const BranchMaps& x) {
    const BranchMaps changed = conv2(conv1(x));
    return {x.local + changed.local, x.global + changed.global};
  }

 private:
  FastFourierConv conv1 = nullptr, conv2 = nullptr;
};
TORCH_MODULE(FourierResnetBlock);

/// The sizes of a generator, read off its tensors.
struct LamaSizes {
  int64_t in = 4, out = 3, width = 64;
  int64_t halvings = 3, blocks = 18;
  Branches middle;
};

/// Numbered as in the published nn.Sequential "model".
class LamaGenerator : public torch::nn::Module {
 public:
  explicit LamaGenerator(const LamaSizes& sizes) {
    const auto model = NameGroup(*this, "model");
    int64_t number = 1;  // 0 is padding
    const auto next = [&] { return std::to_string(number++); };
    int64_t width = sizes.width;
    first_ = model->register_module(
        next(), FastFourierConv(Branches{sizes.in}, Branches{width}, 7, 1));
    for (int64_t i = 0; i < sizes.halvings; ++i, width *= 2) {
      const bool last = i + 1 == sizes.halvings;
      down_.push_back(model->register_module(
          next(),
          FastFourierConv(Branches{width},
                          last ? sizes.middle : Branches{2 * width},
                          3,
                          2)));
    }
    for (int64_t i = 0; i < sizes.blocks; ++i) {
      blocks_.push_back(
          model->register_module(next(), FourierResnetBlock(sizes.middle)));
    }
    ++number;  // joins the branches
    for (int64_t i = 0; i < sizes.halvings; ++i, width /= 2) {
      up_.push_back(model->register_module(
          next(), ConvTranspose2d(width, width / 2, 3, 2, 1, 1)));
      up_norms_.push_back(
          model->register_module(next(), BatchNorm2d(width / 2)));
      ++number;  // activation
    }
    ++number;  // padding
    last_ = model->register_module(
        next(), Conv2d(width, sizes.out, Conv2dOptions{.kernel = 7}));
  }

  /// [B, 4, h, w], sides multiples of eight -> [B, 3, h, w]
  Tensor forward(const Tensor& x) {
    BranchMaps maps = first_(BranchMaps{x, {}});
    for (FastFourierConv& conv : down_) maps = conv(maps);
    for (FourierResnetBlock& block : blocks_) maps = block(maps);
    Tensor joined = torch::cat({maps.local, maps.global}, 1);
    for (size_t i = 0; i < up_.size(); ++i) {
      joined = torch::relu(up_norms_[i](up_[i](joined)));
    }
    return torch::sigmoid(last_(torch::reflection_pad2d(joined, {3, 3, 3, 3})));
  }

 private:
  FastFourierConv first_ = nullptr;
  std::vector<FastFourierConv> down_;
  std::vector<FourierResnetBlock> blocks_;
  std::vector<ConvTranspose2d> up_;
  std::vector<BatchNorm2d> up_norms_;
  Conv2d last_ = nullptr;
};

LamaSizes SizesOf(const Checkpoint& weights) {
  const auto has = [&](int64_t number, const std::string& name) {
    return weights.tensors.contains("model." + std::to_string(number) + name);
  };
  const auto size = [&](int64_t number, const std::string& name, int64_t d) {
    return weights.tensors.at("model." + std::to_string(number) + name).size(d);
  };
  LamaSizes sizes;
  int64_t number = 1;
  if (!has(number, ".ffc.convl2l.weight")) {
    throw Error(ErrorKind::kModel, weights.source + ": not a LaMa generator");
  }
  sizes.width = size(number, ".ffc.convl2l.weight", 0);
  sizes.in = size(number, ".ffc.convl2l.weight", 1);
  while (has(number + 1, ".ffc.convl2l.weight")) ++number;
  sizes.halvings = number - 1;
  if (!has(number, ".ffc.convl2g.weight")) {
    throw Error(ErrorKind::kModel,
                weights.source + ": a LaMa without a global branch");
  }
  sizes.middle = {.local = size(number, ".ffc.convl2l.weight", 0),
                  .global = size(number, ".ffc.convl2g.weight", 0)};
  sizes.blocks = 0;
  while (has(number + 1 + sizes.blocks, ".conv1.ffc.convl2l.weight")) {
    ++sizes.blocks;
  }
  return sizes;
}

/// Pads, masks and puts the original back where nothing was to be filled.
class LamaInpainter final : public Inpainter {
 public:
  LamaInpainter(const Checkpoint& weights, const Placement& placement)
      : generator_(SizesOf(weights)) {
    LoadWeights(generator_, weights, placement);
    generator_.eval();
  }
  Tensor Fill(const Tensor& image, const Tensor& mask) override {
    const Tensor seen = PadSymmetric(image, kMultiple);
    const Tensor hole = PadSymmetric(mask, kMultiple);
    const Tensor made =
        generator_.forward(torch::cat({seen * (1 - hole), hole}, 1))
            .slice(2, 0, image.size(2))
            .slice(3, 0, image.size(3));
    return mask * made + (1 - mask) * image;
  }

 private:
  LamaGenerator generator_;
};

class ScriptedInpainter final : public Inpainter {
 public:
  explicit ScriptedInpainter(torch::jit::Module module)
      : module_(std::move(module)) {}
  Tensor Fill(const Tensor& image, const Tensor& mask) override {
    const Tensor made = module_
                            .forward({PadSymmetric(image, kMultiple),
                                      PadSymmetric(mask, kMultiple)})
                            .toTensor();
    return made.slice(2, 0, image.size(2)).slice(3, 0, image.size(3));
  }

 private:
  torch::jit::Module module_;
};

}  // namespace

Tensor PadSymmetric(const Tensor& image, int64_t multiple) {
  const auto indices = [&](int64_t side) {
    const int64_t padded = (side + multiple - 1) / multiple * multiple;
    std::vector<int64_t> from;
    for (int64_t i = 0; i < padded; ++i) {
      const int64_t turn = i % (2 * side);
      from.push_back(turn < side ? turn : 2 * side - 1 - turn);
    }
    return torch::tensor(from, torch::TensorOptions(torch::kInt64))
        .to(image.device());
  };
  return image.index_select(2, indices(image.size(2)))
      .index_select(3, indices(image.size(3)));
}

std::unique_ptr<Inpainter> LoadLama(const std::filesystem::path& file,
                                    const Placement& placement) {
  if (file.extension() == ".pt") {
    try {
      torch::jit::Module module =
          torch::jit::load(file.string(), placement.device);
      module.eval();
      return std::make_unique<ScriptedInpainter>(std::move(module));
    } catch (const c10::Error&) {
      throw Error(
          ErrorKind::kModel,
          file.string() + ": not TorchScript, or damaged: download it again");
    }
  }
  const Checkpoint whole = ReadCheckpoint(file);
  const Checkpoint generator = whole.Below("generator.");
  return std::make_unique<LamaInpainter>(
      generator.tensors.empty() ? whole : generator, placement);
}

}  // namespace stage::models
