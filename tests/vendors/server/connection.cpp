#include "vendors/server/connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace stage::vendors {
namespace {

constexpr int kReadTimeoutMs = 60'000;
constexpr int kIdleTimeoutMs = 30'000;
// Held requests, slow answers and uploads take a thread each.
constexpr size_t kThreads = 72;

thread_local Connection* current = nullptr;

}  // namespace

Connection::~Connection() { close(socket_); }

Connection& Connection::Current() { return *current; }

void Connection::Reset() {
  const linger at_once = {.l_onoff = 1, .l_linger = 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  reset_ = true;
}

bool Connection::Wait(short events, int timeout_ms) const {
  pollfd waited = {socket_, events, 0};
  return poll(&waited, 1, timeout_ms) > 0;
}

bool Connection::PeerHasGone() const {
  pollfd waited = {socket_, POLLRDHUP, 0};
  return poll(&waited, 1, 0) > 0;
}

bool Connection::WaitForRequest(int timeout_ms) {
  return !reset_ && (begin_ < end_ || Wait(POLLIN, timeout_ms));
}

bool Connection::is_readable() const {
  return begin_ < end_ || Wait(POLLIN, kReadTimeoutMs);
}

bool Connection::is_writable() const {
  return !reset_ && Wait(POLLOUT, kReadTimeoutMs);
}

ssize_t Connection::read(char* bytes, size_t size) {
  if (reset_) return -1;
  if (begin_ == end_) {
    if (!Wait(POLLIN, kReadTimeoutMs)) return -1;
    const ssize_t count = recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (count <= 0) return count;
    begin_ = 0;
    end_ = static_cast<size_t>(count);
  }
  const size_t count = std::min(size, end_ - begin_);
  std::memcpy(bytes, buffer_.data() + begin_, count);
  begin_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* bytes, size_t size) {
  if (!is_writable()) return -1;
  return send(socket_, bytes, size, MSG_NOSIGNAL);
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";
  port = 0;
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  get_remote_ip_and_port(ip, port);
}

ConnectionServer::ConnectionServer() {
  new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  set_tcp_nodelay(true);
}

bool ConnectionServer::process_and_close_socket(int socket) {
  Connection connection(socket);
  current = &connection;
  bool closed = false;
  bool good = true;
  while (good && !closed && connection.WaitForRequest(kIdleTimeoutMs)) {
    good = process_request(connection, false, closed, nullptr);
  }
  current = nullptr;
  return good;
}

}  // namespace stage::vendors
