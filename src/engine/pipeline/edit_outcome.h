#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/disclosure.h"
#include "core/photo/photo.h"

namespace stage::engine {

/// What an edit made of a photo, before it is written.
struct EditOutcome {
  Photo photo;
  /// Of any size over the whole picture, not 0 where things may show something
  /// else than before; empty: everywhere.
  ImageU8 may_change;
  bool changed = true;  ///< false: there was nothing to do
  Alteration alteration = Alteration::kEnhanced;
  std::string caption;
  std::vector<std::string> credits;  ///< licence attributions of placed pieces
  nlohmann::json details = nlohmann::json::object();
  std::vector<std::string> warnings;
};

}  // namespace stage::engine
