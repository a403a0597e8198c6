#include <doctest/doctest.h>

#include "core/error.h"
#include "core/photo/encode.h"
#include "core/photo/icc_profiles.h"
#include "core/photo/photo.h"
#include "core/photo/photo_probe.h"
#include "photo/foreign_files.h"
#include "photo/photo_fixture.h"

using namespace stage;
using namespace stage::test;

namespace {

Photo ReadBack(const Bytes& bytes, const std::string& name = "photo") {
  const TempFolder folder;
  WriteBytes(folder / name, bytes);
  return ReadPhoto(folder / name);
}

std::string Refusal(const Bytes& bytes) {
  try {
    ReadBack(bytes);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kInput);
    return error.what();
  }
  return "read without complaint";
}

/// Where a stored pixel lies once upright, by the Exif standard's own words:
/// orientation says what row 0 and column 0 of the stored picture are.
std::pair<int, int> UprightPlace(
    int orientation, int x, int y, int width, int height) {
  switch (orientation) {
    case 1:  // row 0 is the top, column 0 the left side
      return {x, y};
    case 2:  // top, right
      return {width - 1 - x, y};
    case 3:  // bottom, right
      return {width - 1 - x, height - 1 - y};
    case 4:  // bottom, left
      return {x, height - 1 - y};
    case 5:  // left side, top
      return {y, x};
    case 6:  // right side, top
      return {height - 1 - y, x};
    case 7:  // right side, bottom
      return {height - 1 - y, width - 1 - x};
    default:  // left side, bottom
      return {y, width - 1 - x};
  }
}

