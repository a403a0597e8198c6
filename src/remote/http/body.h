#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace stage::remote {

/// A stretch of a request's body. Files are read while they are sent, so that
/// a body of any size costs a few kilobytes of memory.
struct BodyPart {
  enum class Kind { kText, kFile, kBase64File };
  Kind kind = Kind::kText;
  std::string text;            ///< of kText
  std::filesystem::path file;  ///< of the others
};

/// What a request carries.
struct Body {
  std::string content_type;
  std::vector<BodyPart> parts;
};

/// The bytes of a file as they are.
Body FileBody(const std::filesystem::path& file, std::string content_type);

/// A JSON value that becomes the base64 of a file when the body is sent.
/// @param prefix  put before it, such as "data:image/png;base64,"
nlohmann::json Base64OfFile(const std::filesystem::path& file,
                            const std::string& prefix);

/// A JSON document; values made by Base64OfFile are filled in while sending.
Body JsonBody(const nlohmann::json& document);

/// One field of a form: a text, or a file with its MIME type.
struct FormField {
  std::string name;
  std::string text;
  std::filesystem::path file = {};
  std::string content_type = {};  ///< of the file
};

/// RFC 7578 multipart/form-data. Files are sent under a neutral name, never
/// under their own.
Body MultipartBody(const std::vector<FormField>& fields);

/// Reads a body from its beginning to its end, piece by piece.
class BodyReader {
 public:
  /// @throws Error(kInput) when a file cannot be read
  explicit BodyReader(const Body& body);
  ~BodyReader();
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;

  /// Bytes of the whole body.
  int64_t size() const { return size_; }
  /// Fills up to `size` bytes; 0 at the end.
  /// @throws Error(kInput) when a file became shorter or cannot be read
  size_t Read(char* data, size_t size);
  /// Back to the beginning.
  void Rewind();

 private:
  struct Stretch {
    const BodyPart* part;
    int64_t file_bytes;
  };
  void Fill();
  void CloseFile();

  std::vector<Stretch> stretches_;
  int64_t size_ = 0;
  size_t next_ = 0;  ///< the stretch to begin when the present one ends
  const Stretch* present_ = nullptr;
  int64_t file_left_ = 0;
  int descriptor_ = -1;
  std::string buffer_;  ///< read, not yet handed out
  size_t buffer_at_ = 0;
};

}  // namespace stage::remote
