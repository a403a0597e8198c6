#include <doctest/doctest.h>

#include <cmath>

#include "catalogue/furniture_fixture.h"
#include "core/error.h"
#include "engine/catalogue/catalogue.h"
#include "engine/catalogue/gltf_catalogue.h"

using namespace stage;           // NOLINT(google-build-using-namespace)
using namespace stage::engine;   // NOLINT(google-build-using-namespace)
using namespace stage::testing;  // NOLINT(google-build-using-namespace)

namespace {

/// The only material of a square with this glTF material.
Material MaterialOf(const std::string& material, const std::string& png = "") {
  const FurnitureFolder folder;
  std::string gltf =
      "\"extensionsUsed\":[\"KHR_materials_transmission\"],\"materials\":[" +
      material + "]";
  if (!png.empty()) {
    gltf +=
        ",\"textures\":[{\"source\":0}],"
        "\"images\":[{\"bufferView\":3,\"mimeType\":\"image/png\"}]";
  }
  const auto path = folder.Write("square.glb", SquareGlb(gltf, png));
  const TriangleSoup soup = ReadGltfModel(*OpenGltfFile(path), "square.glb");
  REQUIRE(!soup.triangle_material.empty());
  return soup.materials.at(soup.triangle_material[0]);
}

}  // namespace

TEST_CASE("Gltf: size, words and licence come from the file without buffers") {
  const FurnitureFolder folder;
  folder.Write("Lounge_Chair_01.glb", SquareGlb(""));
  const auto catalogue = OpenCatalogue({folder.path()});
  const std::string id = folder.path().filename().string() + "#Lounge_Chair_01";
  const Piece* piece = catalogue->Find(id);
  REQUIRE(piece != nullptr);
  CHECK(piece->function == "armchair");
  CHECK(piece->name == "Lounge Chair 01");
  CHECK(piece->width == doctest::Approx(2));
  CHECK(piece->height == doctest::Approx(1));
  CHECK(piece->depth == doctest::Approx(0));
}

