#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/diffusion_parameters.h"
#include "core/error.h"
#include "diffusion/tiny_model_run.h"
#include "engine/diffusion/diffusion_model.h"
#include "support/tiny_refiner.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Edits room.png into a folder of its own and gives the job's record.
json Edited(const TinyModelRun& run,
            const std::string& folder,
            const std::vector<std::string>& options) {
  std::vector<std::string> words = {"edit",
                                    "room.png",
                                    "--prompt",
                                    "a green armchair",
                                    "--mask",
                                    "60,50,80,70",
                                    "--json",
                                    "-o",
                                    folder};
  words.insert(words.end(), options.begin(), options.end());
  const RunResult result = run.Stage(words);
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  return json::parse(Lines(result.out).front());
}

/// A LoRA file of zeros or ones for one layer of the tiny model's UNet.
void WriteLora(const fs::path& file, float value) {
  const std::string layer =
      "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q";
  const std::vector<float> values(8 * 4, value);
  const size_t half = 4 * 8 * sizeof(float);
  json header;
  header[layer + ".lora_down.weight"] = {
      {"dtype", "F32"}, {"shape", {4, 8}}, {"data_offsets", {size_t{0}, half}}};
  header[layer + ".lora_up.weight"] = {
      {"dtype", "F32"}, {"shape", {8, 4}}, {"data_offsets", {half, 2 * half}}};
  const std::string text = header.dump();
  const uint64_t size = text.size();
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(&size), sizeof size);
  out << text;
  for (int i = 0; i < 2; ++i) {
    out.write(reinterpret_cast<const char*>(values.data()),
              static_cast<std::streamsize>(half));
  }
}

TEST_CASE("Edit: each option of the model changes the picture and the job") {
  const TinyModelRun run;
  const json plain = Edited(run, "plain", {});
  const json settings = plain["engine"]["settings"];
  CHECK(settings["device"] == "cpu");
  CHECK(settings["precision"] == "fp32");
  CHECK(settings["steps"] == 25);
  CHECK(settings["guidance"] == 7.5);
  CHECK(settings["scheduler"] == "PNDMScheduler");
  CHECK(plain["parameters"]["diffusion"]["weights"][0] ==
        std::string("sd15-inpainting@") + kTinyCommit);
  const ImageU8 before = run.Pixels("plain/room.png");
  int number = 0;
  for (const auto& [option, value] :
       std::vector<std::pair<std::string, std::string>>{
           {"--steps", "9"},
           {"--guidance", "3"},
           {"--scheduler", "unipc"},
           {"--strength", "0.5"},
           {"--precision", "bf16"}}) {
    CAPTURE(option);
    const std::string folder = "changed" + std::to_string(++number);
    const json changed = Edited(run, folder, {option, value});
    CHECK_FALSE(changed["job"] == plain["job"]);
    CHECK_FALSE(changed["engine"]["settings"] == settings);
    CHECK_FALSE(run.Pixels(folder + "/room.png") == before);
  }
  // Where it is worked on is no part of the job.
  const json same = Edited(
      run,
      "same",
      {"--device", "cpu", "--max-memory", "8G", "--model", "sd15-inpainting"});
  CHECK(same["job"] == plain["job"]);
  CHECK(run.Pixels("same/room.png") == before);
}

TEST_CASE("Edit: a LoRA file counts by its weight and its bytes") {
  const TinyModelRun run;
  WriteLora(run.folder() / "one.safetensors", 1);
  const json plain = Edited(run, "plain", {});
  const json with = Edited(run, "with", {"--lora", "one.safetensors"});
  const json none = Edited(run, "none", {"--lora", "one.safetensors:0"});
  CHECK_FALSE(with["job"] == plain["job"]);
  CHECK_FALSE(with["job"] == none["job"]);
  CHECK_FALSE(run.Pixels("with/room.png") == run.Pixels("plain/room.png"));
  CHECK(run.Pixels("none/room.png") == run.Pixels("plain/room.png"));
  CHECK(with["parameters"]["diffusion"]["loras"][0]["file"]["name"] ==
        "one.safetensors");
}

TEST_CASE("Edit: less memory than the weights is code 14") {
  const TinyModelRun run;
  const RunResult result = run.Stage(
      {"edit", "room.png", "--prompt", "a lamp", "--max-memory", "100k"});
  CHECK(result.exit_code == 14);
  CHECK(result.err.find("--max-memory") != std::string::npos);
}

TEST_CASE("Edit: a file that is no model in one file is named") {
  const TinyModelRun run;
  std::ofstream(run.folder() / "x.safetensors") << "no such thing";
  for (const char* file : {"x.safetensors", "./missing.safetensors"}) {
    const RunResult result =
        run.Stage({"edit", "room.png", "--prompt", "a lamp", "--model", file});
    CHECK(result.exit_code == 13);
    CHECK(result.err.find(file) != std::string::npos);
  }
}

