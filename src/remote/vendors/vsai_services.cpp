#include "remote/vendors/vsai_services.h"

namespace stage::remote::vsai {
namespace {

// Fields: https://docs.virtualstagingai.app/v2-api. The words are those that
// clients of the API agree on; they are not listed there.
constexpr auto kRooms = std::to_array<std::string_view>({"living",
                                                         "bed",
                                                         "kitchen",
                                                         "dining",
                                                         "bathroom",
                                                         "home_office",
                                                         "outdoor",
                                                         "kids_room"});
constexpr auto kRemoval =
    std::to_array<std::string_view>({"on", "off", "auto"});
using Kind = Setting::Kind;
constexpr Setting kWatermarkSetting{kWatermark, Kind::kFlag};
constexpr Setting kBulk{kBulkSetting};
constexpr Setting kResolutionSetting{
    .key = kResolution, .kind = Kind::kInteger, .least = 512, .most = 8192};
constexpr auto kStagingSettings = std::to_array<Setting>({
    {"room_type", Kind::kWord, kRooms},
    {"style", Kind::kWord, kStyles},
    {kStylesSetting},
    {"remove_furniture", Kind::kWord, kRemoval},
    {"render_id"},
    {"base_variation_id"},
    kBulk,
    kWatermarkSetting,
    kResolutionSetting,
});
constexpr auto kRemovalSettings =
    std::to_array<Setting>({kBulk, kWatermarkSetting, kResolutionSetting});
constexpr auto kDuskSettings = std::to_array<Setting>({
    {"sky_style", Kind::kWord, kSkies},
    {"type"},
    kBulk,
    kResolutionSetting,
});

constexpr auto kStagingOptions =
    std::to_array<std::string_view>({"--room", "--style", "--declutter-first"});
constexpr auto kMaskOption = std::to_array<std::string_view>({"--mask"});
constexpr auto kRemoveOptions =
    std::to_array<std::string_view>({"--remove", "--mask"});
constexpr auto kRemoveNeeds = std::to_array<std::string_view>({"--remove"});
constexpr auto kDuskOptions =
    std::to_array<std::string_view>({"--daylight", "--sky"});
constexpr auto kDuskNeeds = std::to_array<std::string_view>({"--daylight"});
constexpr int kMostVariations = 20;  // of a render, over its life
constexpr auto kServices = std::to_array<Service>({
    {.name = "staging",
     .operation = Operation::kGenerate,
     .options = kStagingOptions,
     .settings = kStagingSettings,
     .most_results = kMostVariations,
     .preset_words = "vsai",
     .room_key = "room_type",
     .style_key = "style",
     .needs_room = true},
    {.name = "removal",
     .operation = Operation::kDeclutter,
     .options = kMaskOption,
     .settings = kRemovalSettings,
     .most_results = kMostVariations},
    {.name = "removal",
     .operation = Operation::kEdit,
     .options = kRemoveOptions,
     .needs = kRemoveNeeds,
     .settings = kRemovalSettings,
     .most_results = kMostVariations},
    {.name = kDayToDusk,
     .operation = Operation::kEdit,
     .options = kDuskOptions,
     .needs = kDuskNeeds,
     .settings = kDuskSettings,
     .most_results = kMostVariations},
});
constexpr auto kFormats = std::to_array<std::string_view>({"jpeg", "png"});
constexpr auto kWorking = std::to_array<std::string_view>(
    {"queued", "rendering", "idle", "processing", "pending"});

}  // namespace

const VendorSpec kSpec{
    .name = "vsai",
    .label = "Virtual Staging AI",
    .base_url = "https://api.virtualstagingai.app/v2",
    .key_header = "Authorization",
    .key_prefix = "Api-Key ",
    .services = kServices,
    .photo = {.formats = kFormats},
    .forbidden = Forbidden::kCredits,
    .poll_least_s = 3,
    .working_words = kWorking,
    .webhook_per_order = true,
};

}  // namespace stage::remote::vsai
