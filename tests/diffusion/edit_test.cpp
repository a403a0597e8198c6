#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "diffusion/tiny_model_run.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// How many pixels inside and outside of a box differ.
struct Difference {
  int inside = 0;
  int outside = 0;
};
Difference Compare(
    const ImageU8& a, const ImageU8& b, int x0, int y0, int w, int h) {
  Difference difference;
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      const bool same = std::equal(&a.at(x, y), &a.at(x, y) + 3, &b.at(x, y));
      const bool inside = x >= x0 && x < x0 + w && y >= y0 && y < y0 + h;
      if (!same) ++(inside ? difference.inside : difference.outside);
    }
  }
  return difference;
}

TEST_CASE("Edit: what the mask covers changes, the rest keeps its bits") {
  const TinyModelRun run;
  const RunResult result = run.Stage({"edit",
                                      "room.png",
                                      "--prompt",
                                      "a green armchair",
                                      "--mask",
                                      "60,50,80,70",
                                      "--json"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const ImageU8 before = run.Pixels("room.png");
  const ImageU8 after = run.Pixels("staged/room.png");
  REQUIRE(after.width() == 240);
  REQUIRE(after.height() == 160);
  const Difference difference = Compare(before, after, 60, 50, 80, 70);
  CHECK(difference.inside > 80 * 70 / 2);
  CHECK(difference.outside == 0);
  const json record = json::parse(Lines(result.out).front());
  CHECK(record["engine"]["name"] == "diffusion");
  CHECK(record["engine"]["models"][0]["name"] == "sd15-inpainting");
  CHECK(record["engine"]["models"][0]["commit"] == kTinyCommit);
}

TEST_CASE("Edit: the seed decides, and a mask file does as a box") {
  const TinyModelRun run;
  Photo mask;
  mask.pixels8 = ImageU8(120, 80, 3);
  for (int y = 25; y < 60; ++y) {
    std::fill_n(mask.pixels8.row(y) + 30 * 3, 40 * 3, uint8_t{255});
  }
  run.WritePicture(mask, "mask.png");
  const auto edit = [&](const std::string& mask_word,
                        const std::string& seed,
                        const std::string& folder) {
    const RunResult result = run.Stage({"edit",
                                        "room.png",
                                        "--prompt",
                                        "a lamp",
                                        "--mask",
                                        mask_word,
                                        "--seed",
                                        seed,
                                        "-o",
                                        folder});
    CAPTURE(result.err);
    REQUIRE(result.exit_code == 0);
    return run.Pixels(folder + "/room.png");
  };
  const ImageU8 first = edit("60,50,80,70", "7", "a");
  CHECK(first == edit("mask.png", "7", "b"));
  CHECK_FALSE(first == edit("60,50,80,70", "8", "c"));
}

TEST_CASE("Edit: without a mask the whole photo may change") {
  const TinyModelRun run;
  const RunResult result = run.Stage(
      {"edit", "room.png", "--prompt", "in the evening", "--variants", "2"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const ImageU8 before = run.Pixels("room.png");
  const ImageU8 first = run.Pixels("staged/room.png");
  CHECK(Compare(before, first, 0, 0, 240, 160).inside > 240 * 160 / 2);
  CHECK_FALSE(first == run.Pixels("staged/room-2.png"));
}

TEST_CASE("Edit: a mask that covers nothing or leaves the photo is told") {
  const TinyModelRun run;
  Photo black;
  black.pixels8 = ImageU8(24, 16, 3);
  run.WritePicture(black, "black.png");
  for (const auto& [mask, words] :
       {std::pair("240,100,80,70", "lies outside of the photo"),
        std::pair("2147483647,0,2147483647,9", "lies outside of the photo"),
        std::pair("black.png", "marks nothing")}) {
    const RunResult result =
        run.Stage({"edit", "room.png", "--prompt", "a lamp", "--mask", mask});
    CHECK(result.exit_code == 3);
    CHECK(result.err.find(words) != std::string::npos);
    CHECK_FALSE(fs::exists(run.folder() / "staged/room.png"));
  }
}

TEST_CASE("Edit: weights that are not what they say are named") {
  const TinyModelRun run;
  const fs::path weights =
      run.model() / "unet/diffusion_pytorch_model.safetensors";
  fs::resize_file(weights, 1000);
  const RunResult result =
      run.Stage({"edit", "room.png", "--prompt", "a lamp"});
  CHECK(result.exit_code == 13);
  CHECK(result.err.find("unet") != std::string::npos);
}

}  // namespace
}  // namespace stage::test
