#include <doctest/doctest.h>

#include "core/error.h"
#include "core/photo/encode.h"
#include "core/photo/photo.h"
#include "photo/photo_fixture.h"

using namespace stage;
using namespace stage::test;

namespace {

/// The message of the Error(kInput) that reading must throw.
std::string Refusal(const std::filesystem::path& path) {
  try {
    ReadPhoto(path);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kInput);
    return error.what();
  }
  return "read without complaint";
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("ReadPhoto: lossless formats give back pixels, depth and channels") {
  const TempFolder folder;
  for (const int channels : {1, 2, 3, 4}) {
    for (const bool deep : {false, true}) {
      CAPTURE(channels);
      CAPTURE(deep);
      const Photo photo =
          deep ? TestPhoto16(37, 23, channels) : TestPhoto8(37, 23, channels);
      WriteBytes(folder / "a.png", EncodePng(photo));
      WriteBytes(folder / "a.tif", EncodeTiff(photo));
      for (const char* name : {"a.png", "a.tif"}) {
        const Photo read = ReadPhoto(folder / name);
        CHECK(read.pixels8 == photo.pixels8);
        CHECK(read.pixels16 == photo.pixels16);
        CHECK(read.source.bit_depth == (deep ? 16 : 8));
        CHECK(read.source.lossless);
      }
    }
  }
  const Photo photo = TestPhoto8(37, 23, 4);
  WriteBytes(folder / "a.webp", EncodeWebp(photo, {.lossless = true}));
  CHECK(ReadPhoto(folder / "a.webp").pixels8 == photo.pixels8);
}

TEST_CASE("ReadPhoto: a JPEG tells quality, sampling and coding") {
  const TempFolder folder;
  const Photo photo = TestPhoto8(160, 120);
  for (const int quality : {30, 75, 92, 98}) {
    WriteBytes(folder / "a.jpg",
               EncodeJpeg(photo,
                          {.quality = quality,
                           .chroma_horizontal = 2,
                           .chroma_vertical = 1,
                           .progressive = quality == 75}));
    const Photo read = ReadPhoto(folder / "a.jpg");
    CHECK(read.source.format == PhotoFormat::kJpeg);
    CHECK(read.source.jpeg_quality == quality);
    CHECK(read.source.chroma_horizontal == 2);
    CHECK(read.source.chroma_vertical == 1);
    CHECK(read.source.jpeg.progressive == (quality == 75));
    CHECK(read.source.jpeg.quantisation.size() == 3);
    CHECK(MeanDifference(read.pixels8, photo.pixels8) < 8.0);
  }
}

TEST_CASE("ReadPhoto: a photo under a wrong extension is read and noted") {
  const TempFolder folder;
  WriteBytes(folder / "a.jpg", EncodePng(TestPhoto8(20, 10)));
  const Photo read = ReadPhoto(folder / "a.jpg");
  CHECK(read.source.format == PhotoFormat::kPng);
  CHECK(read.source.name_misleads);
  WriteBytes(folder / "b.png", EncodePng(TestPhoto8(20, 10)));
  CHECK_FALSE(ReadPhoto(folder / "b.png").source.name_misleads);
}

TEST_CASE("ReadPhoto: what is no photo is named for what it is") {
  const TempFolder folder;
  WriteBytes(folder / "empty.jpg", {});
  CHECK(
      Contains(Refusal(folder / "empty.jpg"), "empty.jpg: the file is empty"));
  const std::string pdf = "%PDF-1.7 and so on";
  WriteBytes(folder / "plan.jpg", Bytes(pdf.begin(), pdf.end()));
  CHECK(Contains(Refusal(folder / "plan.jpg"), "a PDF document"));
  const std::string page = "<!DOCTYPE html><html>";
  WriteBytes(folder / "page.jpg", Bytes(page.begin(), page.end()));
  CHECK(Contains(Refusal(folder / "page.jpg"), "a web page"));
  WriteBytes(folder / "raw.nef", EncodeTiff(TestPhoto8(20, 10)));
  CHECK(Contains(Refusal(folder / "raw.nef"), "camera raw"));
  WriteBytes(folder / "zeros.png", Bytes(1000, 0));
  CHECK(Contains(Refusal(folder / "zeros.png"), "not a photo"));
  CHECK(Contains(Refusal(folder / "missing.jpg"), "cannot be read"));
  CHECK(Contains(Refusal(folder.path()), "a folder"));
}

TEST_CASE("ReadPhoto: a truncated file is said to be cut off") {
  const TempFolder folder;
  const Photo photo = TestPhoto8(300, 200);
  const std::pair<const char*, Bytes> files[] = {
      {"a.jpg", EncodeJpeg(photo, {})},
      {"p.jpg", EncodeJpeg(photo, {.progressive = true})},
      {"a.png", EncodePng(photo)},
      {"a.webp", EncodeWebp(photo, {})},
      {"l.webp", EncodeWebp(photo, {.lossless = true})}};
  for (const auto& [name, whole] : files) {
    for (const double part : {0.1, 0.5, 0.9, 0.999}) {
      CAPTURE(name);
      CAPTURE(part);
      const auto size = static_cast<size_t>(whole.size() * part);
      WriteBytes(folder / name, Bytes(whole.begin(), whole.begin() + size));
      CHECK(Contains(Refusal(folder / name), "cut off after"));
    }
  }
}
