#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/error.h"

namespace stage {

/// A part of the program that is opened when it is needed.
struct ModuleName {
  std::filesystem::path file;  ///< empty: there is none
  const char* what;            ///< in messages, such as "local engine"
  const char* file_name;       ///< in messages
  const char* entry;           ///< the exported function
  /// In messages: what to do when it is not there.
  const char* remedy =
      "install the complete package, or build with -DSTAGE_ENGINE=ON";
  /// It links OpenBLAS or libtorch: then no other thread may run yet, see
  /// PrepareProcessorLibraries.
  bool computes = true;
};

/// Opens a module for the rest of the process.
/// @return the address of its entry
/// @throws Error(kModel) when it is not there or lacks a library
void* OpenModuleEntry(const ModuleName& name);

/// The error for a module that does not know this program's interface.
Error ForeignModule(const ModuleName& name);

/// The object that a module's entry makes.
/// @param abi  of the interface that the program was built with
/// @throws Error(kModel) when it is not there, or of another version
template <typename Engine>
std::unique_ptr<Engine> OpenModule(const ModuleName& name, int abi) {
  const auto open = reinterpret_cast<Engine* (*)(int)>(OpenModuleEntry(name));
  std::unique_ptr<Engine> engine(open == nullptr ? nullptr : open(abi));
  if (engine == nullptr) throw ForeignModule(name);
  return engine;
}

}  // namespace stage
