#include "engine/scene/wall_openings.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/scene/rectified_wall.h"

namespace stage::engine {
namespace {

// Where a rectangle's side may lie, in cells; `is_border`: not an edge that
// was seen but the end of what the picture shows.
struct Side {
  int cell = 0;
  bool is_border = false;
};

struct Rectangle {
  Side left, right, bottom, top;
  int width() const { return right.cell - left.cell; }
  int height() const { return top.cell - bottom.cell; }
};

// Sums over a wall that make the score of any rectangle cheap.
class WallEvidence {
 public:
  explicit WallEvidence(const RectifiedWall& wall) : wall_(wall) {
    // Two cells of slack: lines are not perfectly level after the fit.
    cv::Mat upright, level;
    cv::dilate(wall.edge_u,
               upright,
               cv::getStructuringElement(cv::MORPH_RECT, {5, 1}));
    cv::dilate(
        wall.edge_v, level, cv::getStructuringElement(cv::MORPH_RECT, {1, 5}));
    cv::Mat valid;
    wall.valid.convertTo(valid, CV_32F, 1 / 255.0);
    cv::Mat other(wall.departure.size(), CV_32F);
    for (int y = 0; y < other.rows; ++y) {
      for (int x = 0; x < other.cols; ++x) {
        const float d = wall.departure.at<float>(y, x);
        other.at<float>(y, x) =
            valid.at<float>(y, x) * std::clamp((d - 4) / 10, 0.0f, 1.0f);
      }
    }
    cv::integral(valid, valid_sum_, CV_64F);
    cv::integral(other, other_sum_, CV_64F);
    cv::integral(upright.mul(valid), upright_sum_, CV_64F);
    cv::integral(level.mul(valid), level_sum_, CV_64F);
  }

  double Valid(int x0, int y0, int x1, int y1) const {
    return Sum(valid_sum_, x0, y0, x1, y1);
  }
  double Other(int x0, int y0, int x1, int y1) const {
    return Sum(other_sum_, x0, y0, x1, y1);
  }
  // Share of other-than-wall cells among the visible ones, and 0 if none.
  double OtherShare(int x0, int y0, int x1, int y1) const {
    const double valid = Valid(x0, y0, x1, y1);
    return valid > 0 ? Other(x0, y0, x1, y1) / valid : 0;
  }
  double UprightSupport(int x, int y0, int y1) const {
    const double valid = Valid(x, y0, x + 1, y1);
    return valid > 0 ? Sum(upright_sum_, x, y0, x + 1, y1) / valid : 0;
  }
  double LevelSupport(int y, int x0, int x1) const {
    const double valid = Valid(x0, y, x1, y + 1);
    return valid > 0 ? Sum(level_sum_, x0, y, x1, y + 1) / valid : 0;
  }

 private:
  double Sum(const cv::Mat& sums, int x0, int y0, int x1, int y1) const {
    x0 = std::clamp(x0, 0, wall_.columns());
    x1 = std::clamp(x1, 0, wall_.columns());
    y0 = std::clamp(y0, 0, wall_.rows());
    y1 = std::clamp(y1, 0, wall_.rows());
    if (x1 <= x0 || y1 <= y0) return 0;
    return sums.at<double>(y1, x1) - sums.at<double>(y0, x1) -
           sums.at<double>(y1, x0) + sums.at<double>(y0, x0);
  }

