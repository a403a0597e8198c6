#include "remote/vendors/vsart_services.h"

#include <array>

namespace stage::remote::vsart {
namespace {

using Names = std::string_view;
using enum Setting::Kind;

// Fields and limits: https://www.virtualstaging.art, developer documentation.
constexpr auto kRooms = std::to_array<Names>({"living",
                                              "bed",
                                              "kitchen",
                                              "office",
                                              "home_office",
                                              "dining",
                                              "studio",
                                              "ldk",
                                              "bathroom",
                                              "entrance"});
constexpr auto kStyles = std::to_array<Names>({"modern",
                                               "scandinavian",
                                               "industrial",
                                               "coastal",
                                               "luxury",
                                               "mid-century modern",
                                               "farmhouse",
                                               "standard",
                                               "minimalist",
                                               "japandi",
                                               "bohemian",
                                               "traditional"});
constexpr auto kModes = std::to_array<Names>({"stage", "cleanup_and_stage"});
constexpr auto kTiers = std::to_array<Names>({"classic", "premium"});
constexpr auto kLayouts = std::to_array<Names>({"studio"});
constexpr auto kUploads =
    std::to_array<Names>({"multipart", "base64", "data_url"});

constexpr Setting kTier{"tier", kWord, kTiers};
constexpr Setting kUpload{"upload", kWord, kUploads};
constexpr Setting kNotes{"ai_notes"};
constexpr auto kStageOptions = std::to_array<Names>(
    {"--room", "--style", "--prompt", "--declutter-first"});
constexpr auto kStageSettings =
    std::to_array<Setting>({{"room_type", kWord, kRooms},
                            {"style", kWord, kStyles},
                            {"mode", kWord, kModes},
                            {"layout_type", kWord, kLayouts},
                            kTier,
                            kNotes,
                            kUpload});
constexpr auto kDeclutterSettings =
    std::to_array<Setting>({kTier, kNotes, kUpload});
constexpr auto kServices = std::to_array<Service>({
    {.name = "stage",
     .options = kStageOptions,
     .settings = kStageSettings,
     .most_results = kMostRenders,
     .preset_words = "vsart",
     .room_key = "room_type",
     .style_key = "style",
     .needs_room = true},
    {.name = "declutter",
     .operation = Operation::kDeclutter,
     .settings = kDeclutterSettings,
     .most_results = kMostRenders},
});
constexpr auto kFormats = std::to_array<Names>({"jpeg", "png", "webp", "heic"});
constexpr auto kWorking =
    std::to_array<Names>({"rendering", "queued", "processing", "pending"});

}  // namespace

const VendorSpec kSpec{
    .name = "vsart",
    .label = "Virtual Staging ART",
    .base_url = "https://www.virtualstaging.art",
    .key_header = "Authorization",
    .key_prefix = "Bearer ",
    .services = kServices,
    .photo = {.formats = kFormats, .max_bytes = 10'000'000},
    .poll_least_s = 3,
    .list_least_s = 5,
    .working_words = kWorking,
    .webhook_per_order = true,
};

}  // namespace stage::remote::vsart
