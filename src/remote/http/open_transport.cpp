#include "core/open_module.h"
#include "core/program_files.h"
#include "remote/http/transport.h"

namespace stage::remote {

std::string HttpResponse::Header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

std::shared_ptr<Transport> OpenCurlTransport() {
  constexpr auto kFile = "libstage_http.so";
  return OpenModule<Transport>(
      {.file = FindProjectLibrary(kFile),
       .what = "HTTP module",
       .file_name = kFile,
       .entry = "stage_make_curl_transport",
       .remedy = "install the complete package, with libcurl",
       .computes = false},
      kTransportAbi);
}

}  // namespace stage::remote
