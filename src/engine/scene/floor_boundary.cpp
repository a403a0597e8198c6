#include "engine/scene/floor_boundary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kColumnStep = 0.25 * kDegree;
constexpr double kRowStep = 0.2 * kDegree;
constexpr double kTop = -40 * kDegree;  ///< above the horizon
constexpr double kBottom = 86 * kDegree;
constexpr float kNever = -1e9f;

// What evidence is worth. Areas are in parts of the picture, lengths in parts
// of its width + height.
constexpr double kAreaWorth = 5;
constexpr double kLineWorth = 1.6;
constexpr double kMiss = 0.3;  ///< cost of a boundary without any line
constexpr double kCeilingWorth = 0.4;
constexpr double kBoxWorth = 0.25;  // over the whole width
constexpr double kCornerCost = 0.025;
constexpr double kJumpCost = 0.07;
constexpr float kHiddenJump = 0.6f;  ///< part of it, to where no floor is seen

/// A wall plane the boundary may run along.
struct Candidate {
  Axis along;
  double plane;
  bool from_box;
};

double DistanceTo(Axis along, double plane, double azimuth) {
  const double d = along == Axis::kX ? plane / -std::cos(azimuth)
                                     : plane / std::sin(azimuth);
  return d > 0 && std::isfinite(d) ? d
                                   : std::numeric_limits<double>::infinity();
}

class BoundarySearch {
 public:
  BoundarySearch(const LayoutEvidence& evidence,
                 const Box& box,
                 const cv::Mat& likelihood,
                 const std::vector<Eigen::Vector2d>& corners)
      : evidence_(evidence),
        camera_(evidence.camera()),
        box_(box),
        likelihood_(likelihood) {
    FindColumns();
    if (columns_ < 2) return;
    MakeCandidates(corners);
    SumLikelihood();
    SumVerticals();
    MakePayoffs();
  }

  std::vector<BoundaryRun> Run();

 private:
  double Azimuth(int column) const { return first_ + column * kColumnStep; }
  double RowAngle(int row) const { return kTop + row * kRowStep; }
  int RowOf(double angle) const {
    return std::clamp(
        static_cast<int>((angle - kTop) / kRowStep), 0, rows_ - 1);
  }
  size_t At(int column, int row) const {
    return static_cast<size_t>(column) * (rows_ + 1) + row;
  }
  size_t Pay(int column, int candidate) const {
    return static_cast<size_t>(column) * candidates_.size() + candidate;
  }
  Eigen::Vector3d Direction(double azimuth, double down) const {
    return {std::cos(down) * std::sin(azimuth),
            -std::sin(down),
            -std::cos(down) * std::cos(azimuth)};
  }
  /// Undistorted pixel of a direction; false behind the camera.
  bool Ideal(const Eigen::Vector3d& direction, Eigen::Vector2d& pixel) const {
    const Eigen::Vector3d c = camera_.world_to_camera * direction;
    if (c.z() < 0.02) return false;
    pixel = camera_.center_px + c.head<2>() * (camera_.focal_px / c.z());
    return true;
  }

  /// How far below the horizon the floor ends at the box's wall.
  double BoxAngle(double azimuth) const {
    double distance = DistanceTo(Axis::kX, box_.back, azimuth);
    for (const double x : {box_.left, box_.right}) {
      distance = std::min(distance, DistanceTo(Axis::kZ, x, azimuth));
    }
    return std::atan(1 / distance);
  }

  void FindColumns();
  void MakeCandidates(const std::vector<Eigen::Vector2d>& corners);
  void AddCandidates(Axis along, std::vector<std::pair<double, double>> votes);
  void SumLikelihood();
  void SumVerticals();
  void MakePayoffs();
  float VerticalSupport(int column, double down) const;

