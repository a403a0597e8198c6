#include "core/photo/upload.h"

#include <dlfcn.h>
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/photo/encode.h"
#include "core/photo/icc_profiles.h"
#include "core/photo/put_back.h"
#include "core/photo/resize.h"
#include "photo/foreign_files.h"
#include "photo/photo_fixture.h"

using namespace stage;
using namespace stage::test;
using nlohmann::json;

namespace {

Photo ReadBack(const Bytes& bytes) {
  const TempFolder folder;
  WriteBytes(folder / "photo", bytes);
  return ReadPhoto(folder / "photo");
}

/// Calls libstage_photo as a program does that opened it on demand.
json Call(const char* function, const json& request) {
  void* library = ::dlopen("libstage_photo.so", RTLD_NOW);
  REQUIRE(library != nullptr);
  const auto call =
      reinterpret_cast<char* (*)(const char*)>(::dlsym(library, function));
  const auto free_reply =
      reinterpret_cast<void (*)(char*)>(::dlsym(library, "stage_photo_free"));
  REQUIRE(static_cast<bool>(call));
  REQUIRE(static_cast<bool>(free_reply));
  char* reply = call(request.dump().c_str());
  const json parsed = json::parse(reply);
  free_reply(reply);
  ::dlclose(library);
  return parsed;
}

}  // namespace

TEST_CASE("ConvertForUpload: a photo that fits is sent as it is") {
  const TempFolder folder;
  const Bytes bytes = EncodeJpeg(TestPhoto8(300, 200), {});
  WriteBytes(folder / "a.jpg", bytes);
  const UploadCopy copy = ConvertForUpload(
      folder / "a.jpg",
      {.max_long_edge_px = 300, .max_bytes = int64_t(bytes.size())});
  CHECK(copy.changes.empty());
  CHECK(copy.bytes == bytes);
  CHECK(copy.width == 300);
}

