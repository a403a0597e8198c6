#include <doctest/doctest.h>

#include "core/photo/encode.h"
#include "core/photo/photo.h"
#include "photo/foreign_files.h"
#include "photo/photo_fixture.h"

using namespace stage;
using namespace stage::test;

namespace {

constexpr const char* kScheme =
    "http://cv.iptc.org/newscodes/digitalsourcetype/";

std::string XmpPacket(const std::string& properties) {
  return R"(<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
 rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:house="https://house.example/ns/">)" +
         properties +
         R"(</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>)";
}

Tags CameraTags() {
  Tags tags;
  tags.exif = {{"Exif.Image.Make", "Camera Works"},
               {"Exif.Image.Model", "One"},
               {"Exif.Image.Orientation", "6"},
               {"Exif.Image.ImageDescription", "The kitchen"},
               {"Exif.Photo.DateTimeOriginal", "2026:05:04 10:11:12"},
               {"Exif.Photo.PixelXDimension", "9999"},
               {"Exif.Photo.FocalLengthIn35mmFilm", "18"},
               {"Exif.GPSInfo.GPSLatitudeRef", "N"},
               {"Exif.GPSInfo.GPSLatitude", "48/1 8/1 0/1"}};
  tags.iptc = {{"Iptc.Application2.Caption", "The kitchen"},
               {"Iptc.Application2.City", "Springfield"}};
  tags.xmp_packet = XmpPacket(
      "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">The kitchen"
      "</rdf:li><rdf:li xml:lang=\"de\">Die Kueche</rdf:li></rdf:Alt>"
      "</dc:description><xmp:Rating>4</xmp:Rating>"
      "<house:listing>L-17</house:listing>"
      "<tiff:Orientation>6</tiff:Orientation>"
      "<exif:GPSLatitude>48,8N</exif:GPSLatitude>");
  return tags;
}

/// Writes a tagged JPEG, reads it and writes it as `name`.
Bytes Rewritten(const TempFolder& folder,
                const Tags& tags,
                const std::string& name,
                const OutputOptions& options = {},
                const Disclosure& disclosure = {}) {
  WriteBytes(folder / "source.jpg",
             WithTags(EncodeJpeg(TestPhoto8(120, 80), {}), tags));
  const Photo photo = ReadPhoto(folder / "source.jpg");
  WriteResult(photo, photo, folder / name, options, disclosure);
  return ReadBytes(folder / name);
}

}  // namespace

TEST_CASE("WriteResult: EXIF, IPTC and XMP survive in every format") {
  const TempFolder folder;
  for (const char* name : {"a.jpg", "a.png", "a.webp", "a.tif"}) {
    CAPTURE(name);
    const Bytes file = Rewritten(folder, CameraTags(), name);
    CHECK(TagOf(file, "Exif.Image.Model") == "One");
    CHECK(TagOf(file, "Exif.Photo.DateTimeOriginal") == "2026:05:04 10:11:12");
    CHECK(TagOf(file, "Exif.GPSInfo.GPSLatitude") == "48/1 8/1 0/1");
    CHECK(TagOf(file, "Xmp.xmp.Rating") == "4");
    CHECK(TagOf(file, "Xmp.house.listing") == "L-17");
    if (std::string(name) != "a.webp") {  // WebP has no place for IPTC
      CHECK(TagOf(file, "Iptc.Application2.City") == "Springfield");
    }
    CHECK(TagOf(file, "Exif.Image.Orientation") == "1");
    CHECK(TagOf(file, "Xmp.tiff.Orientation") == "1");
    CHECK(TagOf(file, "Exif.Photo.PixelXDimension") == "80");  // upright
    CHECK(TagOf(file, "Exif.Photo.PixelYDimension") == "120");
    const Photo read = ReadPhoto(folder / name);
    CHECK(read.width() == 80);
    CHECK(read.source.focal_length_35mm == 18.0);
  }
}

