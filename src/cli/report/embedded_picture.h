#pragma once

#include <filesystem>

#include "cli/report/report_page.h"

namespace stage::cli {

/// The picture as a data URI: reduced by the local engine where it is
/// installed, else the file itself when browsers show its format and it is at
/// most 8 MB.
PagePicture EmbeddedPicture(const std::filesystem::path& photo,
                            int long_edge_px);

}  // namespace stage::cli
