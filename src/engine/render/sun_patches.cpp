#include "engine/render/sun_patches.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/mat_view.h"
#include "engine/render/sharp_patches.h"

namespace stage::engine {
namespace {

constexpr int kLongEdge = 768;
constexpr int kCoarser = 4;  // the surroundings are measured at a quarter
constexpr float kThreshold = 1.35f;  // times the wide neighbourhood
constexpr float kSoftness = 0.4f;
constexpr float kStrongest = 4.5f;  // sun over shade
constexpr float kLeastSun = 1.35f;  // sun over the shade beside it
constexpr float kBrightest = 20;    // over a surface's darker parts
constexpr float kDark = 0.01f;
constexpr double kEven = 2;            // pixels over which colours are compared
constexpr double kLeastShare = 0.002;  // of the surface
constexpr int kLeastPixels = 500;      // of a surface, to say anything

cv::Mat Quarter(const cv::Mat& image) {
  cv::Mat small;
  cv::resize(image,
             small,
             cv::Size(std::max(1, image.cols / kCoarser),
                      std::max(1, image.rows / kCoarser)),
             0,
             0,
             cv::INTER_AREA);
  return small;
}

cv::Mat Spread3(const cv::Mat& one) {
  const cv::Mat channels[3] = {one, one, one};
  cv::Mat three;
  cv::merge(channels, 3, three);
  return three;
}

// Mean of `value` around each pixel, over pixels of the mask only.
cv::Mat MaskedBlur(const cv::Mat& value, const cv::Mat& mask, double sigma) {
  const bool color = value.channels() == 3;
  cv::Mat sum, weight;
  cv::GaussianBlur(
      value.mul(color ? Spread3(mask) : mask), sum, cv::Size(0, 0), sigma);
  cv::GaussianBlur(mask, weight, cv::Size(0, 0), sigma);
  weight = cv::max(weight, 1e-4);
  return sum / (color ? Spread3(weight) : weight);
}

// The face of the room each pixel shows; -1 where light comes from outside.
cv::Mat FaceMap(const LightField& field,
                const OpeningSet& openings,
                const cv::Size& size) {
  cv::Mat faces(size, CV_16S);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const Eigen::Vector3f ray =
          field.view.Ray((x + 0.5f) * field.view.width() / size.width,
                         (y + 0.5f) * field.view.height() / size.height);
      const RoomHit hit = field.prism.Intersect(field.view.position(), ray);
      const bool outside = hit.face < 0 || hit.face == RoomPrism::kCeiling ||
                           openings.Contain(hit) ||
                           field.WindowAt(hit.point, hit.face);
      faces.at<int16_t>(y, x) = static_cast<int16_t>(outside ? -1 : hit.face);
    }
  }
  return faces;
}

// How far brightness may be the sun's, 0..1. Sun multiplies a surface's colour;
// a floor's gloss adds the window's light to it, so that a brown floor gains
// far more blue than red: sun in a bedroom gained 1.5 times as much, the gloss
// of tiles and varnished oak 2.3 to 15 times. Clipped light says nothing.
float SunShare(const cv::Vec3f& seen, const cv::Vec3f& around) {
  constexpr float kClipped = 0.95f, kMixed = 1.7f, kGloss = 2.3f;
  if (std::max({seen[0], seen[1], seen[2]}) > kClipped) return 1;
  const float red = seen[0] / std::max(kDark, around[0]);
  const float blue = seen[2] / std::max(kDark, around[2]);
  return std::clamp(
      (kGloss - blue / std::max(red, 1e-3f)) / (kGloss - kMixed), 0.0f, 1.0f);
}

class PatchFinder {
 public:
  PatchFinder(const cv::Mat& photo, const cv::Mat& faces)
      : photo_(photo), faces_(faces), size_(photo.size()) {
    cv::Mat gray, bytes;
    cv::transform(photo, gray, cv::Matx13f(1 / 3.0f, 1 / 3.0f, 1 / 3.0f));
    gray = cv::min(gray, 1.0);
    gray.convertTo(bytes, CV_8U, 255);
    // Median first: plank joints and tile glints are not sun.
    cv::medianBlur(bytes, bytes, 2 * (size_.width / 200) + 1);
    bytes.convertTo(smooth_, CV_32F, 1 / 255.0);
    cv::GaussianBlur(photo_, even_, cv::Size(0, 0), kEven);
    factor_ = cv::Mat(size_, CV_32F, cv::Scalar(1));
    shaded_ = photo.clone();
    known_ = cv::Mat(size_, CV_8U, cv::Scalar(0));
  }