TEST_CASE("WriteResult: a TIFF has each tag once, in order") {
  const TempFolder folder;
  const Bytes file = Rewritten(folder, CameraTags(), "a.tif");
  const bool is_little_endian = file.at(0) == 'I';
  const auto number = [&](size_t at, size_t bytes) {
    size_t value = 0;
    for (size_t i = 0; i < bytes; ++i) {
      value =
          256 * value + file.at(is_little_endian ? at + bytes - 1 - i : at + i);
    }
    return value;
  };
  const size_t directory = number(4, 4);
  size_t before = 0;
  for (size_t i = 0; i < number(directory, 2); ++i) {
    const size_t tag = number(directory + 2 + 12 * i, 2);
    CHECK(tag > before);
    before = tag;
  }
  CHECK(before > 0);
}

TEST_CASE("WriteResult: GPS goes when it is asked to, and only GPS") {
  const TempFolder folder;
  OutputOptions options;
  options.keep_gps = false;
  for (const char* name : {"a.jpg", "a.png", "a.tif"}) {
    const Bytes file = Rewritten(folder, CameraTags(), name, options);
    CHECK(TagOf(file, "Exif.GPSInfo.GPSLatitude") == "-");
    CHECK(TagOf(file, "Exif.GPSInfo.GPSLatitudeRef") == "-");
    CHECK(TagOf(file, "Xmp.exif.GPSLatitude") == "-");
    CHECK(TagOf(file, "Exif.Image.Model") == "One");
    CHECK(TagOf(file, "Xmp.xmp.Rating") == "4");
  }
}

TEST_CASE("WriteResult: DigitalSourceType says how pixels came to be") {
  const TempFolder folder;
  const std::pair<Alteration, std::string> terms[] = {
      {Alteration::kRendered, "composite"},
      {Alteration::kDiffusion, "compositeWithTrainedAlgorithmicMedia"},
      {Alteration::kVendorAi, "compositeWithTrainedAlgorithmicMedia"},
      {Alteration::kEnhanced, "algorithmicallyEnhanced"}};
  OutputOptions quiet;
  quiet.disclose = {"none"};
  for (const auto& [alteration, term] : terms) {
    for (const char* name : {"a.jpg", "a.png", "a.webp", "a.tif"}) {
      CAPTURE(name);
      const Bytes file =
          Rewritten(folder, {}, name, quiet, {alteration, "", {}});
      CHECK(TagOf(file, "Xmp.iptcExt.DigitalSourceType") == kScheme + term);
    }
  }
  const Bytes untouched =
      Rewritten(folder, {}, "b.jpg", {}, {Alteration::kNone, "", {}});
  CHECK(TagOf(untouched, "Xmp.iptcExt.DigitalSourceType") == "-");
}

TEST_CASE("WriteResult: a mark of generative AI is never weakened") {
  const TempFolder folder;
  Tags tags;
  tags.xmp_packet =
      XmpPacket("<Iptc4xmpExt:DigitalSourceType>" + std::string(kScheme) +
                "trainedAlgorithmicMedia"
                "</Iptc4xmpExt:DigitalSourceType>");
  CHECK(TagOf(Rewritten(folder, tags, "a.jpg"),
              "Xmp.iptcExt.DigitalSourceType") ==
        std::string(kScheme) + "trainedAlgorithmicMedia");
  tags.xmp_packet =
      XmpPacket("<Iptc4xmpExt:DigitalSourceType>" + std::string(kScheme) +
                "digitalCapture"
                "</Iptc4xmpExt:DigitalSourceType>");
  CHECK(TagOf(Rewritten(folder, tags, "a.jpg"),
              "Xmp.iptcExt.DigitalSourceType") ==
        std::string(kScheme) + "composite");
}

TEST_CASE("WriteResult: a caption goes before what was there, once") {
  const TempFolder folder;
  OutputOptions options;
  options.disclose = {"caption"};
  const Disclosure disclosure{Alteration::kRendered, "Virtually staged", {}};
  const Bytes file =
      Rewritten(folder, CameraTags(), "a.jpg", options, disclosure);
  CHECK(TagOf(file, "Exif.Image.ImageDescription") ==
        "Virtually staged. The kitchen");
  CHECK(TagOf(file, "Iptc.Application2.Caption") ==
        "Virtually staged. The kitchen");
  const std::string description = TagOf(file, "Xmp.dc.description");
  CHECK(description.find("Virtually staged. The kitchen") != std::string::npos);
  CHECK(description.find("Die Kueche") != std::string::npos);
  const Photo again = ReadPhoto(folder / "a.jpg");
  WriteResult(again, again, folder / "b.jpg", options, disclosure);
  CHECK(TagOf(ReadBytes(folder / "b.jpg"), "Exif.Image.ImageDescription") ==
        "Virtually staged. The kitchen");
}

