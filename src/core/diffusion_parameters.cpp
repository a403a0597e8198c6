#include "core/diffusion_parameters.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/digest.h"
#include "core/error.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

template <typename T>
void Put(json& object, const char* name, const std::optional<T>& value) {
  if (value) object[name] = *value;
}

void Put(json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = ValidUtf8(value);
}

json LoraJson(const LoraFile& lora, FileDigests& digests) {
  const fs::path absolute = fs::absolute(lora.file).lexically_normal();
  return {{"file",
           {{"name", Utf8Path(absolute.filename())},
            {"path", Utf8Path(absolute)},
            {"sha256", digests.Of(absolute)}}},
          {"weight", lora.weight}};
}

}  // namespace

const std::vector<std::string>& DiffusionSchedulers() {
  static const std::vector<std::string> names = {"ddim",
                                                 "ddpm",
                                                 "pndm",
                                                 "lcm",
                                                 "tcd",
                                                 "euler",
                                                 "euler-a",
                                                 "dpm++2m",
                                                 "dpm++2m-karras",
                                                 "dpm++2m-sde",
                                                 "dpm++2m-sde-karras",
                                                 "unipc"};
  return names;
}

LoraFile ParseLora(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return {text, 1};
  const char* end = text.data() + text.size();
  double weight = 0;
  const auto result = std::from_chars(text.data() + colon + 1, end, weight);
  // Not a number: the colon belongs to the file's name.
  if (result.ec != std::errc() || result.ptr != end) return {text, 1};
  if (!(std::abs(weight) <= kMostLoraWeight)) {
    throw Error(ErrorKind::kUsage,
                "--lora " + text + ": the weight must be from -4 to 4");
  }
  return {text.substr(0, colon), weight};
}

json DiffusionJson(const DiffusionParameters& parameters,
                   FileDigests& digests) {
  json object;
  if (parameters.weights.empty()) {
    Put(object, "model", parameters.model);
  } else {
    object["weights"] = parameters.weights;
  }
  Put(object, "steps", parameters.steps);
  Put(object, "guidance", parameters.guidance);
  Put(object, "scheduler", parameters.scheduler);
  Put(object, "strength", parameters.strength);
  Put(object, "precision", parameters.precision);
  for (const LoraFile& lora : parameters.loras) {
    object["loras"].push_back(LoraJson(lora, digests));
  }
  return object;
}

void SetDiffusion(const json& object, DiffusionParameters& parameters) {
  const auto read = [&](const char* name, auto& value) {
    if (object.contains(name)) object.at(name).get_to(value);
  };
  const auto number = [&](const char* name, auto& value) {
    if (!object.contains(name)) return;
    value = object.at(name)
                .get<typename std::decay_t<decltype(value)>::value_type>();
  };
  read("model", parameters.model);
  read("weights", parameters.weights);
  if (!parameters.weights.empty()) {
    const std::string& first = parameters.weights.front();
    parameters.model = first.substr(0, first.find('@'));
  }
  number("steps", parameters.steps);
  number("guidance", parameters.guidance);
  read("scheduler", parameters.scheduler);
  number("strength", parameters.strength);
  read("precision", parameters.precision);
  if (!object.contains("loras")) return;
  parameters.loras.clear();
  for (const json& lora : object.at("loras")) {
    parameters.loras.push_back({lora.at("file").at("path").get<std::string>(),
                                lora.at("weight").get<double>()});
  }
}

}  // namespace stage
