#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace stage::testing {

/// A folder that lives as long as the test, with writers of small catalogues.
class FurnitureFolder {
 public:
  FurnitureFolder();
  ~FurnitureFolder();
  FurnitureFolder(const FurnitureFolder&) = delete;
  FurnitureFolder& operator=(const FurnitureFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path Write(const std::string& name,
                              const std::string& bytes) const;
  using Files = std::vector<std::pair<std::string, std::string>>;
  std::filesystem::path WriteZip(const std::string& name,
                                 const Files& files) const;

 private:
  std::filesystem::path path_;
};

/// A box from (0,0,0) to (2,1,1) units with its own normals left out, material
/// "Fabric" on the sides and "Wood legs" at the bottom.
std::string BoxObj();
std::string BoxMtl();

/// A .sh3f index of one piece "Test#box", 200 x 50 x 80 cm, with extra lines.
std::string BoxIndex(const std::string& more = "");

/// The bytes of a one-colour or two-colour PNG: left half, right half.
std::string TwoColourPng(int size_px,
                         std::vector<uint8_t> left,
                         std::vector<uint8_t> right);

/// A binary glTF of one square in the plane z = 0, from (0,0) to (2,1), with
/// texture coordinates (0,1) (1,1) (1,0) (0,0) from its lower left corner.
/// @param gltf  JSON members beside those of the mesh, such as
///              "\"materials\":[...]"; the square uses material 0
/// @param png   an image, in buffer view 3
/// @param node  the node that holds mesh 0
std::string SquareGlb(const std::string& gltf,
                      const std::string& png = "",
                      const std::string& node = "{\"mesh\":0}");

}  // namespace stage::testing
