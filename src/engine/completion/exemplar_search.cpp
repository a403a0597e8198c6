#include "engine/completion/exemplar_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <opencv2/imgproc.hpp>

#include "engine/completion/shift_map.h"
#include "engine/mat_view.h"

namespace stage::engine {
namespace {

// The hole is no deeper than this at the coarsest level.
constexpr double kCoarsestDepthPx = 12;
constexpr int kLeastSidePx = 20;
constexpr size_t kMostLevels = 12;
// With rows to begin with, narrow ones are kept: skirtings, joints of stones.
constexpr size_t kMostRowLevels = 3;
constexpr size_t kLeastRowPx = 8;
// Surroundings over which busyness is averaged, at full size.
constexpr int kTextureWindowPx = 15;
constexpr float kTextureWeight = 2.0f;

// Mean absolute gradient around each pixel, over known pixels only.
cv::Mat Busyness(const HoledSurface& surface) {
  cv::Mat grey, gx, gy, known, mean, count;
  cv::cvtColor(MatOf(surface.detail), grey, cv::COLOR_RGB2GRAY);
  cv::Sobel(grey, gx, CV_32F, 1, 0, 1, 0.5);
  cv::Sobel(grey, gy, CV_32F, 0, 1, 1, 0.5);
  cv::Mat hole;
  cv::dilate(MatOf(surface.hole), hole, cv::Mat::ones(3, 3, CV_8U));
  cv::Mat(hole == 0).convertTo(known, CV_32F, 1.0 / 255);
  const cv::Size window(kTextureWindowPx, kTextureWindowPx);
  cv::boxFilter((cv::abs(gx) + cv::abs(gy)).mul(known), mean, CV_32F, window);
  cv::boxFilter(known, count, CV_32F, window);
  cv::max(count, 1e-3f, count);
  return mean / count;
}

PatchLevel FinestLevel(const HoledSurface& surface) {
  PatchLevel level;
  const int width = surface.detail.width(), height = surface.detail.height();
  level.pixels = ImageF(width, height, 4);
  const cv::Mat texture = Busyness(surface);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      float* pixel = &level.pixels.at(x, y);
      const bool hole = surface.hole.at(x, y) != 0;
      for (int c = 0; c < 3; ++c) {
        pixel[c] = hole ? 0 : surface.detail.at(x, y, c);
      }
      pixel[3] = kTextureWeight * texture.at<float>(y, x);
    }
  }
  level.hole = surface.hole;
  level.usable = surface.usable;
  level.sharpness = surface.sharpness;
  return level;
}

// Half the size. A coarse pixel is hole when any of its four is.
PatchLevel Halved(const PatchLevel& fine) {
  const int width = (fine.pixels.width() + 1) / 2;
  const int height = (fine.pixels.height() + 1) / 2;
  PatchLevel coarse;
  coarse.pixels = ImageF(width, height, 4);
  coarse.hole = ImageU8(width, height, 1);
  coarse.usable = ImageU8(width, height, 1);
  if (!fine.sharpness.empty()) coarse.sharpness = ImageF(width, height, 1);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      bool hole = false, usable = true;
      float sum[4] = {0, 0, 0, 0};
      int count = 0;
      for (int i = 0; i < 4; ++i) {
        const int fx = std::min(2 * x + i % 2, fine.pixels.width() - 1);
        const int fy = std::min(2 * y + i / 2, fine.pixels.height() - 1);
        hole = hole || fine.hole.at(fx, fy) != 0;
        usable = usable && fine.usable.at(fx, fy) != 0;
        for (int c = 0; c < 4; ++c) sum[c] += fine.pixels.at(fx, fy, c);
        ++count;
      }
      coarse.hole.at(x, y) = hole ? 255 : 0;
      coarse.usable.at(x, y) = usable ? 255 : 0;
      for (int c = 0; c < 4 && count > 0; ++c) {
        coarse.pixels.at(x, y, c) = sum[c] / static_cast<float>(count);
      }
      if (!coarse.sharpness.empty()) {
        coarse.sharpness.at(x, y) =
            fine.sharpness.at(std::min(2 * x, fine.pixels.width() - 1),
                              std::min(2 * y, fine.pixels.height() - 1));
      }
    }
  }
  return coarse;
}

double Depth(const ImageU8& hole) {
  cv::Mat distance;
  cv::distanceTransform(MatOf(hole), distance, cv::DIST_L2, 3);
  double deepest = 0;
  cv::minMaxLoc(distance, nullptr, &deepest);
  return deepest;
}

