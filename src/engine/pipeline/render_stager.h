#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "core/stager.h"
#include "engine/catalogue/catalogue.h"
#include "engine/local_engine.h"
#include "engine/pipeline/installed_networks.h"
#include "engine/plan/plan.h"
#include "engine/render/render.h"

namespace stage::engine {

/// `generate` with `--engine render`: scene, plan, path tracing, compositing.
/// Several photos may be in flight: they decode, analyse and encode side by
/// side, and take turns at rendering, which uses every core by itself.
class RenderStager final : public Stager {
 public:
  explicit RenderStager(LocalEngineOptions options);

  /// Refuses what only a diffusion model can do, before any work is begun.
  void CheckJob(const StagingJob& job) const override;
  StageResult Stage(const StagingJob& job, JobProgress& progress) override;
  int preferred_jobs_in_flight() const override { return 2; }

 private:
  struct Prepared;
  struct Variant;

  Prepared Prepare(const StagingJob& job,
                   JobProgress& progress,
                   StageResult& result,
                   nlohmann::json& seconds);
  void Empty(const StagingJob& job,
             JobProgress& progress,
             Prepared& prepared,
             StageResult& result);
  /// What room it is, where a network tells.
  /// @throws Error(kGeometry) when it tells that the photo shows none
  void RecogniseRoom(const StagingJob& job, Prepared& prepared);
  static void SettleReading(const StagingJob& job, Prepared& prepared);
  static void LookAtFloor(Prepared& prepared);
  nlohmann::json NetworkRecords();
  Plan MakePlan(const StagingJob& job,
                int variant,
                const Prepared& prepared) const;
  RenderLayers RenderInTurn(const StagingJob& job,
                            const Prepared& prepared,
                            const std::vector<RenderObject>& objects,
                            JobProgress& progress,
                            const std::function<void(double)>& on_fraction);
  /// Plans, renders and composes a variant.
  void FurnishVariant(const StagingJob& job,
                      const Prepared& prepared,
                      JobProgress& progress,
                      Variant& variant,
                      nlohmann::json& seconds);
  /// Has a diffusion model work a composed variant over; its settings.
  nlohmann::json RefineVariant(const StagingJob& job,
                               const Prepared& prepared,
                               JobProgress& progress,
                               Variant& variant,
                               StageResult& result);
  void WriteVariant(const StagingJob& job,
                    const Prepared& prepared,
                    const Variant& variant,
                    StageResult& result) const;
  void NoteEngine(const StagingJob& job, StageResult& result);
  std::shared_ptr<Catalogue> CatalogueFor(
      const std::vector<std::string>& sources);

  LocalEngineOptions options_;
  InstalledNetworks networks_;  ///< used in turns
  std::mutex networks_turn_;
  std::mutex render_turn_;
  std::mutex catalogues_mutex_;
  std::vector<std::pair<std::vector<std::string>, std::shared_ptr<Catalogue>>>
      catalogues_;
};

}  // namespace stage::engine