  const RectifiedWall& wall_;
  cv::Mat valid_sum_, other_sum_, upright_sum_, level_sum_;
};

// The strongest local maxima of a profile of edge lengths, plus both ends of
// the visible part.
std::vector<Side> PickSides(const std::vector<double>& length_m,
                            int first_seen,
                            int last_seen,
                            double least_m,
                            int most) {
  std::vector<std::pair<double, int>> peaks;
  const int count = static_cast<int>(length_m.size());
  for (int i = 0; i < count; ++i) {
    bool is_peak = length_m[i] >= least_m;
    for (int j = std::max(0, i - 2); is_peak && j <= std::min(count - 1, i + 2);
         ++j) {
      if (length_m[j] > length_m[i] || (length_m[j] == length_m[i] && j < i)) {
        is_peak = false;
      }
    }
    if (is_peak) peaks.push_back({length_m[i], i});
  }
  std::sort(peaks.begin(), peaks.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  if (static_cast<int>(peaks.size()) > most) peaks.resize(most);
  std::vector<Side> sides;
  for (const auto& [length, cell] : peaks) {
    if (cell > first_seen + 2 && cell < last_seen - 2) {
      sides.push_back({cell, false});
    }
  }
  sides.push_back({first_seen, true});
  sides.push_back({last_seen, true});
  std::sort(sides.begin(), sides.end(), [](const Side& a, const Side& b) {
    return a.cell < b.cell;
  });
  return sides;
}

struct SideCandidates {
  std::vector<Side> upright, level;
};

SideCandidates FindSides(const RectifiedWall& wall) {
  const int columns = wall.columns(), rows = wall.rows();
  std::vector<double> upright(columns, 0), level(rows, 0);
  int first_column = columns, last_column = 0, first_row = rows, last_row = 0;
  cv::Mat upright_edges, level_edges;
  cv::GaussianBlur(wall.edge_u, upright_edges, {5, 1}, 0.9, 0.1);
  cv::GaussianBlur(wall.edge_v, level_edges, {1, 5}, 0.1, 0.9);
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      if (!wall.valid.at<uint8_t>(y, x)) continue;
      first_column = std::min(first_column, x);
      last_column = std::max(last_column, x + 1);
      first_row = std::min(first_row, y);
      last_row = std::max(last_row, y + 1);
      upright[x] += upright_edges.at<float>(y, x) * wall.cell_m;
      level[y] += level_edges.at<float>(y, x) * wall.cell_m;
    }
  }
  return {PickSides(upright, first_column, last_column, 0.14, 44),
          PickSides(level, first_row, last_row, 0.12, 30)};
}

// How well the four sides of a rectangle show, 0..1 each; a side on the border
// of the picture is neither for nor against.
struct Frame {
  double left, right, bottom, top;
};
constexpr double kBorderSupport = 0.35;
constexpr double kUsualDoorM = 2.05;
/// Doors are much alike, the scale of a photo is known to a tenth.
constexpr double kDoorSpreadM = 0.16;

Frame FrameOf(const WallEvidence& evidence, const Rectangle& r) {
  const auto upright = [&](const Side& side) {
    return side.is_border
               ? kBorderSupport
               : evidence.UprightSupport(side.cell, r.bottom.cell, r.top.cell);
  };
  const auto level = [&](const Side& side) {
    return side.is_border
               ? kBorderSupport
               : evidence.LevelSupport(side.cell, r.left.cell, r.right.cell);
  };
  return {upright(r.left), upright(r.right), level(r.bottom), level(r.top)};
}

// Share of other-than-wall in a band just outside the rectangle.
double Surroundings(const WallEvidence& evidence,
                    const Rectangle& r,
                    int band,
                    bool include_below) {
  const int x0 = r.left.cell, x1 = r.right.cell;
  const int y0 = r.bottom.cell, y1 = r.top.cell;
  double other = 0, valid = 0;
  const auto add = [&](int ax, int ay, int bx, int by) {
    other += evidence.Other(ax, ay, bx, by);
    valid += evidence.Valid(ax, ay, bx, by);
  };
  add(x0 - band - 3, y0, x0 - 3, y1);
  add(x1 + 3, y0, x1 + band + 3, y1);
  add(x0, y1 + 3, x1, y1 + 3 + band);
  if (include_below) add(x0, y0 - 3 - band, x1, y0 - 3);
  return valid > 0 ? other / valid : 0;
}

double Gauss(double x, double mean, double sigma) {
  const double r = (x - mean) / sigma;
  return std::exp(-0.5 * r * r);
}

// 1 within [low, high], falling off outside.
double Plateau(double x, double low, double high, double sigma) {
  return Gauss(x, std::clamp(x, low, high), sigma);
}

struct Candidate {
  Opening opening;
  double score = 0;
};

class WallSearch {
 public:
  WallSearch(const RectifiedWall& wall, const RoomLayout& room)
      : wall_(wall), evidence_(wall), sides_(FindSides(wall)), room_(room) {}

