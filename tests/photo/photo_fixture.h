#pragma once

#include <stdlib.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/photo/photo.h"

namespace stage::test {

using Bytes = std::vector<uint8_t>;

/// A folder of its own for one test, removed with what is in it.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "stage-photo-XXXXXX")
            .string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const {
    return path_ / name;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline void WriteBytes(const std::filesystem::path& path, const Bytes& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

inline Bytes ReadBytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

/// A smooth, coloured picture with some fine detail, different everywhere;
/// alpha, where there is one, runs from left to right.
template <typename T>
Image<T> TestPicture(int width, int height, int channels, double max_code) {
  Image<T> image(width, height, channels);
  uint32_t noise = 12345;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      noise = noise * 1664525u + 1013904223u;
      const double grain = ((noise >> 16) & 255) / 255.0 * 0.04;
      const double u = static_cast<double>(x) / width;
      const double v = static_cast<double>(y) / height;
      const double colors[4] = {0.1 + 0.7 * u + grain,
                                0.2 + 0.6 * v + grain,
                                0.5 + 0.3 * std::sin(6 * (u + v)) + grain,
                                u};
      for (int c = 0; c < channels; ++c) {
        const bool alpha =
            (channels == 2 || channels == 4) && c == channels - 1;
        image.at(x, y, c) =
            static_cast<T>(std::lround((alpha ? u : colors[c]) * max_code));
      }
    }
  }
  return image;
}

inline Photo TestPhoto8(int width, int height, int channels = 3) {
  Photo photo;
  photo.pixels8 = TestPicture<uint8_t>(width, height, channels, 255);
  return photo;
}

inline Photo TestPhoto16(int width, int height, int channels = 3) {
  Photo photo;
  photo.pixels16 = TestPicture<uint16_t>(width, height, channels, 65535);
  photo.source.bit_depth = 16;
  return photo;
}

/// Mean absolute difference in 8-bit codes.
inline double MeanDifference(const ImageU8& a, const ImageU8& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size_bytes(); ++i) {
    sum += std::abs(int{a.data()[i]} - int{b.data()[i]});
  }
  return sum / static_cast<double>(a.size_bytes());
}

}  // namespace stage::test
