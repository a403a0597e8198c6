#include "engine/completion/copy_cost.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

// As near to an edge as this a patch shows it, and has to show it in its
// place; a copy is wholly astray when it is off by so many pixels.
constexpr double kShowsPx = 5;
constexpr double kAstrayPx = 2;
// Beyond its ends a line counts a little farther.
constexpr double kBeyondPx = 4;
constexpr double kMostUnlike = 3;

}  // namespace

CopyCost CopyCost::AtLevel(int level) const {
  const double shrink = std::ldexp(1.0, -level);
  CopyCost here = *this;
  here.rise_px = std::max(1.0, rise_px * shrink);
  for (double* row :
       {&here.even_from, &here.even_to, &here.plain_from, &here.plain_to}) {
    *row *= shrink;
  }
  if (!unlike.empty() && level > 0) {
    here.unlike = ImageF(
        (unlike.width() >> level) + 1, (unlike.height() >> level) + 1, 1);
    for (int y = 0; y < here.unlike.height(); ++y) {
      for (int x = 0; x < here.unlike.width(); ++x) {
        here.unlike.at(x, y) =
            unlike.at(std::min(x << level, unlike.width() - 1),
                      std::min(y << level, unlike.height() - 1));
      }
    }
  }
  for (CrossingLine& line : here.lines) {
    line.from *= shrink;
    line.to *= shrink;
  }
  return here;
}

double CopyCost::Unlike(int x, int y) const {
  if (unlike.empty()) return 0;
  const double off = std::min<double>(kMostUnlike, unlike.at(x, y));
  return unlikely * off * off;
}

double CopyCost::Astray(const Eigen::Vector2d& to,
                        const Eigen::Vector2d& from) const {
  double cost = 0;
  for (const CrossingLine& line : lines) {
    const double along = line.Along(to);
    if (along < -kBeyondPx || along > line.Length() + kBeyondPx) continue;
    const double target = line.Beside(to), source = line.Beside(from);
    if (std::abs(target) <= kShowsPx) {
      const double off = std::abs(target - source) / kAstrayPx;
      cost += astray * std::min(1.0, off * off);
    } else if (target * source < 0) {
      cost += astray;
    }
  }
  return cost;
}

}  // namespace stage::engine
