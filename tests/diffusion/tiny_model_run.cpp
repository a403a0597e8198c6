#include "diffusion/tiny_model_run.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;

/// A wall and a floor with some grain, 240 x 160.
Photo PlainRoom() {
  Photo photo;
  photo.pixels8 = ImageU8(240, 160, 3);
  uint32_t state = 5;
  for (int y = 0; y < 160; ++y) {
    for (int x = 0; x < 240; ++x) {
      for (int channel = 0; channel < 3; ++channel) {
        state = state * 1664525 + 1013904223;
        photo.pixels8.at(x, y, channel) = static_cast<uint8_t>(
            (y < 90 ? 200 - channel * 5 : 120 - channel * 20) + (state >> 29));
      }
    }
  }
  return photo;
}

}  // namespace

TinyModelRun::TinyModelRun() {
  SetVariable("HF_HOME", (folder() / "hf").string());
  fs::create_directories(model().parent_path());
  fs::copy(fs::path(STAGE_SOURCE_DIR) / "tests/parity/models/sd15_inpaint",
           model(),
           fs::copy_options::recursive);
  WritePicture(PlainRoom(), "room.png");
}

fs::path TinyModelRun::model() const {
  return folder() /
         "hf/hub/models--stable-diffusion-v1-5--stable-diffusion-inpainting/"
         "snapshots" /
         kTinyCommit;
}

void TinyModelRun::WritePicture(const Photo& photo,
                                const std::string& name) const {
  OutputOptions output;
  output.format = "png";
  output.disclose = {"none"};
  Disclosure disclosure;
  disclosure.alteration = Alteration::kNone;
  WriteResult(photo, photo, folder() / name, output, disclosure);
}

}  // namespace stage::test
