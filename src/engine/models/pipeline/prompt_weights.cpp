#include "engine/models/pipeline/prompt_weights.h"

#include <cstdlib>
#include <optional>

namespace stage::models {
namespace {

constexpr double kEmphasis = 1.1;

/// Pieces from `begin` on, multiplied.
void Multiply(std::vector<WeightedText>& pieces, size_t begin, double factor) {
  for (size_t i = begin; i < pieces.size(); ++i) pieces[i].weight *= factor;
}

/// ":1.3" at the end of the text, cut off.
std::optional<double> TakeWeight(std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const std::string number = text.substr(colon + 1);
  char* end = nullptr;
  const double weight = std::strtod(number.c_str(), &end);
  if (number.empty() || *end != '\0') return std::nullopt;
  text.resize(colon);
  return weight;
}

}  // namespace

std::vector<WeightedText> ParsePromptWeights(const std::string& prompt) {
  std::vector<WeightedText> pieces;
  std::vector<size_t> round, square;  // where open brackets began
  std::string text;
  const auto flush = [&] {
    if (!text.empty()) pieces.push_back({text, 1});
    text.clear();
  };
  for (size_t i = 0; i < prompt.size(); ++i) {
    const char c = prompt[i];
    const bool escapes =
        c == '\\' && i + 1 < prompt.size() &&
        std::string("()[]\\").find(prompt[i + 1]) != std::string::npos;
    if (escapes) {
      text += prompt[++i];
    } else if (c == '(' || c == '[') {
      flush();
      (c == '(' ? round : square).push_back(pieces.size());
    } else if (c == ')' && !round.empty()) {
      const std::optional<double> weight = TakeWeight(text);
      flush();
      Multiply(pieces, round.back(), weight.value_or(kEmphasis));
      round.pop_back();
    } else if (c == ']' && !square.empty()) {
      flush();
      Multiply(pieces, square.back(), 1 / kEmphasis);
      square.pop_back();
    } else {
      text += c;
    }
  }
  flush();
  for (const size_t begin : round) Multiply(pieces, begin, kEmphasis);
  for (const size_t begin : square) Multiply(pieces, begin, 1 / kEmphasis);
  return pieces;
}

}  // namespace stage::models
