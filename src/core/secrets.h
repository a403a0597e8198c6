#pragma once

#include <string>
#include <vector>

#include "core/settings.h"

namespace stage {

/// A key. It cannot be printed, compared or put into JSON by accident; only
/// the code that sends it to its own vendor reveals it.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  ~Secret();
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;

  bool empty() const { return value_.empty(); }
  const std::string& Reveal() const { return value_; }
  /// The text with every occurrence of the key replaced by "[key]", also where
  /// it is written as in a URL, in JSON or in base64.
  std::string RedactedIn(std::string text) const;

 private:
  std::vector<std::string> Forms() const;

  std::string value_;
};

/// "STAGE_ROOMSTACK_KEY" for "roomstack".
std::string KeyVariable(const std::string& vendor);

/// A vendor's key: `STAGE_<VENDOR>_KEY`, else the config's key_command, else
/// its key_file. Never from a flag.
/// @throws Error(kCredentials) saying where a key is looked for; when the
///         command fails, the file can be read by others (mode other than
///         0600), or the key has characters that no key has
Secret FindKey(const std::string& vendor,
               const VendorSettings& settings,
               const EnvironmentLookup& environment = Environment);

/// True when some source of a key is set up, without reading it.
bool HasKey(const std::string& vendor,
            const VendorSettings& settings,
            const EnvironmentLookup& environment = Environment);

}  // namespace stage