// A first estimate for what repeats along its rows: the middle value of what
// is known of each row, or of the nearest one that is known. Even rows share
// one.
void FillWithRows(PatchLevel& level, const CopyCost& cost) {
  const int width = level.pixels.width(), height = level.pixels.height();
  std::vector<int> known_rows;
  std::vector<std::array<float, 4>> middle(height);
  for (int y = 0; y < height; ++y) {
    std::array<std::vector<float>, 4> values;
    for (int x = 0; x < width; ++x) {
      if (level.usable.at(x, y) == 0) continue;
      for (int c = 0; c < 4; ++c) values[c].push_back(level.pixels.at(x, y, c));
    }
    if (values[0].size() < kLeastRowPx) continue;
    for (int c = 0; c < 4; ++c) {
      const auto half = values[c].begin() + values[c].size() / 2;
      std::nth_element(values[c].begin(), half, values[c].end());
      middle[y][c] = *half;
    }
    known_rows.push_back(y);
  }
  if (known_rows.empty()) return;
  const auto is_even = [&cost](int y) {
    return y >= cost.even_from && y + 1 <= cost.even_to;
  };
  std::array<float, 4> even_middle{};
  for (int c = 0; c < 4; ++c) {
    std::vector<float> values;
    for (const int y : known_rows) {
      if (is_even(y)) values.push_back(middle[y][c]);
    }
    if (values.empty()) continue;
    const auto half = values.begin() + values.size() / 2;
    std::nth_element(values.begin(), half, values.end());
    even_middle[c] = *half;
  }
  for (const int y : known_rows) {
    if (is_even(y)) middle[y] = even_middle;
  }
  for (int y = 0; y < height; ++y) {
    const int nearest = *std::min_element(
        known_rows.begin(), known_rows.end(), [y](int a, int b) {
          return std::abs(a - y) < std::abs(b - y);
        });
    for (int x = 0; x < width; ++x) {
      if (level.hole.at(x, y) == 0) continue;
      std::copy(middle[nearest].begin(),
                middle[nearest].end(),
                &level.pixels.at(x, y));
    }
  }
}

std::vector<PatchLevel> Pyramid(const HoledSurface& surface,
                                const CopyCost& cost) {
  const bool by_rows = cost.rise > 0;
  std::vector<PatchLevel> levels;
  levels.push_back(FinestLevel(surface));
  if (by_rows) FillWithRows(levels.back(), cost);
  const size_t most = by_rows ? kMostRowLevels : kMostLevels;
  while (levels.size() < most && Depth(levels.back().hole) > kCoarsestDepthPx) {
    PatchLevel coarser = Halved(levels.back());
    if (std::min(coarser.pixels.width(), coarser.pixels.height()) <
            kLeastSidePx ||
        !HasPatch(coarser.usable)) {
      break;
    }
    levels.push_back(std::move(coarser));
  }
  return levels;
}

// A hole of so many pixels is small enough to be filled by a graph cut, and
// large enough to show its joints.
void DropLevelsBelowShiftMap(std::vector<PatchLevel>& levels) {
  constexpr int kMostHolePx = 14000;
  for (size_t i = 0; i + 1 < levels.size(); ++i) {
    if (cv::countNonZero(MatOf(levels[i].hole)) > kMostHolePx) continue;
    levels.resize(i + 1);
  }
}

}  // namespace

bool HasPatch(const ImageU8& usable) {
  cv::Mat eroded;
  const int side = 2 * kPatchRadiusPx + 1;
  cv::erode(MatOf(usable),
            eroded,
            cv::Mat::ones(side, side, CV_8U),
            {-1, -1},
            1,
            cv::BORDER_CONSTANT,
            0);
  return cv::countNonZero(eroded) > 0;
}

CopyMap FindExemplars(const HoledSurface& surface,
                      const CopyCost& cost,
                      uint64_t seed,
                      const WorkControl& work) {
  const bool by_rows = cost.rise > 0;
  std::vector<PatchLevel> levels = Pyramid(surface, cost);
  std::unique_ptr<PatchField> field;
  if (!by_rows) DropLevelsBelowShiftMap(levels);
  const int count = static_cast<int>(levels.size());
  for (int i = count - 1; i >= 0; --i) {
    const double shrink = std::ldexp(1.0, -i);
    CopyCost here = cost;
    here.rise_px = std::max(1.0, cost.rise_px * shrink);
    here.even_from *= shrink;
    here.even_to *= shrink;
    auto finer = std::make_unique<PatchField>(levels[i], here, seed + i);
    if (field == nullptr && by_rows) {
      finer->BeginInRows();
    } else if (field == nullptr) {
      finer->BeginWith(ShiftMap(levels[i], here, work), levels[i]);
    } else {
      finer->TakeCoarser(*field);
      finer->Vote(levels[i], work);
    }
    const int turns = i == 0 && count > 1 ? 2 : std::min(2 + 2 * i, 8);
    for (int turn = 0; turn < turns; ++turn) {
      finer->Search(i == 0 && count > 1 ? 3 : 5, work);
      if (i > 0 || turn + 1 < turns) finer->Vote(levels[i], work);
    }
    field = std::move(finer);
    if (work.progress) work.progress(static_cast<double>(count - i) / count);
  }
  CopyMap map;
  map.source.assign(surface.hole.size_bytes(), -1);
  for (size_t p = 0; p < map.source.size(); ++p) {
    if (surface.hole.data()[p] != 0) {
      map.source[p] = field->SourceOf(static_cast<int>(p));
    }
  }
  return map;
}

}  // namespace stage::engine
