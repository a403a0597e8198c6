// How much of a photo comes back after its size was halved.
//   upscale DIR [SIDE [WEIGHTS]]
// Each photo of DIR, its middle SIDE x SIDE pixels (default 768), is halved by
// antialiased cubic convolution and doubled again: by cubic convolution, by
// Lanczos and by the network. PSNR of BT.601 luma, decibels, eight pixels at
// the edges left out; then the same with the half saved as JPEG of quality 80.
// CPU seconds hold on a busy machine, wall seconds do not.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/photo/decode.h"
#include "core/photo/encode.h"
#include "core/photo/photo.h"
#include "core/processor.h"
#include "core/program_files.h"
#include "engine/networks/open_networks.h"
#include "engine/upscale/bicubic.h"
#include "engine/upscale/enlarge_photo.h"
#include "upscale/degradation.h"

namespace stage::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kThreads = 2;
constexpr int kEdgePx = 8;

Photo FromMat(const cv::Mat& mat) {
  Photo photo;
  photo.pixels8 = ImageU8(mat.cols, mat.rows, 3);
  for (int y = 0; y < mat.rows; ++y) {
    std::copy_n(mat.ptr<uint8_t>(y), mat.cols * 3, photo.pixels8.row(y));
  }
  return photo;
}

cv::Mat ToMat(const ImageU8& image) {
  return cv::Mat(image.height(),
                 image.width(),
                 CV_8UC3,
                 const_cast<uint8_t*>(image.data()))
      .clone();
}

/// The middle of a photo as sRGB, with even sides.
cv::Mat Middle(const fs::path& file, int side) {
  const Photo photo = ReadPhoto(file);
  const cv::Mat all = ToMat(ReadSrgb8(
      photo, ColorConverter(photo), std::max(photo.width(), photo.height())));
  const int width = std::min(side, all.cols) / 2 * 2;
  const int height = std::min(side, all.rows) / 2 * 2;
  return all(cv::Rect((all.cols - width) / 2,
                      (all.rows - height) / 2,
                      width,
                      height))
      .clone();
}

cv::Mat Bicubic(const cv::Mat& small) {
  std::vector<cv::Mat> planes, large;
  cv::split(small, planes);
  for (const cv::Mat& plane : planes) {
    cv::Mat values;
    plane.convertTo(values, CV_32F);
    std::vector<float> made =
        engine::EnlargedBicubic({values.begin<float>(), values.end<float>()},
                                small.cols,
                                small.rows,
                                2);
    cv::Mat bytes;
    cv::Mat(small.rows * 2, small.cols * 2, CV_32F, made.data())
        .convertTo(bytes, CV_8U);
    large.push_back(bytes);
  }
  cv::Mat merged;
  cv::merge(large, merged);
  return merged;
}

cv::Mat Lanczos(const cv::Mat& small) {
  cv::Mat large;
  cv::resize(small, large, {}, 2, 2, cv::INTER_LANCZOS4);
  return large;
}

/// Luma 16 to 235, as published figures have it.
cv::Mat Luma(const cv::Mat& rgb) {
  cv::Mat luma(rgb.size(), CV_64F);
  for (int y = 0; y < rgb.rows; ++y) {
    for (int x = 0; x < rgb.cols; ++x) {
      const cv::Vec3b& p = rgb.at<cv::Vec3b>(y, x);
      luma.at<double>(y, x) =
          16 + (65.481 * p[0] + 128.553 * p[1] + 24.966 * p[2]) / 255;
    }
  }
  return luma;
}

double Psnr(const cv::Mat& made, const cv::Mat& wanted) {
  const cv::Rect inside(
      kEdgePx, kEdgePx, wanted.cols - 2 * kEdgePx, wanted.rows - 2 * kEdgePx);
  const cv::Mat difference = Luma(made)(inside) - Luma(wanted)(inside);
  const double error = difference.dot(difference) / inside.area();
  return 10 * std::log10(255 * 255 / error);
}

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * time.tv_usec;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Speed {
  double megapixels = 0, cpu_s = 0, wall_s = 0;
};

