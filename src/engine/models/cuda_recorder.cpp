// CUDA graphs. All that names CUDA is here; streams and events go through
// libtorch's own interface to devices, so that nothing of CUDA's runtime has to
// be linked. Compiles with libtorch 1.13 and 2.6.
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/cuda/CUDACachingAllocator.h>

#include <memory>
#include <vector>

#include "engine/models/cuda_ways.h"
#include "engine/models/work_recorder.h"

namespace stage::models {
namespace {

using at::cuda::CUDAGraph;
using Pool = decltype(at::cuda::graph_pool_handle());

/// Other threads may go on as they like meanwhile, where libtorch (from 2.1 on)
/// can say so; else what they ask of CUDA may spoil the recording.
template <typename Graph>
void Begin(Graph& graph, const Pool& pool) {
  constexpr auto kMode = cudaStreamCaptureModeThreadLocal;
  if constexpr (requires { graph.capture_begin(pool, kMode); }) {
    graph.capture_begin(pool, kMode);
  } else {
    graph.capture_begin(pool);
  }
}

/// What libtorch 2's allocator was told when a capture began, and is told at
/// its end only where that succeeds. Until then it can neither free memory nor
/// run out of it in an orderly way.
template <typename Allocator>
void EndPool(Allocator& allocator, c10::DeviceIndex device, const Pool& pool) {
  if constexpr (requires { allocator.endAllocateToPool(device, pool); }) {
    allocator.endAllocateToPool(device, pool);
    allocator.releasePool(device, pool);
  }
}

/// Graphs whose capture failed. Never destroyed: libtorch's allocators may go
/// on asking them whether an allocation is theirs.
std::vector<std::unique_ptr<CUDAGraph>>& FailedGraphs() {
  static auto* const failed = new std::vector<std::unique_ptr<CUDAGraph>>;
  return *failed;
}

class CudaRecording final : public Recording {
 public:
  void Replay() override { graph_->replay(); }

  /// Of the current stream, which may not be the default one.
  void Capture(const std::function<void()>& work, c10::DeviceIndex device) {
    try {
      Begin(*graph_, pool_);
      work();
      graph_->capture_end();
    } catch (...) {
      Abandon(device);
      throw;
    }
  }

 private:
  /// Else the stream would go on capturing. The first error says why; others
  /// follow from it.
  void Abandon(c10::DeviceIndex device) {
    try {
      graph_->capture_end();
      return;
    } catch (const c10::Error&) {
      FailedGraphs().push_back(std::move(graph_));
    }
    try {
      EndPool(*c10::cuda::CUDACachingAllocator::get(), device, pool_);
    } catch (const c10::Error&) {
      // It had ended.
    }
  }

  std::unique_ptr<CUDAGraph> graph_ = std::make_unique<CUDAGraph>();
  Pool pool_ = at::cuda::graph_pool_handle();
};

class CudaRecorder final : public WorkRecorder {
 public:
  explicit CudaRecorder(const c10::Device& device)
      : device_(device),
        cuda_(c10::DeviceType::CUDA),
        side_(cuda_.getStreamFromGlobalPool(device)) {}

  void WarmUp(const std::function<void()>& work) override { OnSide(work); }

  std::unique_ptr<Recording> Record(
      const std::function<void()>& work) override {
    // A recording has memory of its own: what the warm-up freed is of no use.
    ReleaseMemory();
    auto recording = std::make_unique<CudaRecording>();
    OnSide([&] { recording->Capture(work, side_.device_index()); });
    return recording;
  }

  void ReleaseMemory() override {
    c10::cuda::CUDACachingAllocator::emptyCache();
  }

 private:
  /// Work on the side stream, after what is on the current one and before what
  /// will be there.
  void OnSide(const std::function<void()>& work) {
    const c10::Stream current = cuda_.getStream(device_);
    Await(current, side_);
    {
      const c10::StreamGuard on_side(side_);
      work();
    }
    Await(side_, current);
  }

  /// Has `later` wait for all that `first` has to do by now.
  static void Await(const c10::Stream& first, const c10::Stream& later) {
    c10::Event done(c10::DeviceType::CUDA);
    done.record(first);
    done.block(later);
  }

  c10::Device device_;
  c10::impl::VirtualGuardImpl cuda_;
  c10::Stream side_;
};

}  // namespace

std::unique_ptr<WorkRecorder> MakeCudaRecorder(const c10::Device& device) {
  if (!device.is_cuda() || CudaIsPlain()) return nullptr;
  return std::make_unique<CudaRecorder>(device);
}

}  // namespace stage::models
