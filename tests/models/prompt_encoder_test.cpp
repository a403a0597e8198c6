#include "engine/models/pipeline/prompt_encoder.h"

#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using models::PromptEncoder;
using torch::Tensor;

struct TinyEncoder {
  PromptEncoder encoder{
      std::filesystem::path(STAGE_SOURCE_DIR) / "tests/parity/models/sd15", {}};

  Tensor Tokens(const std::string& prompt) {
    return encoder.Encode(prompt).tokens;
  }
};

/// A word of one token, so often.
std::string Times(int count, const std::string& word) {
  std::string text;
  for (int i = 0; i < count; ++i) text += word + " ";
  return text;
}

TEST_CASE_FIXTURE(TinyEncoder,
                  "PromptEncoder: prompts over 75 tokens go on in parts") {
  const Tensor both = Tokens(Times(75, "a") + Times(10, "b"));
  REQUIRE(both.size(1) == 2 * 77);
  CHECK(torch::equal(both.slice(1, 0, 77), Tokens(Times(75, "a"))));
  CHECK(torch::equal(both.slice(1, 77, 154), Tokens(Times(10, "b"))));
  CHECK(Tokens(Times(75, "a")).size(1) == 77);
}

TEST_CASE_FIXTURE(TinyEncoder,
                  "PromptEncoder: a weight changes its words and keeps the "
                  "mean") {
  const Tensor plain = Tokens("a b");
  CHECK(torch::equal(Tokens("(a:1.0) b"), plain));
  const Tensor weighed = Tokens("(a:1.5) b");
  CHECK_FALSE(torch::allclose(weighed, plain));
  CHECK(torch::allclose(weighed.mean(), plain.mean(), 1e-4, 1e-6));
  // Row 1 is the first word, row 2 the second: 1.5 times as far apart.
  const Tensor ratio =
      (weighed[0][1] / plain[0][1]) / (weighed[0][2] / plain[0][2]);
  CHECK(torch::allclose(ratio, torch::full_like(ratio, 1.5), 1e-3, 1e-3));
}

}  // namespace
}  // namespace stage::test