cv::Mat ByNetwork(engine::Upscaler& upscaler,
                  const cv::Mat& small,
                  Speed& speed) {
  const double cpu = CpuSeconds();
  const auto start = std::chrono::steady_clock::now();
  const Photo large = engine::EnlargePhoto(FromMat(small), upscaler, 1, {});
  speed.wall_s +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  speed.cpu_s += CpuSeconds() - cpu;
  speed.megapixels += 1e-6 * large.width() * large.height();
  return ToMat(large.pixels8);
}

cv::Mat ThroughJpeg(const cv::Mat& picture) {
  return ToMat(
      DecodeJpeg(EncodeJpeg(FromMat(picture), {.quality = 80})).pixels8);
}

struct Scores {
  double bicubic = 0, lanczos = 0, network = 0;
};

Scores Score(engine::Upscaler& upscaler,
             const cv::Mat& small,
             const cv::Mat& wanted,
             Speed& speed) {
  return {Psnr(Bicubic(small), wanted),
          Psnr(Lanczos(small), wanted),
          Psnr(ByNetwork(upscaler, small, speed), wanted)};
}

void Add(const Scores& scores, Scores& sum) {
  sum.bicubic += scores.bicubic;
  sum.lanczos += scores.lanczos;
  sum.network += scores.network;
}

void Print(const std::string& name, const Scores& clean, const Scores& worn) {
  std::printf("%-32s %6.2f %6.2f %6.2f %+5.2f | %6.2f %6.2f %6.2f %+5.2f\n",
              name.c_str(),
              clean.bicubic,
              clean.lanczos,
              clean.network,
              clean.network - clean.bicubic,
              worn.bicubic,
              worn.lanczos,
              worn.network,
              worn.network - worn.bicubic);
}

int Main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    std::cerr << "usage: upscale DIR [SIDE [WEIGHTS]]\n";
    return 2;
  }
  const int side = argc > 2 ? std::atoi(argv[2]) : 768;
  PrepareProcessorLibraries();
  const std::unique_ptr<engine::Upscaler> upscaler =
      engine::OpenNetworks().OpenUpscaler(
          argc > 3 ? fs::path(argv[3])
                   : FindProjectData("weights/compact-x2.safetensors"),
          kThreads);
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(argv[1])) {
    if (entry.path().extension() == ".jpg") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::printf("%-32s %-27s | %s\n", "", "halved", "halved, JPEG 80");
  std::printf("%-32s  cubic  lancz    net  gain |  cubic  lancz    net  gain\n",
              "");
  Scores clean_sum, worn_sum;
  Speed speed;
  for (const fs::path& file : files) {
    const cv::Mat wanted = Middle(file, side);
    const cv::Mat small = train::HalvedBicubic(wanted);
    const Scores clean = Score(*upscaler, small, wanted, speed);
    const Scores worn = Score(*upscaler, ThroughJpeg(small), wanted, speed);
    Print(file.filename().string(), clean, worn);
    Add(clean, clean_sum);
    Add(worn, worn_sum);
  }
  const double count = static_cast<double>(files.size());
  for (Scores* sum : {&clean_sum, &worn_sum}) {
    sum->bicubic /= count;
    sum->lanczos /= count;
    sum->network /= count;
  }
  Print("mean", clean_sum, worn_sum);
  std::printf(
      "%.2f megapixels of output a wall second, %.2f a CPU second (two "
      "threads)\n",
      speed.megapixels / speed.wall_s,
      speed.megapixels / speed.cpu_s);
  return 0;
}

}  // namespace
}  // namespace stage::bench

int main(int argc, char** argv) {
  try {
    return stage::bench::Main(argc, argv);
  } catch (const stage::Error& error) {
    std::cerr << "upscale: " << error.what() << '\n';
    return 1;
  }
}