  const LayoutEvidence& evidence_;
  const Camera& camera_;
  const Box& box_;
  const cv::Mat& likelihood_;
  double first_ = 0;
  int columns_ = 0, rows_ = 0;
  std::vector<Candidate> candidates_;  ///< the last one hides all floor
  std::vector<double> below_;     ///< worth of floor from a row downwards
  std::vector<double> exit_;      ///< where a column leaves the picture
  std::vector<double> vertical_;  ///< running sum of vertical line support
  std::vector<float> payoff_, down_, support_, upright_;
};

void BoundarySearch::FindColumns() {
  double low = 1e9, high = -1e9;
  const int w = camera_.width_px, h = camera_.height_px;
  const auto visit = [&](double x, double y) {
    const Eigen::Vector3d ray = camera_.Ray({x, y});
    if (ray.y() > 0.05 || ray.y() < -0.98) return;
    const double azimuth = std::atan2(ray.x(), -ray.z());
    low = std::min(low, azimuth);
    high = std::max(high, azimuth);
  };
  constexpr int kSteps = 40;
  for (int i = 0; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps;
    visit(0, t * h);
    visit(w, t * h);
    visit(t * w, h);
    visit(t * w, h * 0.5);
  }
  rows_ = static_cast<int>((kBottom - kTop) / kRowStep);
  if (low >= high) return;
  first_ = low;
  columns_ = std::min(1440, static_cast<int>((high - low) / kColumnStep) + 1);
}

void BoundarySearch::AddCandidates(
    Axis along, std::vector<std::pair<double, double>> votes) {
  constexpr size_t kFromLines = 56;
  constexpr double kAlike = 0.012;  // relative
  std::stable_sort(votes.begin(), votes.end(), [](const auto& a, const auto& b) {
    return a.first > b.first;
  });
  size_t kept = 0;
  for (const auto& [weight, plane] : votes) {
    const bool known = std::any_of(
        candidates_.begin(), candidates_.end(), [&](const Candidate& c) {
          return c.along == along && c.plane * plane > 0 &&
                 std::abs(std::log(c.plane / plane)) < kAlike;
        });
    if (known) continue;
    candidates_.push_back({along, plane, false});
    if (++kept == kFromLines) break;
  }
}

void BoundarySearch::MakeCandidates(
    const std::vector<Eigen::Vector2d>& corners) {
  candidates_ = {{Axis::kZ, box_.left, true},
                 {Axis::kZ, box_.right, true},
                 {Axis::kX, box_.back, true}};
  for (const Eigen::Vector2d& corner : corners) {
    candidates_.push_back({Axis::kZ, corner.x(), false});
    candidates_.push_back({Axis::kX, corner.y(), false});
  }
  std::vector<std::pair<double, double>> along_x, along_z;
  for (size_t i = 0; i < evidence_.segments().size(); ++i) {
    const Axis axis = evidence_.axes()[i];
    if (axis != Axis::kX && axis != Axis::kZ) continue;
    const LineSegment& segment = evidence_.segments()[i];
    const Eigen::Vector3d ray = camera_.Ray(segment.Midpoint());
    if (ray.y() > -0.03) continue;
    const double plane = (axis == Axis::kX ? ray.z() : ray.x()) / -ray.y();
    if (std::abs(plane) < 0.15 || std::abs(plane) > 20) continue;
    (axis == Axis::kX ? along_x : along_z).push_back({segment.weight, plane});
  }
  AddCandidates(Axis::kX, along_x);
  AddCandidates(Axis::kZ, along_z);
  for (double plane = 0.35; plane < 16; plane *= 1.15) {
    candidates_.push_back({Axis::kX, -plane, false});
    candidates_.push_back({Axis::kZ, plane, false});
    candidates_.push_back({Axis::kZ, -plane, false});
  }
  candidates_.push_back({Axis::kNone, 0, false});
}

