#pragma once

#include <torch/types.h>

#include <filesystem>

namespace stage::test {

/// A PNG file as U8 [3, h, w].
torch::Tensor ReadPicture(const std::filesystem::path& file);
/// Its luma as U8 [1, h, w] (ITU-R BT.601, as the Python Imaging Library
/// rounds it).
torch::Tensor ReadGrey(const std::filesystem::path& file);

}  // namespace stage::test
