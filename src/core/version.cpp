#include "core/version.h"

namespace stage {

std::string_view Version() { return STAGE_VERSION; }

}  // namespace stage
