#include "vendors/vendor_tables.h"

#include "vendors/vendor_process.h"

namespace stage::test {

std::vector<VendorTables> AllVendorTables() {
  return {RoomStackTables(),
          VsaiTables(),
          IacreaTables(),
          ReRoomTables(),
          VsartTables()};
}

std::string OperationProblems(const VendorTables& tables) {
  ScenarioReport report = RunScenarios(tables.operations);
  const VendorProcess server;
  for (const std::string& endpoint : server.endpoints(tables.vendor)) {
    if (!report.endpoints.contains(endpoint)) {
      report.problems += tables.vendor + ": " + endpoint + " is never called\n";
    }
  }
  return report.problems;
}

std::string FaultProblems(const VendorTables& tables) {
  std::deque<Scenario> rows;
  for (const FaultTarget& target : tables.targets) {
    for (Scenario& row : FaultRows(target)) rows.push_back(std::move(row));
  }
  return Told(rows);
}

}  // namespace stage::test
