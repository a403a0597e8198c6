#include "plan/furniture_shop.h"

#include <algorithm>

namespace stage::test {
namespace {

using Eigen::Vector3f;
using engine::Mesh;
using engine::Piece;

struct Ware {
  const char* function;
  double width, depth, height;
};

constexpr Ware kWares[] = {
    {"sofa", 2.1, 0.9, 0.82},          {"armchair", 0.78, 0.8, 0.85},
    {"coffee_table", 1.15, 0.6, 0.42}, {"side_table", 0.45, 0.45, 0.55},
    {"bed", 1.62, 2.12, 1.1},          {"nightstand", 0.48, 0.4, 0.52},
    {"dresser", 1.3, 0.46, 0.8},       {"media_console", 1.6, 0.42, 0.5},
    {"dining_table", 1.7, 0.9, 0.75},  {"chair", 0.48, 0.52, 0.82},
    {"desk", 1.4, 0.65, 0.74},         {"office_chair", 0.62, 0.62, 0.95},
    {"bookcase", 0.9, 0.35, 2.0},      {"floor_lamp", 0.42, 0.42, 1.55},
    {"table_lamp", 0.3, 0.3, 0.48},    {"plant", 0.6, 0.6, 1.2},
    {"table_decor", 0.28, 0.28, 0.4},  {"books", 0.28, 0.2, 0.08},
    {"rug", 2.4, 1.7, 0.012},          {"wall_art", 1.0, 0.03, 0.7},
    {"mirror", 0.8, 0.03, 0.8},        {"curtain", 0.5, 0.14, 2.3},
    {"cushion", 0.46, 0.16, 0.44},     {"bench", 1.3, 0.42, 0.46},
    {"ottoman", 0.6, 0.6, 0.42},       {"console_table", 1.1, 0.34, 0.8},
    {"bar_stool", 0.42, 0.42, 0.78},   {"crib", 0.75, 1.25, 1.0},
    {"basket", 0.45, 0.45, 0.5},       {"kids_bed", 1.0, 2.05, 0.9},
};

bool IsSeat(const std::string& function) {
  return function == "sofa" || function == "armchair";
}

}  // namespace

FurnitureShop::FurnitureShop() {
  for (const Ware& ware : kWares) {
    Piece piece;
    piece.id = std::string("procedural#") + ware.function;
    piece.name = ware.function;
    // Sofas come without cushions, as from a catalogue of models.
    piece.source = IsSeat(ware.function) ? "models" : "procedural";
    piece.function = ware.function;
    piece.grade = 'A';
    piece.width = ware.width;
    piece.depth = ware.depth;
    piece.height = ware.height;
    pieces_.push_back(piece);
  }
}

const Piece* FurnitureShop::Find(const std::string& id) const {
  const auto found = std::find_if(pieces_.begin(),
                                  pieces_.end(),
                                  [&](const Piece& p) { return p.id == id; });
  return found == pieces_.end() ? nullptr : &*found;
}

std::vector<const Piece*> FurnitureShop::Suitable(const std::string& function,
                                                  const std::string&) const {
  std::vector<const Piece*> suitable;
  for (const Piece& piece : pieces_) {
    if (piece.function == function) suitable.push_back(&piece);
  }
  return suitable;
}

void AppendBox(const Vector3f& low, const Vector3f& high, Mesh& mesh) {
  const auto first = static_cast<uint32_t>(mesh.positions.size());
  for (int i = 0; i < 8; ++i) {
    mesh.positions.emplace_back(i & 1 ? high.x() : low.x(),
                                i & 2 ? high.y() : low.y(),
                                i & 4 ? high.z() : low.z());
    mesh.normals.emplace_back(0, 1, 0);
  }
  constexpr uint32_t kFaces[12][3] = {{0, 1, 3},
                                      {0, 3, 2},
                                      {4, 7, 5},
                                      {4, 6, 7},
                                      {0, 4, 5},
                                      {0, 5, 1},
                                      {2, 3, 7},
                                      {2, 7, 6},
                                      {0, 2, 6},
                                      {0, 6, 4},
                                      {1, 5, 7},
                                      {1, 7, 3}};
  for (const auto& face : kFaces) {
    for (const uint32_t corner : face) mesh.indices.push_back(first + corner);
    mesh.triangle_material.push_back(0);
  }
}

std::shared_ptr<const Mesh> FurnitureShop::Load(
    const std::string& id,
    const Eigen::Vector3d& size,
    const std::vector<engine::MaterialOverride>&,
    const nlohmann::json&) const {
  const Piece& piece = *Find(id);
  const Eigen::Vector3d asked =
      size.isZero() ? Eigen::Vector3d(piece.width, piece.depth, piece.height)
                    : size;
  const auto x = static_cast<float>(asked.x() / 2);
  const auto z = static_cast<float>(asked.y() / 2);
  const auto y = static_cast<float>(asked.z());
  auto mesh = std::make_shared<Mesh>();
  mesh->materials.emplace_back();
  if (IsSeat(piece.function)) {
    AppendBox({-x, 0, -z}, {x, 0.44f, z}, *mesh);
    AppendBox({-x, 0, -z}, {x, y, -z + 0.22f}, *mesh);
    AppendBox({-x, 0, -z}, {-x + 0.15f, 0.62f, z}, *mesh);
    AppendBox({x - 0.15f, 0, -z}, {x, 0.62f, z}, *mesh);
  } else {
    AppendBox({-x, 0, -z}, {x, y, z}, *mesh);
  }
  return mesh;
}

}  // namespace stage::test
