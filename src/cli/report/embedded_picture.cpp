#include "cli/report/embedded_picture.h"

#include <fstream>

#include "cli/engine_module.h"
#include "core/base64.h"
#include "core/error.h"

namespace stage::cli {
namespace {

constexpr uintmax_t kMostBytes = 8'000'000;

/// The MIME type by content, for formats every browser shows; else empty.
std::string BrowserType(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
  if (bytes.starts_with("\x89PNG")) return "image/png";
  if (bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") {
    return "image/webp";
  }
  return {};
}

PagePicture AsItIs(const std::filesystem::path& photo) {
  std::error_code problem;
  const uintmax_t size = std::filesystem::file_size(photo, problem);
  if (problem) return {"", "the file is gone"};
  if (size > kMostBytes) {
    return {"", "too large to embed without the local engine"};
  }
  std::ifstream in(photo, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const std::string type = BrowserType(bytes);
  if (type.empty()) return {"", "browsers do not show this format"};
  return {"data:" + type + ";base64," + Base64(bytes), ""};
}

}  // namespace

PagePicture EmbeddedPicture(const std::filesystem::path& photo,
                            int long_edge_px) {
  if (!std::filesystem::exists(photo)) return {"", "the file is gone"};
  if (FindEngineModule().empty()) return AsItIs(photo);
  ThumbnailRequest request;
  request.photo = photo;
  request.long_edge_px = long_edge_px;
  try {
    return {"data:image/jpeg;base64," +
                Base64(OpenLocalEngine().MakeThumbnail(request)),
            ""};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kModel) return AsItIs(photo);
    return {"", error.what()};
  }
}

}  // namespace stage::cli
