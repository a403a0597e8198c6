#pragma once

#include <nlohmann/json.hpp>

namespace stage::remote {

/// The photo library (decoding, colour, metadata), opened when it is first
/// needed; builds without the local engine do not have it. See
/// core/photo/photo_c_api.h for requests and replies. Thread-safe; one call
/// runs at a time, because a decoded photo takes hundreds of megabytes, and
/// those for photos that are to be ordered go before those for results.
class PhotoLibrary {
 public:
  /// True when it is installed. Loads nothing.
  static bool IsInstalled();
  /// @throws Error as the library's own, Error(kModel) when it is missing
  static nlohmann::json ConvertForUpload(const nlohmann::json& request);
  static nlohmann::json InvertMask(const nlohmann::json& request);
  static nlohmann::json PadMask(const nlohmann::json& request);
  static nlohmann::json CutMask(const nlohmann::json& request);
  static nlohmann::json MaskBounds(const nlohmann::json& request);
  static nlohmann::json CutOut(const nlohmann::json& request);
  static nlohmann::json PutBack(const nlohmann::json& request);
  static nlohmann::json CheckResult(const nlohmann::json& request);
  static nlohmann::json WriteResult(const nlohmann::json& request);
};

}  // namespace stage::remote
