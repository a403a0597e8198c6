#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/run_stage.h"
#include "core/photo/photo.h"
#include "engine/cluttered_room.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;

const fs::path kModels = fs::path(STAGE_SOURCE_DIR) / "tests/parity/models";

/// Whether a place is the thing, or within `margin` of it, in parts of the
/// picture.
bool Near(const Cluttered& room, int x, int y, double margin) {
  const double u = static_cast<double>(x) / room.room.width();
  const double v = static_cast<double>(y) / room.room.height();
  return u > 0.2 - margin && u < 0.32 + margin && v > 0.68 - margin &&
         v < 0.84 + margin;
}

/// Installs a model of a repository as its tools leave it in their cache.
fs::path InstallFromHub(const StageRun& run,
                        const std::string& repository,
                        const fs::path& files) {
  const fs::path folder =
      run.folder() / ".cache/huggingface/hub" / ("models--" + repository);
  const std::string commit(40, 'a');
  fs::create_directories(folder / "refs");
  std::ofstream(folder / "refs/main") << commit;
  fs::create_directories(folder / "snapshots");
  fs::copy(files, folder / "snapshots" / commit, fs::copy_options::recursive);
  return folder / "snapshots" / commit;
}

/// Makes a SegFormer see one class everywhere.
void SeeOnly(const fs::path& weights, size_t label) {
  std::ifstream in(weights, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  in.close();
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  const auto header = nlohmann::json::parse(bytes.substr(8, length));
  const auto values = [&](const char* name) {
    const auto& span = header.at(name).at("data_offsets");
    char* const begin = bytes.data() + 8 + length + span[0].get<size_t>();
    return std::pair(begin, span[1].get<size_t>() - span[0].get<size_t>());
  };
  const auto [weight, weight_size] = values("decode_head.classifier.weight");
  std::memset(weight, 0, weight_size);
  const auto [bias, bias_size] = values("decode_head.classifier.bias");
  std::memset(bias, 0, bias_size);
  const float sure = 12;
  REQUIRE(4 * label < bias_size);
  std::memcpy(bias + 4 * label, &sure, 4);
  std::ofstream(weights, std::ios::binary) << bytes;
}

TEST_CASE("stage declutter: LaMa fills where it is installed, nothing else") {
  const StageRun run;
  const Cluttered room(run.folder());
  const fs::path own = run.folder() / ".local/share/stage/models/lama";
  fs::create_directories(own);
  fs::copy(kModels / "lama/lama.pt", own / "big-lama.pt");
  const RunResult result = run.Stage(
      {"declutter", "home/room.png", "--mask", "masks/room.png", "--json"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const nlohmann::json record = nlohmann::json::parse(Lines(result.out)[0]);
  REQUIRE(record["engine"]["models"].size() == 1);
  CHECK(record["engine"]["models"][0]["name"] == "lama");
  const Photo filled = ReadPhoto(run.folder() / "home/staged/room.png");
  int far_away = 0, inside = 0;
  for (int y = 0; y < filled.height(); ++y) {
    for (int x = 0; x < filled.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        const bool same =
            filled.pixels8.at(x, y, c) == room.room.pixels8.at(x, y, c);
        far_away += !same && !Near(room, x, y, 0.07);
        inside += !same && room.Covers(x, y);
      }
    }
  }
  CHECK(far_away == 0);
  CHECK(inside > 1000);
  // Without it the same mask is filled in another way.
  fs::remove(own / "big-lama.pt");
  const RunResult without = run.Stage({"declutter",
                                       "home/room.png",
                                       "--mask",
                                       "masks/room.png",
                                       "-o",
                                       "plain",
                                       "--json"});
  REQUIRE(without.exit_code == 0);
  CHECK(
      nlohmann::json::parse(Lines(without.out)[0])["engine"]["models"].empty());
  CHECK(ReadPhoto(run.folder() / "plain/room.png").pixels8 != filled.pixels8);
}

TEST_CASE("stage declutter: SegFormer says what goes where it is installed") {
  const StageRun run;
  const Cluttered room(run.folder());
  const fs::path snapshot = InstallFromHub(
      run, "nvidia--segformer-b0-finetuned-ade-512-512", kModels / "segformer");
  // Its labels: 0 wall, 7 chair.
  SeeOnly(snapshot / "model.safetensors", 0);
  const RunResult wall =
      run.Stage({"declutter", "home/room.png", "--keep", "lamps", "--json"});
  CAPTURE(wall.err);
  REQUIRE(wall.exit_code == 0);
  const nlohmann::json record = nlohmann::json::parse(Lines(wall.out)[0]);
  CHECK(record["engine"]["models"][0]["name"] == "segformer-b0");
  CHECK(record["details"]["things"].empty());
  CHECK(ReadPhoto(run.folder() / "home/staged/room.png").pixels8 ==
        room.room.pixels8);
  SeeOnly(snapshot / "model.safetensors", 7);
  const RunResult chair =
      run.Stage({"declutter", "home/room.png", "-o", "chairs", "--json"});
  CHECK(chair.exit_code == 3);
  CHECK(chair.err.find("nothing is left") != std::string::npos);
}

}  // namespace
}  // namespace stage::test
