#include <doctest/doctest.h>
#include <link.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/error.h"
#include "core/photo/icc_profiles.h"
#include "core/photo/photo.h"
#include "core/photo/resize.h"
#include "core/program_files.h"
#include "engine/local_engine.h"
#include "engine/networks/open_networks.h"
#include "engine/upscale/enlarge_photo.h"
#include "support/temp_dir.h"

namespace stage {
namespace {

using test::TempDir;

class Quiet final : public JobProgress {
 public:
  void Phase(const std::string&, double) override {}
  bool cancelled() const override { return false; }
};

bool IsLoaded(const std::string& library) {
  struct Search {
    std::string library;
    bool found = false;
  } search{library};
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* data) {
        Search& found = *static_cast<Search*>(data);
        found.found |= std::string(info->dlpi_name).find(found.library) !=
                       std::string::npos;
        return 0;
      },
      &search);
  return search.found;
}

/// Slanted edges, a gradient and some grain, in colour.
Photo Picture(int width, int height) {
  Photo photo;
  photo.pixels8 = ImageU8(width, height, 3);
  uint32_t state = 5;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      state = state * 1664525u + 1013904223u;
      const bool above = 3 * x + 7 * y < 3 * width;
      const int base = above ? 190 : 60 + 60 * x / width;
      for (int c = 0; c < 3; ++c) {
        photo.pixels8.at(x, y, c) =
            static_cast<uint8_t>(base + 15 * c + (state >> (8 + c)) % 5);
      }
    }
  }
  return photo;
}

std::unique_ptr<Stager> NewStager() {
  const std::unique_ptr<LocalEngine> engine(
      stage_open_local_engine(kLocalEngineAbi));
  return engine->MakeStager({.threads = 1});
}

StagingJob UpscaleJob(const std::filesystem::path& input,
                      const std::filesystem::path& output,
                      const UpscaleParameters& asked) {
  StagingJob job;
  job.operation = Operation::kUpscale;
  job.input = input;
  job.upscale = asked;
  job.outputs = {output};
  return job;
}

void WriteTestPhoto(const Photo& photo, const std::filesystem::path& path) {
  OutputOptions options;
  options.format = path.extension().string().substr(1);
  options.disclose = {"none"};
  Disclosure disclosure;
  disclosure.alteration = Alteration::kNone;
  WriteResult(photo, photo, path, options, disclosure);
}

std::unique_ptr<engine::Upscaler> EmbeddedUpscaler() {
  return engine::OpenNetworks().OpenUpscaler(
      FindProjectData("weights/compact-x2.safetensors"), 1);
}

double MeanSquaredError(const ImageU8& a, const ImageU8& b, int edge) {
  double sum = 0;
  int64_t count = 0;
  for (int y = edge; y < a.height() - edge; ++y) {
    for (int x = edge; x < a.width() - edge; ++x) {
      for (int c = 0; c < 3; ++c, ++count) {
        const double difference = a.at(x, y, c) - b.at(x, y, c);
        sum += difference * difference;
      }
    }
  }
  return sum / static_cast<double>(count);
}

}  // namespace

// Must come first: what is loaded stays loaded.
TEST_CASE("Networks: libtorch is loaded for enlarging, not for furnishing") {
  const std::unique_ptr<Stager> stager = NewStager();
  StagingJob furnish;
  furnish.input = "room.jpg";
  stager->CheckJob(furnish);
  CHECK_FALSE(IsLoaded("libtorch"));
  CHECK_FALSE(IsLoaded("libstage_networks"));
  EmbeddedUpscaler();
  CHECK(IsLoaded("libtorch"));
}

TEST_CASE("Networks: errors cross the module's edge as the project's own") {
  const TempDir folder;
  try {
    engine::OpenNetworks().OpenUpscaler(
        folder.Write("x.safetensors", "not weights"), 1);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kModel);
    CHECK(std::string(error.what()).find("x.safetensors") != std::string::npos);
  }
  CHECK(stage_open_local_engine(kLocalEngineAbi + 1) == nullptr);
}

TEST_CASE("Upscaler: no seams between tiles, flats stay flat, black is black") {
  const std::unique_ptr<engine::Upscaler> upscaler = EmbeddedUpscaler();
  CHECK(upscaler->factor() == 2);
  const Photo photo = Picture(75, 58);
  const Photo whole =
      engine::EnlargePhoto(photo, *upscaler, 2, {.tile_px = 1000});
  const Photo tiled =
      engine::EnlargePhoto(photo, *upscaler, 2, {.tile_px = 16});
  int most = 0;
  for (size_t i = 0; i < whole.pixels8.size_bytes(); ++i) {
    most = std::max(
        most, std::abs(whole.pixels8.data()[i] - tiled.pixels8.data()[i]));
  }
  CHECK(most <= 1);  // sums in another order
  for (const int level : {0, 20, 128, 235, 255}) {
    CAPTURE(level);
    Photo flat;
    flat.pixels8 = ImageU8(20, 20, 3, static_cast<uint8_t>(level));
    const Photo large = engine::EnlargePhoto(flat, *upscaler, 1, {});
    for (size_t i = 0; i < large.pixels8.size_bytes(); ++i) {
      REQUIRE(std::abs(large.pixels8.data()[i] - level) <= 2);
    }
  }
}