TEST_CASE("Gltf: a sidecar says what the file cannot") {
  const FurnitureFolder folder;
  const auto path = folder.WriteZip(
      "mine.zip",
      {{"seating/a1.glb", SquareGlb("")},
       {"stage-catalogue.json",
        R"({"name": "Mine", "licence": "CC-BY-4.0", "creator": "Ann",
            "pieces": {"seating/a1.glb": {"function": "sofa",
              "styles": ["modern"], "grade": "B", "size": [1.9, 0, 0.8],
              "slots": {"upholstery": ["cover"]}, "creator": "Bob"},
              "low": {"copy_of": "seating/a1.glb", "function": "bench",
              "size": [0, 0, 0.4]}}})"}});
  const auto catalogue = OpenCatalogue({path});
  const Piece* piece = catalogue->Find("Mine#seating/a1");
  REQUIRE(piece != nullptr);
  CHECK(piece->function == "sofa");
  CHECK(piece->grade == 'B');
  CHECK(piece->licence == "CC-BY-4.0");
  CHECK(piece->creator == "Bob");
  CHECK(piece->width == doctest::Approx(1.9));
  CHECK(piece->height == doctest::Approx(0.8));
  const auto mesh = catalogue->Load(piece->id, {0, 0, 0}, {}, {});
  float widest = 0;
  for (const auto& p : mesh->positions) widest = std::max(widest, p[0]);
  CHECK(widest == doctest::Approx(0.95f));
  const Piece* copy = catalogue->Find("Mine#low");
  REQUIRE(copy != nullptr);
  CHECK(copy->function == "bench");
  CHECK(copy->width == doctest::Approx(2));
  CHECK(copy->height == doctest::Approx(0.4));
}

TEST_CASE("Gltf: a sidecar that is wrong names the piece and key") {
  const FurnitureFolder folder;
  folder.Write("a.glb", SquareGlb(""));
  const auto complaint = [&](const std::string& pieces) -> std::string {
    folder.Write("stage-catalogue.json", "{\"pieces\": " + pieces + "}");
    try {
      OpenCatalogue({folder.path()});
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  };
  CHECK(complaint(R"({"a.glb": {"colour": 1}})")
            .find("a.glb: unknown key "
                  "\"colour\"") != std::string::npos);
  CHECK(complaint(R"({"b.glb": {}})").find("no file b.glb") !=
        std::string::npos);
  CHECK(complaint(R"({"a.glb": {"grade": "Z"}})").find("grade") !=
        std::string::npos);
  CHECK(complaint("[").find("stage-catalogue.json") != std::string::npos);
}

TEST_CASE("Gltf: models in millimetres are brought to the size of a room") {
  const FurnitureFolder folder;
  const auto path = folder.Write(
      "table.glb", SquareGlb("", "", R"({"mesh":0,"scale":[1000,1000,1000]})"));
  const auto catalogue = OpenCatalogue({path});
  const Piece* piece =
      catalogue->Find(folder.path().filename().string() + "#table");
  REQUIRE(piece != nullptr);
  CHECK(piece->width == doctest::Approx(2));
  const auto mesh = catalogue->Load(piece->id, {0, 0, 0}, {}, {});
  float widest = 0;
  for (const auto& p : mesh->positions) widest = std::max(widest, p[0]);
  CHECK(widest == doctest::Approx(1.0f));
}

TEST_CASE("Gltf: metallic-roughness factors and textures arrive") {
  const Material plain = MaterialOf(
      R"({"name":"Brass","pbrMetallicRoughness":{"metallicFactor":1,
          "roughnessFactor":0.3,"baseColorFactor":[0.9,0.6,0.2,1]}})");
  CHECK(plain.kind == MaterialKind::kMetal);
  CHECK(plain.metallic == doctest::Approx(1));
  CHECK(plain.roughness == doctest::Approx(0.3f));
  CHECK(plain.base_color[1] == doctest::Approx(0.6f));

  const std::string png = TwoColourPng(8, {0, 128, 255}, {0, 0, 0});
  const Material textured = MaterialOf(
      R"({"name":"Velvet cover","normalTexture":{"index":0},
          "pbrMetallicRoughness":{"metallicFactor":0,
          "baseColorTexture":{"index":0},
          "metallicRoughnessTexture":{"index":0}}})",
      png);
  CHECK(textured.kind == MaterialKind::kFabric);
  REQUIRE(textured.base_texture != nullptr);
  CHECK(textured.base_texture->srgb.at(0, 0, 1) == 128);
  CHECK(textured.normal_texture != nullptr);
  CHECK(textured.metallic_roughness_texture != nullptr);
}

TEST_CASE("Gltf: alpha modes and transmission") {
  const std::string png = TwoColourPng(8, {9, 9, 9, 255}, {9, 9, 9, 100});
  const std::string pbr =
      "\"pbrMetallicRoughness\":{\"metallicFactor\":0,"
      "\"baseColorTexture\":{\"index\":0}}";
  const Material opaque = MaterialOf("{" + pbr + "}", png);
  CHECK(opaque.base_texture->srgb.at(7, 0, 3) == 255);
  const Material mask = MaterialOf(
      "{\"alphaMode\":\"MASK\",\"alphaCutoff\":0.5," + pbr + "}", png);
  CHECK(mask.base_texture->srgb.at(0, 0, 3) == 255);
  CHECK(mask.base_texture->srgb.at(7, 0, 3) == 0);
  const Material blend = MaterialOf(
      R"({"alphaMode":"BLEND","pbrMetallicRoughness":{"metallicFactor":0,
          "baseColorFactor":[1,1,1,0.25]}})");
  CHECK(blend.kind == MaterialKind::kGlass);
  CHECK(blend.opacity == doctest::Approx(0.25f));
  const Material clear = MaterialOf(
      R"({"extensions":{"KHR_materials_transmission":
          {"transmissionFactor":0.9}},
          "pbrMetallicRoughness":{"metallicFactor":0}})");
  CHECK(clear.kind == MaterialKind::kGlass);
  CHECK(clear.opacity == doctest::Approx(0.1f));
}

