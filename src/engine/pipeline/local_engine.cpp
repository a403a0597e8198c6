#include "engine/local_engine.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/photo/photo.h"
#include "core/photo/photo_probe.h"
#include "core/sidecar.h"
#include "engine/catalogue/catalogue.h"
#include "engine/catalogue/contact_sheet.h"
#include "engine/pipeline/local_stager.h"
#include "engine/pipeline/room_emptying.h"
#include "engine/pipeline/room_recognition.h"
#include "engine/pipeline/scene_hints.h"
#include "engine/pipeline/see_room.h"
#include "engine/scene/analyze_scene.h"
#include "engine/views/compare_views.h"

namespace stage::engine {
namespace {

constexpr int kPreviewTilePx = 320;
constexpr int kPreviewColumns = 5;

// A picture for people to look at: no photo, so nothing to disclose.
void WriteDrawing(Photo drawing, const std::filesystem::path& path) {
  OutputOptions output;
  output.format = path.extension() == ".png" ? "png" : "jpeg";
  output.disclose = {"none"};
  Disclosure disclosure;
  disclosure.alteration = Alteration::kNone;
  WriteResult(drawing, drawing, path, output, disclosure);
}

std::vector<std::string> PreviewIds(const Catalogue& catalogue,
                                    const CataloguePreviewRequest& request) {
  if (!request.ids.empty()) return request.ids;
  std::vector<std::string> ids;
  if (!request.function.empty()) {
    for (const Piece* piece :
         catalogue.Suitable(request.function, request.style)) {
      ids.push_back(piece->id);
    }
    return ids;
  }
  for (const Piece& piece : catalogue.pieces()) {
    if (!piece.function.empty()) ids.push_back(piece.id);
  }
  return ids;
}

/// The share of the photo that furniture takes, and its mask.
void NoteFurniture(const ThingMap& found,
                   const std::filesystem::path& file,
                   nlohmann::json& json) {
  Photo mask;
  mask.pixels8 = ImageU8(found.label.width(), found.label.height(), 1);
  int64_t marked = 0;
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      const uint16_t label = found.label.at(x, y);
      if (label == 0 || !found.things[label - 1u].doubt.empty()) continue;
      mask.pixels8.at(x, y) = 255;
      ++marked;
    }
  }
  const double share =
      static_cast<double>(marked) /
      std::max(1.0, static_cast<double>(mask.pixels8.size_bytes()));
  json["percentage_masked"] = std::round(1000 * share) / 10;
  if (marked == 0 || file.empty()) return;
  WriteDrawing(std::move(mask), file);
  json["furniture_mask"] = file.string();
}

RoomView ReadView(const std::filesystem::path& file,
                  const std::filesystem::path& sidecar,
                  InstalledNetworks& networks) {
  const Photo photo = ReadPhoto(file);
  RoomView view;
  view.name = file.filename().string();
  view.srgb = AnalysisCopy(photo, ColorConverter(photo));
  SceneHints hints =
      CollectHints(photo, ReadSidecar(sidecar), std::nullopt, std::nullopt);
  hints.seen = SeeRoom(view.srgb, networks);
  view.scene = AnalyzeScene(view.srgb, photo.width(), photo.height(), hints);
  if (const auto recognised = Recognise(view.srgb, networks)) {
    NoteRoom(*recognised, view.scene);
    if (recognised->IsNoRoom()) view.no_room = recognised->other;
  }
  return view;
}

class RenderEngine final : public LocalEngine {
 public:
  std::unique_ptr<Stager> MakeStager(
      const LocalEngineOptions& options) override {
    return std::make_unique<LocalStager>(options);
  }

  nlohmann::json Analyze(const AnalyzeRequest& request) override {
    const Photo photo = ReadPhoto(request.photo);
    const ColorConverter converter(photo);
    const ImageU8 srgb = AnalysisCopy(photo, converter);
    SceneHints hints = CollectHints(photo,
                                    ReadSidecar(request.sidecar),
                                    request.camera_height_m,
                                    request.ceiling_height_m);
    hints.seen = SeeRoom(srgb, networks_);
    Scene scene = AnalyzeScene(srgb, photo.width(), photo.height(), hints);
    const auto recognised = Recognise(srgb, networks_);
    if (recognised) NoteRoom(*recognised, scene);
    nlohmann::json json = SceneToJson(scene);
    if (recognised && recognised->IsNoRoom()) {
      json["not_a_room"] = recognised->other;
    }
    json["photo"] = request.photo.string();
    // By colour alone things are told from a room that is understood.
    const bool tells =
        networks_.segmenter() != nullptr || scene.trust == SceneTrust::kRoom;
    const ThingMap found =
        tells ? FindThingsIn(srgb, scene, {}, networks_) : ThingMap{};
    NoteFurniture(found, request.furniture_mask, json);
    if (!request.overlay.empty()) {
      Photo overlay;
      overlay.pixels8 = DrawScene(srgb, scene);
      WriteDrawing(std::move(overlay), request.overlay);
    }
    return json;
  }

  nlohmann::json ComparePair(const PairRequest& request) override {
    const ViewComparison found = CompareViews(
        ReadView(request.first, request.first_sidecar, networks_),
        ReadView(request.second, request.second_sidecar, networks_));
    nlohmann::json json = {{"compatible", found.compatible},
                           {"hard_rejected", found.hard_rejected},
                           {"rejection_reason", found.rejection_reason},
                           {"matches", found.matches},
                           {"consistent", found.consistent}};
    if (found.turn_degrees) {
      json["turn_deg"] = std::round(10 * *found.turn_degrees) / 10;
    }
    return json;
  }

  nlohmann::json ListCatalogue(
      const std::vector<std::filesystem::path>& sources) override {
    return CatalogueToJson(*OpenCatalogue(sources));
  }

  void PreviewCatalogue(const std::vector<std::filesystem::path>& sources,
                        const CataloguePreviewRequest& request) override {
    const std::shared_ptr<Catalogue> catalogue = OpenCatalogue(sources);
    const std::vector<std::string> ids = PreviewIds(*catalogue, request);
    if (ids.empty()) {
      throw Error(ErrorKind::kUsage,
                  "no piece of the catalogue is a '" + request.function +
                      "'; `stage catalog list` shows what there is");
    }
    Photo sheet;
    sheet.pixels8 =
        RenderContactSheet(*catalogue, ids, kPreviewTilePx, kPreviewColumns);
    WriteDrawing(std::move(sheet), request.output);
  }

  std::string MakeThumbnail(const ThumbnailRequest& request) override {
    const std::vector<uint8_t> jpeg = stage::MakeThumbnail(
        request.photo, request.long_edge_px, request.quality);
    return {jpeg.begin(), jpeg.end()};
  }

 private:
  InstalledNetworks networks_{ThreadCount(0)};  ///< for all analysed photos
};

}  // namespace
}  // namespace stage::engine

stage::LocalEngine* stage_open_local_engine(int abi) {
  if (abi != stage::kLocalEngineAbi) return nullptr;
  return new stage::engine::RenderEngine;
}
