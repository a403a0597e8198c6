#pragma once

#include <torch/nn/module.h>

#include "engine/models/load_weights.h"

namespace stage::models {

/// Has a module on the device as long as it lives; elsewhere, where it is to be
/// kept apart, on the CPU.
class OnDevice {
 public:
  OnDevice(torch::nn::Module& module, const Placement& placement, bool apart)
      : module_(module), apart_(apart && placement.device.is_cuda()) {
    if (apart_) module_.to(placement.device);
  }
  ~OnDevice() {
    if (apart_) module_.to(torch::kCPU);
  }
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;

 private:
  torch::nn::Module& module_;
  bool apart_;
};

}  // namespace stage::models
