#include "core/output_names.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "core/text_encoding.h"

using namespace stage;
namespace fs = std::filesystem;

namespace {

NameRequest Request(const std::string& name,
                    int variants = 1,
                    const std::string& format = "keep") {
  OutputOptions output;
  output.format = format;
  return {.input = fs::path("/photos") / name,
          .relative = name,
          .extension = ResultExtension(name, output),
          .variants = variants,
          .tag = {}};
}

std::vector<std::string> NamesOf(const OutputNames& names,
                                 const std::string& input) {
  std::vector<std::string> texts;
  for (const fs::path& name : names.Of(fs::path("/photos") / input)) {
    texts.push_back(name.string());
  }
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("OutputNames: a result is named as its photo") {
  OutputNames names({});
  names.Assign(
      {Request("kitchen.jpg"), Request("x/bath.JPG"), Request("h.heic")});
  CHECK(NamesOf(names, "kitchen.jpg") == Texts{"kitchen.jpg"});
  CHECK(NamesOf(names, "x/bath.JPG") == Texts{"x/bath.JPG"});
  CHECK(NamesOf(names, "h.heic") == Texts{"h.jpg"});
}

TEST_CASE("OutputNames: photos of one stem and two formats stay apart") {
  OutputNames names({});
  names.Assign({Request("a.png", 1, "jpeg"), Request("a.jpg", 1, "jpeg")});
  CHECK(NamesOf(names, "a.jpg") == Texts{"a.jpg"});
  CHECK(NamesOf(names, "a.png") == Texts{"a-png.jpg"});
}

TEST_CASE("OutputNames: names that differ in case only stay apart") {
  OutputNames names({});
  names.Assign({Request("Kitchen.jpg"),
                Request("kitchen.jpg"),
                Request("K\xC3\x9C"
                        "CHE.jpg"),
                Request("k\xC3\xBC"
                        "che.jpg")});
  std::set<std::string> folded;
  for (const char* input : {"Kitchen.jpg",
                            "kitchen.jpg",
                            "K\xC3\x9C"
                            "CHE.jpg",
                            "k\xC3\xBC"
                            "che.jpg"}) {
    folded.insert(FoldedCase(NamesOf(names, input).front()));
  }
  CHECK(folded.size() == 4);
}

TEST_CASE("OutputNames: variants avoid photos that look like variants") {
  OutputNames names({});
  names.Assign({Request("kitchen-2.jpg", 2), Request("kitchen.jpg", 3)});
  CHECK(NamesOf(names, "kitchen-2.jpg") ==
        Texts{"kitchen-2.jpg", "kitchen-2-2.jpg"});
  CHECK(NamesOf(names, "kitchen.jpg") ==
        Texts{"kitchen.jpg", "kitchen-variant-2.jpg", "kitchen-3.jpg"});
}

TEST_CASE("OutputNames: companions of one photo avoid another's result") {
  NameRequest kitchen = Request("kitchen.jpg");
  NameRequest labelled = Request("kitchen-labelled.jpg");
  kitchen.companions = labelled.companions = true;
  OutputNames names({});
  names.Assign({labelled, kitchen});
  CHECK(NamesOf(names, "kitchen.jpg") == Texts{"kitchen.jpg"});
  CHECK(NamesOf(names, "kitchen-labelled.jpg") !=
        Texts{"kitchen-labelled.jpg"});
}

TEST_CASE("OutputNames: files that are nobody's result are not taken") {
  OutputNames names(
      {{"kitchen.jpg", {}}, {"bath.jpg", {.input = "/photos/bath.jpg"}}});
  names.Assign({Request("kitchen.jpg"), Request("bath.jpg")});
  CHECK(NamesOf(names, "kitchen.jpg") != Texts{"kitchen.jpg"});
  CHECK(NamesOf(names, "bath.jpg") == Texts{"bath.jpg"});
}

TEST_CASE("OutputNames: another style, operation or backend has its own name") {
  const ResultWork modern = {.input = "/photos/kitchen.jpg",
                             .style = "modern",
                             .operation = "generate",
                             .backend = "local"};
  NameRequest request = Request("kitchen.jpg");
  request.operation = "generate";
  request.backend = "local";
  const auto name = [&](const std::map<fs::path, ResultWork>& owners) {
    OutputNames names(owners);
    names.Assign({request});
    return names.Of(request.input).front().string();
  };
  request.style = "modern";
  CHECK(name({{"kitchen.jpg", modern}}) == "kitchen.jpg");
  request.style = "japandi";
  CHECK(name({{"kitchen.jpg", modern}}) == "kitchen-japandi.jpg");
  CHECK(name({{"kitchen.jpg", modern},
              {"kitchen-japandi.jpg", request.work()}}) ==
        "kitchen-japandi.jpg");
  request.style = "../../etc";
  CHECK(name({{"kitchen.jpg", modern}}) == "kitchen-------etc.jpg");
  request.style = "modern";
  request.backend = "vsai";
  CHECK(name({{"kitchen.jpg", modern}}) == "kitchen-vsai.jpg");
  request.style = "";
  request.operation = "upscale";
  CHECK(name({{"kitchen.jpg", modern}}) == "kitchen-upscale.jpg");
}

TEST_CASE("OutputNames: several jobs of one photo have names of their own") {
  NameRequest second = Request("kitchen.jpg");
  second.tag = "job2";
  OutputNames names({});
  names.Assign({second, Request("kitchen.jpg")});
  CHECK(NamesOf(names, "kitchen.jpg") == Texts{"kitchen.jpg"});
  CHECK(names.Of("/photos/kitchen.jpg", "job2").front() == "kitchen-job2.jpg");
}

TEST_CASE("OutputNames: the order of asking does not matter") {
  const std::vector<std::string> inputs = {
      "a.jpg", "a.png", "A.jpg", "a-2.jpg", "a-png.jpg", "a.webp", "a.jpeg"};
  std::vector<NameRequest> requests;
  for (const std::string& input : inputs) {
    requests.push_back(Request(input, 3, "jpeg"));
  }
  OutputNames forward({});
  forward.Assign(requests);
  std::reverse(requests.begin(), requests.end());
  OutputNames backward({});
  backward.Assign(requests);
  std::set<std::string> all;
  for (const std::string& input : inputs) {
    CHECK(NamesOf(forward, input) == NamesOf(backward, input));
    for (const std::string& name : NamesOf(forward, input)) {
      all.insert(FoldedCase(name));
    }
  }
  CHECK(all.size() == inputs.size() * 3);
}

TEST_CASE("OutputNames: a name at the file system's limit can be written") {
  const std::string longest = std::string(251, 'x') + ".jpg";
  OutputNames names({});
  names.Assign({Request(longest, 2)});
  CHECK(NamesOf(names, longest).back().size() <= 255);
  CHECK(NamesOf(names, longest).front() != NamesOf(names, longest).back());
}

TEST_CASE("OutputNames: a copy of the original overwrites no result") {
  NameRequest bath = Request("bath.tif", 1, "jpeg");
  bath.companions = true;
  OutputNames alone({});
  alone.Assign({bath});
  CHECK(NamesOf(alone, "bath.tif") == Texts{"bath.jpg"});
  OutputNames names({});
  names.Assign({bath, Request("bath-original.tif")});
  CHECK(NamesOf(names, "bath-original.tif") == Texts{"bath-original.tif"});
  CHECK(NamesOf(names, "bath.tif") != Texts{"bath.jpg"});
}
