#include "engine/plan/arrangement.h"

#include <algorithm>

namespace stage::engine {

bool Arrangement::Check(Item& item, const FitRules& rules) const {
  if (item.rect.Distance(survey_->view().camera_on_floor()) <
      rules.camera_distance) {
    return false;
  }
  for (const Item& other : items_) {
    if (!other.solid || !item.solid) continue;
    if (Collide(item.rect, other.rect, rules.gap)) return false;
  }
  if (!survey_->IsFree(item.rect, item.top())) return false;
  const auto view = survey_->view().Look(item.rect, item.bottom, item.top());
  if (!view || view->visible_fraction < rules.min_visible ||
      view->share > rules.max_share) {
    return false;
  }
  item.view = *view;
  return Hides(item.view) <= rules.max_hiding;
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
    if (item.solid) rects.push_back(item.rect);
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
