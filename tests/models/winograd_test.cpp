#include "engine/models/winograd.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "engine/models/resnet_block.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using namespace stage::models;
using torch::Tensor;

/// How much larger the rounding errors of F(4x4, 3x3) are than those of the
/// sums of products in it, for random numbers: of y = A'[(G g) * (B' d)], in
/// one dimension, a product i has the deviation |G_i| |B_i| of that of g d and
/// goes into output k A_ki times. oneDNN interpolates at 0, +-5/8, +-3/2 and
/// infinity.
double ErrorGrowth() {
  constexpr double a = 0.625;
  constexpr double b = 1.5;
  constexpr double n1 = 2 * a * a * (a * a - b * b);
  constexpr double n2 = 2 * b * b * (b * b - a * a);
  constexpr double n0 = a * a * b * b;
  const double g[6][3] = {{1 / n0, 0, 0},
                          {1 / n1, a / n1, a * a / n1},
                          {1 / n1, -a / n1, a * a / n1},
                          {1 / n2, b / n2, b * b / n2},
                          {1 / n2, -b / n2, b * b / n2},
                          {0, 0, 1}};
  const double d[6][6] = {{n0, 0, -a * a - b * b, 0, 1, 0},
                          {0, a * b * b, b * b, a, 1, 0},
                          {0, a * b * b, b * b, a, 1, 0},
                          {0, a * a * b, a * a, b, 1, 0},
                          {0, a * a * b, a * a, b, 1, 0},
                          {0, n0, 0, a * a + b * b, 0, 1}};
  const double points[6] = {0, a, -a, b, -b, 0};
  double worst = 0;
  for (int k = 0; k < 4; ++k) {
    double sum = 0;
    for (int i = 0; i < 6; ++i) {
      double of_g = 0, of_d = 0;
      for (const double x : g[i]) of_g += x * x;
      for (const double x : d[i]) of_d += x * x;
      const double into = i == 5 ? (k == 3 ? 1 : 0) : std::pow(points[i], k);
      sum += into * into * of_g * of_d;
    }
    worst = std::max(worst, sum / 3);  // 3 products have this deviation
  }
  return worst;  // squared, since there are two dimensions: of variances
}

struct Case {
  int64_t batch, in, out, height, width;
  Bias bias = Bias::kYes;
};

Tensor RandomWeight(int64_t out, int64_t in) {
  return torch::randn({out, in, 3, 3}) / std::sqrt(9.0 * double(in));
}

/// Names of the convolutions that a piece of work is done by, and how often.
std::map<std::string, int> Convolutions(const std::function<void()>& work) {
  static std::map<std::string, int> calls;
  calls.clear();
  const auto handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback([](const at::RecordFunction& call)
                                     -> std::unique_ptr<at::ObserverContext> {
        const std::string name = call.name();
        if (name == "stage::winograd" || name == "aten::mkldnn_convolution" ||
            name == "aten::conv2d") {
          ++calls[name];
        }
        return nullptr;
      }));
  work();
  at::removeCallback(handle);
  return calls;
}

int WinogradCalls(const std::function<void()>& work) {
  return Convolutions(work)["stage::winograd"];
}

TEST_CASE("WinogradConvolution: as exact as its transforms allow") {
  if (!HasWinograd()) return;
  const torch::NoGradGuard no_grad;
  torch::manual_seed(4);
  for (const Case& c : {
           Case{1, 64, 64, 16, 16},
           Case{2, 320, 320, 32, 32},
           Case{3, 48, 80, 17, 23},
           Case{2, 40, 36, 19, 16},               // channels that fill no block
           Case{1, 33, 47, 21, 34, Bias::kNo},    // nor are even
           Case{1, 160, 128, 103, 101},           // two bands
           Case{2, 176, 160, 98, 99, Bias::kNo},  // two of each picture
           Case{1, 1024, 960, 16, 13},            // parts of the weights
       }) {
    CAPTURE(c.in);
    CAPTURE(c.out);
    CAPTURE(c.height);
    const Tensor x = torch::randn({c.batch, c.in, c.height, c.width});
    const Tensor weight = RandomWeight(c.out, c.in);
    const Tensor bias = c.bias == Bias::kYes ? torch::randn({c.out}) : Tensor();
    const Tensor expected =
        torch::conv2d(x.to(torch::kFloat64),
                      weight.to(torch::kFloat64),
                      bias.defined() ? bias.to(torch::kFloat64) : Tensor(),
                      /*stride=*/1,
                      /*padding=*/1);
    const Tensor y = WinogradConvolution(x, PackForWinograd(weight), bias);
    REQUIRE(y.sizes() == expected.sizes());
    // Rounded once for each product of a sum and a few times in transforms;
    // results have a deviation of one. Of a million, none is off by 6
    // deviations.
    constexpr double kRounding = 6e-8;
    const double tolerance =
        6 * kRounding * std::sqrt(double(c.in) + 40) * ErrorGrowth();
    CHECK((y - expected).abs().max().item<double>() < tolerance);
  }
}

