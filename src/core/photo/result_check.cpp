#include "core/photo/result_check.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace stage {
namespace {

constexpr int kLookPx = 512;

/// Rec. 709 luma of display values.
double Luma(const uint8_t* pixel) {
  return 0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2];
}

struct Statistics {
  double mean = 0;
  double deviation = 0;
  double brightest = 0;
};

Statistics LumaStatistics(const ImageU8& image) {
  Statistics statistics;
  double sum = 0, sum_of_squares = 0;
  const size_t count = static_cast<size_t>(image.width()) * image.height();
  for (size_t i = 0; i < count; ++i) {
    const double luma = Luma(image.data() + 3 * i);
    sum += luma;
    sum_of_squares += luma * luma;
    statistics.brightest = std::max(statistics.brightest, luma);
  }
  statistics.mean = sum / count;
  statistics.deviation = std::sqrt(std::max(
      0.0, sum_of_squares / count - statistics.mean * statistics.mean));
  return statistics;
}

ImageU8 Look(const Photo& photo, int long_edge_px) {
  return ReadSrgb8(photo, ColorConverter(photo), long_edge_px);
}

// The largest mean difference of any 8x8 block: placed or removed things
// change whole blocks, coding noise averages out.
double LargestBlockDifference(const ImageU8& a, const ImageU8& b) {
  constexpr int kBlock = 8;
  double largest = 0;
  const int width = std::min(a.width(), b.width());
  const int height = std::min(a.height(), b.height());
  for (int top = 0; top + kBlock <= height; top += kBlock) {
    for (int left = 0; left + kBlock <= width; left += kBlock) {
      for (int c = 0; c < 3; ++c) {
        int difference = 0;
        for (int y = top; y < top + kBlock; ++y) {
          for (int x = left; x < left + kBlock; ++x) {
            difference += std::abs(a.at(x, y, c) - b.at(x, y, c));
          }
        }
        largest = std::max(largest,
                           static_cast<double>(difference) / (kBlock * kBlock));
      }
    }
  }
  return largest;
}

}  // namespace

std::vector<std::string> CheckResult(const Photo& original,
                                     const Photo& result,
                                     const ResultExpectation& expectation) {
  std::vector<std::string> problems;
  const auto size_text = [](int width, int height) {
    return std::to_string(width) + "x" + std::to_string(height);
  };
  if ((expectation.width > 0 && result.width() != expectation.width) ||
      (expectation.height > 0 && result.height() != expectation.height)) {
    problems.push_back("is " + size_text(result.width(), result.height()) +
                       " instead of " +
                       size_text(expectation.width, expectation.height));
  }
  const ImageU8 before = Look(original, kLookPx);
  const ImageU8 after = Look(result, kLookPx);
  const Statistics was = LumaStatistics(before);
  const Statistics is = LumaStatistics(after);
  constexpr double kFlat = 2.0;
  if (is.mean < 4 && is.brightest < 24 && was.mean >= 8) {
    problems.push_back("is black");
  } else if (is.deviation < kFlat && was.deviation >= 2 * kFlat) {
    problems.push_back("is one flat colour");
  }
  constexpr double kLeastChange = 6.0;
  const bool same_shape = std::abs(before.width() - after.width()) <= 1 &&
                          std::abs(before.height() - after.height()) <= 1;
  if (expectation.change_expected && same_shape &&
      LargestBlockDifference(before, after) < kLeastChange) {
    problems.push_back("shows no change");
  }
  return problems;
}

Photo CheckWrittenResult(const Photo& original,
                         const std::filesystem::path& result,
                         const ResultExpectation& expectation) {
  Photo written;
  try {
    written = ReadPhoto(result);
  } catch (const Error& error) {
    throw Error(ErrorKind::kUnexpected,
                std::string("a result cannot be read back: ") + error.what());
  }
  const std::vector<std::string> problems =
      CheckResult(original, written, expectation);
  if (problems.empty()) return written;
  std::string text = result.string() + ": the result ";
  for (size_t i = 0; i < problems.size(); ++i) {
    text += (i == 0 ? "" : " and ") + problems[i];
  }
  throw Error(ErrorKind::kUnexpected,
              text + "; try another seed, style or mask");
}

}  // namespace stage
