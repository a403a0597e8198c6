#include <doctest/doctest.h>

#include "core/digest.h"
#include "core/error.h"
#include "core/photo/encode.h"
#include "core/photo/icc_profiles.h"
#include "core/photo/photo.h"
#include "photo/photo_fixture.h"

using namespace stage;
using namespace stage::test;

namespace {

/// Writes `photo` as a JPEG source and reads it back.
Photo AsJpegSource(const TempFolder& folder,
                   const Photo& photo,
                   const JpegEncoding& encoding) {
  WriteBytes(folder / "source.jpg", EncodeJpeg(photo, encoding));
  return ReadPhoto(folder / "source.jpg");
}

}  // namespace

TEST_CASE("WriteResult: a kept JPEG is coded as its source was") {
  const TempFolder folder;
  const Photo source = AsJpegSource(folder,
                                    TestPhoto8(160, 120),
                                    {.quality = 83,
                                     .chroma_horizontal = 2,
                                     .chroma_vertical = 2,
                                     .progressive = true});
  const WrittenPhoto written =
      WriteResult(source, source, folder / "out.jpg", {}, {});
  CHECK(written.width == 160);
  CHECK(written.quality == 83);
  CHECK(written.sha256 == Sha256OfFile(folder / "out.jpg"));
  const Photo read = ReadPhoto(folder / "out.jpg");
  CHECK(read.source.jpeg.quantisation == source.source.jpeg.quantisation);
  CHECK(read.source.chroma_horizontal == 2);
  CHECK(read.source.chroma_vertical == 2);
  CHECK(read.source.jpeg.progressive);
  CHECK(MeanDifference(read.pixels8, source.pixels8) < 1.0);
}

TEST_CASE("WriteResult: each format keeps the ICC profile") {
  const TempFolder folder;
  Photo photo = TestPhoto8(60, 40);
  photo.icc_profile = SrgbCurveProfile(kDisplayP3Primaries);
  for (const char* format : {"jpeg", "png", "webp", "tiff"}) {
    CAPTURE(format);
    OutputOptions options;
    options.format = format;
    WriteResult(photo, photo, folder / "out.bin", options, {});
    CHECK(ReadPhoto(folder / "out.bin").icc_profile == photo.icc_profile);
  }
}

TEST_CASE("WriteResult: a profile that breaks the rules stops no PNG") {
  const TempFolder folder;
  Photo photo = TestPhoto8(60, 40);
  photo.icc_profile = SrgbProfile();
  photo.icc_profile[64] = 0xff;  // an impossible rendering intent
  WriteResult(photo, photo, folder / "out.png", {}, {});
  CHECK(ReadPhoto(folder / "out.png").pixels8 == photo.pixels8);
}

TEST_CASE("WriteResult: lossless formats keep every pixel and the depth") {
  const TempFolder folder;
  const Photo photo = TestPhoto16(60, 40);
  for (const char* name : {"out.png", "out.tif"}) {
    WriteResult(photo, photo, folder / name, {}, {});
    CHECK(ReadPhoto(folder / name).pixels16 == photo.pixels16);
  }
}

TEST_CASE("WriteResult: --long-edge makes it smaller, never larger") {
  const TempFolder folder;
  const Photo photo = TestPhoto8(300, 200);
  OutputOptions options;
  options.long_edge_px = 150;
  const WrittenPhoto small =
      WriteResult(photo, photo, folder / "small.jpg", options, {});
  CHECK(small.width == 150);
  CHECK(small.height == 100);
  CHECK(ReadPhoto(folder / "small.jpg").width() == 150);
  options.long_edge_px = 3000;
  CHECK(WriteResult(photo, photo, folder / "same.jpg", options, {}).width ==
        300);
}

TEST_CASE("WriteResult: --max-bytes lowers the quality only as far as needed") {
  const TempFolder folder;
  const Photo source =
      AsJpegSource(folder, TestPhoto8(400, 300), {.quality = 95});
  const auto whole = WriteResult(source, source, folder / "whole.jpg", {}, {});
  const auto whole_bytes = std::filesystem::file_size(whole.path);
  OutputOptions options;
  options.max_bytes = static_cast<int64_t>(whole_bytes);
  CHECK(WriteResult(source, source, folder / "a.jpg", options, {}).quality ==
        95);
  options.max_bytes = static_cast<int64_t>(whole_bytes / 2);
  const auto half = WriteResult(source, source, folder / "b.jpg", options, {});
  CHECK(std::filesystem::file_size(half.path) <= whole_bytes / 2);
  CHECK(half.quality < 95);
  options = {};
  options.quality = half.quality + 1;
  const auto next = WriteResult(source, source, folder / "c.jpg", options, {});
  CHECK(std::filesystem::file_size(next.path) > whole_bytes / 2);
}

TEST_CASE("WriteResult: a size that cannot be met is told, nothing is left") {
  const TempFolder folder;
  const Photo photo = TestPhoto8(300, 200);
  OutputOptions options;
  options.max_bytes = 500;
  for (const char* name : {"a.jpg", "a.png", "a.webp"}) {
    try {
      WriteResult(photo, photo, folder / name, options, {});
      FAIL("written all the same");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::kInput);  // of this photo alone
      CHECK(std::string(error.what()).find("--long-edge") != std::string::npos);
    }
    CHECK_FALSE(std::filesystem::exists(folder / name));
  }
}

TEST_CASE("WriteResult: the same photo gives the same bytes") {
  const TempFolder folder;
  const Photo photo = TestPhoto8(200, 150);
  for (const char* name : {"out.jpg", "out.png", "out.webp", "out.tif"}) {
    const auto first = WriteResult(photo, photo, folder / name, {}, {});
    CHECK(WriteResult(photo, photo, folder / name, {}, {}).sha256 ==
          first.sha256);
  }
}

TEST_CASE("WriteResult: transparency becomes white where a format has none") {
  const TempFolder folder;
  Photo photo;
  photo.pixels8 = ImageU8(16, 16, 4, 0);  // black, fully transparent
  WriteResult(photo, photo, folder / "out.jpg", {}, {});
  CHECK(ReadPhoto(folder / "out.jpg").pixels8.at(8, 8, 0) == 255);
}
