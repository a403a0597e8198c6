#include "remote/http/body.h"

#include <doctest/doctest.h>

#include "core/base64.h"
#include "core/error.h"
#include "support/temp_dir.h"

namespace stage::test {
namespace {

using namespace remote;
using nlohmann::json;

std::string ReadInPieces(const Body& body, size_t piece) {
  BodyReader reader(body);
  std::string all;
  std::string buffer(piece, '\0');
  while (const size_t count = reader.Read(buffer.data(), buffer.size())) {
    all.append(buffer, 0, count);
  }
  CHECK(static_cast<int64_t>(all.size()) == reader.size());
  return all;
}

TEST_CASE("JsonBody: files are embedded as base64, whatever the piece size") {
  const TempDir folder;
  std::string bytes;
  for (int i = 0; i < 200'001; ++i) bytes += static_cast<char>(i * 7919 >> 3);
  const auto file = folder.Write("a.bin", bytes);
  const auto empty = folder.Write("b.bin", "");
  const Body body =
      JsonBody({{"z", Base64OfFile(file, "data:image/png;base64,")},
                {"list", {Base64OfFile(empty, ""), 1}},
                {"text", "caf\xC3\xA9 \"x\""}});
  for (const size_t piece : {1'000'000, 4096, 7}) {
    const json sent = json::parse(ReadInPieces(body, piece));
    CHECK(sent["z"] == "data:image/png;base64," + Base64(bytes));
    CHECK(sent["list"] == json::array({"", 1}));
    CHECK(sent["text"] == "caf\xC3\xA9 \"x\"");
  }
}

TEST_CASE("MultipartBody: fields and files between boundaries") {
  const TempDir folder;
  const auto file = folder.Write("my \"secret\" street 5.jpg", "JPEG");
  const Body body = MultipartBody(
      {{.name = "image", .file = file, .content_type = "image/png"},
       {.name = "style", .text = "modern"}});
  const std::string boundary =
      body.content_type.substr(body.content_type.find("boundary=") + 9);
  CHECK(ReadInPieces(body, 10) ==
        "--" + boundary +
            "\r\nContent-Disposition: form-data; name=\"image\"; "
            "filename=\"photo-1.png\"\r\nContent-Type: "
            "image/png\r\n\r\nJPEG\r\n--" +
            boundary +
            "\r\nContent-Disposition: form-data; "
            "name=\"style\"\r\n\r\nmodern\r\n--" +
            boundary + "--\r\n");
}

TEST_CASE("BodyReader: begins anew after Rewind, tells of files that shrink") {
  const TempDir folder;
  const auto file = folder.Write("a.bin", std::string(100'000, 'x'));
  const Body body = FileBody(file, "image/jpeg");
  BodyReader reader(body);
  std::string buffer(60'000, '\0');
  CHECK(reader.Read(buffer.data(), buffer.size()) == 60'000);
  reader.Rewind();
  std::string all(100'000, '\0');
  CHECK(reader.Read(all.data(), all.size()) == 100'000);
  reader.Rewind();
  folder.Write("a.bin", "short");
  CHECK_THROWS_AS(reader.Read(all.data(), all.size()), Error);
  CHECK_THROWS_AS(BodyReader(FileBody(folder.path() / "none", "")), Error);
}

TEST_CASE("DecodeBase64: undoes Base64, refuses what is none") {
  for (const char* text : {"", "f", "fo", "foo", "foob", "\xFF\x00\x80"}) {
    CHECK(DecodeBase64(Base64(text)) == std::string(text));
  }
  CHECK(DecodeBase64("Zm9v\r\nYmFy") == "foobar");
  CHECK(DecodeBase64("Zm9vYg") == "foob");
  CHECK_FALSE(DecodeBase64("Zm9v!").has_value());
  CHECK_FALSE(DecodeBase64("A").has_value());
}

}  // namespace
}  // namespace stage::test
