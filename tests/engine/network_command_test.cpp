#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#include "cli/run_stage.h"
#include "core/photo/photo.h"
#include "engine/cluttered_room.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;

const fs::path kModels = fs::path(STAGE_SOURCE_DIR) / "tests/parity/models";

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

/// Makes a layer of a network say the same of everything.
/// @param layer  its name in a .safetensors file
/// @param said   the first of its outputs; the others are 0
void SayOnly(const fs::path& weights,
             const std::string& layer,
             const std::vector<float>& said) {
  std::ifstream in(weights, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  in.close();
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  const auto header = nlohmann::json::parse(bytes.substr(8, length));
  const auto values = [&](const std::string& name) {
    const auto& span = header.at(name).at("data_offsets");
    char* const begin = bytes.data() + 8 + length + span[0].get<size_t>();
    return std::pair(begin, span[1].get<size_t>() - span[0].get<size_t>());
  };
  const auto [weight, weight_size] = values(layer + ".weight");
  std::memset(weight, 0, weight_size);
  const auto [bias, bias_size] = values(layer + ".bias");
  std::memset(bias, 0, bias_size);
  REQUIRE(4 * said.size() <= bias_size);
  std::memcpy(bias, said.data(), 4 * said.size());
  std::ofstream(weights, std::ios::binary) << bytes;
}

/// Makes a SegFormer see one class everywhere.
void SeeOnly(const fs::path& weights, size_t label) {
  std::vector<float> said(label + 1, 0.0f);
  said.back() = 12;
  SayOnly(weights, "decode_head.classifier", said);
}

/// Installs a LaMa that fills every hole with one grey.
/// @param display  its value, 0..1
void InstallGreyLama(const StageRun& run, double display) {
  const nlohmann::json entry = {
      {"name", "lama"},
      {"task", "fill"},
      {"description", "test"},
      {"license", "none"},
      {"commercial_use", "yes"},
      {"bytes", 1},
      {"memory_bytes", 1},
      {"files",
       {{{"name", "grey.safetensors"},
         {"url", "https://weights.example.com/grey.safetensors"}}}}};
  const fs::path presets = run.folder() / ".config/stage/presets/models";
  fs::create_directories(presets);
  std::ofstream(presets / "grey.json")
      << nlohmann::json{{"schema", 1}, {"kind", "models"}, {"models", {entry}}};
  const fs::path own = run.folder() / ".local/share/stage/models/lama";
  fs::create_directories(own);
  fs::copy(kModels / "lama/model.safetensors", own / "grey.safetensors");
  const auto logit = static_cast<float>(std::log(display / (1 - display)));
  SayOnly(
      own / "grey.safetensors", "generator.model.19", {logit, logit, logit});
}

TEST_CASE("stage declutter: LaMa fills where it goes on as the photo does") {
  const StageRun run;
  const Cluttered room(run.folder());
  // The wall beside the window: grey enough.
  const double wall = room.empty.pixels8.at(300, 500, 1) / 255.0;
  InstallGreyLama(run, wall);
  const RunResult result = run.Stage({"edit",
                                      "home/room.png",
                                      "--remove",
                                      "--mask",
                                      "280,480,60,50",
                                      "--json"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const nlohmann::json record = nlohmann::json::parse(Lines(result.out)[0]);
  REQUIRE(record["engine"]["models"].size() == 1);
  CHECK(record["engine"]["models"][0]["name"] == "lama");
  CHECK(record["details"]["variants"][0]["filled_by_network"] == 1);
  const Photo filled = ReadPhoto(run.folder() / "home/staged/room.png");
  int changed_outside = 0;
  for (int y = 0; y < filled.height(); ++y) {
    for (int x = 0; x < filled.width(); ++x) {
      const bool near = x > 250 && x < 370 && y > 450 && y < 560;
      changed_outside +=
          !near && filled.pixels8.at(x, y, 1) != room.room.pixels8.at(x, y, 1);
    }
  }
  CHECK(changed_outside == 0);
  CHECK(std::abs(filled.pixels8.at(310, 505, 1) - 255 * wall) < 8);
}

TEST_CASE("stage declutter: what LaMa makes of a hole is judged as well") {
  const StageRun run;
  const Cluttered room(run.folder());
  const std::vector<std::string> command = {
      "declutter", "home/room.png", "--mask", "masks/room.png", "--json"};
  const RunResult plain = run.Stage(command);
  REQUIRE(plain.exit_code == 0);
  const Photo completed = ReadPhoto(run.folder() / "home/staged/room.png");
  // Black is not what floor and wall go on with.
  InstallGreyLama(run, 0.02);
  std::vector<std::string> again = command;
  again.insert(again.end(), {"--restart", "-o", "with-lama"});
  const RunResult result = run.Stage(again);
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const nlohmann::json record = nlohmann::json::parse(Lines(result.out)[0]);
  CHECK(record["engine"]["models"][0]["name"] == "lama");
  CHECK(record["details"]["variants"][0]["filled_by_network"] == 0);
  CHECK(ReadPhoto(run.folder() / "with-lama/room.png").pixels8 ==
        completed.pixels8);
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
  CAPTURE(chair.err);
  REQUIRE(chair.exit_code == 0);
  const auto things =
      nlohmann::json::parse(Lines(chair.out)[0])["details"]["things"];
  REQUIRE(things.size() == 1);
  CHECK(things[0]["kind"] == "chair");
  // A room that is all chair is none: nothing goes.
  CHECK(things[0]["removed"] == false);
}

TEST_CASE("stage analyze: networks' word counts for the room's layout") {
  const StageRun run;
  const Cluttered room(run.folder());
  const auto analyze = [&run] {
    const RunResult seen = run.Stage({"analyze", "home/room.png", "--json"});
    CAPTURE(seen.err);
    REQUIRE(seen.exit_code == 0);
    return nlohmann::json::parse(seen.out);
  };
  const nlohmann::json plain = analyze();
  REQUIRE_FALSE(plain["openings"].empty());
  SUBCASE("no window where a network sees bare wall") {
    const fs::path snapshot =
        InstallFromHub(run,
                       "nvidia--segformer-b0-finetuned-ade-512-512",
                       kModels / "segformer");
    SeeOnly(snapshot / "model.safetensors", 0);
    for (const auto& opening : analyze()["openings"]) {
      CHECK(opening["kind"] == "passage");
    }
  }
  SUBCASE("a layout that depth contradicts is trusted less") {
    InstallFromHub(run,
                   "depth-anything--Depth-Anything-V2-Metric-Indoor-Small-hf",
                   kModels / "depth_anything_metric");
    CHECK(analyze()["confidence"].get<double>() <
          plain["confidence"].get<double>() - 0.05);
    const RunResult done = run.Stage(
        {"declutter", "home/room.png", "--mask", "masks/room.png", "--json"});
    CAPTURE(done.err);
    REQUIRE(done.exit_code == 0);
    const auto record = nlohmann::json::parse(Lines(done.out)[0]);
    CHECK(record["engine"]["models"][0]["name"] == "depth-anything-metric");
  }
}

TEST_CASE("stage edit: --select takes what a segmentation model knows") {
  const StageRun run;
  const Cluttered room(run.folder());
  const auto select = [&run](const std::string& name, const char* folder) {
    return run.Stage({"edit",
                      "home/room.png",
                      "--material",
                      "oak",
                      "--select",
                      name,
                      "-o",
                      folder,
                      "--json"});
  };
  const RunResult without = select("wall", "without");
  CHECK(without.exit_code == 13);
  CHECK(without.err.find("stage models pull segformer-b0") !=
        std::string::npos);
  const fs::path snapshot = InstallFromHub(
      run, "nvidia--segformer-b0-finetuned-ade-512-512", kModels / "segformer");
  SeeOnly(snapshot / "model.safetensors", 0);
  const RunResult wall = select("white walls", "walls");
  CAPTURE(wall.err);
  REQUIRE(wall.exit_code == 0);
  const auto record = nlohmann::json::parse(Lines(wall.out)[0]);
  CHECK(record["engine"]["models"][0]["name"] == "segformer-b0");
  CHECK(ReadPhoto(run.folder() / "walls/room.png").pixels8 !=
        room.room.pixels8);
  const RunResult unseen = select("sofa", "unseen");
  CHECK(unseen.exit_code == 3);
  CHECK(unseen.err.find("none is seen in this photo") != std::string::npos);
  const RunResult unknown = select("grand piano", "unknown");
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.err.find("knows no such thing") != std::string::npos);
}

/// The tensors of a .safetensors file: header and bytes.
struct TensorFile {
  nlohmann::json header;
  std::string bytes;

  explicit TensorFile(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(in), {}};
    uint64_t length = 0;
    std::memcpy(&length, all.data(), 8);
    header = nlohmann::json::parse(all.substr(8, length));
    header.erase("__metadata__");
    bytes = all.substr(8 + length);
  }
  void Add(const std::string& name,
           const std::vector<int>& shape,
           const std::vector<float>& values) {
    const size_t size = 4 * values.size();
    header[name] = {{"dtype", "F32"},
                    {"shape", shape},
                    {"data_offsets", {bytes.size(), bytes.size() + size}}};
    bytes.append(reinterpret_cast<const char*>(values.data()), size);
  }
  void Add(const TensorFile& other) {
    for (const auto& [name, entry] : other.header.items()) {
      nlohmann::json moved = entry;
      for (auto& offset : moved["data_offsets"]) {
        offset = offset.get<size_t>() + bytes.size();
      }
      header[name] = std::move(moved);
    }
    bytes += other.bytes;
  }
  void Write(const fs::path& path) const {
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const uint64_t length = text.size();
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(&length), 8);
    out << text << bytes;
  }
};