TEST_CASE("Upscaler: brings back more of a room than interpolation does") {
  const Photo room = ReadPhoto(std::filesystem::path(STAGE_TEST_DATA_DIR) /
                               "rooms/living-oak-corner.jpg");
  const Photo large = DownscalePhoto(room, ColorConverter(room), 480, 320);
  const Photo small = DownscalePhoto(large, ColorConverter(large), 240, 160);
  const Photo made = engine::EnlargePhoto(small, *EmbeddedUpscaler(), 1, {});
  // Repeated pixels are the crudest interpolation.
  ImageU8 repeated(480, 320, 3);
  for (int y = 0; y < 320; ++y) {
    for (int x = 0; x < 480; ++x) {
      for (int c = 0; c < 3; ++c) {
        repeated.at(x, y, c) = small.pixels8.at(x / 2, y / 2, c);
      }
    }
  }
  CHECK(MeanSquaredError(made.pixels8, large.pixels8, 4) <
        0.5 * MeanSquaredError(repeated, large.pixels8, 4));
}

TEST_CASE("Upscale: the size asked for, profile and depth kept") {
  const TempDir folder;
  Photo photo = Picture(60, 41);
  photo.icc_profile = SrgbCurveProfile(kDisplayP3Primaries);
  WriteTestPhoto(photo, folder.path() / "in.png");
  const std::unique_ptr<Stager> stager = NewStager();
  Quiet quiet;
  const StageResult result = stager->Stage(
      UpscaleJob(
          folder.path() / "in.png", folder.path() / "out.png", {.factor = 4}),
      quiet);
  REQUIRE(result.outputs.size() == 1);
  const Photo large = ReadPhoto(folder.path() / "out.png");
  CHECK(large.width() == 240);
  CHECK(large.height() == 164);
  CHECK(large.icc_profile == photo.icc_profile);
  CHECK(large.metadata.xmp.find("algorithmicallyEnhanced") !=
        std::string::npos);
  CHECK(result.engine["models"][0]["name"] == "compact-x2");
  CHECK(result.engine["models"][0]["sha256"].get<std::string>().size() == 64);

  stager->Stage(UpscaleJob(folder.path() / "in.png",
                           folder.path() / "odd.png",
                           {.short_edge_px = 64}),
                quiet);
  CHECK(ReadPhoto(folder.path() / "odd.png").height() == 64);
}

TEST_CASE("Upscale: grain that becomes smooth is no other room") {
  const TempDir folder;
  Photo grainy = Picture(160, 120);
  uint32_t state = 11;
  for (int y = 0; y < grainy.height(); ++y) {
    for (int x = 0; x < grainy.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        state = state * 1664525u + 1013904223u;
        const int grain = static_cast<int>(state >> 16) % 101 - 50;
        uint8_t& value = grainy.pixels8.at(x, y, c);
        value = static_cast<uint8_t>(std::clamp(value + grain, 0, 255));
      }
    }
  }
  WriteTestPhoto(grainy, folder.path() / "night.png");
  Quiet quiet;
  const StageResult result =
      NewStager()->Stage(UpscaleJob(folder.path() / "night.png",
                                    folder.path() / "large.png",
                                    {.factor = 2}),
                         quiet);
  CHECK(ReadPhoto(folder.path() / "large.png").width() == 320);
  CHECK(result.details["room_changed"].get<double>() < 0.02);
}

TEST_CASE("Upscale: a photo that is large enough says so") {
  const TempDir folder;
  WriteTestPhoto(Picture(64, 48), folder.path() / "in.png");
  Quiet quiet;
  const StageResult result =
      NewStager()->Stage(UpscaleJob(folder.path() / "in.png",
                                    folder.path() / "out.png",
                                    {.long_edge_px = 64}),
                         quiet);
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings[0].find("64 x 48 pixels already") != std::string::npos);
  CHECK(ReadPhoto(folder.path() / "out.png").pixels8 ==
        ReadPhoto(folder.path() / "in.png").pixels8);
}

TEST_CASE("Upscale: several results of one photo are refused") {
  StagingJob job = UpscaleJob("in.png", "out.png", {.factor = 2});
  job.variants = 2;
  CHECK_THROWS_WITH_AS(
      NewStager()->CheckJob(job), doctest::Contains("--variants"), Error);
}

}  // namespace stage
