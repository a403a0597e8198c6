#include "engine/scene/foreground_edges.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace stage::engine {
namespace {

/// An upright edge of a mask: one place a row. Left of x[i] in row top + i the
/// mask is not set when `rising`, else set.
struct UprightEdge {
  int top = 0;
  bool rising = true;
  std::vector<float> x;  ///< pixels; whole numbers lie between two pixels

  int bottom() const { return top + static_cast<int>(x.size()); }
};

constexpr float kReach =
    0.014f;  // of the long edge: how far an edge may be off

/// Edges that run on from row to row for long enough to be a thing's side.
std::vector<UprightEdge> FindEdges(const cv::Mat& mask, int reach) {
  std::vector<UprightEdge> open, done;
  auto close = [&](UprightEdge& edge) {
    if (static_cast<int>(edge.x.size()) >= 3 * reach) {
      done.push_back(std::move(edge));
    }
  };
  for (int y = 0; y < mask.rows; ++y) {
    const uchar* row = mask.ptr(y);
    std::vector<UprightEdge> next;
    for (int x = 1; x < mask.cols; ++x) {
      const bool before = row[x - 1] > 127, after = row[x] > 127;
      if (before == after) continue;
      const auto ahead =
          std::find_if(open.begin(), open.end(), [&](const UprightEdge& edge) {
            return !edge.x.empty() && edge.rising == after &&
                   std::abs(edge.x.back() - static_cast<float>(x)) <= reach;
          });
      UprightEdge edge{y, after, {}};
      if (ahead != open.end()) {
        edge = std::move(*ahead);
        ahead->x.clear();
      }
      edge.x.push_back(static_cast<float>(x));
      next.push_back(std::move(edge));
    }
    for (UprightEdge& edge : open) close(edge);
    open = std::move(next);
  }
  for (UprightEdge& edge : open) close(edge);
  return done;
}

/// The course of an edge without its steps.
std::vector<float> Smoothed(const std::vector<float>& x, int reach) {
  const int count = static_cast<int>(x.size());
  std::vector<float> smooth(x.size());
  for (int i = 0; i < count; ++i) {
    // A window that shrinks evenly at the ends keeps a slant's direction.
    const int half = std::min({2 * reach, i, count - 1 - i});
    float sum = 0;
    for (int k = i - half; k <= i + half; ++k) sum += x[k];
    smooth[i] = sum / static_cast<float>(2 * half + 1);
  }
  return smooth;
}

/// Contrast of a row between the two pixels left and right of place x, 0..1.
float Contrast(const cv::Mat& rgb, int y, int x) {
  constexpr float kFull = 36;  // display values
  if (x < 2 || x + 1 >= rgb.cols) return 0;
  const cv::Vec3b* row = rgb.ptr<cv::Vec3b>(y);
  float square = 0;
  for (int c = 0; c < 3; ++c) {
    const float step = 0.5f * static_cast<float>(row[x][c] + row[x + 1][c] -
                                                 row[x - 1][c] - row[x - 2][c]);
    square += step * step;
  }
  return std::min(1.0f, std::sqrt(square) / kFull);
}

/// Where the photo's edge runs beside `course`: the path of least cost.
std::vector<float> FollowContrast(const cv::Mat& rgb,
                                  const UprightEdge& edge,
                                  const std::vector<float>& course,
                                  int reach) {
  constexpr float kBend = 0.35f;    // a pixel aside from one row to the next
  constexpr float kAstray = 0.12f;  // at the end of the reach
  const int rows = static_cast<int>(course.size()), states = 2 * reach + 1;
  std::vector<float> cost(states, 0.0f), next(states);
  std::vector<int8_t> from(static_cast<size_t>(rows) * states);
  for (int i = 0; i < rows; ++i) {
    const int at = static_cast<int>(std::lround(course[i]));
    for (int s = 0; s < states; ++s) {
      const int offset = s - reach;
      float best = cost[s];
      int8_t step = 0;
      for (const int8_t move : {-1, 1}) {
        const int p = s + move;
        if (p < 0 || p >= states || cost[p] + kBend >= best) continue;
        best = cost[p] + kBend;
        step = move;
      }
      from[static_cast<size_t>(i) * states + s] = step;
      next[s] = best - Contrast(rgb, edge.top + i, at + offset) +
                kAstray * static_cast<float>(std::abs(offset)) /
                    static_cast<float>(reach);
    }
    std::swap(cost, next);
  }
  int s = static_cast<int>(std::min_element(cost.begin(), cost.end()) -
                           cost.begin());
  std::vector<float> found(course.size());
  for (int i = rows - 1; i >= 0; --i) {
    found[i] = std::round(course[i]) + static_cast<float>(s - reach);
    s += from[static_cast<size_t>(i) * states + s];
  }
  return found;
}

/// Draws the mask anew around an edge: everything between its old and its new
/// place changes sides.
void MoveEdge(const UprightEdge& edge,
              const std::vector<float>& to,
              int reach,
              cv::Mat& mask) {
  for (size_t i = 0; i < to.size(); ++i) {
    uchar* row = mask.ptr(edge.top + static_cast<int>(i));
    const int low = std::max(
        0, static_cast<int>(std::floor(std::min(edge.x[i], to[i]))) - 1);
    const int high =
        std::min(mask.cols - 1,
                 static_cast<int>(std::ceil(std::max(edge.x[i], to[i]))) + 1);
    if (high - low > 4 * reach) continue;
    for (int x = low; x <= high; ++x) {
      // The part of the pixel that lies right of the edge.
      const float right =
          std::clamp(static_cast<float>(x + 1) - to[i], 0.0f, 1.0f);
      const float set = edge.rising ? right : 1 - right;
      row[x] = static_cast<uchar>(std::lround(255 * set));
    }
  }
}

}  // namespace

cv::Mat SnapUprightEdges(const cv::Mat& rgb, const cv::Mat& mask) {
  const int reach =
      std::max(3,
               static_cast<int>(std::lround(
                   kReach * static_cast<float>(std::max(rgb.cols, rgb.rows)))));
  cv::Mat moved = mask.clone();
  for (const UprightEdge& edge : FindEdges(mask, reach)) {
    const std::vector<float> course = Smoothed(edge.x, reach);
    std::vector<float> found = FollowContrast(rgb, edge, course, reach);
    found = Smoothed(found, 1);
    MoveEdge(edge, found, reach, moved);
  }
  return moved;
}

}  // namespace stage::engine