TEST_CASE("WinogradConvolution: the same bytes with any number of threads") {
  if (!HasWinograd()) return;
  const torch::NoGradGuard no_grad;
  const int before = torch::get_num_threads();
  // What oneDNN left to itself adds up otherwise with eight threads.
  const Tensor x = torch::randn({1, 128, 16, 512});
  const WinogradWeight weight = PackForWinograd(RandomWeight(128, 128));
  Tensor first;
  for (const int threads : {1, 2, 3, 8}) {
    torch::set_num_threads(threads);
    const Tensor y = WinogradConvolution(x, weight, {});
    if (!first.defined()) first = y;
    CHECK(torch::get_num_threads() == threads);
    CHECK(torch::equal(y, first));
  }
  torch::set_num_threads(before);
}

TEST_CASE("WinogradConvolution: reads pictures in any order of memory") {
  if (!HasWinograd()) return;
  const torch::NoGradGuard no_grad;
  const WinogradWeight weight = PackForWinograd(RandomWeight(32, 32));
  const Tensor wide = torch::randn({1, 32, 20, 40});
  const Tensor part = wide.slice(3, 5, 25);
  const Tensor y = WinogradConvolution(part.contiguous(), weight, {});
  CHECK(torch::equal(WinogradConvolution(part, weight, {}), y));
  CHECK(torch::equal(
      WinogradConvolution(
          part.contiguous(torch::MemoryFormat::ChannelsLast), weight, {}),
      y));
}

TEST_CASE("PackForWinograd: unpacking gives the weights back") {
  const Tensor weight = torch::randn({20, 35, 3, 3});
  CHECK(torch::equal(Unpack(PackForWinograd(weight)), weight));
}

/// Gives it random weights.
void Fill(torch::nn::Module& module) {
  for (Tensor& parameter : module.parameters()) {
    parameter.set_data(torch::randn_like(parameter) * 0.05);
  }
}

TEST_CASE("Conv2d: Winograd's way is taken where it is the faster one") {
  const torch::NoGradGuard no_grad;
  const int once = HasWinograd() ? 1 : 0;
  const auto calls = [](int64_t in,
                        int64_t out,
                        const Conv2dOptions& options,
                        int64_t side,
                        torch::ScalarType type = torch::kFloat32) {
    Conv2d convolution(in, out, options);
    Fill(*convolution);
    convolution->to(type);
    const Tensor x = torch::randn({2, in, side, side}).to(type);
    return WinogradCalls([&] { convolution(x); });
  };
  const Conv2dOptions same{.padding = 1};
  CHECK(calls(320, 320, same, 64) == once);
  CHECK(calls(1280, 640, same, 16) == once);
  CHECK(calls(64, 32, same, 40) == once);
  CHECK(calls(1280, 1280, same, 8) == 0);  // weights of more work than pixels
  CHECK(calls(4, 320, same, 64) == 0);
  CHECK(calls(320, 4, same, 64) == 0);
  CHECK(calls(64, 64, {.padding = 0}, 64) == 0);
  CHECK(calls(64, 64, {.stride = 2, .padding = 1}, 64) == 0);
  CHECK(calls(64, 64, {.kernel = 1}, 64) == 0);
  CHECK(calls(64, 64, {.kernel = 5, .padding = 1}, 64) == 0);
  CHECK(calls(64, 64, {.padding = 1, .groups = 2}, 64) == 0);
  CHECK(calls(64, 64, same, 32, torch::kBFloat16) == 0);
}

TEST_CASE("ResnetBlock and Upsampler: their convolutions go Winograd's way") {
  const torch::NoGradGuard no_grad;
  const int once = HasWinograd() ? 1 : 0;
  ResnetBlock resnet(ResnetBlockOptions{.in_channels = 64, .out_channels = 96});
  Fill(*resnet);
  Upsampler upsampler(64);
  Fill(*upsampler);
  const Tensor x = torch::randn({1, 64, 32, 32});
  CHECK(WinogradCalls([&] { resnet->forward(x); }) == 2 * once);
  CHECK(WinogradCalls([&] { upsampler->forward(x, 64, 64); }) == once);
}

TEST_CASE("Conv2d: pictures large and small, one after the other") {
  const torch::NoGradGuard no_grad;
  const Conv2dOptions same{.padding = 1};
  Conv2d convolution(48, 40, same);
  Fill(*convolution);
  const Tensor weight = convolution->weight.clone();
  for (const int64_t side : {8, 40, 8, 9, 40}) {
    const Tensor x = torch::randn({1, 48, side, side});
    const Tensor expected = torch::conv2d(x, weight, convolution->bias, 1, 1);
    CHECK(torch::allclose(convolution(x), expected, 1e-4, 1e-5));
  }
}

}  // namespace
}  // namespace stage::test