std::vector<float> RandomValues(size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> values;
  std::vector<float> made(count);
  for (float& value : made) value = values(random);
  return made;
}

/// Installs a CLIP that takes every picture for the same, surely.
/// @param seed  says for what
void InstallBlindClip(const StageRun& run, unsigned seed) {
  const fs::path made = run.folder() / "clip";
  fs::remove_all(made);
  fs::remove_all(run.folder() / ".cache/huggingface/hub");
  fs::create_directories(made);
  const auto config = [](const char* part) {
    std::ifstream in(kModels / part / "config.json");
    return nlohmann::json::parse(in);
  };
  std::ofstream(made / "config.json")
      << nlohmann::json{{"projection_dim", 20},
                        {"vision_config", config("clip_vision")},
                        {"text_config", config("sd15/text_encoder")}};
  std::ofstream(made / "preprocessor_config.json") << "{}";
  for (const auto& file : fs::directory_iterator(kModels / "sd15/tokenizer")) {
    fs::copy(file, made);
  }
  TensorFile weights(kModels / "clip_vision/model.safetensors");
  weights.Add(TensorFile(kModels / "sd15/text_encoder/model.safetensors"));
  weights.Add("text_projection.weight", {20, 32}, RandomValues(20 * 32, 1));
  weights.Add("logit_scale", {}, {12.0f});
  weights.Write(made / "model.safetensors");
  SayOnly(made / "model.safetensors",
          "vision_model.post_layernorm",
          RandomValues(24, seed));
  InstallFromHub(run, "openai--clip-vit-large-patch14", made);
}

