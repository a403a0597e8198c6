#include <algorithm>
#include <cmath>
#include <functional>
#include <thread>
#include <vector>

#include "core/photo/photo.h"
#include "core/photo/resize.h"
#include "core/photo/srgb_curve.h"
#include "core/photo/tone_lut.h"

namespace stage {
namespace {

/// Source pixels `first`.. under one target pixel, with their shares.
struct Footprint {
  int first;
  std::vector<float> shares;  ///< sum 1
};

std::vector<Footprint> Footprints(int source, int target) {
  std::vector<Footprint> footprints(target);
  const double step = static_cast<double>(source) / target;
  for (int i = 0; i < target; ++i) {
    const double begin = i * step;
    const double end = std::min<double>((i + 1) * step, source);
    const int first = std::min(static_cast<int>(begin), source - 1);
    const int last = std::min(static_cast<int>(std::ceil(end)), source);
    footprints[i].first = first;
    for (int s = first; s < std::max(last, first + 1); ++s) {
      const double share =
          std::min<double>(end, s + 1) - std::max<double>(begin, s);
      footprints[i].shares.push_back(static_cast<float>(share / step));
    }
  }
  return footprints;
}

void ReduceRow(const float* source,
               const std::vector<Footprint>& footprints,
               float weight,
               float* sum) {
  for (const Footprint& footprint : footprints) {
    const float* pixel = source + static_cast<size_t>(footprint.first) * 3;
    float r = 0, g = 0, b = 0;
    for (const float share : footprint.shares) {
      r += share * pixel[0];
      g += share * pixel[1];
      b += share * pixel[2];
      pixel += 3;
    }
    sum[0] += weight * r;
    sum[1] += weight * g;
    sum[2] += weight * b;
    sum += 3;
  }
}

/// Calls `emit(y, row)` for each reduced row, several at once; `row` is
/// 3 * width floats. Each row is summed in one order whatever the threads.
void ForEachReducedRow(const Photo& photo,
                       const ColorConverter& converter,
                       FittedSize size,
                       const std::function<void(int, const float*)>& emit) {
  const auto across = Footprints(photo.width(), size.width);
  const auto down = Footprints(photo.height(), size.height);
  const auto work = [&](int begin, int end) {
    std::vector<float> source(static_cast<size_t>(photo.width()) * 3);
    std::vector<float> sum(static_cast<size_t>(size.width) * 3);
    int held = -1;  // the source row in `source`
    for (int y = begin; y < end; ++y) {
      std::fill(sum.begin(), sum.end(), 0.0f);
      for (size_t i = 0; i < down[y].shares.size(); ++i) {
        const int source_y = down[y].first + static_cast<int>(i);
        if (source_y != held) {
          converter.ToLinear(photo, 0, source_y, photo.width(), source.data());
          held = source_y;
        }
        ReduceRow(source.data(), across, down[y].shares[i], sum.data());
      }
      emit(y, sum.data());
    }
  };
  const int wanted =
      static_cast<int64_t>(photo.width()) * photo.height() > 500'000
          ? static_cast<int>(std::thread::hardware_concurrency())
          : 1;
  const int threads = std::clamp(wanted, 1, std::min(8, size.height));
  std::vector<std::jthread> workers;
  for (int i = 1; i < threads; ++i) {
    workers.emplace_back(
        work, size.height * i / threads, size.height * (i + 1) / threads);
  }
  work(0, size.height / threads);
}

}  // namespace

ImageF ReadLinear(const Photo& photo,
                  const ColorConverter& converter,
                  int long_edge_px) {
  const FittedSize size =
      FitLongEdge(photo.width(), photo.height(), long_edge_px);
  ImageF reduced(size.width, size.height, 3);
  ForEachReducedRow(photo, converter, size, [&](int y, const float* row) {
    std::copy_n(row, static_cast<size_t>(size.width) * 3, reduced.row(y));
  });
  return reduced;
}

ImageU8 ReadSrgb8(const Photo& photo,
                  const ColorConverter& converter,
                  int long_edge_px) {
  static const ToneLut srgb(SrgbToLinear, 255);
  const FittedSize size =
      FitLongEdge(photo.width(), photo.height(), long_edge_px);
  ImageU8 reduced(size.width, size.height, 3);
  ForEachReducedRow(photo, converter, size, [&](int y, const float* row) {
    uint8_t* out = reduced.row(y);
    for (int i = 0; i < size.width * 3; ++i) {
      out[i] = static_cast<uint8_t>(srgb.Encode(row[i]));
    }
  });
  return reduced;
}

}  // namespace stage
