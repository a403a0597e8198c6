#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "remote/http/body.h"
#include "remote/http/url.h"

namespace stage::remote {

/// A request to a vendor's API, without what the client adds: base URL, key,
/// limits.
struct Call {
  std::string method = "GET";
  std::string path;  ///< put after the base URL; begins with '/'
  Query query = {};
  std::optional<Body> body = {};
  double timeout_s = 60;
  bool needs_answer = true;             ///< false: any 2xx will do, and is null
  int64_t most_answer_bytes = 8 << 20;  ///< larger ones are an error
  /// Where set, the answer goes to this file first and its pictures to others,
  /// `<pictures>-1.png`, ...; see ParseAnswerFile.
  std::filesystem::path answer_file = {};
  std::filesystem::path pictures = {};
};

/// A POST with a JSON body.
inline Call PostJson(std::string path, const nlohmann::json& document) {
  return {
      .method = "POST", .path = std::move(path), .body = JsonBody(document)};
}

}  // namespace stage::remote