  void Run(std::vector<Candidate>& found) const {
    for (size_t i = 0; i < sides_.upright.size(); ++i) {
      for (size_t j = i + 1; j < sides_.upright.size(); ++j) {
        const Side& left = sides_.upright[i];
        const Side& right = sides_.upright[j];
        const double width_m = Metres(right.cell - left.cell);
        if (width_m < 0.35 || width_m > 5.0) continue;
        if (left.is_border && right.is_border) continue;
        SearchHeights(left, right, found);
      }
    }
  }

 private:
  double Metres(int cells) const { return cells * wall_.cell_m; }

  void SearchHeights(const Side& left,
                     const Side& right,
                     std::vector<Candidate>& found) const {
    if (left.is_border || right.is_border) {
      // Cut off by the picture, often together with its lintel.
      const int usual = static_cast<int>(kUsualDoorM / wall_.cell_m);
      TryStanding(left, right, {usual, true}, found);
    }
    for (const Side& top : sides_.level) {
      const double top_m = Metres(top.cell);
      if (top_m < 1.2) continue;
      TryStanding(left, right, top, found);
      for (const Side& bottom : sides_.level) {
        if (bottom.cell >= top.cell || Metres(bottom.cell) < 0.22) continue;
        TryWindow({left, right, bottom, top}, found);
      }
    }
  }

  Opening ToOpening(const Rectangle& r, OpeningKind kind) const {
    Opening opening;
    opening.kind = kind;
    opening.wall = wall_.wall;
    opening.u0 = Metres(r.left.cell);
    opening.u1 = Metres(r.right.cell);
    opening.v0 = kind == OpeningKind::kWindow ? Metres(r.bottom.cell) : 0;
    opening.v1 = Metres(r.top.cell);
    return opening;
  }

  void TryWindow(const Rectangle& r, std::vector<Candidate>& found) const {
    const double width_m = Metres(r.width()), height_m = Metres(r.height());
    if (height_m < 0.35 || width_m < 0.4) return;
    const double inside = evidence_.OtherShare(
        r.left.cell, r.bottom.cell, r.right.cell, r.top.cell);
    if (inside < 0.3) return;
    const Frame frame = FrameOf(evidence_, r);
    const double weakest =
        std::min({frame.left, frame.right, frame.top, frame.bottom});
    const double mean =
        (frame.left + frame.right + frame.top + frame.bottom) / 4;
    if (mean < 0.38 || weakest < 0.12) return;
    const double outside = Surroundings(evidence_, r, 8, true);
    const double contrast = inside - outside;
    if (contrast < 0.12) return;
    const double sill_m = Metres(r.bottom.cell), top_m = Metres(r.top.cell);
    const double highest_m =
        room_.height * (room_.ceiling_visible ? 1.05 : 1.2);
    const double shape = 0.6 + 0.4 * Plateau(top_m, 1.85, highest_m, 0.25) *
                                   Plateau(sill_m, 0.0, 1.6, 0.3);
    const double size = std::min(1.0, std::sqrt(width_m * height_m) / 0.9);
    Candidate candidate;
    candidate.opening = ToOpening(r, OpeningKind::kWindow);
    candidate.score =
        shape * (0.55 * mean + 0.45 * contrast) * (0.72 + 0.28 * size);
    found.push_back(candidate);
  }

