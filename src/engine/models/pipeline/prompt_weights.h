#pragma once

#include <string>
#include <vector>

namespace stage::models {

/// Words of a prompt that count alike.
struct WeightedText {
  std::string text;
  double weight = 1;

  bool operator==(const WeightedText&) const = default;
};

/// Reads the emphasis that prompts are widely written with: "(text)" is 1.1,
/// "[text]" is 1 / 1.1, "(text:1.3)" is 1.3, nested they multiply, and a
/// backslash makes a bracket a character. Brackets that do not close hold to
/// the end.
std::vector<WeightedText> ParsePromptWeights(const std::string& prompt);

}  // namespace stage::models
