#pragma once

#include <cstdint>
#include <string>

#include "engine/models/unet_config.h"

namespace stage::models {

/// The names that weights have in single files, where models are published as
/// the latent diffusion repository (github.com/CompVis/latent-diffusion) saves
/// them. Each function takes the name of a parameter (or module) here and
/// gives the one there, without the file's prefix.

/// Of a UNet.
std::string LdmUNetName(const std::string& name,
                        const UNet2DConditionConfig& config);

/// Of an autoencoder. @param blocks  number of resolutions
std::string LdmVaeName(const std::string& name, int64_t blocks);

/// Of a text encoder in OpenCLIP's naming (SD 2, XL's second). Queries, keys
/// and values lie in one tensor there, "in_proj_weight": its thirds are called
/// "in_proj_weight.q" and so on.
std::string OpenClipName(const std::string& name);

}  // namespace stage::models
