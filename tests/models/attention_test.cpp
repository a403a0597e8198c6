#include "engine/models/attention.h"

#include <cmath>

#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using torch::Tensor;

struct Case {
  int64_t heads, rows, columns, width;
};
// One chunk of rows, several, a rest; the autoencoder's single wide head.
constexpr Case kCases[] = {
    {8, 64, 64, 40}, {2, 300, 1000, 40}, {3, 1024, 77, 24}, {1, 600, 600, 512}};

TEST_CASE("Attention: softmax(q k^T scale + mask) v") {
  torch::manual_seed(4);
  for (const Case& c : kCases) {
    CAPTURE(c.rows);
    const Tensor q = torch::randn({2, c.heads, c.rows, c.width});
    const Tensor k = torch::randn({2, c.heads, c.columns, c.width});
    const Tensor v = torch::randn({2, c.heads, c.columns, c.width});
    const Tensor mask = torch::randn({c.rows, c.columns});
    const auto exact = [](const Tensor& x) { return x.to(torch::kFloat64); };
    const double scale = 0.9 / std::sqrt(double(c.width));
    const Tensor scores =
        torch::matmul(exact(q), exact(k).transpose(2, 3)) * scale + exact(mask);
    const Tensor expected = torch::matmul(torch::softmax(scores, -1), exact(v));
    const Tensor made = models::Attention(q, k, v, mask, scale);
    CHECK((made - expected).abs().max().item<double>() < 1e-5);
  }
}

TEST_CASE("Attention: what a mask hides counts for nothing") {
  torch::manual_seed(6);
  const Tensor q = torch::randn({2, 3, 300, 40});
  const Tensor k = torch::randn({2, 3, 400, 40});
  const Tensor v = torch::randn({2, 3, 400, 40});
  constexpr int64_t kSeen = 250;
  const Tensor expected =
      models::Attention(q, k.narrow(2, 0, kSeen), v.narrow(2, 0, kSeen));
  for (const std::vector<int64_t>& shape :
       {std::vector<int64_t>{300, 400}, {2, 1, 1, 400}, {2, 3, 300, 400}}) {
    Tensor mask = torch::zeros(shape);
    mask.narrow(-1, kSeen, 400 - kSeen).fill_(-INFINITY);
    const Tensor made = models::Attention(q, k, v, mask);
    CHECK((made - expected).abs().max().item<double>() < 1e-5);
  }
}

TEST_CASE("Attention: in 16 bits what float32 gives, but for rounding") {
  torch::manual_seed(7);
  const Tensor q = torch::randn({2, 3, 300, 40});
  const Tensor k = torch::randn({2, 3, 400, 40});
  const Tensor exact = models::Attention(q, k, k);
  const auto half = [](const Tensor& x) { return x.to(torch::kBFloat16); };
  const Tensor made = models::Attention(half(q), half(k), half(k));
  CHECK((made.scalar_type() == torch::kBFloat16));
  CHECK((made - exact).abs().max().item<double>() < 0.02);
}

TEST_CASE("Attention: the same bytes with any number of threads") {
  const int before = torch::get_num_threads();
  for (const Case& c : kCases) {
    CAPTURE(c.rows);
    const Tensor q = torch::randn({2, c.heads, c.rows, c.width});
    const Tensor k = torch::randn({2, c.heads, c.columns, c.width});
    Tensor first;
    for (const int threads : {1, 2, 3, 8}) {
      torch::set_num_threads(threads);
      const Tensor made = models::Attention(q, k, k);
      if (!first.defined()) first = made;
      CHECK(torch::equal(made, first));
    }
  }
  torch::set_num_threads(before);
}

}  // namespace
}  // namespace stage::test
