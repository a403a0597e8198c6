#include "remote/embedded_pictures.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base64.h"
#include "remote/answer.h"

namespace stage::remote {
namespace {

constexpr size_t kJudgedLength = 1024;        // of a text, or its whole
constexpr size_t kShortestPicture = 64;       // characters of base64
constexpr size_t kDecodedAtOnce = 64 * 1024;  // a multiple of 4
constexpr size_t kMostText = 8 << 20;

/// The text without the backslashes that JSON allows before '/'.
std::string WithoutEscapes(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      if (text[i] != '/') continue;  // a line end
    }
    plain += text[i];
  }
  return plain;
}

/// The base64 part of a text that begins like a picture.
std::optional<std::string> PictureDigits(const std::string& beginning) {
  std::string digits = WithoutEscapes(beginning);
  if (digits.starts_with("data:")) {
    const size_t comma = digits.find(";base64,");
    if (comma == std::string::npos) return std::nullopt;
    digits.erase(0, comma + 8);
  }
  if (digits.size() < kShortestPicture) return std::nullopt;
  const auto head = DecodeBase64(std::string_view(digits).substr(0, 32));
  if (!head || PictureFormat(*head).empty()) return std::nullopt;
  return digits;
}

}  // namespace

void EmbeddedPictures::Keep(std::string_view text) {
  if (kept_.size() + text.size() > kMostText) {
    throw BadAnswer("the answer is too large");
  }
  kept_ += text;
}

void EmbeddedPictures::Take(std::string_view piece) {
  for (const char c : piece) {
    switch (place_) {
      case Place::kOutside:
      case Place::kText:
        TakeOutside(c);
        break;
      case Place::kTextBegins:
        TakeTextBeginning(c);
        break;
      case Place::kPicture:
        TakePicture(c);
        break;
    }
  }
}

/// Outside of texts, and in long ones that are no pictures.
void EmbeddedPictures::TakeOutside(char c) {
  if (place_ == Place::kOutside && c == '"') {
    place_ = Place::kTextBegins;
    beginning_.clear();
    escaped_ = false;
    return;
  }
  Keep({&c, 1});
  if (place_ == Place::kText) {
    if (c == '"' && !escaped_) place_ = Place::kOutside;
    escaped_ = c == '\\' && !escaped_;
  }
}

void EmbeddedPictures::TakeTextBeginning(char c) {
  const bool ends = c == '"' && !escaped_;
  if (!ends) beginning_ += c;
  escaped_ = c == '\\' && !escaped_;
  if (!ends && (beginning_.size() < kJudgedLength || escaped_)) return;
  if (BeginPicture()) {
    if (ends) EndPicture();
    return;
  }
  Keep("\"" + beginning_ + (ends ? "\"" : ""));
  place_ = ends ? Place::kOutside : Place::kText;
}

bool EmbeddedPictures::BeginPicture() {
  std::optional<std::string> digits = PictureDigits(beginning_);
  if (!digits) return false;
  digits_ = std::move(*digits);
  const auto head = DecodeBase64(std::string_view(digits_).substr(0, 32));
  target_ = stem_;
  target_ +=
      "-" + std::to_string(++count_) + "." + std::string(PictureFormat(*head));
  file_ = std::make_unique<AtomicFile>(target_);
  place_ = Place::kPicture;
  return true;
}

void EmbeddedPictures::TakePicture(char c) {
  if (escaped_) {
    escaped_ = false;
    if (c == '/') digits_ += c;
  } else if (c == '\\') {
    escaped_ = true;
  } else if (c == '"') {
    return EndPicture();
  } else {
    digits_ += c;
  }
  if (digits_.size() >= kDecodedAtOnce) WriteDecoded(false);
}

void EmbeddedPictures::WriteDecoded(bool last) {
  const size_t count = last ? digits_.size() : digits_.size() / 4 * 4;
  const auto bytes = DecodeBase64(std::string_view(digits_).substr(0, count));
  if (!bytes) throw BadAnswer("a picture in the answer is damaged");
  std::ofstream stream(file_->temporary(), std::ios::binary | std::ios::app);
  stream.write(bytes->data(), static_cast<std::streamsize>(bytes->size()));
  stream.flush();
  if (!stream) throw DiskError(target_, "written", errno);
  digits_.erase(0, count);
}

void EmbeddedPictures::EndPicture() {
  WriteDecoded(true);
  file_->Commit();
  file_.reset();
  Keep(nlohmann::json{{"file", target_.string()}}.dump());
  place_ = Place::kOutside;
}

std::string EmbeddedPictures::TakeText() {
  // What breaks off inside a text is not hidden from the parser.
  if (place_ == Place::kTextBegins) kept_ += "\"" + beginning_;
  if (place_ == Place::kPicture) kept_ += '"';
  return std::move(kept_);
}

}  // namespace stage::remote
