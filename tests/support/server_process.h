#pragma once

#include <sys/types.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace stage::test {

/// A test server as a process of its own: it prints one JSON line with its
/// addresses when it is ready, and ends when its stdin does, at the latest
/// with this object.
class ServerProcess {
 public:
  ServerProcess(const std::string& program,
                const std::vector<std::string>& arguments);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// What it printed.
  const nlohmann::json& address() const { return address_; }
  /// Asks METHOD /_control/WHAT of one of its addresses.
  static nlohmann::json Control(const std::string& base_url,
                                const std::string& method,
                                const std::string& what,
                                const nlohmann::json& body = nullptr);

 private:
  pid_t process_ = -1;
  int stdin_ = -1;
  nlohmann::json address_;
};

}  // namespace stage::test
