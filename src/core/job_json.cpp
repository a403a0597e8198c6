#include <nlohmann/json.hpp>

#include "core/digest.h"
#include "core/error.h"
#include "core/staging_job.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Writes what was asked for and nothing else.
class ParameterWriter {
 public:
  explicit ParameterWriter(FileDigests& digests) : digests_(digests) {}

  void Word(const char* name, const std::string& value) {
    if (!value.empty()) json_[name] = ValidUtf8(value);
  }
  void Flag(const char* name, bool value) {
    if (value) json_[name] = true;
  }
  void Number(const char* name, int value) {
    if (value != 0) json_[name] = value;
  }
  template <typename T>
  void Optional(const char* name, const std::optional<T>& value) {
    if (value) json_[name] = *value;
  }
  void Words(const char* name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    json list = json::array();
    for (const std::string& value : values) list.push_back(ValidUtf8(value));
    json_[name] = list;
  }
  void File(const char* name, const fs::path& path) {
    if (!path.empty()) json_[name] = FileJson(path);
  }
  void Files(const char* name, const std::vector<fs::path>& paths) {
    if (paths.empty()) return;
    json list = json::array();
    for (const fs::path& path : paths) list.push_back(FileJson(path));
    json_[name] = list;
  }
  json& json_object() { return json_; }

 private:
  json FileJson(const fs::path& path) {
    const fs::path absolute = fs::absolute(path).lexically_normal();
    return {{"name", Utf8Path(absolute.filename())},
            {"path", Utf8Path(absolute)},
            {"sha256", digests_.Of(absolute)}};
  }

  FileDigests& digests_;
  json json_ = json::object();
};

void Write(const GenerateParameters& generate, ParameterWriter& out) {
  out.Word("room", generate.room);
  out.Word("style", generate.style);
  out.Word("prompt", generate.prompt);
  out.Word("negative_prompt", generate.negative_prompt);
  out.Word("fidelity", std::string(FidelityName(generate.fidelity)));
  out.Word("room_size", generate.room_size);
  out.Word("scale", generate.scale);
  out.Word("image_size", generate.image_size);
  out.Word("budget", generate.budget);
  out.Files("furniture", generate.furniture);
  out.Flag("declutter_first", generate.declutter_first);
  out.File("mask", generate.mask);
  out.Flag("exterior", generate.exterior);
  out.Word("sketch", generate.sketch);
  out.Word("engine", generate.engine);
  out.Word("same_room", generate.same_room);
  out.Optional("camera_height_m", generate.camera_height_m);
  out.Optional("ceiling_height_m", generate.ceiling_height_m);
  std::vector<fs::path> catalogues(generate.catalogues.begin(),
                                   generate.catalogues.end());
  out.Files("catalogues", catalogues);
  out.File("plan", generate.plan_in);
  out.Flag("force_geometry", generate.force_geometry);
}

void Write(const EditParameters& edit, ParameterWriter& out) {
  out.Word("prompt", edit.prompt);
  out.Flag("remove", edit.remove);
  out.Word("material", edit.material);
  out.Word("object", edit.object);
  out.File("mask", edit.mask);
  out.Word("mask_box", edit.mask_box);
  out.Word("mask_grow", edit.mask_grow);
  out.Word("daylight", edit.daylight);
  out.Word("sky", edit.sky);
  out.Word("season", edit.season);
  out.Words("select", edit.select);
  out.Word("adjust", edit.adjust);
}

void Write(const DeclutterParameters& declutter, ParameterWriter& out) {
  out.File("mask", declutter.mask);
  out.Word("mask_box", declutter.mask_box);
  out.Word("mask_grow", declutter.mask_grow);
  out.Words("keep", declutter.keep);
}

void Write(const UpscaleParameters& upscale, ParameterWriter& out) {
  out.Number("factor", upscale.factor);
  out.Number("short_edge_px", upscale.short_edge_px);
  out.Number("long_edge_px", upscale.long_edge_px);
  out.Word("model", upscale.model);
}

json OutputJson(const OutputOptions& output, FileDigests& digests) {
  ParameterWriter out(digests);
  out.Word("format", output.format);
  out.Optional("quality", output.quality);
  out.Words("disclose", output.disclose);
  out.Optional("long_edge_px", output.long_edge_px);
  out.Optional("max_bytes", output.max_bytes);
  out.Flag("drop_gps", !output.keep_gps);
  return out.json_object();
}

/// Reads back what ParameterWriter wrote; absent fields keep their value.
class ParameterReader {
 public:
  explicit ParameterReader(const json& json) : json_(json) {}

  template <typename T>
  void Value(const char* name, T& value) const {
    if (json_.contains(name)) value = json_.at(name).get<T>();
  }
  template <typename T>
  void Optional(const char* name, std::optional<T>& value) const {
    if (json_.contains(name)) value = json_.at(name).get<T>();
  }
  void File(const char* name, fs::path& path) const {
    if (json_.contains(name))
      path = json_.at(name).at("path").get<std::string>();
  }
  template <typename Path>
  void Files(const char* name, std::vector<Path>& paths) const {
    if (!json_.contains(name)) return;
    paths.clear();
    for (const json& file : json_.at(name)) {
      paths.push_back(file.at("path").get<std::string>());
    }
  }

 private:
  const json& json_;
};

