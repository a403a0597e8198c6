#include "engine/scene/seen_openings.h"

#include <algorithm>
#include <array>
#include <map>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "engine/scene/mask_parts.h"
#include "engine/scene/quantile.h"
#include "engine/scene/wall_point.h"

namespace stage::engine {
namespace {

constexpr float kCertain = 0.5f;

/// Shares of what a network surely sees in a part of a wall.
struct Shares {
  double window = 0, door = 0, wall = 0;
  int pixels = 0;
};

/// A network's map, looked up by pixels of the scene's camera.
class SeenMap {
 public:
  SeenMap(const SeenRoom& seen, const Camera& camera)
      : seen_(seen),
        camera_(camera.Resized(seen.surface.width(), seen.surface.height())) {}

  const Camera& camera() const { return camera_; }

  Shares SharesIn(const Wall& wall, const Opening& opening) const {
    constexpr int kSteps = 24;
    Shares shares;
    std::map<SeenSurface, int> counts;
    for (int i = 0; i < kSteps; ++i) {
      for (int j = 0; j < kSteps; ++j) {
        const double u =
            opening.u0 + (opening.u1 - opening.u0) * (i + 0.5) / kSteps;
        const double v =
            opening.v0 + (opening.v1 - opening.v0) * (j + 0.5) / kSteps;
        const Eigen::Vector2d p = wall.start + wall.direction * u;
        const auto pixel = camera_.Project({p.x(), v, p.y()});
        if (!pixel || pixel->x() < 0 || pixel->y() < 0 ||
            pixel->x() >= camera_.width_px || pixel->y() >= camera_.height_px) {
          continue;
        }
        const int x = static_cast<int>(pixel->x());
        const int y = static_cast<int>(pixel->y());
        ++shares.pixels;
        if (seen_.certainty.at(x, y) >= kCertain) {
          ++counts[seen_.surface.at(x, y)];
        }
      }
    }
    if (shares.pixels == 0) return shares;
    const auto share = [&](SeenSurface surface) {
      return static_cast<double>(counts[surface]) / shares.pixels;
    };
    shares.window = share(SeenSurface::kWindow);
    shares.door = share(SeenSurface::kDoor);
    shares.wall = share(SeenSurface::kWall);
    return shares;
  }

  /// 255 where the network surely sees `surface`.
  cv::Mat MaskOf(SeenSurface surface) const {
    cv::Mat mask(camera_.height_px, camera_.width_px, CV_8U);
    for (int y = 0; y < mask.rows; ++y) {
      for (int x = 0; x < mask.cols; ++x) {
        mask.at<uchar>(y, x) = seen_.surface.at(x, y) == surface &&
                                       seen_.certainty.at(x, y) >= kCertain
                                   ? 255
                                   : 0;
      }
    }
    return mask;
  }

 private:
  const SeenRoom& seen_;
  Camera camera_;
};

bool IsDenied(const Shares& shares, OpeningKind kind) {
  constexpr double kHardly = 0.15, kSurelyWall = 0.6;
  // What lies behind a passage may be wall as well.
  return kind != OpeningKind::kPassage && shares.pixels > 0 &&
         shares.window + shares.door < kHardly && shares.wall > kSurelyWall;
}

/// The rectangles on walls that a connected part of the map fills.
class OpeningFit {
 public:
  OpeningFit(const Camera& camera, const std::vector<Wall>& walls)
      : camera_(camera), walls_(walls) {}

  /// One a wall that holds much of the part: windows meet in corners.
  std::vector<Opening> Of(const cv::Mat& part,
                          const cv::Rect& box,
                          OpeningKind kind) const {
    std::map<int, std::array<std::vector<double>, 2>> by_wall;
    size_t seen = 0;
    constexpr int kStep = 2;
    for (int y = box.y; y < box.br().y; y += kStep) {
      for (int x = box.x; x < box.br().x; x += kStep) {
        if (!part.at<uchar>(y, x)) continue;
        ++seen;
        const WallPoint at = MeetWall(camera_, walls_, {x + 0.5, y + 0.5});
        if (at.wall < 0) continue;
        by_wall[at.wall][0].push_back(at.u);
        by_wall[at.wall][1].push_back(at.v);
      }
    }
    constexpr double kMuch = 0.25;
    std::vector<Opening> openings;
    for (const auto& [wall, points] : by_wall) {
      const auto& [u, v] = points;
      if (static_cast<double>(u.size()) < kMuch * static_cast<double>(seen)) {
        continue;
      }
      if (const auto opening = OnWall(wall, u, v, kind)) {
        openings.push_back(*opening);
      }
    }
    return openings;
  }

