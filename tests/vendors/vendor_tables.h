#pragma once

#include <deque>
#include <string>
#include <vector>

#include "vendors/scenario_rows.h"

namespace stage::test {

/// What the suite does with one vendor: each row of `operations` by itself, and
/// every misfortune with each of `targets`.
struct VendorTables {
  std::string vendor;
  std::deque<Scenario> operations;
  std::vector<FaultTarget> targets;
};

VendorTables RoomStackTables();
VendorTables VsaiTables();
VendorTables IacreaTables();
VendorTables ReRoomTables();
VendorTables VsartTables();

/// All of them.
std::vector<VendorTables> AllVendorTables();

/// What is wrong after running all operations, calls of every endpoint
/// included; empty: nothing.
std::string OperationProblems(const VendorTables& tables);
/// The same for every misfortune of every target.
std::string FaultProblems(const VendorTables& tables);

}  // namespace stage::test