void Read(const ParameterReader& in, GenerateParameters& generate) {
  in.Value("room", generate.room);
  in.Value("style", generate.style);
  in.Value("prompt", generate.prompt);
  in.Value("negative_prompt", generate.negative_prompt);
  std::string fidelity(FidelityName(generate.fidelity));
  in.Value("fidelity", fidelity);
  generate.fidelity = ParseFidelity(fidelity);
  in.Value("room_size", generate.room_size);
  in.Value("scale", generate.scale);
  in.Value("image_size", generate.image_size);
  in.Value("budget", generate.budget);
  in.Files("furniture", generate.furniture);
  in.Value("declutter_first", generate.declutter_first);
  in.File("mask", generate.mask);
  in.Value("exterior", generate.exterior);
  in.Value("sketch", generate.sketch);
  in.Value("engine", generate.engine);
  in.Value("same_room", generate.same_room);
  in.Optional("camera_height_m", generate.camera_height_m);
  in.Optional("ceiling_height_m", generate.ceiling_height_m);
  in.Files("catalogues", generate.catalogues);
  in.File("plan", generate.plan_in);
  in.Value("force_geometry", generate.force_geometry);
}

void Read(const ParameterReader& in, EditParameters& edit) {
  in.Value("prompt", edit.prompt);
  in.Value("remove", edit.remove);
  in.Value("material", edit.material);
  in.Value("object", edit.object);
  in.File("mask", edit.mask);
  in.Value("mask_box", edit.mask_box);
  in.Value("mask_grow", edit.mask_grow);
  in.Value("daylight", edit.daylight);
  in.Value("sky", edit.sky);
  in.Value("season", edit.season);
  in.Value("select", edit.select);
  in.Value("adjust", edit.adjust);
}

void Read(const ParameterReader& in, DeclutterParameters& declutter) {
  in.File("mask", declutter.mask);
  in.Value("mask_box", declutter.mask_box);
  in.Value("mask_grow", declutter.mask_grow);
  in.Value("keep", declutter.keep);
}

void Read(const ParameterReader& in, UpscaleParameters& upscale) {
  in.Value("factor", upscale.factor);
  in.Value("short_edge_px", upscale.short_edge_px);
  in.Value("long_edge_px", upscale.long_edge_px);
  in.Value("model", upscale.model);
}

void Read(const ParameterReader& in, OutputOptions& output) {
  in.Value("format", output.format);
  in.Optional("quality", output.quality);
  in.Value("disclose", output.disclose);
  in.Optional("long_edge_px", output.long_edge_px);
  in.Optional("max_bytes", output.max_bytes);
  bool drop_gps = false;
  in.Value("drop_gps", drop_gps);
  output.keep_gps = !drop_gps;
}

/// Files count by their bytes: names and places are taken out.
json WithoutPlaces(const json& value) {
  if (value.is_array()) {
    json list = json::array();
    for (const json& item : value) list.push_back(WithoutPlaces(item));
    return list;
  }
  if (!value.is_object()) return value;
  if (value.contains("sha256") && value.contains("path")) {
    return value.at("sha256");
  }
  json object = json::object();
  for (const auto& [name, item] : value.items()) {
    object[name] = WithoutPlaces(item);
  }
  return object;
}

}  // namespace

json ParametersJson(const StagingJob& job, FileDigests& digests) {
  ParameterWriter out(digests);
  switch (job.operation) {
    case Operation::kGenerate:
      Write(job.generate, out);
      break;
    case Operation::kEdit:
      Write(job.edit, out);
      break;
    case Operation::kDeclutter:
      Write(job.declutter, out);
      break;
    case Operation::kUpscale:
      Write(job.upscale, out);
      break;
  }
  out.File("sidecar", job.sidecar);
  json parameters = std::move(out.json_object());
  parameters["variants"] = job.variants;
  parameters["seed"] = job.seed;
  parameters["output"] = OutputJson(job.output, digests);
  if (!job.vendor_options.empty()) parameters["set"] = job.vendor_options;
  json diffusion = DiffusionJson(job.diffusion, digests);
  if (!diffusion.is_null()) parameters["diffusion"] = std::move(diffusion);
  return parameters;
}

json ParametersJson(const StagingJob& job) {
  FileDigests digests;
  return ParametersJson(job, digests);
}

std::string JobId(const StagingJob& job, const json& parameters) {
  const json identity = {{"input", job.input_sha256},
                         {"operation", OperationName(job.operation)},
                         {"parameters", WithoutPlaces(parameters)},
                         {"backend", job.backend}};
  return Sha256Hex(identity.dump());
}

void SetParameters(const json& parameters, StagingJob& job) {
  try {
    const ParameterReader in(parameters);
    switch (job.operation) {
      case Operation::kGenerate:
        Read(in, job.generate);
        break;
      case Operation::kEdit:
        Read(in, job.edit);
        break;
      case Operation::kDeclutter:
        Read(in, job.declutter);
        break;
      case Operation::kUpscale:
        Read(in, job.upscale);
        break;
    }
    in.File("sidecar", job.sidecar);
    in.Value("variants", job.variants);
    in.Value("seed", job.seed);
    if (parameters.contains("output")) {
      Read(ParameterReader(parameters.at("output")), job.output);
    }
    in.Value("set", job.vendor_options);
    if (parameters.contains("diffusion")) {
      SetDiffusion(parameters.at("diffusion"), job.diffusion);
    }
  } catch (const json::exception& error) {
    throw Error(
        ErrorKind::kInput,
        std::string("parameters of a job are damaged: ") + error.what());
  }
}

}  // namespace stage