 private:
  /// @param u, v  metres, of the part's pixels
  std::optional<Opening> OnWall(int wall,
                                const std::vector<double>& u,
                                const std::vector<double>& v,
                                OpeningKind kind) const {
    constexpr double kRagged = 0.02, kLeastM = 0.35, kHiddenFootM = 1.2;
    constexpr double kLeastDoorM = 1.5, kSeenOnly = 0.75;
    if (!walls_[static_cast<size_t>(wall)].real) return std::nullopt;
    Opening opening;
    opening.kind = kind;
    opening.wall = wall;
    opening.u0 = Quantile(u, kRagged);
    opening.u1 = Quantile(u, 1 - kRagged);
    opening.v0 = std::max(0.0, Quantile(v, kRagged));
    opening.v1 = Quantile(v, 1 - kRagged);
    opening.confidence = kSeenOnly;
    if (opening.u1 - opening.u0 < kLeastM ||
        opening.v1 - opening.v0 < kLeastM) {
      return std::nullopt;
    }
    if (kind == OpeningKind::kDoor) {
      if (opening.v0 > kHiddenFootM || opening.v1 < kLeastDoorM) {
        return std::nullopt;
      }
      opening.v0 = 0;
    }
    return Fills(opening, u, v) ? std::optional(opening) : std::nullopt;
  }

  /// Whether the points lie all over the opening, and not only along it.
  static bool Fills(const Opening& opening,
                    const std::vector<double>& u,
                    const std::vector<double>& v) {
    constexpr int kCells = 6;
    std::array<bool, kCells * kCells> filled{};
    for (size_t i = 0; i < u.size(); ++i) {
      const double across = (u[i] - opening.u0) / (opening.u1 - opening.u0);
      const double up = (v[i] - opening.v0) / (opening.v1 - opening.v0);
      if (across < 0 || across >= 1 || up < 0 || up >= 1) continue;
      filled[static_cast<size_t>(up * kCells) * kCells +
             static_cast<size_t>(across * kCells)] = true;
    }
    constexpr double kMostOf = 0.7;
    return std::count(filled.begin(), filled.end(), true) >=
           kMostOf * filled.size();
  }

  const Camera& camera_;
  const std::vector<Wall>& walls_;
};

double IntersectionOverUnion(const Opening& a, const Opening& b) {
  if (a.wall != b.wall) return 0;
  const auto area = [](const Opening& o) {
    return (o.u1 - o.u0) * (o.v1 - o.v0);
  };
  const double width = std::min(a.u1, b.u1) - std::max(a.u0, b.u0);
  const double height = std::min(a.v1, b.v1) - std::max(a.v0, b.v0);
  if (width <= 0 || height <= 0) return 0;
  return width * height / (area(a) + area(b) - width * height);
}

/// What the network sees as windows or doors, on the walls they lie on.
std::vector<Opening> SeenOpenings(const SeenMap& map,
                                  OpeningKind kind,
                                  const std::vector<Wall>& walls) {
  constexpr double kLeastArea = 0.002;  // of the picture
  const cv::Mat mask = map.MaskOf(
      kind == OpeningKind::kWindow ? SeenSurface::kWindow : SeenSurface::kDoor);
  const OpeningFit fit(map.camera(), walls);
  std::vector<Opening> openings;
  ForEachPart(
      mask, 4, kLeastArea, [&](const cv::Mat& part, const cv::Rect& box) {
        const std::vector<Opening> on_walls = fit.Of(part, box, kind);
        openings.insert(openings.end(), on_walls.begin(), on_walls.end());
      });
  return openings;
}

}  // namespace

void ReconcileOpenings(const SeenRoom& seen, Scene& scene) {
  if (seen.surface.empty()) return;
  const std::vector<Wall> walls = scene.room.Walls();
  const SeenMap map(seen, scene.camera);
  std::vector<Opening> by_network =
      SeenOpenings(map, OpeningKind::kWindow, walls);
  const std::vector<Opening> doors =
      SeenOpenings(map, OpeningKind::kDoor, walls);
  by_network.insert(by_network.end(), doors.begin(), doors.end());

  constexpr double kSame = 0.5;
  std::vector<Opening>& openings = scene.room.openings;
  std::erase_if(openings, [&](Opening& opening) {
    double most = 0;
    for (const Opening& other : by_network) {
      const double iou = IntersectionOverUnion(opening, other);
      // Lines are where the edges are, a network knows what it is.
      if (iou > kSame && opening.kind != OpeningKind::kPassage) {
        opening.kind = other.kind;
        if (opening.kind == OpeningKind::kDoor) opening.v0 = 0;
      }
      most = std::max(most, iou);
    }
    if (most > kSame) return false;
    return most > 0 ||
           IsDenied(
               map.SharesIn(walls[static_cast<size_t>(opening.wall)], opening),
               opening.kind);
  });
  for (const Opening& other : by_network) {
    const bool is_known =
        std::any_of(openings.begin(), openings.end(), [&](const Opening& o) {
          return IntersectionOverUnion(o, other) > 0;
        });
    if (!is_known) openings.push_back(other);
  }
}

}  // namespace stage::engine
