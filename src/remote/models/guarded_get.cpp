#include "remote/models/guarded_get.h"

#include <spdlog/spdlog.h>

#include "core/text_encoding.h"

namespace stage::remote {
namespace {

constexpr int kMostRedirects = 5;

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 ||
         status == 308;
}

Error NowhereFrom(const Url& url, const std::string& why) {
  return Error(ErrorKind::kVendorUnavailable,
               url.host + ": sends on " + why + "; try again later");
}

}  // namespace

GuardedGet::GuardedGet(std::shared_ptr<Transport> transport,
                       const std::string& home,
                       Secret token)
    : transport_(std::move(transport)),
      home_(ParseUrl(home)),
      token_(std::move(token)) {
  if (!token_.empty() && home_.scheme != "https" && !home_.is_loopback()) {
    throw Error(ErrorKind::kCredentials,
                "the token would travel in the clear to http://" + home_.host +
                    ": use an https address in HF_ENDPOINT, or unset HF_TOKEN");
  }
}

HttpResponse GuardedGet::Send(HttpRequest request) const {
  const auto headers = request.headers;
  request.redirects = Redirects::kRefuse;
  for (int hop = 0; hop <= kMostRedirects; ++hop) {
    const Url url = ParseUrl(request.url);
    request.headers = headers;
    if (!token_.empty() && url.SameOrigin(home_)) {
      request.headers.emplace_back("Authorization",
                                   "Bearer " + token_.Reveal());
    }
    HttpResponse response = transport_->Send(request);
    spdlog::debug("{} {}: {} in {:.2f} s",
                  request.method,
                  Clean(request.url),
                  response.status,
                  response.seconds);
    if (!IsRedirect(response.status)) return response;
    if (response.redirect_url.empty()) {
      throw NowhereFrom(url, "without saying where to");
    }
    const Url next = ParseUrl(response.redirect_url);
    if (url.scheme == "https" && next.scheme != "https") {
      throw NowhereFrom(url, "to an address without TLS");
    }
    request.url = response.redirect_url;
  }
  throw NowhereFrom(home_, "too often");
}

std::string GuardedGet::Clean(const std::string& text) const {
  return token_.RedactedIn(Printable(ValidUtf8(WithoutQueries(text))));
}

}  // namespace stage::remote
