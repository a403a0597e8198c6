#include "cli/batch_output.h"

#include <unistd.h>

#include <iostream>

#include "core/text_encoding.h"

namespace stage::cli {
namespace {

std::string FileName(const std::string& path) {
  return Printable(Utf8Path(std::filesystem::path(path).filename()));
}

/// "style modern, room auto": the parameters that are plain words.
std::string ParameterWords(const nlohmann::json& parameters) {
  std::string words;
  for (const auto& [key, value] : parameters.items()) {
    if (value.is_object()) {
      const std::string inner = ParameterWords(value);
      if (!inner.empty()) words += (words.empty() ? "" : ", ") + inner;
    } else if (value.is_string() && !value.get<std::string>().empty()) {
      words += (words.empty() ? "" : ", ") + key + " " +
               Printable(value.get<std::string>());
    } else if (value.is_number()) {
      words += (words.empty() ? "" : ", ") + key + " " + value.dump();
    }
  }
  return words;
}

}  // namespace

void PrintPlan(const nlohmann::json& plan, const GeneralOptions& options) {
  if (options.json) {
    std::cout << plan.dump() << '\n';
    return;
  }
  for (const auto& job : plan.value("jobs", nlohmann::json::array())) {
    std::cout << job.value("action", "run") << "  "
              << job.value("operation", "") << "  "
              << FileName(job.value("input", "")) << " ->";
    for (const auto& output : job.value("outputs", nlohmann::json::array())) {
      std::cout << ' ' << Printable(output.get<std::string>());
    }
    std::cout << "  ("
              << ParameterWords(
                     job.value("parameters", nlohmann::json::object()))
              << ", backend " << job.value("backend", "");
    if (job.contains("estimated_credits")) {
      std::cout << ", about " << job["estimated_credits"] << " credits";
    }
    std::cout << ")\n";
  }
  for (const auto& photo : plan.value("unplanned", nlohmann::json::array())) {
    std::cerr << "stage: " << photo.value("message", "") << '\n';
  }
  std::cout << "total:";
  const nlohmann::json totals = plan.value("totals", nlohmann::json::object());
  const char* separator = " ";
  for (const auto& [key, value] : totals.items()) {
    if (value.is_structured() || value.is_null()) continue;
    std::cout << separator << key << ' ' << value;
    separator = ", ";
  }
  std::cout << '\n';
}

BatchOutput::BatchOutput(const GeneralOptions& options, Progress& progress)
    : options_(options),
      progress_(progress),
      prints_paths_(!options.json && isatty(STDOUT_FILENO) == 0) {}

void BatchOutput::PrintLine(const std::string& line) {
  progress_.Aside([&] { std::cout << line << std::endl; });
}

void BatchOutput::JobEnded(const StagingJob& job,
                           const nlohmann::json& record) {
  if (options_.json) {
    PrintLine(record.dump());
  } else if (prints_paths_ && record.value("state", "") == "done") {
    for (const auto& path : job.outputs) PrintLine(path.string());
  }
}

void BatchOutput::BatchEnded(const BatchReport& report) {
  if (!options_.json) return;
  nlohmann::json summary = {{"record", "summary"},
                            {"seconds", report.seconds},
                            {"credits", report.credits},
                            {"interrupted", report.interrupted}};
  for (const OutcomeKind kind : {OutcomeKind::kDone,
                                 OutcomeKind::kSkipped,
                                 OutcomeKind::kCopied,
                                 OutcomeKind::kPending,
                                 OutcomeKind::kLeftOut,
                                 OutcomeKind::kFailed,
                                 OutcomeKind::kDoubtful,
                                 OutcomeKind::kNotRun}) {
    summary[std::string(OutcomeName(kind))] = report.Count(kind);
  }
  for (const UnplannedPhoto& photo : report.unplanned) {
    summary["unplanned"].push_back({{"input", Utf8Path(photo.input)},
                                    {"kind", ErrorKindName(photo.kind)},
                                    {"message", photo.message}});
  }
  PrintLine(summary.dump());
}

}  // namespace stage::cli
