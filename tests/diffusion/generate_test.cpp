#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "diffusion/tiny_model_run.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A room to furnish, by render and by the tiny model.
class FurnishingRun : public TinyModelRun {
 public:
  explicit FurnishingRun(const std::string& room) {
    fs::copy(fs::path(STAGE_TEST_DATA_DIR) / "rooms" / room,
             folder() / "photo.jpg");
    photo = ReadPhoto(folder() / "photo.jpg").pixels8;
  }

  /// Furnishes into a folder of its own and gives the job's record.
  json Furnish(const std::string& folder,
               const std::vector<std::string>& options) const {
    std::vector<std::string> words = {"generate",
                                      "photo.jpg",
                                      "--room",
                                      "bedroom",
                                      "--format",
                                      "png",
                                      "--json",
                                      "-o",
                                      folder};
    words.insert(words.end(), options.begin(), options.end());
    const RunResult result = Stage(words);
    CAPTURE(result.err);
    REQUIRE(result.exit_code == 0);
    return json::parse(Lines(result.out).front());
  }

  ImageU8 photo;
};

bool Same(const ImageU8& a, const ImageU8& b, int x, int y) {
  return std::equal(&a.at(x, y), &a.at(x, y) + 3, &b.at(x, y));
}

/// Whether furniture or its shadow was rendered at or near a pixel.
bool IsFurnished(
    const ImageU8& photo, const ImageU8& rendered, int x, int y, int reach) {
  for (int v = std::max(0, y - reach);
       v <= std::min(photo.height() - 1, y + reach);
       ++v) {
    for (int u = std::max(0, x - reach);
         u <= std::min(photo.width() - 1, x + reach);
         ++u) {
      if (!Same(photo, rendered, u, v)) return true;
    }
  }
  return false;
}

TEST_CASE("Generate: a model works over the furniture and nothing else") {
  const FurnishingRun run("bedroom-walnut-small.jpg");
  const json rendered = run.Furnish("render", {"--engine", "render"});
  const json refined = run.Furnish("diffusion", {"--engine", "diffusion"});
  CHECK(rendered["engine"]["name"] == "render");
  CHECK(refined["engine"]["name"] == "diffusion");
  CHECK(refined["engine"]["models"][0]["name"] == "sd15-inpainting");
  const ImageU8 plain = run.Pixels("render/photo.png");
  const ImageU8 worked = run.Pixels("diffusion/photo.png");
  REQUIRE(plain.width() == worked.width());
  int64_t untouched = 0;
  int64_t other = 0;
  int64_t far_off = 0;
  // What furniture covers is grown by 0.3 % of the long edge.
  const int reach = 1 + run.photo.width() * 3 / 1000;
  for (int y = 0; y < run.photo.height(); ++y) {
    for (int x = 0; x < run.photo.width(); ++x) {
      untouched += Same(worked, run.photo, x, y) ? 1 : 0;
      if (Same(worked, plain, x, y)) continue;
      ++other;
      far_off += IsFurnished(run.photo, plain, x, y, reach) ? 0 : 1;
    }
  }
  const double pixels = double(run.photo.width()) * run.photo.height();
  CHECK(other > 0.01 * pixels);
  CHECK(other < 0.7 * pixels);
  CHECK(untouched > 0.2 * pixels);
  CHECK(far_off == 0);
}

TEST_CASE("Generate: a model that furnishes freely leaves openings alone") {
  const FurnishingRun run("living-carpet-two-doors.jpg");
  const RunResult seen = run.Stage({"analyze", "photo.jpg", "--json"});
  REQUIRE(seen.exit_code == 0);
  const json openings = json::parse(Lines(seen.out).front())["openings"];
  REQUIRE(openings.size() >= 2);
  run.Furnish("render", {"--engine", "render"});
  const json made =
      run.Furnish("free", {"--engine", "diffusion", "--fidelity", "creative"});
  CHECK(made["engine"]["settings"]["strength"] == 0.85);
  const ImageU8 plain = run.Pixels("render/photo.png");
  const ImageU8 worked = run.Pixels("free/photo.png");
  int64_t beyond = 0;
  for (int y = 0; y < plain.height(); y += 3) {
    for (int x = 0; x < plain.width(); x += 3) {
      beyond += !Same(worked, plain, x, y) && Same(run.photo, plain, x, y);
    }
  }
  CHECK(beyond > 1000);  // more than the furniture's pixels
  const int reach = 1 + plain.width() * 3 / 1000;
  for (const json& opening : openings) {
    CAPTURE(opening.dump());
    const std::vector<double> box = opening["box"];
    // Its middle: the box of a leaning opening has corners of wall.
    int changed = 0;
    int looked_at = 0;
    for (int y = int(box[1] + 0.2 * box[3]); y < box[1] + 0.8 * box[3]; ++y) {
      for (int x = int(box[0] + 0.2 * box[2]); x < box[0] + 0.8 * box[2]; ++x) {
        if (IsFurnished(run.photo, plain, x, y, reach)) continue;
        ++looked_at;
        changed += Same(worked, plain, x, y) ? 0 : 1;
      }
    }
    CHECK(changed == 0);
    CHECK(looked_at > 0);
  }
}

TEST_CASE("Generate: the same seed gives the same bytes, variants differ") {
  const FurnishingRun run("bedroom-walnut-small.jpg");
  const std::vector<std::string> words = {"--engine",
                                          "diffusion",
                                          "--steps",
                                          "4",
                                          "--seed",
                                          "5",
                                          "--variants",
                                          "2"};
  const json first = run.Furnish("first", words);
  const json second = run.Furnish("second", words);
  REQUIRE(first["outputs"].size() == 2);
  CHECK(first["outputs"][0]["sha256"] == second["outputs"][0]["sha256"]);
  CHECK(first["outputs"][1]["sha256"] == second["outputs"][1]["sha256"]);
  CHECK_FALSE(first["outputs"][0]["sha256"] == first["outputs"][1]["sha256"]);
}

}  // namespace
}  // namespace stage::test
