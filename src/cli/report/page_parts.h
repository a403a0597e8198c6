#pragma once

namespace stage::cli {

/// The page's style sheet and script, which go into it as they are.
extern const char* const kReportStyle;
extern const char* const kReportScript;

}  // namespace stage::cli