void BoundarySearch::SumLikelihood() {
  cv::Mat map(rows_, columns_, CV_32FC2);
  for (int r = 0; r < rows_; ++r) {
    cv::Vec2f* out = map.ptr<cv::Vec2f>(r);
    for (int c = 0; c < columns_; ++c) {
      Eigen::Vector2d p;
      if (!Ideal(Direction(Azimuth(c), RowAngle(r)), p)) {
        out[c] = {-1e6f, -1e6f};
        continue;
      }
      p = camera_.Distort(p);
      out[c] = {static_cast<float>(p.x() - 0.5), static_cast<float>(p.y() - 0.5)};
    }
  }
  cv::Mat panorama;
  const double shrink =
      static_cast<double>(likelihood_.cols) / camera_.width_px;
  cv::remap(likelihood_,
            panorama,
            map * shrink,
            cv::noArray(),
            cv::INTER_LINEAR,
            cv::BORDER_CONSTANT,
            cv::Scalar(0));
  below_.assign(static_cast<size_t>(columns_) * (rows_ + 1), 0);
  exit_.assign(columns_, 0);
  const double area = 1.0 / (double(camera_.width_px) * camera_.height_px);
  const auto is_inside = [&](const cv::Vec2f& p) {
    return p[0] > -0.5f && p[1] > -0.5f && p[0] < camera_.width_px - 0.5f &&
           p[1] < camera_.height_px - 0.5f;
  };
  for (int c = 0; c < columns_; ++c) {
    const int next = c + 1 < columns_ ? c + 1 : c - 1;
    // Where something above the horizon has the floor's colour, a door or a
    // cupboard, colour says little about what lies beyond the box's wall.
    int alike = 0, seen = 0;
    for (int r = RowOf(-20 * kDegree); r < RowOf(0); ++r) {
      if (!is_inside(map.at<cv::Vec2f>(r, c))) continue;
      ++seen;
      alike += panorama.at<float>(r, c) > 0.25f;
    }
    const double trust =
        seen > 0 ? std::clamp(1 - 2.0 * alike / seen, 0.0, 1.0) : 1;
    const double box_down = BoxAngle(Azimuth(c));
    double sum = 0;
    for (int r = rows_ - 1; r >= 0; --r) {
      const cv::Vec2f p = map.at<cv::Vec2f>(r, c);
      const bool inside = is_inside(p);
      if (inside && exit_[c] == 0) exit_[c] = RowAngle(r);
      if (inside && r > 0) {
        const cv::Vec2f across = map.at<cv::Vec2f>(r, next) - p;
        const cv::Vec2f along = map.at<cv::Vec2f>(r - 1, c) - p;
        const double cell =
            std::abs(across[0] * along[1] - across[1] * along[0]);
        // Nothing above the horizon is floor: no evidence is taken there.
        if (cell < 1e4 && RowAngle(r) > 0) {
          double likelihood = panorama.at<float>(r, c);
          if (RowAngle(r) < box_down && likelihood > 0) likelihood *= trust;
          sum += likelihood * cell * area;
        }
      }
      below_[At(c, r)] = sum;
    }
  }
}

void BoundarySearch::SumVerticals() {
  vertical_.assign(static_cast<size_t>(columns_) * (rows_ + 1), 0);
  for (int c = 0; c < columns_; ++c) {
    double sum = 0;
    for (int r = 0; r < rows_; ++r) {
      vertical_[At(c, r)] = sum;
      Eigen::Vector2d p;
      if (Ideal(Direction(Azimuth(c), RowAngle(r)), p)) {
        sum += evidence_.SupportAt(Axis::kY, p);
      }
    }
    vertical_[At(c, rows_)] = sum;
  }
}

/// Support for a vertical edge that stands on the floor at angle `down`.
float BoundarySearch::VerticalSupport(int column, double down) const {
  constexpr double kLowerPart = 12 * kDegree;
  const int bottom = RowOf(std::min(down, kBottom));
  const int top = RowOf(down - kLowerPart);
  if (bottom <= top) return 0;
  float best = 0;
  for (int c = std::max(0, column - 1); c <= std::min(columns_ - 1, column + 1);
       ++c) {
    best = std::max(best,
                    static_cast<float>((vertical_[At(c, bottom)] -
                                        vertical_[At(c, top)]) /
                                       (bottom - top)));
  }
  return best;
}

