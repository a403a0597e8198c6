#include "remote/hosting.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "support/temp_dir.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;
using remote::HostingOptions;
using remote::PublicUrl;

const remote::Cancelled kNever = [] { return false; };

StagingJob Job(const fs::path& photo) {
  StagingJob job;
  job.backend = "iacrea";
  job.input = photo;
  return job;
}

TEST_CASE("PublicUrl: a prefix stands for the photo's folder") {
  StagingJob job = Job("/listing/a kitchen#1.jpg");
  job.generate.mask = "/listing/masks/m.png";
  const HostingOptions options{.url_prefix = "https://x.test/l/7/"};
  CHECK(PublicUrl(options, job, job.input, kNever) ==
        "https://x.test/l/7/a%20kitchen%231.jpg");
  CHECK(PublicUrl(options, job, job.generate.mask, kNever) ==
        "https://x.test/l/7/masks/m.png");
}

TEST_CASE("PublicUrl: files beside the folder go up in the address") {
  StagingJob job = Job("/listing/photos/a.jpg");
  job.generate.mask = "/listing/masks/a.png";
  CHECK(PublicUrl({.url_prefix = "https://x.test/l/photos"},
                  job,
                  job.generate.mask,
                  kNever) == "https://x.test/l/masks/a.png");
  CHECK_THROWS_AS(
      PublicUrl(
          {.url_prefix = "https://x.test"}, job, job.generate.mask, kNever),
      Error);
}

TEST_CASE("PublicUrl: subfolders of a recursive batch are kept") {
  StagingJob job = Job("/listing/upper/a.jpg");
  job.output_folder = "/listing/staged";
  job.outputs = {"/listing/staged/upper/a.jpg"};
  CHECK(PublicUrl({.url_prefix = "https://x.test"}, job, job.input, kNever) ==
        "https://x.test/upper/a.jpg");
}

TEST_CASE("PublicUrl: a converted copy is not on the web") {
  const StagingJob job = Job("/listing/a.heic");
  CHECK_THROWS_AS(PublicUrl({.url_prefix = "https://x.test"},
                            job,
                            "/listing/staged/.stage-remote/t-photo.jpg",
                            kNever),
                  Error);
}

TEST_CASE("PublicUrl: a command prints the address of the file behind it") {
  const TempDir folder;
  const StagingJob job = Job(folder.Write("it's $(x) \"q\".jpg", "bytes"));
  const fs::path copy = folder.path() / "seen";
  const HostingOptions options{
      .upload_command =
          "f() { cat \"$2\" > \"$1\"; echo ' https://x.test/k '; "
          "}; f '" +
          copy.string() + "'"};
  CHECK(PublicUrl(options, job, job.input, kNever) == "https://x.test/k");
  CHECK(ReadFileBytes(copy) == "bytes");
}

TEST_CASE("PublicUrl: what the command does wrong is told without showing it") {
  const TempDir folder;
  const StagingJob job = Job(folder.Write("a.jpg", "bytes"));
  for (const std::string& command : {std::string("exit 3; #s3cret"),
                                     std::string("echo no address; : s3cret"),
                                     std::string("yes s3cret; :"),
                                     std::string("echo https://a b; : s3cret"),
                                     std::string("kill -9 $$; : s3cret")}) {
    CAPTURE(command);
    try {
      PublicUrl({.upload_command = command}, job, job.input, kNever);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(std::string(error.what()).find("s3cret") == std::string::npos);
    }
  }
}

TEST_CASE("PublicUrl: a command is ended when the batch is") {
  const TempDir folder;
  const StagingJob job = Job(folder.Write("a.jpg", "bytes"));
  try {
    PublicUrl({.upload_command = "sleep 600; :"}, job, job.input, [] {
      return true;
    });
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kInterrupted);
  }
}

TEST_CASE("PublicUrl: says how to host when nothing was said") {
  const StagingJob job = Job("/a.jpg");
  try {
    PublicUrl({}, job, job.input, kNever);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("--url-prefix") != std::string::npos);
    CHECK(error.kind() == ErrorKind::kUsage);
  }
}

}  // namespace
}  // namespace stage::test
