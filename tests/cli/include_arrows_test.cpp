#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace stage::test {
namespace {

namespace fs = std::filesystem;

/// The first folder below src of a path such as "engine/render/render.h".
std::string Part(const std::string& path) {
  return path.substr(0, path.find('/'));
}

/// Calls visit(file, included) for every quoted include below src.
template <typename Visit>
void EachInclude(const Visit& visit) {
  const fs::path source = fs::path(STAGE_SOURCE_DIR) / "src";
  const std::regex include("^\\s*#\\s*include\\s+\"([^\"]+)\"");
  for (const auto& entry : fs::recursive_directory_iterator(source)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".h" && extension != ".cpp") continue;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      std::smatch match;
      if (std::regex_search(line, match, include)) {
        visit(fs::relative(entry.path(), source).string(), match[1].str());
      }
    }
  }
}

TEST_CASE("IncludeArrows: cli may use all, engine and remote only core") {
  const std::map<std::string, std::set<std::string>> allowed = {
      {"core", {"core"}},
      {"engine", {"engine", "core"}},
      {"remote", {"remote", "core"}},
      {"cli", {"cli", "engine", "remote", "core"}},
  };
  int includes = 0;
  EachInclude([&](const std::string& file, const std::string& included) {
    CAPTURE(file);
    CAPTURE(included);
    REQUIRE(allowed.contains(Part(file)));
    CHECK(allowed.at(Part(file)).contains(Part(included)));
    ++includes;
  });
  CHECK(includes > 50);
}

TEST_CASE("IncludeArrows: cli knows the engines by their interfaces alone") {
  EachInclude([&](const std::string& file, const std::string& included) {
    if (Part(file) != "cli" || Part(included) != "engine") return;
    CAPTURE(file);
    CHECK((included == "engine/local_engine.h" ||
           included == "engine/diffusion_engine.h"));
  });
}

TEST_CASE(
    "IncludeArrows: the photo library is not part of a build without engine") {
  EachInclude([&](const std::string& file, const std::string& included) {
    if (!included.starts_with("core/photo/")) return;
    CAPTURE(file);
    const bool in_photo = file.starts_with("core/photo/");
    CHECK((in_photo || Part(file) == "engine"));
  });
}

TEST_CASE("IncludeArrows: every include starts at src and exists") {
  const fs::path source = fs::path(STAGE_SOURCE_DIR) / "src";
  EachInclude([&](const std::string& file, const std::string& included) {
    CAPTURE(file);
    CAPTURE(included);
    CHECK(fs::exists(source / included));
  });
}

}  // namespace
}  // namespace stage::test
