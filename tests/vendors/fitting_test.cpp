// What is done to photos and masks so that a vendor takes them, by the real
// program; needs the photo library.

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "cli/run_stage.h"
#include "core/image_header.h"
#include "core/manifest.h"
#include "remote/photo_library.h"
#include "remote/upload_photo.h"
#include "vendors/server/picture.h"
#include "vendors/vendor_process.h"

namespace stage::test {
namespace {

using namespace vendors;
using nlohmann::json;
using remote::PhotoLibrary;

constexpr int kWidth = 600;
constexpr int kHeight = 900;

/// ReRoom takes landscape photos only.
struct Portrait {
  Portrait() {
    run.SetVariable("STAGE_REROOM_KEY", server.key("reroom"));
    run.SetVariable("STAGE_REROOM_URL", server.base_url("reroom"));
    photo = run.Write("photos/tall.jpg",
                      EncodePicture(EmptyRoom(kWidth, kHeight, 1),
                                    vendors::PictureFormat::kJpeg));
  }
  RunResult Stage(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {photo.string(), "-b", "reroom"});
    return run.Stage(arguments);
  }
  json Record() const {
    return ReadManifest(photo.parent_path() / "staged").jobs().back()->json;
  }

  StageRun run;
  VendorProcess server{{"--render-ms", "50"}};
  std::filesystem::path photo;
};

Picture Decoded(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return DecodePicture(std::string{std::istreambuf_iterator<char>(stream), {}});
}

int Grey(const Picture& picture, int x, int y) {
  return picture.rgb.at(size_t(3) *
                        (size_t(y) * size_t(picture.width) + size_t(x)));
}

TEST_CASE("ReRoom: a shape that it does not take needs permission to pad") {
  Portrait portrait;
  const RunResult refused = portrait.Stage({"generate", "--room", "living"});
  CHECK(refused.exit_code == 3);
  CHECK(refused.err.find("--set fit=pad") != std::string::npos);
  CHECK(portrait.server.Records("request", "reroom").empty());
  const RunResult other =
      portrait.Stage({"generate", "--room", "living", "--set", "fit=stretch"});
  CHECK(other.exit_code == 2);
}

TEST_CASE(
    "ReRoom: a padded photo's result has the photo's size, and shows "
    "what the vendor made of the photo's part") {
  if (!PhotoLibrary::IsInstalled()) return;
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"generate", "--room", "living"},
           {"generate", "--exterior"},
           {"generate", "--room", "living", "--declutter-first"},
           {"edit", "--remove", "--mask", "100,500,300,200"}}) {
    CAPTURE(arguments.back());
    Portrait portrait;
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {"--set", "fit=pad"});
    const RunResult done = portrait.Stage(all);
    CHECK(done.exit_code == 0);
    CHECK(portrait.server.Violations().empty());
    const auto result = portrait.photo.parent_path() / "staged" / "tall.jpg";
    const auto header = ReadImageHeader(result);
    REQUIRE(header.has_value());
    CHECK(header->width == kWidth);
    CHECK(header->height == kHeight);
    const std::string fitted = portrait.Record()["details"]["fitted"].dump();
    CHECK(fitted.find("padded to 1200x900") != std::string::npos);
    // The left edge of what the vendor saw is no edge of the photo.
    const Picture shown = Decoded(result);
    const Picture original = EmptyRoom(kWidth, kHeight, 1);
    CHECK(std::abs(Grey(shown, 3, 3) - Grey(original, 3, 3)) < 24);
    CHECK(std::abs(Grey(shown, kWidth - 4, 3) - Grey(original, kWidth - 4, 3)) <
          24);
  }
}

TEST_CASE("ReRoom: a padded order that was left is cut back by who fetches") {
  if (!PhotoLibrary::IsInstalled()) return;
  Portrait portrait;
  CHECK(portrait
            .Stage({"generate", "--exterior", "--set", "fit=pad", "--no-wait"})
            .exit_code == 0);
  const auto folder = portrait.photo.parent_path() / "staged";
  CHECK(portrait.run.Stage({"status", folder.string(), "--wait"}).exit_code ==
        0);
  const auto header = ReadImageHeader(folder / "tall.jpg");
  REQUIRE(header.has_value());
  CHECK(header->width == kWidth);
  CHECK(header->height == kHeight);
}

