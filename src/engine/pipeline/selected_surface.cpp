#include "engine/pipeline/selected_surface.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/error.h"
#include "engine/edit/guided_filter.h"
#include "engine/mat_view.h"
#include "engine/pipeline/floor_edges.h"
#include "engine/pipeline/room_surfaces.h"
#include "engine/pipeline/see_room.h"

namespace stage::engine {
namespace {

// Of the long edge: less is the outline's own inaccuracy.
constexpr double kLeastThing = 0.008;

/// @param scale  pixels of `mask` a pixel of the outline
void Fill(const std::vector<Eigen::Vector2d>& outline,
          double scale,
          cv::Mat& mask) {
  constexpr int kFractionBits = 4;
  std::vector<cv::Point> corners;
  for (const Eigen::Vector2d& corner : outline) {
    const Eigen::Vector2d at =
        (corner * scale).array() * (1 << kFractionBits) - 0.5;
    corners.emplace_back(static_cast<int>(std::lround(at.x())),
                         static_cast<int>(std::lround(at.y())));
  }
  cv::fillPoly(mask,
               std::vector<std::vector<cv::Point>>{corners},
               cv::Scalar(255),
               cv::LINE_8,
               kFractionBits);
}

/// What stands on the floor: within its outline, but not free.
/// @param width  of the picture that the outline's pixels are of
cv::Mat StandsOn(const ImageU8& free_floor,
                 const std::vector<Eigen::Vector2d>& outline,
                 int width) {
  cv::Mat within(free_floor.height(), free_floor.width(), CV_8U, cv::Scalar(0));
  Fill(outline, static_cast<double>(free_floor.width()) / width, within);
  cv::Mat standing = within & ~MatOf(free_floor);
  const int least = std::max(
      3,
      static_cast<int>(kLeastThing * std::max(within.cols, within.rows)) | 1);
  cv::morphologyEx(
      standing,
      standing,
      cv::MORPH_OPEN,
      cv::getStructuringElement(cv::MORPH_ELLIPSE, {least, least}));
  return standing;
}

/// Free floor, up to where its look ends.
cv::Mat SelectedFloor(const Scene& scene,
                      const ImageU8& srgb,
                      const std::string& photo_name) {
  cv::Mat large(
      scene.camera.height_px, scene.camera.width_px, CV_8U, cv::Scalar(0));
  if (scene.trust != SceneTrust::kNone) {
    const double scale = static_cast<double>(large.cols) / srgb.width();
    std::vector<Eigen::Vector2d> outline;
    for (const Eigen::Vector2d& corner : scene.floor_polygon_px) {
      outline.push_back(corner / scale);
    }
    const cv::Mat standing = StandsOn(scene.free_floor, outline, srgb.width());
    outline = AlignFloorEdges(std::move(outline), srgb);
    Fill(outline, scale, large);
    cv::Mat covered;
    cv::resize(standing, covered, large.size(), 0, 0, cv::INTER_CUBIC);
    large.setTo(0, covered > 127);
  }
  if (cv::countNonZero(large) == 0) {
    throw Error(ErrorKind::kGeometry,
                photo_name +
                    ": --select floor: the floor could not be made out well "
                    "enough; give the area with --mask");
  }
  return large;
}

/// Where a network sees a class, its rim drawn to the picture's own edges.
/// @return CV_8U, of the picture's size
cv::Mat SeenClass(const LabelledPicture& picture,
                  int label,
                  const ImageU8& srgb) {
  constexpr double kReach = 0.008;  // of the long side: the map is coarse
  constexpr double kFlat = 4e-4;    // variance, display values
  constexpr float kLeastShare =
      0.3f;  // of the class, where it is the likeliest
  cv::Mat share(picture.height, picture.width, CV_32F);
  for (int y = 0; y < share.rows; ++y) {
    for (int x = 0; x < share.cols; ++x) {
      const size_t at = static_cast<size_t>(y) * share.cols + x;
      const bool is_it =
          picture.label[at] == label && picture.probability[at] >= kLeastShare;
      share.at<float>(y, x) = is_it ? 1.0f : 0.0f;
    }
  }
  cv::Mat guide;
  MatOf(srgb).convertTo(guide, CV_32F, 1.0 / 255);
  const int radius =
      std::max(2, static_cast<int>(kReach * std::max(share.cols, share.rows)));
  const cv::Mat drawn =
      ApplyGuidedModel(FitGuidedModel(guide, share, radius, kFlat), guide);
  return drawn > 0.5;
}

/// Leaves of a mask of walls or of the ceiling what the room's layout says is
/// that: a network's map is coarse at their edges.
void KeepWithinLayout(const Scene& scene, SeenSurface named, cv::Mat& mask) {
  if (scene.trust != SceneTrust::kRoom ||
      (named != SeenSurface::kWall && named != SeenSurface::kCeiling)) {
    return;
  }
  const Image<RoomSurface> surfaces = RoomSurfaces(scene, mask.cols, mask.rows);
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      const RoomSurface surface = surfaces.at(x, y);
      const bool is_named = named == SeenSurface::kCeiling
                                ? surface == RoomSurface::kCeiling
                                : surface == RoomSurface::kLowerWall ||
                                      surface == RoomSurface::kUpperWall;
      if (!is_named) mask.at<uchar>(y, x) = 0;
    }
  }
}

