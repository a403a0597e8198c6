#pragma once

#include <functional>
#include <memory>
#include <string>

#include "remote/webhook/delivery.h"

namespace stage::webhook {

struct ListenerOptions {
  std::string bind = "127.0.0.1";
  int port = 0;  ///< 0: any free one
};

/// What a vendor hears. Anything but 200 makes it try again, or give up.
struct Answer {
  int status = 200;
  std::string text = "ok\n";
};

/// An HTTP server that takes POSTs on any path. Bodies are bounded, and only
/// taken as they are: compressed ones are refused (415), since a signature
/// covers what was sent. Answers come from `take`, on several threads at once;
/// it must be quick. What it throws becomes a 500.
class Listener {
 public:
  using Take = std::function<Answer(const Delivery&)>;

  /// Listens from now on.
  /// @throws Error(kUsage) when the address cannot be listened at
  Listener(const ListenerOptions& options, Take take);
  /// Stops listening; deliveries being answered are finished.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  int port() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace stage::webhook
