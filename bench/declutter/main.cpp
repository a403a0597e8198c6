// declutter DIR [OUT [METHOD]]: for every NAME-mask.png in DIR with NAME.* and
// NAME-truth.*, fills the mask by this project's completion and by OpenCV's
// (Telea, Navier-Stokes, xphoto's shift maps) and prints how near each comes
// to the truth inside the mask. With OUT the pictures are kept; with
// METHOD (stage, telea, navier-stokes, shift-map) only that one runs.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <opencv2/imgproc.hpp>
#include <opencv2/photo.hpp>
#include <opencv2/xphoto/inpainting.hpp>
#include <vector>

#include "core/error.h"
#include "core/photo/photo.h"
#include "engine/completion/complete_photo.h"
#include "engine/scene/analyze_scene.h"
#include "mask_quality.h"

namespace fs = std::filesystem;

namespace stage::bench {
namespace {

constexpr int kAnalysisLongEdgePx = 1536;
constexpr double kTeleaRadiusPx = 5;

struct Triple {
  std::string name;
  fs::path image, mask, truth;
};

fs::path Sibling(const fs::path& folder, const std::string& stem) {
  for (const char* extension : {".png", ".jpg", ".jpeg", ".webp"}) {
    if (fs::exists(folder / (stem + extension))) {
      return folder / (stem + extension);
    }
  }
  return {};
}

std::vector<Triple> FindTriples(const fs::path& folder) {
  static constexpr std::string_view kSuffix = "-mask";
  std::vector<Triple> triples;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string stem = entry.path().stem().string();
    if (!stem.ends_with(kSuffix)) continue;
    const std::string name = stem.substr(0, stem.size() - kSuffix.size());
    Triple triple{name,
                  Sibling(folder, name),
                  entry.path(),
                  Sibling(folder, name + "-truth")};
    if (!triple.image.empty() && !triple.truth.empty()) {
      triples.push_back(std::move(triple));
    }
  }
  std::sort(triples.begin(), triples.end(), [](const auto& a, const auto& b) {
    return a.name < b.name;
  });
  return triples;
}

cv::Mat Rgb(const fs::path& path) {
  const Photo photo = ReadPhoto(path);
  const ImageU8 srgb = ReadSrgb8(photo, ColorConverter(photo), 1 << 20);
  return cv::Mat(srgb.height(),
                 srgb.width(),
                 CV_8UC3,
                 const_cast<uint8_t*>(srgb.data()))
      .clone();
}

cv::Mat ReadMask(const fs::path& path) {
  cv::Mat grey;
  cv::cvtColor(Rgb(path), grey, cv::COLOR_RGB2GRAY);
  return grey > 127;
}

void Keep(const cv::Mat& rgb, const fs::path& path) {
  Photo photo;
  photo.pixels8 = ImageU8(rgb.cols, rgb.rows, rgb.channels());
  std::copy(rgb.datastart, rgb.dataend, photo.pixels8.data());
  OutputOptions output;
  output.format = "png";
  output.disclose = {"none"};
  Disclosure disclosure;
  disclosure.alteration = Alteration::kNone;
  WriteResult(photo, photo, path, output, disclosure);
}

cv::Mat CompletedByStage(const fs::path& path, const cv::Mat& mask) {
  Photo photo = ReadPhoto(path);
  const ColorConverter converter(photo);
  ImageU8 hole(mask.cols, mask.rows, 1);
  std::copy(mask.datastart, mask.dataend, hole.data());
  const engine::Scene scene =
      engine::AnalyzeAround(ReadSrgb8(photo, converter, kAnalysisLongEdgePx),
                            photo.width(),
                            photo.height(),
                            hole,
                            {});
  engine::WorkControl work;
  work.threads = engine::ThreadCount(0);
  const engine::Completion done =
      engine::CompletePhoto(scene, hole, converter, {.seed = 1}, work, photo);
  std::fprintf(stderr,
               "%s: scene %.2f sure, misfit %.2f, broken %.2f\n",
               path.filename().c_str(),
               scene.confidence,
               done.misfit,
               done.broken);
  const ImageU8 filled = ReadSrgb8(photo, converter, 1 << 20);
  return cv::Mat(filled.height(),
                 filled.width(),
                 CV_8UC3,
                 const_cast<uint8_t*>(filled.data()))
      .clone();
}

using Method = std::function<cv::Mat(const Triple&, const cv::Mat& mask)>;

std::vector<std::pair<std::string, Method>> Methods() {
  const auto opencv = [](int flags) {
    return [flags](const Triple& triple, const cv::Mat& mask) {
      cv::Mat out;
      cv::inpaint(Rgb(triple.image), mask, out, kTeleaRadiusPx, flags);
      return out;
    };
  };
  return {{"stage",
           [](const Triple& triple, const cv::Mat& mask) {
             return CompletedByStage(triple.image, mask);
           }},
          {"telea", opencv(cv::INPAINT_TELEA)},
          {"navier-stokes", opencv(cv::INPAINT_NS)},
          {"shift-map", [](const Triple& triple, const cv::Mat& mask) {
             cv::Mat lab, out;
             cv::cvtColor(Rgb(triple.image), lab, cv::COLOR_RGB2Lab);
             cv::xphoto::inpaint(lab, ~mask, out, cv::xphoto::INPAINT_SHIFTMAP);
             cv::cvtColor(out, out, cv::COLOR_Lab2RGB);
             return out;
           }}};
}

int Run(const fs::path& folder, const fs::path& out, const std::string& only) {
  std::map<std::string, std::vector<double>> psnr;
  std::printf("%-34s %-14s %7s %6s %6s %7s\n",
              "photo",
              "method",
              "PSNR",
              "SSIM",
              "GMSD",
              "s");
  for (const Triple& triple : FindTriples(folder)) {
    const cv::Mat mask = ReadMask(triple.mask);
    const cv::Mat truth = Rgb(triple.truth);
    for (const auto& [name, fill] : Methods()) {
      if (!only.empty() && name != only) continue;
      const auto begin = std::chrono::steady_clock::now();
      const cv::Mat filled = fill(triple, mask);
      const std::chrono::duration<double> seconds =
          std::chrono::steady_clock::now() - begin;
      const MaskQuality quality = MeasureMask(filled, truth, mask);
      psnr[name].push_back(quality.psnr_db);
      std::printf("%-34s %-14s %7.2f %6.3f %6.3f %7.1f\n",
                  triple.name.c_str(),
                  name.c_str(),
                  quality.psnr_db,
                  quality.ssim,
                  quality.gradient_deviation,
                  seconds.count());
      std::fflush(stdout);
      if (!out.empty()) Keep(filled, out / (triple.name + "-" + name + ".png"));
    }
  }
  for (const auto& [name, values] : psnr) {
    double sum = 0;
    for (const double value : values) sum += value;
    std::printf("mean PSNR %-14s %7.2f dB over %zu\n",
                name.c_str(),
                sum / static_cast<double>(values.size()),
                values.size());
  }
  return psnr.empty() ? 1 : 0;
}

}  // namespace
}  // namespace stage::bench

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: declutter DIR [OUT [METHOD]]\n";
    return 2;
  }
  try {
    return stage::bench::Run(
        argv[1], argc > 2 ? argv[2] : "", argc > 3 ? argv[3] : "");
  } catch (const std::exception& error) {
    std::cerr << "declutter: " << error.what() << '\n';
    return 1;
  }
}
