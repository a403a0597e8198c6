#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/photo/photo.h"
#include "core/stager.h"
#include "engine/clutter/loose_things.h"
#include "engine/completion/complete_photo.h"
#include "engine/mask/edit_mask.h"
#include "engine/pipeline/installed_networks.h"

namespace stage::engine {

/// What is to go from a photo.
struct EmptyingRequest {
  std::filesystem::path mask;  ///< or a box; neither: all that is sure
  std::string mask_box;
  std::string mask_grow;          ///< auto (or empty), off, or pixels
  std::vector<std::string> keep;  ///< kinds that stay, without a mask
  std::filesystem::path sidecar;
};

/// Refuses kinds that nothing here tells apart.
/// @throws Error(kModel) with the command that installs what does
void CheckKeep(const std::vector<std::string>& keep);

/// What is in a room: by a network where one is installed, else by colour.
/// @param srgb  8-bit RGB analysis copy; the map has its size
/// @param keep  words of --keep
ThingMap FindThingsIn(const ImageU8& srgb,
                      const Scene& scene,
                      const std::vector<std::string>& keep,
                      InstalledNetworks& networks);

/// A photo without what goes.
struct EmptiedRoom {
  Photo photo;
  ImageU8 filled;        ///< 255 where it was changed, its size
  ImageU8 relit;         ///< 255 where its light was changed alone; or empty
  bool changed = false;  ///< false: nothing went
  double misfit = 0;     ///< see Completion
  int by_network = 0;    ///< holes that a network filled
};

/// Takes things out of one photo: finds or reads what is to go, understands
/// the room without it, and fills what it hid.
class RoomEmptying {
 public:
  /// @throws Error(kInput, kGeometry) naming the photo or mask: a mask that
  ///         cannot be used, a room or a corner of it that cannot be told
  /// @param networks  what is installed; used where there is any
  RoomEmptying(const Photo& photo,
               const ColorConverter& converter,
               const EmptyingRequest& request,
               InstalledNetworks& networks);

  /// Whether anything is to go.
  bool HasWork() const { return has_work_; }
  /// The room without what goes.
  const Scene& scene() const { return scene_; }

  /// Fills what goes, in a copy of the photo. Things that were found and
  /// cannot be filled so that it goes on around them stay, and are noted.
  /// @throws Error(kGeometry) when what a mask marks cannot be filled so
  EmptiedRoom Fill(uint64_t seed, const WorkControl& work);

  /// The share of the floor on which things stand that were found and stay,
  /// light on it left out; 0 with a mask.
  double FloorStillTaken() const;

  /// Writes "things" with their boxes, places, certainties and what became of
  /// them to the details, and what people should know to the warnings.
  void NoteIn(StageResult& result) const;

 private:
  void ReadMask(const EmptyingRequest& request);
  void FindWhatGoes(const EmptyingRequest& request);
  void LookAround();
  void CheckUnderstood() const;
  void CheckCorners();
  void JudgeFill(const Completion& completion);
  EmptiedRoom FillHole(uint64_t seed, const WorkControl& work);
  bool FillsOneByOne() const;
  EmptiedRoom FillOneByOne(uint64_t seed, const WorkControl& work);
  bool FillThing(size_t thing,
                 uint64_t seed,
                 const WorkControl& work,
                 EmptiedRoom& room);
  bool LeaveWhatShows(const Photo& emptied);
  void PutBackMisfits(const Completion& completion, EmptiedRoom& room);

  const Photo& photo_;
  const ColorConverter& converter_;
  InstalledNetworks& networks_;
  std::string name_;
  ImageU8 srgb_;
  SceneHints hints_;
  Scene scene_;
  ThingMap found_;
  bool by_mask_ = false;
  bool with_shadow_ = true;
  MaskGrowth growth_;
  bool has_work_ = false;
  ImageU8 hole_;
  std::vector<std::string> warnings_;
};

}  // namespace stage::engine
