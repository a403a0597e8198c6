#include "upscale/training_pictures.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

#include "core/photo/photo.h"
#include "upscale/degradation.h"

namespace stage::train {
namespace {

/// How many patches come from rooms.
constexpr double kRoomShare = 0.2;
/// A worn patch is cut out of one that is larger by this, so that the blocks
/// of JPEG lie anywhere.
constexpr int kJpegMargin = 8;

/// A room without the traces of its own JPEG: half its size.
cv::Mat ReadRoom(const std::filesystem::path& file) {
  const Photo photo = ReadPhoto(file);
  cv::Mat picture(photo.height(), photo.width(), CV_8UC3);
  for (int y = 0; y < picture.rows; ++y) {
    std::copy_n(
        photo.pixels8.row(y), picture.cols * 3, picture.ptr<uint8_t>(y));
  }
  cv::Mat half;
  cv::resize(picture, half, {}, 0.5, 0.5, cv::INTER_AREA);
  return half;
}

/// Mirrored, turned, its colours swapped: eight times six pictures of one.
cv::Mat Varied(Random& random, const cv::Mat& patch) {
  cv::Mat varied = patch.clone();
  if (random() & 1) cv::flip(varied, varied, 0);
  if (random() & 1) cv::flip(varied, varied, 1);
  if (random() & 1) varied = varied.t();
  int order[3] = {0, 1, 2};
  for (int i = 2; i > 0; --i) {
    std::swap(order[i], order[UniformInt(random, 0, i)]);
  }
  cv::Mat mixed(varied.size(), CV_8UC3);
  cv::mixChannels(varied, mixed, {order[0], 0, order[1], 1, order[2], 2});
  return mixed;
}

void Append(const cv::Mat& patch, std::vector<float>& planes) {
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < patch.rows; ++y) {
      const uint8_t* row = patch.ptr<uint8_t>(y);
      for (int x = 0; x < patch.cols; ++x) {
        planes.push_back(row[3 * x + c] / 255.0f);
      }
    }
  }
}

}  // namespace

TrainingPictures::TrainingPictures(uint64_t seed, const PictureMix& mix) {
  Random random(seed);
  for (int i = 0; i < mix.dead_leaves; ++i) {
    drawn_.push_back(DrawDeadLeaves(random, mix.side));
  }
  for (int i = 0; i < mix.lines_and_letters; ++i) {
    drawn_.push_back(DrawLinesAndLetters(random, mix.side));
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(mix.rooms)) {
    if (entry.path().extension() == ".jpg") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) rooms_.push_back(ReadRoom(file));
  if (rooms_.empty()) {
    throw std::runtime_error(mix.rooms.string() + ": no pictures of rooms");
  }
}

const cv::Mat& TrainingPictures::Pick(Random& random) const {
  const auto& from = Uniform(random, 0, 1) < kRoomShare ? rooms_ : drawn_;
  return from[static_cast<size_t>(
      UniformInt(random, 0, static_cast<int>(from.size()) - 1))];
}

Batch TrainingPictures::Sample(Random& random,
                               int count,
                               int small_side,
                               double worn) const {
  Batch batch{.count = count, .small_side = small_side};
  const int side = 2 * (small_side + kJpegMargin);
  for (int i = 0; i < count; ++i) {
    const cv::Mat& picture = Pick(random);
    const cv::Rect area(UniformInt(random, 0, picture.cols - side),
                        UniformInt(random, 0, picture.rows - side),
                        side,
                        side);
    const cv::Mat patch = Varied(random, picture(area));
    const cv::Mat half = Uniform(random, 0, 1) < worn
                             ? HalvedAndWorn(random, patch)
                             : HalvedBicubic(patch);
    const int x = UniformInt(random, 0, kJpegMargin);
    const int y = UniformInt(random, 0, kJpegMargin);
    Append(half(cv::Rect(x, y, small_side, small_side)), batch.small);
    Append(patch(cv::Rect(2 * x, 2 * y, 2 * small_side, 2 * small_side)),
           batch.large);
  }
  return batch;
}

}  // namespace stage::train
