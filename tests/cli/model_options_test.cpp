#include <doctest/doctest.h>

#include "cli/diffusion_jobs.h"
#include "cli/run_stage.h"
#include "core/error.h"

namespace stage::test {
namespace {

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The kind of the error that a call ends in; kUnexpected when it does not.
template <typename Call>
ErrorKind KindOf(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::kUnexpected;
}

TEST_CASE("CheckDevice: a CUDA device must be there to be asked for") {
  CHECK_NOTHROW(cli::CheckDevice("auto", "auto", 0));
  CHECK_NOTHROW(cli::CheckDevice("cpu", "bf16", 0));
  CHECK_NOTHROW(cli::CheckDevice("cuda:1", "fp16", 2));
  CHECK_NOTHROW(cli::CheckDevice("auto", "fp16", 1));
  for (const auto& [device, precision, count] :
       {std::tuple("cuda", "auto", 0),
        std::tuple("cuda:2", "auto", 2),
        std::tuple("auto", "fp16", 0),
        std::tuple("cpu", "fp16", 1)}) {
    CAPTURE(device);
    CHECK(KindOf([&] { cli::CheckDevice(device, precision, count); }) ==
          ErrorKind::kDevice);
  }
  for (const char* word : {"gpu", "cuda:", "cuda:x", "cuda:-1", "CUDA"}) {
    CAPTURE(word);
    CHECK(KindOf([&] { cli::CheckDevice(word, "auto", 4); }) ==
          ErrorKind::kUsage);
  }
}

TEST_CASE("MayUseCuda: auto takes a device where there is one") {
  CHECK(cli::MayUseCuda("auto", 1));
  CHECK(cli::MayUseCuda("cuda:1", 2));
  CHECK_FALSE(cli::MayUseCuda("auto", 0));
  CHECK_FALSE(cli::MayUseCuda("cpu", 2));
}

TEST_CASE("SettleLocalJob: model options need a model's work") {
  cli::PhotoOptions options;
  options.device = "cpu";
  StagingJob job;
  CHECK_NOTHROW(cli::SettleLocalJob(options, job));
  CHECK(job.generate.engine == "auto");
  job.diffusion.steps = 20;
  CHECK(KindOf([&] { cli::SettleLocalJob(options, job); }) ==
        ErrorKind::kUsage);
  job.backend = "vsai";
  CHECK_NOTHROW(cli::SettleLocalJob(options, job));
}

TEST_CASE("Model options: what cannot be is refused before any work") {
  const StageRun run;
  run.WritePhoto("a.jpg");
  const std::vector<std::vector<std::string>> wrong = {
      {"generate", "a.jpg", "--steps", "20"},
      {"generate", "a.jpg", "--engine", "render", "--guidance", "5"},
      {"edit", "a.jpg", "--remove", "--mask", "0,0,1,1", "--strength", "0.5"},
      {"edit", "a.jpg", "--prompt", "a lamp", "--steps", "0"},
      {"edit", "a.jpg", "--prompt", "a lamp", "--guidance", "0.5"},
      {"edit", "a.jpg", "--prompt", "a lamp", "--strength", "1.5"},
      {"edit", "a.jpg", "--prompt", "a lamp", "--scheduler", "eulr"},
      {"edit", "a.jpg", "--prompt", "a lamp", "--precision", "fp8"},
      {"edit", "a.jpg", "--prompt", "a lamp", "--max-memory", "8T"},
      {"edit", "a.jpg", "--prompt", "a lamp", "--model", "lama"},
      {"edit", "a.jpg", "--prompt", "a lamp", "--model", "sd15-inpaintin"},
      {"edit", "a.jpg", "--prompt", "a lamp", "--lora", "x.safetensors:9"},
      {"edit",
       "a.jpg",
       "--prompt",
       "a lamp",
       "--steps",
       "9",
       "--backend",
       "vsai"}};
  for (const auto& words : wrong) {
    CAPTURE(words.back());
    const RunResult result = run.Stage(words);
    CHECK(result.exit_code == 2);
    CHECK_FALSE(std::filesystem::exists(run.folder() / "staged"));
  }
  CHECK(Has(run.Stage(wrong[6]).err, "euler"));
  CHECK(Has(run.Stage(wrong[10]).err, "sd15-inpainting"));
}

TEST_CASE("JobTimeout: a model on this machine takes as long as it needs") {
  cli::PhotoOptions options;
  StagingJob render;
  StagingJob diffusion;
  diffusion.generate.engine = "diffusion";
  StagingJob remote = diffusion;
  remote.backend = "vsai";
  CHECK(cli::JobTimeout(options, {render}) == 900);
  CHECK(cli::JobTimeout(options, {remote}) == 900);
  CHECK_FALSE(cli::JobTimeout(options, {render, diffusion}).has_value());
  options.timeout_s = 60;
  CHECK(cli::JobTimeout(options, {diffusion}) == 60);
}

TEST_CASE("Model options: a model that is known but not there is told") {
  const StageRun run;
  run.WritePhoto("a.jpg");
  const RunResult result = run.Stage(
      {"edit", "a.jpg", "--prompt", "a lamp", "--model", "sdxl-inpainting"});
  CHECK(result.exit_code == 13);
  CHECK(Has(result.err, "stage models pull sdxl-inpainting"));
}

TEST_CASE("Model options: no CUDA device is code 14, with models or without") {
  const StageRun run;
  run.WritePhoto("a.jpg");
  const RunResult result =
      run.Stage({"edit", "a.jpg", "--prompt", "a lamp", "--device", "cuda:99"});
  CHECK(result.exit_code == 14);
  CHECK(Has(result.err, "--device auto or cpu"));
}

}  // namespace
}  // namespace stage::test
