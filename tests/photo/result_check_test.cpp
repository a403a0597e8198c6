#include "core/photo/result_check.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "core/photo/encode.h"
#include "core/photo/resize.h"
#include "photo/photo_fixture.h"

using namespace stage;
using namespace stage::test;

namespace {

/// Paints a rectangle of one colour.
void Paint(Photo& photo, int x, int y, int width, int height, uint8_t value) {
  for (int row = y; row < y + height; ++row) {
    for (int column = x; column < x + width; ++column) {
      for (int c = 0; c < 3; ++c) photo.pixels8.at(column, row, c) = value;
    }
  }
}

Photo ThroughJpeg(const TempFolder& folder, const Photo& photo, int quality) {
  WriteBytes(folder / "through.jpg", EncodeJpeg(photo, {.quality = quality}));
  return ReadPhoto(folder / "through.jpg");
}

}  // namespace

TEST_CASE("CheckResult: accepts a staged photo") {
  const Photo photo = TestPhoto8(600, 400);
  Photo staged = photo;
  Paint(staged, 200, 250, 60, 40, 90);
  CHECK(CheckResult(photo, staged, {.width = 600, .height = 400}).empty());
}

TEST_CASE("CheckResult: tells wrong size, black, flat and unchanged") {
  const TempFolder folder;
  const Photo photo = TestPhoto8(600, 400);
  const auto only = [&](const Photo& result, ResultExpectation expectation) {
    const auto problems = CheckResult(photo, result, expectation);
    REQUIRE(problems.size() == 1);
    return problems[0];
  };
  Photo black = photo, flat = photo, staged = photo;
  Paint(black, 0, 0, 600, 400, 1);
  Paint(flat, 0, 0, 600, 400, 128);
  Paint(staged, 200, 250, 60, 40, 90);
  CHECK(only(black, {}) == "is black");
  CHECK(only(flat, {}) == "is one flat colour");
  CHECK(only(photo, {}) == "shows no change");
  CHECK(only(ThroughJpeg(folder, photo, 60), {}) == "shows no change");
  CHECK(only(staged, {.width = 601, .height = 400}).find("600x400") !=
        std::string::npos);
  CHECK(CheckResult(
            photo, photo, {.width = 0, .height = 0, .change_expected = false})
            .empty());
}

TEST_CASE("CheckWrittenResult: names the file of what it refuses") {
  const TempFolder folder;
  const Photo photo = TestPhoto8(300, 200);
  Bytes cut = EncodeJpeg(photo, {});
  cut.resize(cut.size() / 2);
  WriteBytes(folder / "cut.jpg", cut);
  CHECK_THROWS_WITH_AS(CheckWrittenResult(photo, folder / "cut.jpg", {}),
                       doctest::Contains("cut.jpg"),
                       Error);
  WriteBytes(folder / "same.jpg", EncodeJpeg(photo, {.quality = 95}));
  CHECK_THROWS_WITH_AS(CheckWrittenResult(photo, folder / "same.jpg", {}),
                       doctest::Contains("same.jpg: the result shows no"),
                       Error);
}

TEST_CASE("MeasureRoomChange: coding, exposure and size are no change") {
  const TempFolder folder;
  const Photo photo = TestPhoto8(900, 600);
  CHECK(MeasureRoomChange(photo, photo, nullptr).changed_fraction == 0);
  CHECK(MeasureRoomChange(photo, photo, nullptr).ssim ==
        doctest::Approx(1.0).epsilon(1e-9));
  CHECK(MeasureRoomChange(photo, ThroughJpeg(folder, photo, 70), nullptr)
            .changed_fraction < 0.001);
  Photo brighter = photo;
  for (size_t i = 0; i < brighter.pixels8.size_bytes(); ++i) {
    uint8_t& value = brighter.pixels8.data()[i];
    value = static_cast<uint8_t>(std::min(255.0, value * 1.1 + 6));
  }
  CHECK(MeasureRoomChange(photo, brighter, nullptr).changed_fraction < 0.01);
  const Photo half = DownscalePhoto(photo, ColorConverter(photo), 450, 300);
  CHECK(MeasureRoomChange(photo, half, nullptr).changed_fraction < 0.01);
}

TEST_CASE("MeasureRoomChange: an invented window is measured by its area") {
  const Photo photo = TestPhoto8(900, 600);
  Photo changed = photo;
  Paint(changed, 100, 100, 180, 120, 250);  // 4 % of the picture
  const RoomChange change = MeasureRoomChange(photo, changed, nullptr);
  CHECK(change.changed_fraction > 0.035);
  CHECK(change.changed_fraction < 0.06);
  CHECK(change.changed_fraction > kRoomChangedWarning);
  CHECK(change.ssim < 0.99);
}

TEST_CASE("MeasureRoomChange: what may change is left out") {
  const Photo photo = TestPhoto8(900, 600);
  Photo staged = photo;
  Paint(staged, 300, 300, 300, 200, 30);
  for (const int scale : {1, 2}) {
    CAPTURE(scale);
    ImageU8 mask(900 / scale, 600 / scale, 1);
    for (int y = 300 / scale; y < 500 / scale; ++y) {
      for (int x = 300 / scale; x < 600 / scale; ++x) mask.at(x, y) = 255;
    }
    const RoomChange change = MeasureRoomChange(photo, staged, &mask);
    CHECK(change.changed_fraction == 0);
    CHECK(change.room_fraction < 0.9);
    CHECK(change.room_fraction > 0.8);
  }
  const ImageU8 everything(10, 10, 1, 255);
  CHECK(MeasureRoomChange(photo, staged, &everything).room_fraction == 0);
}
