#pragma once

#include <memory>

#include "engine/models/winograd.h"

namespace stage::models {

/// Rows of some of a batch's pictures.
struct Band {
  int64_t first_picture = 0;
  int64_t pictures = 0;
  int64_t first_row = 0;
  int64_t rows = 0;
};

/// The convolution of one band, some channels of the result at a time: the part
/// that oneDNN does, and all that knows it.
class WinogradBand {
 public:
  /// Whether oneDNN was there for the build and has the kernel for this
  /// processor.
  static bool IsThere();

  /// Takes over what the band's result depends on.
  /// @param x  F32 [B, in, h, w], contiguous
  WinogradBand(const torch::Tensor& x, const Band& band);
  ~WinogradBand();
  WinogradBand(const WinogradBand&) = delete;
  WinogradBand& operator=(const WinogradBand&) = delete;

  /// Gives `y`, [B, out, h, w] and contiguous, the band's rows of the channels
  /// [16 first_block, 16 (first_block + blocks)) below `out`.
  void Convolve(const WinogradWeight& weight,
                const torch::Tensor& bias,
                int64_t first_block,
                int64_t blocks,
                torch::Tensor& y) const;

 private:
  struct Rows;
  std::unique_ptr<Rows> rows_;
};

}  // namespace stage::models
