#include "engine/catalogue/catalogue.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <sstream>
#include <unordered_map>

#include "core/error.h"
#include "engine/catalogue/gltf_catalogue.h"
#include "engine/catalogue/material_override.h"
#include "engine/catalogue/mesh_cache.h"
#include "engine/catalogue/mesh_fit.h"
#include "engine/catalogue/piece_table.h"
#include "engine/catalogue/procedural/procedural_pieces.h"
#include "engine/catalogue/source_piece.h"
#include "engine/catalogue/wavefront_model.h"

namespace stage::engine {
namespace {

/// Enough for the pieces of a few rooms; a room has about twenty.
constexpr size_t kCacheBytes = size_t{192} << 20;

std::string LowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

PieceHint HintFor(const Piece& piece) {
  static const std::set<std::string> kUpholstered = {"sofa",
                                                     "armchair",
                                                     "bed",
                                                     "ottoman",
                                                     "cushion",
                                                     "throw",
                                                     "curtain",
                                                     "rug"};
  if (kUpholstered.contains(piece.function)) return PieceHint::kUpholstered;
  const std::string words = LowerCase(piece.name + " " + piece.category);
  for (const char* word : {"sofa", "couch", "armchair", "pillow"}) {
    if (words.find(word) != std::string::npos) return PieceHint::kUpholstered;
  }
  for (const char* word : {"plant", "flower", "tree"}) {
    if (words.find(word) != std::string::npos) return PieceHint::kPlant;
  }
  return piece.function == "plant" ? PieceHint::kPlant : PieceHint::kNone;
}

TriangleSoup ReadModel(const SourcePiece& source) {
  const ModelRef& model = source.model;
  return model.format == ModelFormat::kGltf
             ? ReadGltfModel(*model.files, model.file)
             : ReadWavefrontModel(
                   *model.files, model.file, HintFor(source.piece));
}

void AppendColour(std::ostream& text, const Eigen::Vector3f& colour) {
  text << colour[0] << ',' << colour[1] << ',' << colour[2] << ';';
}

/// All that decides what a mesh looks like.
std::string CacheKey(const std::string& id,
                     const Eigen::Vector3d& size,
                     const std::vector<MaterialOverride>& overrides,
                     const nlohmann::json& parameters) {
  std::ostringstream key;
  key.precision(9);
  key << id << '|' << size[0] << ',' << size[1] << ',' << size[2] << '|';
  for (const MaterialOverride& change : overrides) {
    const Material& m = change.material;
    key << change.slot << ';' << change.keep_texture << ';'
        << static_cast<int>(m.kind) << ';' << m.roughness << ';' << m.metallic
        << ';' << m.specular_f0 << ';' << m.opacity << ';' << m.detail_scale_m
        << ';' << m.detail << ';' << m.base_texture.get() << ';'
        << m.normal_texture.get() << ';' << m.metallic_roughness_texture.get()
        << ';';
    AppendColour(key, m.base_color);
    AppendColour(key, m.emission);
  }
  key << '|';
  if (!parameters.is_null()) key << parameters.dump();
  return key.str();
}

class PieceCatalogue final : public Catalogue {
 public:
  explicit PieceCatalogue(std::vector<SourcePiece> sources) {
    for (SourcePiece& source : sources) {
      const auto [at, added] =
          index_.try_emplace(source.piece.id, pieces_.size());
      if (added) {
        pieces_.push_back(std::move(source.piece));
        models_.push_back(std::move(source.model));
      } else {  // a later source wins
        pieces_[at->second] = std::move(source.piece);
        models_[at->second] = std::move(source.model);
      }
    }
  }

  const std::vector<Piece>& pieces() const override { return pieces_; }

  const Piece* Find(const std::string& id) const override {
    const auto found = index_.find(id);
    return found == index_.end() ? nullptr : &pieces_[found->second];
  }

  std::vector<const Piece*> Suitable(const std::string& function,
                                     const std::string& style) const override {
    std::vector<const Piece*> suitable;
    for (const Piece& piece : pieces_) {
      if (piece.grade != 0 && piece.function == function) {
        suitable.push_back(&piece);
      }
    }
    const auto rank = [&style](const Piece* piece) {
      const auto& styles = piece->styles;
      const int match =
          styles.empty()                                                   ? 1
          : std::find(styles.begin(), styles.end(), style) != styles.end() ? 0
                                                                           : 2;
      return match + 2 * (piece->grade - 'A');
    };
    std::stable_sort(
        suitable.begin(), suitable.end(), [&](const Piece* a, const Piece* b) {
          return rank(a) < rank(b);
        });
    return suitable;
  }

  std::shared_ptr<const Mesh> Load(
      const std::string& id,
      const Eigen::Vector3d& width_depth_height,
      const std::vector<MaterialOverride>& overrides,
      const nlohmann::json& parameters) const override {
    const auto found = index_.find(id);
    if (found == index_.end()) {
      throw Error(ErrorKind::kModel,
                  id + ": no such piece; stage catalog list shows them all");
    }
    const Piece& piece = pieces_[found->second];
    const ModelRef& model = models_[found->second];
    return cache_.Get(
        CacheKey(id, width_depth_height, overrides, parameters), [&] {
          Mesh mesh = model.format == ModelFormat::kProcedural
                          ? MakeProceduralPiece(
                                id, width_depth_height, OrEmpty(parameters))
                          : ReadPiece(piece, model, width_depth_height);
          ApplyOverrides(piece, overrides, mesh.materials);
          return std::make_shared<const Mesh>(std::move(mesh));
        });
  }

 private:
  static nlohmann::json OrEmpty(const nlohmann::json& parameters) {
    return parameters.is_null() ? nlohmann::json::object() : parameters;
  }

