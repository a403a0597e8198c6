#include "engine/networks/networks.h"

#include <torch/torch.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
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
};

}  // namespace
}  // namespace stage::engine

stage::engine::Networks* stage_open_networks(int abi) {
  if (abi != stage::engine::kNetworksAbi) return nullptr;
  return new stage::engine::TorchNetworks;
}
