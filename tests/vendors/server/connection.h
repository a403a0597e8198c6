#pragma once

#include <httplib.h>

#include <array>
#include <functional>
#include <string>

namespace stage::vendors {

/// A client's connection that can be dropped in the middle of things.
class Connection final : public httplib::Stream {
 public:
  explicit Connection(int socket) : socket_(socket) {}
  ~Connection() override;

  /// The one whose request this thread deals with.
  static Connection& Current();

  /// Ends it with a TCP reset; what is written from now on goes nowhere.
  void Reset();
  /// True when the client closed its end.
  bool PeerHasGone() const;
  bool WaitForRequest(int timeout_ms);

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* bytes, size_t size) override;
  ssize_t write(const char* bytes, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  int socket() const override { return socket_; }

 private:
  bool Wait(short events, int timeout_ms) const;

  int socket_;
  bool reset_ = false;
  std::array<char, 65536> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

/// httplib's server over such connections; listens on 127.0.0.1.
class ConnectionServer final : public httplib::Server {
 public:
  ConnectionServer();

 private:
  bool process_and_close_socket(int socket) override;
};

}  // namespace stage::vendors
