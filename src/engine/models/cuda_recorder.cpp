// CUDA graphs. All that names CUDA is here; streams and events go through
// libtorch's own interface to devices, so that nothing of CUDA's runtime has to
// be linked. Written for libtorch 1.13 to 2.x.
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/cuda/CUDACachingAllocator.h>

#include "engine/models/cuda_ways.h"
#include "engine/models/work_recorder.h"

namespace stage::models {
namespace {

class CudaRecording final : public Recording {
 public:
  void Replay() override { graph_.replay(); }

  /// Of the current stream, which may not be the default one.
  void Capture(const std::function<void()>& work) {
    graph_.capture_begin();
    try {
      work();
    } catch (...) {
      try {
        graph_.capture_end();  // else the stream would go on capturing
      } catch (const c10::Error&) {
        // The capture had failed: the first error says why.
      }
      throw;
    }
    graph_.capture_end();
  }

 private:
  at::cuda::CUDAGraph graph_;
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
    OnSide([&] { recording->Capture(work); });
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
