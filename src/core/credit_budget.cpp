#include "core/credit_budget.h"

#include <cstdio>

namespace stage {
namespace {

double Sum(double spent, const std::map<size_t, double>& reserved) {
  for (const auto& [job, credits] : reserved) spent += credits;
  return spent;
}

}  // namespace

bool CreditBudget::Reserve(size_t job, std::optional<double> estimate) {
  const std::lock_guard lock(mutex_);
  const double committed = Sum(spent_, reserved_);
  const bool fits = !most_ || (estimate ? committed + *estimate <= *most_
                                        : committed < *most_);
  if (fits) reserved_[job] = estimate.value_or(0);
  return fits;
}

void CreditBudget::Settle(size_t job, double charged) {
  const std::lock_guard lock(mutex_);
  reserved_.erase(job);
  spent_ += charged;
}

double CreditBudget::spent() const {
  const std::lock_guard lock(mutex_);
  return spent_;
}

std::string CreditBudget::Text() const {
  const std::lock_guard lock(mutex_);
  char text[96];
  std::snprintf(text,
                sizeof text,
                "--max-credits %g (%g spent or reserved)",
                most_.value_or(0),
                Sum(spent_, reserved_));
  return text;
}

}  // namespace stage
