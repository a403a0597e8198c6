#include "engine/pipeline/staging_refusals.h"

#include <cmath>

#include "core/error.h"

namespace stage::engine {

void CheckStagingJob(const StagingJob& job, bool refines) {
  if (job.operation != Operation::kGenerate) {
    throw Error(ErrorKind::kModel,
                "this version's local engine does not " +
                    std::string(OperationName(job.operation)) +
                    "; use a vendor with --backend");
  }
  const GenerateParameters& asked = job.generate;
  const auto refuse = [](const std::string& what) {
    throw Error(ErrorKind::kModel,
                what +
                    " needs a diffusion model, which this version does not "
                    "run locally; leave the option out or use a vendor with "
                    "--backend");
  };
  if (asked.engine == "diffusion" && !refines) {
    refuse("--engine diffusion");
  }
  if (asked.engine != "diffusion") {
    if (!asked.prompt.empty()) refuse("--prompt");
    if (!asked.negative_prompt.empty()) refuse("--negative-prompt");
    if (!asked.furniture.empty()) refuse("--furniture");
  }
  if (!asked.sketch.empty()) refuse("--sketch");
  if (asked.exterior) refuse("--exterior");
  if (!asked.mask.empty()) refuse("--mask");
}

namespace {

constexpr auto kTakeAwayMore =
    "mark what is to go with `stage declutter --mask` and furnish its result, "
    "or install models that tell furniture from the room and fill what it "
    "hides: `stage models pull segformer-b0`, `stage models pull lama`";

}  // namespace

void ThrowStillFurnished(const StagingJob& job, double taken) {
  throw Error(ErrorKind::kGeometry,
              job.input.filename().string() +
                  ": things that are not surely loose stay on " +
                  std::to_string(std::lround(100 * taken)) +
                  " % of the floor, and furniture would stand in them; " +
                  kTakeAwayMore);
}

void ThrowReadingsDisagree(const StagingJob& job,
                           const Scene& emptied,
                           const Scene& around) {
  const auto percent = [](const Scene& scene) {
    return std::to_string(std::lround(100 * scene.confidence)) + " %";
  };
  const std::string name = job.input.filename().string();
  throw Error(ErrorKind::kGeometry,
              name +
                  ": the floor seems to end elsewhere once things are taken "
                  "away (" +
                  percent(around) + " sure before, " + percent(emptied) +
                  " after), and furniture might stand in a wall; look at the "
                  "result of `stage declutter`, and furnish it with "
                  "floor_polygon in " +
                  name + ".stage.json, as `stage analyze --json` prints it");
}

void ThrowNoGeometry(const StagingJob& job, const Scene& scene) {
  const int percent = static_cast<int>(std::lround(scene.confidence * 100));
  if (job.generate.declutter_first) {
    throw Error(ErrorKind::kGeometry,
                job.input.filename().string() +
                    ": the room could not be understood (" +
                    std::to_string(percent) +
                    " % sure) without what is surely loose; " + kTakeAwayMore);
  }
  const std::string why =
      scene.furnished
          ? "; things seem to stand on its floor: take them away first, as "
            "`stage declutter --help` says, or put "
          : "; put ";
  throw Error(
      ErrorKind::kGeometry,
      job.input.filename().string() + ": the room could not be understood (" +
          std::to_string(percent) + " % sure)" + why +
          "floor_polygon (and openings) into " + job.input.filename().string() +
          ".stage.json, as `stage analyze --json` prints them, or give "
          "--camera-height and --ceiling-height");
}

void ThrowElsewhere(const StagingJob& job, const std::string& why) {
  throw Error(ErrorKind::kGeometry,
              job.input.filename().string() + ": the photo seems to be " + why +
                  ", or stage it all the same with --force-geometry");
}

void ThrowNothingFits(const StagingJob& job, const Plan& plan) {
  std::string why;
  for (const std::string& note : plan.notes) why += "; " + note;
  throw Error(ErrorKind::kGeometry,
              job.input.filename().string() + ": nothing fits into this room" +
                  why +
                  "; try another --room, --room-size small or a plan of your "
                  "own with --use-plan");
}

}  // namespace stage::engine
