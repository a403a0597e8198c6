#pragma once

#include "remote/vendor_spec.h"

namespace stage::remote::reroom {

/// What ReRoom does, as data; an order's step is the service's name.
extern const VendorSpec kSpec;

inline constexpr std::string_view kVirtualStaging = "virtual-staging";
inline constexpr std::string_view kDeclutterAndStage = "declutter-and-stage";
inline constexpr std::string_view kReference = "reference";
inline constexpr std::string_view kReferenceUrls = "reference-urls";
inline constexpr std::string_view kInterior = "interior";
inline constexpr std::string_view kExterior = "exterior";
inline constexpr std::string_view kSketch = "sketch";
inline constexpr std::string_view kSketchExterior = "sketch-exterior";
inline constexpr std::string_view kEmptyRoom = "empty-room";
inline constexpr std::string_view kRemoveMasked = "remove-masked";
inline constexpr std::string_view kEditRemove = "edit-remove";
inline constexpr std::string_view kEditMaterial = "edit-material";
inline constexpr std::string_view kEditObject = "edit-object";
inline constexpr std::string_view kEditPrompt = "edit-prompt";
inline constexpr std::string_view kRelight = "relight";
inline constexpr std::string_view kSeason = "season";
inline constexpr std::string_view kUpscale = "upscale";

}  // namespace stage::remote::reroom
