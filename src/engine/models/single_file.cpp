#include "engine/models/single_file.h"

#include <torch/torch.h>

#include <algorithm>

#include "core/error.h"
#include "engine/models/ldm_names.h"

namespace stage::models {
namespace {

using nlohmann::json;
using torch::Tensor;

constexpr auto kUNetPrefix = "model.diffusion_model.";
constexpr auto kVaePrefix = "first_stage_model.";

/// Where a text encoder's weights begin, and in whose naming they are.
struct TextPlace {
  const char* prefix;
  bool open_clip;
};

TextPlace PlaceOfText(const std::string& family, const std::string& part) {
  if (family == "sd15") return {"cond_stage_model.transformer.", false};
  if (family == "sd2") return {"cond_stage_model.model.", true};
  if (family == "sdxl-refiner") return {"conditioner.embedders.0.model.", true};
  if (part == "text_encoder") {
    return {"conditioner.embedders.0.transformer.", false};
  }
  return {"conditioner.embedders.1.model.", true};
}

bool HasAny(const Checkpoint& checkpoint, const std::string& prefix) {
  const auto first = checkpoint.tensors.lower_bound(prefix);
  return first != checkpoint.tensors.end() && first->first.starts_with(prefix);
}

/// Makes OpenCLIP's tensors those of three linear layers, see OpenClipName.
void SplitOpenClip(Checkpoint& weights) {
  std::map<std::string, Tensor> thirds;
  for (auto& [name, tensor] : weights.tensors) {
    const bool is_projection = name.find(".in_proj_") != std::string::npos;
    if (is_projection && tensor.size(0) % 3 == 0) {
      const std::vector<Tensor> parts = tensor.chunk(3);
      thirds[name + ".q"] = parts[0];
      thirds[name + ".k"] = parts[1];
      thirds[name + ".v"] = parts[2];
    } else if (name == "text_projection") {
      tensor = tensor.t().contiguous();  // stored as [width, projection]
    }
  }
  weights.tensors.merge(thirds);
}

class SingleFile final : public PublishedModel {
 public:
  SingleFile(Checkpoint checkpoint,
             ModelFamily family,
             std::filesystem::path tokenizer)
      : checkpoint_(std::move(checkpoint)),
        family_(std::move(family)),
        tokenizer_(std::move(tokenizer)) {}

  bool Has(const std::string& part) const override {
    return family_.parts.contains(part);
  }

  ModelPart Part(const std::string& name) const override {
    ModelPart part{.config = family_.parts.at(name)};
    if (name == "unet") {
      part.weights = checkpoint_.Below(kUNetPrefix);
      const auto config = UNet2DConditionConfig::FromJson(part.config);
      part.name_in_checkpoint = [config](const std::string& parameter) {
        return LdmUNetName(parameter, config);
      };
    } else if (name == "vae") {
      part.weights = checkpoint_.Below(kVaePrefix);
      const auto blocks =
          static_cast<int64_t>(part.config.at("block_out_channels").size());
      part.name_in_checkpoint = [blocks](const std::string& parameter) {
        return LdmVaeName(parameter, blocks);
      };
    } else {
      const TextPlace place = PlaceOfText(family_.name, name);
      part.weights = checkpoint_.Below(place.prefix);
      if (place.open_clip) {
        SplitOpenClip(part.weights);
        part.name_in_checkpoint = OpenClipName;
      }
    }
    return part;
  }

  json Scheduler() const override { return family_.parts.at("scheduler"); }
  json Index() const override { return family_.parts.at("index"); }

  ClipTokenizer Tokenizer(const std::string& name) const override {
    // OpenCLIP pads with zeros, which "!" is.
    const bool zeros = family_.name == "sd2" || name == "tokenizer_2";
    return ClipTokenizer(tokenizer_, zeros ? "!" : "<|endoftext|>");
  }

 private:
  Checkpoint checkpoint_;
  ModelFamily family_;
  std::filesystem::path tokenizer_;
};

int64_t SizeOf(const Checkpoint& checkpoint,
               const std::string& name,
               int64_t dimension) {
  const auto found = checkpoint.tensors.find(name);
  if (found != checkpoint.tensors.end() && found->second.dim() > dimension) {
    return found->second.size(dimension);
  }
  throw Error(ErrorKind::kModel,
              checkpoint.source + ": has no tensor '" + name +
                  "'; it is no Stable Diffusion model in one file");
}

}  // namespace

ModelFamily FamilyOf(const Checkpoint& checkpoint) {
  const std::string prefix = kUNetPrefix;
  const int64_t channels =
      SizeOf(checkpoint, prefix + "input_blocks.0.0.weight", 1);
  std::string name;
  if (HasAny(checkpoint, "conditioner.embedders.1.model.")) {
    name = "sdxl";
  } else if (HasAny(checkpoint, "conditioner.embedders.0.model.")) {
    name = "sdxl-refiner";
  } else if (HasAny(checkpoint, "cond_stage_model.transformer.text_model.")) {
    name = "sd15";
  } else if (HasAny(checkpoint, "cond_stage_model.model.")) {
    name = "sd2";
  } else {
    throw Error(ErrorKind::kModel,
                checkpoint.source +
                    ": has no text encoder that this version knows; it needs "
                    "a whole model of Stable Diffusion 1, 2 or XL");
  }
  ModelFamily family = FamilyNamed(name);
  family.parts["unet"]["in_channels"] = channels;
  const int64_t width =
      SizeOf(checkpoint, prefix + "input_blocks.0.0.weight", 0);
  if (width != family.parts["unet"]["block_out_channels"][0]) {
    throw Error(ErrorKind::kModel,
                checkpoint.source + ": its UNet is " + std::to_string(width) +
                    " channels wide, which no published " + name + " model is");
  }
  // The 768 pixel models of SD 2 predict velocity; those for inpainting noise.
  if (name == "sd2" && channels == 4) {
    family.parts["scheduler"]["prediction_type"] = "v_prediction";
    family.parts["unet"]["sample_size"] = 96;
  }
  return family;
}

std::unique_ptr<PublishedModel> OpenSingleFile(
    Checkpoint checkpoint,
    ModelFamily family,
    const std::filesystem::path& tokenizer) {
  return std::make_unique<SingleFile>(
      std::move(checkpoint), std::move(family), tokenizer);
}

std::unique_ptr<PublishedModel> OpenSingleFile(
    const std::filesystem::path& file, const std::filesystem::path& tokenizer) {
  Checkpoint checkpoint = ReadCheckpoint(file);
  ModelFamily family = FamilyOf(checkpoint);
  return OpenSingleFile(std::move(checkpoint), std::move(family), tokenizer);
}

std::unique_ptr<PublishedModel> OpenModel(
    const std::filesystem::path& path, const std::filesystem::path& tokenizer) {
  return std::filesystem::is_directory(path) ? OpenModelFolder(path)
                                             : OpenSingleFile(path, tokenizer);
}

}  // namespace stage::models
