#include "cli/models/model_list.h"

#include <algorithm>
#include <sstream>

#include "core/byte_text.h"
#include "core/text_encoding.h"

namespace stage::cli {
namespace {

std::string UseText(CommercialUse use) {
  switch (use) {
    case CommercialUse::kYes:
      return "commercial use";
    case CommercialUse::kConditions:
      return "commercial use with conditions";
    case CommercialUse::kNo:
      return "NO commercial use";
  }
  return "";
}

}  // namespace

std::vector<ListedModel> ListModels(const ModelRegistry& registry,
                                    const ModelFolders& folders,
                                    const std::string& task) {
  std::vector<ListedModel> models;
  for (const ModelEntry& model : registry.entries()) {
    if (task.empty() || model.task == task) {
      models.push_back({&model, FindInstalled(model, folders)});
    }
  }
  return models;
}

nlohmann::json ModelJson(const ListedModel& listed) {
  const ModelEntry& model = *listed.model;
  nlohmann::json json = {
      {"name", model.name},
      {"task", model.task},
      {"description", model.description},
      {"license", model.license},
      {"commercial_use", CommercialUseName(model.commercial_use)},
      {"memory_bytes", model.memory_bytes},
      {"registry", Utf8Path(model.source)},
      {"installed", listed.installed.has_value()},
      {"bytes", listed.installed ? listed.installed->bytes : model.bytes}};
  if (!model.repository.empty()) {
    json["repository"] = model.repository;
    json["revision"] = model.revision;
  }
  if (listed.installed) {
    json["path"] = Utf8Path(listed.installed->folder);
    json["files"] = listed.installed->files;
    if (!listed.installed->commit.empty()) {
      json["commit"] = listed.installed->commit;
    }
  }
  return json;
}

std::string ModelTable(const std::vector<ListedModel>& models) {
  size_t name_width = 0;
  for (const ListedModel& listed : models) {
    name_width = std::max(name_width, listed.model->name.size());
  }
  std::ostringstream table;
  for (const ListedModel& listed : models) {
    const ModelEntry& model = *listed.model;
    const std::string size =
        ByteText(listed.installed ? listed.installed->bytes : model.bytes);
    std::string name = model.name;
    name.resize(name_width, ' ');
    table << (listed.installed ? "* " : "  ") << name << "  "
          << std::string(7 - std::min<size_t>(7, size.size()), ' ') << size
          << "  " << Printable(model.description) << "\n  "
          << std::string(name_width + 11, ' ') << Printable(model.license)
          << "; " << UseText(model.commercial_use) << "; about "
          << ByteText(model.memory_bytes) << " of memory\n";
  }
  return table.str();
}

}  // namespace stage::cli