  void SearchFace(int face);
  const cv::Mat& factor() const { return factor_; }
  const cv::Mat& shaded() const { return shaded_; }
  const cv::Mat& smooth() const { return smooth_; }
  const cv::Mat& known() const { return known_; }

 private:
  cv::Mat Surroundings(const cv::Mat& mask, float median) const;

  const cv::Mat& photo_;
  const cv::Mat& faces_;
  const cv::Size size_;
  cv::Mat smooth_, even_, factor_, shaded_, known_;
};

// What each pixel's surface looks like around it where no sun falls, RGB.
cv::Mat PatchFinder::Surroundings(const cv::Mat& mask, float median) const {
  const cv::Mat value = Quarter(smooth_), inside = Quarter(mask);
  const double sigma = size_.width / 8.0 / kCoarser;
  const cv::Mat first = MaskedBlur(cv::min(value, 1.6 * median), inside, sigma);
  // Again without what looks sunlit, or a large patch would hide itself.
  cv::Mat lit = value > kThreshold * first;
  cv::dilate(lit, lit, cv::Mat(), cv::Point(-1, -1), 2);
  cv::Mat shaded = inside.clone();
  shaded.setTo(0, lit);
  const cv::Mat color = Quarter(photo_).mul(Spread3(shaded));
  const cv::Scalar sum = cv::sum(color), count = cv::sum(shaded);
  // Far inside a patch nothing near is shaded: the whole surface speaks.
  constexpr double kPrior = 0.01;
  const cv::Scalar mean = sum / std::max(1.0, count[0]);
  cv::Mat blurred, share;
  cv::GaussianBlur(color, blurred, cv::Size(0, 0), sigma);
  cv::GaussianBlur(shaded, share, cv::Size(0, 0), sigma);
  blurred += cv::Scalar(mean * kPrior);
  share += kPrior;
  cv::Mat base = blurred / Spread3(share), full;
  cv::resize(base, full, size_, 0, 0, cv::INTER_LINEAR);
  return full;
}

void PatchFinder::SearchFace(int face) {
  const cv::Mat inside = faces_ == face;
  if (cv::countNonZero(inside) < kLeastPixels) return;
  std::vector<float> values;
  for (int y = 0; y < size_.height; ++y) {
    for (int x = 0; x < size_.width; ++x) {
      if (inside.at<uint8_t>(y, x)) values.push_back(smooth_.at<float>(y, x));
    }
  }
  std::nth_element(
      values.begin(), values.begin() + values.size() / 2, values.end());
  cv::Mat mask;
  inside.convertTo(mask, CV_32F, 1 / 255.0);
  const cv::Mat base =
      Surroundings(mask, std::max(kDark, values[values.size() / 2]));
  cv::Mat found(size_, CV_32F, cv::Scalar(1));
  for (int y = 0; y < size_.height; ++y) {
    for (int x = 0; x < size_.width; ++x) {
      if (!inside.at<uint8_t>(y, x)) continue;
      const cv::Vec3f& b = base.at<cv::Vec3f>(y, x);
      const float around = std::max(kDark, (b[0] + b[1] + b[2]) / 3);
      const float s = smooth_.at<float>(y, x) / around;
      const float sure = std::clamp((s - kThreshold) / kSoftness, 0.0f, 1.0f) *
                         SunShare(even_.at<cv::Vec3f>(y, x), b);
      found.at<float>(y, x) = std::clamp(1 + sure * (s - 1), 1.0f, kBrightest);
    }
  }
  // A strip this narrow is a pale plank.
  const int narrow = 2 * (std::min(size_.width, size_.height) / 160) + 1;
  cv::morphologyEx(
      found,
      found,
      cv::MORPH_OPEN,
      cv::getStructuringElement(cv::MORPH_ELLIPSE, {narrow, narrow}));
  const auto sunny = static_cast<size_t>(cv::countNonZero(found > 1.3f));
  if (sunny < kLeastShare * values.size()) return;
  for (int y = 0; y < size_.height; ++y) {
    for (int x = 0; x < size_.width; ++x) {
      const float factor = found.at<float>(y, x);
      if (factor <= 1) continue;
      factor_.at<float>(y, x) = factor;
    }
  }
  base.copyTo(shaded_, inside);
  known_.setTo(1, inside);
}

