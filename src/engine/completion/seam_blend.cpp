#include "engine/completion/seam_blend.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "engine/scene/quantile.h"

namespace stage::engine {
namespace {

// How far a step at the rim or a seam is carried on, as a share of the hole's
// side.
constexpr double kReachShareOfHole = 0.3;
constexpr int kSweeps = 120;
constexpr float kOverrelaxation = 1.8f;
// A larger step than this is a thing that the mask left standing, not light.
constexpr float kLargestStep = 0.12f;
// A step at the rim that an eye takes for an edge; where the picture is rougher
// than this along nearly all of it, a larger one.
constexpr double kMisfit = 0.1;
constexpr double kMisfitInSteps = 6;
constexpr int kRoughPx = 5;
constexpr double kLeastRough = 0.2;
constexpr double kNoCopy = 9;

constexpr std::array<std::array<int, 2>, 4> kNeighbours = {
    {{1, 0}, {-1, 0}, {0, 1}, {0, -1}}};

using Map = Eigen::Map<Eigen::Vector3f>;

// The hole's pixels within its bounds, and what is put there.
class Seams {
 public:
  Seams(const ImageF& picture,
        const ImageU8& hole,
        const cv::Rect& bounds,
        const CopySource& copies,
        const WorkControl& work)
      : picture_(picture),
        hole_(hole),
        bounds_(bounds),
        copies_(copies),
        work_(work),
        filled_(bounds.width, bounds.height, 3),
        pull_(bounds.width, bounds.height, 3),
        label_(static_cast<size_t>(bounds.area()), -1) {
    for (int y = 0; y < bounds.height; ++y) {
      const float* from = &picture.at(bounds.x, bounds.y + y);
      std::copy(from, from + 3 * bounds.width, filled_.row(y));
    }
  }

  // What each copy puts at its own pixel.
  void Fill() {
    ForHoleRows([&](int x, int y) {
      label_[At(x, y)] = copies_.Label(Center(x, y));
      if (const auto put = copies_.Color(Center(x, y), Center(x, y))) {
        PixelOf(filled_, x, y) = *put;
      }
    });
  }

  // Steps between a pixel and its neighbours that are not the copies' own.
  void Pull() {
    ForHoleRows([&](int x, int y) {
      Eigen::Vector3f sum = Eigen::Vector3f::Zero();
      for (const auto& [dx, dy] : kNeighbours) {
        if (!Inside(x + dx, y + dy)) continue;
        sum += Step(x, y, x + dx, y + dy)
                   .cwiseMax(-kLargestStep)
                   .cwiseMin(kLargestStep);
      }
      PixelOf(pull_, x, y) = sum;
    });
  }

  std::vector<SeamPixel> Rim() {
    std::vector<SeamPixel> rim;
    std::vector<double> steps, limits;
    for (int y = 0; y < bounds_.height; ++y) {
      for (int x = 0; x < bounds_.width; ++x) {
        if (!InHole(x, y)) continue;
        std::optional<double> limit;
        for (const auto& [dx, dy] : kNeighbours) {
          if (!Inside(x + dx, y + dy) || InHole(x + dx, y + dy)) continue;
          if (!limit) limit = LargestSmoothStep(x, y);
          const bool copied = label_[At(x, y)] >= 0;
          const Eigen::Vector3f step = Step(x, y, x + dx, y + dy);
          rim.push_back({x, y, false});
          steps.push_back(copied ? step.cwiseAbs().maxCoeff() : kNoCopy);
          limits.push_back(*limit);
        }
      }
    }
    if (!limits.empty()) largest_step_ = Quantile(limits, kLeastRough);
    for (size_t i = 0; i < rim.size(); ++i) {
      rim[i].misfit = steps[i] > largest_step_;
    }
    return rim;
  }

  // Pixels between copies that do not go on into each other. After Rim().
  int Broken() {
    std::vector<int> rows(static_cast<size_t>(bounds_.height), 0);
    ForHoleRows([&](int x, int y) {
      for (const auto& [dx, dy] : {std::pair{1, 0}, {0, 1}}) {
        if (!Inside(x + dx, y + dy) || !InHole(x + dx, y + dy)) continue;
        if (Step(x, y, x + dx, y + dy).cwiseAbs().maxCoeff() > largest_step_) {
          ++rows[static_cast<size_t>(y)];
        }
      }
    });
    return std::accumulate(rows.begin(), rows.end(), 0);
  }

  // Adds the correction that takes the steps away: pixels of a chessboard's
  // two colours in turns.
  void Solve() {
    std::array<std::vector<cv::Point>, 2> pixels;
    for (int y = 0; y < bounds_.height; ++y) {
      for (int x = 0; x < bounds_.width; ++x) {
        if (InHole(x, y)) pixels[(x + y) % 2].emplace_back(x, y);
      }
    }
    const double side =
        std::sqrt(static_cast<double>(pixels[0].size() + pixels[1].size()));
    const double reach = std::max(4.0, kReachShareOfHole * side);
    const auto hold = static_cast<float>(1 / (reach * reach));
    ImageF correction(bounds_.width, bounds_.height, 3);
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      for (const std::vector<cv::Point>& color : pixels) {
        ParallelRows(static_cast<int>(color.size()),
                     work_.Silent(),
                     [&](int begin, int end) {
                       for (int i = begin; i < end; ++i) {
                         Relax(color[i], hold, correction);
                       }
                     });
      }
      if (work_.progress) work_.progress((sweep + 1.0) / kSweeps);
    }
    ForHoleRows([&](int x, int y) {
      Map pixel = PixelOf(filled_, x, y);
      pixel = (pixel + PixelOf(correction, x, y)).cwiseMax(0).cwiseMin(1);
    });
  }

