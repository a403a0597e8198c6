#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/atomic_file.h"

namespace stage::remote {

/// Takes the pictures out of a JSON text that passes by in pieces: each text
/// that is a picture in base64, bare or as a data URL, goes to a file
/// `<stem>-1.png`, `<stem>-2.jpeg`, ... on disk, and leaves {"file": path} in
/// its place. Memory holds a piece at a time, however large the pictures.
class EmbeddedPictures {
 public:
  explicit EmbeddedPictures(std::filesystem::path stem)
      : stem_(std::move(stem)) {}

  /// @throws BadAnswer for damaged base64, or too much text besides pictures;
  ///         Error(kDisk)
  void Take(std::string_view piece);
  /// The JSON text without its pictures.
  std::string TakeText();

 private:
  enum class Place { kOutside, kTextBegins, kText, kPicture };

  void TakeOutside(char c);
  void TakeTextBeginning(char c);
  void TakePicture(char c);
  bool BeginPicture();
  void WriteDecoded(bool last);
  void EndPicture();
  void Keep(std::string_view text);

  std::filesystem::path stem_;
  Place place_ = Place::kOutside;
  bool escaped_ = false;   ///< the last character was a backslash
  std::string beginning_;  ///< of the present text, as written
  std::string digits_;     ///< base64 not yet decoded
  std::unique_ptr<AtomicFile> file_;
  std::filesystem::path target_;
  int count_ = 0;
  std::string kept_;
};

}  // namespace stage::remote
