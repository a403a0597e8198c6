#include <algorithm>
#include <iomanip>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands/commands.h"
#include "cli/engine_module.h"
#include "cli/general_options.h"
#include "cli/option_kinds.h"
#include "core/error.h"
#include "core/suggestion.h"

namespace stage::cli {
namespace {

struct CatalogOptions {
  GeneralOptions general;
  std::vector<std::string> sources;
  std::string function;
  std::string style;
  std::vector<std::string> ids;
  std::filesystem::path output = "catalog.jpg";
};

std::vector<std::filesystem::path> Sources(const CatalogOptions& options) {
  return {options.sources.begin(), options.sources.end()};
}

std::string Text(const nlohmann::json& piece, const char* key) {
  const auto found = piece.find(key);
  if (found == piece.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

/// Whether the piece has what --function and --style ask for.
bool Matches(const nlohmann::json& piece, const CatalogOptions& options) {
  if (!options.function.empty() &&
      Text(piece, "function") != options.function) {
    return false;
  }
  if (options.style.empty()) return true;
  const auto styles = piece.find("styles");
  // A piece without styles suits any.
  if (styles == piece.end() || styles->empty()) return true;
  return std::find(styles->begin(), styles->end(), options.style) !=
         styles->end();
}

/// Width, depth and height in centimetres, as people quote furniture.
std::string SizeText(const nlohmann::json& piece) {
  const auto size = piece.find("size_m");
  if (size == piece.end() || !size->is_array()) return {};
  std::string text;
  for (const auto& length : *size) {
    if (!length.is_number()) return {};
    text += (text.empty() ? "" : "x") +
            std::to_string(static_cast<int>(length.get<double>() * 100 + 0.5));
  }
  return text + " cm";
}

ExitCode List(const CatalogOptions& options) {
  const nlohmann::json pieces =
      OpenLocalEngine().ListCatalogue(Sources(options));
  nlohmann::json chosen = nlohmann::json::array();
  for (const auto& piece : pieces) {
    if (Matches(piece, options)) chosen.push_back(piece);
  }
  if (options.general.json) {
    std::cout << chosen.dump() << '\n';
    return ExitCode::kOk;
  }
  for (const auto& piece : chosen) {
    std::cout << std::left << std::setw(40) << Text(piece, "id") << ' '
              << std::setw(16) << Text(piece, "function") << ' '
              << std::setw(18) << SizeText(piece) << ' '
              << Text(piece, "licence") << '\n';
  }
  if (!options.general.quiet) {
    std::cerr << chosen.size() << " of " << pieces.size() << " pieces\n";
  }
  return ExitCode::kOk;
}

ExitCode Show(const CatalogOptions& options) {
  const nlohmann::json pieces =
      OpenLocalEngine().ListCatalogue(Sources(options));
  nlohmann::json chosen = nlohmann::json::array();
  for (const std::string& id : options.ids) {
    std::vector<std::string> known;
    bool found = false;
    for (const auto& piece : pieces) {
      known.push_back(Text(piece, "id"));
      if (known.back() == id) {
        chosen.push_back(piece);
        found = true;
      }
    }
    if (!found) {
      const std::string near = Suggest(id, known);
      throw Error(ErrorKind::kUsage,
                  "no piece '" + id + "' in the catalogues" +
                      (near.empty() ? "; see 'stage catalog list'"
                                    : ", did you mean '" + near + "'?"));
    }
  }
  if (options.general.json) {
    std::cout << chosen.dump() << '\n';
    return ExitCode::kOk;
  }
  for (const auto& piece : chosen) {
    for (const auto& [key, value] : piece.items()) {
      std::cout << std::left << std::setw(14) << key << ' '
                << (value.is_string() ? value.get<std::string>() : value.dump())
                << '\n';
    }
    std::cout << '\n';
  }
  return ExitCode::kOk;
}

ExitCode Preview(const CatalogOptions& options) {
  CataloguePreviewRequest request;
  request.ids = options.ids;
  request.function = options.function;
  request.style = options.style;
  request.output = options.output;
  OpenLocalEngine().PreviewCatalogue(Sources(options), request);
  if (options.general.json) {
    std::cout << nlohmann::json{{"preview", options.output.string()}} << '\n';
  } else {
    std::cout << options.output.string() << '\n';
  }
  return ExitCode::kOk;
}

void AddSourceOption(CLI::App& command, CatalogOptions& options) {
  AddTexts(command,
           "--catalog",
           options.sources,
           "SOURCE",
           "Further catalogue: a .sh3f file, or a folder or zip of glTF "
           "models; repeatable");
}

void AddFilterOptions(CLI::App& command, CatalogOptions& options) {
  AddText(command,
          "--function",
          options.function,
          "NAME",
          "Only pieces of this function: sofa, armchair, bed, ...");
  AddText(command,
          "--style",
          options.style,
          "STYLE",
          "Only pieces that suit this style");
}

}  // namespace

void AddCatalogCommand(CLI::App& application, Context& context) {
  auto options = std::make_shared<CatalogOptions>();
  CLI::App& command = *application.add_subcommand(
      "catalog", "Look into the furniture the local engine can place");

  CLI::App& list = *command.add_subcommand("list", "List pieces");
  AddFilterOptions(list, *options);
  AddSourceOption(list, *options);
  AddGeneralOptions(list, options->general);
  list.callback([options, &context] { context.exit_code = List(*options); });

  CLI::App& show =
      *command.add_subcommand("show", "Show all that is known of pieces");
  AddArguments(show, "ID", options->ids, "Ids as 'stage catalog list' prints")
      ->required();
  AddSourceOption(show, *options);
  AddGeneralOptions(show, options->general);
  show.callback([options, &context] { context.exit_code = Show(*options); });

  CLI::App& preview = *command.add_subcommand(
      "preview", "Draw a contact sheet: a picture of each piece");
  AddArguments(preview, "ID", options->ids, "Pieces to draw")
      ->default_str("all that the filters leave");
  AddFilterOptions(preview, *options);
  AddPath(preview,
          "-o,--output",
          options->output,
          "FILE",
          "Picture to write (JPEG or PNG)");
  AddSourceOption(preview, *options);
  AddGeneralOptions(preview, options->general);
  preview.callback(
      [options, &context] { context.exit_code = Preview(*options); });
}

}  // namespace stage::cli
