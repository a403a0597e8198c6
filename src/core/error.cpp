#include "core/error.h"

namespace stage {

std::string_view ErrorKindName(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUnexpected:
      return "unexpected";
    case ErrorKind::kUsage:
      return "usage";
    case ErrorKind::kInput:
      return "input";
    case ErrorKind::kGeometry:
      return "geometry";
    case ErrorKind::kCredentials:
      return "credentials";
    case ErrorKind::kCredits:
      return "credits";
    case ErrorKind::kVendorUnavailable:
      return "vendor_unavailable";
    case ErrorKind::kModel:
      return "model";
    case ErrorKind::kDevice:
      return "device";
    case ErrorKind::kDisk:
      return "disk";
    case ErrorKind::kInterrupted:
      return "interrupted";
  }
  return "unexpected";
}

bool ConcernsOnePhoto(ErrorKind kind) {
  return kind == ErrorKind::kInput || kind == ErrorKind::kGeometry ||
         kind == ErrorKind::kUnexpected;
}

}  // namespace stage
