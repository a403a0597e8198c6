#include "engine/catalogue/gltf_catalogue.h"

#include <spdlog/spdlog.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "engine/catalogue/piece_table.h"

namespace stage::engine {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kSidecar = "stage-catalogue.json";
constexpr uint64_t kMaxJsonBytes = uint64_t{32} << 20;

bool EndsWith(std::string_view name, std::string_view ending) {
  if (name.size() < ending.size()) return false;
  name.remove_prefix(name.size() - ending.size());
  return std::equal(
      name.begin(), name.end(), ending.begin(), [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
      });
}

Error Unreadable(const FileTree& files,
                 const std::string& name,
                 const std::string& reason) {
  return Error(ErrorKind::kModel,
               files.origin().string() + ": " + name + ": " + reason);
}

uint32_t LittleEndian32(const std::vector<uint8_t>& bytes, size_t at) {
  return static_cast<uint32_t>(bytes[at]) | bytes[at + 1] << 8 |
         bytes[at + 2] << 16 | static_cast<uint32_t>(bytes[at + 3]) << 24;
}

std::string Text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

/// An element of a top-level array; an empty object when there is none.
Json Element(const Json& gltf, const char* array, const Json& index) {
  const auto found = gltf.find(array);
  if (found == gltf.end() || !found->is_array() ||
      !index.is_number_unsigned() || index.get<size_t>() >= found->size()) {
    return Json::object();
  }
  return (*found)[index.get<size_t>()];
}

Eigen::Affine3d NodePose(const Json& node) {
  Eigen::Affine3d pose = Eigen::Affine3d::Identity();
  const auto numbers = [&node](const char* key, size_t count) {
    const auto found = node.find(key);
    if (found == node.end() || !found->is_array() || found->size() != count) {
      return std::vector<double>();
    }
    return found->get<std::vector<double>>();
  };
  if (const auto m = numbers("matrix", 16); !m.empty()) {
    pose.matrix() = Eigen::Map<const Eigen::Matrix4d>(m.data());
    return pose;
  }
  if (const auto t = numbers("translation", 3); !t.empty()) {
    pose.translate(Eigen::Vector3d(t[0], t[1], t[2]));
  }
  if (const auto q = numbers("rotation", 4); !q.empty()) {
    pose.rotate(Eigen::Quaterniond(q[3], q[0], q[1], q[2]).normalized());
  }
  if (const auto s = numbers("scale", 3); !s.empty()) {
    pose.scale(Eigen::Vector3d(s[0], s[1], s[2]));
  }
  return pose;
}

/// The box of all positions, from the minimum and maximum that glTF 2.0
/// demands of POSITION accessors (section 3.7.2.1): no buffer is read.
Eigen::AlignedBox3d Bounds(const Json& gltf) {
  struct Visit {
    Json node;
    Eigen::Affine3d parent;
  };
  std::vector<Visit> visits;
  const Json scene = Element(gltf, "scenes", gltf.value("scene", Json(0u)));
  for (const Json& index : scene.value("nodes", Json::array())) {
    visits.push_back(
        {Element(gltf, "nodes", index), Eigen::Affine3d::Identity()});
  }
  Eigen::AlignedBox3d box;
  for (size_t i = 0; i < visits.size() && i < 100'000; ++i) {
    const Eigen::Affine3d pose = visits[i].parent * NodePose(visits[i].node);
    const Json mesh = visits[i].node.contains("mesh")
                          ? Element(gltf, "meshes", visits[i].node["mesh"])
                          : Json::object();
    for (const Json& primitive : mesh.value("primitives", Json::array())) {
      const Json accessor =
          Element(gltf,
                  "accessors",
                  primitive.value("attributes", Json::object())
                      .value("POSITION", Json()));
      if (!accessor.contains("min") || !accessor.contains("max")) continue;
      const auto low = accessor["min"].get<std::vector<double>>();
      const auto high = accessor["max"].get<std::vector<double>>();
      if (low.size() != 3 || high.size() != 3) continue;
      for (int corner = 0; corner < 8; ++corner) {
        box.extend(pose * Eigen::Vector3d(corner & 1 ? high[0] : low[0],
                                          corner & 2 ? high[1] : low[1],
                                          corner & 4 ? high[2] : low[2]));
      }
    }
    const Json children = visits[i].node.value("children", Json::array());
    for (const Json& child : children) {
      visits.push_back({Element(gltf, "nodes", child), pose});
    }
  }
  return box;
}

/// Metres a unit: glTF says 1, exporters from other programs often forget.
double UnitOf(const Eigen::Vector3d& extent) {
  const double longest = extent.maxCoeff();
  if (longest > 700) return 0.001;
  return longest > 20 ? 0.01 : 1;
}

void RefuseUnknownExtensions(const FileTree& files,
                             const std::string& name,
                             const Json& gltf) {
  static const std::set<std::string> kUnreadable = {
      "KHR_draco_mesh_compression",
      "EXT_meshopt_compression",
      "KHR_texture_basisu",
      "EXT_texture_webp"};
  for (const Json& extension :
       gltf.value("extensionsRequired", Json::array())) {
    if (extension.is_string() &&
        kUnreadable.contains(extension.get<std::string>())) {
      throw Unreadable(files,
                       name,
                       "uses " + extension.get<std::string>() +
                           "; export it without compression");
    }
  }
}

std::string Stem(const std::string& name) {
  return IsGltfName(name) ? name.substr(0, name.rfind('.')) : name;
}

std::string TidyTitle(std::string text) {
  text = text.substr(text.rfind('/') + 1);
  std::replace(text.begin(), text.end(), '_', ' ');
  std::replace(text.begin(), text.end(), '-', ' ');
  return text;
}

/// A model named scene.gltf or model.glb is called by its folder.
std::string TitleName(const std::string& name) {
  const std::string stem = Stem(name);
  const std::string file = stem.substr(stem.rfind('/') + 1);
  const bool vague = file == "scene" || file == "model" || file == "untitled";
  return vague && !FolderOf(name).empty() ? FolderOf(name) : stem;
}

SourcePiece ReadPiece(const std::shared_ptr<const FileTree>& files,
                      const std::string& name,
                      const std::string& catalogue) {
  const Json gltf = ReadGltfJson(*files, name);
  RefuseUnknownExtensions(*files, name, gltf);
  const Eigen::AlignedBox3d box = Bounds(gltf);
  if (box.isEmpty() || !(box.sizes().maxCoeff() > 1e-6) ||
      !box.sizes().allFinite()) {
    throw Unreadable(*files, name, "holds no mesh; export it again");
  }
  const Json asset = gltf.value("asset", Json::object());
  const Json extras = asset.value("extras", Json::object());
  SourcePiece source;
  Piece& piece = source.piece;
  piece.source = catalogue;
  piece.id = catalogue + "#" + Stem(name);
  piece.name = Text(extras, "title");
  if (piece.name.empty()) piece.name = TidyTitle(TitleName(name));
  piece.function = FunctionFromWords(piece.name);
  if (piece.function.empty()) {
    piece.function = FunctionFromWords(TitleName(name));
  }
  piece.grade = piece.function.empty() ? 0 : 'A';  // the user chose it
  const Eigen::Vector3d size = box.sizes() * UnitOf(box.sizes());
  piece.width = size[0];
  piece.height = size[1];
  piece.depth = size[2];
  piece.licence = Text(extras, "license");
  piece.creator = Text(extras, "author");
  const std::string copyright = Text(asset, "copyright");
  if (piece.licence.empty()) piece.licence = copyright;
  if (piece.creator.empty()) piece.creator = copyright;
  source.model.format = ModelFormat::kGltf;
  source.model.files = files;
  source.model.file = name;
  return source;
}

Json ReadSidecar(const FileTree& files) {
  const std::optional<std::string> name = files.Resolve("", kSidecar);
  if (!name) return Json::object();
  const std::vector<uint8_t> bytes = files.Read(*name);
  try {
    return Json::parse(bytes.begin(), bytes.end());
  } catch (const Json::exception& error) {
    throw Unreadable(files, *name, error.what());
  }
}

}  // namespace

