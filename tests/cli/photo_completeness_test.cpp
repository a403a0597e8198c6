#include "cli/watch/photo_completeness.h"

#include <doctest/doctest.h>

#include <string>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

using cli::Completeness;
using cli::CompletenessOf;

std::string Big(uint32_t number) {
  return {static_cast<char>(number >> 24),
          static_cast<char>(number >> 16),
          static_cast<char>(number >> 8),
          static_cast<char>(number)};
}

std::string Little(uint32_t number, int size = 4) {
  std::string bytes = Big(number);
  return std::string(bytes.rbegin(), bytes.rend()).substr(0, size);
}

std::string Png() {
  return "\x89PNG\r\n\x1A\n" + Big(13) + "IHDR" + std::string(17, 'x') +
         Big(5) + "IDAT" + std::string(9, 'x') + Big(0) + "IEND" + "crc!";
}

std::string Webp() {
  return "RIFF" + Little(16) + "WEBPVP8 " + Little(4) + "data";
}

std::string Heic() {
  return Big(16) + "ftypheic" + "mif1" + Big(12) + "meta" + "data" + Big(20) +
         "mdat" + "twelve bytes";
}

/// One strip of 6 bytes behind the directory, in little endian order.
std::string Tiff() {
  const std::string entry_offset =
      Little(273, 2) + Little(4, 2) + Little(1) + Little(38);
  const std::string entry_length =
      Little(279, 2) + Little(4, 2) + Little(1) + Little(6);
  return std::string("II*\0", 4) + Little(8) + Little(2, 2) + entry_offset +
         entry_length + Little(0) + "pixels";
}

TEST_CASE("Completeness: whole files of every format are complete") {
  CHECK(CompletenessOf(SmallJpeg()) == Completeness::kComplete);
  CHECK(CompletenessOf(SmallJpeg("comment")) == Completeness::kComplete);
  CHECK(CompletenessOf(Png()) == Completeness::kComplete);
  CHECK(CompletenessOf(Webp()) == Completeness::kComplete);
  CHECK(CompletenessOf(Heic()) == Completeness::kComplete);
  CHECK(CompletenessOf(Tiff()) == Completeness::kComplete);
}

TEST_CASE("Completeness: no beginning of a file passes for the whole") {
  for (const std::string& whole :
       {SmallJpeg("comment"), Png(), Webp(), Heic(), Tiff()}) {
    for (size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      CHECK(CompletenessOf(whole.substr(0, size)) == Completeness::kPartial);
    }
  }
}

TEST_CASE("Completeness: an embedded thumbnail's end is not the photo's") {
  // A whole small JPEG inside an APP1 segment, as cameras store thumbnails.
  const std::string thumbnail = SmallJpeg();
  const std::string photo = SmallJpeg();
  std::string app1 = "\xFF\xE1";
  const size_t length = thumbnail.size() + 2;
  app1 += static_cast<char>(length >> 8);
  app1 += static_cast<char>(length & 0xFF);
  const std::string whole =
      photo.substr(0, 2) + app1 + thumbnail + photo.substr(2);
  CHECK(CompletenessOf(whole) == Completeness::kComplete);
  CHECK(CompletenessOf(whole.substr(0, whole.size() - 2)) ==
        Completeness::kPartial);
}

TEST_CASE("Completeness: data behind the image does no harm") {
  CHECK(CompletenessOf(SmallJpeg() + std::string(1000, 'x')) ==
        Completeness::kComplete);
}

TEST_CASE(
    "Completeness: a reserved but empty file is partial, a text is none") {
  CHECK(CompletenessOf(std::string(4096, '\0')) == Completeness::kPartial);
  CHECK(CompletenessOf("a text that is no photo") == Completeness::kNoPhoto);
}

}  // namespace
}  // namespace stage::test