cv::Mat PatchRim() {
  return cv::getStructuringElement(cv::MORPH_ELLIPSE, {9, 9});
}

// 1 on the patches and around them, 0 elsewhere.
cv::Mat Widened(const cv::Mat& sharp) {
  cv::Mat outer;
  sharp.convertTo(outer, CV_32F);
  cv::dilate(outer, outer, PatchRim());
  return outer;
}

// Brightness over that in the shade, at least 1.
cv::Mat OverShade(const cv::Mat& value, const cv::Mat& shaded) {
  cv::Mat gray, over;
  cv::transform(shaded, gray, cv::Matx13f(1 / 3.0f, 1 / 3.0f, 1 / 3.0f));
  cv::divide(value, cv::max(gray, kDark), over);
  return cv::max(over, 1.0f);
}

// Takes the shade beside each patch for its own, on each face of the room:
// where a patch ends there is then no step, however bright the rest of the
// floor is. Far inside a patch what is known of the surface stays.
// @param outer  above 0 on the patches and around them
void TakeShadeBeside(const cv::Mat& photo,
                     const cv::Mat& faces,
                     const cv::Mat& outer,
                     cv::Mat& shaded) {
  constexpr double kBeside = 10;  // pixels
  constexpr float kLeast = 0.02f;
  double last_face = 0;
  cv::minMaxLoc(faces, nullptr, &last_face);
  for (int face = 0; face <= static_cast<int>(last_face); ++face) {
    const cv::Mat inside = faces == face;
    const cv::Mat patch = inside & (outer > 0);
    if (cv::countNonZero(patch) == 0) continue;
    cv::Mat weight;
    cv::Mat(inside & (outer <= 0)).convertTo(weight, CV_32F, 1 / 255.0);
    cv::Mat sum, share;
    cv::GaussianBlur(photo.mul(Spread3(weight)), sum, cv::Size(0, 0), kBeside);
    cv::GaussianBlur(weight, share, cv::Size(0, 0), kBeside);
    const cv::Mat mixed = (sum + shaded * kLeast) / Spread3(share + kLeast);
    mixed.copyTo(shaded, patch);
  }
}

// Bilinear taps at a point given as fractions of an image's sides.
struct Taps {
  int x0, y0, x1, y1;
  float fx, fy;

  Taps(const ImageF& image, float x, float y) {
    const float px =
        std::clamp(x * image.width() - 0.5f, 0.0f, image.width() - 1.001f);
    const float py =
        std::clamp(y * image.height() - 0.5f, 0.0f, image.height() - 1.001f);
    x0 = static_cast<int>(px), y0 = static_cast<int>(py);
    x1 = std::min(x0 + 1, image.width() - 1);
    y1 = std::min(y0 + 1, image.height() - 1);
    fx = px - x0, fy = py - y0;
  }
  template <typename Read>
  auto Mix(const Read& read) const -> decltype(read(0, 0)) {
    return (read(x0, y0) * (1 - fx) + read(x1, y0) * fx) * (1 - fy) +
           (read(x0, y1) * (1 - fx) + read(x1, y1) * fx) * fy;
  }
};

}  // namespace

float SunPatches::FactorAt(float x, float y) const {
  if (empty()) return 1;
  const Taps taps(maps_.factor, x, y);
  return taps.Mix([&](int i, int j) { return maps_.factor.at(i, j); });
}

float SunPatches::SunAt(float x, float y) const {
  if (empty()) return 1;
  const Taps taps(maps_.near, x, y);
  const float near =
      taps.Mix([&](int i, int j) { return maps_.near.at(i, j); });
  return 1 + (FactorAt(x, y) - 1) * near;
}

