#include "engine/catalogue/file_tree.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "catalogue/furniture_fixture.h"
#include "core/error.h"

using stage::Error;
using stage::ErrorKind;
using stage::testing::FurnitureFolder;
namespace engine = stage::engine;

namespace {

std::string Text(const std::vector<uint8_t>& bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string Slurp(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// What opening and reading everything says; "" when it went well.
std::string Complaint(const std::filesystem::path& path) {
  try {
    const auto tree = engine::OpenZip(path);
    for (const std::string& name : tree->names()) tree->Read(name);
    return "";
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kModel);
    return error.what();
  }
}

}  // namespace

TEST_CASE("FileTree: names that leave an archive are not there") {
  const FurnitureFolder folder;
  const auto path = folder.WriteZip("evil.zip",
                                    {{"../up.obj", "x"},
                                     {"/etc/passwd", "x"},
                                     {"a/../../b.obj", "x"},
                                     {"C:/x.obj", "x"},
                                     {"good/chair.obj", "chair"}});
  const auto tree = engine::OpenZip(path);
  CHECK(tree->names() == std::vector<std::string>{"good/chair.obj"});
  CHECK(Text(tree->Read("good/chair.obj")) == "chair");
  CHECK_THROWS_AS(tree->Read("../up.obj"), Error);
}

TEST_CASE("FileTree: references resolve inside the tree, in either case") {
  const FurnitureFolder folder;
  folder.Write("models/Chair.OBJ", "x");
  folder.Write("textures/oak.jpg", "x");
  const auto tree = engine::OpenFolder(folder.path());
  CHECK(tree->Resolve("models", "chair.obj") == "models/Chair.OBJ");
  CHECK(tree->Resolve("models", "..\\textures\\OAK.jpg") == "textures/oak.jpg");
  CHECK(!tree->Resolve("models", "../../etc/passwd"));
  CHECK(!tree->Resolve("", "/etc/passwd"));
}

TEST_CASE("FileTree: a link out of a folder is not followed") {
  const FurnitureFolder outside;
  const FurnitureFolder folder;
  outside.Write("secret.obj", "secret");
  folder.Write("inside.obj", "x");
  std::filesystem::create_symlink(outside.path() / "secret.obj",
                                  folder.path() / "link.obj");
  std::filesystem::create_directory_symlink(outside.path(),
                                            folder.path() / "linked");
  const auto tree = engine::OpenFolder(folder.path());
  CHECK(tree->names() == std::vector<std::string>{"inside.obj"});
}

TEST_CASE("FileTree: a truncated or damaged archive is one clear error") {
  const FurnitureFolder folder;
  std::string noise;
  for (int i = 0; i < 20000; ++i) {
    noise += static_cast<char>((i * 2654435761u) >> 13);
  }
  const std::string whole =
      Slurp(folder.WriteZip("a.zip", {{"x.bin", noise}, {"y.bin", noise}}));
  CHECK(Complaint(folder.Write("whole.zip", whole)).empty());
  const std::string cut =
      Complaint(folder.Write("cut.zip", whole.substr(0, whole.size() / 2)));
  CHECK(cut.find("cut.zip") != std::string::npos);
  CHECK(cut.find("download it again") != std::string::npos);
  std::string damaged = whole;
  for (size_t i = 60; i < 2000; ++i)
    damaged[i] = static_cast<char>(~damaged[i]);
  CHECK(Complaint(folder.Write("damaged.zip", damaged)).find("x.bin") !=
        std::string::npos);
  CHECK(!Complaint(folder.Write("empty.zip", "")).empty());
  CHECK(!Complaint(folder.path() / "absent.zip").empty());
}

TEST_CASE("FileTree: a file that unpacks beyond the limit is refused") {
  const FurnitureFolder folder;
  const std::string zeros(engine::FileTree::kMaxFileBytes + 1, '\0');
  const auto path = folder.WriteZip("bomb.zip", {{"bomb.obj", zeros}});
  CHECK(std::filesystem::file_size(path) < 2'000'000);
  CHECK(Complaint(path).find("bomb.obj is larger than 256 MB") !=
        std::string::npos);
  // A forged size in the directory does not help it.
  std::string bytes = Slurp(path);
  const size_t central = bytes.rfind("PK\x01\x02");
  const uint32_t small = 10;
  bytes.replace(
      central + 24, 4, std::string(reinterpret_cast<const char*>(&small), 4));
  CHECK(!Complaint(folder.Write("forged.zip", bytes)).empty());
}