TEST_CASE("ConvertForUpload: format, size and bytes are made to fit") {
  const TempFolder folder;
  WriteBytes(folder / "a.heic",
             HeicFile(TestPicture<uint8_t>(96, 64, 3, 255), 8, 1));
  const UploadCopy jpeg = ConvertForUpload(folder / "a.heic", {});
  CHECK(jpeg.format == PhotoFormat::kJpeg);
  REQUIRE(jpeg.changes.size() == 1);
  CHECK(jpeg.changes[0] == "HEIC to JPEG");
  CHECK(ReadBack(jpeg.bytes).width() == 96);

  WriteBytes(folder / "b.png", EncodePng(TestPhoto16(400, 300, 4)));
  const UploadCopy small = ConvertForUpload(
      folder / "b.png",
      {.max_long_edge_px = 200, .max_pixels = 20'000, .max_bytes = 6'000});
  CHECK(small.bytes.size() <= 6'000);
  CHECK(small.width * small.height <= 20'000);
  CHECK(ReadBack(small.bytes).channels() == 3);
  CHECK(small.changes.size() == 3);

  const UploadCopy png =
      ConvertForUpload(folder / "a.heic", {.formats = {PhotoFormat::kPng}});
  CHECK(ReadBack(png.bytes).source.format == PhotoFormat::kPng);
}

TEST_CASE("ConvertForUpload: what is written anew is plain, upright sRGB") {
  const TempFolder folder;
  Photo photo = TestPhoto8(120, 80);
  photo.icc_profile = SrgbCurveProfile(kDisplayP3Primaries);
  WriteBytes(folder / "a.jpg",
             WithTags(EncodeJpeg(photo, {.quality = 98}),
                      {.exif = {{"Exif.Image.Orientation", "6"},
                                {"Exif.Image.Model", "One"},
                                {"Exif.GPSInfo.GPSLatitudeRef", "N"}},
                       .iptc = {},
                       .xmp_packet = {},
                       .thumbnail_jpeg = {}}));
  const UploadCopy copy = ConvertForUpload(folder / "a.jpg", {});
  REQUIRE(copy.changes.size() == 1);
  CHECK(copy.width == 80);
  CHECK(TagOf(copy.bytes, "Exif.Image.Model") == "-");
  CHECK(TagOf(copy.bytes, "Exif.GPSInfo.GPSLatitudeRef") == "-");
  const Photo sent = ReadBack(copy.bytes);
  CHECK(sent.icc_profile.empty());
  const Photo read = ReadPhoto(folder / "a.jpg");
  CHECK(MeanDifference(sent.pixels8,
                       ReadSrgb8(read, ColorConverter(read), 120)) < 3);
}

TEST_CASE("ConvertForUpload: another shape is padded, and cut back again") {
  const TempFolder folder;
  const Photo tall = TestPhoto8(90, 160);
  WriteBytes(folder / "tall.png", EncodePng(tall));
  const UploadLimits limits = {.formats = {PhotoFormat::kPng},
                               .max_long_edge_px = 200,
                               .least_aspect = 4.0 / 3,
                               .most_aspect = 16.0 / 9};
  const UploadCopy copy = ConvertForUpload(folder / "tall.png", limits);
  REQUIRE(copy.place.has_value());
  CHECK(std::max(copy.width, copy.height) <= 200);
  CHECK(double(copy.width) / copy.height >= 4.0 / 3);
  CHECK(double(copy.place->width) / copy.place->height ==
        doctest::Approx(90.0 / 160).epsilon(0.02));
  // A result of twice the size still shows the photo in the same shares.
  WriteBytes(folder / "sent.png", copy.bytes);
  const std::array<double, 4> shares = {
      double(copy.place->left) / copy.width,
      double(copy.place->top) / copy.height,
      double(copy.place->width) / copy.width,
      double(copy.place->height) / copy.height};
  const Photo cut = CutOut(folder / "sent.png", shares);
  CHECK(cut.width() == copy.place->width);
  CHECK(cut.height() == copy.place->height);
  const Photo wide = TestPhoto8(400, 100);
  WriteBytes(folder / "wide.png", EncodePng(wide));
  const UploadCopy flat = ConvertForUpload(folder / "wide.png", limits);
  REQUIRE(flat.place.has_value());
  CHECK(double(flat.width) / flat.height <= 16.0 / 9);
  CHECK(flat.place->top > 0);
  CHECK(flat.place->left == 0);
  // Within the limits nothing is padded.
  const Photo fits = TestPhoto8(160, 100);
  WriteBytes(folder / "fits.png", EncodePng(fits));
  CHECK_FALSE(ConvertForUpload(folder / "fits.png", limits).place.has_value());
}

TEST_CASE("ConvertForUpload: a photo too small is padded to the least side") {
  const TempFolder folder;
  WriteBytes(folder / "small.png", EncodePng(TestPhoto8(120, 90)));
  const UploadCopy copy = ConvertForUpload(folder / "small.png",
                                           {.formats = {PhotoFormat::kPng},
                                            .least_aspect = 4.0 / 3,
                                            .most_aspect = 16.0 / 9,
                                            .least_side_px = 128});
  CHECK(copy.height == 128);
  CHECK(copy.width >= copy.height * 4.0 / 3);
  REQUIRE(copy.place.has_value());
  CHECK(copy.place->width == 120);
  CHECK(copy.place->height == 90);
}

TEST_CASE("ConvertForUpload: another shape is cropped around what must stay") {
  const TempFolder folder;
  const Photo tall = TestPhoto8(90, 160);
  WriteBytes(folder / "tall.png", EncodePng(tall));
  UploadLimits limits = {.formats = {PhotoFormat::kPng},
                         .least_aspect = 4.0 / 3,
                         .most_aspect = 16.0 / 9,
                         .reshape = Reshape::kCrop};
  const auto top_of = [&](const UploadCopy& copy) {
    REQUIRE(copy.cut.has_value());
    CHECK_FALSE(copy.place.has_value());
    CHECK(copy.width == 90);
    CHECK(copy.height == 67);
    const PictureBox box = BoxOf(*copy.cut, 90, 160);
    CHECK(box.height == 67);
    CHECK(ReadBack(copy.bytes).pixels8 == CropPhoto(tall, box).pixels8);
    return box.top;
  };
  CHECK(top_of(ConvertForUpload(folder / "tall.png", limits)) == 46);
  limits.keep = {0.1, 0.7, 0.5, 0.3};
  CHECK(top_of(ConvertForUpload(folder / "tall.png", limits)) == 93);
  limits.keep = {0.1, 0, 0.5, 0.1};
  CHECK(top_of(ConvertForUpload(folder / "tall.png", limits)) == 0);
  limits.keep = {0.1, 0.2, 0.5, 0.6};
  CHECK_THROWS_WITH_AS(ConvertForUpload(folder / "tall.png", limits),
                       doctest::Contains("tall.png: the mask is larger"),
                       Error);
  // A reduction does not bring a shape back that is too tall or too wide.
  limits.keep.reset();
  for (const auto& [width, height] :
       {std::pair{403, 1000}, {1000, 403}, {777, 778}, {1999, 1123}}) {
    CAPTURE(width);
    WriteBytes(folder / "any.png", EncodePng(TestPhoto8(width, height)));
    limits.max_long_edge_px = 333;
    const UploadCopy copy = ConvertForUpload(folder / "any.png", limits);
    CHECK(3 * copy.width >= 4 * copy.height);
    CHECK(9 * copy.width <= 16 * copy.height);
  }
}

TEST_CASE("PutBack: outside of the part the photo keeps its values") {
  for (const bool deep : {false, true}) {
    CAPTURE(deep);
    const Photo photo = deep ? TestPhoto16(300, 400) : TestPhoto8(300, 400);
    const std::array<double, 4> cut = {0, 0.25, 1, 0.5};
    const PictureBox box = BoxOf(cut, 300, 400);
    Photo part;
    part.pixels8 = ReadSrgb8(photo, ColorConverter(photo), 400);
    part = CropPhoto(part, box);
    for (int y = 60; y < 140; ++y) {
      for (int x = 0; x < 300; ++x) part.pixels8.at(x, y, 1) = 7;
    }
    const PutBackPhoto put = PutBack(photo, part, cut);
    CHECK(put.seam < 0.01);
    CHECK(put.photo.is_16_bit() == deep);
    for (const PictureBox& outside :
         {PictureBox{0, 0, 300, 100}, PictureBox{0, 300, 300, 100}}) {
      CHECK(CropPhoto(put.photo, outside).pixels8 ==
            CropPhoto(photo, outside).pixels8);
      CHECK(CropPhoto(put.photo, outside).pixels16 ==
            CropPhoto(photo, outside).pixels16);
    }
    const ImageU8 seen = ReadSrgb8(put.photo, ColorConverter(put.photo), 400);
    CHECK(std::abs(seen.at(150, 200, 1) - 7) <= 1);
    CHECK(std::abs(seen.at(0, 180, 1) - 7) <= 1);  // no edge of the part
  }
}

TEST_CASE("PutBack: what crosses an inner edge is a seam") {
  const Photo photo = TestPhoto8(300, 400);
  const std::array<double, 4> cut = {0, 0.25, 1, 0.5};
  Photo part = CropPhoto(photo, BoxOf(cut, 300, 400));
  for (int y = 150; y < 200; ++y) {
    for (int x = 100; x < 200; ++x) {
      for (int c = 0; c < 3; ++c) part.pixels8.at(x, y, c) = 0;
    }
  }
  CHECK(PutBack(photo, part, cut).seam > 0.1);
}

TEST_CASE("PutBack: the photo is reduced to the detail of a smaller part") {
  const Photo photo = TestPhoto8(300, 400);
  const std::array<double, 4> cut = {0, 0.25, 1, 0.5};
  const Photo part = CropPhoto(photo, BoxOf(cut, 300, 400));
  const Photo half = DownscalePhoto(part, ColorConverter(part), 150, 100);
  const PutBackPhoto put = PutBack(photo, half, cut);
  CHECK(put.photo.width() == 150);
  CHECK(put.photo.height() == 200);
  const Photo small = DownscalePhoto(photo, ColorConverter(photo), 150, 200);
  CHECK(MeanDifference(put.photo.pixels8, small.pixels8) < 1);
}

TEST_CASE("PadByMirror: the photo stays, its edges go on mirrored") {
  ImageU8 row(3, 1, 1);
  for (int x = 0; x < 3; ++x) row.at(x, 0) = uint8_t(10 * x);
  const ImageU8 padded = PadByMirror(row, 9, 2, {3, 0, 3, 1});
  const uint8_t expected[] = {10, 20, 10, 0, 10, 20, 10, 0, 10};
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 9; ++x) CHECK(padded.at(x, y) == expected[x]);
  }
}