Color SunPatches::ShadeAt(float x, float y, const Color& pixel) const {
  if (empty()) return Color::Ones();
  const Taps taps(maps_.factor, x, y);
  const float near =
      taps.Mix([&](int i, int j) { return maps_.near.at(i, j); });
  if (near <= 0) return Color::Ones();
  const float interior =
      taps.Mix([&](int i, int j) { return maps_.interior.at(i, j); });
  auto color = [&](const ImageF& image) {
    return taps.Mix([&](int i, int j) -> Color {
      return LoadColor(image.row(j) + 3 * static_cast<size_t>(i));
    });
  };
  const Color shaded = color(maps_.shaded).max(kDark);
  const Color lit = color(maps_.lit).max(shaded);
  // Inside a patch brightness is texture; along its edge it tells how much
  // sun the pixel gets.
  const float gain = std::max(kDark, (lit - shaded).mean());
  const float edge =
      std::clamp((pixel - shaded).mean() / gain, 0.0f, 1.0f) * near;
  const float sun = edge + (1 - edge) * interior;
  return shaded / (shaded + sun * (lit - shaded));
}

std::optional<Color> SunPatches::ShadedAt(float x, float y) const {
  if (empty()) return std::nullopt;
  const Taps taps(maps_.shaded, x, y);
  const std::array<std::array<int, 2>, 4> corners = {{{taps.x0, taps.y0},
                                                      {taps.x1, taps.y0},
                                                      {taps.x0, taps.y1},
                                                      {taps.x1, taps.y1}}};
  for (const auto& [i, j] : corners) {
    if (maps_.known.at(i, j) == 0) return std::nullopt;
  }
  return taps.Mix([&](int i, int j) -> Color {
    return LoadColor(maps_.shaded.row(j) + 3 * static_cast<size_t>(i));
  });
}

SunPatches FindSunPatches(const LightField& field,
                          const OpeningSet& openings,
                          const ImageF& photo_linear) {
  const double scale =
      std::min(1.0,
               static_cast<double>(kLongEdge) /
                   std::max(photo_linear.width(), photo_linear.height()));
  const cv::Size size(
      std::max(1, static_cast<int>(photo_linear.width() * scale)),
      std::max(1, static_cast<int>(photo_linear.height() * scale)));
  cv::Mat photo;
  cv::resize(MatOf(photo_linear), photo, size, 0, 0, cv::INTER_AREA);
  const cv::Mat faces = FaceMap(field, openings, size);
  PatchFinder finder(photo, faces);
  for (int face = 0; face < static_cast<int>(field.prism.faces().size());
       ++face) {
    if (face != RoomPrism::kCeiling) finder.SearchFace(face);
  }
  if (cv::countNonZero(finder.factor() > 1.3f) == 0) return {};
  SunPatches::Maps maps;
  for (ImageF* map : {&maps.factor, &maps.interior, &maps.near}) {
    *map = ImageF(size.width, size.height, 1);
  }
  for (ImageF* map : {&maps.shaded, &maps.lit}) {
    *map = ImageF(size.width, size.height, 3);
  }
  finder.shaded().copyTo(MatOf(maps.shaded));
  maps.known = ImageU8(size.width, size.height, 1);
  finder.known().copyTo(cv::Mat(size, CV_8U, maps.known.data()));
  cv::Mat factor = MatOf(maps.factor);
  cv::GaussianBlur(finder.factor(), factor, cv::Size(0, 0), 1.0);
  maps.sharp = SharpPatches(maps.factor);
  cv::Mat sharp(size, CV_8U, maps.sharp.data()), shaded = MatOf(maps.shaded);
  // What is hardly brighter than the shade beside the patch is no part of it.
  TakeShadeBeside(photo, faces, Widened(sharp), shaded);
  sharp &= OverShade(finder.smooth(), shaded) > kLeastSun;
  cv::morphologyEx(sharp, sharp, cv::MORPH_OPEN, cv::Mat());
  const cv::Mat outer = Widened(sharp);
  finder.shaded().copyTo(shaded);
  TakeShadeBeside(photo, faces, outer, shaded);
  OverShade(finder.smooth(), shaded).copyTo(factor, outer > 0);
  cv::min(factor, kStrongest, factor);
  cv::Mat weight, inner;
  sharp.convertTo(weight, CV_32F);
  constexpr double kSurface = 5;  // pixels over which a patch's own tone varies
  MaskedBlur(photo, weight, kSurface).copyTo(MatOf(maps.lit));
  cv::erode(weight, inner, PatchRim());
  constexpr double kSoft = 1.5;
  cv::GaussianBlur(inner, MatOf(maps.interior), cv::Size(0, 0), kSoft);
  cv::GaussianBlur(outer, MatOf(maps.near), cv::Size(0, 0), kSoft);
  return SunPatches(std::move(maps));
}

}  // namespace stage::engine
