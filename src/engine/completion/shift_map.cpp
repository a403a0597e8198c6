#include "engine/completion/shift_map.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/imgproc/detail/gcgraph.hpp>
#include <set>

#include "engine/completion/shift_candidates.h"
#include "engine/mat_view.h"

namespace stage::engine {
namespace {

constexpr int kChannels = 4;
constexpr float kNever = 1e4f;
constexpr int kSweeps = 2;
constexpr int kLeastUses = 30;  // pixels
// Surroundings of a hole's pixel that a copy is held against.
constexpr int kRimReachPx = 3;
constexpr float kRimWeight = 2;

/// Chooses one shift for each pixel of the hole.
class Labelling {
 public:
  Labelling(const PatchLevel& level,
            const CopyCost& cost,
            std::vector<cv::Point> shifts)
      : level_(level),
        cost_(cost),
        width_(level.pixels.width()),
        height_(level.pixels.height()),
        shifts_(std::move(shifts)),
        usable_(UsableCentres(level.usable)) {
    node_at_.assign(static_cast<size_t>(width_) * height_, -1);
    for (int i = 0; i < width_ * height_; ++i) {
      if (level.hole.data()[i] == 0) continue;
      node_at_[i] = static_cast<int>(pixels_.size());
      pixels_.push_back(i);
    }
    label_.assign(pixels_.size(), -1);
  }

  void Begin(const WorkControl& work) {
    MeasureOwn(work);
    for (size_t i = 0; i < pixels_.size(); ++i) {
      float least = kNever;
      for (size_t s = 0; s < shifts_.size(); ++s) {
        if (own_[s][i] >= least) continue;
        least = own_[s][i];
        label_[i] = static_cast<int>(s);
      }
    }
  }

  void Improve() {
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      for (size_t s = 0; s < shifts_.size(); ++s) Expand(static_cast<int>(s));
    }
  }

