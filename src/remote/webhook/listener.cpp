#include "remote/webhook/listener.h"

#include <httplib.h>

#include <chrono>
#include <thread>

#include "core/error.h"

namespace stage::webhook {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kLongestRequest = std::chrono::seconds(20);
constexpr int kReadTimeout_s = 5;
constexpr int kThreads = 8;

void Reply(const Answer& answer, httplib::Response& response) {
  response.status = answer.status;
  response.set_content(answer.text, "text/plain; charset=utf-8");
}

/// Reads the body as it comes; false when it is too large or too slow.
bool ReadBody(const httplib::ContentReader& reader, std::string& body) {
  const Clock::time_point start = Clock::now();
  return reader([&](const char* data, size_t size) {
    body.append(data, size);
    return body.size() <= kLargestBody &&
           Clock::now() - start < kLongestRequest;
  });
}

}  // namespace

class Listener::Server {
 public:
  Server(const ListenerOptions& options, Take take) : take_(std::move(take)) {
    server_.set_payload_max_length(kLargestBody);
    server_.set_read_timeout(kReadTimeout_s);
    // Deliveries are rare; kept connections would only hold threads.
    server_.set_keep_alive_max_count(1);
    // The library would share the port with whoever else wants it.
    server_.set_socket_options([](socket_t socket) {
      const int on = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
    server_.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server_.Post(".*",
                 [this](const httplib::Request& request,
                        httplib::Response& response,
                        const httplib::ContentReader& reader) {
                   Handle(request, response, reader);
                 });
    Bind(options);
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // stop() does nothing to a server that does not run yet.
    while (!server_.is_running()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  ~Server() {
    server_.stop();
    thread_.join();
  }

  int port() const { return port_; }

 private:
  void Bind(const ListenerOptions& options) {
    if (options.port == 0) {
      port_ = server_.bind_to_any_port(options.bind);
    } else if (server_.bind_to_port(options.bind, options.port)) {
      port_ = options.port;
    }
    if (port_ <= 0) {
      throw Error(ErrorKind::kUsage,
                  "cannot listen at " + options.bind + ":" +
                      std::to_string(options.port) +
                      ": another program may be there, or it is no address "
                      "of this machine; choose with --bind and --port");
    }
  }

  void Handle(const httplib::Request& request,
              httplib::Response& response,
              const httplib::ContentReader& reader) {
    if (request.has_header("Content-Encoding")) {
      response.set_header("Connection", "close");
      return Reply({415, "send the body uncompressed\n"}, response);
    }
    Delivery delivery;
    delivery.target = request.target;
    delivery.headers.assign(request.headers.begin(), request.headers.end());
    if (!ReadBody(reader, delivery.body)) {
      response.set_header("Connection", "close");
      return Reply({413, "too large or too slow\n"}, response);
    }
    try {
      Reply(take_(delivery), response);
    } catch (const std::exception&) {
      Reply({500, "cannot be taken now\n"}, response);
    }
  }

  Take take_;
  httplib::Server server_;
  int port_ = -1;
  std::thread thread_;
};

Listener::Listener(const ListenerOptions& options, Take take)
    : server_(std::make_unique<Server>(options, std::move(take))) {}

Listener::~Listener() = default;

int Listener::port() const { return server_->port(); }

}  // namespace stage::webhook
