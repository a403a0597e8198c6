#include "vendors/vendor_tables.h"

#include <algorithm>

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
    const auto& uncalled = tables.uncalled;
    const bool is_left_out =
        std::find(uncalled.begin(), uncalled.end(), endpoint) != uncalled.end();
    if (is_left_out == report.endpoints.contains(endpoint)) {
      report.problems += tables.vendor + ": " + endpoint +
                         (is_left_out ? " is called\n" : " is never called\n");
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
