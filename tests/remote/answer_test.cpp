#include "remote/answer.h"

#include <doctest/doctest.h>

#include <fstream>

#include "core/base64.h"
#include "support/temp_dir.h"

namespace stage::test {
namespace {

using namespace remote;
using nlohmann::json;

TEST_CASE("ParseAnswer: says what an answer is instead of JSON") {
  CHECK_THROWS_WITH(ParseAnswer(""), "the answer is empty");
  CHECK_THROWS_WITH(ParseAnswer("<html>"),
                    "the answer is a web page, not JSON");
  CHECK_THROWS_WITH(ParseAnswer("{\"a\": [1, 2"),
                    "the answer is cut off or damaged JSON");
  CHECK_THROWS_WITH(ParseAnswer("OK"), "the answer is not JSON");
  CHECK_THROWS_AS(ParseAnswer("{} {}"), BadAnswer);
}

TEST_CASE("ParseAnswer: depth and number of values are bounded") {
  CHECK_NOTHROW(ParseAnswer(std::string(30, '[') + std::string(30, ']')));
  CHECK_THROWS_AS(
      ParseAnswer(std::string(100'000, '[') + std::string(100'000, ']')),
      BadAnswer);
  std::string many = "[1";
  for (int i = 0; i < 300'000; ++i) many += ",1";
  CHECK_THROWS_AS(ParseAnswer(many + "]"), BadAnswer);
}

TEST_CASE("ParseAnswerFile: pictures go to files, other texts stay") {
  const TempDir folder;
  const std::string png = "\x89PNG\r\n\x1A\n" + std::string(500, 'p');
  const std::string jpeg = "\xFF\xD8\xFF" + std::string(500, 'j');
  const json answer = {{"images",
                        {{{"base64", "data:image/png;base64," + Base64(png)}},
                         {{"base64", Base64(jpeg)}}}},
                       {"note", "data:image/png;base64,none"},
                       {"long", std::string(5000, 'a')}};
  const auto file = folder.Write("answer", answer.dump());
  const json read = ParseAnswerFile(file, folder.path() / "token");
  const auto picture = [&](int i) {
    std::ifstream in(read["images"][i]["base64"]["file"].get<std::string>(),
                     std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  CHECK(picture(0) == png);
  CHECK(picture(1) == jpeg);
  CHECK(read["note"] == answer["note"]);
  CHECK(read["long"] == answer["long"]);
  CHECK(std::filesystem::exists(folder.path() / "token-1.png"));
  CHECK(std::filesystem::exists(folder.path() / "token-2.jpeg"));
}

TEST_CASE("ParseAnswerFile: large pictures, escaped slashes, small pictures") {
  const TempDir folder;
  std::string large = "\xFF\xD8\xFF";
  for (int i = 0; i < 400'000; ++i)
    large += static_cast<char>(i * 2654435761u >> 13);
  const std::string small = "\x89PNG\r\n\x1A\n" + std::string(60, 's');
  std::string escaped;
  for (const char c : Base64(large)) {
    escaped += c == '/' ? "\\/" : std::string(1, c);
  }
  const auto file =
      folder.Write("answer",
                   R"({"a\"b": ["x\\", "data:image\/jpeg;base64,)" + escaped +
                       R"(", ")" + Base64(small) + R"("], "n": 1})");
  const json read = ParseAnswerFile(file, folder.path() / "t");
  const auto bytes = [&](int i) {
    std::ifstream in(read["a\"b"][i]["file"].get<std::string>(),
                     std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  CHECK(read["a\"b"][0] == "x\\");
  CHECK(bytes(1) == large);
  CHECK(bytes(2) == small);
  CHECK(read["n"] == 1);
}

TEST_CASE("ParseAnswerFile: a picture that breaks off is no answer") {
  const TempDir folder;
  const std::string png = "\x89PNG\r\n\x1A\n" + std::string(5000, 'p');
  const std::string whole = json{{"image", Base64(png)}, {"id", "x"}}.dump();
  for (const size_t length :
       {size_t{20}, size_t{900}, whole.size() / 2, whole.size() - 2}) {
    const auto file = folder.Write("answer", whole.substr(0, length));
    CHECK_THROWS_AS(ParseAnswerFile(file, folder.path() / "t"), BadAnswer);
  }
}

TEST_CASE("Answer fields: wrong types are nothing, numbers may be texts") {
  const json object = {
      {"n", 5}, {"t", "7.5"}, {"list", json::array()}, {"none", nullptr}};
  CHECK(TextField(object, {"none", "n"}) == "5");
  CHECK(TextField(object, {"list"}) == "");
  CHECK(NumberField(object, {"t"}) == 7.5);
  CHECK_FALSE(NumberField(object, {"list"}).has_value());
  CHECK(Field(json::array(), {"x"}).is_null());
}

TEST_CASE("ErrorWords: the vendor's words, without signatures and escapes") {
  CHECK(ErrorWords("{\"error\": \"no style\"}") == "no style");
  CHECK(ErrorWords("{\"err\": \"Unauthorized\"}") == "Unauthorized");
  CHECK(ErrorWords("{\"error\": {\"message\": \"deep\"}}") == "deep");
  CHECK(ErrorWords("busy") == "busy");
  CHECK(ErrorWords("<html>") == "");
  CHECK(ErrorWords("{\"message\": \"\\u001b[31mhttps://a/b?sig=1\"}")
            .find("sig") == std::string::npos);
  CHECK(ErrorWords(std::string(5000, 'x')).size() < 400);
}

TEST_CASE("CheckedId: what could leave its place in a path is refused") {
  CHECK(CheckedId("r_1-2.3:4") == "r_1-2.3:4");
  for (const char* id : {"", "..", "a/b", "a?b", "a b", "%2e", "a\n"}) {
    CHECK_THROWS_AS(CheckedId(id), BadAnswer);
  }
}

}  // namespace
}  // namespace stage::test
