// The suite's own tables: what each vendor's rows cover, and that nothing is
// left out unseen.

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "vendors/server/fault.h"
#include "vendors/vendor_tables.h"

namespace stage::test {
namespace {

/// An operation, and for each vendor the row that shows it: "+" before a row
/// that is done, "-" before one that is refused because the vendor lacks it.
/// Nothing but these: "." is a thing that is no operation there at all.
struct OperationCells {
  const char* operation;
  const char* roomstack;
  const char* vsai;
  const char* iacrea;
  const char* reroom;
  const char* vsart;
};

constexpr auto kOperations = std::to_array<OperationCells>({
    {"stage",
     "+a bedroom",
     "+a living room",
     "+a kitchen",
     "+a bedroom",
     "+a living room"},
    {"stage, fetched later",
     "+a room, fetched later",
     "+a room, fetched later",
     "+a kitchen, fetched later",
     "+a bedroom, fetched later",
     "+a room, fetched later"},
    {"variants",
     "+three variants",
     "+four variants",
     "+two variants, the second made from the first",
     "+two variants are two renders",
     "+fifteen variants in one group"},
    {"more of an earlier order",
     ".",
     "+more of an earlier render",
     "+a variation of an earlier generation",
     ".",
     "."},
    {"room in a mask",
     "-a room in a mask",
     "-a room in a mask",
     "+a kitchen",
     "-a room in a mask",
     "-a room in a mask"},
    {"reference pieces",
     "+a living room, every parameter",
     "-reference pieces",
     "-reference pieces",
     "+pieces to furnish with, on the web",
     "-reference pieces"},
    {"free words",
     "+a living room, every parameter",
     "-a prompt",
     "-an edit by prompt",
     "+a furnished room, rendered anew",
     "+notes in the premium tier"},
    {"emptied and furnished",
     "-emptied and furnished",
     "+emptied and furnished",
     "-emptied and furnished",
     "+emptied and furnished",
     "+emptied and furnished"},
    {"declutter",
     "-a declutter",
     "+emptied",
     "-a declutter",
     "+emptied",
     "+emptied"},
    {"declutter in a mask",
     "-a declutter",
     "+emptied in a mask",
     "-a declutter",
     "+emptied in a mask",
     "."},
    {"exterior",
     "-an exterior",
     "-an exterior",
     "-an exterior",
     "+an exterior",
     "-an exterior"},
    {"exterior, fetched later",
     ".",
     ".",
     ".",
     "+an exterior, fetched later",
     "."},
    {"sketch", "-a sketch", "-a sketch", "-a sketch", "+a sketch", "-a sketch"},
    {"edit by prompt",
     "+an edit",
     "-an edit by prompt",
     "-an edit by prompt",
     "+the whole photo by a prompt",
     "-an edit by prompt"},
    {"edit by prompt in a mask",
     "+an edit in a mask",
     "-an edit by prompt",
     "-an edit by prompt",
     "+a prompt in a mask",
     "-an edit by prompt"},
    {"edit: remove",
     "-a removal",
     "+furniture removed in a mask",
     "-an edit by prompt",
     "+something removed",
     "-an edit by prompt"},
    {"edit: material",
     "-an edit by material",
     "-an edit by material",
     "-an edit by prompt",
     "+another material",
     "-an edit by prompt"},
    {"edit: object",
     "-an edit by object",
     "-an edit by object",
     "-an edit by prompt",
     "+an object in a box",
     "-an edit by prompt"},
    {"edit: light",
     "-another light",
     "+day to dusk",
     "-an edit by prompt",
     "+a house by night",
     "-an edit by prompt"},
    {"edit: season",
     "-another season",
     "-another season",
     "-an edit by prompt",
     "+a house in winter",
     "-an edit by prompt"},
    {"edit of named pieces", "+an edit of named pieces", ".", ".", ".", "."},
    {"upscale",
     "-an upscale",
     "-an upscale",
     "-an upscale",
     "+larger",
     "-an upscale"},
    {"upscale, fetched later",
     ".",
     ".",
     ".",
     "+an upscale, fetched later",
     "."},
    {"furniture mask", ".", "+a furniture mask", ".", ".", "."},
    {"pair of views", ".", "+two views of a room", ".", ".", "."},
    {"credits",
     "+its credits",
     "+its credits",
     "+its credits",
     "+its credits",
     "+who it is"},
    {"webhook management",
     "-subscriptions",
     "+a webhook secret",
     "-subscriptions",
     "-subscriptions",
     "+subscriptions"},
    {"dry run",
     "+three photos, planned only",
     "+three photos, planned only",
     "+three photos, planned only",
     "+three photos, planned only",
     "+three photos, planned only"},
    {"limit of credits",
     "+three photos, credits for one",
     "+three photos, credits for one",
     "+three photos, credits for one",
     "+three photos, credits for one",
     "+three photos, credits for one"},
});

/// Misfortunes that some vendor cannot have, and why.
const std::map<std::string, std::map<std::string, std::string>> kImpossible = {
    {"not_stored",
     {{"vsai", "results are always stored"},
      {"iacrea", "results are always stored"},
      {"reroom", "results are always stored"},
      {"vsart", "results are always stored"}}},
};

const Scenario* FindRow(const VendorTables& tables, const std::string& name) {
  for (const Scenario& row : tables.operations) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

void CheckCell(const VendorTables& tables, const std::string& cell) {
  CAPTURE(tables.vendor);
  CAPTURE(cell);
  if (cell == ".") return;
  const Scenario* row = FindRow(tables, cell.substr(1));
  REQUIRE(row != nullptr);
  const bool is_refused = row->steps.front().exit_code == 2;
  CHECK(is_refused == (cell.front() == '-'));
}

/// Kinds of fault in a vendor's rows.
std::set<std::string> FaultsOf(const VendorTables& tables) {
  std::set<std::string> kinds;
  const auto add = [&](const std::deque<Scenario>& rows) {
    for (const Scenario& row : rows) {
      for (const auto& fault : row.faults) kinds.insert(fault.at("kind"));
    }
  };
  add(tables.operations);
  for (const FaultTarget& target : tables.targets) add(FaultRows(target));
  return kinds;
}

}  // namespace

TEST_CASE("VendorTables: every operation of every vendor has its row") {
  const std::vector<VendorTables> all = AllVendorTables();
  for (const OperationCells& cells : kOperations) {
    CAPTURE(cells.operation);
    CheckCell(all[0], cells.roomstack);
    CheckCell(all[1], cells.vsai);
    CheckCell(all[2], cells.iacrea);
    CheckCell(all[3], cells.reroom);
    CheckCell(all[4], cells.vsart);
  }
}

TEST_CASE("VendorTables: every misfortune befalls every vendor") {
  for (const VendorTables& tables : AllVendorTables()) {
    CAPTURE(tables.vendor);
    const std::set<std::string> kinds = FaultsOf(tables);
    for (const std::string& fault : vendors::FaultNames()) {
      CAPTURE(fault);
      const auto impossible = kImpossible.find(fault);
      const bool cannot_be = impossible != kImpossible.end() &&
                             impossible->second.contains(tables.vendor);
      CHECK(kinds.contains(fault) != cannot_be);
    }
  }
}

TEST_CASE("VendorTables: a fault is planned for an endpoint that is called") {
  for (const VendorTables& tables : AllVendorTables()) {
    CAPTURE(tables.vendor);
    for (const FaultTarget& target : tables.targets) {
      CAPTURE(target.way);
      CHECK(target.vendor == tables.vendor);
      CHECK_FALSE(target.submit.empty());
      // Either the picture is in the answer, or it is fetched.
      CHECK(target.embeds != !target.download.empty());
    }
  }
}

}  // namespace stage::test
