#include "core/secrets.h"

#include <openssl/crypto.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/base64.h"
#include "core/error.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLongestKey = 8192;

Error BadKey(const std::string& source, const std::string& what) {
  return Error(ErrorKind::kCredentials, source + ": " + what);
}

/// Trims white space; refuses what could break out of a request header.
Secret MakeSecret(const std::string& source, const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) throw BadKey(source, "the key is empty");
  const size_t end = text.find_last_not_of(" \t\r\n");
  const std::string key = text.substr(begin, end - begin + 1);
  const bool is_plain = std::all_of(
      key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (!is_plain || key.size() > kLongestKey) {
    throw BadKey(source,
                 "this is not a key: it must be one word of plain characters");
  }
  return Secret(key);
}

/// With an escape character before everything that is no letter, digit or
/// unreserved mark: `%2B` with hex digits given, else `\/`.
std::string Escaped(const std::string& text,
                    char escape,
                    std::string_view hex_digits) {
  const bool is_url = !hex_digits.empty();
  const std::string_view kept = is_url ? "-._~" : "";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_special =
        is_url ? std::isalnum(byte) == 0 && kept.find(c) == std::string::npos
               : c == '"' || c == '\\' || c == '/';
    if (is_special) escaped += escape;
    if (is_special && is_url) {
      escaped += {hex_digits[byte >> 4], hex_digits[byte & 15]};
    } else {
      escaped += c;
    }
  }
  return escaped;
}

Secret KeyOfFile(const fs::path& file) {
  const std::string source = "key_file " + Utf8Path(file);
  struct stat about;
  if (stat(file.c_str(), &about) != 0) {
    throw BadKey(source, std::strerror(errno));
  }
  if ((about.st_mode & 0177) != 0) {
    throw BadKey(source,
                 "others can read it; run: chmod 600 " + Utf8Path(file));
  }
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) throw BadKey(source, "cannot be read");
  return MakeSecret(source, text);
}

Secret KeyOfCommand(const std::string& vendor, const std::string& command) {
  // The command may itself hold a secret, so messages never show it.
  const std::string source = "key_command of " + vendor;
  std::FILE* pipe = popen(command.c_str(), "re");
  if (pipe == nullptr) throw BadKey(source, std::strerror(errno));
  std::string text(kLongestKey + 2, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), pipe));
  const int status = pclose(pipe);
  if (status != 0) {
    throw BadKey(source,
                 WIFEXITED(status) ? "ended with exit code " +
                                         std::to_string(WEXITSTATUS(status))
                                   : std::string("was killed"));
  }
  return MakeSecret(source, text);
}

}  // namespace

Secret::~Secret() { OPENSSL_cleanse(value_.data(), value_.size()); }

/// The key as it may come back to us: as it is, in a URL, in JSON, in base64
/// by itself or within something longer.
std::vector<std::string> Secret::Forms() const {
  constexpr size_t kShortest = 8;  // less is found in any text
  std::vector<std::string> forms = {value_};
  if (value_.size() < kShortest) return forms;
  forms.push_back(Escaped(value_, '%', "0123456789ABCDEF"));
  forms.push_back(Escaped(value_, '%', "0123456789abcdef"));
  forms.push_back(Escaped(value_, '\\', ""));
  for (size_t before = 0; before < 3; ++before) {
    // Only characters that hold nothing but bits of the key.
    const std::string whole = Base64(std::string(before, 'x') + value_);
    const size_t begin = (before * 8 + 5) / 6;
    const size_t end = (before + value_.size()) * 8 / 6;
    std::string form = whole.substr(begin, end - begin);
    forms.push_back(form);
    std::replace(form.begin(), form.end(), '+', '-');
    std::replace(form.begin(), form.end(), '/', '_');
    forms.push_back(form);
  }
  return forms;
}

std::string Secret::RedactedIn(std::string text) const {
  if (value_.empty()) return text;
  for (const std::string& form : Forms()) {
    for (size_t at = text.find(form); at != std::string::npos;
         at = text.find(form, at)) {
      text.replace(at, form.size(), "[key]");
    }
  }
  return text;
}

std::string KeyVariable(const std::string& vendor) {
  std::string name = "STAGE_";
  for (const char c : vendor) {
    name +=
        c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  }
  return name + "_KEY";
}

Secret FindKey(const std::string& vendor,
               const VendorSettings& settings,
               const EnvironmentLookup& environment) {
  const std::string variable = KeyVariable(vendor);
  const std::optional<std::string> value = environment(variable);
  if (value && !value->empty()) return MakeSecret(variable, *value);
  if (!settings.key_command.empty()) {
    return KeyOfCommand(vendor, settings.key_command);
  }
  if (!settings.key_file.empty()) return KeyOfFile(settings.key_file);
  throw Error(ErrorKind::kCredentials,
              "no key for " + vendor + ": set " + variable +
                  ", or key_command or key_file under [vendors." + vendor +
                  "] in the config file");
}

bool HasKey(const std::string& vendor,
            const VendorSettings& settings,
            const EnvironmentLookup& environment) {
  return !environment(KeyVariable(vendor)).value_or("").empty() ||
         !settings.key_command.empty() || !settings.key_file.empty();
}

}  // namespace stage
