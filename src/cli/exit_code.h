#pragma once

#include <span>
#include <string_view>

#include "core/batch.h"
#include "core/error.h"
#include "core/exit_code.h"

namespace stage::cli {

struct ExitCodeMeaning {
  ExitCode code;
  std::string_view meaning;
};

/// Every exit code with its meaning, in ascending order.
std::span<const ExitCodeMeaning> AllExitCodes();

/// The code of a run that ended with an error of this kind.
ExitCode ExitCodeFor(ErrorKind kind);
/// The code of a batch that ran.
ExitCode ExitCodeOf(const BatchReport& report);

}  // namespace stage::cli
