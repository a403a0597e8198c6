#include "vendors/vendor_process.h"

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

VendorProcess::VendorProcess(const std::vector<std::string>& arguments) {
  std::array<int, 2> in = {};
  std::array<int, 2> out = {};
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  std::vector<std::string> words = {STAGE_VENDOR_SERVER};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in[0], 0);
  posix_spawn_file_actions_adddup2(&files, out[1], 1);
  const int problem = posix_spawn(&process_,
                                  STAGE_VENDOR_SERVER,
                                  &files,
                                  nullptr,
                                  pointers.data(),
                                  environ);
  posix_spawn_file_actions_destroy(&files);
  close(in[0]);
  close(out[1]);
  stdin_ = in[1];
  const std::string line = problem == 0 ? ReadLine(out[0]) : "";
  close(out[0]);
  if (line.empty()) throw std::runtime_error("the vendor server did not start");
  address_ = nlohmann::json::parse(line);
}

VendorProcess::~VendorProcess() {
  close(stdin_);
  waitpid(process_, nullptr, 0);
}

std::vector<std::string> VendorProcess::vendors() const {
  std::vector<std::string> names;
  for (const auto& vendor : address_.at("vendors").items()) {
    names.push_back(vendor.key());
  }
  return names;
}

nlohmann::json VendorProcess::Control(const std::string& method,
                                      const std::string& what,
                                      const nlohmann::json& body) const {
  httplib::Client client(api());
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
    throw std::runtime_error("the vendor server does not take " + what);
  }
  return nlohmann::json::parse(answer->body);
}

void VendorProcess::Plan(const nlohmann::json& fault) const {
  Control("POST", "fault", fault);
}

void VendorProcess::Set(const nlohmann::json& settings) const {
  Control("POST", "settings", settings);
}

nlohmann::json VendorProcess::Summary() const {
  return Control("GET", "summary");
}

std::vector<nlohmann::json> VendorProcess::Journal() const {
  return Control("GET", "journal");
}

std::vector<nlohmann::json> VendorProcess::Records(
    const std::string& kind, const std::string& vendor) const {
  std::vector<nlohmann::json> records;
  for (const nlohmann::json& record : Journal()) {
    if (record.at("record") == kind && record.value("vendor", "") == vendor) {
      records.push_back(record);
    }
  }
  return records;
}

std::vector<std::string> VendorProcess::Violations() const {
  std::vector<std::string> texts;
  const nlohmann::json summary = Summary();
  for (const nlohmann::json& violation : summary.at("violations")) {
    texts.push_back(violation.at("vendor").get<std::string>() + ": " +
                    violation.at("what").get<std::string>());
  }
  return texts;
}

void VendorProcess::StartAfresh() const {
  Control("DELETE", "fault");
  Control("DELETE", "journal");
}

}  // namespace stage::test
