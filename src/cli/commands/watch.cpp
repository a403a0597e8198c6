#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands/commands.h"
#include "cli/general_options.h"
#include "cli/option_kinds.h"
#include "cli/watch/folder_events.h"
#include "cli/watch/hot_folder.h"
#include "cli/watch/photo_runner.h"
#include "cli/watch/watch_journal.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/text_encoding.h"

namespace stage::cli {
namespace {

/// Photos handed to one run at most: keeps argument lists within bounds.
constexpr size_t kMostPhotosARun = 100;

struct WatchOptions {
  GeneralOptions general;
  std::string folder;
  std::vector<std::string> command;
  bool recursive = false;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  double settle_s = 2;
  double poll_s = 5;
  bool polled = false;
  bool once = false;
};

/// An exit code of stage that the next photo would meet too.
bool ConcernsAllPhotos(int exit_code) {
  return exit_code == static_cast<int>(ExitCode::kUsage) ||
         (exit_code >= static_cast<int>(ExitCode::kCredentials) &&
          exit_code <= static_cast<int>(ExitCode::kDisk));
}

class Watcher {
 public:
  Watcher(const WatchOptions& options, PhotoRunner runner)
      : options_(options),
        runner_(std::move(runner)),
        folder_(std::filesystem::canonical(options.folder)),
        journal_(folder_),
        events_(options.polled ? FolderEvents::Mode::kPolled
                               : FolderEvents::Mode::kNotified),
        hot_folder_(
            FolderOptions(), events_, journal_, [this](const auto& line) {
              Say(line);
            }) {}

  ExitCode Run() {
    Say("watching " + Utf8Path(folder_));
    while (!Interrupted()) {
      const auto arrived = hot_folder_.TakeArrived(HotFolder::Clock::now());
      if (!arrived.empty()) {
        const ExitCode code = Handle(arrived);
        if (code != ExitCode::kOk) return code;
        continue;
      }
      if (options_.once && hot_folder_.waiting() == hot_folder_.cut_off()) {
        return failed_ > 0 ? ExitCode::kSomePhotosFailed : ExitCode::kOk;
      }
      WaitForEvents();
    }
    return ExitCode::kInterrupted;
  }

 private:
  HotFolderOptions FolderOptions() const {
    HotFolderOptions options;
    options.inputs.paths = {folder_};
    options.inputs.recursive = options_.recursive;
    options.inputs.include = options_.include;
    options.inputs.exclude = options_.exclude;
    options.settle = std::chrono::duration<double>(options_.settle_s);
    return options;
  }

  void Say(const std::string& line) const {
    if (!options_.general.quiet) std::cerr << "stage watch: " << line << '\n';
  }

  /// Waits until something happens in the folder or it is time to look at it
  /// anyway: soon, while a photo is about to settle.
  void WaitForEvents() {
    const bool settling = hot_folder_.waiting() > hot_folder_.cut_off();
    const double seconds =
        settling ? std::min(options_.poll_s, options_.settle_s / 2 + 0.05)
                 : options_.poll_s;
    const auto end =
        HotFolder::Clock::now() + std::chrono::duration<double>(seconds);
    // In slices: a signal may come just before a wait begins.
    while (!Interrupted() && HotFolder::Clock::now() < end) {
      if (events_.Wait(std::chrono::milliseconds(200))) return;
    }
  }

  /// Runs the command over photos that have arrived; kOk: go on.
  ExitCode Handle(const std::vector<ArrivedPhoto>& arrived) {
    const size_t most = runner_.takes_many() ? kMostPhotosARun : 1;
    for (size_t i = 0; i < arrived.size(); i += most) {
      const std::vector<ArrivedPhoto> part(
          arrived.begin() + i,
          arrived.begin() + std::min(arrived.size(), i + most));
      const int exit_code = RunOver(part);
      if (Interrupted() && exit_code != 0) return ExitCode::kInterrupted;
      if (runner_.is_stage() && ConcernsAllPhotos(exit_code)) {
        Say("stopped: the command failed for a reason that concerns every "
            "photo; run again when it is mended");
        return static_cast<ExitCode>(exit_code);
      }
      for (const ArrivedPhoto& photo : part) {
        journal_.Record(photo.path, photo.version, exit_code);
      }
      failed_ += exit_code == 0 ? 0 : 1;
      if (Interrupted()) return ExitCode::kInterrupted;
    }
    return ExitCode::kOk;
  }

  int RunOver(const std::vector<ArrivedPhoto>& part) {
    std::vector<std::filesystem::path> paths;
    std::vector<std::string> names;
    for (const ArrivedPhoto& photo : part) {
      paths.push_back(photo.path);
      names.push_back(Utf8Path(photo.path.lexically_relative(folder_)));
    }
    Say(names.size() == 1
            ? names.front() + " has arrived"
            : std::to_string(names.size()) + " photos have arrived");
    const int exit_code = runner_.Run(paths);
    if (options_.general.json) {
      std::cout << nlohmann::json{{"photos", names}, {"exit", exit_code}}.dump()
                << std::endl;
    }
    if (exit_code != 0) {
      Say("the command ended with exit code " + std::to_string(exit_code));
    }
    return exit_code;
  }

  const WatchOptions& options_;
  PhotoRunner runner_;
  std::filesystem::path folder_;
  WatchJournal journal_;
  FolderEvents events_;
  HotFolder hot_folder_;
  int failed_ = 0;
};

ExitCode Watch(const WatchOptions& options) {
  if (!std::filesystem::is_directory(options.folder)) {
    throw Error(ErrorKind::kUsage,
                options.folder + ": no such folder to watch");
  }
  PhotoRunner runner(options.command,
                     {"generate", "edit", "declutter", "upscale", "analyze"});
  const InterruptGuard guard;
  return Watcher(options, std::move(runner)).Run();
}

}  // namespace

void AddWatchCommand(CLI::App& application, Context& context) {
  auto options = std::make_shared<WatchOptions>();
  CLI::App& command = *application.add_subcommand(
      "watch",
      "Hot folder: stage each photo as it arrives, with a command such as "
      "'stage watch FOLDER -- generate --style modern'");
  command.add_option("FOLDER", options->folder, "Folder that photos arrive in")
      ->required()
      ->type_name("");
  AddArguments(command,
               "COMMAND",
               options->command,
               "Behind '--': a command of stage with its options, or another "
               "program; the photos' paths are appended, or take the place of "
               "{}");
  AddFlag(
      command, "-r,--recursive", options->recursive, "Also watch subfolders");
  AddTexts(command,
           "--include",
           options->include,
           "GLOB",
           "Only files whose name matches; repeatable");
  AddTexts(command,
           "--exclude",
           options->exclude,
           "GLOB",
           "Leave out files that match; repeatable");
  AddNumber(command,
            "--settle",
            options->settle_s,
            {0, 3600},
            "Seconds a photo must be unchanged, unless its writer was seen to "
            "close it");
  AddNumber(command,
            "--poll",
            options->poll_s,
            {0.1, 3600},
            "Seconds between looks at the folder, where nothing notifies");
  AddFlag(command,
          "--polled",
          options->polled,
          "Do not use the system's notifications (for network folders)");
  AddFlag(command,
          "--once",
          options->once,
          "End when all that is there has been handled (for cron)");
  AddGeneralOptions(command, options->general);
  command.callback(
      [options, &context] { context.exit_code = Watch(*options); });
}

}  // namespace stage::cli
