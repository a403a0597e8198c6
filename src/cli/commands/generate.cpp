#include <memory>

#include "cli/commands/commands.h"
#include "cli/option_kinds.h"
#include "cli/photo_command.h"
#include "core/error.h"

namespace stage::cli {
namespace {

struct GenerateOptions {
  PhotoOptions photos;
  GenerateParameters parameters;
  std::string fidelity = "balanced";
  std::vector<std::string> furniture;
  std::string tier;              ///< vsart
  std::string creativity_level;  ///< reroom
};

void AddRoomOptions(CLI::App& command, GenerateOptions& options) {
  constexpr auto kGroup = "Staging";
  GenerateParameters& parameters = options.parameters;
  AddText(command,
          "--room",
          parameters.room,
          "ROOM",
          "Room type: auto, living, bedroom, ... (see 'stage presets list')")
      ->group(kGroup);
  AddText(command,
          "--style",
          parameters.style,
          "STYLE",
          "Look of the furniture: modern, scandinavian, ... (see 'stage "
          "presets list')")
      ->group(kGroup);
  AddText(command,
          "--prompt",
          parameters.prompt,
          "TEXT",
          "Wishes in words; only backends with a language model use them")
      ->group(kGroup);
  AddText(command,
          "--negative-prompt",
          parameters.negative_prompt,
          "TEXT",
          "What must not appear, in words")
      ->group(kGroup);
  AddWord(command,
          "--fidelity",
          options.fidelity,
          {"strict", "balanced", "creative"},
          "fidelity",
          "How freely the room is furnished; strict leaves walls and windows "
          "as they are, creative also hangs lamps")
      ->group(kGroup);
  AddWord(command,
          "--room-size",
          parameters.room_size,
          {"small", "medium", "large"},
          "room size",
          "Size of furniture and sets")
      ->default_str("by the room's area")
      ->group(kGroup);
  AddWord(command,
          "--scale",
          parameters.scale,
          {"standard", "wide"},
          "scale",
          "How much of the room is furnished: the main group, or with wide the "
          "whole visible floor")
      ->default_str("standard")
      ->group(kGroup);
  AddWord(command,
          "--image-size",
          parameters.image_size,
          {"1K", "2K", "4K", "source"},
          "image size",
          "Size of the result")
      ->default_str("source, the photo's own")
      ->group(kGroup);
  AddWord(command,
          "--budget",
          parameters.budget,
          {"low", "mid", "high"},
          "budget",
          "Number of pieces: low without decoration, high with all that the "
          "style has")
      ->default_str("mid")
      ->group(kGroup);
  AddTexts(command,
           "--furniture",
           options.furniture,
           "IMAGE",
           "Picture of a piece or room to follow; repeatable")
      ->group(kGroup);
  AddFlag(command,
          "--declutter-first",
          parameters.declutter_first,
          "Empty the room before it is furnished")
      ->group(kGroup);
  AddPath(command,
          "--mask",
          parameters.mask,
          "FILE|DIR",
          "Area in which a room is made, white in an image; a folder holds one "
          "mask a photo, of the same name")
      ->group(kGroup);
  AddFlag(command,
          "--exterior",
          parameters.exterior,
          "The photo shows a house from outside: restyle it")
      ->group(kGroup);
  AddWord(command,
          "--sketch",
          parameters.sketch,
          {"drawing", "floorplan", "section", "elevation"},
          "sketch kind",
          "The picture is a sketch of this kind: render it")
      ->group(kGroup);
  AddText(command,
          "--tier",
          options.tier,
          "TIER",
          "vsart: quality tier of the account")
      ->group(kGroup);
  AddText(command,
          "--creativity-level",
          options.creativity_level,
          "LEVEL",
          "reroom: 0.5 to 1, how far the result may go from the photo")
      ->group(kGroup);
}

void AddEngineOptions(CLI::App& command, GenerateOptions& options) {
  constexpr auto kGroup = "Local engine";
  GenerateParameters& parameters = options.parameters;
  AddWord(command,
          "--engine",
          parameters.engine,
          {"auto", "render", "diffusion"},
          "engine",
          "render: path traced furniture, no weights needed; diffusion: needs "
          "weights; auto: diffusion where a model is installed and there is a "
          "CUDA device, else render")
      ->group(kGroup);
  AddText(command,
          "--same-room",
          parameters.same_room,
          "PATTERN",
          "Photos whose names match share pieces and colours: views of one "
          "room")
      ->group(kGroup);
  AddNumber(command,
            "--camera-height",
            parameters.camera_height_m,
            {0.2, 10},
            "Camera above the floor, in metres; fixes the scale")
      ->default_str("estimated")
      ->group(kGroup);
  AddNumber(command,
            "--ceiling-height",
            parameters.ceiling_height_m,
            {1.8, 20},
            "Ceiling above the floor, in metres; fixes the scale")
      ->default_str("estimated")
      ->group(kGroup);
  AddTexts(command,
           "--catalog",
           parameters.catalogues,
           "SOURCE",
           "Further furniture: a .sh3f file, or a folder or zip of glTF "
           "models; repeatable")
      ->group(kGroup);
  AddPath(command,
          "--plan",
          parameters.plan_out,
          "FILE|DIR",
          "Write what is placed where as JSON; a folder for several photos")
      ->group(kGroup);
  AddPath(command,
          "--use-plan",
          parameters.plan_in,
          "FILE|DIR",
          "Place what such a plan says instead of planning")
      ->group(kGroup);
  AddFlag(command,
          "--force-geometry",
          parameters.force_geometry,
          "Stage even where the room could not be understood well")
      ->group(kGroup);
}

ExitCode Generate(const GenerateOptions& options) {
  StagingJob job;
  job.operation = Operation::kGenerate;
  job.generate = options.parameters;
  job.generate.furniture = {options.furniture.begin(), options.furniture.end()};
  if (options.fidelity == "strict") job.generate.fidelity = Fidelity::kStrict;
  if (options.fidelity == "creative") {
    job.generate.fidelity = Fidelity::kCreative;
  }
  if ((!options.tier.empty() || !options.creativity_level.empty()) &&
      options.photos.backend == "local") {
    throw Error(ErrorKind::kUsage,
                "--tier is for --backend vsart, --creativity-level for "
                "--backend reroom");
  }
  if (!options.tier.empty()) job.vendor_options["tier"] = options.tier;
  if (!options.creativity_level.empty()) {
    job.vendor_options["creativity_level"] = options.creativity_level;
  }
  return RunPhotoCommand(options.photos, job);
}

}  // namespace

void AddGenerateCommand(CLI::App& application, Context& context) {
  auto options = std::make_shared<GenerateOptions>();
  CLI::App& command = *application.add_subcommand(
      "generate", "Furnish rooms; also restyle exteriors and render sketches");
  AddRoomOptions(command, *options);
  AddEngineOptions(command, *options);
  AddModelOptions(command, options->photos.model);
  AddPhotoOptions(command, options->photos);
  command.callback(
      [options, &context] { context.exit_code = Generate(*options); });
}

}  // namespace stage::cli
