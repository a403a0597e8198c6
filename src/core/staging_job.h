#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/diffusion_parameters.h"

namespace stage {

enum class Operation { kGenerate, kEdit, kDeclutter, kUpscale };
enum class Fidelity { kStrict, kBalanced, kCreative };

/// What `generate` was asked for. Words (room, style, budget, ...) are the
/// project's own; vendors and the local engine translate them. Empty strings
/// and nullopt mean "not asked for".
struct GenerateParameters {
  std::string room = "auto";
  std::string style = "modern";
  std::string prompt;
  std::string negative_prompt;
  Fidelity fidelity = Fidelity::kBalanced;
  std::string room_size;   ///< small | medium | large
  std::string scale;       ///< standard | wide
  std::string image_size;  ///< 1K | 2K | 4K | source
  std::string budget;      ///< low | mid | high
  std::vector<std::filesystem::path> furniture;
  bool declutter_first = false;
  std::filesystem::path mask;
  bool exterior = false;
  std::string sketch;           ///< drawing | floorplan | section | elevation
  std::string engine = "auto";  ///< auto | render | diffusion
  std::string same_room;        ///< shared key of views of one room, or empty
  std::optional<double> camera_height_m;
  std::optional<double> ceiling_height_m;
  std::vector<std::string> catalogues;  ///< extra .sh3f, .zip or folders
  std::filesystem::path plan_in;        ///< use this plan instead of planning
  std::filesystem::path
      plan_out;                 ///< write the plan there (a folder for batches)
  bool force_geometry = false;  ///< stage even below the confidence threshold
};

/// What `edit` was asked for; exactly one of prompt, remove, material, object,
/// daylight, season, select or adjust.
struct EditParameters {
  std::string prompt;
  bool remove = false;
  std::string material;
  std::string object;  ///< CATEGORY:NAME
  std::filesystem::path mask;
  std::string mask_box;   ///< "x,y,w,h"
  std::string mask_grow;  ///< of `remove`: auto | off | pixels
  std::string daylight;   ///< midday | sunset | night | sunrise
  std::string sky;
  std::string season;
  std::vector<std::string> select;
  std::string adjust;  ///< as ParseAdjustments takes it
};

struct DeclutterParameters {
  std::filesystem::path mask;
  std::string mask_box;   ///< "x,y,w,h"
  std::string mask_grow;  ///< auto | off | pixels
  std::vector<std::string> keep;
};

struct UpscaleParameters {
  int factor = 0;  ///< 2 or 4; 0 when an edge length is given
  int short_edge_px = 0;
  int long_edge_px = 0;
  /// Local: a model's name or a file; empty: the one that comes along.
  std::string model;
};

/// How results are written; shared by all operations and backends.
struct OutputOptions {
  std::string format = "keep";  ///< jpeg | png | webp | tiff | keep
  std::optional<int> quality;   ///< 1..100; none: as the source's
  std::vector<std::string> disclose = {"metadata"};
  std::optional<int> long_edge_px;
  std::optional<int64_t> max_bytes;
  bool keep_gps = true;
};

/// One photo, one operation, one backend: the unit of work, of retry, of
/// payment and of the manifest.
struct StagingJob {
  std::string id;  ///< hash of input bytes, operation, parameters, backend
  std::filesystem::path input;
  std::string input_sha256;
  Operation operation = Operation::kGenerate;
  GenerateParameters generate;
  EditParameters edit;
  DeclutterParameters declutter;
  UpscaleParameters upscale;
  DiffusionParameters diffusion;  ///< local: where a model does the work
  nlohmann::json vendor_options =
      nlohmann::json::object();  ///< --set key=value
  std::string backend = "local";
  int variants = 1;
  uint64_t seed = 0;
  OutputOptions output;
  std::vector<std::filesystem::path> outputs;  ///< one a variant, planned names
  std::filesystem::path sidecar;  ///< `<photo>.stage.json`, or empty
  /// Where the batch's manifest lies; `outputs` are in it or below it.
  std::filesystem::path output_folder;
};

/// The job's mask, a file or folder, or empty; white is what may change.
const std::filesystem::path& MaskFileOf(const StagingJob& job);
/// The same as "x,y,w,h" in pixels of the photo, or empty.
const std::string& MaskBoxOf(const StagingJob& job);

class FileDigests;

/// The parameters that decide what the result looks like, as canonical JSON:
/// what the job id hashes and what the manifest records. Only the block of the
/// job's own operation appears, and nothing that was not asked for, so that
/// options added later leave old ids alone. Masks, furniture pictures,
/// catalogues, plans and the sidecar appear as {"name", "path", "sha256"}.
/// @param digests  remembers files that many jobs share
/// @throws Error(kInput) naming a file that cannot be read
nlohmann::json ParametersJson(const StagingJob& job);
nlohmann::json ParametersJson(const StagingJob& job, FileDigests& digests);

/// 64 hexadecimal digits: SHA-256 over the input's bytes, operation,
/// parameters and backend. The same work has the same id in any folder and on
/// any machine: where files lie and what they are called does not count, only
/// their bytes.
/// @param parameters  from ParametersJson of the same job
std::string JobId(const StagingJob& job, const nlohmann::json& parameters);

/// Fills the fields that ParametersJson wrote; unknown fields are ignored.
/// Files come back by their "path". With operation, backend, input and outputs
/// set too this is the whole job again.
/// @throws Error(kInput) when a field has the wrong type
void SetParameters(const nlohmann::json& parameters, StagingJob& job);

std::string_view OperationName(Operation operation);
std::string_view FidelityName(Fidelity fidelity);
/// @throws Error(kUsage) with a suggestion
Operation ParseOperation(std::string_view name);
/// @throws Error(kUsage) with a suggestion
Fidelity ParseFidelity(std::string_view name);

}  // namespace stage
