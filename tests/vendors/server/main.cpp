// vendor_server: plays all five vendors for tests. Prints one JSON line with
// its addresses and keys when it is ready, and ends when its stdin does.

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "vendors/server/vendor_server.h"

namespace {

nlohmann::json ReadJson(const std::filesystem::path& file) {
  std::ifstream in(file);
  return nlohmann::json::parse(in);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Plays RoomStack, Virtual Staging AI, IACrea, ReRoom and "
      "Virtual Staging ART on 127.0.0.1");
  stage::vendors::WorldOptions options;
  std::filesystem::path faults;
  app.add_option("--render-ms", options.render_ms, "How long a render takes");
  app.add_option("--credits", options.credits, "Of every account at the start");
  app.add_option("--journal", options.journal, "JSON lines are added to it");
  app.add_option("--host-folder", options.host_folder, "Served at /host/");
  app.add_option("--faults", faults, "JSON list of planned faults");
  CLI11_PARSE(app, argc, argv);
  stage::vendors::VendorServer server(options);
  if (!faults.empty()) server.AddFaults(ReadJson(faults));
  std::cout << server.Address().dump() << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  _Exit(0);
}