bool IsGltfName(std::string_view name) {
  return EndsWith(name, ".glb") || EndsWith(name, ".gltf");
}

Json ReadGltfJson(const FileTree& files, const std::string& name) {
  std::vector<uint8_t> bytes;
  if (EndsWith(name, ".glb")) {
    // 12 bytes of header, then length and kind of the JSON chunk.
    const std::vector<uint8_t> head = files.ReadStart(name, 20);
    const bool binary = head.size() == 20 && head[0] == 'g' && head[1] == 'l' &&
                        head[2] == 'T' && head[3] == 'F';
    if (!binary || LittleEndian32(head, 4) != 2) {
      throw Unreadable(files, name, "is no GLB file of glTF 2.0");
    }
    const uint64_t length = LittleEndian32(head, 12);
    if (length > kMaxJsonBytes) {
      throw Unreadable(files, name, "its description is too large");
    }
    bytes = files.ReadStart(name, 20 + length);
    if (bytes.size() < 20 + length) {
      throw Unreadable(files, name, "is cut off; export it again");
    }
    bytes.erase(bytes.begin(), bytes.begin() + 20);
  } else {
    bytes = files.ReadStart(name, kMaxJsonBytes);
  }
  try {
    Json json = Json::parse(bytes.begin(), bytes.end());
    if (!json.is_object()) throw Unreadable(files, name, "is no glTF file");
    return json;
  } catch (const Json::exception& error) {
    throw Unreadable(files, name, error.what());
  }
}

