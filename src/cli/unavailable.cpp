#include "cli/unavailable.h"

#include "core/version.h"

namespace stage::cli {

Error NotInThisVersion(ErrorKind kind,
                       const std::string& what,
                       const std::string& instead) {
  return Error(
      kind,
      "stage " + std::string(Version()) + " does not " + what + ": " + instead);
}

}  // namespace stage::cli
