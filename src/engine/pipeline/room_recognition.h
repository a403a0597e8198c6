#pragma once

#include <optional>
#include <string>

#include "core/image.h"
#include "engine/pipeline/installed_networks.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// What a picture shows, as a network sees it.
struct RecognisedPicture {
  std::string room;             ///< the likeliest word of presets/rooms
  double room_probability = 0;  ///< 0..1, among all that it may show
  /// The likeliest of what is no room ("floor plan"), and the probability that
  /// the picture is none.
  std::string other;
  double other_probability = 0;

  /// Whether it surely shows no room.
  bool IsNoRoom() const;
};

/// Nullopt where no network that recognises pictures is installed.
/// @param srgb  8-bit RGB
/// @throws Error(kModel) when the installed one cannot be used
std::optional<RecognisedPicture> Recognise(const ImageU8& srgb,
                                           InstalledNetworks& networks);

/// Tells the scene what room it is, where that is likelier than not.
void NoteRoom(const RecognisedPicture& picture, Scene& scene);

}  // namespace stage::engine
