// hub_server: plays Hugging Face's web API and the host that its large files
// are sent from, on two ports of 127.0.0.1. Prints {"hub", "cdn"} when it is
// ready, and ends when its stdin does. Control, on the first port:
//   POST   /_control/repository  {"name", "commit", "token", "gated",
//                                 "revisions": [...], "files": [File...]},
//          File = {"name", "text" or "bytes" and "seed", "large"}; "listed"
//          replaces what the list of files says of a file
//   POST   /_control/fault       {"file", "kind", "times", "after", "status"},
//          kind = cut | corrupt | short | status | whole | slow
//   GET    /_control/journal     [{"host", "path", "range", "authorization"}]
//   DELETE /_control/journal     forgets them and all faults

#include <httplib.h>
#include <openssl/evp.h>

#include <chrono>
#include <iostream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>

#include "vendors/server/connection.h"

namespace stage::test {
namespace {

using nlohmann::json;
using vendors::Connection;
using vendors::ConnectionServer;

constexpr size_t kPiece = 64 * 1024;

std::string Hex(const EVP_MD* kind, const std::string& bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int count = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &count, kind, nullptr);
  std::string hex;
  for (unsigned int i = 0; i < count; ++i) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", digest[i]);
    hex += digits;
  }
  return hex;
}

struct File {
  std::string bytes;
  bool large = false;
  json listed;

  std::string Id() const {
    if (large) return Hex(EVP_sha256(), bytes);
    std::string blob = "blob " + std::to_string(bytes.size());
    blob += '\0';
    return Hex(EVP_sha1(), blob + bytes);
  }
};

struct Fault {
  std::string file;
  std::string kind;
  int times = 1;
  size_t after = 0;
  int status = 503;
};

class HubServer {
 public:
  HubServer() {
    hub_.Get("/api/models/(.+)/revision/([^/]+)",
             [this](const auto& request, auto& response) {
               List(request, response);
             });
    hub_.Get("/_control/journal", [this](const auto&, auto& response) {
      const std::lock_guard lock(mutex_);
      response.set_content(journal_.dump(), "application/json");
    });
    hub_.Delete("/_control/journal", [this](const auto&, auto& response) {
      const std::lock_guard lock(mutex_);
      journal_ = json::array();
      faults_.clear();
      response.set_content("{}", "application/json");
    });
    hub_.Post("/_control/repository",
              [this](const auto& request, auto& response) {
                SetRepository(json::parse(request.body));
                response.set_content("{}", "application/json");
              });
    hub_.Post("/_control/fault", [this](const auto& request, auto& response) {
      const json wish = json::parse(request.body);
      const std::lock_guard lock(mutex_);
      faults_.push_back({wish.at("file"),
                         wish.at("kind"),
                         wish.value("times", 1),
                         wish.value("after", size_t{0}),
                         wish.value("status", 503)});
      response.set_content("{}", "application/json");
    });
    hub_.Get("/([^/]+/[^/]+)/resolve/([^/]+)/(.+)",
             [this](const auto& request, auto& response) {
               Resolve(request, response);
             });
    cdn_.Get("/blobs/(.+)", [this](const auto& request, auto& response) {
      Note("cdn", request);
      SendFile(request.matches[1], request, response);
    });
    hub_port_ = hub_.bind_to_any_port("127.0.0.1");
    cdn_port_ = cdn_.bind_to_any_port("127.0.0.1");
    for (ConnectionServer* server : {&hub_, &cdn_}) {
      threads_.emplace_back([server] { server->listen_after_bind(); });
    }
  }

  json Address() const {
    return {{"hub", "http://127.0.0.1:" + std::to_string(hub_port_)},
            {"cdn", "http://127.0.0.1:" + std::to_string(cdn_port_)}};
  }

 private:
  void Note(const char* host, const httplib::Request& request) {
    const std::lock_guard lock(mutex_);
    journal_.push_back(
        {{"host", host},
         {"path", request.path},
         {"range", request.get_header_value("Range")},
         {"authorization", request.get_header_value("Authorization")}});
  }

  void SetRepository(const json& wish) {
    const std::lock_guard lock(mutex_);
    repository_ = wish;
    files_.clear();
    for (const json& item : wish.at("files")) {
      File file;
      if (item.contains("text")) {
        file.bytes = item["text"];
      } else {
        file.bytes.resize(item.at("bytes"));
        uint64_t state = item.value("seed", uint64_t{1});
        for (char& byte : file.bytes) {
          state = state * 6364136223846793005u + 1442695040888963407u;
          byte = static_cast<char>(state >> 56);
        }
      }
      file.large = item.value("large", false);
      file.listed = item.value("listed", json());
      files_[item.at("name")] = std::move(file);
    }
  }

