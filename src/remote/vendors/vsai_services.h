#pragma once

#include <array>

#include "remote/vendor_spec.h"

namespace stage::remote::vsai {

/// What Virtual Staging AI does, as data.
extern const VendorSpec kSpec;

inline constexpr std::string_view kDayToDusk = "day-to-dusk";  ///< a service
inline constexpr std::string_view kWatermark = "add_virtually_staged_watermark";
inline constexpr std::string_view kResolution = "output_resolution";
/// Setting: several styles, between commas, that share one render.
inline constexpr std::string_view kStylesSetting = "styles";
/// Setting: the field of the vendor's bulk requests that holds the orders,
/// which its documents do not name.
inline constexpr std::string_view kBulkSetting = "bulk";
inline constexpr auto kStyles =
    std::to_array<std::string_view>({"modern",
                                     "scandinavian",
                                     "industrial",
                                     "midcentury",
                                     "luxury",
                                     "farmhouse",
                                     "coastal",
                                     "standard",
                                     "hamptons",
                                     "american",
                                     "southwestern"});
inline constexpr auto kSkies =
    std::to_array<std::string_view>({"dusk", "golden", "blue"});

}  // namespace stage::remote::vsai
