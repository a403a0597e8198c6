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
