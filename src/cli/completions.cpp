#include "cli/completions.h"

#include <sstream>

#include "cli/option_kinds.h"

namespace stage::cli {
namespace {

std::vector<const CLI::App*> Nested(const CLI::App& command) {
  return command.get_subcommands([](const CLI::App*) { return true; });
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : " ") + word;
  return text;
}

/// "generate", "presets list": the command as typed, without the program.
std::string PathOf(const CLI::App& command) {
  if (command.get_parent() == nullptr) return {};
  const std::string parent = PathOf(*command.get_parent());
  return parent.empty() ? command.get_name()
                        : parent + " " + command.get_name();
}

std::vector<std::string> Spellings(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames())
    names.push_back("-" + name);
  for (const std::string& name : option.get_lnames())
    names.push_back("--" + name);
  return names;
}

std::vector<const CLI::Option*> NamedOptions(const CLI::App& command) {
  return command.get_options(
      [](const CLI::Option* option) { return option->nonpositional(); });
}

bool TakesValue(const CLI::Option& option) {
  return option.get_type_size() != 0;
}

enum class ValueKind { kWords, kStyles, kRooms, kFile, kFolder, kOther };

ValueKind KindOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  if (!WordsOf(option).empty()) return ValueKind::kWords;
  if (type == "STYLE") return ValueKind::kStyles;
  if (type == "ROOM") return ValueKind::kRooms;
  if (type == "DIR") return ValueKind::kFolder;
  if (type == "FILE" || type == "FILE|DIR" || type == "FILE|DIR|BOX" ||
      type == "IMAGE" || type == "SOURCE") {
    return ValueKind::kFile;
  }
  return ValueKind::kOther;
}

/// True for commands whose arguments are names of models.
bool TakesModels(const CLI::App& command) {
  return !command
              .get_options([](const CLI::Option* option) {
                return option->get_positional() &&
                       option->get_name() == "MODEL";
              })
              .empty();
}

constexpr auto kModelWords = "stage models list --quiet 2>/dev/null";
constexpr auto kStyleWords = "$(stage presets list styles --quiet 2>/dev/null)";
constexpr auto kRoomWords =
    "auto $(stage presets list rooms --quiet 2>/dev/null)";

/// The body of bash's `case $previous in`, for options with values.
void WriteBashValues(const CLI::App& command, std::ostream& out) {
  for (const CLI::Option* option : NamedOptions(command)) {
    if (!TakesValue(*option)) continue;
    std::string pattern;
    for (const std::string& name : Spellings(*option)) {
      pattern += (pattern.empty() ? "" : "|") + name;
    }
    out << "        " << pattern << ") ";
    switch (KindOf(*option)) {
      case ValueKind::kWords:
        out << "words='" << Join(WordsOf(*option)) << "'";
        break;
      case ValueKind::kStyles:
        out << "words=\"" << kStyleWords << '"';
        break;
      case ValueKind::kRooms:
        out << "words=\"" << kRoomWords << '"';
        break;
      case ValueKind::kFile:
        out << "files=-f";
        break;
      case ValueKind::kFolder:
        out << "files=-d";
        break;
      case ValueKind::kOther:
        out << "return";
        break;
    }
    out << " ;;\n";
  }
}

void WriteBashCommand(const CLI::App& command, std::ostream& out) {
  std::vector<std::string> words;
  for (const CLI::App* nested : Nested(command)) {
    words.push_back(nested->get_name());
  }
  std::vector<std::string> options;
  for (const CLI::Option* option : NamedOptions(command)) {
    for (const std::string& name : Spellings(*option)) {
      if (name.starts_with("--")) options.push_back(name);
    }
  }
  out << "    '" << PathOf(command) << "')\n"
      << "      case $previous in\n";
  WriteBashValues(command, out);
  out << "        *)\n"
      << "          if [[ $current == -* ]]; then words='" << Join(options)
      << "'\n";
  if (TakesModels(command)) {
    out << "          else words=\"$(" << kModelWords << ")\"\n";
  } else if (words.empty()) {
    out << "          else files=-f\n";
  } else {
    out << "          else words='" << Join(words) << "'\n";
  }
  out << "          fi ;;\n"
      << "      esac ;;\n";
  for (const CLI::App* nested : Nested(command)) WriteBashCommand(*nested, out);
}

