#pragma once

#include <thread>

#include "vendors/server/call.h"
#include "vendors/server/connection.h"

namespace stage::vendors {

/// Five vendors on one port of 127.0.0.1 and their result host on another.
/// Control, for tests, on the first:
///   GET    /_control/summary   Journal::Summary and credits
///   GET    /_control/journal   all records, a list
///   POST   /_control/fault     see FaultFromJson
///   DELETE /_control/fault     none any more
///   POST   /_control/settings  World::settings, and
///                              {"credits": {vendor: n}, "active": {...}}
///   DELETE /_control/journal   forgets records (the file keeps them)
class VendorServer {
 public:
  explicit VendorServer(const WorldOptions& options);
  ~VendorServer();

  /// {"api", "storage", "vendors": {name: {"base_url", "key", "user_id"}}}
  nlohmann::json Address();
  /// @param list  of what FaultFromJson takes
  void AddFaults(const nlohmann::json& list);

 private:
  void HandleApi(const httplib::Request& request,
                 httplib::Response& response,
                 const httplib::ContentReader* body);
  void HandleStorage(const httplib::Request& request,
                     httplib::Response& response,
                     const httplib::ContentReader* body);
  nlohmann::json Control(const std::string& method,
                         const std::string& what,
                         const nlohmann::json& body);
  void Process(const httplib::Request& request,
               httplib::Response& response,
               const httplib::ContentReader* body,
               const VendorTable& vendor,
               const Endpoint& endpoint,
               std::vector<std::string> ids);
  Answer Serve(Call& call,
               const httplib::Request& request,
               const VendorTable& vendor,
               const Endpoint& endpoint);

  World world_;
  std::vector<VendorTable> vendors_;
  ConnectionServer api_;
  ConnectionServer storage_;
  std::vector<std::thread> threads_;
};

}  // namespace stage::vendors
