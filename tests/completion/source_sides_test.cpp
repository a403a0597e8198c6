#include "engine/completion/source_sides.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace stage::engine {
namespace {

constexpr int kWidth = 120, kHeight = 80;

ImageU8 Box(int x0, int y0, int x1, int y1) {
  ImageU8 mask(kWidth, kHeight, 1);
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) mask.at(x, y) = 255;
  }
  return mask;
}

TEST_CASE("SourcesBySides: each side is asked for by itself") {
  const ImageU8 hole = Box(50, 20, 70, 60);
  const ImageU8 usable(kWidth, kHeight, 1, 255);
  const CrossingLine edge{{50, 40}, {70, 40}, 20};
  int asked = 0;
  const ImageU8 chosen = SourcesBySides(
      {edge}, hole, usable, [&](const ImageU8& open, const ImageU8& known) {
        ++asked;
        const bool lower = known.at(0, kHeight - 1) != 0;
        CHECK((known.at(0, 0) != 0) != lower);
        CHECK((open.at(60, 25) != 0) != lower);
        CHECK((open.at(60, 55) != 0) == lower);
        return lower ? known : ImageU8(kWidth, kHeight, 1);
      });
  CHECK(asked == 2);
  CHECK(chosen.at(5, 5) == 0);
  CHECK(chosen.at(5, 75) == 255);
}

TEST_CASE("EvenSources: an even part that ends is all that is copied from") {
  const ImageU8 hole = Box(50, 30, 60, 40);
  const ImageU8 usable(kWidth, kHeight, 1, 255);
  cv::Mat even(kHeight, kWidth, CV_8U, cv::Scalar(255));
  even.colRange(90, 93).setTo(0);  // an edge; beyond it another even part
  const ImageU8 kept = EvenSources(even, hole, usable);
  CHECK(kept.at(20, 20) == 255);
  CHECK(kept.at(91, 20) == 0);
  CHECK(kept.at(110, 20) == 0);
}

TEST_CASE("EvenSources: beside what has a grain all may be copied from") {
  const ImageU8 hole = Box(50, 30, 60, 40);
  const ImageU8 usable(kWidth, kHeight, 1, 255);
  cv::Mat even(kHeight, kWidth, CV_8U, cv::Scalar(0));
  even.rowRange(0, 36).setTo(255);
  CHECK(EvenSources(even, hole, usable) == usable);
}

}  // namespace
}  // namespace stage::engine
