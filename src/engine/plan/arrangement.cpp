#include "engine/plan/arrangement.h"

#include <algorithm>

namespace stage::engine {
namespace {

constexpr double kChaiseShare = 0.37;                    // of a sofa's width
constexpr double kMattressTop = 0.65, kHeadboard = 0.2;  // metres
constexpr double kBelowSill = 0.14;  // a headboard shows nothing above a sill
constexpr double kEdge = 0.02;    // of a window, that anything may reach before
constexpr double kLeaves = 0.25;  // and that leaves may

}  // namespace

FloorRect Item::BackPart() const {
  if (picked.chaise == Chaise::kNone) return rect;
  FloorRect back = rect;
  back.depth = std::min(rect.depth, picked.seat_depth);
  back.center = rect.At(0, (back.depth - rect.depth) / 2);
  return back;
}

FloorRect Item::SeatPart() const {
  FloorRect seats = BackPart();
  if (picked.chaise == Chaise::kNone) return seats;
  const double side = picked.chaise == Chaise::kRight ? -1 : 1;
  const double width = rect.width * (1 - kChaiseShare);
  seats.center = seats.At(side * (rect.width - width) / 2, 0);
  seats.width = width;
  return seats;
}

std::vector<FloorRect> Item::Parts() const {
  if (picked.chaise == Chaise::kNone) return {rect};
  const double side = picked.chaise == Chaise::kRight ? 1 : -1;
  FloorRect chaise = rect;
  chaise.width = rect.width * kChaiseShare;
  chaise.center = rect.At(side * (rect.width - chaise.width) / 2, 0);
  return {BackPart(), chaise};
}

Misfit Arrangement::WhyNot(Item& item, const FitRules& rules) const {
  const Eigen::Vector2d camera = survey_->view().camera_on_floor();
  const std::vector<FloorRect> parts = item.Parts();
  for (const FloorRect& part : parts) {
    if (part.Distance(camera) < rules.camera_distance) {
      return Misfit::kNearCamera;
    }
  }
  if (item.solid) {
    for (const FloorRect& solid : Solids()) {
      for (const FloorRect& part : parts) {
        if (Collide(part, solid, rules.gap)) return Misfit::kOverlaps;
      }
    }
  }
  const bool bed = item.function == "bed";
  const double high = bed ? kMattressTop : item.top();
  const double beside = item.function == "plant" ? kLeaves : kEdge;
  for (const FloorRect& part : parts) {
    const Misfit misfit = survey_->WhyNotFree(part, high, beside);
    if (misfit != Misfit::kNone) return misfit;
  }
  if (bed) {
    FloorRect head = item.rect;
    head.depth = kHeadboard;
    head.center = item.rect.At(0, (head.depth - item.rect.depth) / 2);
    const Misfit misfit = survey_->WhyNotFree(head, item.top() + kBelowSill);
    if (misfit != Misfit::kNone) return misfit;
  }
  const auto view = survey_->view().Look(item.rect, item.bottom, item.top());
  if (!view || view->visible_fraction < rules.min_visible ||
      view->below_picture > rules.max_below) {
    return Misfit::kCropped;
  }
  if (view->share > rules.max_share) return Misfit::kTooLarge;
  const LineOfSight& sight = survey_->line_of_sight();
  const double top = item.top();
  if (sight.BehindWalls(item.rect, item.bottom, top) > rules.max_behind_walls ||
      sight.BehindObstacles(item.rect, item.bottom, top) >
          rules.max_behind_obstacles) {
    return Misfit::kHidden;
  }
  item.view = *view;
  return Hides(item.view) <= rules.max_hiding ? Misfit::kNone : Misfit::kHides;
}

bool Arrangement::TryAdd(Item item, const FitRules& rules) {
  if (!Check(item, rules)) return false;
  items_.push_back(std::move(item));
  return true;
}

bool Arrangement::Add(Item item) {
  const auto view = survey_->view().Look(item.rect, item.bottom, item.top());
  if (!view) return false;
  item.view = *view;
  items_.push_back(std::move(item));
  return true;
}

const Item* Arrangement::FindRole(const std::string& role, int group) const {
  for (const Item& item : items_) {
    if (item.role == role && item.group == group) return &item;
  }
  return nullptr;
}

std::vector<FloorRect> Arrangement::Solids() const {
  std::vector<FloorRect> rects;
  for (const Item& item : items_) {
    if (!item.solid) continue;
    for (const FloorRect& part : item.Parts()) rects.push_back(part);
  }
  return rects;
}

std::vector<FloorRect> Arrangement::Targets() const {
  std::vector<FloorRect> rects;
  for (const Item& item : items_) {
    if (item.target) rects.push_back(item.rect);
  }
  return rects;
}

double Arrangement::Hides(const BoxView& view) const {
  double most = 0;
  for (const Item& item : items_) {
    if (item.function == "rug" || item.view.distance <= view.distance) continue;
    most = std::max(most, CoveredFraction(item.view, view));
  }
  return most;
}

double Arrangement::HiddenBy(const BoxView& view) const {
  double hidden = 0;
  for (const Item& item : items_) {
    if (item.function == "rug" || item.view.distance >= view.distance) continue;
    hidden += CoveredFraction(view, item.view);
  }
  return std::min(1.0, hidden);
}

}  // namespace stage::engine
