#include "remote/models/hub_client.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/text_encoding.h"
#include "core/weights/hub_cache.h"
#include "remote/models/persistence.h"

namespace stage::remote {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr size_t kLongestToken = 1024;

bool IsSet(const EnvironmentLookup& environment, const char* name) {
  std::string value = environment(name).value_or("");
  for (char& c : value) c = static_cast<char>(std::toupper(c));
  return value == "1" || value == "ON" || value == "YES" || value == "TRUE";
}

std::string WithoutSpace(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

Secret TokenOf(const std::string& source, const std::string& text) {
  const std::string token = WithoutSpace(text);
  const bool is_plain = std::all_of(
      token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (!is_plain || token.size() > kLongestToken) {
    throw Error(ErrorKind::kCredentials,
                source +
                    ": this is not a token: it must be one word of plain "
                    "characters");
  }
  return Secret(token);
}

Secret ReadToken(const EnvironmentLookup& environment) {
  for (const char* variable : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
    const std::string value = environment(variable).value_or("");
    if (!WithoutSpace(value).empty()) return TokenOf(variable, value);
  }
  if (IsSet(environment, "HF_HUB_DISABLE_IMPLICIT_TOKEN")) return Secret();
  fs::path file = environment("HF_TOKEN_PATH").value_or("");
  if (file.empty()) file = HubHome(environment) / "token";
  std::ifstream stream(file);
  std::string text;
  std::getline(stream, text);
  return TokenOf(Utf8Path(file), text);
}

/// "refs/pr/1" as one part of a path.
std::string PathOf(const std::string& endpoint,
                   const ModelEntry& model,
                   const char* before,
                   const char* between,
                   const std::string& revision) {
  return endpoint + before + model.repository + between +
         PercentEncoded(revision);
}

RepositoryState StateOf(const std::string& body, const std::string& host) {
  RepositoryState state;
  try {
    const json document = json::parse(body);
    state.commit = document.at("sha");
    for (const json& item : document.at("siblings")) {
      FileIdentity identity;
      const json lfs = item.value("lfs", json());
      identity.id =
          lfs.is_object() ? lfs.value("sha256", "") : item.value("blobId", "");
      identity.bytes = item.value("size", int64_t{-1});
      state.files[item.at("rfilename")] = identity;
    }
  } catch (const json::exception&) {
    state.commit.clear();
  }
  if (state.commit.size() != 40 || !IsContentId(state.commit)) {
    throw Error(ErrorKind::kVendorUnavailable,
                host +
                    ": does not answer as Hugging Face does; check "
                    "HF_ENDPOINT");
  }
  return state;
}

}  // namespace

HubSettings ReadHubSettings(const EnvironmentLookup& environment) {
  HubSettings settings;
  if (std::string named = environment("HF_ENDPOINT").value_or("");
      !named.empty()) {
    while (named.ends_with('/')) named.pop_back();
    settings.endpoint = named;
  }
  const Url url = ParseUrl(settings.endpoint);
  if (url.rest.find_first_of("?#") != std::string::npos) {
    throw Error(ErrorKind::kUsage, "HF_ENDPOINT: write it without '?' and '#'");
  }
  settings.offline = IsSet(environment, "HF_HUB_OFFLINE");
  settings.token = ReadToken(environment);
  return settings;
}

HubClient::HubClient(std::shared_ptr<Transport> transport,
                     const HubSettings& settings)
    : endpoint_(settings.endpoint),
      get_(std::move(transport), settings.endpoint, settings.token) {}

std::string HubClient::FileUrl(const ModelEntry& model,
                               const std::string& commit,
                               const std::string& file) const {
  std::string url = PathOf(endpoint_, model, "/", "/resolve/", commit);
  for (size_t begin = 0; begin <= file.size();) {
    const size_t end = std::min(file.find('/', begin), file.size());
    url += "/" + PercentEncoded(file.substr(begin, end - begin));
    begin = end + 1;
  }
  return url;
}

RepositoryState HubClient::Read(const ModelEntry& model,
                                const std::string& revision,
                                const Cancelled& cancelled) const {
  HttpRequest request;
  request.url =
      PathOf(endpoint_, model, "/api/models/", "/revision/", revision) +
      "?blobs=true";
  request.headers = {{"Accept", "application/json"}};
  request.cancelled = cancelled;
  const HttpResponse response = SendPersistently(
      [&] { return get_.Send(request); }, {.cancelled = cancelled});
  if (response.status == 200) {
    return StateOf(response.body, ParseUrl(endpoint_).host);
  }
  if (response.Header("x-error-code") == "RevisionNotFound") {
    throw Error(ErrorKind::kUsage,
                model.repository + ": has no revision '" + revision + "'");
  }
  throw Refusal(model, model.repository, response);
}

Error HubClient::Refusal(const ModelEntry& model,
                         const std::string& what,
                         const HttpResponse& response) const {
  const std::string code = response.Header("x-error-code");
  const std::string page = endpoint_ + "/" + model.repository;
  // The server hides what an account may not see behind 401 and "not found".
  if (response.status == 404 || (code == "RepoNotFound" && get_.has_token())) {
    return Error(ErrorKind::kModel,
                 what + ": not found at " + ParseUrl(endpoint_).host +
                     "; it may have moved, or be private");
  }
  if (response.status == 401 && !get_.has_token()) {
    return Error(ErrorKind::kCredentials,
                 what + ": needs an account: accept its licence at " + page +
                     ", make a token there and set HF_TOKEN (or the "
                     "repository is gone)");
  }
  if (response.status == 401) {
    return Error(ErrorKind::kCredentials,
                 what +
                     ": the token was refused; make a new one and set "
                     "HF_TOKEN");
  }
  if (response.status == 403) {
    return Error(ErrorKind::kCredentials,
                 what +
                     ": the account may not have it: accept its licence at " +
                     page + (get_.has_token() ? "" : " and set HF_TOKEN"));
  }
  return Error(ErrorKind::kVendorUnavailable,
               what + ": " + ParseUrl(endpoint_).host +
                   " answered with status " + std::to_string(response.status) +
                   "; try again later");
}

}  // namespace stage::remote
