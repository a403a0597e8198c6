#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/weights/model_store.h"

namespace stage::cli {

/// A model of the registry and where it is, if it is here.
struct ListedModel {
  const ModelEntry* model;
  std::optional<InstalledModel> installed;
};

/// @param task  only models for it; empty: all
std::vector<ListedModel> ListModels(const ModelRegistry& registry,
                                    const ModelFolders& folders,
                                    const std::string& task);

/// {"name", "task", "description", "installed", "path", "bytes", ...}
nlohmann::json ModelJson(const ListedModel& listed);

/// A table for people: name, whether it is installed, size, commercial use,
/// licence and what it is.
std::string ModelTable(const std::vector<ListedModel>& models);

}  // namespace stage::cli
