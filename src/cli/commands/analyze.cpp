#include <iomanip>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands/commands.h"
#include "cli/engine_module.h"
#include "cli/general_options.h"
#include "cli/option_kinds.h"
#include "core/atomic_file.h"
#include "core/error.h"
#include "core/input_photos.h"
#include "core/interrupt.h"
#include "core/settings.h"
#include "core/sidecar.h"
#include "core/text_encoding.h"
#include "remote/furniture_mask.h"
#include "remote/remote_stager.h"

namespace stage::cli {
namespace {

struct AnalyzeOptions {
  GeneralOptions general;
  std::vector<std::string> photos;
  bool recursive = false;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::filesystem::path overlay;
  std::optional<double> camera_height_m;
  std::optional<double> ceiling_height_m;
  bool pair = false;
  std::string backend = "local";
  std::string base_url;
};

/// Where the drawing of a photo goes; subfolders are kept apart.
std::filesystem::path OverlayFile(const std::filesystem::path& folder,
                                  const InputPhoto& photo) {
  std::filesystem::path file = folder / photo.relative;
  file.replace_extension(photo.path.extension().string() + ".png");
  return file;
}

/// One line for people.
void PrintSummary(const nlohmann::json& scene) {
  const auto number = [&](const nlohmann::json& object, const char* key) {
    return object.is_object() && object.contains(key) && object[key].is_number()
               ? object[key].get<double>()
               : 0.0;
  };
  const nlohmann::json room = scene.value("room", nlohmann::json::object());
  const nlohmann::json camera = scene.value("camera", nlohmann::json::object());
  std::cout << Printable(scene.value("photo", "")) << ": confidence "
            << std::fixed << std::setprecision(2) << number(scene, "confidence")
            << ", camera at " << number(camera, "height_m") << " m, ceiling at "
            << number(room, "height") << " m, "
            << scene.value("openings", nlohmann::json::array()).size()
            << " openings";
  const std::string type = scene.value("room_type", "");
  if (!type.empty()) std::cout << ", " << type;
  std::cout << '\n';
}

/// The photo's sidecar, or nothing. `stage analyze --json a.jpg >
/// a.jpg.stage.json`: the shell makes the empty sidecar before stage runs.
std::filesystem::path SidecarToRead(const std::filesystem::path& photo) {
  std::filesystem::path sidecar = SidecarOf(photo);
  std::error_code problem;
  if (std::filesystem::is_empty(sidecar, problem)) sidecar.clear();
  return sidecar;
}

nlohmann::json AnalyzePhoto(const InputPhoto& photo,
                            const AnalyzeOptions& options) {
  AnalyzeRequest request;
  request.photo = photo.path;
  request.sidecar = SidecarToRead(photo.path);
  request.camera_height_m = options.camera_height_m;
  request.ceiling_height_m = options.ceiling_height_m;
  if (!options.overlay.empty()) {
    request.overlay = OverlayFile(options.overlay, photo);
    MakeFolder(request.overlay.parent_path());
    request.furniture_mask = request.overlay;
    request.furniture_mask.replace_extension(".furniture.png");
  }
  nlohmann::json scene = OpenLocalEngine().Analyze(request);
  if (!scene.contains("photo")) scene["photo"] = Utf8Path(photo.path);
  return scene;
}

/// What libraries throw concerns one photo, and is told with its name.
template <typename Look>
nlohmann::json Named(const InputPhoto& photo, const Look& look) {
  try {
    return look();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw Error(ErrorKind::kDevice,
                Utf8Path(photo.path) + ": out of memory; close programs");
  } catch (const std::exception& error) {
    throw Error(ErrorKind::kUnexpected,
                Utf8Path(photo.path) + ": " + error.what());
  }
}

std::unique_ptr<remote::VendorClient> MakeVsaiClient(
    const AnalyzeOptions& options) {
  const auto& config = options.general.config;
  return remote::MakeClient(
      remote::FindVendor(options.backend),
      {.config = config.empty() ? DefaultConfigFile() : config,
       .base_url = options.base_url});
}

nlohmann::json AskVendor(const InputPhoto& photo,
                         remote::VendorClient& client,
                         const AnalyzeOptions& options) {
  const std::filesystem::path folder = options.overlay.empty()
                                           ? photo.root / "staged" / "masks"
                                           : options.overlay;
  nlohmann::json found = remote::FindFurniture(
      client, photo.path, folder, [] { return Interrupted(); });
  found["photo"] = Utf8Path(photo.path);
  return found;
}

void PrintFurniture(const nlohmann::json& found) {
  std::cout << Printable(found.value("photo", "")) << ": "
            << found.value("percentage_masked", 0.0) << " % furniture, mask "
            << Printable(found.value("furniture_mask", "")) << '\n';
}

nlohmann::json AskVendorOfPair(const AnalyzeOptions& options) {
  const auto client = MakeVsaiClient(options);
  return remote::CheckViews(*client, options.photos[0], options.photos[1], [] {
    return Interrupted();
  });
}

nlohmann::json ComparePhotos(const AnalyzeOptions& options) {
  const std::filesystem::path first = options.photos[0],
                              second = options.photos[1];
  nlohmann::json answer = OpenLocalEngine().ComparePair(
      {first, second, SidecarToRead(first), SidecarToRead(second)});
  answer["photos"] = {Utf8Path(first), Utf8Path(second)};
  return answer;
}

ExitCode AnalyzePair(const AnalyzeOptions& options) {
  const InterruptGuard guard;
  const nlohmann::json answer = options.backend == "local"
                                    ? ComparePhotos(options)
                                    : AskVendorOfPair(options);
  if (options.general.json) {
    std::cout << answer.dump() << '\n';
  } else {
    const std::string reason = answer.value("rejection_reason", "");
    std::cout << (answer.value("compatible", false)
                      ? "the photos can be staged as views of one room"
                      : "the photos cannot be staged as views of one room")
              << (reason.empty() ? "" : ": " + Printable(reason)) << '\n';
  }
  return ExitCode::kOk;
}

ExitCode Analyze(const AnalyzeOptions& options) {
  if (options.photos.empty()) {
    throw Error(ErrorKind::kUsage, "no photos given: name photos or folders");
  }
  if (options.pair) {
    if (options.photos.size() != 2) {
      throw Error(ErrorKind::kUsage, "--pair compares exactly two photos");
    }
    if (!options.overlay.empty() || options.camera_height_m ||
        options.ceiling_height_m) {
      throw Error(ErrorKind::kUsage,
                  "--overlay, --camera-height and --ceiling-height are for "
                  "single photos: leave them out with --pair");
    }
    return AnalyzePair(options);
  }
  InputSelection selection;
  selection.paths = {options.photos.begin(), options.photos.end()};
  selection.recursive = options.recursive;
  selection.include = options.include;
  selection.exclude = options.exclude;
  if (!options.overlay.empty()) selection.never_inputs = {options.overlay};
  const std::vector<InputPhoto> photos = FindPhotos(selection);
  const InterruptGuard guard;
  std::unique_ptr<remote::VendorClient> client;
  if (options.backend != "local") client = MakeVsaiClient(options);
  int failed = 0;
  for (const InputPhoto& photo : photos) {
    if (Interrupted()) return ExitCode::kInterrupted;
    try {
      const nlohmann::json scene = Named(photo, [&] {
        return client ? AskVendor(photo, *client, options)
                      : AnalyzePhoto(photo, options);
      });
      if (options.general.json) {
        std::cout << scene.dump() << std::endl;
      } else {
        client ? PrintFurniture(scene) : PrintSummary(scene);
      }
    } catch (const Error& error) {
      if (!ConcernsOnePhoto(error.kind())) throw;
      std::cerr << "stage: " << error.what() << '\n';
      if (options.general.json) {
        std::cout << nlohmann::json{{"photo", Utf8Path(photo.path)},
                                    {"error",
                                     {{"kind", ErrorKindName(error.kind())},
                                      {"message", error.what()}}}}
                         .dump()
                  << std::endl;
      }
      ++failed;
    }
  }
  return failed > 0 ? ExitCode::kSomePhotosFailed : ExitCode::kOk;
}

}  // namespace

void AddAnalyzeCommand(CLI::App& application, Context& context) {
  auto options = std::make_shared<AnalyzeOptions>();
  CLI::App& command = *application.add_subcommand(
      "analyze",
      "Show what stage sees in photos: camera, room, openings, confidence");
  AddArguments(
      command, "PHOTO|FOLDER", options->photos, "Photos and folders of photos");
  AddFlag(command,
          "-r,--recursive",
          options->recursive,
          "Also take photos in subfolders");
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
  AddPath(command,
          "--overlay",
          options->overlay,
          "DIR",
          "Also draw what was seen over each photo, into this folder, with "
          "the mask of the furniture");
  AddNumber(command,
            "--camera-height",
            options->camera_height_m,
            {0.2, 10},
            "Camera above the floor, in metres; fixes the scale")
      ->default_str("estimated");
  AddNumber(command,
            "--ceiling-height",
            options->ceiling_height_m,
            {1.8, 20},
            "Ceiling above the floor, in metres; fixes the scale")
      ->default_str("estimated");
  AddFlag(command,
          "--pair",
          options->pair,
          "Tell whether two photos can be staged as views of one room");
  AddWord(command,
          "-b,--backend",
          options->backend,
          {"local", "vsai"},
          "backend",
          "Who looks: this machine, or Virtual Staging AI, which masks the "
          "furniture (masks go to --overlay, else to staged/masks)");
  AddText(command,
          "--base-url",
          options->base_url,
          "URL",
          "Another address of the vendor's API, such as a proxy");
  AddGeneralOptions(command, options->general);
  command.callback(
      [options, &context] { context.exit_code = Analyze(*options); });
}

}  // namespace stage::cli