  // Anything that reaches the floor: closed and open doors, glass doors,
  // passages.
  void TryStanding(const Side& left,
                   const Side& right,
                   const Side& top,
                   std::vector<Candidate>& found) const {
    const int base = FirstSeenRow(left.cell, right.cell);
    if (base < 0 || Metres(base) > 1.0) return;
    const Side bottom{base, true};
    const Rectangle r{left, right, bottom, top};
    const double width_m = Metres(r.width()), top_m = Metres(top.cell);
    if (width_m < 0.45 || top_m < 1.75 || top_m > 2.75) return;
    const Frame frame = FrameOf(evidence_, r);
    const double weakest_upright = std::min(frame.left, frame.right);
    const double mean = 0.36 * (frame.left + frame.right) + 0.28 * frame.top;
    if (mean < 0.4 || weakest_upright < 0.25 || frame.top < 0.2) return;
    const double inside = evidence_.OtherShare(
        r.left.cell, r.bottom.cell, r.right.cell, r.top.cell);
    const double outside = Surroundings(evidence_, r, 8, false);
    const double skirting = SkirtingBreak(r);
    const bool is_cut = left.is_border || right.is_border;
    const double width_fit = is_cut
                                 ? 0.8
                                 : std::max({Gauss(width_m, 0.82, 0.16),
                                             0.85 * Gauss(width_m, 1.6, 0.45),
                                             0.6 * Gauss(width_m, 2.6, 0.7)});
    const double top_fit =
        top.is_border ? 0.7 : Gauss(top_m, kUsualDoorM, kDoorSpreadM);
    const double contrast = std::clamp(inside - outside, -0.2, 1.0);
    Candidate candidate;
    candidate.score = (0.5 * mean + 0.3 * contrast + 0.2 * skirting) *
                          (0.45 + 0.3 * width_fit + 0.25 * top_fit) +
                      0.06;
    const bool is_open = inside > 0.75 && contrast > 0.5 && skirting > 0.3;
    candidate.opening = ToOpening(r,
                                  is_open && width_m > 1.15 && !IsBright(r)
                                      ? OpeningKind::kPassage
                                      : OpeningKind::kDoor);
    found.push_back(candidate);
  }

  // Lowest row in which at least half of the width is visible; -1 if none.
  int FirstSeenRow(int x0, int x1) const {
    for (int y = 0; y < wall_.rows(); ++y) {
      if (evidence_.Valid(x0, y, x1, y + 1) > 0.4 * (x1 - x0)) return y;
    }
    return -1;
  }

  // 1: the skirting's upper edge runs beside the rectangle but not inside it.
  double SkirtingBreak(const Rectangle& r) const {
    const int reach = static_cast<int>(0.5 / wall_.cell_m);
    double strongest = 0;
    for (int y = static_cast<int>(0.04 / wall_.cell_m);
         y <= static_cast<int>(0.2 / wall_.cell_m);
         ++y) {
      double outside_length = 0, outside = 0;
      for (const auto& [a, b] :
           {std::pair{r.left.cell - reach, r.left.cell - 5},
            std::pair{r.right.cell + 5, r.right.cell + reach}}) {
        const double valid = evidence_.Valid(a, y, b, y + 1);
        outside += evidence_.LevelSupport(
                       y, std::max(a, 0), std::min(b, wall_.columns())) *
                   valid;
        outside_length += valid;
      }
      if (outside_length < 8) continue;
      const double inside =
          evidence_.LevelSupport(y, r.left.cell + 5, r.right.cell - 5);
      strongest = std::max(strongest, outside / outside_length - inside);
    }
    return strongest;
  }

  bool IsBright(const Rectangle& r) const {
    double sum = 0;
    int count = 0;
    for (int y = r.bottom.cell; y < r.top.cell; y += 3) {
      for (int x = r.left.cell; x < r.right.cell; x += 3) {
        if (x < 0 || x >= wall_.columns() || y < 0 || y >= wall_.rows() ||
            !wall_.valid.at<uint8_t>(y, x)) {
          continue;
        }
        sum += wall_.lab.at<cv::Vec3f>(y, x)[0];
        ++count;
      }
    }
    return count > 0 && sum / count > 78;
  }

