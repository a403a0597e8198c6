// Draws pieces of the installed catalogues as large as asked for and prints
// how many triangles each has, by material.
//   preview_pieces OUT.png TILE_PX COLUMNS ID...

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "core/photo/photo.h"
#include "engine/catalogue/catalogue.h"
#include "engine/catalogue/contact_sheet.h"

namespace {

int Run(int argc, char** argv) {
  const std::vector<std::string> ids(argv + 4, argv + argc);
  const auto catalogue = stage::engine::OpenCatalogue({});
  for (const std::string& id : ids) {
    const auto mesh = catalogue->Load(id, {0, 0, 0}, {}, {});
    std::printf("%-36s %7zu triangles:", id.c_str(), mesh->indices.size() / 3);
    for (size_t m = 0; m < mesh->materials.size(); ++m) {
      std::printf(" %s %td",
                  mesh->materials[m].name.c_str(),
                  std::count(mesh->triangle_material.begin(),
                             mesh->triangle_material.end(),
                             m));
    }
    std::printf("\n");
  }
  stage::Photo photo;
  photo.source.format = stage::PhotoFormat::kPng;
  photo.pixels8 = stage::engine::RenderContactSheet(
      *catalogue, ids, std::atoi(argv[2]), std::atoi(argv[3]));
  stage::OutputOptions options;
  options.format = "png";
  options.disclose = {"none"};
  stage::WriteResult(
      photo, photo, argv[1], options, {.alteration = stage::Alteration::kNone});
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::cerr << "usage: preview_pieces OUT.png TILE_PX COLUMNS ID...\n";
    return 2;
  }
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
