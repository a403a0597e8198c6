#include "engine/models/winograd.h"

#include <ATen/record_function.h>
#include <torch/torch.h>

#include <algorithm>

#include "engine/models/winograd_band.h"

namespace stage::models {
namespace {

using torch::Tensor;

constexpr int64_t kChannels = 16;  // of one block
constexpr int64_t kTile = 4;       // side of what one transform gives
// Below, transforming the weights takes longer than what it saves.
constexpr int64_t kFewestTiles = 16;
constexpr int64_t kFewestChannels = 32;
// Of one number of a tile or of a weight: 6x6 in float32.
constexpr int64_t kTransformedBytes = 6 * 6 * 4;
// At once, of weights: as much memory as attention takes elsewhere.
constexpr int64_t kMostWeightBytes = int64_t{120} << 20;
// At once, of tiles: as the caches like it, but so many tiles that transforming
// the weights for each band takes little of the time.
constexpr int64_t kBandBytes = int64_t{24} << 20;
constexpr int64_t kFewestBandTiles = 512;

int64_t Blocks(int64_t channels) {
  return (channels + kChannels - 1) / kChannels;
}

int64_t Tiles(int64_t side) { return (side + kTile - 1) / kTile; }

/// So many of the weights' blocks that what they are transformed to stays
/// within kMostWeightBytes: all, or a half, a third...
int64_t BlocksAtOnce(const WinogradWeight& weight) {
  const int64_t all = Blocks(weight.out);
  const int64_t bytes =
      kTransformedBytes * kChannels * kChannels * Blocks(weight.in) * all;
  int64_t parts = (bytes + kMostWeightBytes - 1) / kMostWeightBytes;
  while (parts < all && all % parts != 0) ++parts;
  return all / std::min(parts, all);
}

/// The batch as a whole where it has few tiles, else bands of each picture.
/// @param x    [B, in, h, w]
/// @param out  channels of the result at a time
std::vector<Band> Bands(torch::IntArrayRef x, int64_t out) {
  const int64_t most_tiles = std::max(
      kFewestBandTiles, kBandBytes / (kTransformedBytes * (x[1] + out)));
  const int64_t all = Tiles(x[2]);
  if (x[0] * all * Tiles(x[3]) <= most_tiles) {
    return {
        {.first_picture = 0, .pictures = x[0], .first_row = 0, .rows = x[2]}};
  }
  const int64_t most = std::max<int64_t>(1, most_tiles / Tiles(x[3]));
  const int64_t parts = (all + most - 1) / most;
  const int64_t rows = (all + parts - 1) / parts * kTile;  // equal parts
  std::vector<Band> bands;
  for (int64_t picture = 0; picture < x[0]; ++picture) {
    for (int64_t row = 0; row < x[2]; row += rows) {
      bands.push_back({.first_picture = picture,
                       .pictures = 1,
                       .first_row = row,
                       .rows = std::min(rows, x[2] - row)});
    }
  }
  return bands;
}

}  // namespace

bool HasWinograd() { return WinogradBand::IsThere(); }

bool SuitsWinograd(torch::IntArrayRef x, torch::IntArrayRef weight) {
  return HasWinograd() && weight[2] == 3 && weight[3] == 3 &&
         std::min(weight[0], weight[1]) >= kFewestChannels &&
         x[0] * Tiles(x[2]) * Tiles(x[3]) >= kFewestTiles;
}

WinogradWeight PackForWinograd(const Tensor& weight) {
  const int64_t out = weight.size(0);
  const int64_t in = weight.size(1);
  Tensor padded = weight;
  if (out % kChannels != 0 || in % kChannels != 0) {
    padded = torch::constant_pad_nd(weight,
                                    {0,
                                     0,
                                     0,
                                     0,
                                     0,
                                     Blocks(in) * kChannels - in,
                                     0,
                                     Blocks(out) * kChannels - out});
  }
  return {.blocks = padded
                        .view({Blocks(out),
                               kChannels,
                               Blocks(in),
                               kChannels,
                               weight.size(2),
                               weight.size(3)})
                        .permute({0, 2, 4, 5, 3, 1})
                        .contiguous(),
          .out = out,
          .in = in};
}

Tensor Unpack(const WinogradWeight& weight) {
  return weight.blocks.permute({0, 5, 1, 4, 2, 3})
      .reshape({Blocks(weight.out) * kChannels,
                Blocks(weight.in) * kChannels,
                weight.blocks.size(2),
                weight.blocks.size(3)})
      .slice(0, 0, weight.out)
      .slice(1, 0, weight.in)
      .contiguous();
}

Tensor WinogradConvolution(const Tensor& x,
                           const WinogradWeight& weight,
                           const Tensor& bias) {
  RECORD_FUNCTION("stage::winograd",
                  std::vector<c10::IValue>(
                      {x, std::vector<int64_t>{weight.out, weight.in, 3, 3}}));
  const Tensor input = x.contiguous();
  Tensor y =
      torch::empty({x.size(0), weight.out, x.size(2), x.size(3)},
                   x.options().memory_format(torch::MemoryFormat::Contiguous));
  const int64_t blocks = BlocksAtOnce(weight);
  for (const Band& rows :
       Bands(x.sizes(), std::min(blocks * kChannels, weight.out))) {
    const WinogradBand band(input, rows);
    for (int64_t first = 0; first < Blocks(weight.out); first += blocks) {
      band.Convolve(
          weight, bias, first, std::min(blocks, Blocks(weight.out) - first), y);
    }
  }
  return y;
}

}  // namespace stage::models
