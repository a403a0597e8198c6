#pragma once

#include <filesystem>
#include <string>

#include "core/shard.h"

namespace stage {

/// How a vendor is reached and where its key is found: the table
/// [vendors.NAME] of the config file.
///
///     [vendors.roomstack]
///     key_command = "pass show roomstack"
struct VendorSettings {
  std::string key_command;         ///< its stdout is the key
  std::filesystem::path key_file;  ///< must be of mode 0600
  std::string user_id;             ///< iacrea
  std::string base_url;            ///< a proxy or test server
  /// Where an account may send more, or must send less, than others; 0: as
  /// the vendor's documents say.
  double requests_per_minute = 0;
  /// What the account pays for a render, where the vendor's documents do not
  /// say; 0: not told.
  double credits_per_render = 0;
};

/// Reads a vendor's table; empty fields where nothing is said. The environment
/// goes before the file: STAGE_<VENDOR>_URL, STAGE_<VENDOR>_USER_ID,
/// STAGE_<VENDOR>_REQUESTS_PER_MINUTE and STAGE_<VENDOR>_CREDITS_PER_RENDER.
/// @param file  the config file, which may be missing when it is the default
/// @throws Error(kUsage) for a wrong file or an unknown key, with a suggestion
VendorSettings ReadVendorSettings(
    const std::string& vendor,
    const std::filesystem::path& file,
    const EnvironmentLookup& environment = Environment);

/// `$XDG_CONFIG_HOME/stage/config.toml`, or below ~/.config; empty without a
/// home.
std::filesystem::path DefaultConfigFile(
    const EnvironmentLookup& environment = Environment);

}  // namespace stage
