// How good a group is, in the room and above all in the picture.

#include <algorithm>
#include <cmath>

#include "engine/plan/group_builder.h"

namespace stage::engine {
namespace {

using Eigen::Vector2d;

/// 1 on [low, high], falling to 0 over `slope` on either side.
double Plateau(double value, double low, double high, double slope) {
  if (value < low) return std::max(0.0, 1 - (low - value) / slope);
  if (value > high) return std::max(0.0, 1 - (value - high) / slope);
  return 1;
}

/// Left and right end of a group in the picture. A lone anchor stands for its
/// group: the rest adds about a quarter.
std::pair<double, double> Span(const Arrangement& arrangement,
                               const Item& anchor) {
  double low = anchor.view.low.x(), high = anchor.view.high.x();
  size_t members = 0;
  for (const Item& item : arrangement.items()) {
    if (item.group != anchor.group || item.view.visible.empty() ||
        item.function == "rug") {
      continue;
    }
    ++members;
    low = std::min(low, item.view.low.x());
    high = std::max(high, item.view.high.x());
  }
  if (members <= 1) {
    const double more = 0.12 * (high - low);
    low = std::max(0.0, low - more);
    high = std::min(1.0, high + more);
  }
  return {low, high};
}

/// Part of the most hidden opening that furniture covers.
double HiddenOpenings(const RoomSurvey& survey,
                      const Arrangement& arrangement) {
  double most = 0;
  for (const BoxView& opening : survey.opening_views()) {
    if (opening.share < 0.003) continue;
    double hidden = 0;
    for (const Item& item : arrangement.items()) {
      if (item.function == "rug") continue;
      if (item.view.distance < opening.distance) {
        hidden += CoveredFraction(opening, item.view);
      }
    }
    most = std::max(most, std::min(1.0, hidden));
  }
  return most;
}

/// Part of the anchor behind other pieces. A table before a sofa belongs
/// there; it hides nothing that one would miss.
double HiddenAnchor(const Arrangement& arrangement, const Item& anchor) {
  double hidden = 0;
  for (const Item& item : arrangement.items()) {
    if (item.function == "rug" || item.function == "coffee_table" ||
        item.function == "chair" || item.function == "ottoman" ||
        item.bottom > 0.1 || item.view.distance >= anchor.view.distance) {
      continue;
    }
    hidden += CoveredFraction(anchor.view, item.view);
  }
  return std::min(1.0, hidden);
}

/// How centred an anchor stands on its wall, or on the free part of it.
double WallBalance(const RoomSurvey& survey, const Item& anchor) {
  if (anchor.wall < 0) return 0.6;
  const WallSurvey& wall = survey.walls()[anchor.wall];
  const WallSurvey::Shadow shadow = wall.ShadowOf(anchor.rect);
  const double middle = (shadow.u0 + shadow.u1) / 2;
  double low = 0, high = wall.wall().length;
  for (const Opening& opening : wall.openings()) {
    if (opening.u1 <= shadow.u0 + 0.05) low = std::max(low, opening.u1);
    if (opening.u0 >= shadow.u1 - 0.05) high = std::min(high, opening.u0);
    const double center = (opening.u0 + opening.u1) / 2;
    if (std::abs(center - middle) < 0.08) return 0.9;  // on a window's axis
  }
  const double half = std::max(0.3, (high - low) / 2);
  return std::max(0.0, 1 - std::abs(middle - (low + high) / 2) / half);
}

}  // namespace

double ScoreGroup(const RoomSurvey& survey,
                  const GroupTemplate& spec,
                  const Arrangement& arrangement,
                  const Item& anchor,
                  double fullness) {
  const BoxView& view = anchor.view;
  const auto [low, high] = Span(arrangement, anchor);
  const double width = high - low;
  const double middle = (low + high) / 2;
  const Vector2d to_camera =
      (survey.view().camera_on_floor() - anchor.rect.center).normalized();
  const double facing = anchor.rect.Front().dot(to_camera);
  const double sees_front = std::clamp((facing + 0.35) / 1.1, 0.0, 1.0);

  double score = 0;
  score += 0.50 * fullness;
  score += 0.12 * std::clamp((view.visible_fraction - 0.6) / 0.35, 0.0, 1.0);
  score += 0.10 *
           Plateau(width, spec.min_picture_width, spec.max_picture_width, 0.3);
  score += 0.06 * Plateau(middle, 0.35, 0.65, 0.35);
  score += 0.10 * sees_front;
  score += 0.07 * WallBalance(survey, anchor);
  score += 0.05 * Plateau(view.share, 0.03, 0.25, 0.1);
  score -= 1.0 * view.below_picture;

  const double reach = anchor.wall >= 0 ? 0.3 : 0.9;
  score -= 0.30 * std::min(1.0, 1.5 * survey.BusyBehind(anchor.rect, reach));
  score -= 0.30 * HiddenOpenings(survey, arrangement);
  double hidden = 0, cut = 0, before = 0;
  for (const Item& item : arrangement.items()) {
    if (item.group != anchor.group || item.function == "rug") continue;
    if (&item != &anchor && item.role != anchor.role) {
      cut += item.solid ? 1 - item.view.visible_fraction : 0;
    }
    before = std::max(before, survey.ForegroundShare(item.view));
  }
  hidden = HiddenAnchor(arrangement, anchor);
  score -= 0.35 * std::max(0.0, hidden - 0.15);
  score -= 0.10 * std::min(1.0, cut);
  score -= 0.25 * before;
  // A sofa against the only sensible wall may be seen from behind; a floating
  // one with its back to the viewer closes the picture.
  if (anchor.wall < 0 && facing < -0.3) score -= 0.12;
  // Free to turn, it need not show its arm and a line of cushions.
  if (anchor.wall < 0 && anchor.function == "sofa") {
    score -= 0.14 * std::clamp((0.6 - facing) / 0.6, 0.0, 1.0);
  }
  // In the middle of a small room furniture is in the way.
  if (anchor.wall < 0 && anchor.function == "sofa") {
    score -= survey.scene().room.FloorArea() < 18 ? 0.08 : 0.03;
  }
  return score - spec.cost;
}

}  // namespace stage::engine