/// The lines that walk the words typed so far down the tree into `path`.
void WriteBashPaths(const CLI::App& command, std::ostream& out) {
  for (const CLI::App* nested : Nested(command)) {
    const std::string parent = PathOf(command);
    out << "      '" << parent << ' ' << nested->get_name() << "') path='"
        << PathOf(*nested) << "' ;;\n";
    WriteBashPaths(*nested, out);
  }
}

/// Text for a description in zsh or fish: one line, without quotes.
std::string Plain(const std::string& text) {
  std::string plain;
  for (const char c : text) {
    if (c == '\'' || c == '"' || c == '`' || c == '[' || c == ']' || c == '$') {
      continue;
    }
    plain += c == '\n' ? ' ' : c;
  }
  return plain;
}

/// zsh needs ':' escaped in descriptions.
std::string ZshText(const std::string& text) {
  std::string escaped;
  for (const char c : Plain(text)) {
    if (c == ':') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string ZshAction(const CLI::Option& option) {
  switch (KindOf(option)) {
    case ValueKind::kWords:
      return "(" + Join(WordsOf(option)) + ")";
    case ValueKind::kStyles:
      return "{compadd -- ${(f)\"$(stage presets list styles --quiet "
             "2>/dev/null)\"}}";
    case ValueKind::kRooms:
      return "{compadd -- auto ${(f)\"$(stage presets list rooms --quiet "
             "2>/dev/null)\"}}";
    case ValueKind::kFile:
      return "_files";
    case ValueKind::kFolder:
      return "_files -/";
    case ValueKind::kOther:
      return "";
  }
  return "";
}

std::string FunctionName(const CLI::App& command) {
  std::string name = "_stage";
  for (const char c : PathOf(command)) {
    if (name == "_stage") name += '_';
    name += c == ' ' ? '_' : c;
  }
  return name;
}

void WriteZshCommand(const CLI::App& command, std::ostream& out) {
  out << FunctionName(command) << "() {\n"
      << "  local context state line\n"
      << "  local -A opt_args\n"
      << "  _arguments -S -C \\\n";
  for (const CLI::Option* option : NamedOptions(command)) {
    for (const std::string& name : Spellings(*option)) {
      out << "    '*" << name;
      if (TakesValue(*option) && name.starts_with("--")) out << '=';
      out << '[' << ZshText(option->get_description()) << ']';
      if (TakesValue(*option)) {
        out << ':' << ZshText(option->get_type_name()) << ':'
            << ZshAction(*option);
      }
      out << "' \\\n";
    }
  }
  const auto nested = Nested(command);
  if (TakesModels(command)) {
    out << "    '*:model:{compadd -- ${(f)\"$(" << kModelWords
        << ")\"}}'\n}\n\n";
    return;
  }
  if (nested.empty()) {
    out << "    '*:file:_files'\n}\n\n";
    return;
  }
  out << "    '1:command:((";
  for (const CLI::App* child : nested) {
    out << ' ' << child->get_name() << "\\:\""
        << ZshText(child->get_description()) << '"';
  }
  out << " ))' \\\n    '*::arguments:->arguments'\n"
      << "  case $state:$line[1] in\n";
  for (const CLI::App* child : nested) {
    out << "    arguments:" << child->get_name() << ") " << FunctionName(*child)
        << " ;;\n";
  }
  out << "  esac\n}\n\n";
  for (const CLI::App* child : nested) WriteZshCommand(*child, out);
}

/// fish's condition "this command was typed, and none nested in it".
std::string FishCondition(const CLI::App& command) {
  std::string condition;
  if (command.get_parent() == nullptr) {
    condition = "__fish_use_subcommand";
  } else {
    std::istringstream words(PathOf(command));
    for (std::string word; words >> word;) {
      condition += (condition.empty() ? "" : "; and ") +
                   ("__fish_seen_subcommand_from " + word);
    }
  }
  std::vector<std::string> children;
  for (const CLI::App* child : Nested(command)) {
    children.push_back(child->get_name());
  }
  if (!children.empty() && command.get_parent() != nullptr) {
    condition += "; and not __fish_seen_subcommand_from " + Join(children);
  }
  return condition;
}

std::string FishValue(const CLI::Option& option) {
  switch (KindOf(option)) {
    case ValueKind::kWords:
      return " -x -a '" + Join(WordsOf(option)) + "'";
    case ValueKind::kStyles:
      return " -x -a '(stage presets list styles --quiet 2>/dev/null)'";
    case ValueKind::kRooms:
      return " -x -a 'auto (stage presets list rooms --quiet 2>/dev/null)'";
    case ValueKind::kFile:
      return " -r -F";
    case ValueKind::kFolder:
      return " -x -a '(__fish_complete_directories)'";
    case ValueKind::kOther:
      return " -x";
  }
  return "";
}

void WriteFishCommand(const CLI::App& command, std::ostream& out) {
  const std::string condition = FishCondition(command);
  for (const CLI::App* child : Nested(command)) {
    out << "complete -c stage -f -n '" << condition << "' -a "
        << child->get_name() << " -d '" << Plain(child->get_description())
        << "'\n";
  }
  if (TakesModels(command)) {
    out << "complete -c stage -f -n '" << condition << "' -a '(" << kModelWords
        << ")'\n";
  }
  for (const CLI::Option* option : NamedOptions(command)) {
    for (const std::string& name : option->get_lnames()) {
      out << "complete -c stage -n '" << condition << "' -l " << name;
      if (name == option->get_lnames().front()) {
        for (const std::string& letter : option->get_snames()) {
          out << " -s " << letter;
        }
      }
      out << " -d '" << Plain(option->get_description()) << "'";
      if (TakesValue(*option)) out << FishValue(*option);
      out << '\n';
    }
  }
  for (const CLI::App* child : Nested(command)) WriteFishCommand(*child, out);
}

}  // namespace

std::string BashCompletions(const CLI::App& application) {
  std::ostringstream out;
  out << "# bash completion for stage, made by 'stage completions bash'\n"
      << "_stage() {\n"
      << "  local current=${COMP_WORDS[COMP_CWORD]}\n"
      << "  local previous=${COMP_WORDS[COMP_CWORD-1]}\n"
      << "  local path='' words='' files='' word\n"
      << "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      << "    case \"$path $word\" in\n";
  WriteBashPaths(application, out);
  out << "    esac\n"
      << "  done\n"
      << "  case $path in\n";
  WriteBashCommand(application, out);
  out << "  esac\n"
      << "  if [[ -n $words ]]; then\n"
      << "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      << "  elif [[ -n $files ]]; then\n"
      << "    compopt -o filenames 2>/dev/null\n"
      << "    local IFS=$'\\n'\n"
      << "    COMPREPLY=($(compgen $files -- \"$current\"))\n"
      << "  fi\n"
      << "}\n"
      << "complete -F _stage stage\n";
  return out.str();
}

std::string ZshCompletions(const CLI::App& application) {
  std::ostringstream out;
  out << "#compdef stage\n"
      << "# zsh completion for stage, made by 'stage completions zsh'\n\n";
  WriteZshCommand(application, out);
  out << "_stage \"$@\"\n";
  return out.str();
}

std::string FishCompletions(const CLI::App& application) {
  std::ostringstream out;
  out << "# fish completion for stage, made by 'stage completions fish'\n";
  WriteFishCommand(application, out);
  return out.str();
}

}  // namespace stage::cli