std::shared_ptr<const FileTree> OpenGltfFile(
    const std::filesystem::path& path) {
  const std::filesystem::path folder =
      path.has_parent_path() ? path.parent_path() : ".";
  std::vector<std::string> names = {path.filename().string()};
  const auto alone = OpenFiles(folder, names);
  const Json gltf = ReadGltfJson(*alone, names[0]);
  names.emplace_back(kSidecar);
  for (const char* array : {"buffers", "images"}) {
    for (const Json& element : gltf.value(array, Json::array())) {
      if (!element.is_object()) continue;
      const std::string uri = Text(element, "uri");
      if (!uri.starts_with("data:")) names.push_back(UnescapedUri(uri));
    }
  }
  return OpenFiles(folder, names);
}

std::vector<SourcePiece> ReadGltfCatalogue(
    std::shared_ptr<const FileTree> files) {
  const Json sidecar = ReadSidecar(*files);
  const std::string where =
      files->origin().string() + ": " + std::string(kSidecar);
  const PieceTable table(sidecar, where);
  std::string catalogue = Text(sidecar, "name");
  if (catalogue.empty()) catalogue = files->origin().stem().string();
  if (catalogue.empty()) catalogue = files->origin().parent_path().stem();
  std::vector<SourcePiece> pieces;
  std::optional<Error> first_failure;
  for (const std::string& name : files->names()) {
    if (!IsGltfName(name)) continue;
    try {
      SourcePiece source = ReadPiece(files, name, catalogue);
      if (const std::string all = Text(sidecar, "licence"); !all.empty()) {
        source.piece.licence = all;
      }
      if (const std::string all = Text(sidecar, "creator"); !all.empty()) {
        source.piece.creator = all;
      }
      std::vector<std::string> keys = table.CopiesOf(name);
      keys.push_back(name);
      for (const std::string& key : keys) {
        SourcePiece piece = source;
        piece.piece.id = catalogue + "#" + Stem(key);
        table.Apply(key, piece);
        if (!piece.piece.function.empty() && piece.piece.grade == 0) {
          piece.piece.grade = 'A';
        }
        pieces.push_back(std::move(piece));
      }
    } catch (const Error& error) {
      spdlog::warn("{}; left out", error.what());
      if (!first_failure) first_failure = error;
    } catch (const Json::exception& error) {
      spdlog::warn(
          "{}: {}: {}; left out", files->origin().string(), name, error.what());
      if (!first_failure) {
        first_failure = Unreadable(*files, name, error.what());
      }
    }
  }
  for (const std::string& id : table.ids()) {
    if (!table.IsCopy(id) && !files->Resolve("", id)) {
      throw Error(ErrorKind::kModel, where + ": there is no file " + id);
    }
  }
  if (pieces.empty()) {
    throw first_failure.value_or(
        Error(ErrorKind::kModel,
              files->origin().string() +
                  ": holds no .glb, .gltf or .sh3f furniture"));
  }
  return pieces;
}

}  // namespace stage::engine
