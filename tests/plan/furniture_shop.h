#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/catalogue/catalogue.h"

namespace stage::test {

/// A catalogue of plain boxes with a piece for every function that plans use;
/// seats have a seat and a back. Needs no files.
class FurnitureShop final : public engine::Catalogue {
 public:
  FurnitureShop();
  const std::vector<engine::Piece>& pieces() const override { return pieces_; }
  const engine::Piece* Find(const std::string& id) const override;
  std::vector<const engine::Piece*> Suitable(
      const std::string& function, const std::string& style) const override;
  std::shared_ptr<const engine::Mesh> Load(
      const std::string& id,
      const Eigen::Vector3d& size,
      const std::vector<engine::MaterialOverride>& overrides,
      const nlohmann::json& parameters) const override;

 private:
  std::vector<engine::Piece> pieces_;
};

/// Appends an axis-aligned box to a mesh.
void AppendBox(const Eigen::Vector3f& low,
               const Eigen::Vector3f& high,
               engine::Mesh& mesh);

}  // namespace stage::test
