#include "remote/picture_tags.h"

#include <doctest/doctest.h>

#include "core/image_header.h"
#include "remote/exif_block.h"
#include "remote/iptc_block.h"
#include "remote/png_chunk.h"
#include "support/temp_dir.h"

namespace stage::test {
namespace {

using namespace remote;

constexpr const char* kType =
    "http://cv.iptc.org/newscodes/digitalsourcetype/"
    "compositeWithTrainedAlgorithmicMedia";

std::string Bytes(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text += static_cast<char>(byte);
  return text;
}

std::string Segment(int marker, const std::string& content) {
  const size_t length = content.size() + 2;
  return Bytes({0xFF, marker, int(length >> 8), int(length & 255)}) + content;
}

/// JFIF, then `more`, a frame of 8 x 6 pixels and a scan.
std::string Jpeg(const std::string& more = "") {
  return "\xFF\xD8" +
         Segment(0xE0, std::string("JFIF\0\1\1\0\0\1\0\1\0\0", 14)) + more +
         Segment(0xC0, Bytes({8, 0, 6, 0, 8, 1, 1, 0x11, 0})) +
         Segment(0xDA, Bytes({1, 1, 0, 0, 63, 0})) + "scan\xFF\xD9";
}

std::string Png() {
  return "\x89PNG\r\n\x1A\n" +
         PngChunk("IHDR", Bytes({0, 0, 0, 8, 0, 0, 0, 6, 8, 2, 0, 0, 0})) +
         PngChunk("IDAT", "pixels") + PngChunk("IEND", "");
}

/// A simple lossy file of 8 x 6 pixels, with an odd number of bytes.
std::string Webp() {
  const std::string picture =
      Bytes({0, 0, 0, 0x9D, 1, 0x2A, 8, 0, 6, 0}) + "odd";
  return "RIFF" + Bytes({26, 0, 0, 0}) + "WEBPVP8 " + Bytes({13, 0, 0, 0}) +
         picture + std::string(1, '\0');
}

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

ImageHeader HeaderOf(const std::string& picture) {
  const TempDir folder;
  const auto header = ReadImageHeader(folder.Write("picture", picture));
  REQUIRE(header);
  return *header;
}

std::string Entry(int tag, int type, int count, int value) {
  return Bytes({tag & 255, tag >> 8, type, 0, count, 0, 0, 0, value, 0, 0, 0});
}

/// Lying on its side, 8 pixels wide, taken somewhere, with a thumbnail.
std::string Exif() {
  const std::string first = Bytes({3, 0}) + Entry(0x0112, 3, 1, 6) +
                            Entry(0x8769, 4, 1, 50) + Entry(0x8825, 4, 1, 68) +
                            Bytes({99, 0, 0, 0});
  const std::string details =
      Bytes({1, 0}) + Entry(0xA002, 3, 1, 200) + Bytes({0, 0, 0, 0});
  const std::string place =
      Bytes({1, 0}) + Entry(0x0002, 5, 3, 86) + Bytes({0, 0, 0, 0});
  return std::string("II*\0", 4) + Bytes({8, 0, 0, 0}) + first + details +
         place + "52 degrees north, 13 to east";
}

}  // namespace

TEST_CASE("WithTags: says where pixels come from in every format") {
  for (const std::string& picture : {Jpeg(), Png(), Webp()}) {
    const ImageHeader before = HeaderOf(picture);
    CAPTURE(before.format);
    const std::string tagged =
        WithTags(picture, {.digital_source_type = kType});
    CHECK(Count(tagged, kType) == 1);
    const ImageHeader after = HeaderOf(tagged);
    CHECK(after.format == before.format);
    CHECK(after.width == 8);
    CHECK(after.height == 6);
    CHECK(WithTags(tagged, {.digital_source_type = kType}) == tagged);
  }
}

TEST_CASE("WithTags: pixels stay byte for byte") {
  CHECK(WithTags(Jpeg(), {.digital_source_type = kType})
            .ends_with(Jpeg().substr(Jpeg().find("\xFF\xDA"))));
  CHECK(WithTags(Png(), {.digital_source_type = kType})
            .ends_with(PngChunk("IDAT", "pixels") + PngChunk("IEND", "")));
  const std::string webp = WithTags(Webp(), {.digital_source_type = kType});
  CHECK(webp.find(Webp().substr(12)) == 30);
  CHECK(webp.size() % 2 == 0);
}

TEST_CASE("WithTags: XMP that is there already is kept and added to") {
  const std::string xmp =
      "<x:xmpmeta><rdf:RDF><rdf:Description a=\"b\"/></rdf:RDF></x:xmpmeta>";
  const std::string jpeg = Jpeg(
      Segment(0xE1, std::string("http://ns.adobe.com/xap/1.0/\0", 29) + xmp));
  const std::string tagged = WithTags(jpeg, {.digital_source_type = kType});
  CHECK(Count(tagged, kType) == 1);
  CHECK(Count(tagged, "a=\"b\"") == 1);
  CHECK(Count(tagged, "http://ns.adobe.com/xap/1.0/") == 1);
}

TEST_CASE("WithTags: damaged files and other formats are left alone") {
  const PictureTags tags{.digital_source_type = kType};
  for (const std::string& picture :
       {std::string("text"),
        std::string("\x89PNG\r\n\x1A\n\xFF\xFF\xFF\xFFIHDR", 16),
        "RIFF\xFF\xFF\xFF\x7FWEBPVP8 \xFF\xFF\xFF\x7F" + std::string("ab"),
        std::string("\xFF\xD8\xFF\xE1\xFF\xFF", 6)}) {
    CHECK(WithTags(picture, tags) == picture);
  }
}

TEST_CASE("ExifForResult: upright, of the result's size, without thumbnail") {
  const std::string exif = ExifForResult(Exif(), 150, 100, Location::kKeep);
  const std::string jpeg = WithTags(Jpeg(), {.exif = exif});
  CHECK(HeaderOf(jpeg).orientation == 1);
  CHECK(ExifOfJpeg(jpeg) == exif);
  CHECK(static_cast<uint8_t>(exif[50 + 2 + 8]) == 150);
  CHECK(exif.substr(46, 4) == std::string(4, '\0'));
  CHECK(exif.find("52 degrees north") != std::string::npos);
  CHECK(HeaderOf(WithTags(Jpeg(), {.exif = Exif()})).orientation == 6);
}

TEST_CASE("ExifForResult: where it was taken goes without a trace") {
  const std::string exif = ExifForResult(Exif(), 150, 100, Location::kRemove);
  CHECK(exif.find("degrees") == std::string::npos);
  CHECK(exif.size() == Exif().size());
  CHECK(exif.substr(8, 2) == Bytes({2, 0}));
  CHECK(exif.find("\x25\x88") == std::string::npos);
  CHECK(static_cast<uint8_t>(exif[50 + 2 + 8]) == 150);
}

TEST_CASE("ExifForResult: a damaged block is left out") {
  CHECK(ExifForResult("", 1, 1, Location::kKeep).empty());
  CHECK(ExifForResult("II*", 1, 1, Location::kKeep).empty());
  std::string far = Exif();
  far[4] = '\x7F';
  CHECK(ExifForResult(far, 1, 1, Location::kKeep).empty());
  for (size_t cut = 8; cut < Exif().size(); ++cut) {
    ExifForResult(Exif().substr(0, cut), 1, 1, Location::kRemove);
  }
}

/// A Photoshop resource of this id.
std::string Resource(int id, const std::string& data) {
  std::string resource =
      "8BIM" + Bytes({id >> 8, id & 255, 0, 0, 0, 0, 0, int(data.size())}) +
      data;
  if (data.size() % 2 == 1) resource += '\0';
  return resource;
}

TEST_CASE("IptcOfJpeg: the records without other resources, carried over") {
  const std::string records =
      "\x1C\x02\x78"
      "captions";
  const std::string head("Photoshop 3.0\0", 14);
  const std::string photo = Jpeg(Segment(
      0xED, head + Resource(0x040C, "thumb") + Resource(0x0404, records)));
  CHECK(IptcOfJpeg(photo) == records);
  CHECK(IptcOfJpeg(Jpeg()).empty());
  for (size_t cut = 0; cut < photo.size(); ++cut) {
    const std::string found = IptcOfJpeg(photo.substr(0, cut));
    CHECK((found.empty() || found == records));
  }
  const std::string tagged = WithTags(
      Jpeg(), {.digital_source_type = kType, .exif = "", .iptc = records});
  CHECK(IptcOfJpeg(tagged) == records);
  CHECK(Count(tagged, "thumb") == 0);
  // What a result has of its own stays.
  CHECK(WithTags(tagged,
                 {.digital_source_type = "", .exif = "", .iptc = "other"}) ==
        tagged);
}

}  // namespace stage::test
