#include "cli/command_names.h"

#include <sstream>

namespace stage::test {

std::vector<std::string> Words(const std::string& command) {
  std::istringstream in(command);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::vector<std::string> CommandsListedIn(const std::string& help) {
  std::vector<std::string> commands;
  bool inside = false;
  for (const std::string& line : Lines(help)) {
    if (line == "Commands:") {
      inside = true;
    } else if (line.empty()) {
      inside = false;
    } else if (inside && line.starts_with("  ") && line[2] != ' ') {
      commands.push_back(Words(line).front());
    }
  }
  return commands;
}

std::vector<std::string> AllCommandNames(const StageRun& run) {
  std::vector<std::string> names = {""};
  for (size_t i = 0; i < names.size(); ++i) {
    std::vector<std::string> words = Words(names[i]);
    words.push_back("--help");
    const std::string prefix = names[i].empty() ? "" : names[i] + " ";
    for (const std::string& command : CommandsListedIn(run.Stage(words).out)) {
      names.push_back(prefix + command);
    }
  }
  return names;
}

std::vector<std::string> OptionsListedIn(const std::string& help) {
  std::vector<std::string> options;
  for (const std::string& line : Lines(help)) {
    if (!line.starts_with("  -")) continue;
    for (std::string word : Words(line)) {
      if (word.ends_with(",")) word.pop_back();
      if (word == "/") continue;
      if (!word.starts_with("-") || word.size() < 2) break;
      options.push_back(word);
    }
  }
  return options;
}

}  // namespace stage::test
