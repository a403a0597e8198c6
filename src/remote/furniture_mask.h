#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "remote/vendor_client.h"

namespace stage::remote {

/// Asks Virtual Staging AI where furniture is in a photo.
/// @param folder  for the mask, `<photo's name>.png`
/// @return {"furniture_mask": file, "percentage_masked": 0..100, "id"}
/// @throws Error as VendorClient::Ask, BadAnswer
nlohmann::json FindFurniture(VendorClient& client,
                             const std::filesystem::path& photo,
                             const std::filesystem::path& folder,
                             const Cancelled& cancelled);

/// Asks Virtual Staging AI whether two photos can be staged as views of one
/// room.
/// @return {"compatible", "hard_rejected", "rejection_reason", "photos"}
nlohmann::json CheckViews(VendorClient& client,
                          const std::filesystem::path& first,
                          const std::filesystem::path& second,
                          const Cancelled& cancelled);

}  // namespace stage::remote
