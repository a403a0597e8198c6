// What a build without the photo library does not do, it says before anything
// is sent; the rest it does.

#include <doctest/doctest.h>

#include "cli/run_stage.h"
#include "remote/photo_library.h"
#include "vendors/server/picture.h"
#include "vendors/vendor_process.h"

namespace stage::test {
namespace {

using remote::PhotoLibrary;

/// A photo, and a vendor that would furnish it.
struct Room {
  Room() {
    run.SetVariable("STAGE_VSAI_KEY", server.key("vsai"));
    run.SetVariable("STAGE_VSAI_URL", server.base_url("vsai"));
    run.Write("room.jpg",
              vendors::EncodePicture(vendors::EmptyRoom(704, 528, 1),
                                     vendors::PictureFormat::kJpeg));
  }
  RunResult Generate(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {
        "generate", "room.jpg", "-b", "vsai", "--room", "living"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run.Stage(arguments);
  }

  StageRun run;
  VendorProcess server{{"--render-ms", "50"}};
};

TEST_CASE("Remote only: what needs the photo library is refused unsent") {
  if (PhotoLibrary::IsInstalled()) return;
  const Room room;
  for (const auto& more :
       std::vector<std::vector<std::string>>{{"--disclose", "label"},
                                             {"--disclose", "caption"},
                                             {"--disclose", "pair"},
                                             {"--disclose", "california-ab723"},
                                             {"--format", "png"},
                                             {"--quality", "80"},
                                             {"--long-edge", "640"},
                                             {"--max-bytes", "100000"}}) {
    CAPTURE(more.front() + " " + more.back());
    const RunResult refused = room.Generate(more);
    CHECK(refused.exit_code == 13);
    CHECK(refused.out.empty());
    CHECK(Lines(refused.err).size() == 1);
    CHECK(refused.err.find("install the complete package") !=
          std::string::npos);
  }
  CHECK(room.server.Records("request", "vsai").empty());
  CHECK_FALSE(std::filesystem::exists(room.run.folder() / "staged"));
}

TEST_CASE("Remote only: results disclose themselves in their metadata") {
  if (PhotoLibrary::IsInstalled()) return;
  for (const bool is_disclosed : {true, false}) {
    CAPTURE(is_disclosed);
    const Room room;
    const RunResult done =
        room.Generate({"--disclose", is_disclosed ? "metadata" : "none"});
    CAPTURE(done.err);
    REQUIRE(done.exit_code == 0);
    const std::string result =
        ReadFileBytes(room.run.folder() / "staged/room.jpg");
    CHECK(vendors::ProbePicture(result).has_value());
    CHECK(result.find("DigitalSourceType") != std::string::npos);
  }
}

}  // namespace
}  // namespace stage::test
