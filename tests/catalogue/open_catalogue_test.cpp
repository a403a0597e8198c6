#include <doctest/doctest.h>

#include <cstdlib>
#include <thread>

#include "catalogue/furniture_fixture.h"
#include "core/error.h"
#include "engine/catalogue/catalogue.h"

using namespace stage;           // NOLINT(google-build-using-namespace)
using namespace stage::engine;   // NOLINT(google-build-using-namespace)
using namespace stage::testing;  // NOLINT(google-build-using-namespace)

namespace {

FurnitureFolder::Files BoxLibrary(const std::string& more = "") {
  return {{"PluginFurnitureCatalog.properties", BoxIndex(more)},
          {"box/box.obj", BoxObj()},
          {"box/box.mtl", BoxMtl()}};
}

/// Sets an environment variable for one test.
class Environment {
 public:
  Environment(std::string name, const std::string& value)
      : name_(std::move(name)) {
    if (const char* old = std::getenv(name_.c_str())) old_ = old;
    setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    old_.empty() ? unsetenv(name_.c_str())
                 : setenv(name_.c_str(), old_.c_str(), 1);
  }

 private:
  std::string name_;
  std::string old_;
};

std::string Complaint(const std::vector<std::filesystem::path>& sources) {
  try {
    OpenCatalogue(sources);
    return "";
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kModel);
    return error.what();
  }
}

}  // namespace

TEST_CASE("OpenCatalogue: a .sh3f piece has its facts in metres") {
  const FurnitureFolder folder;
  const auto catalogue = OpenCatalogue({folder.WriteZip(
      "test.sh3f", BoxLibrary("elevation#1=12.5\ndropOnTopElevation#1=40\n"))});
  const Piece* piece = catalogue->Find("Test#box");
  REQUIRE(piece != nullptr);
  CHECK(piece->name == "Box sofa");
  CHECK(piece->source == "Test catalogue");
  CHECK(piece->width == doctest::Approx(2.0));
  CHECK(piece->depth == doctest::Approx(0.5));
  CHECK(piece->height == doctest::Approx(0.8));
  CHECK(piece->elevation == doctest::Approx(0.125));
  CHECK(piece->top_height == doctest::Approx(0.4));
  CHECK(piece->licence == "Free\xC2\xA9 to use");
  CHECK(piece->creator == "Someone");
  CHECK(piece->function == "sofa");  // by its name
}

TEST_CASE("OpenCatalogue: things stand on top unless the piece says no") {
  const FurnitureFolder folder;
  const auto top_of = [&](const std::string& more) {
    return OpenCatalogue({folder.WriteZip("test.sh3f", BoxLibrary(more))})
        ->Find("Test#box")
        ->top_height;
  };
  CHECK(top_of("") == doctest::Approx(0.8));
  CHECK(top_of("dropOnTopElevation#1=-1\n") < 0);
}

TEST_CASE("OpenCatalogue: procedural pieces are always there") {
  const FurnitureFolder folder;
  const auto catalogue =
      OpenCatalogue({folder.WriteZip("test.sh3f", BoxLibrary())});
  const auto procedural = [](const Piece& piece) {
    return piece.source == "procedural";
  };
  const auto& pieces = catalogue->pieces();
  const auto first = std::find_if(pieces.begin(), pieces.end(), procedural);
  REQUIRE(first != pieces.end());
  CHECK(catalogue->Load(first->id, {0, 0, 0}, {}, {})->triangle_count() > 0);
}

TEST_CASE("OpenCatalogue: a piece is loaded at the size asked for, once") {
  const FurnitureFolder folder;
  const auto catalogue =
      OpenCatalogue({folder.WriteZip("test.sh3f", BoxLibrary())});
  const auto mesh = catalogue->Load("Test#box", {1, 0, 0}, {}, {});
  Eigen::Vector3f high(0, 0, 0);
  for (const auto& p : mesh->positions) high = high.cwiseMax(p);
  CHECK(high.isApprox(Eigen::Vector3f(0.5f, 0.8f, 0.25f), 1e-4f));
  CHECK(mesh->triangle_count() == 12);  // the degenerate one is gone
  CHECK(catalogue->Load("Test#box", {1, 0, 0}, {}, {}) == mesh);
  CHECK(catalogue->Load("Test#box", {2, 0, 0}, {}, {}) != mesh);
}

TEST_CASE("OpenCatalogue: many threads may load the same piece") {
  const FurnitureFolder folder;
  const auto catalogue =
      OpenCatalogue({folder.WriteZip("test.sh3f", BoxLibrary())});
  std::vector<size_t> triangles(8);
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < triangles.size(); ++i) {
      threads.emplace_back([&, i] {
        triangles[i] =
            catalogue->Load("Test#box", {1.0 + double(i % 3), 0, 0}, {}, {})
                ->triangle_count();
      });
    }
  }
  for (const size_t count : triangles) CHECK(count == 12);
}

TEST_CASE("OpenCatalogue: materials are classified and never white hot") {
  const FurnitureFolder folder;
  const auto catalogue =
      OpenCatalogue({folder.WriteZip("test.sh3f", BoxLibrary())});
  const auto mesh = catalogue->Load("Test#box", {0, 0, 0}, {}, {});
  bool fabric = false;
  bool wood = false;
  for (const Material& material : mesh->materials) {
    if (material.name == "Fabric") {
      fabric = material.kind == MaterialKind::kFabric;
      CHECK(material.base_color.maxCoeff() == doctest::Approx(0.78f));
    }
    if (material.name == "Wood legs") {
      wood = material.kind == MaterialKind::kWood;
      CHECK(material.base_color[0] == doctest::Approx(0.216f).epsilon(0.02));
    }
  }
  CHECK(fabric);
  CHECK(wood);
}

