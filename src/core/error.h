#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace stage {

/// What went wrong, in terms of what the user can do about it.
enum class ErrorKind {
  kUnexpected,         ///< a bug, or nothing the user could have known
  kUsage,              ///< a wrong flag, value or combination
  kInput,              ///< this photo, mask or sidecar cannot be used
  kGeometry,           ///< the room in this photo could not be understood
  kCredentials,        ///< a key is missing or was refused
  kCredits,            ///< the account or --max-credits is used up
  kVendorUnavailable,  ///< the vendor does not answer, or refuses for now
  kModel,              ///< weights or a furniture catalogue are missing
  kDevice,             ///< no such device, or out of memory on it
  kDisk,               ///< cannot read, write or lock where asked
  kInterrupted,        ///< SIGINT or SIGTERM
};

/// The one exception type of the project. The message says what, where and
/// what to do next, in one line, and names the file when one is concerned.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message)
      : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

/// The word used for a kind in manifests and JSON output, such as "input".
std::string_view ErrorKindName(ErrorKind kind);

/// True when the error is about one photo and the rest of a batch can go on.
bool ConcernsOnePhoto(ErrorKind kind);

}  // namespace stage