/// @return 255 or 0, of the photo's size
cv::Mat SelectedClass(const std::string& name,
                      const Scene& scene,
                      const ImageU8& srgb,
                      const std::string& photo_name,
                      InstalledNetworks& networks) {
  const LabelledPicture* const picture = networks.Segmented(srgb);
  if (picture == nullptr) CheckSelection({name});
  const int label = ClassNamedIn(name, networks.segmenter()->labels());
  if (label < 0) {
    throw Error(ErrorKind::kUsage,
                "--select '" + name +
                    "': the segmentation model knows no such thing; name it "
                    "more simply (wall, ceiling, sofa, table), or give the "
                    "area with --mask");
  }
  cv::Mat seen = SeenClass(*picture, label, srgb);
  KeepWithinLayout(
      scene,
      SurfaceOf(networks.segmenter()->labels()[static_cast<size_t>(label)]),
      seen);
  constexpr double kLeastArea = 0.0005;  // of the photo
  if (cv::countNonZero(seen) < kLeastArea * static_cast<double>(seen.total())) {
    throw Error(ErrorKind::kInput,
                photo_name + ": --select '" + name +
                    "': none is seen in this photo; give the area with --mask");
  }
  cv::Mat large;
  cv::resize(seen,
             large,
             {scene.camera.width_px, scene.camera.height_px},
             0,
             0,
             cv::INTER_CUBIC);
  return large > 127;
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; }

/// Whether `text` holds a name as words of their own, in the plural or not.
bool Holds(const std::string& text, const std::string& name) {
  const auto is_letter = [&text](size_t i) {
    return i < text.size() && text[i] >= 'a' && text[i] <= 'z';
  };
  for (size_t at = text.find(name); at != std::string::npos;
       at = text.find(name, at + 1)) {
    size_t end = at + name.size();
    if (text.compare(end, 2, "es") == 0 && !is_letter(end + 2)) end += 2;
    if (end < text.size() && text[end] == 's') ++end;
    if ((at == 0 || !is_letter(at - 1)) && !is_letter(end)) return true;
  }
  return false;
}

}  // namespace

void CheckSelection(const std::vector<std::string>& names) {
  if (HasSegmenter()) return;
  for (const std::string& name : names) {
    if (name == "floor") continue;
    throw Error(ErrorKind::kModel,
                "--select '" + name +
                    "': only the floor is found without a segmentation model; "
                    "'stage models pull segformer-b0' installs one, or give "
                    "the area with --mask");
  }
}

int ClassNamedIn(const std::string& name,
                 const std::vector<std::string>& labels) {
  std::string text(name.size(), ' ');
  std::transform(name.begin(), name.end(), text.begin(), Lower);
  int best = -1;
  size_t longest = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    for (const std::string& word : LabelNames(labels[i])) {
      if (word.size() <= longest || !Holds(text, word)) continue;
      longest = word.size();
      best = static_cast<int>(i);
    }
  }
  return best;
}

ImageU8 SelectedParts(const std::vector<std::string>& names,
                      const Scene& scene,
                      const ImageU8& srgb,
                      const std::string& photo_name,
                      InstalledNetworks& networks) {
  ImageU8 mask(scene.camera.width_px, scene.camera.height_px, 1);
  cv::Mat selected = MatOf(mask);
  for (const std::string& name : names) {
    const bool by_scene = name == "floor" &&
                          (scene.trust != SceneTrust::kNone || !HasSegmenter());
    selected |= by_scene
                    ? SelectedFloor(scene, srgb, photo_name)
                    : SelectedClass(name, scene, srgb, photo_name, networks);
  }
  return mask;
}

}  // namespace stage::engine