void BoundarySearch::MakePayoffs() {
  const size_t count = candidates_.size() * columns_;
  payoff_.assign(count, kNever);
  down_.assign(count, 0);
  support_.assign(count, 0);
  upright_.assign(count, 0);
  const double perimeter = camera_.width_px + camera_.height_px;
  const double ceiling = box_.height - 1;
  for (int c = 0; c < columns_; ++c) {
    const double azimuth = Azimuth(c);
    for (size_t k = 0; k < candidates_.size(); ++k) {
      const Candidate& candidate = candidates_[k];
      const size_t slot = Pay(c, static_cast<int>(k));
      if (candidate.along == Axis::kNone) {
        down_[slot] = static_cast<float>(kBottom);
        payoff_[slot] = 0;
        upright_[slot] = VerticalSupport(c, exit_[c]);
        continue;
      }
      const double distance =
          DistanceTo(candidate.along, candidate.plane, azimuth);
      if (distance > 30) continue;
      const double down = std::atan(1 / distance);
      down_[slot] = static_cast<float>(down);
      double worth = 2 * kAreaWorth * below_[At(c, RowOf(down))];
      const double next = azimuth + kColumnStep;
      const double next_distance =
          DistanceTo(candidate.along, candidate.plane, next);
      Eigen::Vector2d p, q;
      const bool seen =
          Ideal(Direction(azimuth, down), p) &&
          Ideal(Direction(next, std::atan(1 / next_distance)), q);
      if (seen) {
        const Eigen::Vector2d real = camera_.Distort(p);
        const bool inside = real.x() >= 0 && real.y() >= 0 &&
                            real.x() < camera_.width_px &&
                            real.y() < camera_.height_px;
        const double length = std::min((q - p).norm() / perimeter, 0.05);
        if (inside) {
          support_[slot] = evidence_.FloorSupportAt(candidate.along, p);
          worth += kLineWorth * length *
                   ((1 + kMiss) * support_[slot] - kMiss);
        }
        const double up = std::atan(ceiling / distance);
        Eigen::Vector2d above;
        if (Ideal(Direction(azimuth, -up), above)) {
          worth += kCeilingWorth * length *
                   evidence_.SupportAt(candidate.along, above);
        }
      }
      payoff_[slot] = static_cast<float>(worth);
      upright_[slot] = VerticalSupport(c, down);
    }
    // The box's own wall in this direction has its word, as far as it goes.
    size_t nearest = 0;
    for (size_t k = 0; k < 3; ++k) {
      if (payoff_[Pay(c, k)] <= kNever) continue;
      if (payoff_[Pay(c, nearest)] <= kNever ||
          down_[Pay(c, k)] > down_[Pay(c, nearest)]) {
        nearest = k;
      }
    }
    if (payoff_[Pay(c, nearest)] > kNever) {
      payoff_[Pay(c, nearest)] += static_cast<float>(kBoxWorth / columns_);
    }
  }
}