  void AddShiftsBesideUsed(const WorkControl& work) {
    std::vector<int> uses(shifts_.size(), 0);
    for (const int label : label_) {
      if (label >= 0) ++uses[label];
    }
    std::set<std::pair<int, int>> known;
    for (const cv::Point& shift : shifts_) known.insert({shift.y, shift.x});
    for (size_t s = 0; s < uses.size(); ++s) {
      if (uses[s] < kLeastUses) continue;
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
          const cv::Point beside = shifts_[s] + cv::Point(dx, dy);
          if (known.insert({beside.y, beside.x}).second) {
            shifts_.push_back(beside);
          }
        }
      }
    }
    MeasureOwn(work);
  }

  std::vector<int> Sources() const {
    std::vector<int> sources(node_at_.size(), -1);
    for (size_t i = 0; i < pixels_.size(); ++i) {
      if (label_[i] < 0) continue;
      const cv::Point& shift = shifts_[label_[i]];
      sources[pixels_[i]] = pixels_[i] + shift.y * width_ + shift.x;
    }
    return sources;
  }

 private:
  // Of the shifts that have not been measured yet.
  void MeasureOwn(const WorkControl& work) {
    const size_t measured = own_.size();
    own_.resize(shifts_.size(), std::vector<float>(pixels_.size()));
    ParallelFor(
        static_cast<int>(shifts_.size() - measured), work.Silent(), [&](int i) {
          const size_t s = measured + static_cast<size_t>(i);
          for (size_t p = 0; p < pixels_.size(); ++p) {
            own_[s][p] = OwnCost(pixels_[p], shifts_[s]);
          }
        });
  }

  bool Leads(int pixel, const cv::Point& shift) const {
    const int x = pixel % width_ + shift.x, y = pixel / width_ + shift.y;
    return x >= 0 && y >= 0 && x < width_ && y < height_ &&
           usable_.at<uchar>(y, x) != 0;
  }

  // Squared: one broken joint shows more than much grain that differs.
  float Difference(int a, int b) const {
    const float* pa = &level_.pixels.data()[kChannels * a];
    const float* pb = &level_.pixels.data()[kChannels * b];
    float sum = 0;
    for (int c = 0; c < kChannels; ++c) {
      sum += (pa[c] - pb[c]) * (pa[c] - pb[c]);
    }
    return sum;
  }

  // What a copy costs by itself: how the picture around the hole differs from
  // what lies around the source.
  float OwnCost(int pixel, const cv::Point& shift) const {
    if (!Leads(pixel, shift)) return kNever;
    const int x = pixel % width_, y = pixel / width_;
    float sum = 0;
    int count = 0;
    for (int dy = -kRimReachPx; dy <= kRimReachPx; ++dy) {
      for (int dx = -kRimReachPx; dx <= kRimReachPx; ++dx) {
        const int nx = x + dx, ny = y + dy;
        if (nx < 0 || ny < 0 || nx >= width_ || ny >= height_) continue;
        const int beside = ny * width_ + nx;
        // A wall's skirting is filled apart.
        if (cost_.even_to > cost_.even_from && !IsEven(ny)) continue;
        // What is usable at the source's centre is so all around it.
        if (level_.hole.data()[beside] != 0) continue;
        sum += Difference(beside, beside + shift.y * width_ + shift.x);
        ++count;
      }
    }
    float own = count > 0 ? kRimWeight * sum / static_cast<float>(count) : 0;
    own += static_cast<float>(cost_.far * std::hypot(shift.x, shift.y)) /
           static_cast<float>(std::max(width_, height_));
    own += static_cast<float>(cost_.rise > 0 ? RiseCost(y, shift.y) : 0);
    own += static_cast<float>(cost_.Unlike(x + shift.x, y + shift.y));
    if (!cost_.lines.empty()) {
      const Eigen::Vector2d to(x + 0.5, y + 0.5);
      own += static_cast<float>(
          cost_.Astray(to, to + Eigen::Vector2d(shift.x, shift.y)));
    }
    if (!level_.sharpness.empty()) {
      const float lost = level_.sharpness.at(x, y) -
                         level_.sharpness.at(x + shift.x, y + shift.y);
      own += static_cast<float>(cost_.blur) * std::max(0.f, lost);
    }
    return own;
  }

  bool IsEven(int row) const {
    return row >= cost_.even_from && row < cost_.even_to;
  }

  double RiseCost(int row, int rise) const {
    if (IsEven(row) && IsEven(row + rise)) return 0;
    return cost_.rise * std::min(1.0, std::abs(rise) / cost_.rise_px);
  }

  // What a seam between two copies shows at two neighbouring pixels.
  float SeamCost(int p, int q, int label_p, int label_q) const {
    if (label_p == label_q) return 0;
    const auto at = [this](int pixel, int label) {
      return pixel + shifts_[label].y * width_ + shifts_[label].x;
    };
    const auto leads = [this](int pixel, int label) {
      return Leads(pixel, shifts_[label]);
    };
    if (!leads(p, label_q) || !leads(q, label_p)) return kBlindSeam;
    return Difference(at(p, label_p), at(p, label_q)) +
           Difference(at(q, label_p), at(q, label_q));
  }

  // Lets any pixel change to one shift where that makes the whole better.
  void Expand(int label) {
    std::vector<int> node_of(pixels_.size(), -1);
    std::vector<int> members;
    for (size_t i = 0; i < pixels_.size(); ++i) {
      if (label_[i] < 0 || label_[i] == label) continue;
      if (own_[label][i] >= kNever) continue;
      node_of[i] = static_cast<int>(members.size());
      members.push_back(static_cast<int>(i));
    }
    if (members.empty()) return;
    const auto count = static_cast<unsigned>(members.size());
    cv::detail::GCGraph<float> graph(count, 2 * count);
    for (unsigned i = 0; i < count; ++i) graph.addVtx();
    // Source side: the pixel keeps its shift.
    std::vector<float> keep(count), change(count);
    for (unsigned n = 0; n < count; ++n) {
      const int i = members[n];
      keep[n] += own_[label_[i]][i];
      change[n] += own_[label][i];
      for (const int step : {1, -1, width_, -width_}) {
        AddSeam(i, step, label, node_of, graph, keep, change);
      }
    }
    for (unsigned n = 0; n < count; ++n) {
      const float least = std::min(keep[n], change[n]);
      graph.addTermWeights(
          static_cast<int>(n), change[n] - least, keep[n] - least);
    }
    graph.maxFlow();
    for (unsigned n = 0; n < count; ++n) {
      if (!graph.inSourceSegment(static_cast<int>(n))) {
        label_[members[n]] = label;
      }
    }
  }

  void AddSeam(int i,
               int step,
               int label,
               const std::vector<int>& node_of,
               cv::detail::GCGraph<float>& graph,
               std::vector<float>& keep,
               std::vector<float>& change) {
    const int p = pixels_[i];
    const int x = p % width_, y = p / width_;
    if ((step == 1 && x + 1 == width_) || (step == -1 && x == 0) ||
        (step == width_ && y + 1 == height_) || (step == -width_ && y == 0)) {
      return;
    }
    const int q = p + step;
    const int j = node_at_[q];
    if (j < 0 || label_[j] < 0) return;
    const int n = node_of[i], m = node_of[j];
    if (m < 0) {  // the neighbour stays as it is
      keep[n] += SeamCost(p, q, label_[i], label_[j]);
      change[n] += SeamCost(p, q, label, label_[j]);
      return;
    }
    if (step < 0) return;  // once a pair
    // Kolmogorov and Zabih 2004, doi:10.1109/TPAMI.2004.1262177: the four
    // costs of a pair as terms and one edge.
    const float both_keep = SeamCost(p, q, label_[i], label_[j]);
    const float q_changes = SeamCost(p, q, label_[i], label);
    const float p_changes = SeamCost(p, q, label, label_[j]);
    keep[n] += both_keep;
    change[n] += p_changes;
    change[m] -= p_changes;
    graph.addEdges(n, m, std::max(0.f, q_changes + p_changes - both_keep), 0);
  }

  static constexpr float kBlindSeam = 0.2f;

  const PatchLevel& level_;
  CopyCost cost_;
  int width_, height_;
  std::vector<cv::Point> shifts_;
  cv::Mat usable_;
  std::vector<int> node_at_;             ///< index into pixels_, or -1
  std::vector<int> pixels_;              ///< of the hole
  std::vector<int> label_;               ///< index into shifts_, or -1
  std::vector<std::vector<float>> own_;  ///< by shift and pixel
};

}  // namespace

std::vector<int> ShiftMap(const PatchLevel& level,
                          const CopyCost& cost,
                          const WorkControl& work) {
  Labelling labelling(level, cost, CandidateShifts(level, cost.lines, work));
  labelling.Begin(work);
  labelling.Improve();
  // Surfaces are not laid out to the pixel: shifts that are used may be a
  // little other ones elsewhere.
  labelling.AddShiftsBesideUsed(work);
  labelling.Improve();
  return labelling.Sources();
}

}  // namespace stage::engine
