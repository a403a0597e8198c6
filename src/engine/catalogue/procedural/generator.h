#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/catalogue/catalogue.h"
#include "engine/catalogue/procedural/mesh_builder.h"

namespace stage::engine::procedural {

/// One parameter a piece understands: its type follows from its default.
struct ParameterRule {
  std::string name;
  nlohmann::json standard;  ///< number, integer, string, boolean or colour list
  std::string help;
  double minimum = 0, maximum = 0;   ///< of numbers
  std::vector<std::string> choices;  ///< of words; empty: any text
};

ParameterRule Number(std::string name,
                     double standard,
                     double minimum,
                     double maximum,
                     std::string help);
ParameterRule Count(
    std::string name, int standard, int minimum, int maximum, std::string help);
ParameterRule Choice(std::string name,
                     std::vector<std::string> choices,
                     std::string help);  ///< the first choice is the default
/// The parameter "wood": oak and what else furniture is made of.
ParameterRule WoodChoice(std::string help);
/// The parameter "metal" of black fittings, or others.
ParameterRule MetalChoice(std::string help);
ParameterRule Flag(std::string name, bool standard, std::string help);
/// A list of "#rrggbb".
ParameterRule Colours(std::string name,
                      std::vector<std::string> standard,
                      std::string help);

/// What one piece is asked to be: size, validated parameters, seed.
class Request {
 public:
  Request(Eigen::Vector3d size, nlohmann::json values, uint32_t seed)
      : size_(std::move(size)), values_(std::move(values)), seed_(seed) {}
  float width() const { return static_cast<float>(size_.x()); }
  float depth() const { return static_cast<float>(size_.y()); }
  float height() const { return static_cast<float>(size_.z()); }
  uint32_t seed() const { return seed_; }
  float number(const std::string& name) const { return values_.at(name); }
  int count(const std::string& name) const { return values_.at(name); }
  std::string choice(const std::string& name) const { return values_.at(name); }
  bool flag(const std::string& name) const { return values_.at(name); }
  /// Linear RGB.
  std::vector<Vec3> colours(const std::string& name) const;

 private:
  Eigen::Vector3d size_;
  nlohmann::json values_;
  uint32_t seed_;
};

/// A piece that can be built: its catalogue entry, what it understands, how.
struct Generator {
  Piece piece;
  std::vector<ParameterRule> rules;
  std::function<void(const Request&, MeshBuilder&)> build;
};

/// A catalogue entry of the procedural source.
/// @param size        width, depth, height in metres
/// @param top_height  where things are put on it; < 0: nowhere
Piece MakePiece(const std::string& word,
                const std::string& name,
                const std::string& function,
                std::vector<std::string> styles,
                const Eigen::Vector3d& size,
                double top_height = -1);

/// One more piece of a family: an entry of its own, other standard values.
struct Variant {
  std::string word, name;
  std::vector<std::string> styles;
  Eigen::Vector3d size;       ///< width, depth, height in metres
  nlohmann::json standards;   ///< parameter name to new default; may be null
  std::string function = {};  ///< empty: as the base
  /// Where things are put on it. By default as on the base: nowhere, at the
  /// full height, or at the base's own height.
  std::optional<double> top_height = {};
};

/// Adds variants of a construction, which keep the base's elevation.
void AppendVariants(std::vector<Generator>& generators,
                    const Generator& base,
                    const std::vector<Variant>& variants);

/// The same construction under another id, with other standard values.
/// @param standards  parameter name to new default
Generator Restyled(const Generator& base,
                   const Piece& piece,
                   const nlohmann::json& standards);

/// Fills in defaults and checks every given value.
/// @throws Error(kUsage) naming piece, parameter and range
Request CheckedRequest(const Generator& generator,
                       const Eigen::Vector3d& size,
                       const nlohmann::json& parameters);

nlohmann::json DescribeRules(const Generator& generator);

}  // namespace stage::engine::procedural
