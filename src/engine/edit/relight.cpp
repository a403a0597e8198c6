#include "engine/edit/relight.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "core/error.h"
#include "engine/edit/facade_windows.h"
#include "engine/edit/paint_sky.h"
#include "engine/edit/sky_matte.h"
#include "engine/edit/sky_region.h"
#include "engine/edit/twilight.h"
#include "engine/edit/white_balance.h"
#include "engine/edit/window_view.h"
#include "engine/render/color.h"
#include "engine/render/film_look.h"
#include "engine/render/light_field.h"
#include "engine/render/opening_set.h"
#include "engine/render/sun_patches.h"
#include "engine/scene/analyze_scene.h"
#include "engine/scene/lab_color.h"

namespace stage::engine {
namespace {

constexpr int kWorkLongEdgePx = 1024;
constexpr double kLeastView = 0.25;     // of the windows' area
constexpr double kMostSun = 0.004;      // of the picture
constexpr double kBlueWorld = -5.5;     // median Lab b* of all but the sky
constexpr double kMostBlown = 0.5;      // of the view
constexpr double kGarden = 0.08;        // of the picture is plants
constexpr double kLargeGarden = 0.16;   // though something looks like a floor
constexpr double kOutlook = 0.15;       // of a window is sky or plants
constexpr double kHiddenHorizon = 0.8;  // of the elevation sky begins at
constexpr double kHorizon = -0.05;      // a ray's height: cameras err a little
constexpr double kMostBelow = 0.02;     // of the sky
constexpr float kSkyGrain = 0.7f;       // skies are smooth
constexpr float kRoomWarm = 22;         // mired, under lamps
constexpr float kRoomGain = 0.93f;

[[noreturn]] void Refuse(const Photo& photo, const std::string& why) {
  throw Error(ErrorKind::kGeometry,
              photo.source.path.filename().string() + ": " + why);
}

cv::Mat View(const ImageU8& image) {
  return {image.height(),
          image.width(),
          CV_8UC3,
          const_cast<uint8_t*>(image.data())};
}

/// Small copies that everything is found in.
struct Work {
  ImageU8 srgb;
  ImageF linear;
};

/// Median of b* over what is not sky: blue when the sun is down.
double BlueOfWorld(const ImageU8& srgb, const cv::Mat& sky) {
  const cv::Mat lab = LabOf(View(srgb));
  std::vector<float> values;
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      if (!sky.at<uchar>(y, x)) {
        values.push_back(lab.at<cv::Vec3f>(y, x)[2]);
      }
    }
  }
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<long>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Share of the picture on which the sun shines sharply.
double SunInRoom(const Scene& scene, const ImageF& linear) {
  if (scene.trust == SceneTrust::kNone) return 0;
  const LightField field = FitLight(scene, linear);
  const OpeningSet openings(scene.room, field.prism);
  const SunPatches patches = FindSunPatches(field, openings, linear);
  if (patches.empty()) return 0;
  double sharp = 0;
  for (int y = 0; y < patches.height(); ++y) {
    for (int x = 0; x < patches.width(); ++x) {
      sharp += patches.IsSharp(x, y) ? 1 : 0;
    }
  }
  return sharp / (static_cast<double>(patches.width()) * patches.height());
}

double Share(const cv::Mat& mask) {
  return cv::countNonZero(mask) / static_cast<double>(mask.total());
}

/// Share of a mask's pixels that look down: no sky is there.
double ShareBelowHorizon(const Camera& full, const cv::Mat& mask) {
  const Camera camera = full.Resized(mask.cols, mask.rows);
  int below = 0;
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      below += mask.at<uchar>(y, x) != 0 &&
               camera.Ray({x + 0.5, y + 0.5}).y() < kHorizon;
    }
  }
  return below / std::max(1.0, static_cast<double>(cv::countNonZero(mask)));
}

/// Boxes that show the world outside: blue sky or plants.
std::vector<cv::Rect> WithOutlook(const std::vector<cv::Rect>& boxes,
                                  const ImageU8& srgb) {
  const cv::Mat lab = LabOf(View(srgb));
  cv::Mat outside = FoliageMask(srgb);
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      const cv::Vec3f& c = lab.at<cv::Vec3f>(y, x);
      if (c[2] < -9 && c[1] < 8 && c[0] > 35) outside.at<uchar>(y, x) = 255;
    }
  }
  std::vector<cv::Rect> kept;
  for (const cv::Rect& box : boxes) {
    const cv::Rect inside = box & cv::Rect(0, 0, lab.cols, lab.rows);
    if (inside.area() > 0 && Share(outside(inside)) > kOutlook) {
      kept.push_back(inside);
    }
  }
  return kept;
}

std::vector<cv::Rect> WindowBoxes(const Scene& scene, const ImageU8& srgb) {
  std::vector<cv::Rect> boxes;
  const double scale = static_cast<double>(srgb.width()) /
                       static_cast<double>(scene.camera.width_px);
  for (const Opening& opening : scene.room.openings) {
    if (opening.kind != OpeningKind::kWindow) continue;
    const auto box = OpeningBoxPx(scene, opening);
    if (!box) continue;
    boxes.emplace_back(static_cast<int>(std::floor((*box)[0] * scale)),
                       static_cast<int>(std::floor((*box)[1] * scale)),
                       static_cast<int>(std::ceil((*box)[2] * scale)),
                       static_cast<int>(std::ceil((*box)[3] * scale)));
  }
  return boxes;
}

