#include "core/jobs_file.h"

#include <doctest/doctest.h>

#include "core/csv.h"
#include "core/error.h"
#include "support/temp_dir.h"

using namespace stage;
using stage::test::TempDir;
namespace fs = std::filesystem;

namespace {

/// The message of the error that reading such a file ends with, or "".
std::string Refusal(const std::string& name, const std::string& text) {
  const TempDir folder;
  try {
    for (const JobRow& row : ReadJobsFile(folder.Write(name, text))) {
      ApplyRow(row, folder.path(), {});
    }
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kUsage);
    return error.what();
  }
  return "";
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("ParseCsv: quoted fields hold commas, quotes and line ends") {
  const auto rows = ParseCsv(
      "\xEF\xBB\xBF"
      "a,b\r\n\"x, \"\"y\"\"\",\"1\n2\"\r\n\r\n,z");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].fields == std::vector<std::string>{"a", "b"});
  CHECK(rows[1].fields == std::vector<std::string>{"x, \"y\"", "1\n2"});
  CHECK(rows[2].fields == std::vector<std::string>{"", "z"});
  CHECK(rows[2].line == 5);
}

TEST_CASE("ParseCsv: semicolons separate where a spreadsheet wrote them") {
  const auto rows = ParseCsv("file;style\na.jpg;modern, warm\n");
  CHECK(rows[1].fields == std::vector<std::string>{"a.jpg", "modern, warm"});
}

TEST_CASE("ParseCsv: broken quoting is refused with its line") {
  CHECK_THROWS_WITH_AS(
      ParseCsv("a\n\"b\n\nc"), doctest::Contains("line 2"), Error);
  CHECK_THROWS_AS(ParseCsv("a\nb\"c\n"), Error);
  CHECK_THROWS_AS(ParseCsv("a\n\"b\"c\n"), Error);
}

TEST_CASE("ReadJobsFile: CSV and JSON say the same") {
  const TempDir folder;
  const auto csv = ReadJobsFile(folder.Write(
      "jobs.csv",
      "File,operation,Room,negative-prompt,declutter_first,furniture,mask\n"
      "a.jpg,,living,no rug,yes,x.png; y.png,\n"
      "sub/b.jpg,edit,,,,,\"1,2,3,4\"\n"));
  const auto json = ReadJobsFile(folder.Write(
      "jobs.json",
      R"([{"file":"a.jpg","room":"living","negative_prompt":"no rug",
           "declutter_first":true,"furniture":["x.png","y.png"]},
          {"file":"sub/b.jpg","operation":"edit","mask":"1,2,3,4"}])"));
  for (const auto& rows : {csv, json}) {
    REQUIRE(rows.size() == 2);
    CHECK(rows[1].photo == folder.path() / "sub/b.jpg");
    const StagingJob first = ApplyRow(rows[0], folder.path(), {});
    CHECK(first.generate.room == "living");
    CHECK(first.generate.negative_prompt == "no rug");
    CHECK(first.generate.declutter_first);
    CHECK(first.generate.furniture ==
          std::vector<fs::path>{folder.path() / "x.png",
                                folder.path() / "y.png"});
    const StagingJob second = ApplyRow(rows[1], folder.path(), {});
    CHECK(second.operation == Operation::kEdit);
    CHECK(second.edit.mask_box == "1,2,3,4");
  }
}

TEST_CASE("ReadJobsFile: mistakes are told with line, word and remedy") {
  CHECK(Contains(Refusal("j.csv", "file,stile\na.jpg,modern\n"),
                 "did you mean 'style'?"));
  CHECK(Contains(Refusal("j.csv", "room\nliving\n"), "no column 'file'"));
  CHECK(Contains(Refusal("j.csv", "file,room\n,living\n"), "line 2"));
  CHECK(Contains(Refusal("j.csv", "file,mask\na.jpg,\"1,2,3,4\"\n"),
                 "only edit and declutter take a box"));
  CHECK(Contains(Refusal("j.csv", "file,variants\na.jpg,many\n"), "variants"));
  CHECK(Contains(Refusal("j.csv", "file,variants\na.jpg,0\n"), "variants"));
  CHECK(Contains(Refusal("j.csv", "file,factor\na.jpg,2\n"), "generate"));
  CHECK(Contains(Refusal("j.csv", "file,operation\na.jpg,upscail\n"),
                 "did you mean 'upscale'?"));
  CHECK(Contains(Refusal("j.csv", "file,prompt\na.jpg,big, red sofa\n"),
                 "quote"));
  CHECK(Contains(Refusal("j.json", "{\"file\": 1}"), "array"));
  CHECK(Contains(Refusal("j.json", "[{\"file\":\"a.jpg\",\"prompts\":\"x\"}]"),
                 "did you mean 'prompt'?"));
  CHECK(Contains(Refusal("j.json", "[{"), "j.json"));
  CHECK(Contains(Refusal("j.csv", ""), "empty"));
}
