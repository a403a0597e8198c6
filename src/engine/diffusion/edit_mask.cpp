#include "engine/diffusion/edit_mask.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <sstream>

#include "core/error.h"
#include "core/text_encoding.h"

namespace stage::engine {
namespace {

constexpr int kWhiteFrom = 128;

ImageU8 BoxMask(const std::string& text, const Photo& photo) {
  std::istringstream stream(text);
  int64_t x = 0, y = 0, width = 0, height = 0;
  char comma = 0;
  stream >> x >> comma >> y >> comma >> width >> comma >> height;
  if (!stream || x < 0 || y < 0 || width <= 0 || height <= 0 ||
      x + width > photo.width() || y + height > photo.height()) {
    throw Error(ErrorKind::kInput,
                Utf8Path(photo.source.path.filename()) + ": --mask " + text +
                    " is not within the photo");
  }
  ImageU8 mask(photo.width(), photo.height(), 1);
  for (int64_t row = y; row < y + height; ++row) {
    std::fill_n(mask.row(static_cast<int>(row)) + x, width, uint8_t{255});
  }
  return mask;
}

ImageU8 FileMask(const std::filesystem::path& file, const Photo& photo) {
  const Photo drawn = ReadPhoto(file);
  const ImageU8 srgb = ReadSrgb8(
      drawn, ColorConverter(drawn), std::max(drawn.width(), drawn.height()));
  ImageU8 grey(srgb.width(), srgb.height(), 1);
  for (int y = 0; y < srgb.height(); ++y) {
    for (int x = 0; x < srgb.width(); ++x) {
      grey.at(x, y) = srgb.at(x, y, 1) >= kWhiteFrom ? 255 : 0;
    }
  }
  ImageU8 mask(photo.width(), photo.height(), 1);
  cv::Mat target(mask.height(), mask.width(), CV_8U, mask.data());
  cv::resize(cv::Mat(grey.height(), grey.width(), CV_8U, grey.data()),
             target,
             target.size(),
             0,
             0,
             cv::INTER_NEAREST);
  return mask;
}

}  // namespace

ImageU8 EditMask(const EditParameters& edit, const Photo& photo) {
  if (!edit.mask_box.empty()) return BoxMask(edit.mask_box, photo);
  if (edit.mask.empty()) {
    return ImageU8(photo.width(), photo.height(), 1, uint8_t{255});
  }
  ImageU8 mask = FileMask(edit.mask, photo);
  if (std::none_of(mask.data(), mask.data() + mask.size_bytes(), [](uint8_t v) {
        return v != 0;
      })) {
    throw Error(
        ErrorKind::kInput,
        Utf8Path(edit.mask) + ": covers nothing; white is what may change");
  }
  return mask;
}

}  // namespace stage::engine
