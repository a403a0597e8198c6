#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/general_options.h"
#include "cli/model_options.h"
#include "core/staging_job.h"

namespace stage::cli {

/// Options shared by generate, edit, declutter and upscale.
struct PhotoOptions {
  GeneralOptions general;
  std::vector<std::string> photos;  ///< files and folders, as given
  std::filesystem::path output;     ///< folder; empty: `<folder>/staged`
  std::string backend = "local";
  bool recursive = false;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::filesystem::path jobs_file;
  std::string shard;  ///< "K/N", or empty

  int variants = 1;
  uint64_t seed = 0;
  OutputOptions result;
  std::vector<std::string> disclose;  ///< empty: the default, metadata
  bool strip_gps = false;

  int jobs = 0;  ///< photos in flight; 0: what suits the backend
  bool dry_run = false;
  bool resume = true;
  int retries = 2;
  std::optional<int> timeout_s;
  std::optional<double> max_credits;
  bool wait = true;
  bool resubmit_doubtful = false;
  std::string progress = "auto";

  int threads = 0;  ///< 0: all the process may use
  std::string device = "auto";
  ModelOptions model;  ///< of generate and edit
  std::filesystem::path presets_dir;
  std::string base_url;
  std::string url_prefix;
  std::string upload_command;
  std::string webhook_url;
  std::vector<std::string> vendor_settings;  ///< "key=value"
};

/// The names --backend knows: "local" and every vendor.
const std::vector<std::string>& BackendNames();

void AddPhotoOptions(CLI::App& command, PhotoOptions& options);

/// Checks what single options cannot: combinations and words in lists.
/// @throws Error(kUsage)
void CheckPhotoOptions(const PhotoOptions& options);

}  // namespace stage::cli
