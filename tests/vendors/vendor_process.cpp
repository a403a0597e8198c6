#include "vendors/vendor_process.h"

namespace stage::test {

VendorProcess::VendorProcess(const std::vector<std::string>& arguments)
    : process_(STAGE_VENDOR_SERVER, arguments) {}

std::vector<std::string> VendorProcess::vendors() const {
  std::vector<std::string> names;
  for (const auto& vendor : address().at("vendors").items()) {
    names.push_back(vendor.key());
  }
  return names;
}

nlohmann::json VendorProcess::Control(const std::string& method,
                                      const std::string& what,
                                      const nlohmann::json& body) const {
  return ServerProcess::Control(api(), method, what, body);
}

void VendorProcess::Plan(const nlohmann::json& fault) const {
  Control("POST", "fault", fault);
}

void VendorProcess::Set(const nlohmann::json& settings) const {
  Control("POST", "settings", settings);
}

nlohmann::json VendorProcess::Summary() const {
  return Control("GET", "summary");
}

std::vector<nlohmann::json> VendorProcess::Journal() const {
  return Control("GET", "journal");
}

std::vector<nlohmann::json> VendorProcess::Records(
    const std::string& kind, const std::string& vendor) const {
  std::vector<nlohmann::json> records;
  for (const nlohmann::json& record : Journal()) {
    if (record.at("record") == kind && record.value("vendor", "") == vendor) {
      records.push_back(record);
    }
  }
  return records;
}

std::vector<std::string> VendorProcess::Violations() const {
  std::vector<std::string> texts;
  const nlohmann::json summary = Summary();
  for (const nlohmann::json& violation : summary.at("violations")) {
    texts.push_back(violation.at("vendor").get<std::string>() + ": " +
                    violation.at("what").get<std::string>());
  }
  return texts;
}

void VendorProcess::StartAfresh() const {
  Control("DELETE", "fault");
  Control("DELETE", "journal");
}

}  // namespace stage::test