  static Mesh ReadPiece(const Piece& piece,
                        const ModelRef& model,
                        const Eigen::Vector3d& size) {
    const auto side = [](double wanted, double own) {
      return wanted > 0 ? wanted : own;
    };
    MeshFit fit;
    fit.rotation = model.rotation;
    fit.size = {side(size[0], piece.width),
                side(size[1], piece.depth),
                side(size[2], piece.height)};
    fit.crease_deg = model.crease_deg;
    fit.keep_file_normals = model.keep_file_normals;
    try {
      Mesh mesh = FitMesh(ReadModel({piece, model}), fit, model.file);
      for (const MaterialPatch& patch : model.patches) {
        for (Material& material : mesh.materials) {
          if (MatchesPattern(patch.slot, material.name)) {
            ApplyPatch(patch.values, material);
          }
        }
      }
      return mesh;
    } catch (const Error& error) {
      throw Error(error.kind(), piece.id + ": " + error.what());
    }
  }

  std::vector<Piece> pieces_;
  std::vector<ModelRef> models_;
  std::unordered_map<std::string, size_t> index_;
  mutable MeshCache cache_{kCacheBytes};
};

std::string Environment(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : fallback;
}

/// The table speaks for the libraries of the package: what it leaves out was
/// found wanting. Of other libraries all pieces with a telling name may serve.
bool IsInstalled(const std::filesystem::path& path) {
  const auto installed = InstalledCatalogues();
  return std::find(installed.begin(), installed.end(), path) != installed.end();
}

/// Pieces of one .sh3f, .zip, .glb or .gltf file or of a folder. A folder may
/// hold .sh3f and .zip files too.
void AddSource(const std::filesystem::path& path,
               std::vector<SourcePiece>& pieces) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::exists(path, error)) {
    throw Error(ErrorKind::kModel,
                path.string() +
                    ": there is no such furniture catalogue; give a .sh3f or "
                    ".zip file or a folder of .glb files");
  }
  std::vector<SourcePiece> read;
  if (fs::is_directory(path, error)) {
    std::shared_ptr<const FileTree> files = OpenFolder(path);
    size_t archives = 0;
    for (const std::string& name : files->names()) {
      const std::string ending = LowerCase(fs::path(name).extension());
      if (ending != ".sh3f" && ending != ".zip") continue;
      AddSource(path / name, pieces);
      ++archives;
    }
    const bool models =
        std::any_of(files->names().begin(), files->names().end(), IsGltfName);
    if (archives > 0 && !models) return;
    read = ReadGltfCatalogue(std::move(files));
  } else if (IsGltfName(path.string())) {
    read = ReadGltfCatalogue(OpenGltfFile(path));
  } else {
    std::shared_ptr<const FileTree> files = OpenZip(path);
    read = files->Resolve("", kSweetHomeIndex)
               ? ReadSweetHomeCatalogue(std::move(files))
               : ReadGltfCatalogue(std::move(files));
  }
  for (SourcePiece& piece : read) {
    const std::string id = piece.piece.id;
    for (const std::string& copy_id : PieceTable::BuiltIn().CopiesOf(id)) {
      SourcePiece copy = piece;
      copy.piece.id = copy_id;
      PieceTable::BuiltIn().Apply(copy_id, copy);
      pieces.push_back(std::move(copy));
    }
    PieceTable::BuiltIn().Apply(id, piece);
    const bool users_own = !IsInstalled(path) && piece.piece.grade == 0;
    if (users_own && piece.model.format == ModelFormat::kWavefront) {
      piece.piece.function = FunctionFromWords(piece.piece.name);
      if (!piece.piece.function.empty()) piece.piece.grade = 'B';
    }
    pieces.push_back(std::move(piece));
  }
}

}  // namespace

std::vector<std::filesystem::path> InstalledCatalogues() {
  namespace fs = std::filesystem;
  const std::string home = Environment("HOME", "/");
  std::istringstream folders(
      Environment("XDG_DATA_HOME", (home + "/.local/share").c_str()) + ":" +
      Environment("XDG_DATA_DIRS", "/usr/local/share:/usr/share"));
  std::vector<fs::path> found;
  std::set<std::string> names;  // the first folder that has a library wins
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::error_code error;
    std::vector<fs::path> here;
    for (fs::directory_iterator
             entry(fs::path(folder) / "sweethome3d" / "furniture", error),
         end;
         !error && entry != end;
         entry.increment(error)) {
      if (entry->path().extension() == ".sh3f") here.push_back(entry->path());
    }
    std::sort(here.begin(), here.end());
    for (const fs::path& path : here) {
      if (names.insert(path.filename().string()).second) found.push_back(path);
    }
  }
  return found;
}

std::shared_ptr<Catalogue> OpenCatalogue(
    const std::vector<std::filesystem::path>& sources) {
  std::vector<SourcePiece> pieces;
  for (Piece& piece : ProceduralPieces()) {
    pieces.push_back({std::move(piece), ModelRef()});
  }
  const auto add_installed = [&pieces] {
    const auto installed = InstalledCatalogues();
    if (installed.empty()) {
      throw Error(ErrorKind::kModel,
                  "no furniture catalogue is installed; run: sudo apt install "
                  "sweethome3d-furniture");
    }
    for (const auto& path : installed) AddSource(path, pieces);
  };
  if (sources.empty()) add_installed();
  for (const std::filesystem::path& source : sources) {
    if (source == "default") {
      add_installed();
    } else {
      AddSource(source, pieces);
    }
  }
  return std::make_shared<PieceCatalogue>(std::move(pieces));
}

}  // namespace stage::engine
