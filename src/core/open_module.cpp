#include "core/open_module.h"

#include <dlfcn.h>

#include "core/processor.h"

namespace stage {

void* OpenModuleEntry(const ModuleName& name) {
  if (name.file.empty()) {
    throw Error(ErrorKind::kModel,
                "this stage was built or installed without its " +
                    std::string(name.what) + " (" + name.file_name +
                    "): " + name.remedy);
  }
  if (name.computes) PrepareProcessorLibraries();
  void* handle = dlopen(name.file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw Error(ErrorKind::kModel,
                "the " + std::string(name.what) + " cannot be loaded: " +
                    dlerror() + "; install the libraries it needs");
  }
  return dlsym(handle, name.entry);
}

Error ForeignModule(const ModuleName& name) {
  return Error(ErrorKind::kModel,
               name.file.string() +
                   " belongs to another version of stage: install both from "
                   "one package");
}

}  // namespace stage
