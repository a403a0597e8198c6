#include "engine/pipeline/plan_file.h"

#include <fstream>
#include <string>

#include "core/atomic_file.h"
#include "core/error.h"

namespace stage::engine {

Plan ReadPlan(const std::filesystem::path& path) {
  std::ifstream file(path);
  const nlohmann::json json = nlohmann::json::parse(file, nullptr, false);
  if (!file || json.is_discarded()) {
    throw Error(ErrorKind::kInput,
                path.string() + ": is not a readable plan; --plan writes one");
  }
  return PlanFromJson(json);
}

std::filesystem::path PlanFile(const std::filesystem::path& path,
                               const StagingJob& job,
                               int variant) {
  if (path.extension() == ".json" && variant == 0) return path;
  std::string suffix;
  if (variant > 0) suffix.append("-").append(std::to_string(variant + 1));
  const std::filesystem::path folder =
      path.extension() == ".json" ? path.parent_path() : path;
  return folder / (job.input.stem().string() + suffix + ".plan.json");
}

void WritePlan(const Plan& plan, const std::filesystem::path& path) {
  std::error_code ignored;
  if (path.has_parent_path()) {
    std::filesystem::create_directories(path.parent_path(), ignored);
  }
  WriteFileAtomically(path, PlanToJson(plan).dump(2) + '\n');
}

}  // namespace stage::engine
