#include "diffusion/layer_record.h"

#include <ATen/record_function.h>
#include <torch/torch.h>
#include <torch/version.h>

#include <algorithm>
#include <chrono>

#include "diffusion/process_memory.h"
#include "engine/models/winograd.h"

namespace stage::bench {
namespace {

using torch::Tensor;

/// The calls that the callback below notes; it may not capture anything.
std::vector<LayerCall>* g_calls = nullptr;

/// One number for each of the two sides; calls may name one for both.
std::vector<int64_t> BothSides(const c10::IValue& value) {
  std::vector<int64_t> sides = value.toIntVector();
  if (sides.size() == 1) sides.push_back(sides.front());
  return sides;
}

std::unique_ptr<at::ObserverContext> Note(const at::RecordFunction& call) {
  const std::string name = call.name();
  const auto inputs = call.inputs();
  LayerCall noted;
  if (name == "aten::conv2d") {
    noted.operation = "conv2d";
    noted.stride = BothSides(inputs[3]);
    noted.padding = BothSides(inputs[4]);
  } else if (name == "aten::mkldnn_convolution" &&
             inputs[1].toTensor().is_mkldnn()) {
    // With plain weights this is how conv2d itself, noted already, goes on.
    noted.operation = "packed";
    noted.padding = BothSides(inputs[3]);
    noted.stride = BothSides(inputs[4]);
  } else if (name == "stage::winograd") {
    noted.operation = "winograd";
    noted.stride = noted.padding = {1, 1};
  } else if (name == "aten::linear") {
    noted.operation = "linear";
  } else if (name == "aten::bmm" || name == "aten::bmm.out") {
    noted.operation = "bmm";
  } else if (name == "aten::scaled_dot_product_attention") {
    noted.operation = "sdpa";
  } else {
    return nullptr;
  }
  const size_t tensors = noted.operation == "sdpa" ? 3 : 2;
  for (size_t i = 0; i < tensors; ++i) {
    noted.shapes.push_back(inputs[i].isTensor()
                               ? inputs[i].toTensor().sizes().vec()
                               : inputs[i].toIntVector());
  }
  for (LayerCall& known : *g_calls) {
    if (known.operation == noted.operation && known.shapes == noted.shapes &&
        known.stride == noted.stride && known.padding == noted.padding) {
      ++known.count;
      return nullptr;
    }
  }
  noted.count = 1;
  g_calls->push_back(std::move(noted));
  return nullptr;
}

double Product(const std::vector<int64_t>& shape) {
  double product = 1;
  for (const int64_t side : shape) product *= static_cast<double>(side);
  return product;
}

std::function<void()> Alone(const LayerCall& call,
                            const models::Placement& placement) {
  const auto options =
      torch::TensorOptions(placement.type).device(placement.device);
  std::vector<Tensor> tensors;
  for (const auto& shape : call.shapes) {
    tensors.push_back(torch::randn(shape, options));
  }
  const Tensor a = tensors[0];
  const Tensor b = tensors[1];
  if (call.operation == "conv2d") {
    const Tensor bias = torch::zeros({b.size(0)}, options);
    return [=] { torch::conv2d(a, b, bias, call.stride, call.padding); };
  }
  if (call.operation == "packed") {
    const std::vector<int64_t> dilation(2, 1);
    const Tensor packed = at::mkldnn_reorder_conv2d_weight(
        b.to_mkldnn(), call.padding, call.stride, dilation, 1);
    const Tensor bias = torch::zeros({b.size(0)}, options);
    return [=] {
      at::mkldnn_convolution(
          a, packed, bias, call.padding, call.stride, dilation, 1);
    };
  }
  if (call.operation == "winograd") {
    const models::WinogradWeight packed = models::PackForWinograd(b);
    const Tensor bias = torch::zeros({b.size(0)}, options);
    return [=] { models::WinogradConvolution(a, packed, bias); };
  }
  if (call.operation == "linear") return [=] { torch::linear(a, b); };
  if (call.operation == "bmm") return [=] { torch::bmm(a, b); };
#if TORCH_VERSION_MAJOR > 2 || \
    (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 1)
  const Tensor v = tensors[2];
  return [=] { at::scaled_dot_product_attention(a, b, v); };
#else
  return [] {};
#endif
}

}  // namespace

double LayerCall::gigaflop() const {
  const double first = Product(shapes[0]);
  if (operation == "conv2d" || operation == "packed" ||
      operation == "winograd") {
    const double positions =
        static_cast<double>(shapes[0][0]) *
        ((shapes[0][2] + 2 * padding[0] - shapes[1][2]) / stride[0] + 1) *
        ((shapes[0][3] + 2 * padding[1] - shapes[1][3]) / stride[1] + 1);
    return 2e-9 * positions * Product(shapes[1]);
  }
  if (operation == "linear") return 2e-9 * first * shapes[1][0];
  if (operation == "bmm") return 2e-9 * first * shapes[1][2];
  return 4e-9 * first * shapes[1][2];
}

std::vector<LayerCall> RecordLayers(const std::function<void()>& work) {
  std::vector<LayerCall> calls;
  g_calls = &calls;
  const auto handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback(Note).needsInputs(true).scopes(
          {at::RecordScope::FUNCTION}));
  work();
  at::removeCallback(handle);
  g_calls = nullptr;
  return calls;
}

Seconds Fastest(int times,
                const models::Placement& placement,
                const std::function<void()>& work) {
  const bool cuda = placement.device.is_cuda();
  const auto now = [] {
    return std::chrono::duration<double>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  };
  Seconds best{1e30, 1e30};
  for (int i = 0; i < times; ++i) {
    if (cuda) torch::cuda::synchronize();
    const double processor = ProcessorSeconds();
    const double begin = now();
    work();
    if (cuda) torch::cuda::synchronize();
    best.wall = std::min(best.wall, now() - begin);
    best.processor = std::min(best.processor, ProcessorSeconds() - processor);
  }
  return best;
}

Seconds Floor(const std::vector<LayerCall>& calls,
              const models::Placement& placement) {
  constexpr int kTimes = 3;
  Seconds sum;
  for (const LayerCall& call : calls) {
    const std::function<void()> alone = Alone(call, placement);
    alone();
    const Seconds one = Fastest(kTimes, placement, alone);
    sum.wall += one.wall * call.count;
    sum.processor += one.processor * call.count;
  }
  return sum;
}

}  // namespace stage::bench
