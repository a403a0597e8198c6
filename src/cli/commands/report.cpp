#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands/commands.h"
#include "cli/general_options.h"
#include "cli/option_kinds.h"
#include "cli/report/embedded_picture.h"
#include "cli/report/report_page.h"
#include "core/atomic_file.h"
#include "core/batch_status.h"
#include "core/text_encoding.h"

namespace stage::cli {
namespace {

struct ReportOptions {
  GeneralOptions general;
  std::string folder;
  std::filesystem::path output;
  int long_edge_px = 1400;
};

ExitCode Report(const ReportOptions& options) {
  const BatchStatus status = ReadBatchStatus(options.folder);
  const std::filesystem::path page =
      options.output.empty() ? status.folder / "report.html" : options.output;
  WriteFileAtomically(
      page, ReportPage(status, [&](const std::filesystem::path& photo) {
        return EmbeddedPicture(photo, options.long_edge_px);
      }));
  if (options.general.json) {
    std::cout << nlohmann::json{{"report", Utf8Path(page)}}.dump() << '\n';
  } else {
    std::cout << Utf8Path(page) << '\n';
  }
  return ExitCode::kOk;
}

}  // namespace

void AddReportCommand(CLI::App& application, Context& context) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App& command = *application.add_subcommand(
      "report", "Make a before/after HTML page of a batch, in one file");
  command
      .add_option("FOLDER",
                  options->folder,
                  "Folder with results, or the photos' folder with 'staged' in "
                  "it")
      ->required()
      ->type_name("");
  AddPath(command, "-o,--output", options->output, "FILE", "Page to write")
      ->default_str("report.html beside the manifest");
  AddInteger(command,
             "--long-edge",
             options->long_edge_px,
             {200, 6000},
             "Long edge of the embedded pictures, in pixels");
  AddGeneralOptions(command, options->general);
  command.callback(
      [options, &context] { context.exit_code = Report(*options); });
}

}  // namespace stage::cli
