#include "engine/completion/level_rows.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace stage::engine {
namespace {

// Columns that are compared; their mean over some pixels is taken first.
constexpr int kMostColumns = 240;
constexpr int kLeastColumns = 12;
// Steps of the slope that move the strip's ends by this.
constexpr double kStepPx = 0.5;
constexpr double kAlongPx = 2;
// What differs by more is a thing in the strip. Display values.
constexpr float kMostDifference = 0.12f;
// Rows count that at least this many columns show.
constexpr int kLeastShown = 8;
// Along the slope, rows must differ by so much less in themselves than level,
// where they differ at all.
constexpr double kLeastGain = 0.03;
constexpr double kLeastDifference = 2e-5;
// Rows on either side of a step.
constexpr int kStepReachPx = 2;

struct Columns {
  cv::Mat tones;  ///< CV_32F, one column of the strip in each row
  cv::Mat known;  ///< CV_8U
  std::vector<int> at;
  double middle = 0;
};

Columns Gather(const cv::Mat& tones, const cv::Mat& known) {
  cv::Mat grey, smooth;
  cv::cvtColor(tones, grey, cv::COLOR_RGB2GRAY);
  cv::GaussianBlur(grey, smooth, {}, kAlongPx, 0.7);
  Columns columns;
  const int step = std::max(1, tones.cols / kMostColumns);
  for (int x = step / 2; x < tones.cols; x += step) {
    if (4 * cv::countNonZero(known.col(x)) < known.rows) continue;
    columns.at.push_back(x);
    columns.tones.push_back(cv::Mat(smooth.col(x).t()));
    columns.known.push_back(cv::Mat(known.col(x).t()));
  }
  if (!columns.at.empty()) {
    columns.middle = (columns.at.front() + columns.at.back()) / 2.0;
  }
  return columns;
}

float MiddleOf(std::vector<float>& values) {
  const auto half =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), half, values.end());
  return *half;
}

/// Mean squared difference from the rows' middle values, along a slope.
double Difference(const Columns& columns, double slope) {
  const int rows = columns.tones.cols;
  double sum = 0;
  int count = 0;
  std::vector<float> values, sorted;
  for (int y = 0; y < rows; ++y) {
    values.clear();
    for (size_t i = 0; i < columns.at.size(); ++i) {
      const double row = y + slope * (columns.at[i] - columns.middle);
      const int above = static_cast<int>(std::floor(row));
      if (above < 0 || above + 1 >= rows) continue;
      const int k = static_cast<int>(i);
      if (columns.known.at<uchar>(k, above) == 0 ||
          columns.known.at<uchar>(k, above + 1) == 0) {
        continue;
      }
      const auto t = static_cast<float>(row - above);
      values.push_back((1 - t) * columns.tones.at<float>(k, above) +
                       t * columns.tones.at<float>(k, above + 1));
    }
    if (static_cast<int>(values.size()) < kLeastShown) continue;
    sorted = values;
    const float middle = MiddleOf(sorted);
    for (const float value : values) {
      const float away = std::min(std::abs(value - middle), kMostDifference);
      sum += away * away;
      ++count;
    }
  }
  return count == 0 ? 0 : sum / count;
}

}  // namespace

std::optional<double> SlopeOfRows(const cv::Mat& tones,
                                  const cv::Mat& known,
                                  double most) {
  const Columns columns = Gather(tones, known);
  if (static_cast<int>(columns.at.size()) < kLeastColumns) return std::nullopt;
  const double length = columns.at.back() - columns.at.front();
  const double step = 2 * kStepPx / std::max(1.0, length);
  const int steps = static_cast<int>(most / step);
  double least = 1e9, best = 0;
  for (int k = -steps; k <= steps; ++k) {
    const double difference = Difference(columns, k * step);
    if (difference < least) {
      least = difference;
      best = k * step;
    }
  }
  const double level = Difference(columns, 0);
  if (level < kLeastDifference || level - least < kLeastGain * level ||
      std::abs(best) + step > most) {
    return std::nullopt;
  }
  return best;
}

std::optional<int> FirstStep(const cv::Mat& tones,
                             const cv::Mat& known,
                             int inner,
                             int outer,
                             float least_step) {
  // Of columns that are known on either side: others may have another light.
  const auto step_at = [&](int row) -> float {
    const int before = row - kStepReachPx, behind = row + kStepReachPx;
    if (before < 0 || behind >= tones.rows) return 0;
    std::vector<float> steps;
    for (int x = 0; x < tones.cols; ++x) {
      if (known.at<uchar>(before, x) == 0 || known.at<uchar>(behind, x) == 0) {
        continue;
      }
      const cv::Vec3f step =
          tones.at<cv::Vec3f>(before, x) - tones.at<cv::Vec3f>(behind, x);
      steps.push_back((step[0] + step[1] + step[2]) / 3);
    }
    if (static_cast<int>(steps.size()) < kLeastColumns) return 0;
    return MiddleOf(steps);
  };
  const int way = outer < inner ? -1 : 1;
  for (int row = inner; row != outer; row += way) {
    if (std::abs(step_at(row)) > least_step) return row;
  }
  return std::nullopt;
}

}  // namespace stage::engine
