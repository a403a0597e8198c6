#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "support/temp_dir.h"
#include "vendors/vendor_process.h"

namespace stage::test {

/// A request as someone would write it for curl.
struct RawRequest {
  std::string vendor;
  std::string call;  ///< "POST /v2/renders"
  std::string body;
  std::string content_type = "application/json";
  std::string authorization = {};  ///< header line in place of the right one
};

struct RawAnswer {
  int status = 0;  ///< 0: no answer
  std::string body;
  std::map<std::string, std::string> headers;
  nlohmann::json json() const {
    return nlohmann::json::parse(body, nullptr, false);
  }
};

/// Sends requests by hand to a server of its own. In calls and bodies stand
/// $PHOTO and $MASK for hosted pictures of 800 x 600, $SMALL for one of 400 x
/// 300, $DATA for a data URL of the photo, $BASE64 for its bare base64, $USER
/// for IACrea's user id, $FILE and $ART for uploads to ReRoom and Virtual
/// Staging ART.
class RawClient {
 public:
  explicit RawClient(int render_ms = 0);

  RawAnswer Send(const RawRequest& request);
  /// GET of a whole URL, without key.
  RawAnswer Download(const std::string& url);
  const VendorProcess& server() const { return server_; }
  const std::string& photo_bytes() const { return photo_bytes_; }

 private:
  std::string Filled(std::string text) const;

  TempDir folder_;
  std::string photo_bytes_;
  VendorProcess server_;
  std::map<std::string, std::string> values_;
};

}  // namespace stage::test
