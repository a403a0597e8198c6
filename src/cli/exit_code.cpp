#include "cli/exit_code.h"

#include <array>

namespace stage::cli {

std::span<const ExitCodeMeaning> AllExitCodes() {
  static constexpr auto kMeanings = std::to_array<ExitCodeMeaning>({
      {ExitCode::kOk, "all done"},
      {ExitCode::kUnexpected, "unexpected error"},
      {ExitCode::kUsage, "wrong usage"},
      {ExitCode::kSomePhotosFailed, "some photos failed"},
      {ExitCode::kCredentials, "key missing or refused"},
      {ExitCode::kCredits, "credits used up"},
      {ExitCode::kVendorUnavailable, "vendor unavailable"},
      {ExitCode::kModel, "model or catalogue missing"},
      {ExitCode::kDevice, "no such device, or out of memory"},
      {ExitCode::kDisk, "disk full, locked or not accessible"},
      {ExitCode::kInterrupted, "interrupted"},
  });
  return kMeanings;
}

ExitCode ExitCodeFor(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUnexpected:
      return ExitCode::kUnexpected;
    case ErrorKind::kUsage:
      return ExitCode::kUsage;
    case ErrorKind::kInput:
    case ErrorKind::kGeometry:
      return ExitCode::kSomePhotosFailed;
    case ErrorKind::kCredentials:
      return ExitCode::kCredentials;
    case ErrorKind::kCredits:
      return ExitCode::kCredits;
    case ErrorKind::kVendorUnavailable:
      return ExitCode::kVendorUnavailable;
    case ErrorKind::kModel:
      return ExitCode::kModel;
    case ErrorKind::kDevice:
      return ExitCode::kDevice;
    case ErrorKind::kDisk:
      return ExitCode::kDisk;
    case ErrorKind::kInterrupted:
      return ExitCode::kInterrupted;
  }
  return ExitCode::kUnexpected;
}

ExitCode ExitCodeOf(const BatchReport& report) {
  if (report.stopped_by) return ExitCodeFor(*report.stopped_by);
  if (report.interrupted) return ExitCode::kInterrupted;
  return report.failures() > 0 || report.is_all_left_out()
             ? ExitCode::kSomePhotosFailed
             : ExitCode::kOk;
}

}  // namespace stage::cli