  const RectifiedWall& wall_;
  WallEvidence evidence_;
  SideCandidates sides_;
  const RoomLayout& room_;
};

double OverlapShare(const Opening& a, const Opening& b) {
  if (a.wall != b.wall) return 0;
  const double w = std::min(a.u1, b.u1) - std::max(a.u0, b.u0);
  const double h = std::min(a.v1, b.v1) - std::max(a.v0, b.v0);
  if (w <= 0 || h <= 0) return 0;
  const double smaller =
      std::min((a.u1 - a.u0) * (a.v1 - a.v0), (b.u1 - b.u0) * (b.v1 - b.v0));
  return w * h / smaller;
}

constexpr double kLeastScore = 0.5;

// A window light under its transom or arch.
bool AreStacked(const Opening& a, const Opening& b) {
  if (a.kind != OpeningKind::kWindow || b.kind != OpeningKind::kWindow) {
    return false;
  }
  const double gap = std::max(a.v0, b.v0) - std::min(a.v1, b.v1);
  return gap < 0.22 && std::abs(a.u0 - b.u0) < 0.15 &&
         std::abs(a.u1 - b.u1) < 0.15;
}

// Leaves of one sliding door, lights of one window: side by side, level with
// each other, with no more than a post between them.
bool AreOne(const Opening& a, const Opening& b) {
  if (a.wall != b.wall) return false;
  const bool a_is_window = a.kind == OpeningKind::kWindow;
  if (a_is_window != (b.kind == OpeningKind::kWindow)) return false;
  if (AreStacked(a, b)) return true;
  const double gap = std::max(a.u0, b.u0) - std::min(a.u1, b.u1);
  const double level = a_is_window ? 0.12 : 0.09;
  return gap < 0.16 && std::abs(a.v1 - b.v1) < level &&
         std::abs(a.v0 - b.v0) < level;
}

void JoinNeighbours(std::vector<Opening>& openings) {
  for (bool joined = true; joined;) {
    joined = false;
    for (size_t i = 0; i < openings.size() && !joined; ++i) {
      for (size_t j = i + 1; j < openings.size() && !joined; ++j) {
        Opening& a = openings[i];
        const Opening& b = openings[j];
        if (!AreOne(a, b)) continue;
        a.u0 = std::min(a.u0, b.u0);
        a.u1 = std::max(a.u1, b.u1);
        a.v0 = std::min(a.v0, b.v0);
        a.v1 = std::max(a.v1, b.v1);
        a.confidence = std::max(a.confidence, b.confidence);
        openings.erase(openings.begin() + static_cast<std::ptrdiff_t>(j));
        joined = true;
      }
    }
  }
}

/// Glass that reaches down to where feet can step over its lower rail is a
/// balcony or sliding door.
void NameGlassDoors(std::vector<Opening>& openings) {
  constexpr double kHighestRailM = 0.32, kLowestLintelM = 1.75;
  for (Opening& opening : openings) {
    if (opening.kind != OpeningKind::kWindow || opening.v0 > kHighestRailM ||
        opening.v1 < kLowestLintelM) {
      continue;
    }
    opening.kind = OpeningKind::kDoor;
    opening.v0 = 0;
  }
}

}  // namespace

std::vector<Opening> FindWallOpenings(const ImageU8& srgb,
                                      const Camera& camera,
                                      const RoomLayout& room) {
  std::vector<Candidate> found;
  for (const RectifiedWall& wall : RectifyWalls(srgb, camera, room)) {
    WallSearch(wall, room).Run(found);
  }
  std::stable_sort(
      found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
        return a.score > b.score;
      });
  std::vector<Opening> kept;
  for (const Candidate& candidate : found) {
    if (candidate.score < kLeastScore) break;
    const bool is_taken =
        std::any_of(kept.begin(), kept.end(), [&](const Opening& opening) {
          return OverlapShare(opening, candidate.opening) > 0.15;
        });
    if (is_taken) continue;
    kept.push_back(candidate.opening);
    kept.back().confidence = std::min(1.0, candidate.score);
  }
  JoinNeighbours(kept);
  NameGlassDoors(kept);
  return kept;
}

}  // namespace stage::engine
