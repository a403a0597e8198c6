// Stages one photo step by step and prints what each step costs.
//   render_photo PHOTO OUT.png [room] [style] [seed] [samples] [threads]
//                [layers PREFIX]
// Times are CPU seconds of the process, all threads together: they hold on a
// busy machine too. With PREFIX the layers are written as PNGs beside.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "core/photo/photo.h"
#include "engine/catalogue/catalogue.h"
#include "engine/plan/plan.h"
#include "engine/render/compose.h"
#include "engine/render/light_field.h"
#include "engine/scene/analyze_scene.h"

namespace {

using stage::ImageF;
using stage::ImageU8;
using stage::Photo;

constexpr int kAnalysisEdge = 1536;
constexpr int kRenderEdge = 3000;

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& t) { return t.tv_sec + 1e-6 * t.tv_usec; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

long PeakMegabytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

// Prints the cost of a step when it ends.
class Step {
 public:
  explicit Step(const char* name)
      : name_(name),
        cpu_(CpuSeconds()),
        wall_(std::chrono::steady_clock::now()) {}
  ~Step() {
    const std::chrono::duration<double> wall =
        std::chrono::steady_clock::now() - wall_;
    std::printf("%-10s %7.2f s CPU %7.2f s wall  peak %5ld MB\n",
                name_,
                CpuSeconds() - cpu_,
                wall.count(),
                PeakMegabytes());
  }

 private:
  const char* name_;
  double cpu_;
  std::chrono::steady_clock::time_point wall_;
};

void WritePng(Photo photo, const std::string& path) {
  stage::OutputOptions options;
  options.format = "png";
  options.disclose = {"none"};
  stage::WriteResult(
      photo, photo, path, options, {.alteration = stage::Alteration::kNone});
}

// A layer as a picture: linear values times `scale`, gamma 2.2.
void WriteLayer(const ImageF& layer, float scale, const std::string& path) {
  if (layer.empty()) return;
  Photo photo;
  photo.source.format = stage::PhotoFormat::kPng;
  photo.pixels8 = ImageU8(layer.width(), layer.height(), 3);
  for (int y = 0; y < layer.height(); ++y) {
    for (int x = 0; x < layer.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        const float v = layer.at(x, y, std::min(c, layer.channels() - 1));
        photo.pixels8.at(x, y, c) = static_cast<uint8_t>(
            255 * std::pow(std::clamp(v * scale, 0.0f, 1.0f), 1 / 2.2f) + 0.5f);
      }
    }
  }
  WritePng(std::move(photo), path);
}

std::vector<stage::engine::RenderObject> LoadObjects(
    const stage::engine::Plan& plan,
    const stage::engine::Catalogue& catalogue) {
  std::vector<stage::engine::RenderObject> objects;
  for (const stage::engine::Placement& placement : plan.placements) {
    const stage::engine::Piece* piece = catalogue.Find(placement.piece);
    objects.push_back({catalogue.Load(placement.piece,
                                      placement.size,
                                      placement.overrides,
                                      placement.parameters),
                       placement.position,
                       placement.yaw,
                       piece && piece->function == "rug"});
  }
  return objects;
}

double IdenticalShare(const Photo& a, const Photo& b) {
  size_t same = 0;
  const size_t count = static_cast<size_t>(a.width()) * a.height();
  const int channels = a.channels();
  for (size_t i = 0; i < count; ++i) {
    same += a.is_16_bit() ? std::equal(a.pixels16.data() + i * channels,
                                       a.pixels16.data() + (i + 1) * channels,
                                       b.pixels16.data() + i * channels)
                          : std::equal(a.pixels8.data() + i * channels,
                                       a.pixels8.data() + (i + 1) * channels,
                                       b.pixels8.data() + i * channels);
  }
  return 100.0 * same / count;
}

int Run(int argc, char** argv) {
  auto argument = [&](int i, const char* fallback) {
    return std::string(argc > i ? argv[i] : fallback);
  };
  const Step total("total");
  Photo photo;
  {
    const Step step("decode");
    photo = stage::ReadPhoto(argv[1]);
  }
  const stage::ColorConverter converter(photo);
  stage::engine::Scene scene;
  const ImageU8 small = ReadSrgb8(photo, converter, kAnalysisEdge);
  {
    const Step step("analyse");
    stage::engine::SceneHints hints;
    hints.focal_length_35mm = photo.source.focal_length_35mm;
    scene = stage::engine::AnalyzeScene(
        small, photo.width(), photo.height(), hints);
  }
  const auto catalogue = stage::engine::OpenCatalogue({});
  stage::engine::Plan plan;
  {
    const Step step("plan");
    stage::engine::PlanRequest request;
    request.room = argument(3, "auto");
    request.style = argument(4, "modern");
    request.seed = std::strtoull(argument(5, "0").c_str(), nullptr, 10);
    plan = stage::engine::PlanRoom(scene, small, *catalogue, request);
  }
  std::vector<stage::engine::RenderObject> objects;
  {
    const Step step("load");
    objects = LoadObjects(plan, *catalogue);
  }
  stage::engine::RenderLayers layers;
  {
    const ImageF linear = ReadLinear(photo, converter, kRenderEdge);
    const auto light = stage::engine::FitLight(scene, linear);
    std::printf("light: behind %.2f, boost %.2f, gain %.2f, residual %.2f\n",
                light.behind_factor,
                light.window_boost,
                light.furniture_gain,
                light.residual);
    const Step step("render");
    stage::engine::RenderOptions options;
    const int samples = std::atoi(argument(6, "0").c_str());
    if (samples > 0) options.samples_per_pixel = samples;
    options.threads = std::atoi(argument(7, "0").c_str());
    options.seed = 1;
    layers = stage::engine::Render(scene, linear, objects, options);
  }
  size_t covered = 0;
  const size_t pixels = layers.coverage.size_bytes() / sizeof(float);
  for (size_t i = 0; i < pixels; ++i) covered += layers.coverage.data()[i] > 0;
  const Photo before = photo;
  {
    const Step step("compose");
    stage::engine::Compose(scene, layers, converter, photo);
  }
  std::printf("%zu objects, %.1f %% covered at %dx%d, %.1f %% identical\n",
              objects.size(),
              100.0 * covered / pixels,
              layers.coverage.width(),
              layers.coverage.height(),
              IdenticalShare(before, photo));
  if (argc > 8) {
    const std::string prefix = argv[8];
    WriteLayer(layers.ratio, 0.5f, prefix + "-ratio.png");
    WriteLayer(layers.furniture, 1, prefix + "-furniture.png");
    WriteLayer(layers.coverage, 1, prefix + "-coverage.png");
    WriteLayer(layers.gloss, 4, prefix + "-gloss.png");
  }
  WritePng(std::move(photo), argv[2]);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: render_photo PHOTO OUT.png [room] [style] [seed] "
                 "[samples] [threads] [layers PREFIX]\n";
    return 2;
  }
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
