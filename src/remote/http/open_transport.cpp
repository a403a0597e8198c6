#include <dlfcn.h>

#include "core/program_files.h"
#include "remote/http/transport.h"

namespace stage::remote {
namespace {

constexpr auto kLibraryName = "libstage_http.so";

Transport* OpenLibrary() {
  const std::filesystem::path library = FindProjectLibrary(kLibraryName);
  void* handle = library.empty()
                     ? nullptr
                     : dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  using MakeFunction = Transport* (*)();
  const auto make = handle == nullptr
                        ? nullptr
                        : reinterpret_cast<MakeFunction>(
                              dlsym(handle, "stage_make_curl_transport"));
  if (make == nullptr) {
    throw Error(ErrorKind::kUnexpected,
                std::string(kLibraryName) +
                    " is missing or cannot be loaded: install the complete "
                    "package, with libcurl");
  }
  return make();
}

}  // namespace

std::string HttpResponse::Header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

std::shared_ptr<Transport> OpenCurlTransport() {
  return std::shared_ptr<Transport>(OpenLibrary());
}

}  // namespace stage::remote
