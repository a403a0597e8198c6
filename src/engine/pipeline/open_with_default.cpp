#include "engine/pipeline/open_with_default.h"

#include "core/error.h"

namespace stage::engine {

std::shared_ptr<Catalogue> OpenWithDefault(
    const std::vector<std::string>& sources) {
  std::vector<std::filesystem::path> all(sources.begin(), sources.end());
  if (all.empty()) return OpenCatalogue(all);
  all.insert(all.begin(), "default");
  try {
    return OpenCatalogue(all);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kModel) throw;
    all.erase(all.begin());
    return OpenCatalogue(all);
  }
}

}  // namespace stage::engine
