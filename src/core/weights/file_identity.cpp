#include "core/weights/file_identity.h"

#include "core/digest.h"

namespace stage {

bool IsContentId(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

int64_t FileBytes(const std::filesystem::path& file) {
  std::error_code failure;
  const uintmax_t bytes = std::filesystem::file_size(file, failure);
  return failure ? 0 : static_cast<int64_t>(bytes);
}

std::string Deviation(const std::filesystem::path& file,
                      const FileIdentity& identity) {
  std::error_code failure;
  const auto bytes =
      static_cast<int64_t>(std::filesystem::file_size(file, failure));
  if (failure) return "is missing";
  if (identity.bytes >= 0 && bytes != identity.bytes) {
    return "has " + std::to_string(bytes) + " bytes, not " +
           std::to_string(identity.bytes);
  }
  if (identity.id.empty()) return "";
  const bool is_git = identity.id.size() == 40;
  const std::string id = is_git ? GitBlobIdOfFile(file) : Sha256OfFile(file);
  if (id == identity.id) return "";
  return std::string("has another ") + (is_git ? "git id" : "SHA-256") +
         " than the published one";
}

}  // namespace stage
