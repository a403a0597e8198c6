// What one photo costs from start to end, at three sizes.
//   speed STAGE PHOTO [ROOM] [STYLE]
//   speed STAGE PHOTO --daylight TIME
// STAGE is the program, PHOTO any photo of an empty room, or with --daylight of
// a house by day. The photo is brought to each size first; times and memory are
// those of `stage generate` or `stage edit` alone, on at most two cores. CPU
// seconds hold on a busy machine, wall seconds do not.

#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/photo/photo.h"

namespace {

namespace fs = std::filesystem;

struct Size {
  const char* name;
  double megapixels;
  double most_seconds;  ///< wall, two free cores
  double most_gigabytes;
};

using Sizes = std::array<Size, 3>;
constexpr Sizes kStaging{{
    {"1536", 1536 * 1024 / 1e6, 8, 1.0},
    {"3000", 3000 * 2000 / 1e6, 25, 1.0},
    {"50MP", 50, 60, 2.5},
}};
constexpr Sizes kRelighting{{
    {"1536", 1536 * 1024 / 1e6, 3, 1.0},
    {"3000", 3000 * 2000 / 1e6, 5, 1.0},
    {"50MP", 50, 30, 2.5},
}};

/// The photo with as many pixels as asked for, as a JPEG.
fs::path Resized(const stage::Photo& photo,
                 double megapixels,
                 const fs::path& path) {
  const double scale = std::sqrt(
      megapixels * 1e6 / (static_cast<double>(photo.width()) * photo.height()));
  stage::Photo sized = photo;
  sized.pixels8 =
      stage::ImageU8(static_cast<int>(std::lround(photo.width() * scale)),
                     static_cast<int>(std::lround(photo.height() * scale)),
                     photo.channels());
  const int type = CV_MAKETYPE(CV_8U, photo.channels());
  const cv::Mat from(photo.height(),
                     photo.width(),
                     type,
                     const_cast<uint8_t*>(photo.pixels8.data()));
  cv::Mat to(sized.height(), sized.width(), type, sized.pixels8.data());
  cv::resize(
      from, to, to.size(), 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  stage::OutputOptions options;
  options.format = "jpeg";
  options.disclose = {"none"};
  stage::WriteResult(
      sized, sized, path, options, {.alteration = stage::Alteration::kNone});
  return path;
}

void UseTwoCores() {
  cpu_set_t allowed, two;
  CPU_ZERO(&allowed);
  CPU_ZERO(&two);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&two) < 2; ++cpu) {
    if (CPU_ISSET(cpu, &allowed)) CPU_SET(cpu, &two);
  }
  sched_setaffinity(0, sizeof two, &two);
}

struct Cost {
  double wall_s = 0, cpu_s = 0, peak_gigabytes = 0;
};

/// Runs a program to its end. @throws std::runtime_error when it fails
Cost RunAndMeasure(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot start a process");
  if (child == 0) {
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) ||
      WEXITSTATUS(status) != 0) {
    throw std::runtime_error(command[0] + " failed");
  }
  const std::chrono::duration<double> wall =
      std::chrono::steady_clock::now() - start;
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) +
           1e-6 * static_cast<double>(t.tv_usec);
  };
  return {wall.count(),
          seconds(usage.ru_utime) + seconds(usage.ru_stime),
          static_cast<double>(usage.ru_maxrss) / (1024 * 1024)};
}

/// @param sizes  and their limits
void Run(const std::string& stage_program,
         const std::string& command,
         const std::string& photo_path,
         const std::vector<std::string>& options,
         const Sizes& sizes) {
  const fs::path folder =
      fs::temp_directory_path() / ("stage-speed-" + std::to_string(getpid()));
  fs::create_directories(folder);
  const stage::Photo photo = stage::ReadPhoto(photo_path);
  if (photo.is_16_bit()) throw std::runtime_error("give an 8-bit photo");
  UseTwoCores();
  std::printf(
      "%-5s %8s %8s %8s   %s\n", "size", "wall s", "CPU s", "GB", "limits");
  for (const Size& size : sizes) {
    const fs::path sized = Resized(
        photo, size.megapixels, folder / (std::string(size.name) + ".jpg"));
    std::vector<std::string> words = {stage_program,
                                      command,
                                      sized,
                                      "--output",
                                      folder / "out",
                                      "--restart",
                                      "--quiet"};
    words.insert(words.end(), options.begin(), options.end());
    const Cost cost = RunAndMeasure(words);
    std::printf("%-5s %8.1f %8.1f %8.2f   %.0f s, %.1f GB%s\n",
                size.name,
                cost.wall_s,
                cost.cpu_s,
                cost.peak_gigabytes,
                size.most_seconds,
                size.most_gigabytes,
                std::max(cost.wall_s / size.most_seconds,
                         cost.peak_gigabytes / size.most_gigabytes) > 1
                    ? "  over"
                    : "");
    std::fflush(stdout);
  }
  fs::remove_all(folder);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2) {
    std::cerr << "usage: speed STAGE PHOTO [ROOM] [STYLE]\n"
                 "       speed STAGE PHOTO --daylight TIME\n";
    return 2;
  }
  try {
    if (words.size() == 4 && words[2] == "--daylight") {
      Run(words[0], "edit", words[1], {words[2], words[3]}, kRelighting);
      return 0;
    }
    Run(words[0],
        "generate",
        words[1],
        {"--room",
         words.size() > 2 ? words[2] : "living",
         "--style",
         words.size() > 3 ? words[3] : "modern"},
        kStaging);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