/// The new picture, row by row.
class Painter {
 public:
  Painter(const ColorConverter& converter, const Photo& photo)
      : converter_(converter), look_(MeasureFilmLook(photo, converter)) {}

  std::optional<SkyMatte> matte;
  std::optional<Twilight> twilight;
  std::optional<WindowView> view;
  cv::Matx33f view_grade = cv::Matx33f::eye();
  cv::Matx33f room_grade = cv::Matx33f::eye();
  cv::Mat sky;     ///< radiance, CV_32FC3
  cv::Mat within;  ///< where sky can be, or empty

  void Rows(int first, int end, Photo& photo) const {
    const int width = photo.width(), height = photo.height();
    std::vector<float> row(static_cast<size_t>(width) * 3);
    std::optional<SkyMatte::Row> matte_row;
    std::optional<Twilight::Row> twilight_row;
    std::optional<WindowView::Row> view_row;
    std::optional<MapRow> sky_row;
    if (matte) {
      matte_row.emplace(*matte, width, height);
      sky_row.emplace(sky, width, height);
    }
    if (twilight) twilight_row.emplace(*twilight, width, height);
    if (view) view_row.emplace(*view, width, height);
    for (int y = first; y < end; ++y) {
      converter_.ToLinear(photo, 0, y, width, row.data());
      if (matte_row) {
        matte_row->Load(y);
        sky_row->Load(y);
      }
      if (twilight_row) twilight_row->Load(y);
      if (view_row) view_row->Load(y);
      int from = 0;  // of the run of changed pixels
      const auto flush = [&](int to) {
        if (to > from) {
          converter_.FromLinear(
              &row[static_cast<size_t>(from) * 3], from, y, to - from, photo);
        }
        from = to + 1;
      };
      for (int x = 0; x < width; ++x) {
        float* rgb = &row[static_cast<size_t>(x) * 3];
        SkyMatte::Sample sample;
        if (matte_row) sample = matte_row->At(x, rgb);
        const bool changed = twilight_row || view_row || sample.alpha > 0.004f;
        if (!changed) {
          flush(x);
          continue;
        }
        const cv::Vec3f world = World(x, rgb, sample, twilight_row, view_row);
        cv::Vec3f out = world;
        if (sample.alpha > 0) {
          const float* s = sky_row->At(x);
          const float grain =
              kSkyGrain * look_.grain * GrainAt(x, y, look_.grain_correlation);
          for (int c = 0; c < 3; ++c) {
            const float noisy =
                s[c] + grain * 2.2f * std::pow(std::max(s[c], 0.003f), 0.55f);
            out[c] += sample.alpha * std::max(0.0f, noisy);
          }
        }
        for (int c = 0; c < 3; ++c) rgb[c] = out[c];
      }
      flush(width);
    }
  }

 private:
  /// All but the sky, in its new light.
  cv::Vec3f World(int x,
                  const float* rgb,
                  const SkyMatte::Sample& sample,
                  const std::optional<Twilight::Row>& twilight_row,
                  const std::optional<WindowView::Row>& view_row) const {
    cv::Vec3f foreground;
    for (int c = 0; c < 3; ++c) {
      const float rest = rgb[c] - sample.alpha * sample.sky[c];
      // What an estimate leaves over is no foreground.
      foreground[c] = sample.alpha > 0
                          ? std::clamp(rest, 0.0f, (1 - sample.alpha) * 1.2f)
                          : rgb[c];
    }
    if (twilight_row) return twilight_row->Light(x, rgb, foreground);
    if (view_row) {
      const float part = std::max(view_row->At(x, rgb), sample.alpha);
      const cv::Vec3f outside = view_grade * foreground;
      const cv::Vec3f room = room_grade * foreground;
      return room + (outside - room) * part;
    }
    return foreground;
  }

  const ColorConverter& converter_;
  FilmLook look_;
};

ImageU8 WholePicture(const ImageU8& srgb) {
  return ImageU8(srgb.width(), srgb.height(), 1, 255);
}

ImageU8 AroundMask(const cv::Mat& mask) {
  ImageU8 grown(mask.cols, mask.rows, 1);
  cv::Mat to(mask.size(), CV_8U, grown.data());
  const int band = std::max(mask.cols, mask.rows) / 50;
  cv::dilate(mask,
             to,
             cv::getStructuringElement(cv::MORPH_ELLIPSE,
                                       {2 * band + 1, 2 * band + 1}));
  return grown;
}