TEST_CASE("CLIP, where installed, tells the room, and what is none") {
  const StageRun run;
  const Cluttered room(run.folder());
  std::string other;
  bool saw_room = false;
  for (unsigned seed = 1; seed < 25 && (other.empty() || !saw_room); ++seed) {
    InstallBlindClip(run, seed);
    const RunResult seen = run.Stage({"analyze", "home/room.png", "--json"});
    CAPTURE(seen.err);
    REQUIRE(seen.exit_code == 0);
    const auto json = nlohmann::json::parse(seen.out);
    if (json.contains("not_a_room")) {
      other = json["not_a_room"];
      CHECK(json["room_type"] == "");
      const RunResult refused =
          run.Stage({"generate", "home/room.png", "--room", "auto"});
      CHECK(refused.exit_code == 3);  // all that was asked for
      CHECK(refused.err.find("1 left out") != std::string::npos);
      CHECK(refused.err.find("no room but a " + other) != std::string::npos);
    } else {
      saw_room = true;
      CHECK(json["room_type"] != "");
      CHECK(json["room_type_probability"].get<double>() > 0);
      CHECK(json["room_type_probability"].get<double>() <= 1);
    }
  }
  CHECK_FALSE(other.empty());
  CHECK(saw_room);
}

}  // namespace
}  // namespace stage::test
