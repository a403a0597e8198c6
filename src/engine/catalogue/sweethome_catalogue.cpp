#include <Eigen/LU>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>

#include "core/error.h"
#include "engine/catalogue/properties.h"
#include "engine/catalogue/source_piece.h"

namespace stage::engine {
namespace {

using Properties = std::map<std::string, std::string>;

/// "width#12" -> ("width", 12); the number is after the last '#'.
std::optional<std::pair<std::string, int>> SplitKey(const std::string& key) {
  const size_t hash = key.rfind('#');
  if (hash == std::string::npos) return std::nullopt;
  int number = 0;
  const char* const last = key.data() + key.size();
  const auto [end, error] =
      std::from_chars(key.data() + hash + 1, last, number);
  if (error != std::errc() || end != last) return std::nullopt;
  return std::pair(key.substr(0, hash), number);
}

std::string Get(const Properties& properties, const std::string& key) {
  const auto found = properties.find(key);
  return found == properties.end() ? std::string() : found->second;
}

/// Centimetres to metres; nullopt when it is no finite number.
std::optional<double> Metres(const Properties& properties,
                             const std::string& key) {
  const std::string text = Get(properties, key);
  double centimetres = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), centimetres);
  if (error != std::errc() || end == text.data() ||
      !std::isfinite(centimetres)) {
    return std::nullopt;
  }
  return centimetres / 100;
}

/// One line, single blanks.
std::string Tidy(const std::string& text) {
  std::istringstream words(text);
  std::string tidy;
  for (std::string word; words >> word;) {
    if (!tidy.empty()) tidy += ' ';
    tidy += word;
  }
  return tidy;
}

/// Nine numbers, row by row.
Eigen::Matrix3d Rotation(const std::string& text) {
  std::istringstream numbers(text);
  numbers.imbue(std::locale::classic());
  Eigen::Matrix3d rotation;
  for (int i = 0; i < 9; ++i) {
    if (!(numbers >> rotation(i / 3, i % 3))) {
      return Eigen::Matrix3d::Identity();
    }
  }
  const bool invertible =
      rotation.allFinite() && std::abs(rotation.determinant()) > 1e-6;
  return invertible ? rotation : Eigen::Matrix3d(Eigen::Matrix3d::Identity());
}

std::string ModelStem(const std::string& model) {
  const size_t slash = model.rfind('/');
  const std::string file =
      slash == std::string::npos ? model : model.substr(slash + 1);
  return file.substr(0, file.rfind('.'));
}

std::optional<SourcePiece> ReadPiece(
    const Properties& entry,
    const Properties& head,
    const std::shared_ptr<const FileTree>& files) {
  std::string model = Get(entry, "model");
  while (model.starts_with('/')) model.erase(0, 1);
  const auto width = Metres(entry, "width");
  const auto depth = Metres(entry, "depth");
  const auto height = Metres(entry, "height");
  if (model.empty() || !width || !depth || !height) return std::nullopt;
  if (std::min({*width, *depth, *height}) <= 0) return std::nullopt;
  SourcePiece result;
  Piece& piece = result.piece;
  piece.source = Get(head, "name");
  if (piece.source.empty()) piece.source = files->origin().stem().string();
  piece.id = Get(entry, "id");
  if (piece.id.empty()) piece.id = piece.source + "#" + ModelStem(model);
  piece.name = Tidy(Get(entry, "name"));
  piece.category = Tidy(Get(entry, "category"));
  piece.width = *width;
  piece.depth = *depth;
  piece.height = *height;
  piece.elevation = Metres(entry, "elevation").value_or(0);
  // Sweet Home 3D puts things on top of a piece that does not say where.
  const double top = Metres(entry, "dropOnTopElevation").value_or(piece.height);
  piece.top_height = top < 0 ? -1 : top;
  piece.licence = Tidy(Get(head, "license"));
  piece.creator = Tidy(Get(entry, "creator"));
  result.model.format = ModelFormat::kWavefront;
  result.model.files = files;
  result.model.file = files->Resolve("", model).value_or(model);
  result.model.rotation = Rotation(Get(entry, "modelRotation"));
  return result;
}

}  // namespace

std::vector<SourcePiece> ReadSweetHomeCatalogue(
    std::shared_ptr<const FileTree> files) {
  const std::optional<std::string> index = files->Resolve("", kSweetHomeIndex);
  if (!index) {
    throw Error(ErrorKind::kModel,
                files->origin().string() + ": has no " +
                    std::string(kSweetHomeIndex) +
                    "; give a .sh3f furniture library");
  }
  const std::vector<uint8_t> bytes = files->Read(*index);
  Properties head;
  std::map<int, Properties> entries;
  for (auto& [key, value] : ParseProperties(
           {reinterpret_cast<const char*>(bytes.data()), bytes.size()})) {
    if (const auto split = SplitKey(key)) {
      entries[split->second][split->first] = std::move(value);
    } else {
      head[key] = std::move(value);
    }
  }
  std::vector<SourcePiece> pieces;
  for (const auto& [number, entry] : entries) {
    if (Get(entry, "ignored") == "true") continue;
    if (auto piece = ReadPiece(entry, head, files)) {
      pieces.push_back(std::move(*piece));
    }
  }
  if (pieces.empty()) {
    throw Error(ErrorKind::kModel,
                files->origin().string() +
                    ": lists no furniture; give a .sh3f furniture library");
  }
  return pieces;
}

}  // namespace stage::engine
