#pragma once

#include <c10/core/Device.h>

#include <functional>
#include <memory>

namespace stage::models {

/// Work on a device that was recorded, to be done again by one call. When it
/// goes, so does the memory that it works in.
class Recording {
 public:
  virtual ~Recording() = default;
  /// Does the work once more: reads and writes the same tensors as then.
  virtual void Replay() = 0;
};

/// Records work on a device, which then starts at once instead of call by
/// call. Not for several threads at once.
class WorkRecorder {
 public:
  virtual ~WorkRecorder() = default;
  /// Does the work where Record notes it: what libraries set up at their first
  /// call can't be recorded.
  virtual void WarmUp(const std::function<void()>& work) = 0;
  /// Notes the work without doing it: what it makes is empty until replayed.
  /// @throws c10::Error where it cannot be recorded
  virtual std::unique_ptr<Recording> Record(
      const std::function<void()>& work) = 0;
  /// Gives the device back the memory that nothing holds any more.
  virtual void ReleaseMemory() = 0;
};

/// CUDA graphs of work on one device.
/// @return  none on the processor, in builds without CUDA (cmake/cuda.cmake)
///          and where CudaIsPlain()
std::unique_ptr<WorkRecorder> MakeCudaRecorder(const c10::Device& device);

}  // namespace stage::models
