#include "engine/models/winograd_band.h"

#include <omp.h>
#include <torch/torch.h>

#include <algorithm>
#include <limits>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>

namespace stage::models {
namespace {

using dnnl::convolution_forward;
using dnnl::memory;
using torch::Tensor;
using Dims = memory::dims;

constexpr int64_t kChannels = 16;  // of one block
constexpr auto kFloat = memory::data_type::f32;

const dnnl::engine& Engine() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::stream& Stream() {
  thread_local dnnl::stream stream(Engine());
  return stream;
}

/// oneDNN has two schedules for Winograd. One is chosen where there are enough
/// tiles for each thread and adds products up in an order that depends on how
/// many threads there are; the other's does not. This many always get the
/// other.
class AsForManyThreads {
 public:
  AsForManyThreads() : threads_(omp_get_max_threads()) {
    omp_set_num_threads(std::numeric_limits<int>::max());
  }
  ~AsForManyThreads() { omp_set_num_threads(threads_); }
  AsForManyThreads(const AsForManyThreads&) = delete;
  AsForManyThreads& operator=(const AsForManyThreads&) = delete;

 private:
  int threads_;
};

memory::desc InBlocks(const Dims& shape) {
  return {shape, kFloat, memory::format_tag::nChw16c};
}

Tensor NewBytes(const memory::desc& layout) {
  return torch::empty({static_cast<int64_t>(layout.get_size())}, torch::kByte);
}

/// The scratchpad of the thread's convolutions, which stays for the next one:
/// the kernel takes longer to hand out fresh pages than a layer to use them.
void* Scratchpad(const memory::desc& layout) {
  thread_local Tensor kept;
  const auto bytes = static_cast<int64_t>(layout.get_size());
  if (!kept.defined() || kept.numel() < bytes) {
    kept = Tensor();
    kept = NewBytes(layout);
  }
  return kept.data_ptr();
}

memory At(const memory::desc& layout, const void* numbers) {
  return {layout, Engine(), const_cast<void*>(numbers)};
}

void Copy(memory from, memory to) {
  dnnl::reorder(from, to).execute(Stream(), from, to);
}

/// Rows of some channels of contiguous pictures, [B, c, h, w].
memory InPicture(const Tensor& pictures,
                 int64_t first_picture,
                 int64_t first_channel,
                 int64_t first_row,
                 const Dims& shape) {
  const int64_t width = pictures.size(3);
  const int64_t channel = pictures.size(2) * width;
  const int64_t picture = pictures.size(1) * channel;
  return At({shape, kFloat, Dims{picture, channel, width, 1}},
            pictures.data_ptr<float>() + first_picture * picture +
                first_channel * channel + first_row * width);
}

struct Kernel {
  memory::desc weights, scratchpad;
  convolution_forward convolution;
  bool is_winograd = false;
};

/// @param x      [B, in, h, w], as far as the band reaches
/// @param y      [B, out, h', w]
/// @param above  rows of zeros above x, 0 or 1; below likewise
/// @throws dnnl::error  without AVX-512
Kernel Compile(
    const Dims& x, const Dims& y, bool has_bias, int64_t above, int64_t below) {
  // "Training" means: weights as they are, transformed anew at each call.
  constexpr auto kKind = dnnl::prop_kind::forward_training;
  constexpr auto kWinograd = dnnl::algorithm::convolution_winograd;
  const memory::desc weights(
      {y[1], x[1], 3, 3}, kFloat, memory::format_tag::OIhw16i16o);
  const memory::desc bias =
      has_bias ? memory::desc({y[1]}, kFloat, memory::format_tag::x)
               : memory::desc();
  dnnl::primitive_attr own_scratchpad;
  own_scratchpad.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const AsForManyThreads whatever_there_are;
  const convolution_forward::primitive_desc described(
      {kKind,
       kWinograd,
       InBlocks(x),
       weights,
       bias,
       InBlocks(y),
       /*strides=*/{1, 1},
       /*padding_l=*/{above, 1},
       /*padding_r=*/{below, 1}},
      own_scratchpad,
      Engine());
  return {
      .weights = weights,
      .scratchpad = described.scratchpad_desc(),
      .convolution = convolution_forward(described),
      .is_winograd =
          std::string(described.impl_info_str()).starts_with("jit_wino_4x3")};
}

}  // namespace

bool WinogradBand::IsThere() {
  static const bool is_there = [] {
    try {
      const Dims shape{1, 64, 16, 16};
      return Compile(shape, shape, /*has_bias=*/true, 1, 1).is_winograd;
    } catch (const dnnl::error&) {
      return false;  // no AVX-512
    }
  }();
  return is_there;
}

struct WinogradBand::Rows {
  Band band;
  Dims shape;         ///< of the band with what it depends on
  int64_t above = 0;  ///< rows of zeros that it depends on: 0 or 1
  int64_t below = 0;
  Tensor blocks;
};

WinogradBand::WinogradBand(const Tensor& x, const Band& band)
    : rows_(std::make_unique<Rows>()) {
  const int64_t end = band.first_row + band.rows;
  rows_->band = band;
  rows_->above = band.first_row == 0 ? 1 : 0;
  rows_->below = end == x.size(2) ? 1 : 0;
  const int64_t first = band.first_row - 1 + rows_->above;
  rows_->shape = {
      band.pictures, x.size(1), end + 1 - rows_->below - first, x.size(3)};
  const memory::desc layout = InBlocks(rows_->shape);
  rows_->blocks = NewBytes(layout);
  Copy(InPicture(x, band.first_picture, 0, first, rows_->shape),
       At(layout, rows_->blocks.data_ptr()));
}

WinogradBand::~WinogradBand() = default;

void WinogradBand::Convolve(const WinogradWeight& weight,
                            const Tensor& bias,
                            int64_t first_block,
                            int64_t blocks,
                            Tensor& y) const {
  const Band& band = rows_->band;
  const int64_t first = first_block * kChannels;
  const int64_t out = std::min(blocks * kChannels, weight.out - first);
  const Dims result{band.pictures, out, band.rows, y.size(3)};
  const Kernel kernel =
      Compile(rows_->shape, result, bias.defined(), rows_->above, rows_->below);
  const memory::desc layout = InBlocks(result);
  const Tensor blocked = NewBytes(layout);
  std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, At(InBlocks(rows_->shape), rows_->blocks.data_ptr())},
      {DNNL_ARG_WEIGHTS,
       At(kernel.weights, weight.blocks[first_block].data_ptr())},
      {DNNL_ARG_DST, At(layout, blocked.data_ptr())},
      {DNNL_ARG_SCRATCHPAD,
       At(kernel.scratchpad, Scratchpad(kernel.scratchpad))}};
  if (bias.defined()) {
    const memory::desc numbers({out}, kFloat, memory::format_tag::x);
    arguments.emplace(DNNL_ARG_BIAS,
                      At(numbers, bias.data_ptr<float>() + first));
  }
  kernel.convolution.execute(Stream(), arguments);
  Copy(At(layout, blocked.data_ptr()),
       InPicture(y, band.first_picture, first, band.first_row, result));
}

}  // namespace stage::models