TEST_CASE(
    "ReRoom: a cropped photo's result is put back; what was not sent keeps its "
    "bits") {
  if (!PhotoLibrary::IsInstalled()) return;
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"generate", "--room", "living"},
           {"declutter"},
           {"edit", "--remove", "--mask", "100,650,300,200"}}) {
    CAPTURE(arguments.back());
    Portrait portrait;
    const Picture original = EmptyRoom(800, 1000, 1);
    portrait.photo = portrait.run.Write(
        "photos/tall.png",
        EncodePicture(original, vendors::PictureFormat::kPng));
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {"--set", "fit=crop"});
    const RunResult done = portrait.Stage(all);
    CHECK(done.exit_code == 0);
    CAPTURE(done.err);
    CHECK(portrait.server.Violations().empty());
    const json details = portrait.Record()["details"];
    const int top = arguments.front() == "edit" ? 250 : 200;
    const std::string fitted = details["fitted"].dump();
    CHECK(fitted.find("cropped to 800x600 at 0," + std::to_string(top) +
                      " of 800x1000") != std::string::npos);
    CHECK(details["put_back"] == true);
    const Picture shown =
        Decoded(portrait.photo.parent_path() / "staged" / "tall.png");
    REQUIRE(shown.width == 800);
    REQUIRE(shown.height == 1000);
    const size_t row = size_t{800} * 3;
    CHECK(std::equal(shown.rgb.begin(),
                     shown.rgb.begin() + ptrdiff_t(row * size_t(top)),
                     original.rgb.begin()));
    CHECK(
        std::equal(shown.rgb.begin() + ptrdiff_t(row * size_t(top + 600)),
                   shown.rgb.end(),
                   original.rgb.begin() + ptrdiff_t(row * size_t(top + 600))));
    CHECK(std::abs(Grey(shown, 400, top + 400) -
                   Grey(original, 400, top + 400)) > 8);
  }
}

TEST_CASE("ReRoom: what makes the whole picture anew takes no part of it") {
  Portrait portrait;
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"generate", "--exterior"},
           {"generate", "--sketch", "drawing"},
           {"generate", "--room", "living", "--prompt", "warmer"},
           {"edit", "--daylight", "night"},
           {"upscale", "--short-edge", "1536"}}) {
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {"--set", "fit=crop"});
    const RunResult refused = portrait.Stage(all);
    CHECK(refused.exit_code == 2);
    CHECK(refused.err.find("--set fit=pad") != std::string::npos);
  }
  CHECK(portrait.server.Records("request", "reroom").empty());
}

TEST_CASE("FitMask: a mask goes with the part of the photo that is sent") {
  if (!PhotoLibrary::IsInstalled()) return;
  TempDir folder;
  Picture mask{60, 90, std::vector<uint8_t>(60 * 90 * 3, 0)};
  std::fill_n(mask.rgb.begin() + 60 * 50 * 3, 60 * 10 * 3, uint8_t{255});
  const auto file = folder.Write(
      "mask.png", EncodePicture(mask, vendors::PictureFormat::kPng));
  const auto bounds = remote::MaskBounds(file);
  REQUIRE(bounds.has_value());
  CHECK((*bounds)[1] == doctest::Approx(50.0 / 90));
  CHECK((*bounds)[3] == doctest::Approx(10.0 / 90));
  remote::FittedFile photo{"photo.jpg", "image/jpeg", 120, 90};
  photo.cut = remote::PhotoCut{{0, 30.0 / 90, 1, 45.0 / 90}, 60, 90};
  const Picture cut =
      Decoded(remote::FitMask(file, photo, folder.path() / "cut.png").file);
  REQUIRE(cut.width == 120);
  REQUIRE(cut.height == 90);
  const Picture drawn = Decoded(
      remote::DrawMaskBox("0,50,60,10", file, photo, folder.path() / "box.png")
          .file);
  for (const Picture& fitted : {cut, drawn}) {
    CHECK(Grey(fitted, 60, 39) == 0);
    CHECK(Grey(fitted, 60, 40) == 255);
    CHECK(Grey(fitted, 60, 59) == 255);
    CHECK(Grey(fitted, 60, 60) == 0);
  }
  photo.cut->whole_width = 61;
  CHECK_THROWS_AS(remote::FitMask(file, photo, folder.path() / "cut.png"),
                  Error);
}

