#pragma once

#include <filesystem>
#include <memory>

#include "engine/models/model_families.h"
#include "engine/models/published_model.h"

namespace stage::models {

/// The family that a file in ldm naming belongs to, with what its tensors tell
/// of its shape: channels of the UNet's input, and what it predicts.
/// @throws Error(kModel) when it is none that this version knows
ModelFamily FamilyOf(const Checkpoint& checkpoint);

/// A whole model in one file (.safetensors, .ckpt), in ldm naming: UNet,
/// autoencoder and text encoders. Such files have no tokenizer.
/// @param tokenizer  a folder with CLIP's vocab.json and merges.txt
/// @throws Error(kModel)
std::unique_ptr<PublishedModel> OpenSingleFile(
    const std::filesystem::path& file, const std::filesystem::path& tokenizer);
/// The same of a checkpoint whose family is known.
std::unique_ptr<PublishedModel> OpenSingleFile(
    Checkpoint checkpoint,
    ModelFamily family,
    const std::filesystem::path& tokenizer);

/// A model in a folder or in one file.
std::unique_ptr<PublishedModel> OpenModel(
    const std::filesystem::path& path, const std::filesystem::path& tokenizer);

}  // namespace stage::models