TEST_CASE("Gltf: KHR_texture_transform moves, scales and turns the texture") {
  const FurnitureFolder folder;
  const auto path =
      folder.Write("square.glb",
                   SquareGlb(R"("extensionsUsed":["KHR_texture_transform"],
        "materials":[{"pbrMetallicRoughness":{"metallicFactor":0,
          "baseColorTexture":{"index":0,"extensions":{
          "KHR_texture_transform":{"offset":[0.25,0.5],"rotation":0.5,
          "scale":[2,3]}}}}}],
        "textures":[{"source":0}],
        "images":[{"bufferView":3,"mimeType":"image/png"}])",
                             TwoColourPng(4, {1, 2, 3}, {4, 5, 6})));
  const TriangleSoup soup = ReadGltfModel(*OpenGltfFile(path), "square.glb");
  for (size_t i = 0; i < soup.positions.size(); ++i) {
    // The file's own coordinates of this corner, v from the top.
    const double u = soup.positions[i][0] / 2;
    const double v = 1 - soup.positions[i][1];
    // Matrix of the extension: translation * rotation * scale.
    const double su = 2 * u;
    const double sv = 3 * v;
    const double tu = std::cos(0.5) * su + std::sin(0.5) * sv + 0.25;
    const double tv = -std::sin(0.5) * su + std::cos(0.5) * sv + 0.5;
    CHECK(soup.texcoords[i][0] == doctest::Approx(tu));
    CHECK(soup.texcoords[i][1] == doctest::Approx(1 - tv));
  }
}

TEST_CASE("Gltf: emission is the factor times the texture's mean") {
  const Material lamp = MaterialOf(
      R"({"emissiveFactor":[1,0.5,0],"emissiveTexture":{"index":0}})",
      TwoColourPng(8, {255, 255, 255}, {0, 0, 0}));
  CHECK(lamp.emission[0] == doctest::Approx(0.5f).epsilon(0.02));
  CHECK(lamp.emission[1] == doctest::Approx(0.25f).epsilon(0.02));
  CHECK(lamp.emission[2] == doctest::Approx(0));
}

TEST_CASE("Gltf: files that cannot be read are told, not crashed on") {
  const FurnitureFolder folder;
  const auto complaint = [&](const std::string& bytes) -> std::string {
    try {
      const auto catalogue = OpenCatalogue({folder.Write("x.glb", bytes)});
      catalogue->Load(
          folder.path().filename().string() + "#x", {0, 0, 0}, {}, {});
      return "";
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::kModel);
      return error.what();
    }
  };
  const std::string whole = SquareGlb("");
  CHECK(complaint(whole).empty());
  for (const size_t size : {size_t{0}, size_t{8}, size_t{19}, size_t{200}}) {
    CAPTURE(size);
    CHECK(complaint(whole.substr(0, size)).find("x.glb") != std::string::npos);
  }
  CHECK(!complaint(whole.substr(0, whole.size() - 60)).empty());
  CHECK(complaint(SquareGlb("\"extensionsRequired\":"
                            "[\"KHR_draco_mesh_compression\"]"))
            .find("export it without compression") != std::string::npos);
}

TEST_CASE("Gltf: buffers outside the folder are not read") {
  const FurnitureFolder outside;
  const FurnitureFolder folder;
  outside.Write("secret.bin", std::string(92, 'x'));
  const std::string uri =
      "../" + outside.path().filename().string() + "/secret.bin";
  folder.Write("x.gltf",
               R"({"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":[0]}],
      "nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":
      {"POSITION":0}}]}],"accessors":[{"bufferView":0,"componentType":5126,
      "count":3,"type":"VEC3","min":[0,0,0],"max":[1,1,1]}],
      "bufferViews":[{"buffer":0,"byteLength":36}],
      "buffers":[{"byteLength":92,"uri":")" +
                   uri + "\"}]}");
  const auto catalogue = OpenCatalogue({folder.path()});
  CHECK_THROWS_AS(
      catalogue->Load(
          folder.path().filename().string() + "#x", {0, 0, 0}, {}, {}),
      Error);
}

TEST_CASE("FunctionFromWords: the most telling words decide") {
  CHECK(FunctionFromWords("Lounge_Chair_01") == "armchair");
  CHECK(FunctionFromWords("diningTable_oak") == "dining_table");
  CHECK(FunctionFromWords("sofa table lamp") == "console_table");
  CHECK(FunctionFromWords("Potted Plant") == "plant");
  CHECK(FunctionFromWords("BOOKSHELVES bookcases") == "bookcase");
  CHECK(FunctionFromWords("scaffold") == "");
}
