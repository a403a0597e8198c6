#pragma once

#include <cstdint>
#include <string_view>

namespace stage::engine {

/// Numbers that depend on a seed and a word only: the same on every machine
/// and independent of the order of questions.
class SeededChoice {
 public:
  SeededChoice(uint64_t seed, int variant) : seed_(seed), variant_(variant) {}

  uint64_t Bits(std::string_view word) const {
    uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a, then splitmix64's finish
    for (const char c : word) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    }
    hash ^= seed_ * 0x9e3779b97f4a7c15u +
            static_cast<uint64_t>(variant_) * 0xd1b54a32d192ed03u;
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
    return hash ^ (hash >> 31);
  }
  /// Uniform in [0, 1).
  double Unit(std::string_view word) const {
    return static_cast<double>(Bits(word) >> 11) * 0x1p-53;
  }
  /// An index below `count`, the first ones more often: a ranked choice.
  size_t Ranked(std::string_view word, size_t count) const {
    if (count == 0) return 0;
    const double unit = Unit(word);
    const auto index = static_cast<size_t>(unit * unit * count);
    return index < count ? index : count - 1;
  }
  uint64_t seed() const { return seed_; }
  int variant() const { return variant_; }

 private:
  uint64_t seed_;
  int variant_;
};

}  // namespace stage::engine
