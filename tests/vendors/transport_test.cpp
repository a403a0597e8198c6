// libcurl behind the Transport interface, against servers of the test's own.

#include "remote/http/transport.h"

#include <doctest/doctest.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <zlib.h>

#include <atomic>
#include <thread>

#include "support/temp_dir.h"

namespace stage::test {
namespace {

using namespace remote;

/// Serves until it goes.
template <typename HttpServer>
class Serving {
 public:
  template <typename... Arguments>
  explicit Serving(Arguments... arguments) : server(arguments...) {
    port_ = server.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
  }
  ~Serving() {
    server.stop();
    thread_.join();
  }
  std::string Url(const std::string& path,
                  const std::string& scheme = "http") const {
    return scheme + "://127.0.0.1:" + std::to_string(port_) + path;
  }

  HttpServer server;

 private:
  int port_ = 0;
  std::thread thread_;
};
using HttpServer = Serving<httplib::Server>;

/// A gzip stream.
std::string Packed(const std::string& text) {
  z_stream stream = {};
  constexpr int kGzip = 16;
  deflateInit2(
      &stream, 9, Z_DEFLATED, MAX_WBITS + kGzip, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// A certificate for nobody, signed by nobody.
struct Certificate {
  Certificate() {
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_sign(certificate, key, EVP_sha256());
  }
  ~Certificate() {
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
};

std::string FailureOf(const HttpRequest& request, Sent* sent = nullptr) {
  try {
    OpenCurlTransport()->Send(request);
  } catch (const TransportError& error) {
    if (sent != nullptr) *sent = error.sent();
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE(
    "Transport: nothing can be done with a request before its last byte "
    "may leave") {
  std::atomic<bool> may_leave = false;
  std::atomic<bool> came_early = false;
  HttpServer serving;
  serving.server.Post("/order", [&](const auto& request, auto& response) {
    if (!may_leave) came_early = true;
    response.set_content(request.body, "text/plain");
  });
  HttpRequest request;
  request.method = "POST";
  request.url = serving.Url("/order");
  request.body = JsonBody({{"words", std::string(200'000, 'x')}});
  request.before_last_byte = [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    may_leave = true;
  };
  const HttpResponse response = OpenCurlTransport()->Send(request);
  CHECK(response.status == 200);
  CHECK(response.body.size() ==
        200'000 + std::string(R"({"words":""})").size());
  CHECK_FALSE(came_early);
}

TEST_CASE("Transport: a request given up before its last byte was never sent") {
  std::atomic<int> calls = 0;
  HttpServer serving;
  serving.server.Post("/order", [&](const auto&, auto&) { ++calls; });
  HttpRequest request;
  request.method = "POST";
  request.url = serving.Url("/order");
  request.body = JsonBody({{"a", 1}});
  request.before_last_byte = [] { throw Error(ErrorKind::kDisk, "full"); };
  CHECK_THROWS_WITH(OpenCurlTransport()->Send(request), "full");
  request.before_last_byte = [] {};
  request.cancelled = [] { return true; };
  Sent sent = Sent::kMaybe;
  CHECK(FailureOf(request, &sent) != "");
  CHECK(calls <= 1);  // the second may have been on its way already
}

TEST_CASE("Transport: answers are bounded in size and time") {
  HttpServer serving;
  serving.server.Get("/large", [](const auto&, auto& response) {
    response.set_content(std::string(100'000, 'x'), "image/png");
  });
  serving.server.Get("/slow", [](const auto&, auto& response) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    response.set_content("late", "text/plain");
  });
  const TempDir folder;
  HttpRequest request;
  request.url = serving.Url("/large");
  request.to_file = folder.path() / "picture";
  request.max_answer_bytes = 99'999;
  CHECK(FailureOf(request).find("larger than") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(request.to_file));
  request.max_answer_bytes = 100'000;
  CHECK(OpenCurlTransport()->Send(request).in_file);
  request.url = serving.Url("/slow");
  request.timeout_s = 0.5;
  CHECK(FailureOf(request) != "");
}

TEST_CASE("Transport: packed answers are unpacked, within the same bounds") {
  HttpServer serving;
  serving.server.Get("/packed", [](const auto&, auto& response) {
    response.set_header("Content-Encoding", "gzip");
    response.set_content(Packed(std::string(100'000, 'x')), "text/plain");
  });
  HttpRequest request;
  request.url = serving.Url("/packed");
  CHECK(OpenCurlTransport()->Send(request).body == std::string(100'000, 'x'));
  request.max_answer_bytes = 99'999;
  CHECK(FailureOf(request).find("larger than") != std::string::npos);
}

TEST_CASE("Transport: a redirect leads to no file and to no other service") {
  const TempDir folder;
  const auto secret = folder.Write("secret.txt", "secret");
  HttpServer serving;
  std::string location;
  serving.server.Get("/here", [&](const auto&, auto& response) {
    response.set_redirect(location);
  });
  HttpRequest request;
  request.url = serving.Url("/here");
  request.redirects = Redirects::kFollow;
  request.to_file = folder.path() / "result";
  for (const std::string& target : {"file://" + secret.string(),
                                    std::string("ftp://127.0.0.1/x"),
                                    std::string("gopher://127.0.0.1/x")}) {
    location = target;
    CHECK(FailureOf(request) != "");
    CHECK_FALSE(std::filesystem::exists(request.to_file));
  }
}

TEST_CASE("Transport: what goes to a file is named by us alone") {
  HttpServer serving;
  serving.server.Get(".*", [](const auto&, auto& response) {
    response.set_header("Content-Disposition",
                        "attachment; filename=\"../../evil.jpg\"");
    response.set_content("bytes", "image/jpeg");
  });
  const TempDir folder;
  HttpRequest request;
  request.url = serving.Url("/..%2f..%2fevil.jpg");
  request.to_file = folder.path() / "sub" / "mine.part";
  std::filesystem::create_directory(folder.path() / "sub");
  CHECK(OpenCurlTransport()->Send(request).in_file);
  int files = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder.path())) {
    if (entry.is_regular_file()) ++files;
  }
  CHECK(files == 1);
  CHECK(ReadFileBytes(request.to_file) == "bytes");
}

TEST_CASE(
    "Transport: headers of ours do not follow a redirect that is refused") {
  std::atomic<int> arrived = 0;
  HttpServer elsewhere;
  elsewhere.server.Get("/there", [&](const auto&, auto&) { ++arrived; });
  HttpServer serving;
  serving.server.Get("/here", [&](const auto&, auto& response) {
    response.set_redirect(elsewhere.Url("/there"));
  });
  HttpRequest request;
  request.url = serving.Url("/here");
  request.headers = {{"Authorization", "Bearer key-1"}};
  CHECK(OpenCurlTransport()->Send(request).status == 302);
  CHECK(arrived == 0);
}

TEST_CASE("Transport: TLS of a stranger is refused, and so is TLS 1.1") {
  const Certificate own;
  Serving<httplib::SSLServer> serving(own.certificate, own.key);
  HttpRequest request;
  request.url = serving.Url("/", "https");
  Sent sent = Sent::kMaybe;
  CHECK(FailureOf(request, &sent).find("certificate") != std::string::npos);
  CHECK(sent == Sent::kNothing);
  SSL_CTX_set_min_proto_version(serving.server.ssl_context(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(serving.server.ssl_context(), TLS1_1_VERSION);
  SSL_CTX_set_cipher_list(serving.server.ssl_context(), "ALL:@SECLEVEL=0");
  const std::string old = FailureOf(request, &sent);
  CHECK(old != "");
  CHECK(old.find("certificate") == std::string::npos);
  CHECK(sent == Sent::kNothing);
}

}  // namespace stage::test
