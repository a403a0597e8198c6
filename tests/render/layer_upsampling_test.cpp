#include "engine/render/layer_upsampling.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

TEST_CASE("UpsampledRows: the same size copies the layer exactly") {
  ImageF layer(7, 5, 3);
  for (size_t i = 0; i < 7 * 5 * 3; ++i) layer.data()[i] = 0.1f * i;
  for (const auto kernel :
       {UpsamplingKernel::kLinear, UpsamplingKernel::kCubic}) {
    UpsampledRows rows(layer, 7, 5, kernel);
    for (int y = 0; y < 5; ++y) {
      const float* row = rows.Row(y);
      for (int i = 0; i < 7 * 3; ++i) CHECK(row[i] == layer.row(y)[i]);
    }
  }
}

TEST_CASE("UpsampledRows: even layers stay exactly even, ramps stay ramps") {
  ImageF even(9, 6, 1, 1.0f), ramp(9, 6, 1);
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 9; ++x) ramp.at(x, y) = static_cast<float>(x + 2 * y);
  }
  for (const auto kernel :
       {UpsamplingKernel::kLinear, UpsamplingKernel::kCubic}) {
    UpsampledRows even_rows(even, 25, 17, kernel);
    UpsampledRows ramp_rows(ramp, 25, 17, kernel);
    for (int y = 0; y < 17; ++y) {
      const float* row = even_rows.Row(y);
      for (int x = 0; x < 25; ++x) {
        CHECK(row[x] == doctest::Approx(1).epsilon(1e-6));
      }
      row = ramp_rows.Row(y);
      // Away from the border, where pixels are repeated.
      if (y < 6 || y > 10) continue;
      for (int x = 6; x < 19; ++x) {
        const double wanted =
            (x + 0.5) * 9 / 25 - 0.5 + 2 * ((y + 0.5) * 6 / 17 - 0.5);
        CHECK(row[x] == doctest::Approx(wanted).epsilon(1e-4));
      }
    }
  }
}

TEST_CASE("UpsampledRows: rows may be asked for in any order") {
  ImageF layer(8, 20, 1);
  for (int i = 0; i < 160; ++i)
    layer.data()[i] = static_cast<float>(i * i % 37);
  UpsampledRows forward(layer, 16, 50, UpsamplingKernel::kCubic);
  std::vector<std::vector<float>> rows;
  for (int y = 0; y < 50; ++y) {
    const float* row = forward.Row(y);
    rows.emplace_back(row, row + 16);
  }
  UpsampledRows jumping(layer, 16, 50, UpsamplingKernel::kCubic);
  for (const int y : {49, 0, 25, 24, 3, 48}) {
    const float* row = jumping.Row(y);
    CHECK(std::equal(row, row + 16, rows[y].begin()));
  }
}

}  // namespace
}  // namespace stage::engine
