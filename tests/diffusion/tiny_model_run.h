#pragma once

#include <string>

#include "cli/run_stage.h"
#include "core/photo/photo.h"

namespace stage::test {

/// The commit that the tiny model lies under in the cache.
constexpr auto kTinyCommit = "89abcdef0123456789abcdef0123456789abcdef";

/// A fresh folder with a photo, `room.png`, and, in Hugging Face's cache, a
/// tiny model of random weights under the name of the recommended one.
class TinyModelRun : public StageRun {
 public:
  TinyModelRun();

  /// Where the model's files are.
  std::filesystem::path model() const;
  /// Writes a picture as PNG, without a disclosure.
  void WritePicture(const Photo& photo, const std::string& name) const;
  ImageU8 Pixels(const std::string& name) const {
    return ReadPhoto(folder() / name).pixels8;
  }
};

}  // namespace stage::test