std::vector<BoundaryRun> BoundarySearch::Run() {
  if (columns_ < 2) return {};
  const int count = static_cast<int>(candidates_.size());
  constexpr float kSamePlace = static_cast<float>(0.9 * kDegree);
  std::vector<float> best(count), next(count);
  std::vector<int16_t> from(static_cast<size_t>(columns_) * count, -1);
  for (int k = 0; k < count; ++k) best[k] = payoff_[Pay(0, k)];
  for (int c = 1; c < columns_; ++c) {
    for (int k = 0; k < count; ++k) {
      const float pay = payoff_[Pay(c, k)];
      next[k] = kNever;
      if (pay <= kNever) continue;
      float top = best[k];
      int origin = k;
      const float down = down_[Pay(c, k)];
      for (int o = 0; o < count; ++o) {
        if (best[o] <= top) continue;
        const size_t slot = Pay(c - 1, o);
        const float gap = std::abs(down_[slot] - down);
        float cost = static_cast<float>(kCornerCost);
        if (gap > kSamePlace || o == count - 1 || k == count - 1) {
          // The nearer wall's end must show.
          const float upright =
              down_[slot] > down ? upright_[slot] : upright_[Pay(c, k)];
          cost = static_cast<float>(kJumpCost) * (1.15f - upright);
          if (o == count - 1 || k == count - 1) cost *= kHiddenJump;
        }
        if (best[o] - cost > top) {
          top = best[o] - cost;
          origin = o;
        }
      }
      if (top <= kNever) continue;
      next[k] = top + pay;
      from[static_cast<size_t>(c) * count + k] = static_cast<int16_t>(origin);
    }
    best.swap(next);
  }
  int k = static_cast<int>(
      std::max_element(best.begin(), best.end()) - best.begin());
  std::vector<int> path(columns_);
  for (int c = columns_ - 1; c >= 0; --c) {
    path[c] = k;
    if (c > 0) k = from[static_cast<size_t>(c) * count + k];
    if (k < 0) return {};
  }
  std::vector<BoundaryRun> runs;
  for (int c = 0; c < columns_;) {
    int end = c;
    double support = 0;
    while (end < columns_ && path[end] == path[c]) {
      support += support_[Pay(end, path[c])];
      ++end;
    }
    BoundaryRun run;
    run.along = candidates_[path[c]].along;
    run.plane = candidates_[path[c]].plane;
    run.from = Azimuth(c) - kColumnStep / 2;
    run.to = Azimuth(end - 1) + kColumnStep / 2;
    run.support = support / (end - c);
    runs.push_back(run);
    c = end;
  }
  runs.front().from -= 5 * kDegree;
  runs.back().to += 5 * kDegree;
  JoinRuns(runs);
  return runs;
}

}  // namespace

double BoundaryRun::Distance(double azimuth) const {
  return along == Axis::kNone ? 0 : DistanceTo(along, plane, azimuth);
}

void JoinRuns(std::vector<BoundaryRun>& runs) {
  for (size_t i = 0; i + 1 < runs.size(); ++i) {
    BoundaryRun &a = runs[i], &b = runs[i + 1];
    if (a.along == b.along || a.along == Axis::kNone || b.along == Axis::kNone) {
      continue;
    }
    const double x = a.along == Axis::kZ ? a.plane : b.plane;
    const double z = a.along == Axis::kX ? a.plane : b.plane;
    const double corner = std::atan2(x, -z);
    if (std::abs(corner - a.to) < 2 * kDegree && corner > a.from &&
        corner < b.to) {
      a.to = b.from = corner;
    }
  }
}

std::vector<BoundaryRun> FollowFloorBoundary(
    const LayoutEvidence& evidence,
    const Box& box,
    const cv::Mat& likelihood,
    const std::vector<Eigen::Vector2d>& corners) {
  return BoundarySearch(evidence, box, likelihood, corners).Run();
}

cv::Mat BoundaryFloorMask(const Camera& camera,
                          const std::vector<BoundaryRun>& runs) {
  cv::Mat mask = cv::Mat::zeros(camera.height_px, camera.width_px, CV_8U);
  if (runs.empty()) return mask;
  for (int y = 0; y < mask.rows; ++y) {
    uchar* row = mask.ptr<uchar>(y);
    for (int x = 0; x < mask.cols; ++x) {
      const Eigen::Vector3d ray = camera.Ray({x + 0.5, y + 0.5});
      if (ray.y() > -0.01) continue;
      const double azimuth = std::atan2(ray.x(), -ray.z());
      const auto run = std::find_if(
          runs.begin(), runs.end() - 1, [&](const BoundaryRun& r) {
            return azimuth < r.to;
          });
      const double reach = std::hypot(ray.x(), ray.z()) / -ray.y();
      if (reach < run->Distance(azimuth)) row[x] = 255;
    }
  }
  return mask;
}

}  // namespace stage::engine
