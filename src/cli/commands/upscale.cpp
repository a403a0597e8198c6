#include <memory>

#include "cli/commands/commands.h"
#include "cli/option_kinds.h"
#include "cli/photo_command.h"
#include "core/error.h"

namespace stage::cli {
namespace {

struct UpscaleOptions {
  PhotoOptions photos;
  std::string factor;
  std::optional<int> short_edge_px;
  std::string model;
};

ExitCode Upscale(UpscaleOptions options) {
  // --long-edge is the wanted size here, and the limit in other commands.
  const std::optional<int> long_edge_px = options.photos.result.long_edge_px;
  const int sizes = (options.factor.empty() ? 0 : 1) +
                    (options.short_edge_px ? 1 : 0) + (long_edge_px ? 1 : 0);
  if (sizes > 1) {
    throw Error(ErrorKind::kUsage,
                "give one size: --factor, --short-edge or --long-edge");
  }
  if (!options.model.empty() && options.photos.backend != "local") {
    throw Error(ErrorKind::kUsage,
                "--model goes with --backend local: vendors enlarge by models "
                "of their own");
  }
  StagingJob job;
  job.upscale.model = options.model;
  job.operation = Operation::kUpscale;
  job.upscale.factor = options.factor == "4" || sizes == 0 ? 4 : 0;
  if (options.factor == "2") job.upscale.factor = 2;
  job.upscale.short_edge_px = options.short_edge_px.value_or(0);
  job.upscale.long_edge_px = long_edge_px.value_or(0);
  options.photos.result.long_edge_px.reset();
  return RunPhotoCommand(options.photos, job);
}

}  // namespace

void AddUpscaleCommand(CLI::App& application, Context& context) {
  constexpr auto kGroup = "Size (one)";
  auto options = std::make_shared<UpscaleOptions>();
  CLI::App& command = *application.add_subcommand("upscale", "Enlarge photos");
  AddWord(command,
          "--factor",
          options->factor,
          {"2", "4"},
          "factor",
          "Times as wide and high")
      ->default_str("4 when no size is given")
      ->group(kGroup);
  AddInteger(command,
             "--short-edge",
             options->short_edge_px,
             {64, 30000},
             "Short edge of the result, in pixels")
      ->group(kGroup);
  AddText(command,
          "--model",
          options->model,
          "NAME|FILE",
          "Enlarge by a model of `stage models list --task upscale`, or by "
          "one in a .safetensors or .pth file")
      ->default_str("the one that comes with stage");
  AddPhotoOptions(command, options->photos);
  CLI::Option* long_edge = command.get_option("--long-edge");
  long_edge->group(kGroup);
  long_edge->description("Long edge of the result, in pixels (64 to 30000)");
  command.callback(
      [options, &context] { context.exit_code = Upscale(*options); });
}

}  // namespace stage::cli
