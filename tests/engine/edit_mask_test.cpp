#include "engine/mask/edit_mask.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "support/temp_dir.h"

namespace stage::engine {
namespace {

using stage::test::TempDir;

Photo Blank(int width, int height) {
  Photo photo;
  photo.pixels8 = ImageU8(width, height, 3, 90);
  photo.source.path = "room.jpg";
  return photo;
}

/// A mask picture, white in its right half.
std::filesystem::path HalfMask(const TempDir& folder, int width, int height) {
  Photo mask;
  mask.pixels8 = ImageU8(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = width / 2; x < width; ++x) {
      for (int c = 0; c < 3; ++c) mask.pixels8.at(x, y, c) = 255;
    }
  }
  OutputOptions options;
  options.format = "png";
  options.disclose = {"none"};
  Disclosure disclosure;
  disclosure.alteration = Alteration::kNone;
  const std::filesystem::path path = folder.path() / "room-mask.png";
  WriteResult(mask, mask, path, options, disclosure);
  return path;
}

TEST_CASE("ReadMask: a mask of the same shape fits at any size") {
  const TempDir folder;
  const ImageU8 mask = ReadMask(HalfMask(folder, 60, 40), "", Blank(300, 200));
  CHECK(mask.width() == 300);
  CHECK(mask.height() == 200);
  CHECK(mask.at(140, 100) == 0);
  CHECK(mask.at(160, 100) == 255);
}

TEST_CASE("ReadMask: a mask of another shape is refused in words") {
  const TempDir folder;
  const std::filesystem::path path = HalfMask(folder, 60, 60);
  CHECK_THROWS_WITH_AS(
      ReadMask(path, "", Blank(300, 200)),
      doctest::Contains("60 x 60 pixels does not fit a photo of 300 x 200"),
      Error);
}

TEST_CASE("ReadMask: a mask without white is refused") {
  const TempDir folder;
  Photo black = Blank(30, 20);
  black.pixels8 = ImageU8(30, 20, 3, 20);
  OutputOptions options;
  options.format = "png";
  options.disclose = {"none"};
  WriteResult(
      black, black, folder.path() / "m.png", options, {Alteration::kNone});
  CHECK_THROWS_WITH_AS(ReadMask(folder.path() / "m.png", "", Blank(300, 200)),
                       doctest::Contains("marks nothing"),
                       Error);
}

TEST_CASE("ReadMask: what is transparent marks nothing") {
  const TempDir folder;
  Photo white = Blank(60, 40);
  white.pixels8 = ImageU8(60, 40, 4, 255);
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 30; ++x) white.pixels8.at(x, y, 3) = 0;
  }
  OutputOptions options;
  options.format = "png";
  options.disclose = {"none"};
  WriteResult(
      white, white, folder.path() / "m.png", options, {Alteration::kNone});
  const ImageU8 mask = ReadMask(folder.path() / "m.png", "", Blank(60, 40));
  CHECK(mask.at(10, 20) == 0);
  CHECK(mask.at(50, 20) == 255);
}

TEST_CASE("ReadMask: boxes in pixels, cut at the photo's edge") {
  const ImageU8 mask = ReadMask("", "250,150,100,100", Blank(300, 200));
  CHECK(mask.at(249, 160) == 0);
  CHECK(mask.at(250, 150) == 255);
  CHECK(mask.at(299, 199) == 255);
  CHECK_THROWS_WITH_AS(ReadMask("", "400,10,20,20", Blank(300, 200)),
                       doctest::Contains("lies outside"),
                       Error);
}

TEST_CASE("EditMask: without a mask the whole photo may change") {
  const ImageU8 all = EditMask({}, Blank(30, 20));
  CHECK(all.width() == 30);
  CHECK(all.at(29, 19) == 255);
  EditParameters boxed;
  boxed.mask_box = "10,5,4,3";
  const ImageU8 box = EditMask(boxed, Blank(30, 20));
  CHECK(box.at(9, 5) == 0);
  CHECK(box.at(13, 7) == 255);
}

TEST_CASE("Grown: the mask and a little around it, or as asked for") {
  ImageU8 mask(1000, 700, 1);
  mask.at(500, 300) = 255;
  const ImageU8 grown = Grown(mask, ParseMaskGrowth("auto"));
  CHECK(grown.at(504, 300) == 255);
  CHECK(grown.at(510, 300) == 0);
  CHECK(Grown(mask, ParseMaskGrowth("off")) == mask);
  const ImageU8 wide = Grown(mask, ParseMaskGrowth("20"));
  CHECK(wide.at(520, 300) == 255);
  CHECK(wide.at(521, 300) == 0);
}

TEST_CASE("ParseMaskGrowth: words and pixels, nothing else") {
  CHECK(ParseMaskGrowth("").with_shadow);
  CHECK_FALSE(ParseMaskGrowth("").rim_px);
  CHECK_FALSE(ParseMaskGrowth("off").with_shadow);
  CHECK(ParseMaskGrowth("12").rim_px == 12);
  CHECK_FALSE(ParseMaskGrowth("12").with_shadow);
  for (const char* wrong : {"-1", "12px", "much", "2001", "1.5"}) {
    CAPTURE(wrong);
    CHECK_THROWS_WITH_AS(
        ParseMaskGrowth(wrong), doctest::Contains("--mask-grow"), Error);
  }
}

}  // namespace
}  // namespace stage::engine
