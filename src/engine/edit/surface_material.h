#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

namespace stage::engine {

/// What a material looks like at one point.
struct SurfaceLook {
  Eigen::Vector3f albedo{0.5f, 0.5f, 0.5f};  ///< linear sRGB
  float f0 = 0.04f;                          ///< mirror reflectance straight on
  float roughness = 0.8f;                    ///< 0 mirror .. 1 matt
};

struct SurfaceRecipe;

/// What shows something behind or before it instead of itself.
enum class Pane { kNone, kMirror, kClearGlass, kFrostedGlass };
/// kNone for all other words.
Pane PaneNamed(const std::string& name);

/// All words of `--material`, as vendors list them, and some more.
std::vector<std::string> MaterialNames();
/// @throws Error(kUsage) for an unknown word, with a suggestion
void CheckMaterial(const std::string& name);

/// A named covering for floors and walls, drawn procedurally in metres: how it
/// is laid (planks, tiles, bricks, ashlar) and what its elements are made of.
class SurfaceMaterial {
 public:
  /// @throws Error(kUsage) for an unknown word, with a suggestion, and for
  ///         panes
  static SurfaceMaterial Named(const std::string& name);
  /// All words that Named takes.
  static std::vector<std::string> Names();

  /// @param u, v       metres along the surface; planks run along u
  /// @param footprint  width of a pixel there, metres: finer detail is left
  ///                   out
  SurfaceLook At(float u, float v, float footprint) const;
  /// Mean albedo, for estimates.
  Eigen::Vector3f plain_albedo() const;
  bool is_glossy() const;
  /// Whether floors are made of it: not of wallpaper, leather or metal.
  bool is_for_floors() const;

 private:
  explicit SurfaceMaterial(const SurfaceRecipe& recipe) : recipe_(&recipe) {}
  const SurfaceRecipe* recipe_;
};

}  // namespace stage::engine
