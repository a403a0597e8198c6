#include <memory>

#include "cli/commands/commands.h"
#include "cli/option_kinds.h"
#include "cli/photo_command.h"
#include "core/adjustments.h"
#include "core/error.h"
#include "core/job_fields.h"

namespace stage::cli {
namespace {

struct EditOptions {
  PhotoOptions photos;
  EditParameters parameters;
  std::string mask;  ///< file, folder or x,y,w,h
};

/// @throws Error(kUsage) unless the parameters are one change that is whole
void CheckEdit(const EditParameters& edit, bool has_mask) {
  const bool light = !edit.daylight.empty() || !edit.sky.empty();
  const int changes = (edit.prompt.empty() ? 0 : 1) + (edit.remove ? 1 : 0) +
                      (edit.material.empty() ? 0 : 1) +
                      (edit.object.empty() ? 0 : 1) + (light ? 1 : 0) +
                      (edit.season.empty() ? 0 : 1) +
                      (edit.adjust.empty() ? 0 : 1);
  // --select names pieces for the prompt, or is a change of its own.
  if (changes + (changes == 0 && !edit.select.empty() ? 1 : 0) != 1) {
    throw Error(ErrorKind::kUsage,
                "edit makes one change: give exactly one of --prompt, "
                "--remove, --material, --object, --daylight (with --sky, or "
                "--sky alone), --season, --adjust or --select");
  }
  const bool selected = !edit.select.empty();
  if (!has_mask && (edit.remove || !edit.object.empty() ||
                    (!edit.material.empty() && !selected))) {
    throw Error(ErrorKind::kUsage,
                "--remove, --material and --object need --mask: the area to "
                "change; --material also takes --select");
  }
  if (has_mask && selected && !edit.material.empty()) {
    throw Error(ErrorKind::kUsage,
                "--mask and --select both say where: give one of them");
  }
  if (!edit.mask_grow.empty() && !edit.remove) {
    throw Error(ErrorKind::kUsage,
                "--mask-grow goes with --remove: other changes end where "
                "--mask does");
  }
  if (!edit.adjust.empty()) {
    ParseAdjustments(edit.adjust);
    if (has_mask) {
      throw Error(ErrorKind::kUsage,
                  "--adjust corrects the whole photo: leave --mask out");
    }
  }
  if (light && has_mask) {
    throw Error(ErrorKind::kUsage,
                "--daylight and --sky change the whole photo: leave --mask "
                "out");
  }
  if (!edit.object.empty()) {
    const size_t colon = edit.object.find(':');
    if (colon == 0 || colon == std::string::npos ||
        colon + 1 == edit.object.size()) {
      throw Error(ErrorKind::kUsage,
                  "--object " + edit.object + ": write it as CATEGORY:NAME");
    }
  }
}

ExitCode Edit(const EditOptions& options) {
  StagingJob job;
  job.operation = Operation::kEdit;
  job.edit = options.parameters;
  if (IsMaskBox(options.mask)) {
    job.edit.mask_box = options.mask;
  } else {
    job.edit.mask = options.mask;
  }
  CheckEdit(job.edit, !options.mask.empty());
  return RunPhotoCommand(options.photos, job);
}

void AddEditOptions(CLI::App& command, EditOptions& options) {
  constexpr auto kGroup = "Change (exactly one)";
  EditParameters& edit = options.parameters;
  AddText(command,
          "--prompt",
          edit.prompt,
          "TEXT",
          "Change the photo, or what --mask covers, as the words say")
      ->group(kGroup);
  AddFlag(command, "--remove", edit.remove, "Remove what --mask covers")
      ->group(kGroup);
  AddText(command,
          "--material",
          edit.material,
          "NAME",
          "Give what --mask covers another material")
      ->group(kGroup);
  AddText(command,
          "--object",
          edit.object,
          "CATEGORY:NAME",
          "Put an object where --mask is")
      ->group(kGroup);
  AddWord(command,
          "--daylight",
          edit.daylight,
          {"midday", "sunset", "night", "sunrise"},
          "daylight",
          "Another time of day")
      ->group(kGroup);
  AddText(command,
          "--sky",
          edit.sky,
          "NAME",
          "Another sky: clear, cloudy or misty, or of twilight golden, dusk or "
          "blue; vendors have words of their own")
      ->group(kGroup);
  AddText(command, "--season", edit.season, "NAME", "Another season")
      ->group(kGroup);
  AddTexts(command,
           "--select",
           edit.select,
           "TEXT",
           "Name a piece to change, such as 'oak dining table'; with "
           "--material the floor, and with a segmentation model installed "
           "whatever that knows, such as wall or sofa; repeatable")
      ->group(kGroup);
  AddText(command,
          "--adjust",
          edit.adjust,
          "NAME=VALUE,...",
          "Correct the whole photo: exposure in stops (-5 to 5); warm (mired), "
          "tint, contrast, highlights, shadows, whites, blacks, clarity, "
          "saturation, vibrance (-100 to 100); verticals=auto")
      ->group(kGroup);
  AddText(command,
          "--mask",
          options.mask,
          "FILE|DIR|BOX",
          "Area to change: an image (white, or one colour on black: change), a "
          "folder of masks with "
          "the photos' names, or x,y,w,h in pixels")
      ->group("Area");
  AddText(command,
          "--mask-grow",
          edit.mask_grow,
          "auto|off|PIXELS",
          "With --remove: how far what is removed grows: with a rim and its "
          "shadow, not at all, or by pixels of the photo")
      ->default_str("auto")
      ->group("Area");
}

}  // namespace

void AddEditCommand(CLI::App& application, Context& context) {
  auto options = std::make_shared<EditOptions>();
  CLI::App& command =
      *application.add_subcommand("edit", "Change one thing in a photo");
  AddEditOptions(command, *options);
  AddModelOptions(command, options->photos.model);
  AddPhotoOptions(command, options->photos);
  command.callback([options, &context] { context.exit_code = Edit(*options); });
}

}  // namespace stage::cli
