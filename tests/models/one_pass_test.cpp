#include "engine/models/one_pass.h"

#include <cmath>
#include <limits>

#include "engine/models/layers.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using namespace stage::models;
using torch::Tensor;

/// Largest difference from what is exact.
double Off(const Tensor& x, const Tensor& exact) {
  REQUIRE(x.sizes() == exact.sizes());
  return (x.to(torch::kFloat64) - exact).abs().max().item<double>();
}

Tensor Exact(const Tensor& x) { return x.to(torch::kFloat64); }

TEST_CASE("GroupNormSilu: group norm, then SiLU") {
  torch::manual_seed(1);
  struct Case {
    std::vector<int64_t> shape;
    int64_t groups;
    double offset;
  };
  for (const Case& c : {Case{{2, 64, 32, 32}, 32, 0},
                        Case{{1, 6, 5, 7}, 3, 0},
                        Case{{3, 8, 11}, 8, -2},
                        Case{{1, 32, 64, 67}, 2, 100}}) {  // far from zero
    CAPTURE(c.shape.size());
    const Tensor x = torch::randn(c.shape) + c.offset;
    const Tensor weight = torch::randn(c.shape[1]);
    const Tensor bias = torch::randn(c.shape[1]);
    const Tensor exact = torch::silu(torch::group_norm(
        Exact(x), c.groups, Exact(weight), Exact(bias), 1e-5));
    // Results of a few units; where numbers are far from zero, they are
    // themselves known to 4e-6.
    CHECK(Off(GroupNormSilu(x, c.groups, weight, bias, 1e-5), exact) <
          (c.offset > 10 ? 5e-5 : 5e-6));
  }
}

TEST_CASE("GroupNormSilu: SiLU of numbers of any size") {
  const Tensor weight = torch::ones(1);
  for (const double offset : {-200.0, -90.0, -1.0, 0.0, 90.0, 200.0}) {
    const Tensor x = torch::randn({1, 1, 100});
    const Tensor bias = torch::full(1, offset);
    const Tensor exact = torch::silu(
        torch::group_norm(Exact(x), 1, Exact(weight), Exact(bias), 1e-5));
    CHECK(Off(GroupNormSilu(x, 1, weight, bias, 1e-5), exact) < 5e-5);
  }
}

TEST_CASE("BiasedGeglu: one half times gelu of the other") {
  torch::manual_seed(2);
  for (const int64_t width : {1, 7, 160}) {
    const Tensor x = torch::randn({2, 9, 2 * width}) * 3;
    const Tensor bias = torch::randn(2 * width);
    const auto halves = (Exact(x) + Exact(bias)).chunk(2, -1);
    const Tensor exact = halves[0] * torch::gelu(halves[1]);
    CHECK(Off(BiasedGeglu(x, bias), exact) < 2e-5);  // of up to 100
  }
}

TEST_CASE("ExpRows: over its sums it is the softmax") {
  torch::manual_seed(3);
  for (const int64_t columns : {1, 77, 64, 300}) {
    const Tensor x = torch::randn({3, 5, columns}) * 10;
    const Tensor exact = torch::softmax(Exact(x), -1);
    Tensor made = x.clone();
    Tensor sums = torch::empty({3, 5, 1});
    ExpRows(made, columns, sums);
    CHECK(Off(made / sums, exact) < 2e-6);
  }
}

TEST_CASE("ExpRows: what is masked counts nothing") {
  Tensor x = torch::randn({1, 100});
  x[0][3] = -std::numeric_limits<float>::infinity();
  x[0][4] = std::numeric_limits<float>::lowest();
  Tensor sums = torch::empty({1, 1});
  ExpRows(x, 98, sums);
  CHECK(x[0][3].item<float>() < 1e-37f);
  CHECK(x[0][4].item<float>() < 1e-37f);
  CHECK(std::isfinite(sums.item<float>()));
  CHECK(x[0][97].item<float>() > 0);
  CHECK(x[0][98].item<float>() == 0);  // beyond the row's count
  CHECK(std::abs(x.sum().item<float>() / sums.item<float>() - 1) < 1e-5);
}

TEST_CASE("One pass: the same bytes with any number of threads") {
  const int before = torch::get_num_threads();
  const Tensor x = torch::randn({2, 64, 50, 64});
  const Tensor weight = torch::randn(64);
  Tensor norm, geglu, scores;
  for (const int threads : {1, 2, 3, 8}) {
    torch::set_num_threads(threads);
    const Tensor norm_now = GroupNormSilu(x, 32, weight, weight, 1e-5);
    const Tensor geglu_now = BiasedGeglu(x, weight);
    Tensor scores_now = x.clone();
    Tensor sums = torch::empty({2, 64, 50, 1});
    ExpRows(scores_now, 64, sums);
    if (threads > 1) {
      CHECK(torch::equal(norm_now, norm));
      CHECK(torch::equal(geglu_now, geglu));
      CHECK(torch::equal(scores_now, scores));
    }
    norm = norm_now;
    geglu = geglu_now;
    scores = scores_now;
  }
  torch::set_num_threads(before);
}

TEST_CASE("GroupNorm: with SiLU in every precision") {
  const torch::NoGradGuard no_grad;
  GroupNorm norm(4, 8, 1e-5);
  norm->weight.set_data(torch::randn(8));
  norm->bias.set_data(torch::randn(8));
  const Tensor x = torch::randn({2, 8, 6, 6});
  const Tensor whole = norm->WithSilu(x);
  CHECK(torch::allclose(whole, torch::silu(norm(x)), 1e-5, 1e-6));
  norm->to(torch::kBFloat16);
  const Tensor half = norm->WithSilu(x.to(torch::kBFloat16));
  const bool same_type = half.scalar_type() == torch::kBFloat16;
  CHECK(same_type);
  CHECK((half - whole).abs().max().item<double>() < 0.1);
}

}  // namespace
}  // namespace stage::test
