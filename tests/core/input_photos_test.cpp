#include "core/input_photos.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "core/natural_order.h"
#include "support/temp_dir.h"

using namespace stage;
using stage::test::TempDir;
namespace fs = std::filesystem;

namespace {

/// Paths below the folder, in the order found.
std::vector<std::string> Found(const TempDir& folder,
                               InputSelection selection) {
  if (selection.paths.empty()) selection.paths = {folder.path()};
  std::vector<std::string> names;
  for (const InputPhoto& photo : FindPhotos(selection)) {
    names.push_back(photo.path.lexically_relative(folder.path()).string());
  }
  return names;
}

using Texts = std::vector<std::string>;

constexpr auto kBatchLine = R"({"record":"batch","schema":1})"
                            "\n";

}  // namespace

TEST_CASE("NaturalLess: numbers count as numbers") {
  CHECK(NaturalLess("photo-2.jpg", "photo-10.jpg"));
  CHECK(NaturalLess("a/9.jpg", "a b/1.jpg"));
  CHECK(NaturalLess("IMG_1.jpg", "img_2.jpg"));
  CHECK(NaturalLess("99999999999999999999998", "99999999999999999999999"));
  CHECK(NaturalLess("a01", "a1"));
  CHECK_FALSE(NaturalLess("a1", "a01"));
  CHECK_FALSE(NaturalLess("a", "a"));
}

TEST_CASE("FindPhotos: a folder gives its photos in natural order") {
  const TempDir folder;
  for (const char* name : {"10.jpg",
                           "9.JPEG",
                           "1.png",
                           "b.webp",
                           "c.HEIC",
                           "d.tif",
                           "notes.txt",
                           ".hidden.jpg",
                           "._1.png",
                           "sub/x.jpg"}) {
    folder.Write(name, "photo");
  }
  CHECK(Found(folder, {}) ==
        Texts{"1.png", "9.JPEG", "10.jpg", "b.webp", "c.HEIC", "d.tif"});
}

TEST_CASE("FindPhotos: sub-folders only with --recursive") {
  const TempDir folder;
  folder.Write("a.jpg", "a");
  folder.Write("flat 2/b.jpg", "b");
  folder.Write("flat 10/c.jpg", "c");
  folder.Write("@eaDir/thumb.jpg", "t");
  CHECK(Found(folder, {}) == Texts{"a.jpg"});
  CHECK(Found(folder, {.recursive = true}) ==
        Texts{"a.jpg", "flat 2/b.jpg", "flat 10/c.jpg"});
}

TEST_CASE("FindPhotos: globs choose by name or by path") {
  const TempDir folder;
  for (const char* name :
       {"a-empty.JPG", "a-full.jpg", "raw/a-empty.jpg", "flat/b-empty.jpg"}) {
    folder.Write(name, "photo");
  }
  CHECK(Found(folder, {.recursive = true, .include = {"*-empty.jpg"}}) ==
        Texts{"a-empty.JPG", "flat/b-empty.jpg", "raw/a-empty.jpg"});
  CHECK(Found(folder, {.recursive = true, .exclude = {"raw", "*full*"}}) ==
        Texts{"a-empty.JPG", "flat/b-empty.jpg"});
  CHECK(Found(folder, {.recursive = true, .include = {"flat/*"}}) ==
        Texts{"flat/b-empty.jpg"});
}

TEST_CASE("FindPhotos: output folders are never inputs") {
  const TempDir folder;
  folder.Write("a.jpg", "a");
  folder.Write("staged/a.jpg", "result");
  folder.Write("old/a.jpg", "result");
  folder.Write("old/manifest.jsonl", kBatchLine);
  CHECK(Found(folder,
              {.recursive = true,
               .never_inputs = {folder.path() / "staged"}}) == Texts{"a.jpg"});
}

TEST_CASE(
    "FindPhotos: an output folder that is named itself is read, without "
    "labelled files and copies of originals") {
  const TempDir folder;
  folder.Write("a.jpg", "result");
  folder.Write("a-labelled.jpg", "label");
  folder.Write("manifest.jsonl",
               std::string(kBatchLine) +
                   R"({"record":"job","outputs":[{"path":"a.jpg",)"
                   R"("companions":["a-labelled.jpg"]}]})"
                   "\n");
  CHECK(Found(folder, {}) == Texts{"a.jpg"});
}

TEST_CASE("FindPhotos: a photo given twice is taken once") {
  const TempDir folder;
  const fs::path photo = folder.Write("a.jpg", "a");
  fs::create_directory(folder.path() / "x");
  CHECK(Found(folder,
              {.paths = {photo,
                         folder.path() / "x" / ".." / "a.jpg",
                         folder.path()}}) == Texts{"a.jpg"});
}

TEST_CASE("FindPhotos: what cannot be used is told at once") {
  const TempDir folder;
  const auto kind_of = [&](InputSelection selection) {
    try {
      FindPhotos(selection);
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::kInterrupted;
  };
  CHECK(kind_of({.paths = {folder.path() / "gone.jpg"}}) == ErrorKind::kUsage);
  CHECK(kind_of({.paths = {folder.path()}}) == ErrorKind::kUsage);
  folder.Write("a.jpg", "a");
  CHECK(kind_of({.paths = {folder.path()}, .never_inputs = {folder.path()}}) ==
        ErrorKind::kUsage);
  CHECK(kind_of({.paths = {folder.path() / "a.jpg"},
                 .never_inputs = {folder.path()}}) == ErrorKind::kUsage);
}

TEST_CASE("FindPhotos: a folder that may not be read is an error, not empty") {
  if (geteuid() == 0) return;  // root may read everything
  const TempDir folder;
  folder.Write("a.jpg", "a");
  folder.Write("locked/b.jpg", "b");
  chmod((folder.path() / "locked").c_str(), 0);
  CHECK_THROWS_AS(Found(folder, {.recursive = true}), Error);
  chmod((folder.path() / "locked").c_str(), 0700);
}

TEST_CASE("FindPhotos: links that lead in a circle do no harm") {
  const TempDir folder;
  folder.Write("a.jpg", "a");
  fs::create_directory_symlink(folder.path(), folder.path() / "loop");
  CHECK(Found(folder, {.recursive = true}) == Texts{"a.jpg"});
}
