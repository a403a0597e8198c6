#include "engine/scene/wall_evidence.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace stage::engine {
namespace {

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

}  // namespace

WallEvidence::WallEvidence(const RectifiedWall& wall)
    : columns_(wall.columns()), rows_(wall.rows()) {
  // Two cells of slack: lines are not perfectly level after the fit.
  cv::Mat upright, level;
  cv::dilate(
      wall.edge_u, upright, cv::getStructuringElement(cv::MORPH_RECT, {5, 1}));
  cv::dilate(
      wall.edge_v, level, cv::getStructuringElement(cv::MORPH_RECT, {1, 5}));
  cv::Mat valid;
  wall.valid.convertTo(valid, CV_32F, 1 / 255.0);
  cv::Mat other(wall.departure.size(), CV_32F);
  cv::Mat light(other.size(), CV_32F), clipped(other.size(), CV_32F);
  for (int y = 0; y < other.rows; ++y) {
    for (int x = 0; x < other.cols; ++x) {
      const float d = wall.departure.at<float>(y, x);
      other.at<float>(y, x) =
          valid.at<float>(y, x) * std::clamp((d - 4) / 10, 0.0f, 1.0f);
      const float lightness = wall.lab.at<cv::Vec3f>(y, x)[0];
      light.at<float>(y, x) = valid.at<float>(y, x) * lightness / 100;
      clipped.at<float>(y, x) = lightness > 97 ? valid.at<float>(y, x) : 0;
    }
  }
  cv::integral(valid, valid_sum_, CV_64F);
  cv::integral(other, other_sum_, CV_64F);
  cv::Mat hidden = cv::Mat::zeros(valid.size(), CV_32F);
  if (!wall.hidden.empty()) wall.hidden.convertTo(hidden, CV_32F, 1 / 255.0);
  cv::integral(hidden.mul(valid), hidden_sum_, CV_64F);
  cv::integral(light, light_sum_, CV_64F);
  cv::integral(clipped, clipped_sum_, CV_64F);
  cv::integral(upright.mul(valid), upright_sum_, CV_64F);
  cv::integral(level.mul(valid), level_sum_, CV_64F);
}

double WallEvidence::Valid(int x0, int y0, int x1, int y1) const {
  return Sum(valid_sum_, x0, y0, x1, y1);
}

double WallEvidence::Other(int x0, int y0, int x1, int y1) const {
  return Sum(other_sum_, x0, y0, x1, y1);
}

double WallEvidence::OtherShare(int x0, int y0, int x1, int y1) const {
  const double valid = Valid(x0, y0, x1, y1);
  return valid > 0 ? Other(x0, y0, x1, y1) / valid : 0;
}

double WallEvidence::Hidden(int x0, int y0, int x1, int y1) const {
  return Sum(hidden_sum_, x0, y0, x1, y1);
}

double WallEvidence::Light(int x0, int y0, int x1, int y1) const {
  return Sum(light_sum_, x0, y0, x1, y1);
}

double WallEvidence::Clipped(int x0, int y0, int x1, int y1) const {
  return Sum(clipped_sum_, x0, y0, x1, y1);
}

bool WallEvidence::IsSeen(int y, int x0, int x1) const {
  return Valid(x0, y, x1, y + 1) > 0.4 * (x1 - x0);
}

int WallEvidence::FirstSeenRow(int x0, int x1) const {
  for (int y = 0; y < rows_; ++y) {
    if (IsSeen(y, x0, x1)) return y;
  }
  return -1;
}

int WallEvidence::LastSeenRow(int x0, int x1) const {
  for (int y = rows_ - 1; y >= 0; --y) {
    if (IsSeen(y, x0, x1)) return y;
  }
  return -1;
}

double WallEvidence::UprightSupport(int x, int y0, int y1) const {
  const double valid = Valid(x, y0, x + 1, y1);
  return valid > 0 ? Sum(upright_sum_, x, y0, x + 1, y1) / valid : 0;
}

double WallEvidence::LevelSupport(int y, int x0, int x1) const {
  const double valid = Valid(x0, y, x1, y + 1);
  return valid > 0 ? Sum(level_sum_, x0, y, x1, y + 1) / valid : 0;
}

double WallEvidence::Sum(
    const cv::Mat& sums, int x0, int y0, int x1, int y1) const {
  x0 = std::clamp(x0, 0, columns_);
  x1 = std::clamp(x1, 0, columns_);
  y0 = std::clamp(y0, 0, rows_);
  y1 = std::clamp(y1, 0, rows_);
  if (x1 <= x0 || y1 <= y0) return 0;
  return sums.at<double>(y1, x1) - sums.at<double>(y0, x1) -
         sums.at<double>(y1, x0) + sums.at<double>(y0, x0);
}

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

}  // namespace stage::engine
