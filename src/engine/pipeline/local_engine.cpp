#include "engine/local_engine.h"

#include "core/error.h"
#include "core/photo/photo.h"
#include "core/photo/photo_probe.h"
#include "core/sidecar.h"
#include "engine/catalogue/catalogue.h"
#include "engine/catalogue/contact_sheet.h"
#include "engine/pipeline/local_stager.h"
#include "engine/pipeline/scene_hints.h"
#include "engine/scene/analyze_scene.h"

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

class RenderEngine final : public LocalEngine {
 public:
  std::unique_ptr<Stager> MakeStager(
      const LocalEngineOptions& options) override {
    return std::make_unique<LocalStager>(options);
  }

  nlohmann::json Analyze(const AnalyzeRequest& request) override {
    const Photo photo = ReadPhoto(request.photo);
    const ColorConverter converter(photo);
    const ImageU8 srgb = ReadSrgb8(photo, converter, kAnalysisLongEdgePx);
    const SceneHints hints = CollectHints(photo,
                                          ReadSidecar(request.sidecar),
                                          request.camera_height_m,
                                          request.ceiling_height_m);
    const Scene scene =
        AnalyzeScene(srgb, photo.width(), photo.height(), hints);
    nlohmann::json json = SceneToJson(scene);
    json["photo"] = request.photo.string();
    if (!request.overlay.empty()) {
      Photo overlay;
      overlay.pixels8 = DrawScene(srgb, scene);
      WriteDrawing(std::move(overlay), request.overlay);
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
};

}  // namespace
}  // namespace stage::engine

stage::LocalEngine* stage_open_local_engine(int abi) {
  if (abi != stage::kLocalEngineAbi) return nullptr;
  return new stage::engine::RenderEngine;
}
