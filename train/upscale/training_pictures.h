#pragma once

#include <filesystem>
#include <opencv2/core.hpp>
#include <vector>

#include "upscale/drawn_pictures.h"

namespace stage::train {

struct PictureMix {
  int dead_leaves = 64;
  int lines_and_letters = 32;
  int side = 256;               ///< pixels of a drawn picture's side
  std::filesystem::path rooms;  ///< folder of rendered rooms
};

/// Patches one after the other, each as planes of red, green and blue, 0..1.
struct Batch {
  int count = 0;
  int small_side = 0;
  std::vector<float> small;  ///< count * 3 * small_side * small_side
  std::vector<float> large;  ///< twice the sides
};

/// The pictures that patches are cut from, made once from a seed.
class TrainingPictures {
 public:
  TrainingPictures(uint64_t seed, const PictureMix& mix);

  /// Patches with their halves: `worn` of them went through what listing
  /// photos go through, the others were only reduced. The same random state
  /// gives the same batch.
  Batch Sample(Random& random, int count, int small_side, double worn) const;

 private:
  const cv::Mat& Pick(Random& random) const;

  std::vector<cv::Mat> drawn_;  ///< CV_8UC3
  std::vector<cv::Mat> rooms_;
};

}  // namespace stage::train
