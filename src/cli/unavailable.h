#pragma once

#include <string>

#include "core/error.h"

namespace stage::cli {

/// The one error for what the command line has and this version does not do:
/// "stage 0.1.0 does not <what>: <instead>".
/// @param kind     decides the exit code: kModel where weights would be
///                 needed, kVendorUnavailable where a vendor would be
/// @param what     completes "stage 0.1.0 does not", such as "read mail"
/// @param instead  what to use instead, a whole clause
Error NotInThisVersion(ErrorKind kind,
                       const std::string& what,
                       const std::string& instead);

}  // namespace stage::cli