  /// @return false when the request was refused
  bool Admit(const httplib::Request& request, httplib::Response& response) {
    const std::string token = repository_.value("token", "");
    const std::string shown = request.get_header_value("Authorization");
    if (!token.empty() && shown != "Bearer " + token) {
      response.status = 401;
      response.set_header("X-Error-Code", "GatedRepo");
      return false;
    }
    if (repository_.value("gated", false)) {
      response.status = 403;
      response.set_header("X-Error-Code", "GatedRepo");
      return false;
    }
    return true;
  }

  void List(const httplib::Request& request, httplib::Response& response) {
    Note("hub", request);
    const std::lock_guard lock(mutex_);
    if (request.matches[1] != repository_.value("name", "")) {
      response.status = 404;
      response.set_header("X-Error-Code", "RepoNotFound");
      return;
    }
    const json revisions = repository_.value("revisions", json({"main"}));
    if (std::find(revisions.begin(),
                  revisions.end(),
                  request.matches[2].str()) == revisions.end()) {
      response.status = 404;
      response.set_header("X-Error-Code", "RevisionNotFound");
      return;
    }
    if (!Admit(request, response)) return;
    json siblings = json::array();
    for (const auto& [name, file] : files_) {
      json item = {{"rfilename", name}, {"size", file.bytes.size()}};
      if (file.large) {
        item["lfs"] = {{"sha256", file.Id()}, {"size", file.bytes.size()}};
      } else {
        item["blobId"] = file.Id();
      }
      if (file.listed.is_object()) item.update(file.listed);
      siblings.push_back(item);
    }
    response.set_content(
        json{{"sha", repository_.at("commit")}, {"siblings", siblings}}.dump(),
        "application/json");
  }

  void Resolve(const httplib::Request& request, httplib::Response& response) {
    Note("hub", request);
    const std::string name = request.matches[3];
    bool large = false;
    {
      const std::lock_guard lock(mutex_);
      if (!Admit(request, response)) return;
      const auto file = files_.find(name);
      if (file == files_.end()) {
        response.status = 404;
        response.set_header("X-Error-Code", "EntryNotFound");
        return;
      }
      large = file->second.large;
    }
    if (large) {
      response.set_redirect("http://127.0.0.1:" + std::to_string(cdn_port_) +
                            "/blobs/" + name + "?signature=secret");
    } else {
      SendFile(name, request, response);
    }
  }

  std::optional<Fault> TakeFault(const std::string& name) {
    const std::lock_guard lock(mutex_);
    for (Fault& fault : faults_) {
      if (fault.file == name && fault.times > 0) {
        --fault.times;
        return fault;
      }
    }
    return std::nullopt;
  }

  void SendFile(const std::string& name,
                const httplib::Request& request,
                httplib::Response& response) {
    std::string bytes;
    {
      const std::lock_guard lock(mutex_);
      const auto file = files_.find(name);
      if (file == files_.end()) {
        response.status = 404;
        return;
      }
      bytes = file->second.bytes;
    }
    const Fault fault = TakeFault(name).value_or(Fault{});
    if (fault.kind == "status") {
      response.status = fault.status;
      response.set_header("Retry-After", "0");
      return;
    }
    if (fault.kind == "corrupt") bytes[bytes.size() / 2] ^= 1;
    if (fault.kind == "short") bytes.resize(bytes.size() / 2);
    // The place in the file up to which it is sent.
    const size_t cut = fault.kind == "cut" ? fault.after : std::string::npos;
    const bool slow = fault.kind == "slow";
    const auto give = [bytes, cut, slow](size_t offset,
                                         httplib::DataSink& sink) {
      const size_t end = std::min({bytes.size(), offset + kPiece, cut});
      if (end <= offset) {
        Connection::Current().Reset();
        return false;
      }
      if (slow) std::this_thread::sleep_for(std::chrono::milliseconds(100));
      return sink.write(bytes.data() + offset, end - offset);
    };
    if (fault.kind == "whole") {
      response.status = 200;
      response.set_chunked_content_provider(
          "application/octet-stream",
          [bytes](size_t offset, httplib::DataSink& sink) {
            sink.write(bytes.data() + offset, bytes.size() - offset);
            sink.done();
            return true;
          });
      return;
    }
    response.set_content_provider(
        bytes.size(),
        "application/octet-stream",
        [give](size_t offset, size_t, httplib::DataSink& sink) {
          return give(offset, sink);
        });
  }

  std::mutex mutex_;
  json repository_ = json::object();
  std::map<std::string, File> files_;
  std::vector<Fault> faults_;
  json journal_ = json::array();
  ConnectionServer hub_;
  ConnectionServer cdn_;
  int hub_port_ = 0;
  int cdn_port_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace
}  // namespace stage::test

int main() {
  stage::test::HubServer server;
  std::cout << server.Address().dump() << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  _Exit(0);
}
