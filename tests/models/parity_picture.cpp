#include "models/parity_picture.h"

#include <png.h>

#include "support/torch_doctest.h"

namespace stage::test {

torch::Tensor ReadPicture(const std::filesystem::path& file) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  REQUIRE(png_image_begin_read_from_file(&image, file.c_str()) != 0);
  image.format = PNG_FORMAT_RGB;
  torch::Tensor pixels =
      torch::empty({image.height, image.width, 3}, torch::kUInt8);
  REQUIRE(png_image_finish_read(
              &image, nullptr, pixels.data_ptr(), 0, nullptr) != 0);
  return pixels.permute({2, 0, 1}).contiguous();
}

torch::Tensor ReadGrey(const std::filesystem::path& file) {
  const torch::Tensor rgb = ReadPicture(file).to(torch::kInt32);
  const torch::Tensor luma =
      (rgb[0] * 19595 + rgb[1] * 38470 + rgb[2] * 7471 + 0x8000) / 65536;
  return luma.floor().to(torch::kUInt8).unsqueeze(0);
}

}  // namespace stage::test
