#pragma once

#include <memory>

#include "core/progress.h"
#include "remote/models/pull_model.h"

namespace stage::cli {

/// Shows downloads on stderr: a line that is redrawn in place on a terminal, a
/// line a file elsewhere, or JSON lines ({"event": "pull_planned" |
/// "pull_file" | "pull_bytes" | "note", ...}).
std::unique_ptr<remote::PullEvents> MakePullDisplay(
    const ProgressOptions& options);

}  // namespace stage::cli
