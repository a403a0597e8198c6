#include <doctest/doctest.h>

#include <thread>

#include "core/captions_csv.h"
#include "core/csv.h"
#include "core/error.h"
#include "core/photo/encode.h"
#include "core/photo/label.h"
#include "core/photo/photo.h"
#include "photo/photo_fixture.h"

using namespace stage;
using namespace stage::test;

namespace {

OutputOptions Disclosing(std::vector<std::string> words) {
  OutputOptions options;
  options.disclose = std::move(words);
  return options;
}

std::vector<CsvRow> Rows(const std::filesystem::path& csv) {
  const Bytes bytes = ReadBytes(csv);
  return ParseCsv({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// Largest difference between two photos above row `y`.
int DifferenceAbove(const Photo& a, const Photo& b, int y) {
  int largest = 0;
  for (int row = 0; row < y; ++row) {
    for (int i = 0; i < a.width() * a.channels(); ++i) {
      largest = std::max(
          largest, std::abs(a.pixels8.row(row)[i] - b.pixels8.row(row)[i]));
    }
  }
  return largest;
}

}  // namespace

TEST_CASE("WriteResult: a rule set writes label, caption and original") {
  const TempFolder folder;
  const Bytes source_bytes = EncodePng(TestPhoto8(320, 200));
  WriteBytes(folder / "kitchen.png", source_bytes);
  const Photo source = ReadPhoto(folder / "kitchen.png");
  std::filesystem::create_directories(folder / "out");
  const auto written = WriteResult(source,
                                   source,
                                   folder / "out/kitchen.png",
                                   Disclosing({"california-ab723"}),
                                   {});
  CHECK(written.companions.size() == 2);
  CHECK(written.captions_csv == folder / "out/captions.csv");
  CHECK(ReadBytes(folder / "out/kitchen-original.png") == source_bytes);
  const Photo labelled = ReadPhoto(folder / "out/kitchen-labelled.png");
  CHECK(labelled.width() == 320);
  CHECK(DifferenceAbove(labelled, source, 120) == 0);
  CHECK_FALSE(labelled.pixels8 == source.pixels8);
  CHECK(ReadPhoto(folder / "out/kitchen.png").pixels8 == source.pixels8);
  const auto rows = Rows(folder / "out/captions.csv");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].fields[0] == "file");
  CHECK(rows[1].fields[0] == "kitchen-labelled.png");
  CHECK(rows[2].fields[0] == "kitchen.png");
  CHECK(rows[2].fields[1].find("digitally altered") != std::string::npos);
  CHECK(rows[2].fields[2] == "kitchen.png");
}

TEST_CASE("RemoveResult: takes back one result and leaves its neighbours") {
  const TempFolder folder;
  WriteBytes(folder / "in.png", EncodePng(TestPhoto8(100, 80)));
  const Photo photo = ReadPhoto(folder / "in.png");
  const auto options = Disclosing({"label", "caption", "pair"});
  const auto kept = WriteResult(photo, photo, folder / "a.jpg", options, {});
  RemoveResult(WriteResult(photo, photo, folder / "b.jpg", options, {}));
  CHECK_FALSE(std::filesystem::exists(folder / "b.jpg"));
  CHECK_FALSE(std::filesystem::exists(folder / "b-labelled.jpg"));
  CHECK_FALSE(std::filesystem::exists(folder / "b-original.png"));
  CHECK(std::filesystem::exists(folder / "a-labelled.jpg"));
  const auto rows = Rows(folder / "captions.csv");
  REQUIRE(rows.size() == 3);
  CHECK(rows[1].fields[0] == "a-labelled.jpg");
  CHECK(rows[2].fields[0] == "a.jpg");
}

TEST_CASE("CopyCaption: a copy gets the caption, others none") {
  const TempFolder folder;
  PutCaptions(folder / "captions.csv", {{"a.jpg", "staged", "o.jpg"}});
  CopyCaption(folder / "a.jpg", folder / "sub/b.jpg");
  CopyCaption(folder / "x.jpg", folder / "sub/c.jpg");
  const auto rows = Rows(folder / "sub/captions.csv");
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].fields[0] == "b.jpg");
  CHECK(rows[1].fields[1] == "staged");
}

TEST_CASE("WriteResult: metadata alone writes one file") {
  const TempFolder folder;
  const Photo photo = TestPhoto8(64, 48);
  const auto written =
      WriteResult(photo, photo, folder / "a.jpg", Disclosing({"metadata"}), {});
  CHECK(written.companions.empty());
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    files += entry.is_regular_file();
  }
  CHECK(files == 1);
}

TEST_CASE("StampLabel: fits small, tall and grey photos and keeps the rest") {
  for (const auto& [width, height] :
       {std::pair{160, 100}, {100, 300}, {3000, 200}, {40, 10}, {7, 5}}) {
    for (const int channels : {1, 2, 3, 4}) {
      CAPTURE(width);
      CAPTURE(channels);
      Photo photo = TestPhoto8(width, height, channels);
      StampLabel("Virtually staged - see the original at the link", photo);
      CHECK(photo.width() == width);
      CHECK(photo.channels() == channels);
      Photo deep = TestPhoto16(width, height, channels);
      StampLabel("Virtually staged", deep);
      CHECK(deep.is_16_bit());
    }
  }
}

TEST_CASE("StampLabel: text stands out on dark and on bright photos") {
  for (const uint8_t value : {0, 60, 128, 200, 255}) {
    CAPTURE(value);
    Photo photo;
    photo.pixels8 = ImageU8(600, 400, 3, value);
    StampLabel("Virtually staged", photo);
    int darkest = 255, brightest = 0;
    for (int y = 350; y < 395; ++y) {
      for (int x = 15; x < 250; ++x) {
        darkest = std::min<int>(darkest, photo.pixels8.at(x, y, 0));
        brightest = std::max<int>(brightest, photo.pixels8.at(x, y, 0));
      }
    }
    CHECK(brightest - darkest > 150);
    CHECK(photo.pixels8.at(599, 0, 0) == value);
  }
}

TEST_CASE("PutCaptions: replaces rows and keeps odd characters") {
  const TempFolder folder;
  const auto csv = folder / "captions.csv";
  PutCaptions(csv, {{"b.jpg", "old", "b"}, {"a.jpg", "x", "a"}});
  PutCaptions(csv, {{"b.jpg", "with, comma \"quoted\"\nand line", "b,1"}});
  const auto rows = Rows(csv);
  REQUIRE(rows.size() == 3);
  CHECK(rows[1].fields[0] == "a.jpg");
  CHECK(rows[2].fields[1] == "with, comma \"quoted\"\nand line");
  CHECK(rows[2].fields[2] == "b,1");
}

TEST_CASE("PutCaptions: many writers at once lose no row") {
  const TempFolder folder;
  const auto csv = folder / "captions.csv";
  {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < 4; ++writer) {
      writers.emplace_back([&csv, writer] {
        for (int i = 0; i < 10; ++i) {
          PutCaptions(
              csv,
              {{std::to_string(writer) + "-" + std::to_string(i), "c", "o"}});
        }
      });
    }
  }
  CHECK(Rows(csv).size() == 41);
}
