#include "remote/http/body.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base64.h"
#include "core/error.h"
#include "core/text_encoding.h"
#include "remote/random_token.h"

namespace stage::remote {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr size_t kPiece = 48 * 1024;  // a multiple of 3: base64 without padding
constexpr const char* kFileKey = "@base64-of-file";
constexpr const char* kPrefixKey = "@prefix";

Error CannotRead(const fs::path& file, const std::string& why) {
  return Error(ErrorKind::kInput, Utf8Path(file) + ": cannot be sent: " + why);
}

BodyPart Text(std::string text) {
  return {.kind = BodyPart::Kind::kText, .text = std::move(text)};
}

struct Placeholder {
  std::string token;
  fs::path file;
};

/// Puts a unique token in place of every Base64OfFile value.
void TakeFiles(json& value, std::vector<Placeholder>& placeholders) {
  if (value.is_object() && value.contains(kFileKey)) {
    placeholders.push_back(
        {RandomHex(16), fs::path(value[kFileKey].get<std::string>())});
    value = value[kPrefixKey].get<std::string>() + placeholders.back().token;
  } else if (value.is_structured()) {
    for (json& inner : value) TakeFiles(inner, placeholders);
  }
}

const char* ExtensionOf(const std::string& content_type) {
  if (content_type == "image/png") return ".png";
  if (content_type == "image/webp") return ".webp";
  if (content_type == "image/heic") return ".heic";
  return ".jpg";
}

}  // namespace

Body FileBody(const fs::path& file, std::string content_type) {
  return {std::move(content_type),
          {{.kind = BodyPart::Kind::kFile, .file = file}}};
}

json Base64OfFile(const fs::path& file, const std::string& prefix) {
  return {{kFileKey, file.string()}, {kPrefixKey, prefix}};
}

Body JsonBody(const json& document) {
  json filled = document;
  std::vector<Placeholder> placeholders;
  TakeFiles(filled, placeholders);
  std::string text =
      filled.dump(-1, ' ', false, json::error_handler_t::replace);
  // Members are dumped in another order than they were met in.
  std::sort(placeholders.begin(),
            placeholders.end(),
            [&](const Placeholder& a, const Placeholder& b) {
              return text.find(a.token) < text.find(b.token);
            });
  Body body{"application/json", {}};
  for (const Placeholder& placeholder : placeholders) {
    const size_t at = text.find(placeholder.token);
    body.parts.push_back(Text(text.substr(0, at)));
    body.parts.push_back(
        {.kind = BodyPart::Kind::kBase64File, .file = placeholder.file});
    text.erase(0, at + placeholder.token.size());
  }
  body.parts.push_back(Text(std::move(text)));
  return body;
}

Body MultipartBody(const std::vector<FormField>& fields) {
  const std::string boundary = "stage-" + RandomHex(16);
  Body body{"multipart/form-data; boundary=" + boundary, {}};
  std::string text;
  int files = 0;
  for (const FormField& field : fields) {
    text += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" +
            field.name + "\"";
    if (field.file.empty()) {
      text += "\r\n\r\n" + field.text + "\r\n";
      continue;
    }
    text += "; filename=\"photo-" + std::to_string(++files) +
            ExtensionOf(field.content_type) +
            "\"\r\nContent-Type: " + field.content_type + "\r\n\r\n";
    body.parts.push_back(Text(std::move(text)));
    body.parts.push_back({.kind = BodyPart::Kind::kFile, .file = field.file});
    text = "\r\n";
  }
  body.parts.push_back(Text(text + "--" + boundary + "--\r\n"));
  return body;
}

BodyReader::BodyReader(const Body& body) {
  for (const BodyPart& part : body.parts) {
    Stretch stretch{&part, 0};
    if (part.kind == BodyPart::Kind::kText) {
      size_ += static_cast<int64_t>(part.text.size());
    } else {
      std::error_code failure;
      stretch.file_bytes =
          static_cast<int64_t>(fs::file_size(part.file, failure));
      if (failure) throw CannotRead(part.file, failure.message());
      size_ += part.kind == BodyPart::Kind::kFile
                   ? stretch.file_bytes
                   : (stretch.file_bytes + 2) / 3 * 4;
    }
    stretches_.push_back(stretch);
  }
}

BodyReader::~BodyReader() { CloseFile(); }

void BodyReader::CloseFile() {
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = -1;
}

void BodyReader::Rewind() {
  CloseFile();
  next_ = 0;
  present_ = nullptr;
  buffer_.clear();
  buffer_at_ = 0;
}

/// Reads the next piece into the empty buffer; leaves it empty at the end.
void BodyReader::Fill() {
  buffer_.clear();
  buffer_at_ = 0;
  while (present_ == nullptr || file_left_ == 0) {
    CloseFile();
    if (next_ == stretches_.size()) return;
    present_ = &stretches_[next_++];
    file_left_ = present_->file_bytes;
    const BodyPart& part = *present_->part;
    if (part.kind == BodyPart::Kind::kText) {
      if (part.text.empty()) continue;
      buffer_ = part.text;
      return;
    }
    descriptor_ = open(part.file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) throw CannotRead(part.file, std::strerror(errno));
  }
  std::string piece(static_cast<size_t>(std::min<int64_t>(file_left_, kPiece)),
                    '\0');
  size_t filled = 0;
  while (filled < piece.size()) {
    const ssize_t count =
        read(descriptor_, piece.data() + filled, piece.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      throw CannotRead(present_->part->file, "it changed while it was sent");
    }
    filled += static_cast<size_t>(count);
  }
  file_left_ -= static_cast<int64_t>(piece.size());
  buffer_ = present_->part->kind == BodyPart::Kind::kFile ? std::move(piece)
                                                          : Base64(piece);
}

size_t BodyReader::Read(char* data, size_t size) {
  size_t given = 0;
  while (given < size) {
    if (buffer_at_ == buffer_.size()) Fill();
    if (buffer_.empty()) break;
    const size_t count = std::min(size - given, buffer_.size() - buffer_at_);
    std::memcpy(data + given, buffer_.data() + buffer_at_, count);
    buffer_at_ += count;
    given += count;
  }
  return given;
}

}  // namespace stage::remote
