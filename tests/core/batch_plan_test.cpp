#include "core/batch_plan.h"

#include <doctest/doctest.h>

#include <set>

#include "core/fake_stager.h"
#include "core/job_action.h"

using namespace stage;
using namespace stage::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> OutputsOf(const BatchPlan& plan,
                                   const fs::path& folder) {
  std::vector<std::string> outputs;
  for (const StagingJob& job : plan.jobs) {
    for (const fs::path& output : job.outputs) {
      outputs.push_back(output.lexically_relative(folder).string());
    }
  }
  return outputs;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("JobId: the same work has the same id anywhere") {
  const TempDir one, two;
  const auto plan = [](const TempDir& folder, const char* name) {
    folder.Write(name, "bytes");
    folder.Write("m/mask.png", "mask");
    BatchRequest request = RequestFor(folder.path());
    request.common.generate.mask = folder.path() / "m/mask.png";
    return PlanBatch(request).jobs.at(0).id;
  };
  CHECK(plan(one, "a.jpg") == plan(two, "other name.jpg"));
}

TEST_CASE("JobId: everything that changes the result changes the id") {
  const TempDir folder;
  folder.Write("a.jpg", "bytes");
  const fs::path mask = folder.Write("m/mask.png", "mask");
  std::set<std::string> ids;
  const auto add = [&](const std::function<void(StagingJob&)>& change) {
    BatchRequest request = RequestFor(folder.path());
    change(request.common);
    ids.insert(PlanBatch(request).jobs.at(0).id);
  };
  add([](StagingJob&) {});
  add([](StagingJob& job) { job.seed = 1; });
  add([](StagingJob& job) { job.variants = 2; });
  add([](StagingJob& job) { job.backend = "vsai"; });
  add([](StagingJob& job) { job.generate.style = "coastal"; });
  add([](StagingJob& job) { job.generate.fidelity = Fidelity::kStrict; });
  add([](StagingJob& job) { job.output.quality = 80; });
  add([](StagingJob& job) { job.output.keep_gps = false; });
  add([](StagingJob& job) { job.vendor_options["tier"] = "pro"; });
  add([](StagingJob& job) { job.operation = Operation::kDeclutter; });
  const fs::path lora = folder.Write("m/oak.safetensors", "oak");
  add([](StagingJob& job) { job.diffusion.steps = 20; });
  add([](StagingJob& job) { job.diffusion.guidance = 5; });
  add([](StagingJob& job) { job.diffusion.strength = 0.4; });
  add([](StagingJob& job) { job.diffusion.scheduler = "unipc"; });
  add([](StagingJob& job) { job.diffusion.precision = "bf16"; });
  add([](StagingJob& job) { job.diffusion.model = "sdxl"; });
  add([](StagingJob& job) { job.diffusion.weights = {"sdxl@0123"}; });
  add([&](StagingJob& job) { job.diffusion.loras = {{lora, 1}}; });
  add([&](StagingJob& job) { job.diffusion.loras = {{lora, 0.5}}; });
  add([&](StagingJob& job) { job.generate.mask = mask; });
  folder.Write("m/mask.png", "other mask");
  add([&](StagingJob& job) { job.generate.mask = mask; });
  folder.Write("a.stage.json", R"({"floor_polygon":[]})");
  add([](StagingJob&) {});
  CHECK(ids.size() == 22);
  BatchRequest elsewhere = RequestFor(folder.path());
  elsewhere.output = folder.path() / "out";
  CHECK(ids.contains(PlanBatch(elsewhere).jobs.at(0).id));
}

TEST_CASE("SetParameters: a job comes back from its parameters") {
  const TempDir folder;
  StagingJob job;
  job.input = folder.Write("a.jpg", "a");
  job.generate.style = "japandi";
  job.generate.fidelity = Fidelity::kCreative;
  job.generate.mask = folder.Write("mask.png", "m");
  job.generate.furniture = {folder.Write("sofa.png", "s")};
  job.generate.ceiling_height_m = 2.6;
  job.output.disclose = {"label", "pair"};
  job.output.max_bytes = 3000000;
  job.output.keep_gps = false;
  job.vendor_options = {{"tier", "pro"}};
  job.variants = 3;
  job.seed = 18446744073709551615ULL;
  job.diffusion.weights = {"sd15@0123", "controlnet-depth@4567"};
  job.diffusion.steps = 30;
  job.diffusion.guidance = 6.5;
  job.diffusion.strength = 0.25;
  job.diffusion.scheduler = "dpm++2m-karras";
  job.diffusion.precision = "bf16";
  job.diffusion.loras = {{folder.Write("oak.safetensors", "o"), -0.5}};
  for (const auto operation : {Operation::kGenerate,
                               Operation::kEdit,
                               Operation::kDeclutter,
                               Operation::kUpscale}) {
    job.operation = operation;
    job.edit.select = {"oak table"};
    job.edit.mask_box = "1,2,3,4";
    job.declutter.keep = {"rugs"};
    job.declutter.mask_box = "5,6,7,8";
    job.upscale.factor = 4;
    const json parameters = json::parse(ParametersJson(job).dump());
    StagingJob back;
    back.operation = operation;
    SetParameters(parameters, back);
    CHECK(ParametersJson(back) == parameters);
    CHECK(back.seed == job.seed);
    CHECK(back.diffusion.model == "sd15");
    CHECK(back.diffusion.loras == job.diffusion.loras);
  }
}

TEST_CASE("PlanBatch: what the backend settles is part of the id") {
  const TempDir folder;
  folder.Write("a.jpg", "a");
  const auto id = [&](const std::string& weights) {
    BatchRequest request = RequestFor(folder.path());
    request.settle = [&](StagingJob& job) {
      job.diffusion.weights = {weights};
    };
    return PlanBatch(request).jobs.at(0).id;
  };
  CHECK(id("sd15@1") == id("sd15@1"));
  CHECK_FALSE(id("sd15@1") == id("sd15@2"));
}

TEST_CASE("ParseLora: a weight may follow, a name may hold a colon") {
  CHECK(ParseLora("oak.safetensors") == LoraFile{"oak.safetensors", 1});
  CHECK(ParseLora("oak.safetensors:0.75") == LoraFile{"oak.safetensors", 0.75});
  CHECK(ParseLora("a:b.safetensors") == LoraFile{"a:b.safetensors", 1});
  CHECK(ParseLora("a:b.safetensors:-1") == LoraFile{"a:b.safetensors", -1});
  CHECK_THROWS_AS(ParseLora("oak.safetensors:5"), Error);
}

TEST_CASE("PlanBatch: results lie in `staged` beside the photos") {
  const TempDir folder;
  folder.Write("l1/a.jpg", "a");
  folder.Write("l2/a.jpg", "b");
  BatchRequest request;
  request.inputs.paths = {folder.path() / "l1", folder.path() / "l2" / "a.jpg"};
  const BatchPlan plan = PlanBatch(request);
  CHECK(OutputsOf(plan, folder.path()) ==
        Texts{"l1/staged/a.jpg", "l2/staged/a.jpg"});
  CHECK(plan.jobs[1].output_folder == folder.path() / "l2/staged");
}

TEST_CASE("PlanBatch: sub-folders and several folders stay apart") {
  const TempDir folder;
  for (const char* name : {"l1/a.jpg", "l1/x/a.jpg", "l2/x/a.jpg"}) {
    folder.Write(name, name);
  }
  BatchRequest request = RequestFor(folder.path() / "l1");
  request.output = folder.path() / "out";
  request.inputs.recursive = true;
  CHECK(OutputsOf(PlanBatch(request), request.output) ==
        Texts{"a.jpg", "x/a.jpg"});
  request.inputs.paths = {folder.path() / "l1", folder.path() / "l2/x"};
  CHECK(OutputsOf(PlanBatch(request), request.output) ==
        Texts{"l1/a.jpg", "l1/x/a.jpg", "l2/x/a.jpg"});
}

TEST_CASE("PlanBatch: names do not depend on which photos are chosen") {
  const TempDir folder;
  for (const char* name : {"k.jpg", "k-2.jpg", "k.png", "K.JPG"}) {
    folder.Write(name, name);
  }
  BatchRequest all = RequestFor(folder.path());
  all.common.variants = 2;
  all.common.output.format = "jpeg";
  std::map<fs::path, std::vector<fs::path>> whole;
  std::set<fs::path> outputs;
  for (const StagingJob& job : PlanBatch(all).jobs) {
    whole[job.input] = job.outputs;
    outputs.insert(job.outputs.begin(), job.outputs.end());
  }
  CHECK(outputs.size() == 8);
  for (const auto& [input, names] : whole) {
    BatchRequest one = all;
    one.inputs.paths = {input};
    CHECK(PlanBatch(one).jobs.at(0).outputs == names);
  }
}

TEST_CASE("PlanBatch: shards part a batch without rest or overlap") {
  const TempDir folder;
  for (int i = 0; i < 11; ++i) {
    folder.Write(std::to_string(i) + ".jpg", std::to_string(i % 9));
  }
  BatchRequest request = RequestFor(folder.path());
  std::set<fs::path> seen;
  std::map<std::string, int> shard_of;
  for (int i = 0; i < 3; ++i) {
    request.shard = Shard{i, 3};
    const BatchPlan plan = PlanBatch(request);
    CHECK(plan.jobs_of_all_shards == 11);
    for (const StagingJob& job : plan.jobs) {
      CHECK(seen.insert(job.input).second);
      // Two names of the same bytes are one piece of work.
      CHECK(shard_of.emplace(job.id, i).first->second == i);
    }
  }
  CHECK(seen.size() == 11);
}

TEST_CASE("PlanBatch: row over sidecar over command") {
  const TempDir folder;
  folder.Write("a.jpg", "a");
  folder.Write("b.jpg", "b");
  folder.Write("c.jpg", "c");
  folder.Write("a.jpg.stage.json", R"({"room":"kitchen","style":"luxury"})");
  folder.Write("b.stage.json",
               R"({"room":{"floor":[]},"room_type":"office","size":[1,2]})");
  BatchRequest request = RequestFor(folder.path());
  request.jobs_file = folder.Write("jobs.csv", "file,style\na.jpg,coastal\n");
  request.common.generate.style = "modern";
  const BatchPlan plan = PlanBatch(request);
  REQUIRE(plan.jobs.size() == 3);
  CHECK(plan.jobs[0].generate.style == "coastal");
  CHECK(plan.jobs[0].generate.room == "kitchen");
  CHECK(plan.jobs[0].sidecar == folder.path() / "a.jpg.stage.json");
  CHECK(plan.jobs[1].generate.room == "office");
  CHECK(plan.jobs[1].generate.style == "modern");
  CHECK(plan.jobs[2].sidecar.empty());
}

TEST_CASE("PlanBatch: one bad photo does not stop the others") {
  const TempDir folder;
  folder.Write("a.jpg", "a");
  folder.Write("b.jpg", "b");
  folder.Write("a.stage.json", "{");
  BatchRequest request = RequestFor(folder.path());
  request.jobs_file = folder.Write("jobs.csv", "file\nb.jpg\ngone.jpg\n");
  const BatchPlan plan = PlanBatch(request);
  REQUIRE(plan.jobs.size() == 1);
  CHECK(plan.jobs[0].input == folder.path() / "b.jpg");
  REQUIRE(plan.unplanned.size() == 2);
  CHECK(plan.unplanned[0].message.find("a.stage.json") != std::string::npos);
  CHECK(plan.unplanned[1].message.find("gone.jpg") != std::string::npos);
}

TEST_CASE("PlanBatch: a jobs file alone is a batch, photos may repeat") {
  const TempDir folder;
  folder.Write("x/a.jpg", "a");
  BatchRequest request;
  request.jobs_file = folder.Write(
      "jobs.csv",
      "file,style\nx/a.jpg,modern\nx/a.jpg,coastal\nx/a.jpg,modern\n");
  const BatchPlan plan = PlanBatch(request);
  CHECK(OutputsOf(plan, folder.path()) ==
        Texts{"staged/x/a.jpg", "staged/x/a-job2.jpg"});
}

TEST_CASE("PlanBatch: masks are matched by name and are no photos") {
  const TempDir folder;
  for (const char* name : {"a.jpg", "b.jpg", "a-mask.png", "b_mask.png"}) {
    folder.Write(name, name);
  }
  BatchRequest request = RequestFor(folder.path());
  request.common.operation = Operation::kDeclutter;
  request.common.declutter.mask = folder.path();
  const BatchPlan plan = PlanBatch(request);
  REQUIRE(plan.jobs.size() == 2);
  CHECK(plan.unplanned.empty());
  CHECK(plan.jobs[0].declutter.mask == folder.path() / "a-mask.png");
  CHECK(plan.jobs[1].declutter.mask == folder.path() / "b_mask.png");
}

TEST_CASE("PlanBatch: views of one room share a key, others have none") {
  const TempDir folder;
  for (const char* name : {"bed-1.jpg", "bed-2.jpg", "hall.jpg"}) {
    folder.Write(name, name);
  }
  BatchRequest request = RequestFor(folder.path());
  request.common.generate.same_room = "{room}-?";
  const BatchPlan plan = PlanBatch(request);
  CHECK(plan.jobs[0].generate.same_room == "bed");
  CHECK(plan.jobs[1].generate.same_room == "bed");
  CHECK(plan.jobs[2].generate.same_room.empty());
}

TEST_CASE("PlanBatch: plans go to a file a photo") {
  const TempDir folder;
  folder.Write("a.jpg", "a");
  folder.Write("b.jpg", "b");
  folder.Write("plans/a.plan.json", "{}");
  BatchRequest request = RequestFor(folder.path());
  request.common.generate.plan_out = folder.path() / "new";
  CHECK(PlanBatch(request).jobs[1].generate.plan_out ==
        folder.path() / "new/b.plan.json");
  request.common.generate.plan_in = folder.path() / "plans";
  const BatchPlan plan = PlanBatch(request);
  CHECK(plan.jobs.at(0).generate.plan_in ==
        folder.path() / "plans/a.plan.json");
  CHECK(plan.unplanned.size() == 1);
}

TEST_CASE("PlanBatch: a user's file is never replaced by a result") {
  const TempDir folder;
  folder.Write("a.jpg", "a");
  folder.Write("out/a.jpg", "the user's own");
  BatchRequest request = RequestFor(folder.path());
  request.output = folder.path() / "out";
  CHECK(OutputsOf(PlanBatch(request), request.output) != Texts{"a.jpg"});
}

TEST_CASE("PlanBatch: planning writes nothing") {
  const TempDir folder;
  folder.Write("a.jpg", "a");
  const BatchPlan plan = PlanBatch(RequestFor(folder.path()));
  const json text = PlanJson(plan, ResumeMode::kResume, nullptr);
  CHECK(text["totals"]["run"] == 1);
  CHECK(text["jobs"][0]["parameters"]["style"] == "modern");
  CHECK_FALSE(fs::exists(folder.path() / "staged"));
}
