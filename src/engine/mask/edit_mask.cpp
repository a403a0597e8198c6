#include "engine/mask/edit_mask.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/error.h"
#include "core/photo/drawn_mask.h"
#include "engine/mat_view.h"

namespace stage::engine {
namespace {

// Masks made at another size are a pixel off by rounding, not a tenth.
constexpr double kMostAspectOff = 0.02;
constexpr double kRimShareOfLongEdge = 0.004;
constexpr int kLeastRimPx = 2;
constexpr int kMostGrowthPx = 2000;
constexpr int kWholePhoto = 1 << 24;

std::string SizeText(int width, int height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

std::array<int, 4> BoxNumbers(const std::string& box) {
  std::array<int, 4> numbers{};
  const char* at = box.data();
  const char* end = box.data() + box.size();
  for (int& number : numbers) {
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error != std::errc() || number < 0) {
      throw Error(ErrorKind::kUsage, "--mask " + box + ": write it as x,y,w,h");
    }
    number = std::min(number, kWholePhoto);
    at = rest == end ? end : rest + 1;
  }
  return numbers;
}

ImageU8 BoxMask(const std::string& box, const Photo& photo) {
  const auto [x, y, width, height] = BoxNumbers(box);
  const cv::Rect marked = cv::Rect(x, y, width, height) &
                          cv::Rect(0, 0, photo.width(), photo.height());
  if (marked.area() == 0) {
    throw Error(ErrorKind::kInput,
                photo.source.path.filename().string() + ": --mask " + box +
                    " lies outside of the photo, which has " +
                    SizeText(photo.width(), photo.height()) + " pixels");
  }
  ImageU8 mask(photo.width(), photo.height(), 1);
  MatOf(mask)(marked).setTo(255);
  return mask;
}

ImageU8 PictureMask(const std::filesystem::path& path, const Photo& photo) {
  ImageU8 drawn = MarkedPart(ReadPhoto(path));
  const double aspect = static_cast<double>(drawn.width()) / drawn.height();
  const double wanted = static_cast<double>(photo.width()) / photo.height();
  if (std::abs(aspect / wanted - 1) > kMostAspectOff) {
    throw Error(ErrorKind::kInput,
                path.filename().string() + ": a mask of " +
                    SizeText(drawn.width(), drawn.height()) +
                    " pixels does not fit a photo of " +
                    SizeText(photo.width(), photo.height()) +
                    "; draw it on the upright photo");
  }
  cv::Mat sized;
  cv::resize(MatOf(drawn),
             sized,
             {photo.width(), photo.height()},
             0,
             0,
             cv::INTER_LINEAR);
  ImageU8 mask(photo.width(), photo.height(), 1);
  MatOf(mask).setTo(255, sized > 127);
  if (cv::countNonZero(MatOf(mask)) == 0) {
    throw Error(ErrorKind::kInput,
                path.filename().string() +
                    ": marks nothing; paint what is to go white");
  }
  return mask;
}

}  // namespace

ImageU8 ReadMask(const std::filesystem::path& mask,
                 const std::string& box,
                 const Photo& photo) {
  return mask.empty() ? BoxMask(box, photo) : PictureMask(mask, photo);
}

ImageU8 EditMask(const EditParameters& edit, const Photo& photo) {
  if (edit.mask.empty() && edit.mask_box.empty()) {
    return ImageU8(photo.width(), photo.height(), 1, uint8_t{255});
  }
  return ReadMask(edit.mask, edit.mask_box, photo);
}

MaskGrowth ParseMaskGrowth(const std::string& text) {
  if (text.empty() || text == "auto") return {};
  if (text == "off") return {0, false};
  int pixels = -1;
  const auto [rest, error] =
      std::from_chars(text.data(), text.data() + text.size(), pixels);
  if (error != std::errc() || rest != text.data() + text.size() || pixels < 0 ||
      pixels > kMostGrowthPx) {
    throw Error(ErrorKind::kUsage,
                "--mask-grow " + text +
                    ": write auto, off, or pixels from 0 to " +
                    std::to_string(kMostGrowthPx));
  }
  return {pixels, false};
}

ImageU8 Grown(const ImageU8& mask, const MaskGrowth& growth) {
  const int rim = growth.rim_px.value_or(std::max(
      kLeastRimPx,
      static_cast<int>(std::lround(kRimShareOfLongEdge *
                                   std::max(mask.width(), mask.height())))));
  if (rim == 0) return mask;
  ImageU8 grown(mask.width(), mask.height(), 1);
  cv::Mat out = MatOf(grown);
  cv::dilate(
      MatOf(mask),
      out,
      cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * rim + 1, 2 * rim + 1}));
  return grown;
}

}  // namespace stage::engine
