#include "engine/pipeline/room_emptying.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/error.h"
#include "core/sidecar.h"
#include "engine/clutter/floor_fit.h"
#include "engine/clutter/floor_taken.h"
#include "engine/clutter/left_traces.h"
#include "engine/clutter/segmented_things.h"
#include "engine/mat_view.h"
#include "engine/pipeline/even_plain_walls.h"
#include "engine/pipeline/hidden_corner.h"
#include "engine/pipeline/network_fill.h"
#include "engine/pipeline/planar_image.h"
#include "engine/pipeline/scene_hints.h"
#include "engine/pipeline/see_room.h"
#include "engine/pipeline/thing_choice.h"
#include "engine/pipeline/things_note.h"

namespace stage::engine {
namespace {

// Of the rim of a filled part; see Completion.
constexpr double kVisibleMisfit = 0.2;
constexpr double kDoubtfulMisfit = 0.09;
constexpr double kMostMisfitTold = 0.22;
constexpr double kMostMisfitSmall = 0.32;
// The same, and seams inside for each pixel of the rim, where no room tells
// what goes where, in parts that take so much of a photo: what is copied there
// is of several kinds.
constexpr double kMostMisfitUntold = 0.15;
constexpr double kMostBroken = 0.13;
constexpr double kSmallPart = 0.01;
// Share of a photo that may go where floor and walls are not made out.
constexpr double kMostWithoutRoom = 0.12;

std::string Percent(double share) {
  return std::to_string(std::lround(100 * share)) + " %";
}

template <typename T>
void CopyPixelOf(const Image<T>& from, int x, int y, Image<T>& to) {
  if (from.empty()) return;
  std::copy_n(&from.at(x, y), from.channels(), &to.at(x, y));
}

void CopyPixel(const Photo& from, int x, int y, Photo& to) {
  CopyPixelOf(from.pixels8, x, y, to.pixels8);
  CopyPixelOf(from.pixels16, x, y, to.pixels16);
}

}  // namespace

void CheckKeep(const std::vector<std::string>& keep) {
  if (HasSegmenter()) return;
  for (const std::string& kind : keep) {
    // Fixtures, curtains and appliances stay anyway; what hangs is art, what
    // lies flat may be a rug.
    if (kind == "lamps" || kind == "plants") {
      throw Error(ErrorKind::kModel,
                  "--keep " + kind +
                      ": things are told apart by a segmentation model only; "
                      "'stage models pull segformer-b0' installs one (or mark "
                      "what is to go with --mask)");
    }
  }
}

ThingMap FindThingsIn(const ImageU8& srgb,
                      const Scene& scene,
                      const std::vector<std::string>& keep,
                      InstalledNetworks& networks) {
  const LabelledPicture* const picture = networks.Segmented(srgb);
  if (picture == nullptr) return FindThings(srgb, scene);
  return SegmentedThings(*picture, networks.segmenter()->labels(), keep);
}

RoomEmptying::RoomEmptying(const Photo& photo,
                           const ColorConverter& converter,
                           const EmptyingRequest& request,
                           InstalledNetworks& networks)
    : photo_(photo),
      converter_(converter),
      networks_(networks),
      name_(photo.source.path.filename().string()),
      srgb_(AnalysisCopy(photo, converter)),
      hints_(CollectHints(
          photo, ReadSidecar(request.sidecar), std::nullopt, std::nullopt)),
      by_mask_(!request.mask.empty() || !request.mask_box.empty()) {
  hints_.seen = SeeRoom(srgb_, networks);
  if (by_mask_) {
    ReadMask(request);
  } else {
    FindWhatGoes(request);
  }
}

void RoomEmptying::ReadMask(const EmptyingRequest& request) {
  const MaskGrowth growth = ParseMaskGrowth(request.mask_grow);
  hole_ =
      Grown(engine::ReadMask(request.mask, request.mask_box, photo_), growth);
  with_shadow_ = growth.with_shadow;
  scene_ = AnalyzeAround(srgb_, photo_.width(), photo_.height(), hole_, hints_);
  has_work_ = true;
  // A network fills what it does not understand, but knows no more than this
  // where a hidden corner is.
  if (networks_.filler() == nullptr) CheckUnderstood();
  CheckCorners();
}

void RoomEmptying::FindWhatGoes(const EmptyingRequest& request) {
  const MaskGrowth growth = growth_ = ParseMaskGrowth(request.mask_grow);
  with_shadow_ = growth.with_shadow;
  const int width = photo_.width(), height = photo_.height();
  scene_ = AnalyzeScene(srgb_, width, height, hints_);
  if (scene_.outdoors) return;
  const SceneTrust no_doubt = SceneTrust::kRoom;
  const bool fills_anything = networks_.filler() != nullptr;
  const auto restrain = [&] {
    Restrain(request.keep,
             {fills_anything ? no_doubt : scene_.trust,
              FloorMisfit(srgb_, scene_) < kFloorMisread},
             found_.things);
  };
  // What stands in a room hides its lines: the second look is at the room
  // without what the first one found.
  for (int look = 0; look < 2; ++look) {
    found_ = FindThingsIn(srgb_, scene_, request.keep, networks_);
    if (look == 1) restrain();
    hole_ = HoleOf(found_, width, height);
    if (!AnyGoes(found_)) {
      if (look == 0) restrain();
      return;
    }
    hole_ = Grown(hole_, growth);
    if (look == 0) LookAround();
  }
  has_work_ = true;
}

/// Reads the room without what goes, unless its floor was seen better with it.
void RoomEmptying::LookAround() {
  Scene without =
      AnalyzeAround(srgb_, photo_.width(), photo_.height(), hole_, hints_);
  if (FloorMisfit(srgb_, without) <
      FloorMisfit(srgb_, scene_) + kFloorMisread) {
    scene_ = std::move(without);
  }
}

/// A large part is filled only where it is known what lies behind it.
void RoomEmptying::CheckUnderstood() const {
  const double share = static_cast<double>(cv::countNonZero(MatOf(hole_))) /
                       static_cast<double>(hole_.size_bytes());
  if (scene_.trust == SceneTrust::kRoom || share <= kMostWithoutRoom) return;
  throw Error(ErrorKind::kGeometry,
              name_ + ": the mask hides " + Percent(share) +
                  " of the photo, and the rest does not tell enough of floor "
                  "and walls (" +
                  Percent(scene_.confidence) +
                  " sure); mark less, put floor_polygon into " + name_ +
                  ".stage.json, as `stage analyze --json` prints it, or use a "
                  "vendor with --backend");
}

/// A corner that nobody sees is put where the lines beside it lead; where the
/// whole photo says otherwise, a wall would be moved.
void RoomEmptying::CheckCorners() {
  if (!hints_.floor_polygon_px.empty()) return;
  const auto touched = CornersOf(scene_, hole_);
  if (std::none_of(touched.begin(), touched.end(), [](const RoomCorner& c) {
        return c.hidden > 0;
      })) {
    return;
  }
  const Scene whole =
      AnalyzeScene(srgb_, photo_.width(), photo_.height(), hints_);
  const CornerVerdict verdict = JudgeCorners(scene_, whole, srgb_, hole_);
  if (verdict == CornerVerdict::kUseWhole) scene_ = whole;
  if (verdict != CornerVerdict::kUnknown) return;
  throw Error(ErrorKind::kGeometry,
              name_ +
                  ": the mask hides a corner of the room, and what is left to "
                  "see does not tell where it is; leave some of the corner "
                  "out of the mask, or put floor_polygon into " +
                  name_ + ".stage.json, as `stage analyze --json` prints it");
}

/// Refuses a fill that an eye would see at once, and warns of a doubtful one.
void RoomEmptying::JudgeFill(const Completion& completion) {
  const double misfit = completion.misfit;
  const bool is_small =
      cv::countNonZero(MatOf(completion.filled)) <
      kSmallPart * static_cast<double>(completion.filled.size_bytes());
  bool fails = misfit > kMostMisfitSmall;
  if (!is_small && scene_.trust == SceneTrust::kNone) {
    fails = misfit > kMostMisfitUntold || completion.broken > kMostBroken;
  } else if (!is_small) {
    fails = misfit > kMostMisfitTold;
  }
  if (fails) {
    throw Error(ErrorKind::kGeometry,
                name_ +
                    ": too little of what the mask hides is seen around it to "
                    "fill it; mark each thing whole, with what stands before "
                    "it, put floor_polygon into " +
                    name_ + ".stage.json, or use a vendor with --backend");
  }
  if (scene_.trust == SceneTrust::kNone) {
    warnings_.push_back(
        "the room could not be understood (" + Percent(scene_.confidence) +
        " sure), so walls were filled without perspective, and the floor "
        "where its outline is not seen: "
        "look at the result, or put floor_polygon into " +
        name_ + ".stage.json, as `stage analyze --json` prints it");
  } else if (misfit > kDoubtfulMisfit) {
    warnings_.push_back(
        "what the mask hides does not go on evenly around it: look at the "
        "result, and mark things whole, with what stands before them");
  }
}

EmptiedRoom RoomEmptying::Fill(uint64_t seed, const WorkControl& work) {
  if (FillsOneByOne()) return FillOneByOne(seed, work);
  EmptiedRoom room = FillHole(seed, work);
  if (by_mask_ || !has_work_ || !LeaveWhatShows(room.photo)) return room;
  has_work_ = AnyGoes(found_);
  hole_ = Grown(HoleOf(found_, photo_.width(), photo_.height()), growth_);
  return FillHole(seed, work);
}

/// What is behind several things is seen worse than what is behind one, where
/// no room tells it.
bool RoomEmptying::FillsOneByOne() const {
  return !by_mask_ && has_work_ && scene_.trust == SceneTrust::kNone &&
         networks_.filler() == nullptr && networks_.segmenter() == nullptr;
}

EmptiedRoom RoomEmptying::FillOneByOne(uint64_t seed, const WorkControl& work) {
  EmptiedRoom room{photo_, ImageU8(photo_.width(), photo_.height(), 1)};
  room.relit = room.filled;
  std::vector<size_t> nearest_first;
  for (size_t i = 0; i < found_.things.size(); ++i) {
    if (Goes(found_.things[i])) nearest_first.push_back(i);
  }
  const auto bottom = [&](size_t i) {
    return found_.things[i].box[1] + found_.things[i].box[3];
  };
  std::sort(nearest_first.begin(), nearest_first.end(), [&](auto a, auto b) {
    return bottom(a) > bottom(b);
  });
  const double share = 1.0 / static_cast<double>(nearest_first.size());
  for (size_t i = 0; i < nearest_first.size(); ++i) {
    const double done = share * static_cast<double>(i);
    if (!FillThing(
            nearest_first[i], seed, work.Part(done, done + share), room)) {
      Leave(found_.things[nearest_first[i]],
            "cannot be taken out without a trace");
    }
  }
  room.changed = cv::countNonZero(MatOf(room.filled)) > 0;
  has_work_ = room.changed;
  if (!room.changed) return room;
  warnings_ = {"the room could not be understood (" +
               Percent(scene_.confidence) +
               " sure): look at the result where things were"};
  cv::Mat changed = MatOf(room.filled);
  changed |= MatOf(
      EvenPlainWalls(scene_, converter_, room.filled, room.relit, room.photo));
  changed |= MatOf(room.relit);
  return room;
}

/// Takes one thing out of a room, if no eye would find its place.
/// @return whether it is gone
bool RoomEmptying::FillThing(size_t thing,
                             uint64_t seed,
                             const WorkControl& work,
                             EmptiedRoom& room) {
  const ThingMap alone = Alone(found_, thing);
  const ImageU8 hole = Grown(
      HoleOfThing(found_, thing, photo_.width(), photo_.height()), growth_);
  const Scene around = AnalyzeAround(AnalysisCopy(room.photo, converter_),
                                     photo_.width(),
                                     photo_.height(),
                                     hole,
                                     hints_);
  Photo filled = room.photo;
  const Completion completion =
      CompletePhoto(around,
                    hole,
                    converter_,
                    {.seed = seed, .with_shadow = with_shadow_, .things = {}},
                    work,
                    filled);
  if (completion.misfit > kMostMisfitUntold || completion.broken > kMostBroken)
    return false;
  const std::vector<char> shows =
      ThingsThatShow(alone, AnalysisCopy(filled, converter_), scene_);
  if (shows[thing]) return false;
  room.photo = std::move(filled);
  room.misfit = std::max(room.misfit, completion.misfit);
  cv::Mat all = MatOf(room.filled);
  all |= MatOf(completion.filled);
  if (!completion.relit.empty()) {
    cv::Mat relit = MatOf(room.relit);
    relit |= MatOf(completion.relit);
  }
  return true;
}

/// Leaves things of which an eye would still find the place.
/// @return whether there are any
bool RoomEmptying::LeaveWhatShows(const Photo& emptied) {
  // What networks see and fill need not lie on even floors and walls.
  if (networks_.filler() != nullptr || networks_.segmenter() != nullptr) {
    return false;
  }
  const std::vector<char> shows =
      ThingsThatShow(found_, AnalysisCopy(emptied, converter_), scene_);
  bool any = false;
  for (size_t i = 0; i < shows.size(); ++i) {
    if (!shows[i] || !Goes(found_.things[i])) continue;
    Leave(found_.things[i], "cannot be taken out without a trace");
    any = true;
  }
  return any;
}

EmptiedRoom RoomEmptying::FillHole(uint64_t seed, const WorkControl& work) {
  EmptiedRoom room{photo_, ImageU8(photo_.width(), photo_.height(), 1)};
  if (!has_work_) return room;
  CompletionOptions options{.seed = seed, .with_shadow = with_shadow_};
  if (!by_mask_) options.things = found_.not_room;
  Completion completion =
      CompletePhoto(scene_, hole_, converter_, options, work, room.photo);
  if (Filler* const filler = networks_.filler()) {
    room.by_network =
        FillByNetwork(*filler, photo_, converter_, completion, room.photo);
  }
  room.misfit = completion.misfit;
  room.filled = completion.filled;
  if (!completion.relit.empty()) {
    cv::Mat filled = MatOf(room.filled);
    filled |= MatOf(completion.relit);
  }
  if (!by_mask_) {
    PutBackMisfits(completion, room);
  } else if (warnings_.empty()) {
    JudgeFill(completion);
  }
  room.changed = cv::countNonZero(MatOf(room.filled)) > 0;
  return room;
}

/// Gives every filled part whose rim does not go on its own pixels back.
void RoomEmptying::PutBackMisfits(const Completion& completion,
                                  EmptiedRoom& room) {
  ImageU8& filled = room.filled;
  cv::Mat labels;
  const int count = cv::connectedComponents(MatOf(filled), labels, 8);
  std::vector<int> rim(static_cast<size_t>(count)), misfits(rim);
  for (const RimPixel& pixel : completion.rim) {
    const auto part = static_cast<size_t>(labels.at<int>(pixel.y, pixel.x));
    ++rim[part];
    misfits[part] += pixel.misfit;
  }
  const auto fails = [&](int part) {
    return misfits[static_cast<size_t>(part)] >
           kVisibleMisfit * rim[static_cast<size_t>(part)];
  };
  for (int y = 0; y < filled.height(); ++y) {
    for (int x = 0; x < filled.width(); ++x) {
      if (filled.at(x, y) == 0 || !fails(labels.at<int>(y, x))) continue;
      filled.at(x, y) = 0;
      CopyPixel(photo_, x, y, room.photo);
      const uint16_t label =
          found_.label.at(x * found_.label.width() / filled.width(),
                          y * found_.label.height() / filled.height());
      if (label != 0) {
        Leave(found_.things[label - 1u], "cannot be taken out without a trace");
      }
    }
  }
}

double RoomEmptying::FloorStillTaken() const {
  return by_mask_ ? 0 : FloorTaken(found_, scene_);
}

void RoomEmptying::NoteIn(StageResult& result) const {
  result.warnings.insert(
      result.warnings.end(), warnings_.begin(), warnings_.end());
  if (by_mask_) return;
  result.details["things"] = ThingsJson(found_, photo_.width());
  const std::string note = ThingsNote(found_, scene_.outdoors);
  if (!note.empty()) result.warnings.push_back(note);
}

}  // namespace stage::engine
