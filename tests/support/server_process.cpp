#include "support/server_process.h"

#include <fcntl.h>
#include <httplib.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

extern char** environ;

namespace stage::test {
namespace {

std::string ReadLine(int descriptor) {
  std::string line;
  char c = 0;
  while (read(descriptor, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

}  // namespace

ServerProcess::ServerProcess(const std::string& program,
                             const std::vector<std::string>& arguments) {
  std::array<int, 2> in = {};
  std::array<int, 2> out = {};
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in[0], 0);
  posix_spawn_file_actions_adddup2(&files, out[1], 1);
  const int problem = posix_spawn(
      &process_, program.c_str(), &files, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  close(in[0]);
  close(out[1]);
  stdin_ = in[1];
  const std::string line = problem == 0 ? ReadLine(out[0]) : "";
  close(out[0]);
  if (line.empty()) throw std::runtime_error(program + " did not start");
  address_ = nlohmann::json::parse(line);
}

ServerProcess::~ServerProcess() {
  close(stdin_);
  waitpid(process_, nullptr, 0);
}

nlohmann::json ServerProcess::Control(const std::string& base_url,
                                      const std::string& method,
                                      const std::string& what,
                                      const nlohmann::json& body) {
  httplib::Client client(base_url);
  client.set_read_timeout(30);
  httplib::Request request;
  request.method = method;
  request.path = "/_control/" + what;
  if (!body.is_null()) {
    request.body = body.dump();
    request.set_header("Content-Type", "application/json");
  }
  const httplib::Result answer = client.send(request);
  if (!answer || answer->status != 200) {
    throw std::runtime_error("the test server does not take " + what);
  }
  return nlohmann::json::parse(answer->body);
}

}  // namespace stage::test
