#include "engine/models/clip_tokenizer.h"

#include <fstream>

#include "models/parity_case.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using models::ClipTokenizer;
using Ids = std::vector<int64_t>;

TEST_CASE("ClipTokenizer: gives what the reference gives") {
  const int cases =
      ForEachParityCase("clip_tokenizer", [](const ParityCase& parity) {
        parity.checked.insert("input_ids");
        // Only for users who installed a text-mending package as well.
        if (parity.params.value("ftfy", false)) return;
        const ClipTokenizer tokenizer(parity.model);
        std::ifstream in(parity.root / parity.name / "prompts.json");
        const auto prompts = nlohmann::json::parse(in);
        std::vector<torch::Tensor> rows;
        for (const auto& prompt : prompts) {
          const auto text = prompt.at("text").get<std::string>();
          CAPTURE(text);
          Ids ids = tokenizer.Encode(text);
          ids.insert(ids.begin(), tokenizer.begin_id());
          ids.push_back(tokenizer.end_id());
          CHECK(ids == prompt.at("ids").get<Ids>());
          rows.push_back(torch::tensor(tokenizer.EncodePadded(text)));
        }
        parity.Check("input_ids", torch::stack(rows));
      });
  CHECK(cases >= 1);
}

TEST_CASE("ClipTokenizer: damaged UTF-8 is dropped, not fatal") {
  const ClipTokenizer tokenizer(ParityFolders().front() /
                                "clip_tokenizer/tokenizer_small");
  CHECK(tokenizer.Encode("so\xff"
                         "fa\xc3") == tokenizer.Encode("sofa"));
  CHECK(tokenizer.Encode("").empty());
  CHECK(tokenizer.EncodePadded("", 4) == Ids{tokenizer.begin_id(),
                                             tokenizer.end_id(),
                                             tokenizer.pad_id(),
                                             tokenizer.pad_id()});
}

}  // namespace
}  // namespace stage::test
