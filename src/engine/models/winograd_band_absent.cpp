// In builds without oneDNN's headers.
#include "engine/models/winograd_band.h"

namespace stage::models {

struct WinogradBand::Rows {};

bool WinogradBand::IsThere() { return false; }

WinogradBand::WinogradBand(const torch::Tensor& x, const Band& band) {
  TORCH_CHECK(false, "this build has no Winograd convolutions");
}
WinogradBand::~WinogradBand() = default;

void WinogradBand::Convolve(const WinogradWeight& weight,
                            const torch::Tensor& bias,
                            int64_t first_block,
                            int64_t blocks,
                            torch::Tensor& y) const {}

}  // namespace stage::models