TEST_CASE("Edit: a folder of one's own does as the cache's, by its contents") {
  const TinyModelRun run;
  fs::copy(run.model(), run.folder() / "mine", fs::copy_options::recursive);
  const json cached = Edited(run, "cached", {});
  const json mine = Edited(run, "out", {"--model", "./mine"});
  CHECK(run.Pixels("out/room.png") == run.Pixels("cached/room.png"));
  CHECK_FALSE(mine["job"] == cached["job"]);
  const json record = mine["engine"]["models"][0];
  CHECK(record["name"] == "mine");
  CHECK(record["folder"] == "mine");
  const std::string identity = record["identity"];
  CHECK(mine["parameters"]["diffusion"]["weights"][0] == "mine@" + identity);
  // A slash at the end, another place: the same work.
  fs::create_directory(run.folder() / "else");
  fs::rename(run.folder() / "mine", run.folder() / "else/mine");
  CHECK(Edited(run, "moved", {"--model", "else/mine/"})["job"] == mine["job"]);
  // Other weights: other work.
  const fs::path weights =
      run.folder() / "else/mine/vae/diffusion_pytorch_model.safetensors";
  std::fstream file(weights, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(-4, std::ios::end);
  file.write("\0\0\0\0", 4);
  file.close();
  CHECK_FALSE(Edited(run, "other", {"--model", "else/mine"})["job"] ==
              mine["job"]);
}

TEST_CASE("Generate: a folder's family says which adapter is missing") {
  const TinyModelRun run;
  fs::copy(run.model(), run.folder() / "mine", fs::copy_options::recursive);
  const RunResult result = run.Stage({"generate",
                                      "room.png",
                                      "--engine",
                                      "diffusion",
                                      "--model",
                                      "./mine",
                                      "--furniture",
                                      "room.png"});
  CHECK(result.exit_code == 13);
  // The tiny UNet is as narrow as none; what is not XL or 2 is taken for 1.5.
  CHECK(result.err.find("stage models pull ip-adapter'") != std::string::npos);
}

TEST_CASE("Edit: what a model's folder lacks is named") {
  const TinyModelRun run;
  const auto error = [&](const std::string& folder) {
    const RunResult result = run.Stage(
        {"edit", "room.png", "--prompt", "a lamp", "--model", folder});
    CHECK(result.exit_code == 13);
    CHECK_FALSE(fs::exists(run.folder() / "staged/room.png"));
    return result.err;
  };
  const auto lacks = [&](const std::string& file, const std::string& words) {
    CAPTURE(file);
    const fs::path folder = run.folder() / "mine";
    fs::remove_all(folder);
    fs::copy(run.model(), folder, fs::copy_options::recursive);
    fs::remove_all(folder / file);
    CHECK(error("./mine").find(words) != std::string::npos);
  };
  lacks("model_index.json", "has no model_index.json");
  lacks("scheduler", "has no scheduler/scheduler_config.json");
  lacks("unet/config.json", "has no unet/config.json");
  lacks("unet/diffusion_pytorch_model.safetensors", "no weights in unet");
  lacks("vae", "has no vae/config.json");
  lacks("text_encoder/model.safetensors", "no weights in text_encoder");
  lacks("tokenizer/merges.txt", "has no tokenizer/merges.txt");
  CHECK(error("./nowhere").find("no such file or folder") != std::string::npos);
  // The cache's folder of a repository is taken for what it holds.
  CHECK(error(run.model().parent_path().parent_path().string())
            .find("snapshots") != std::string::npos);
}

TEST_CASE("Edit: a jobs file sets steps and the like for each photo") {
  const TinyModelRun run;
  std::ofstream(run.folder() / "jobs.csv")
      << "file,operation,prompt,steps,guidance,scheduler,strength\n"
      << "room.png,edit,a lamp,7,2.5,ddim,0.9\n";
  const RunResult result = run.Stage({"edit",
                                      "--prompt",
                                      "a table",
                                      "--jobs-file",
                                      "jobs.csv",
                                      "--json",
                                      "-o",
                                      "out"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const json record = json::parse(Lines(result.out).front());
  CHECK(record["engine"]["settings"] == json({{"device", "cpu"},
                                              {"precision", "fp32"},
                                              {"scheduler", "ddim"},
                                              {"steps", 7},
                                              {"guidance", 2.5},
                                              {"strength", 0.9}}));
}

TEST_CASE("Edit: XL's refiner joins in where it is installed") {
  const TinyModelRun run;
  const auto snapshot = [&](const char* repository) {
    return run.folder() / "hf/hub" / repository / "snapshots" / kTinyCommit;
  };
  const auto refined = [&](const std::string& model) {
    return run.Stage({"edit",
                      "room.png",
                      "--prompt",
                      "a lamp",
                      "--steps",
                      "10",
                      "--model",
                      model,
                      "--json",
                      "-o",
                      model});
  };
  // Asked for by its name, with what is missing told.
  RunResult result = refined("sdxl-refiner");
  CHECK(result.exit_code == 13);
  CHECK(result.err.find("stage models pull sdxl-inpainting sdxl-refiner'") !=
        std::string::npos);
  const fs::path base =
      snapshot("models--diffusers--stable-diffusion-xl-1.0-inpainting-0.1");
  fs::create_directories(base.parent_path());
  fs::copy(TinyXl().parent_path() / "sdxl_inpaint",
           base,
           fs::copy_options::recursive);
  result = refined("sdxl-refiner");
  CHECK(result.exit_code == 13);
  CHECK(result.err.find("stage models pull sdxl-refiner'") !=
        std::string::npos);
  const json alone =
      Edited(run, "alone", {"--steps", "10", "--model", "sdxl-inpainting"});
  CHECK_FALSE(alone["engine"]["settings"].contains("refined_from"));

  WriteTinyRefiner(
      snapshot("models--stabilityai--stable-diffusion-xl-refiner-1.0"));
  const json with =
      Edited(run, "with", {"--steps", "10", "--model", "sdxl-inpainting"});
  CHECK_FALSE(with["job"] == alone["job"]);
  CHECK(with["engine"]["settings"]["refined_from"] == 0.8);
  CHECK(with["engine"]["models"][1]["name"] == "sdxl-refiner");
  CHECK(with["parameters"]["diffusion"]["weights"][1] ==
        std::string("sdxl-refiner@") + kTinyCommit);
  CHECK_FALSE(run.Pixels("with/room.png") == run.Pixels("alone/room.png"));
  // The refiner's name means the same two.
  const json named =
      Edited(run, "named", {"--steps", "10", "--model", "sdxl-refiner"});
  CHECK(named["job"] == with["job"]);
  CHECK(run.Pixels("named/room.png") == run.Pixels("with/room.png"));
}

TEST_CASE("DiffusionModel: with room for it the UNet is read once") {
  const TinyModelRun run;
  const ImageU8 picture(64, 64, 3, uint8_t{90});
  const ImageU8 mask(64, 64, 1, uint8_t{255});
  DiffusionParameters parameters;
  parameters.steps = 2;
  const engine::InpaintRequest request = {.picture = picture,
                                          .mask = mask,
                                          .prompt = "a lamp",
                                          .parameters = parameters};
  DiffusionEngineOptions options;
  options.model = run.model();
  options.device = "cpu";
  engine::DiffusionModel coming_and_going(options);
  options.max_memory_bytes = 8'000'000'000;
  engine::DiffusionModel keeping(options);
  const ImageU8 first = keeping.Inpaint(request);
  CHECK(coming_and_going.Inpaint(request) == first);
  fs::remove(run.model() / "unet/diffusion_pytorch_model.safetensors");
  CHECK(keeping.Inpaint(request) == first);
  CHECK_THROWS_AS(coming_and_going.Inpaint(request), Error);
}

/// A tiny model of nine channels and a grey picture to be painted all over.
struct GreyPicture {
  engine::DiffusionModel model{[] {
    DiffusionEngineOptions options;
    options.model =
        fs::path(STAGE_SOURCE_DIR) / "tests/parity/models/sd15_inpaint";
    options.device = "cpu";
    return options;
  }()};
  ImageU8 picture{64, 64, 3, uint8_t{90}};
  ImageU8 mask{64, 64, 1, uint8_t{255}};

  ImageU8 Painted(const DiffusionParameters& parameters) {
    return model.Inpaint({.picture = picture,
                          .mask = mask,
                          .prompt = "a lamp",
                          .parameters = parameters});
  }
};

TEST_CASE("DiffusionModel: every scheduler that can be asked for works") {
  GreyPicture grey;
  for (const std::string& scheduler : DiffusionSchedulers()) {
    CAPTURE(scheduler);
    DiffusionParameters parameters;
    parameters.scheduler = scheduler;
    parameters.steps = 3;
    CHECK_FALSE(grey.Painted(parameters) == grey.picture);
  }
}

TEST_CASE("DiffusionModel: too little strength for one step is refused") {
  GreyPicture grey;
  for (const std::string& scheduler : DiffusionSchedulers()) {
    CAPTURE(scheduler);
    DiffusionParameters parameters;
    parameters.scheduler = scheduler;
    parameters.steps = 2;
    parameters.strength = 0.3;
    CHECK_THROWS_AS(grey.Painted(parameters), Error);
    parameters.strength = 0.5;
    CHECK_NOTHROW(grey.Painted(parameters));
  }
}

}  // namespace
}  // namespace stage::test
