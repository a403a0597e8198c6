#include "remote/vendors/reroom_services.h"

#include "remote/vendors/reroom_words.h"

namespace stage::remote::reroom {
namespace {

using Names = std::string_view;
using enum Setting::Kind;

constexpr Setting kCreativitySetting{"creativity", kWord, kCreativities};
constexpr Setting kLevelSetting{
    .key = "creativity_level", .kind = kNumber, .least = 0.5, .most = 1};
constexpr Setting kDaylightSetting{"daylight", kWord, kDaylights};
constexpr Setting kSeasonSetting{"season", kWord, kSeasons};
constexpr Setting kSkySetting{"sky", kWord, kSkies};
constexpr Setting kLandscapeSetting{"landscape", kWord, kLandscapes};
constexpr Setting kArchitectureSetting{
    "architectural_material", kWord, kArchitecturalMaterials};
constexpr Setting kInteriorTypeSetting{"type", kWord, kInteriorTypes};
constexpr Setting kInteriorStyleSetting{"style", kWord, kInteriorStyles};
constexpr Setting kExteriorTypeSetting{"type", kWord, kExteriorTypes};
constexpr Setting kExteriorStyleSetting{"style", kWord, kExteriorStyles};
constexpr Setting kFieldSetting{"field", kWord, kFields};

constexpr auto kStagingOptions =
    std::to_array<Names>({"--room", "--style", "--declutter-first"});
constexpr auto kStagingSettings = std::to_array<Setting>(
    {{"type", kWord, kStagingTypes}, {"style", kWord, kStagingStyles}});
constexpr auto kDeclutterNeeds = std::to_array<Names>({"--declutter-first"});
constexpr auto kReferenceOptions = std::to_array<Names>({"--furniture"});
constexpr auto kReferenceUrlNeeds =
    std::to_array<Names>({"reference_file_urls"});
constexpr auto kReferenceSettings =
    std::to_array<Setting>({{"reference_file_urls"}});

constexpr auto kInteriorOptions =
    std::to_array<Names>({"--room", "--style", "--prompt", "--fidelity"});
constexpr auto kInteriorSettings =
    std::to_array<Setting>({kCreativitySetting,
                            kInteriorTypeSetting,
                            kInteriorStyleSetting,
                            kDaylightSetting,
                            kSeasonSetting,
                            {"color", kWord, kColors},
                            kArchitectureSetting,
                            kLevelSetting});
constexpr auto kExteriorOptions =
    std::to_array<Names>({"--exterior", "--prompt", "--fidelity"});
constexpr auto kExteriorNeeds = std::to_array<Names>({"--exterior"});
constexpr auto kExteriorSettings =
    std::to_array<Setting>({kCreativitySetting,
                            kExteriorTypeSetting,
                            kExteriorStyleSetting,
                            kDaylightSetting,
                            kSkySetting,
                            kSeasonSetting,
                            kLandscapeSetting,
                            kArchitectureSetting,
                            kLevelSetting});

constexpr auto kSketchOptions =
    std::to_array<Names>({"--sketch", "--room", "--style"});
constexpr auto kSketchNeeds = std::to_array<Names>({"--sketch"});
constexpr auto kSketchSettings =
    std::to_array<Setting>({kInteriorTypeSetting, kInteriorStyleSetting});
constexpr auto kSketchExteriorOptions =
    std::to_array<Names>({"--sketch", "--exterior"});
constexpr auto kSketchExteriorSettings =
    std::to_array<Setting>({kExteriorTypeSetting, kExteriorStyleSetting});

constexpr auto kMaskOptions = std::to_array<Names>({"--mask"});
constexpr auto kRemoveOptions = std::to_array<Names>({"--remove", "--mask"});
constexpr auto kMaterialOptions =
    std::to_array<Names>({"--material", "--mask"});
constexpr auto kObjectOptions = std::to_array<Names>({"--object", "--mask"});
constexpr auto kPromptOptions = std::to_array<Names>({"--prompt", "--mask"});
constexpr auto kPromptNeeds = std::to_array<Names>({"--prompt"});
// Which colour of a mask is changed is not documented; white is usual.
constexpr auto kMaskColours = std::to_array<Names>({"white", "black"});
constexpr auto kMaskSettings = std::to_array<Setting>(
    {kFieldSetting, {"mask_change", kWord, kMaskColours}});
constexpr auto kRelightOptions =
    std::to_array<Names>({"--daylight", "--sky", "--season"});
constexpr auto kRelightNeeds = std::to_array<Names>({"--daylight"});
constexpr auto kSeasonOptions = std::to_array<Names>({"--season"});
constexpr auto kRelightSettings = std::to_array<Setting>({kFieldSetting,
                                                          kCreativitySetting,
                                                          kLandscapeSetting,
                                                          kArchitectureSetting,
                                                          kLevelSetting});
constexpr auto kUpscaleOptions = std::to_array<Names>({"--short-edge"});

constexpr auto kServices = std::to_array<Service>({
    {.name = kDeclutterAndStage,
     .options = kStagingOptions,
     .needs = kDeclutterNeeds,
     .settings = kStagingSettings,
     .preset_words = "reroom",
     .room_key = "type",
     .style_key = "style",
     .needs_room = true,
     .keeps_photo = true},
    {.name = kVirtualStaging,
     .options = std::span(kStagingOptions).first(2),
     .settings = kStagingSettings,
     .preset_words = "reroom",
     .room_key = "type",
     .style_key = "style",
     .needs_room = true,
     .keeps_photo = true},
    {.name = kReference,
     .options = kReferenceOptions,
     .needs = kReferenceOptions,
     .fetches_pictures = true,
     .keeps_photo = true},
    {.name = kReferenceUrls,
     .needs = kReferenceUrlNeeds,
     .settings = kReferenceSettings,
     .keeps_photo = true},
    {.name = kInterior,
     .options = kInteriorOptions,
     .settings = kInteriorSettings,
     .preset_words = "reroom-interior",
     .room_key = "type",
     .style_key = "style"},
    {.name = kExterior,
     .options = kExteriorOptions,
     .needs = kExteriorNeeds,
     .settings = kExteriorSettings},
    {.name = kSketch,
     .options = kSketchOptions,
     .needs = kSketchNeeds,
     .settings = kSketchSettings,
     .preset_words = "reroom-interior",
     .room_key = "type",
     .style_key = "style"},
    {.name = kSketchExterior,
     .options = kSketchExteriorOptions,
     .needs = kSketchExteriorOptions,
     .settings = kSketchExteriorSettings},
    {.name = kRemoveMasked,
     .operation = Operation::kDeclutter,
     .options = kMaskOptions,
     .needs = kMaskOptions,
     .settings = kMaskSettings,
     .keeps_photo = true},
    {.name = kEmptyRoom,
     .operation = Operation::kDeclutter,
     .keeps_photo = true},
    {.name = kEditRemove,
     .operation = Operation::kEdit,
     .options = kRemoveOptions,
     .needs = kRemoveOptions,
     .settings = kMaskSettings,
     .keeps_photo = true},
    {.name = kEditMaterial,
     .operation = Operation::kEdit,
     .options = kMaterialOptions,
     .needs = kMaterialOptions,
     .settings = kMaskSettings,
     .keeps_photo = true},
    {.name = kEditObject,
     .operation = Operation::kEdit,
     .options = kObjectOptions,
     .needs = kObjectOptions,
     .settings = kMaskSettings,
     .keeps_photo = true},
    {.name = kEditPrompt,
     .operation = Operation::kEdit,
     .options = kPromptOptions,
     .needs = kPromptNeeds,
     .settings = kMaskSettings,
     .keeps_photo = true},
    {.name = kRelight,
     .operation = Operation::kEdit,
     .options = kRelightOptions,
     .needs = kRelightNeeds,
     .settings = kRelightSettings},
    {.name = kSeason,
     .operation = Operation::kEdit,
     .options = kSeasonOptions,
     .needs = kSeasonOptions,
     .settings = kRelightSettings},
    {.name = kUpscale,
     .operation = Operation::kUpscale,
     .options = kUpscaleOptions,
     .needs = kUpscaleOptions},
});
constexpr auto kWorking =
    std::to_array<Names>({"queued", "rendering", "processing", "pending"});
constexpr auto kFormats = std::to_array<Names>({"jpeg", "png"});

}  // namespace

const VendorSpec kSpec{
    .name = "reroom",
    .label = "ReRoom",
    .base_url = "https://reroom.ai",
    .key_header = "Authorization",
    .key_prefix = "Bearer ",
    .services = kServices,
    .photo = {.formats = kFormats,
              .max_bytes = 15'000'000,
              .least_side_px = 512,
              .most_side_px = 4096,
              .least_aspect = 4.0 / 3,
              .most_aspect = 16.0 / 9},
    .requests_per_s = 1.5,  // together below 100 a minute, once the limit
    .burst = 8,
    .renders_in_flight = 10,
    .jobs_in_flight = 10,
    .poll_least_s = 3,
    .order_timeout_s = 330,  // staging answers with the finished picture
    .working_words = kWorking,
};

}  // namespace stage::remote::reroom