TEST_CASE(
    "FitMask: vendors get white for any colour, and no picture as a mask") {
  if (!PhotoLibrary::IsInstalled()) return;
  TempDir folder;
  const remote::FittedFile photo{"photo.jpg", "image/jpeg", 60, 90};
  const auto write = [&](const char* name, const Picture& picture) {
    return folder.Write(name,
                        EncodePicture(picture, vendors::PictureFormat::kPng));
  };
  Picture mask{60, 90, std::vector<uint8_t>(60 * 90 * 3, 0)};
  const auto black = write("black.png", mask);
  for (size_t i = 60 * 50 * 3; i < 60 * 60 * 3; i += 3) mask.rgb[i] = 255;
  const auto red = write("red.png", mask);
  const auto fitted = remote::FitMask(red, photo, folder.path() / "sent.png");
  CHECK(fitted.file == folder.path() / "sent.png");
  CHECK(fitted.changes == std::vector<std::string>{"mask in black and white"});
  const Picture sent = Decoded(fitted.file);
  CHECK(sent.rgb.at(3 * (55 * 60 + 30) + 1) == 255);
  CHECK(sent.rgb.at(3 * (45 * 60 + 30)) == 0);
  // What is white and black already is sent as it is.
  const auto plain = write("plain.png", MiddleMask(60, 90));
  CHECK(remote::FitMask(plain, photo, folder.path() / "x.png").file == plain);
  const auto room = write("room.png", EmptyRoom(60, 90, 1));
  for (const auto& none : {black, room}) {
    CHECK_THROWS_AS(remote::FitMask(none, photo, folder.path() / "x.png"),
                    Error);
  }
}

TEST_CASE("ReRoom: a mask from a file whose black is changed") {
  if (!PhotoLibrary::IsInstalled()) return;
  Portrait portrait;
  portrait.photo = portrait.run.Write(
      "photos/wide.png",
      EncodePicture(EmptyRoom(800, 600, 1), vendors::PictureFormat::kPng));
  Picture mask{800, 600, std::vector<uint8_t>(800 * 600 * 3, 0)};
  std::fill_n(mask.rgb.begin(), 800 * 100 * 3, uint8_t{255});
  const auto file = portrait.run.Write(
      "mask.png", EncodePicture(mask, vendors::PictureFormat::kPng));
  CHECK(portrait
            .Stage({"edit",
                    "--remove",
                    "--mask",
                    file.string(),
                    "--set",
                    "mask_change=black"})
            .exit_code == 0);
  CHECK(portrait.server.Violations().empty());
  const auto inverted = portrait.run.folder() / "inverted.png";
  remote::InvertMask({file, "image/png", 800, 600}, inverted);
  const Picture turned = Decoded(inverted);
  CHECK(Grey(turned, 400, 50) == 0);
  CHECK(Grey(turned, 400, 300) == 255);
}

TEST_CASE("FitMask: what was padded around a photo is not to change") {
  if (!PhotoLibrary::IsInstalled()) return;
  TempDir folder;
  Picture mask{60, 90, std::vector<uint8_t>(60 * 90 * 3, 255)};
  const auto file = folder.Write(
      "mask.png", EncodePicture(mask, vendors::PictureFormat::kPng));
  remote::FittedFile photo{"photo.jpg", "image/jpeg", 120, 90};
  photo.place = remote::PhotoPlace{30, 0, 60, 90};
  const auto fitted =
      remote::FitMask(file, photo, folder.path() / "fitted.png");
  CHECK(fitted.width == 120);
  const Picture padded = Decoded(fitted.file);
  REQUIRE(padded.width == 120);
  CHECK(Grey(padded, 29, 45) == 0);
  CHECK(Grey(padded, 30, 45) == 255);
  CHECK(Grey(padded, 89, 45) == 255);
  CHECK(Grey(padded, 90, 45) == 0);
  // A box drawn by hand lies where the photo lies.
  const auto box =
      remote::DrawMaskBox("0,0,60,45", file, photo, folder.path() / "box.png");
  const Picture drawn = Decoded(box.file);
  CHECK(Grey(drawn, 29, 20) == 0);
  CHECK(Grey(drawn, 31, 20) == 255);
  CHECK(Grey(drawn, 31, 50) == 0);
}

}  // namespace
}  // namespace stage::test
