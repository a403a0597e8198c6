#include <doctest/doctest.h>

#include <random>

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

struct Sample {
  std::string name;
  Bytes bytes;
};

/// One file of each make, with a profile and metadata to stumble over.
const std::vector<Sample>& Samples() {
  static const std::vector<Sample> samples = [] {
    Photo photo = TestPhoto8(90, 60);
    photo.icc_profile = GammaProfile(kAdobeRgbPrimaries, 2.2);
    Photo deep = TestPhoto16(50, 40, 4);
    deep.icc_profile = photo.icc_profile;
    Tags tags;
    tags.exif = {{"Exif.Image.Model", "One"},
                 {"Exif.Image.Orientation", "6"},
                 {"Exif.Photo.FocalLengthIn35mmFilm", "24"}};
    tags.iptc = {{"Iptc.Application2.City", "Springfield"}};
    const ImageU8 ink = TestPicture<uint8_t>(40, 30, 4, 255);
    return std::vector<Sample>{
        {"a.jpg", WithTags(EncodeJpeg(photo, {}), tags)},
        {"p.jpg", EncodeJpeg(photo, {.progressive = true})},
        {"cmyk.jpg", AdobeCmykJpeg(ink, PaleCmykProfile())},
        {"a.png", WithTags(EncodePng(photo), tags)},
        {"deep.png", EncodePng(deep)},
        {"adam.png", PngOfKind(PngKind::kInterlaced16)},
        {"a.webp", WithTags(EncodeWebp(photo, {}), tags)},
        {"l.webp", EncodeWebp(photo, {.lossless = true})},
        {"a.tif", WithTags(EncodeTiff(photo), tags)},
        {"deep.tif", EncodeTiff(deep)},
        {"tiled.tif", TiffOfKind(TiffKind::kTiledPlanar16, photo.pixels8)},
        {"jpeg.tif", TiffOfKind(TiffKind::kJpeg, photo.pixels8)},
        {"palette.tif", TiffOfKind(TiffKind::kPalette, photo.pixels8)},
        {"a.heic", HeicFile(TestPicture<uint8_t>(96, 64, 3, 255), 8, 6)}};
  }();
  return samples;
}

enum class Outcome { kRead, kRefused };

/// Reads the bytes as a photo and uses it as the engine would. Anything but a
/// photo or one clear line is a failure.
Outcome Try(const TempFolder& folder,
            const std::string& name,
            const Bytes& bytes) {
  WriteBytes(folder / name, bytes);
  try {
    const Photo photo = ReadPhoto(folder / name);
    CHECK(photo.width() > 0);
    CHECK(photo.height() > 0);
    CHECK(photo.channels() >= 1);
    CHECK(photo.channels() <= 4);
    const ColorConverter converter(photo);
    CHECK(ReadSrgb8(photo, converter, 32).width() > 0);
    ProbePhoto(folder / name);
    return Outcome::kRead;
  } catch (const Error& error) {
    const std::string message = error.what();
    CAPTURE(message);
    CHECK(error.kind() == ErrorKind::kInput);
    CHECK(message.find(name + ": ") != std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
    return Outcome::kRefused;
  }
}

}  // namespace

TEST_CASE("ReadPhoto: files cut off anywhere are refused in one line") {
  const TempFolder folder;
  for (const Sample& sample : Samples()) {
    CAPTURE(sample.name);
    REQUIRE(Try(folder, sample.name, sample.bytes) == Outcome::kRead);
    for (int step = 1; step < 40; ++step) {
      const size_t size = sample.bytes.size() * step / 40;
      CAPTURE(size);
      const Bytes cut(sample.bytes.begin(), sample.bytes.begin() + size);
      const Outcome outcome = Try(folder, sample.name, cut);
      // A TIFF may end in tags, and a HEIC in metadata, that nobody misses.
      const bool picture_first =
          sample.name.ends_with("tif") || sample.name.ends_with("heic");
      if (!picture_first) CHECK(outcome == Outcome::kRefused);
    }
  }
}

TEST_CASE("ReadPhoto: files with flipped bytes are read or refused") {
  const TempFolder folder;
  std::mt19937 random(20261120);
  for (const Sample& sample : Samples()) {
    CAPTURE(sample.name);
    for (int round = 0; round < 120; ++round) {
      CAPTURE(round);
      Bytes bytes = sample.bytes;
      // Half of them near the start, where the sizes are.
      const size_t reach =
          round % 2 == 0 ? bytes.size() : std::min<size_t>(bytes.size(), 700);
      const int flips = 1 + static_cast<int>(random() % 6);
      for (int flip = 0; flip < flips; ++flip) {
        bytes[random() % reach] = static_cast<uint8_t>(random());
      }
      Try(folder, sample.name, bytes);
    }
  }
}

TEST_CASE("ReadPhoto: files with stretches torn out or doubled are no trap") {
  const TempFolder folder;
  std::mt19937 random(4711);
  for (const Sample& sample : Samples()) {
    CAPTURE(sample.name);
    for (int round = 0; round < 30; ++round) {
      CAPTURE(round);
      Bytes bytes = sample.bytes;
      const size_t at = random() % bytes.size();
      const size_t length =
          std::min<size_t>(1 + random() % 64, bytes.size() - at);
      const auto begin = bytes.begin() + static_cast<ptrdiff_t>(at);
      if (round % 2 == 0) {
        bytes.erase(begin, begin + static_cast<ptrdiff_t>(length));
      } else {
        const Bytes copy(begin, begin + static_cast<ptrdiff_t>(length));
        bytes.insert(begin, copy.begin(), copy.end());
      }
      Try(folder, sample.name, bytes);
    }
  }
}