TEST_CASE("OpenCatalogue: modelRotation turns before the box is measured") {
  const FurnitureFolder folder;
  // Front +X becomes front +Z: the long side now runs along Z.
  const auto catalogue = OpenCatalogue({folder.WriteZip(
      "test.sh3f", BoxLibrary("modelRotation#1=0 0 -1 0 1 0 1 0 0\n"))});
  const auto mesh = catalogue->Load("Test#box", {0, 0, 0}, {}, {});
  // What was the file's +Z side, at z = 1, now looks to -X.
  bool found = false;
  for (size_t i = 0; i < mesh->positions.size(); ++i) {
    if (mesh->normals[i][0] < -0.99f) {
      found = true;
      CHECK(mesh->positions[i][0] == doctest::Approx(-1.0f));
    }
  }
  CHECK(found);
}

TEST_CASE("OpenCatalogue: a later source replaces a piece of the same id") {
  const FurnitureFolder folder;
  const auto first = folder.WriteZip("a.sh3f", BoxLibrary());
  const auto second =
      folder.WriteZip("b.sh3f", BoxLibrary("name#1=Better sofa\n"));
  const auto catalogue = OpenCatalogue({first, second});
  CHECK(catalogue->Find("Test#box")->name == "Better sofa");
  size_t count = 0;
  for (const Piece& piece : catalogue->pieces()) {
    if (piece.id == "Test#box") ++count;
  }
  CHECK(count == 1);
}

TEST_CASE("OpenCatalogue: nothing installed names the apt command") {
  const FurnitureFolder empty;
  const Environment home("XDG_DATA_HOME", empty.path());
  const Environment dirs("XDG_DATA_DIRS", empty.path());
  CHECK(Complaint({}).find("sudo apt install sweethome3d-furniture") !=
        std::string::npos);
}

TEST_CASE("OpenCatalogue: installed libraries are found by the XDG folders") {
  const FurnitureFolder data;
  std::filesystem::create_directories(data.path() / "sweethome3d/furniture");
  data.WriteZip("sweethome3d/furniture/mine.sh3f", BoxLibrary());
  const Environment home("XDG_DATA_HOME", "/nonexistent");
  const Environment dirs("XDG_DATA_DIRS", data.path());
  CHECK(OpenCatalogue({})->Find("Test#box") != nullptr);
  CHECK(OpenCatalogue({"default"})->Find("Test#box") != nullptr);
}

TEST_CASE("OpenCatalogue: wrong sources are one clear error") {
  const FurnitureFolder folder;
  CHECK(Complaint({folder.path() / "absent.sh3f"}).find("absent.sh3f") !=
        std::string::npos);
  CHECK(
      Complaint({folder.Write("photo.sh3f", "not a zip")}).find("photo.sh3f") !=
      std::string::npos);
  const auto other = folder.WriteZip("other.zip", {{"readme.txt", "hello"}});
  CHECK(Complaint({other}).find("holds no .glb, .gltf or .sh3f") !=
        std::string::npos);
}

TEST_CASE("OpenCatalogue: a piece whose model is missing says which") {
  const FurnitureFolder folder;
  const auto path = folder.WriteZip(
      "half.sh3f", {{"PluginFurnitureCatalog.properties", BoxIndex()}});
  const auto catalogue = OpenCatalogue({path});
  try {
    catalogue->Load("Test#box", {0, 0, 0}, {}, {});
    FAIL("loaded a model that is not there");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kModel);
    const std::string message = error.what();
    CHECK(message.find("Test#box") != std::string::npos);
    CHECK(message.find("half.sh3f") != std::string::npos);
    CHECK(message.find("box/box.obj") != std::string::npos);
  }
  CHECK_THROWS_AS(catalogue->Load("no such", {0, 0, 0}, {}, {}), Error);
}

TEST_CASE("OpenCatalogue: a renamed material library is found beside it") {
  const FurnitureFolder folder;
  const auto catalogue = OpenCatalogue(
      {folder.WriteZip("test.sh3f",
                       {{"PluginFurnitureCatalog.properties", BoxIndex()},
                        {"box/box.obj", BoxObj()},
                        {"box/renamed.mtl", "newmtl Fabric\nKd 1 0 0\n"}})});
  const auto mesh = catalogue->Load("Test#box", {0, 0, 0}, {}, {});
  bool red = false;
  for (const Material& material : mesh->materials) {
    red = red || (material.name == "Fabric" && material.base_color[1] == 0);
  }
  CHECK(red);
}

TEST_CASE("Suitable: a style match lifts a piece, ungraded ones are left out") {
  const FurnitureFolder folder;
  const std::string square = SquareGlb("");
  for (const char* name : {"plain", "match", "bmatch", "none"}) {
    folder.Write(std::string(name) + ".glb", square);
  }
  folder.Write("stage-catalogue.json",
               R"({"name": "T", "pieces": {
    "plain.glb": {"function": "sofa", "grade": "A", "styles": ["rustic"]},
    "bmatch.glb": {"function": "sofa", "grade": "B", "styles": ["modern"]},
    "match.glb": {"function": "sofa", "grade": "A", "styles": ["modern"]}}})");
  const auto catalogue = OpenCatalogue({folder.path()});
  std::vector<std::string> order;
  for (const Piece* piece : catalogue->Suitable("sofa", "modern")) {
    if (piece->source == "T") order.push_back(piece->id);
  }
  CHECK(order == std::vector<std::string>{"T#match", "T#bmatch", "T#plain"});
}