TEST_CASE("WriteResult: attributions are added to those there") {
  const TempFolder folder;
  Tags tags;
  tags.xmp_packet = XmpPacket(
      "<dc:contributor><rdf:Bag><rdf:li>Ann</rdf:li></rdf:Bag>"
      "</dc:contributor>");
  const Bytes file = Rewritten(
      folder,
      tags,
      "a.jpg",
      {},
      {Alteration::kRendered, "", {"Sofa by Bob (CC BY 4.0)", "Ann"}});
  const std::string names = TagOf(file, "Xmp.dc.contributor");
  CHECK(names.find("Ann") != std::string::npos);
  CHECK(names.find("Sofa by Bob (CC BY 4.0)") != std::string::npos);
  CHECK(names.find("Ann", names.find("Ann") + 1) == std::string::npos);
}

TEST_CASE("WriteResult: an EXIF preview shows the result, not the original") {
  const TempFolder folder;
  Tags tags = CameraTags();
  tags.thumbnail_jpeg = EncodeJpeg(TestPhoto8(160, 120), {});
  const Bytes file = Rewritten(folder, tags, "a.jpg");
  const Bytes preview = ThumbnailOf(file);
  REQUIRE_FALSE(preview.empty());
  CHECK(preview != tags.thumbnail_jpeg);
  WriteBytes(folder / "preview.jpg", preview);
  const Photo small = ReadPhoto(folder / "preview.jpg");
  CHECK(small.width() < small.height());  // upright, as the result
  tags.thumbnail_jpeg.clear();
  CHECK(ThumbnailOf(Rewritten(folder, tags, "a.jpg")).empty());
}

TEST_CASE("WriteResult: XMP too large for a JPEG loses only editors' history") {
  const TempFolder folder;
  const std::string long_text(70'000, 'x');
  WriteBytes(folder / "source.png",
             WithTags(EncodePng(TestPhoto8(60, 40)),
                      {.exif = {},
                       .iptc = {},
                       .xmp_packet =
                           XmpPacket("<xmp:Rating>3</xmp:Rating><crs:LookName "
                                     "xmlns:crs=\"http://ns.adobe.com/"
                                     "camera-raw-settings/1.0/\">" +
                                     long_text + "</crs:LookName>"),
                       .thumbnail_jpeg = {}}));
  const Photo photo = ReadPhoto(folder / "source.png");
  WriteResult(photo, photo, folder / "a.jpg", {}, {});
  const Bytes file = ReadBytes(folder / "a.jpg");
  CHECK(TagOf(file, "Xmp.xmp.Rating") == "3");
  CHECK(TagOf(file, "Xmp.iptcExt.DigitalSourceType") ==
        std::string(kScheme) + "composite");
}

TEST_CASE("WriteResult: broken metadata stops neither reading nor writing") {
  const TempFolder folder;
  Bytes file = WithTags(EncodeJpeg(TestPhoto8(60, 40), {}), CameraTags());
  // The first bytes of the Exif block's TIFF header.
  for (size_t i = 0; i + 12 < file.size(); ++i) {
    if (file[i] == 'E' && file[i + 1] == 'x' && file[i + 2] == 'i') {
      for (int k = 6; k < 40; ++k) file[i + k] = 0xff;
      break;
    }
  }
  WriteBytes(folder / "source.jpg", file);
  const Photo photo = ReadPhoto(folder / "source.jpg");
  WriteResult(photo, photo, folder / "a.jpg", {}, {});
  CHECK(TagOf(ReadBytes(folder / "a.jpg"), "Xmp.iptcExt.DigitalSourceType") ==
        std::string(kScheme) + "composite");
}
