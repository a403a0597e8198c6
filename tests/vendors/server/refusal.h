#pragma once

#include <string>

namespace stage::vendors {

/// An answer other than 2xx, in the vendor's own error body.
struct Refusal {
  /// Whose doing it is.
  enum class Blame {
    kClient,   ///< what was sent breaks the documentation: a violation
    kAccount,  ///< credits, limits, an unknown key
  };
  int status = 400;
  std::string message;
  Blame blame = Blame::kClient;
};

}  // namespace stage::vendors