void RelightOutdoors(const Work& work,
                     const SkyRegion& region,
                     const RelightRequest& request,
                     const Photo& photo,
                     Painter& painter,
                     RelightReport& report) {
  const bool blue = BlueOfWorld(work.srgb, region.mask) < kBlueWorld;
  if (blue && request.sky != SkyKind::kDusk && request.sky != SkyKind::kBlue) {
    Refuse(photo,
           "taken at dusk: this sky would not go with its blue light; use "
           "--daylight sunset or night, or --sky dusk or blue");
  }
  report.may_change = AroundMask(region.mask);
  if (!request.relight) return;
  if (blue) {
    report.warnings.push_back("was taken at dusk: only its sky was replaced");
    return;
  }
  report.may_change = WholePicture(work.srgb);
  const std::vector<FacadeWindow> windows =
      FindFacadeWindows(work.srgb, work.linear, region.mask);
  report.windows_lit = static_cast<int>(windows.size());
  if (windows.empty()) {
    report.warnings.push_back("no windows to be lit were found in it");
  }
  painter.twilight.emplace(work.linear,
                           region.mask,
                           windows,
                           AmbientUnder(request.sky),
                           request.seed);
}

SkyRegion RelightRoom(const Scene& scene,
                      const Work& work,
                      const RelightRequest& request,
                      const Photo& photo,
                      Painter& painter,
                      RelightReport& report) {
  if (scene.trust != SceneTrust::kRoom) {
    Refuse(photo,
           "neither a sky that is sure nor a room with windows could be made "
           "out in it");
  }
  const std::vector<cv::Rect> boxes =
      WithOutlook(WindowBoxes(scene, work.srgb), work.srgb);
  if (boxes.empty()) {
    Refuse(photo, "no window with a view of sky or plants was found in it");
  }
  WindowView view(work.srgb, work.linear, boxes);
  SkyRegion region = FindSkyInWindows(work.srgb, boxes, view.mask());
  report.through_windows = true;
  painter.within = view.mask();
  report.may_change = AroundMask(region.mask);
  if (!request.relight) {
    if (!region.doubt.empty()) Refuse(photo, region.doubt);
    if (ShareBelowHorizon(scene.camera, region.mask) > kMostBelow) {
      Refuse(photo,
             "what looks like sky in its windows reaches below the horizon: "
             "walls of houses outside would turn blue");
    }
    return region;
  }
  if (SunInRoom(scene, work.linear) > kMostSun) {
    Refuse(photo,
           "the sun shines into the room, which would give a twilight view "
           "away; take a photo without sun on floor and walls");
  }
  if (view.share() < kLeastView) {
    Refuse(photo, "its windows could not be told from their frames");
  }
  if (cv::countNonZero(view.blown()) >
      kMostBlown * cv::countNonZero(view.mask())) {
    Refuse(photo,
           "the view through its windows is blown out; give a photo exposed "
           "for the view as well");
  }
  region.mask |= view.blown();
  region.doubt.clear();
  const Ambient ambient = AmbientUnder(request.sky);
  painter.view_grade =
      ambient.grade * static_cast<double>(std::exp2(ambient.stops - 0.4f));
  painter.room_grade =
      WhiteBalanceMatrix(kRoomWarm, 0) * static_cast<double>(kRoomGain);
  painter.view.emplace(std::move(view));
  report.may_change = WholePicture(work.srgb);
  return region;
}

}  // namespace

RelightReport Relight(const Scene& scene,
                      const RelightRequest& request,
                      const ColorConverter& converter,
                      const WorkControl& control,
                      Photo& photo) {
  const Work work{ReadSrgb8(photo, converter, kWorkLongEdgePx),
                  ReadLinear(photo, converter, kWorkLongEdgePx)};
  Painter painter(converter, photo);
  RelightReport report;
  SkyRegion region;
  // Under a white sky only plants tell a garden from a white ceiling.
  const double garden = Share(FoliageMask(work.srgb));
  const bool may_be_outdoors =
      scene.outdoors ||
      (scene.trust == SceneTrust::kNone && garden > kGarden) ||
      (scene.trust == SceneTrust::kFloorOnly && garden > kLargeGarden);
  if (may_be_outdoors) region = FindSkyOutdoors(work.srgb);
  if (may_be_outdoors && (scene.outdoors || region.doubt.empty())) {
    if (!region.doubt.empty()) Refuse(photo, region.doubt);
    RelightOutdoors(work, region, request, photo, painter, report);
  } else {
    region = RelightRoom(scene, work, request, photo, painter, report);
  }
  report.sky_fraction =
      cv::countNonZero(region.mask) / static_cast<double>(region.mask.total());
  report.sky_confidence = region.confidence;
  if (report.sky_fraction > 0) {
    painter.matte.emplace(work.linear, region.mask, painter.within);
    const Camera camera = SkyCamera(scene.camera);
    const double horizon =
        (report.through_windows ? 0 : kHiddenHorizon) *
        std::max(0.0, LowestSkyDegrees(camera, region.mask) - 2);
    painter.sky = PaintSky(SkyModel(request.sky, request.seed, horizon),
                           camera,
                           region.mask,
                           control.Part(0, 0.3));
  }
  ParallelRows(photo.height(), control.Part(0.3, 1), [&](int first, int end) {
    painter.Rows(first, end, photo);
  });
  return report;
}

}  // namespace stage::engine