void CheckTurned(const ImageU8& stored, const Photo& read, int orientation) {
  REQUIRE(read.width() ==
          (orientation >= 5 ? stored.height() : stored.width()));
  int wrong = 0;
  for (int y = 0; y < stored.height(); ++y) {
    for (int x = 0; x < stored.width(); ++x) {
      const auto [to_x, to_y] =
          UprightPlace(orientation, x, y, stored.width(), stored.height());
      for (int c = 0; c < 3; ++c) {
        wrong += stored.at(x, y, c) != read.pixels8.at(to_x, to_y, c);
      }
    }
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("ReadPhoto: turns all eight orientations upright, in every format") {
  const Photo photo = TestPhoto8(141, 67);
  const std::pair<const char*, Bytes> files[] = {
      {"jpeg", EncodeJpeg(photo, {.quality = 90})},
      {"png", EncodePng(photo)},
      {"tiff", EncodeTiff(photo)},
      {"webp", EncodeWebp(photo, {.lossless = true})}};
  for (const auto& [name, bytes] : files) {
    const ImageU8 stored = ReadBack(bytes).pixels8;
    for (int orientation = 1; orientation <= 8; ++orientation) {
      CAPTURE(name);
      CAPTURE(orientation);
      Bytes tagged = bytes;
      if (std::string(name) == "tiff") {
        // Exiv2 keeps a TIFF's own tag unless it is replaced.
        Photo turned = photo;
        const size_t at = [&] {
          for (size_t i = 0; i + 12 < tagged.size(); ++i) {
            if (tagged[i] == 0x12 && tagged[i + 1] == 0x01 &&
                tagged[i + 2] == 3 && tagged[i + 4] == 1 &&
                tagged[i + 8] == 1) {
              return i + 8;
            }
          }
          return size_t{0};
        }();
        REQUIRE(at > 0);
        tagged[at] = static_cast<uint8_t>(orientation);
      } else {
        tagged = WithTags(
            bytes,
            {.exif = {{"Exif.Image.Orientation", std::to_string(orientation)}},
             .iptc = {},
             .xmp_packet = {},
             .thumbnail_jpeg = {}});
      }
      CheckTurned(stored, ReadBack(tagged), orientation);
    }
  }
}

TEST_CASE("ReadPhoto: CMYK ink becomes the colours it prints") {
  ImageU8 ink(48, 16, 4, 0);
  for (int y = 0; y < 16; ++y) {
    for (int x = 16; x < 32; ++x) ink.at(x, y, 1) = ink.at(x, y, 2) = 255;
    for (int x = 32; x < 48; ++x) ink.at(x, y, 3) = 255;
  }
  const Photo photo = ReadBack(AdobeCmykJpeg(ink, {}));
  REQUIRE(photo.channels() == 3);
  CHECK(photo.source.was_cmyk);
  const auto at = [&](int x, int c) { return int{photo.pixels8.at(x, 8, c)}; };
  CHECK(at(8, 0) > 250);  // paper
  CHECK(at(8, 2) > 250);
  CHECK(at(24, 0) > 250);  // magenta and yellow are red
  CHECK(at(24, 1) < 6);
  CHECK(at(40, 0) < 6);  // black
}

TEST_CASE("ReadPhoto: CMYK follows its profile, and only a CMYK one") {
  ImageU8 ink(32, 16, 4, 0);
  for (int y = 0; y < 16; ++y) {
    for (int x = 16; x < 32; ++x) ink.at(x, y, 0) = 255;
  }
  const Photo pale = ReadBack(AdobeCmykJpeg(ink, PaleCmykProfile()));
  CHECK(pale.pixels8.at(8, 8, 0) > 250);
  CHECK(pale.pixels8.at(24, 8, 0) > 250);  // that cyan prints nothing
  CHECK(pale.icc_profile == SrgbProfile());
  const Photo plain = ReadBack(AdobeCmykJpeg(ink, SrgbProfile()));
  CHECK(plain.pixels8.at(24, 8, 0) < 5);
}

TEST_CASE("ReadPhoto: palettes, few bits and interlacing of PNG") {
  const Photo palette = ReadBack(PngOfKind(PngKind::kPalette));
  REQUIRE(palette.channels() == 3);
  CHECK(palette.pixels8.at(0, 0, 0) == 255);
  CHECK(palette.pixels8.at(15, 7, 1) == 255);
  const Photo alpha = ReadBack(PngOfKind(PngKind::kPaletteWithAlpha));
  REQUIRE(alpha.channels() == 4);
  CHECK(alpha.pixels8.at(0, 0, 3) == 255);
  CHECK(alpha.pixels8.at(15, 0, 3) == 128);
  const Photo bits = ReadBack(PngOfKind(PngKind::kOneBit));
  REQUIRE(bits.channels() == 1);
  CHECK(bits.pixels8.at(7, 3) == 0);
  CHECK(bits.pixels8.at(8, 3) == 255);
  const Photo deep = ReadBack(PngOfKind(PngKind::kInterlaced16));
  REQUIRE(deep.is_16_bit());
  for (int x = 0; x < 16; ++x) CHECK(deep.pixels16.at(x, 5) == x * 17 * 257);
}

TEST_CASE("ReadPhoto: the many ways of TIFF") {
  const ImageU8 picture = TestPicture<uint8_t>(45, 50, 3, 255);
  for (const TiffKind kind :
       {TiffKind::kTiled, TiffKind::kPlanar, TiffKind::kLzw}) {
    CHECK(ReadBack(TiffOfKind(kind, picture)).pixels8 == picture);
  }
  const Photo deep = ReadBack(TiffOfKind(TiffKind::kTiledPlanar16, picture));
  REQUIRE(deep.is_16_bit());
  CHECK(deep.pixels16.at(44, 49, 2) == picture.at(44, 49, 2) * 257);
  CHECK(deep.pixels16.at(3, 40, 1) == picture.at(3, 40, 1) * 257);
  const Photo jpeg = ReadBack(TiffOfKind(TiffKind::kJpeg, picture));
  CHECK(MeanDifference(jpeg.pixels8, picture) < 3);
  const Photo grey = ReadBack(TiffOfKind(TiffKind::kMinIsWhite, picture));
  REQUIRE(grey.channels() == 1);
  CHECK(grey.pixels8.at(20, 20) == picture.at(20, 20, 0));
  const Photo palette = ReadBack(TiffOfKind(TiffKind::kPalette, picture));
  CHECK(palette.pixels8.at(9, 9, 0) == picture.at(9, 9, 0));
  CHECK(palette.pixels8.at(9, 9, 1) == 255 - picture.at(9, 9, 0));
  const Photo bits = ReadBack(TiffOfKind(TiffKind::kOneBit, picture));
  CHECK(bits.pixels8.at(40, 9, 0) == (picture.at(40, 9, 0) >= 128 ? 255 : 0));
  const Photo cmyk = ReadBack(TiffOfKind(TiffKind::kCmyk, picture));
  CHECK(cmyk.source.was_cmyk);
  CHECK(cmyk.pixels8.at(9, 9, 0) == 255 - picture.at(9, 9, 0));
  const Photo alpha = ReadBack(TiffOfKind(TiffKind::kPremultiplied, picture));
  REQUIRE(alpha.channels() == 4);
  CHECK(std::abs(alpha.pixels8.at(9, 9, 1) - picture.at(9, 9, 1)) <= 2);
}

TEST_CASE("ReadPhoto: TIFFs that are no photo to stage are told apart") {
  const ImageU8 picture = TestPicture<uint8_t>(20, 20, 3, 255);
  CHECK(Refusal(TiffOfKind(TiffKind::kFloat, picture)).find("32-bit samples") !=
        std::string::npos);
  CHECK(Refusal(TiffOfKind(TiffKind::kPreview, picture)).find("camera raw") !=
        std::string::npos);
}

TEST_CASE("ReadPhoto: HEIC of 8 and 10 bits, upright by itself") {
  const ImageU8 picture = TestPicture<uint8_t>(96, 64, 3, 255);
  const Photo photo = ReadBack(HeicFile(picture, 8, 6), "a.heic");
  CHECK(photo.source.format == PhotoFormat::kHeic);
  REQUIRE(photo.width() == 96);  // its Exif orientation does not count
  CHECK(MeanDifference(photo.pixels8, picture) < 8);
  CHECK(photo.source.focal_length_35mm == 26.0);
  const Photo deep = ReadBack(HeicFile(picture, 10, 1), "b.heic");
  REQUIRE(deep.is_16_bit());
  CHECK(std::abs(deep.pixels16.at(50, 30, 1) / 257.0 - picture.at(50, 30, 1)) <
        16);
}

TEST_CASE("WriteResult: a HEIC is kept as a JPEG with its metadata") {
  const TempFolder folder;
  const ImageU8 picture = TestPicture<uint8_t>(96, 64, 3, 255);
  WriteBytes(folder / "a.heic", HeicFile(picture, 8, 6));
  const Photo photo = ReadPhoto(folder / "a.heic");
  WriteResult(photo, photo, folder / "a.jpg", {}, {});
  const Bytes written = ReadBytes(folder / "a.jpg");
  CHECK(ReadPhoto(folder / "a.jpg").source.format == PhotoFormat::kJpeg);
  CHECK(ReadPhoto(folder / "a.jpg").width() == 96);
  CHECK(TagOf(written, "Exif.Image.Orientation") == "1");
  CHECK(TagOf(written, "Exif.Image.Model") == "Heic Camera");
}

TEST_CASE("ReadPhoto: refuses pictures that no camera makes, before decoding") {
  Bytes png = EncodePng(TestPhoto8(20, 10));
  // IHDR's width and height, then its checksum.
  for (const size_t at : {16, 20}) {
    png[at] = 0;
    png[at + 1] = 0;
    png[at + 2] = 0xa0;
    png[at + 3] = 0;
  }
  const auto crc = [](const uint8_t* data, size_t size) {
    uint32_t value = 0xffffffff;
    for (size_t i = 0; i < size; ++i) {
      value ^= data[i];
      for (int k = 0; k < 8; ++k) {
        value = (value >> 1) ^ ((value & 1) != 0 ? 0xedb88320u : 0);
      }
    }
    return ~value;
  };
  const uint32_t sum = crc(png.data() + 12, 17);
  for (int i = 0; i < 4; ++i) {
    png[29 + i] = static_cast<uint8_t>(sum >> (24 - 8 * i));
  }
  CHECK(Refusal(png).find("1678 megapixels") != std::string::npos);
  png[17] = png[21] = 0;
  png[18] = png[22] = 0x35;  // 13568 x 13568: 184 megapixels in 200 bytes
  const uint32_t second = crc(png.data() + 12, 17);
  for (int i = 0; i < 4; ++i) {
    png[29 + i] = static_cast<uint8_t>(second >> (24 - 8 * i));
  }
  CHECK(Refusal(png).find("which no photo has") != std::string::npos);
}

TEST_CASE("ProbePhoto: tells upright size and format without decoding") {
  const TempFolder folder;
  const Photo photo = TestPhoto8(60, 40);
  const Bytes tagged =
      WithTags(EncodeJpeg(photo, {}),
               {.exif = {{"Exif.Image.Orientation", "6"},
                         {"Exif.Photo.FocalLengthIn35mmFilm", "24"}},
                .iptc = {},
                .xmp_packet = {},
                .thumbnail_jpeg = {}});
  WriteBytes(folder / "a.png", tagged);
  const PhotoInfo info = ProbePhoto(folder / "a.png");
  CHECK(info.format == PhotoFormat::kJpeg);
  CHECK(info.name_misleads);
  CHECK(info.width == 40);
  CHECK(info.height == 60);
  CHECK(info.orientation == 6);
  CHECK(info.focal_length_35mm == 24.0);
  CHECK(info.file_bytes == static_cast<int64_t>(tagged.size()));
  const std::pair<const char*, Bytes> files[] = {
      {"a.webp", EncodeWebp(photo, {})},
      {"a.tif", EncodeTiff(photo)},
      {"a.heic", HeicFile(photo.pixels8, 8, 6)}};
  for (const auto& [name, bytes] : files) {
    CAPTURE(name);
    WriteBytes(folder / name, bytes);
    CHECK(ProbePhoto(folder / name).width == 60);
    CHECK_FALSE(ProbePhoto(folder / name).name_misleads);
  }
}

TEST_CASE("MakeThumbnail: small, upright, sRGB, and like the photo") {
  const TempFolder folder;
  Photo photo = TestPhoto8(900, 600);
  photo.icc_profile = SrgbCurveProfile(kDisplayP3Primaries);
  const Bytes tagged = WithTags(EncodeJpeg(photo, {}),
                                {.exif = {{"Exif.Image.Orientation", "8"}},
                                 .iptc = {},
                                 .xmp_packet = {},
                                 .thumbnail_jpeg = {}});
  WriteBytes(folder / "a.jpg", tagged);
  const Bytes thumbnail = MakeThumbnail(folder / "a.jpg", 100);
  const Photo small = ReadBack(thumbnail);
  CHECK(small.width() == 67);
  CHECK(small.height() == 100);
  CHECK(small.icc_profile.empty());
  const Photo whole = ReadPhoto(folder / "a.jpg");
  const ImageU8 wanted = ReadSrgb8(whole, ColorConverter(whole), 100);
  CHECK(MeanDifference(small.pixels8, wanted) < 6);
}
