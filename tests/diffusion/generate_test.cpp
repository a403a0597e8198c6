#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "diffusion/tiny_model_run.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;

TEST_CASE("Generate: a model works over the furniture and nothing else") {
  const TinyModelRun run;
  fs::copy(fs::path(STAGE_TEST_DATA_DIR) / "rooms/bedroom-walnut-small.jpg",
           run.folder() / "bedroom.jpg");
  const auto stage = [&](const std::string& engine) {
    const RunResult result = run.Stage({"generate",
                                        "bedroom.jpg",
                                        "--engine",
                                        engine,
                                        "--room",
                                        "bedroom",
                                        "--format",
                                        "png",
                                        "-o",
                                        engine,
                                        "--json"});
    CAPTURE(result.err);
    REQUIRE(result.exit_code == 0);
    return nlohmann::json::parse(Lines(result.out).front());
  };
  const auto rendered = stage("render");
  const auto refined = stage("diffusion");
  CHECK(rendered["engine"]["name"] == "render");
  CHECK(refined["engine"]["name"] == "diffusion");
  CHECK(refined["engine"]["models"][0]["name"] == "sd15-inpainting");
  const ImageU8 photo = ReadPhoto(run.folder() / "bedroom.jpg").pixels8;
  const ImageU8 plain = run.Pixels("render/bedroom.png");
  const ImageU8 worked = run.Pixels("diffusion/bedroom.png");
  REQUIRE(plain.width() == worked.width());
  int64_t untouched = 0;
  int64_t other = 0;
  for (int y = 0; y < photo.height(); ++y) {
    for (int x = 0; x < photo.width(); ++x) {
      const bool same =
          std::equal(&worked.at(x, y), &worked.at(x, y) + 3, &plain.at(x, y));
      untouched +=
          std::equal(&worked.at(x, y), &worked.at(x, y) + 3, &photo.at(x, y));
      other += same ? 0 : 1;
    }
  }
  const double pixels = double(photo.width()) * photo.height();
  CHECK(other > 0.01 * pixels);
  CHECK(other < 0.7 * pixels);
  CHECK(untouched > 0.2 * pixels);
}

}  // namespace
}  // namespace stage::test
