#include "cli/webhook/listen_for_webhooks.h"

#include "cli/unavailable.h"

namespace stage::cli {

ExitCode ListenForWebhooks(const ListenOptions&) {
  throw NotInThisVersion(ErrorKind::kVendorUnavailable,
                         "reach vendors, so there are no webhooks to handle",
                         "use the local engine, which answers at once");
}

}  // namespace stage::cli
