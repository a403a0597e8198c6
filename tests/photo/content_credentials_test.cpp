#include "core/content_credentials.h"

#include <doctest/doctest.h>

#include "core/photo/encode.h"
#include "core/photo/photo_format.h"
#include "photo/foreign_files.h"
#include "photo/photo_fixture.h"

using namespace stage;
using namespace stage::test;

namespace {

void Put(Bytes& bytes, size_t at, const std::string& text) {
  bytes.insert(
      bytes.begin() + static_cast<ptrdiff_t>(at), text.begin(), text.end());
}

std::string Number(uint32_t value, int bytes, bool little = false) {
  std::string text;
  for (int i = 0; i < bytes; ++i) {
    const int shift = 8 * (little ? i : bytes - 1 - i);
    text += static_cast<char>(value >> shift & 255);
  }
  return text;
}

// The start of a manifest store: superbox, description box, label.
std::string Store() {
  const std::string uuid = "c2pa" + std::string("\x00\x11\x00\x10", 4) +
                           "\x80" + std::string("\x00\x00\xaa\x00", 4) +
                           std::string("\x38\x9b\x71", 3);
  const std::string description =
      Number(30, 4) + "jumd" + uuid + "\x03" + std::string("c2pa", 5);
  return Number(static_cast<uint32_t>(description.size()) + 8, 4) + "jumb" +
         description;
}

Bytes JpegWithStore() {
  Bytes file = EncodeJpeg(TestPhoto8(64, 48), {});
  const std::string box = "JP" + Number(1, 2) + Number(1, 4) + Store();
  Put(file,
      2,
      "\xff\xeb" + Number(static_cast<uint32_t>(box.size()) + 2, 2) + box);
  return file;
}

Bytes PngWithStore() {
  Bytes file = PngOfKind(PngKind::kPalette);
  constexpr size_t kAfterHeader = 8 + 12 + 13;
  const std::string store = Store();
  Put(file,
      kAfterHeader,
      Number(static_cast<uint32_t>(store.size()), 4) + "caBX" + store +
          Number(0, 4));
  return file;
}

Bytes WebpWithStore() {
  Bytes file = EncodeWebp(TestPhoto8(64, 48), {});
  std::string store = Store();
  if (store.size() % 2 != 0) store += '\0';
  Put(file,
      file.size(),
      "C2PA" + Number(static_cast<uint32_t>(store.size()), 4, true) + store);
  return file;
}

// A box that readers skip, behind the first one.
Bytes HeicWithStore() {
  Bytes file = HeicFile(TestPhoto8(64, 48).pixels8, 8, 1);
  const std::string id =
      "\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81";
  const std::string store = id + Store();
  Put(file,
      file.size(),
      Number(static_cast<uint32_t>(store.size()) + 8, 4) + "uuid" + store);
  return file;
}

Bytes TiffWithStore() {
  Tags tags;
  tags.exif = {{"Exif.Image.0xcd41", "67 50 80 65"},
               {"Exif.Image.Model", "One"}};
  return WithTags(TiffOfKind(TiffKind::kLzw, TestPhoto8(64, 48).pixels8), tags);
}

bool Has(const Bytes& file) { return HasContentCredentials(file); }

}  // namespace

TEST_CASE("HasContentCredentials: finds the store in every format") {
  CHECK(Has(JpegWithStore()));
  CHECK(Has(PngWithStore()));
  CHECK(Has(WebpWithStore()));
  CHECK(Has(TiffWithStore()));
  CHECK(Has(HeicWithStore()));
}

TEST_CASE("HasContentCredentials: other photos have none, cut ones no end") {
  CHECK_FALSE(Has(EncodeJpeg(TestPhoto8(64, 48), {})));
  CHECK_FALSE(Has(PngOfKind(PngKind::kPalette)));
  CHECK_FALSE(Has(EncodeWebp(TestPhoto8(64, 48), {})));
  CHECK_FALSE(Has(TiffOfKind(TiffKind::kLzw, TestPhoto8(64, 48).pixels8)));
  CHECK_FALSE(Has(HeicFile(TestPhoto8(64, 48).pixels8, 8, 1)));
  for (const Bytes& whole : {JpegWithStore(),
                             PngWithStore(),
                             WebpWithStore(),
                             TiffWithStore(),
                             HeicWithStore()}) {
    for (size_t length = 0; length < whole.size(); length += 7) {
      const Bytes cut(whole.begin(),
                      whole.begin() + static_cast<ptrdiff_t>(length));
      HasContentCredentials(cut);  // must end, within the bytes
    }
  }
}

TEST_CASE("WriteResult: Content Credentials of the photo are not passed on") {
  const TempFolder folder;
  for (const auto& [name, file] : {std::pair{"photo.jpg", JpegWithStore()},
                                   std::pair{"photo.png", PngWithStore()},
                                   std::pair{"photo.webp", WebpWithStore()},
                                   std::pair{"photo.tif", TiffWithStore()}}) {
    CAPTURE(name);
    WriteBytes(folder / name, file);
    const Photo photo = ReadPhoto(folder / name);
    CHECK(photo.source.has_content_credentials);
    const auto output = folder / (std::string("result-") + name);
    WriteResult(photo, photo, output, {}, {});
    CHECK_FALSE(Has(ReadBytes(output)));
    CHECK_FALSE(ReadPhoto(output).source.has_content_credentials);
  }
  CHECK(TagOf(ReadBytes(folder / "result-photo.tif"), "Exif.Image.Model") ==
        "One");
}

TEST_CASE("WriteResult: the link to a manifest kept elsewhere goes, too") {
  const TempFolder folder;
  Tags tags;
  tags.xmp_packet =
      R"(<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
 rdf:about="" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 dcterms:provenance="https://manifests.example/1" xmp:Rating="4"/></rdf:RDF>
</x:xmpmeta>)";
  WriteBytes(folder / "photo.jpg",
             WithTags(EncodeJpeg(TestPhoto8(64, 48), {}), tags));
  const Photo photo = ReadPhoto(folder / "photo.jpg");
  WriteResult(photo, photo, folder / "result.jpg", {}, {});
  const Bytes result = ReadBytes(folder / "result.jpg");
  CHECK(TagOf(result, "Xmp.xmp.Rating") == "4");
  const std::string text(result.begin(), result.end());
  CHECK(text.find("manifests.example") == std::string::npos);
}
