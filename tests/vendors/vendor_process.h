#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/server_process.h"

namespace stage::test {

/// The vendor server as a process of its own; it ends with this object.
class VendorProcess {
 public:
  /// @param arguments  of stage_vendor_server
  explicit VendorProcess(const std::vector<std::string>& arguments = {});

  std::string api() const { return address().at("api"); }
  std::string storage() const { return address().at("storage"); }
  std::string base_url(const std::string& vendor) const {
    return address().at("vendors").at(vendor).at("base_url");
  }
  std::string key(const std::string& vendor) const {
    return address().at("vendors").at(vendor).at("key");
  }
  std::string user_id(const std::string& vendor) const {
    return address().at("vendors").at(vendor).at("user_id");
  }
  /// The names of its endpoints.
  std::vector<std::string> endpoints(const std::string& vendor) const {
    return address().at("vendors").at(vendor).at("endpoints");
  }
  /// Names of the vendors.
  std::vector<std::string> vendors() const;

  /// See VendorServer.
  nlohmann::json Control(const std::string& method,
                         const std::string& what,
                         const nlohmann::json& body = nullptr) const;
  void Plan(const nlohmann::json& fault) const;
  void Set(const nlohmann::json& settings) const;
  nlohmann::json Summary() const;
  std::vector<nlohmann::json> Journal() const;
  /// The journal's records of this kind and vendor.
  std::vector<nlohmann::json> Records(const std::string& kind,
                                      const std::string& vendor) const;
  /// Texts of all violations; empty when the client did everything right.
  std::vector<std::string> Violations() const;
  /// Forgets journal and faults.
  void StartAfresh() const;

 private:
  const nlohmann::json& address() const { return process_.address(); }

  ServerProcess process_;
};

}  // namespace stage::test
