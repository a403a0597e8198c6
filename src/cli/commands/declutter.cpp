#include <array>
#include <memory>

#include "cli/commands/commands.h"
#include "cli/option_kinds.h"
#include "cli/photo_command.h"
#include "core/error.h"
#include "core/job_fields.h"
#include "core/suggestion.h"

namespace stage::cli {
namespace {

struct DeclutterOptions {
  PhotoOptions photos;
  DeclutterParameters parameters;
  std::string mask;  ///< file, folder or x,y,w,h
};

const std::vector<std::string>& KeepWords() {
  static const std::vector<std::string> words = {
      "fixtures", "rugs", "curtains", "lamps", "art", "appliances", "plants"};
  return words;
}

ExitCode Declutter(const DeclutterOptions& options) {
  for (const std::string& word : options.parameters.keep) {
    bool known = false;
    for (const std::string& keep : KeepWords()) known = known || keep == word;
    if (!known) {
      throw Error(ErrorKind::kUsage,
                  "--keep: " + UnknownWordMessage("kind", word, KeepWords()));
    }
  }
  StagingJob job;
  job.operation = Operation::kDeclutter;
  job.declutter = options.parameters;
  if (IsMaskBox(options.mask)) {
    job.declutter.mask_box = options.mask;
  } else {
    job.declutter.mask = options.mask;
  }
  return RunPhotoCommand(options.photos, job);
}

}  // namespace

void AddDeclutterCommand(CLI::App& application, Context& context) {
  constexpr auto kGroup = "Emptying";
  auto options = std::make_shared<DeclutterOptions>();
  CLI::App& command = *application.add_subcommand(
      "declutter", "Empty rooms: remove all furniture, or what a mask covers");
  AddText(command,
          "--mask",
          options->mask,
          "FILE|DIR|BOX",
          "Remove only what is white, or one colour on black, in this image, "
          "or lies in x,y,w,h in "
          "pixels (default: all furniture); a folder holds one mask a photo, "
          "of the same name")
      ->group(kGroup);
  AddText(command,
          "--mask-grow",
          options->parameters.mask_grow,
          "auto|off|PIXELS",
          "How far what is removed grows: with a rim and its shadow, not at "
          "all, or by pixels of the photo")
      ->default_str("auto")
      ->group(kGroup);
  AddTexts(command,
           "--keep",
           options->parameters.keep,
           "KIND",
           "Leave fixtures, rugs, curtains, lamps, art, appliances or plants; "
           "repeatable")
      ->group(kGroup);
  AddPhotoOptions(command, options->photos);
  command.callback(
      [options, &context] { context.exit_code = Declutter(*options); });
}

}  // namespace stage::cli
