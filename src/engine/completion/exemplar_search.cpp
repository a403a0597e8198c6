#include "engine/completion/exemplar_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <opencv2/imgproc.hpp>

#include "engine/completion/shift_candidates.h"
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

// For each row, whether a patch of it may be copied.
std::vector<char> RowsWithPatch(const ImageU8& usable) {
  const cv::Mat centres = UsableCentres(usable);
  std::vector<char> rows(static_cast<size_t>(usable.height()));
  for (int y = 0; y < usable.height(); ++y) {
    rows[static_cast<size_t>(y)] = cv::countNonZero(centres.row(y)) > 0;
  }
  return rows;
}

// What the coarsest level begins with: few large copies, or what its rows show
// beside the hole.
enum class Beginning { kShiftMap, kRows };

// Whether the hole has rows of which the coarser level shows no whole patch
// any more: the stub of a skirting beside it, say.
bool LosesRows(const PatchLevel& fine,
               const PatchLevel& coarse,
               const CopyCost& cost) {
  const std::vector<char> before = RowsWithPatch(fine.usable);
  const std::vector<char> after = RowsWithPatch(coarse.usable);
  for (int y = 0; y < coarse.hole.height(); ++y) {
    if (after[y] || cost.IsPlain(y)) continue;
    if (cv::countNonZero(MatOf(coarse.hole).row(y)) == 0) continue;
    const int below = std::min(2 * y + 1, fine.usable.height() - 1);
    if (before[2 * y] && before[below]) return true;
  }
  return false;
}

std::vector<PatchLevel> Pyramid(const HoledSurface& surface,
                                const CopyCost& cost,
                                Beginning beginning) {
  const bool by_rows = beginning == Beginning::kRows;
  std::vector<PatchLevel> levels;
  levels.push_back(FinestLevel(surface));
  if (by_rows) FillWithRows(levels.back(), cost);
  const size_t most = by_rows ? kMostRowLevels : kMostLevels;
  while (levels.size() < most && Depth(levels.back().hole) > kCoarsestDepthPx) {
    PatchLevel coarser = Halved(levels.back());
    if (std::min(coarser.pixels.width(), coarser.pixels.height()) <
            kLeastSidePx ||
        !HasPatch(coarser.usable) ||
        (by_rows && LosesRows(levels.back(),
                              coarser,
                              cost.AtLevel(static_cast<int>(levels.size()))))) {
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

// Switches, sockets and their like on an even wall, with some pixels around
// them: what departs from its surroundings by far more than the plaster does.
cv::Mat MarksOn(const HoledSurface& wall) {
  constexpr double kFinePx = 1, kCoarsePx = 6;
  constexpr float kLeast = 0.012f, kInMedians = 6;
  constexpr int kRimPx = 5;
  cv::Mat grey, fine, coarse;
  cv::cvtColor(MatOf(wall.detail), grey, cv::COLOR_RGB2GRAY);
  cv::GaussianBlur(grey, fine, {}, kFinePx);
  cv::GaussianBlur(grey, coarse, {}, kCoarsePx);
  const cv::Mat away = cv::abs(fine - coarse);
  std::vector<float> values;
  for (int y = 0; y < away.rows; ++y) {
    for (int x = 0; x < away.cols; ++x) {
      if (wall.usable.at(x, y) != 0) values.push_back(away.at<float>(y, x));
    }
  }
  if (values.empty()) return cv::Mat(away.size(), CV_8U, cv::Scalar(0));
  const auto half =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), half, values.end());
  cv::Mat marks = away > std::max(kLeast, kInMedians * *half);
  const int side = 2 * kRimPx + 1;
  cv::dilate(marks, marks, cv::Mat::ones(side, side, CV_8U));
  return marks;
}

// Puts few large copies into the even part of a wall: matches prefer what is
// smooth, and its plaster would lose its grain.
void CopyEvenPart(const HoledSurface& surface,
                  const CopyCost& cost,
                  const WorkControl& work,
                  std::vector<int>& source) {
  HoledSurface even = surface;
  const int from = std::max(0, static_cast<int>(std::ceil(cost.even_from)));
  const int height = even.hole.height();
  const int to = std::min(height, static_cast<int>(cost.even_to));
  for (ImageU8* mask : {&even.hole, &even.usable}) {
    MatOf(*mask).rowRange(0, from).setTo(0);
    MatOf(*mask).rowRange(to, height).setTo(0);
  }
  ImageU8 unmarked = even.usable;
  MatOf(unmarked).setTo(0, MarksOn(even));
  if (2 * cv::countNonZero(MatOf(unmarked)) >
      cv::countNonZero(MatOf(even.usable))) {
    even.usable = std::move(unmarked);
  }
  if (!HasPatch(even.usable) || cv::countNonZero(MatOf(even.hole)) == 0) return;
  std::vector<PatchLevel> levels = Pyramid(even, cost, Beginning::kShiftMap);
  DropLevelsBelowShiftMap(levels);
  std::unique_ptr<PatchField> field;
  for (int i = static_cast<int>(levels.size()) - 1; i >= 0; --i) {
    const CopyCost here = cost.AtLevel(i);
    auto finer = std::make_unique<PatchField>(levels[i], here, 0);
    if (field == nullptr) {
      finer->BeginWith(ShiftMap(levels[i], here, work), levels[i]);
    } else {
      finer->TakeCoarser(*field);
    }
    field = std::move(finer);
  }
  for (size_t p = 0; p < source.size(); ++p) {
    if (even.hole.data()[p] != 0) {
      source[p] = field->SourceOf(static_cast<int>(p));
    }
  }
}

}  // namespace

bool HasPatch(const ImageU8& usable) {
  return cv::countNonZero(UsableCentres(usable)) > 0;
}

CopyMap FindExemplars(const HoledSurface& surface,
                      const CopyCost& cost,
                      uint64_t seed,
                      const WorkControl& work) {
  const bool by_rows = cost.rise > 0;
  std::vector<PatchLevel> levels =
      Pyramid(surface, cost, by_rows ? Beginning::kRows : Beginning::kShiftMap);
  std::unique_ptr<PatchField> field;
  if (!by_rows) DropLevelsBelowShiftMap(levels);
  const int count = static_cast<int>(levels.size());
  for (int i = count - 1; i >= 0; --i) {
    const CopyCost here = cost.AtLevel(i);
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
  if (cost.even_to > cost.even_from) {
    // Not needed any more, and large.
    field.reset();
    levels = {};
    CopyEvenPart(surface, cost, work, map.source);
  }
  return map;
}

}  // namespace stage::engine
