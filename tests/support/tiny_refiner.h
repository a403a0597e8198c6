#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace stage::test {

/// The tiny XL model that the refiner below goes with.
std::filesystem::path TinyXl();
/// Its UNet's config as a refiner's: one text encoder, five sizes.
nlohmann::json TinyRefinerConfig();
/// A folder as the refiner is published, without what it shares with the base.
void WriteTinyRefiner(const std::filesystem::path& folder);

}  // namespace stage::test
