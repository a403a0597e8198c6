#include "catalogue/furniture_fixture.h"

#include <png.h>
#include <unistd.h>
#include <zip.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace stage::testing {

FurnitureFolder::FurnitureFolder() {
  std::string name =
      (std::filesystem::temp_directory_path() / "furniture-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = name;
}

FurnitureFolder::~FurnitureFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path FurnitureFolder::Write(const std::string& name,
                                             const std::string& bytes) const {
  const auto path = path_ / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::filesystem::path FurnitureFolder::WriteZip(const std::string& name,
                                                const Files& files) const {
  const auto path = path_ / name;
  int code = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  if (archive == nullptr) throw std::runtime_error("zip_open");
  for (const auto& [entry, bytes] : files) {
    zip_source_t* source =
        zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    if (zip_file_add(archive, entry.c_str(), source, ZIP_FL_ENC_UTF_8) < 0) {
      throw std::runtime_error("zip_file_add");
    }
  }
  if (zip_close(archive) != 0) throw std::runtime_error("zip_close");
  return path;
}

std::string BoxObj() {
  return "mtllib box.mtl\n"
         "v 0 0 0\nv 2 0 0\nv 2 1 0\nv 0 1 0\n"
         "v 0 0 1\nv 2 0 1\nv 2 1 1\nv 0 1 1\n"
         "usemtl Fabric\n"
         "f 5 6 7 8\nf 2 1 4 3\nf 6 2 3 7\nf 1 5 8 4\nf 8 7 3 4\n"
         "f 1 1 2\n"  // degenerate
         "usemtl Wood legs\n"
         "f 1 2 6 5\n";
}

std::string BoxMtl() {
  return "newmtl Fabric\nKd 1 1 1\nKs 0 0 0\nNs 1\n"
         "newmtl Wood legs\nKd 0.5 0.25 0.1\nNs 10\n";
}

std::string BoxIndex(const std::string& more) {
  return "id=Test\nname=Test catalogue\nlicense=Free\\u00A9 to  use\n"
         "id#1=Test#box\nname#1=Box sofa\ncategory#1=Living room\n"
         "icon#1=/box.png\nmodel#1=/box/box.obj\n"
         "width#1=200\ndepth#1=50\nheight#1=80\n"
         "movable#1=true\ndoorOrWindow#1=false\ncreator#1=Someone\n" +
         more;
}

std::string TwoColourPng(int size_px,
                         std::vector<uint8_t> left,
                         std::vector<uint8_t> right) {
  const size_t channels = left.size();
  std::vector<uint8_t> pixels;
  for (int y = 0; y < size_px; ++y) {
    for (int x = 0; x < size_px; ++x) {
      const auto& colour = 2 * x < size_px ? left : right;
      pixels.insert(pixels.end(), colour.begin(), colour.end());
    }
  }
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = png.height = static_cast<png_uint_32>(size_px);
  png.format = channels == 4 ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB;
  png_alloc_size_t size = 0;
  png_image_write_get_memory_size(png, size, 0, pixels.data(), 0, nullptr);
  std::string bytes(size, '\0');
  png_image_write_to_memory(
      &png, bytes.data(), &size, 0, pixels.data(), 0, nullptr);
  bytes.resize(size);
  return bytes;
}

std::string SquareGlb(const std::string& gltf,
                      const std::string& png,
                      const std::string& node) {
  const float positions[] = {0, 0, 0, 2, 0, 0, 2, 1, 0, 0, 1, 0};
  const float texcoords[] = {0, 1, 1, 1, 1, 0, 0, 0};
  const uint16_t indices[] = {0, 1, 2, 0, 2, 3};
  std::string binary;
  binary.append(reinterpret_cast<const char*>(positions), sizeof(positions));
  binary.append(reinterpret_cast<const char*>(texcoords), sizeof(texcoords));
  binary.append(reinterpret_cast<const char*>(indices), sizeof(indices));
  const std::string image_view =
      png.empty() ? ""
                  : ",{\"buffer\":0,\"byteOffset\":92,\"byteLength\":" +
                        std::to_string(png.size()) + "}";
  binary += png;
  binary.resize((binary.size() + 3) / 4 * 4, '\0');
  std::string json =
      "{\"asset\":{\"version\":\"2.0\"},\"scene\":0,"
      "\"scenes\":[{\"nodes\":[0]}],\"nodes\":[" +
      node +
      "],"
      "\"meshes\":[{\"primitives\":[{\"attributes\":{\"POSITION\":0,"
      "\"TEXCOORD_0\":1},\"indices\":2,\"material\":0}]}],"
      "\"accessors\":["
      "{\"bufferView\":0,\"componentType\":5126,\"count\":4,\"type\":\"VEC3\","
      "\"min\":[0,0,0],\"max\":[2,1,0]},"
      "{\"bufferView\":1,\"componentType\":5126,\"count\":4,\"type\":\"VEC2\"},"
      "{\"bufferView\":2,\"componentType\":5123,\"count\":6,"
      "\"type\":\"SCALAR\"}],"
      "\"bufferViews\":[{\"buffer\":0,\"byteLength\":48},"
      "{\"buffer\":0,\"byteOffset\":48,\"byteLength\":32},"
      "{\"buffer\":0,\"byteOffset\":80,\"byteLength\":12}" +
      image_view +
      "],\"buffers\":[{\"byteLength\":" + std::to_string(binary.size()) + "}]";
  if (!gltf.empty()) json += "," + gltf;
  if (gltf.find("\"materials\"") == std::string::npos) {
    json += ",\"materials\":[{}]";
  }
  json += "}";
  json.resize((json.size() + 3) / 4 * 4, ' ');
  const auto word = [](uint32_t value) {
    return std::string(reinterpret_cast<const char*>(&value), 4);
  };
  return "glTF" + word(2) +
         word(static_cast<uint32_t>(28 + json.size() + binary.size())) +
         word(static_cast<uint32_t>(json.size())) + "JSON" + json +
         word(static_cast<uint32_t>(binary.size())) + std::string("BIN\0", 4) +
         binary;
}

}  // namespace stage::testing