  ImageF TakeFilled() { return std::move(filled_); }

 private:
  bool InHole(int x, int y) const {
    return hole_.at(bounds_.x + x, bounds_.y + y) != 0;
  }
  bool Inside(int x, int y) const {
    return x >= 0 && y >= 0 && x < bounds_.width && y < bounds_.height;
  }
  size_t At(int x, int y) const {
    return static_cast<size_t>(y) * bounds_.width + x;
  }
  Eigen::Vector2d Center(int x, int y) const {
    return {bounds_.x + x + 0.5, bounds_.y + y + 0.5};
  }
  static Map PixelOf(ImageF& image, int x, int y) {
    return Map(&image.at(x, y));
  }

  template <typename Body>
  void ForHoleRows(const Body& body) {
    ParallelRows(bounds_.height, work_.Silent(), [&](int begin, int end) {
      for (int y = begin; y < end; ++y) {
        for (int x = 0; x < bounds_.width; ++x) {
          if (InHole(x, y)) body(x, y);
        }
      }
    });
  }

  // What the picture around a pixel has from pixel to pixel anyway, or an
  // eye's least edge.
  double LargestSmoothStep(int x, int y) const {
    std::vector<double> steps;
    const cv::Rect around = cv::Rect(bounds_.x + x - kRoughPx,
                                     bounds_.y + y - kRoughPx,
                                     2 * kRoughPx + 1,
                                     2 * kRoughPx + 1) &
                            cv::Rect(0, 0, hole_.width(), hole_.height());
    for (int py = around.y; py < around.br().y; ++py) {
      for (int px = around.x; px + 1 < around.br().x; ++px) {
        if (hole_.at(px, py) != 0 || hole_.at(px + 1, py) != 0) continue;
        float most = 0;
        for (int c = 0; c < 3; ++c) {
          most = std::max(
              most,
              std::abs(picture_.at(px, py, c) - picture_.at(px + 1, py, c)));
        }
        steps.push_back(most);
      }
    }
    if (steps.empty()) return kMisfit;
    return std::max(kMisfit, kMisfitInSteps * Quantile(steps, 0.5));
  }

  // From (x, y) to its neighbour, beyond what the copies make of it.
  Eigen::Vector3f Step(int x, int y, int nx, int ny) {
    const int64_t label = label_[At(x, y)], beside = label_[At(nx, ny)];
    if (label >= 0 && label == beside) return Eigen::Vector3f::Zero();
    Eigen::Vector3f step = Eigen::Vector3f::Zero();
    if (const auto onward = copies_.Color(Center(x, y), Center(nx, ny))) {
      step = PixelOf(filled_, nx, ny) - *onward;
    }
    if (!InHole(nx, ny)) return step;
    if (const auto back = copies_.Color(Center(nx, ny), Center(x, y))) {
      step += *back - PixelOf(filled_, x, y);
    }
    return 0.5f * step;
  }

  void Relax(const cv::Point& at, float hold, ImageF& correction) {
    Eigen::Vector3f sum = PixelOf(pull_, at.x, at.y);
    int count = 0;
    for (const auto& [dx, dy] : kNeighbours) {
      if (!Inside(at.x + dx, at.y + dy)) continue;
      sum += PixelOf(correction, at.x + dx, at.y + dy);
      ++count;
    }
    Map value = PixelOf(correction, at.x, at.y);
    value +=
        kOverrelaxation * (sum / (static_cast<float>(count) + hold) - value);
  }

  const ImageF& picture_;
  const ImageU8& hole_;
  cv::Rect bounds_;
  const CopySource& copies_;
  const WorkControl& work_;
  ImageF filled_, pull_;
  std::vector<int64_t> label_;
  double largest_step_ = kMisfit;
};

}  // namespace

BlendedCopies BlendCopies(const ImageF& picture,
                          const ImageU8& hole,
                          const cv::Rect& bounds,
                          const CopySource& copies,
                          const WorkControl& work) {
  Seams seams(picture, hole, bounds, copies, work);
  seams.Fill();
  seams.Pull();
  std::vector<SeamPixel> rim = seams.Rim();
  const auto misfits = std::count_if(
      rim.begin(), rim.end(), [](const SeamPixel& p) { return p.misfit; });
  const double share =
      static_cast<double>(misfits) / std::max<double>(1, rim.size());
  const double broken = seams.Broken() / std::max<double>(1, rim.size());
  seams.Solve();
  return {seams.TakeFilled(), share, broken, std::move(rim)};
}

}  // namespace stage::engine
