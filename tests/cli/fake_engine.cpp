#include <chrono>
#include <fstream>
#include <thread>

#include "core/digest.h"
#include "core/error.h"
#include "engine/local_engine.h"

// A stand-in for the engine module: quick, without pictures, and failing when
// a photo's name asks for it. It lets the command line be tested by itself.
namespace {

using namespace stage;

std::string Bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool NameHas(const std::filesystem::path& photo, const char* word) {
  return photo.filename().string().find(word) != std::string::npos;
}

class FakeStager final : public Stager {
 public:
  StageResult Stage(const StagingJob& job, JobProgress& progress) override {
    const std::string name = job.input.filename().string();
    progress.Phase("render", 0.5);
    if (NameHas(job.input, "dark")) {
      throw Error(
          ErrorKind::kGeometry,
          name + ": no room to be seen; give floor_polygon in a sidecar");
    }
    if (NameHas(job.input, "full")) {
      throw Error(ErrorKind::kDisk, name + ": no space left on the disk");
    }
    while (NameHas(job.input, "slow")) {
      if (progress.cancelled()) {
        throw Error(ErrorKind::kInterrupted, "interrupted");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    StageResult result;
    int variant = 0;
    for (const auto& path : job.outputs) {
      std::filesystem::create_directories(path.parent_path());
      std::ofstream(path, std::ios::binary)
          << Bytes(job.input) << "variant " << ++variant;
      result.outputs.push_back({path, Sha256OfFile(path), 8, 6, {}});
    }
    result.engine = {{"name", "fake"}, {"seed", job.seed}};
    const nlohmann::json sofa = {{"id", "test#sofa"},
                                 {"name", "Sofa <two seats>"},
                                 {"creator", "A. Author"},
                                 {"licence", "CC-BY 3.0"}};
    const nlohmann::json pieces = nlohmann::json::array({sofa});
    result.details = {{"phase_seconds", {{"decode", 0.25}, {"render", 1.5}}}};
    for (size_t i = 0; i < job.outputs.size(); ++i) {
      result.details["variants"].push_back({{"pieces", pieces}});
    }
    if (NameHas(job.input, "odd")) {
      result.warnings.push_back("the ceiling is a guess");
    }
    return result;
  }
  int preferred_jobs_in_flight() const override { return 2; }
};

class FakeEngine final : public LocalEngine {
 public:
  std::unique_ptr<Stager> MakeStager(const LocalEngineOptions&) override {
    return std::make_unique<FakeStager>();
  }
  nlohmann::json Analyze(const AnalyzeRequest& request) override {
    if (NameHas(request.photo, "dark")) {
      throw Error(ErrorKind::kGeometry,
                  request.photo.filename().string() + ": no room to be seen");
    }
    if (!request.sidecar.empty() && Bytes(request.sidecar).empty()) {
      throw Error(ErrorKind::kInput,
                  request.sidecar.filename().string() + ": not JSON");
    }
    if (!request.overlay.empty()) {
      std::ofstream(request.overlay) << "drawing";
    }
    return {{"size", {8, 6}},
            {"confidence", 0.75},
            {"camera", {{"height_m", request.camera_height_m.value_or(1.5)}}},
            {"room", {{"height", 2.5}}},
            {"openings", nlohmann::json::array()},
            {"room_type", "living"}};
  }
  nlohmann::json ComparePair(const PairRequest& request) override {
    const bool same = Bytes(request.first) == Bytes(request.second);
    return {{"compatible", same},
            {"hard_rejected", false},
            {"rejection_reason", same ? "" : "nothing in common"}};
  }
  nlohmann::json ListCatalogue(
      const std::vector<std::filesystem::path>&) override {
    return {{{"id", "test#sofa"},
             {"name", "Sofa"},
             {"function", "sofa"},
             {"styles", {"modern"}},
             {"size_m", {2.0, 0.9, 0.8}},
             {"licence", "CC0"}},
            {{"id", "test#bed"},
             {"name", "Bed"},
             {"function", "bed"},
             {"styles", {"coastal"}},
             {"size_m", {1.6, 2.0, 1.0}},
             {"licence", "CC-BY 3.0"}}};
  }
  void PreviewCatalogue(const std::vector<std::filesystem::path>&,
                        const CataloguePreviewRequest& request) override {
    std::ofstream(request.output) << "sheet of " << request.function;
  }
  std::string MakeThumbnail(const ThumbnailRequest& request) override {
    return Bytes(request.photo);
  }
};

}  // namespace

extern "C" stage::LocalEngine* stage_open_local_engine(int abi) {
  return abi == kLocalEngineAbi ? new FakeEngine : nullptr;
}
