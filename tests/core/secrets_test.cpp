#include "core/secrets.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "core/base64.h"
#include "core/error.h"
#include "support/temp_dir.h"

using namespace stage;
using stage::test::TempDir;
namespace fs = std::filesystem;

namespace {

std::optional<std::string> Nothing(const std::string&) { return {}; }

EnvironmentLookup Only(const std::string& name, const std::string& value) {
  return [=](const std::string& asked) -> std::optional<std::string> {
    if (asked == name) return value;
    return std::nullopt;
  };
}

/// The message of the credentials error that a look-up ends with.
std::string Refusal(const VendorSettings& settings,
                    const EnvironmentLookup& environment = Nothing) {
  try {
    FindKey("roomstack", settings, environment);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kCredentials);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("FindKey: environment before command before file") {
  const TempDir folder;
  const fs::path file = folder.Write("key", "from-file\n");
  chmod(file.c_str(), 0600);
  VendorSettings settings;
  settings.key_file = file;
  CHECK(FindKey("roomstack", settings, Nothing).Reveal() == "from-file");
  settings.key_command = "echo from-command";
  CHECK(FindKey("roomstack", settings, Nothing).Reveal() == "from-command");
  CHECK(
      FindKey("roomstack", settings, Only("STAGE_ROOMSTACK_KEY", " from-env "))
          .Reveal() == "from-env");
}

TEST_CASE("FindKey: a key that others can read is refused with the remedy") {
  const TempDir folder;
  VendorSettings settings;
  settings.key_file = folder.Write("key", "secret-7");
  for (const mode_t mode : {0644, 0640, 0604, 0700}) {
    chmod(settings.key_file.c_str(), mode);
    CHECK(Refusal(settings).find("chmod 600") != std::string::npos);
  }
}

TEST_CASE("FindKey: refusals say what to do and never show the key") {
  const TempDir folder;
  VendorSettings settings;
  CHECK(Refusal(settings).find("STAGE_ROOMSTACK_KEY") != std::string::npos);
  settings.key_command = "echo secret-7; exit 3";
  CHECK(Refusal(settings).find("exit code 3") != std::string::npos);
  CHECK(Refusal(settings).find("secret-7") == std::string::npos);
  for (const char* bad : {"two words", "line\nbreak", "caf\xC3\xA9", "  \n"}) {
    const std::string message = Refusal({}, Only("STAGE_ROOMSTACK_KEY", bad));
    CHECK_FALSE(message.empty());
    CHECK(message.find("line") == std::string::npos);
  }
  settings.key_command = "true";
  CHECK_FALSE(Refusal(settings).empty());
}

TEST_CASE("Secret: is blotted out of texts") {
  const Secret key("s3cret");
  CHECK(key.RedactedIn("a s3cret and s3crets3cret") ==
        "a [key] and [key][key]");
  CHECK(Secret().RedactedIn("text") == "text");
}

TEST_CASE("Secret: is blotted out however it is written") {
  const Secret key("k\"e/y+1=&2 \\z");
  const std::string plain = key.Reveal();
  for (const std::string& written : {plain,
                                     std::string("k%22e%2Fy%2B1%3D%262%20%5Cz"),
                                     std::string("k%22e%2fy%2b1%3d%262%20%5cz"),
                                     std::string(R"(k\"e\/y+1=&2 \\z)"),
                                     Base64(plain),
                                     Base64("user:" + plain),
                                     Base64("u:" + plain + " and more"),
                                     Base64("me:" + plain)}) {
    CAPTURE(written);
    const std::string clean = key.RedactedIn("a " + written + " b");
    CHECK(clean.find("[key]") != std::string::npos);
    CHECK(clean.find(written) == std::string::npos);
    CHECK(clean.starts_with("a "));
    CHECK(clean.ends_with(" b"));
  }
  CHECK(Secret("abc").RedactedIn("YWJj") == "YWJj");
}

TEST_CASE("ReadVendorSettings: file, then environment") {
  const TempDir folder;
  const fs::path file = folder.Write("config.toml",
                                     "style = 'modern'\n"
                                     "[vendors.roomstack]\n"
                                     "key_file = 'roomstack.key'\n"
                                     "base_url = 'https://proxy.example'\n");
  VendorSettings settings = ReadVendorSettings("roomstack", file, Nothing);
  CHECK(settings.key_file == folder.path() / "roomstack.key");
  CHECK(settings.base_url == "https://proxy.example");
  CHECK(HasKey("roomstack", settings, Nothing));
  settings = ReadVendorSettings(
      "roomstack", file, Only("STAGE_ROOMSTACK_URL", "http://localhost:1"));
  CHECK(settings.base_url == "http://localhost:1");
  CHECK_FALSE(
      HasKey("vsai", ReadVendorSettings("vsai", file, Nothing), Nothing));
}

TEST_CASE("ReadVendorSettings: mistakes are told with file and line") {
  const TempDir folder;
  const fs::path file =
      folder.Write("config.toml", "[vendors.roomstack]\nkey = 'secret-7'\n");
  CHECK_THROWS_WITH_AS(ReadVendorSettings("roomstack", file, Nothing),
                       doctest::Contains("line 2"),
                       Error);
  folder.Write("config.toml", "[vendors.roomstack]\nkey_file = 7\n");
  CHECK_THROWS_AS(ReadVendorSettings("roomstack", file, Nothing), Error);
  folder.Write("config.toml", "[vendors\n");
  CHECK_THROWS_AS(ReadVendorSettings("roomstack", file, Nothing), Error);
}

TEST_CASE("ReadVendorSettings: an account's own rate of requests") {
  const TempDir folder;
  const fs::path file = folder.Write(
      "config.toml", "[vendors.reroom]\nrequests_per_minute = 30\n");
  CHECK(ReadVendorSettings("reroom", file, Nothing).requests_per_minute == 30);
  CHECK(ReadVendorSettings("vsart", file, Nothing).requests_per_minute == 0);
  const auto rate = [&](const std::string& text) {
    return ReadVendorSettings(
               "reroom", file, Only("STAGE_REROOM_REQUESTS_PER_MINUTE", text))
        .requests_per_minute;
  };
  CHECK(rate("600.5") == 600.5);
  for (const char* wrong : {"", "0", "-5", "nan", "many", "10 "}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(rate(wrong), Error);
  }
}

TEST_CASE("DefaultConfigFile: XDG first, then the home folder") {
  CHECK(DefaultConfigFile(Only("XDG_CONFIG_HOME", "/x")) ==
        "/x/stage/config.toml");
  CHECK(DefaultConfigFile(Only("HOME", "/h")) ==
        "/h/.config/stage/config.toml");
  CHECK(DefaultConfigFile(Only("XDG_CONFIG_HOME", "relative")).empty());
  CHECK(DefaultConfigFile(Nothing).empty());
}