TEST_CASE("ConvertForUpload: what cannot fit is told with the file") {
  const TempFolder folder;
  WriteBytes(folder / "a.png", EncodePng(TestPhoto8(400, 300)));
  CHECK_THROWS_WITH_AS(ConvertForUpload(folder / "a.png", {.max_bytes = 200}),
                       doctest::Contains("a.png: cannot be made to fit"),
                       Error);
}

TEST_CASE("libstage_photo: opened on demand, it converts, checks and writes") {
  const TempFolder folder;
  const Photo photo = TestPhoto8(400, 300);
  WriteBytes(folder / "a.png", EncodePng(photo));
  const json sent = Call("stage_photo_convert_for_upload",
                         {{"photo", folder / "a.png"},
                          {"output", folder / "sent.jpg"},
                          {"formats", {"jpeg"}},
                          {"max_long_edge", 200}});
  CHECK(sent["path"] == (folder / "sent.jpg").string());
  CHECK(sent["format"] == "jpeg");
  CHECK(sent["width"] == 200);
  CHECK(sent["changes"].size() == 2);

  Photo staged = photo;
  for (int y = 150; y < 250; ++y) {
    for (int x = 100; x < 250; ++x) staged.pixels8.at(x, y, 0) = 10;
  }
  WriteBytes(folder / "result.png", EncodePng(staged));
  const json check =
      Call("stage_photo_check_result",
           {{"photo", folder / "a.png"}, {"result", folder / "result.png"}});
  CHECK(check["room_changed"] > 0.01);
  const json written = Call("stage_photo_write_result",
                            {{"result", folder / "result.png"},
                             {"original", folder / "a.png"},
                             {"output", folder / "out.jpg"},
                             {"format", "jpeg"},
                             {"disclose", {"label", "pair"}}});
  CHECK(written["width"] == 400);
  CHECK(written["companions"].size() == 2);
  CHECK(TagOf(ReadBytes(folder / "out.jpg"), "Xmp.iptcExt.DigitalSourceType")
            .ends_with("compositeWithTrainedAlgorithmicMedia"));

  const json missing = Call("stage_photo_convert_for_upload",
                            {{"photo", folder / "none.jpg"}, {"output", "x"}});
  CHECK(missing["error"]["kind"] == "input");
  const json wrong = Call("stage_photo_check_result", json::object());
  CHECK(wrong["error"]["kind"] == "unexpected");
}
