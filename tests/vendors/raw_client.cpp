#include "vendors/raw_client.h"

#include <httplib.h>

#include "vendors/server/picture.h"
#include "vendors/server/text_codes.h"

namespace stage::test {
namespace {

std::string Photo(int width, int height) {
  return vendors::EncodePicture(vendors::EmptyRoom(width, height, 7),
                                vendors::PictureFormat::kJpeg);
}

RawAnswer Answered(const httplib::Result& result) {
  if (!result) return {};
  return {result->status,
          result->body,
          {result->headers.begin(), result->headers.end()}};
}

}  // namespace

RawClient::RawClient(int render_ms)
    : photo_bytes_(Photo(800, 600)),
      server_({"--host-folder",
               folder_.path().string(),
               "--render-ms",
               std::to_string(render_ms)}) {
  folder_.Write("photo.jpg", photo_bytes_);
  folder_.Write("mask.jpg", photo_bytes_);
  folder_.Write("small.jpg", Photo(400, 300));
  values_ = {
      {"$PHOTO", server_.storage() + "/host/photo.jpg"},
      {"$MASK", server_.storage() + "/host/mask.jpg"},
      {"$SMALL", server_.storage() + "/host/small.jpg"},
      {"$DATA", "data:image/jpeg;base64," + vendors::Base64(photo_bytes_)},
      {"$BASE64", vendors::Base64(photo_bytes_)},
      {"$USER", server_.user_id("iacrea")}};
  values_["$FILE"] =
      Send(
          {"reroom", "POST /api/enterprise/upload", photo_bytes_, "image/jpeg"})
          .json()
          .at("fileName");
  values_["$ART"] =
      Send({"vsart", "POST /api/image/upload", R"({"data_url": "$DATA"})"})
          .json()
          .at("url");
}

std::string RawClient::Filled(std::string text) const {
  for (const auto& [name, value] : values_) {
    for (size_t at = text.find(name); at != std::string::npos;
         at = text.find(name, at + value.size())) {
      text.replace(at, name.size(), value);
    }
  }
  return text;
}

RawAnswer RawClient::Send(const RawRequest& raw) {
  httplib::Client client(server_.api());
  client.set_read_timeout(10);
  httplib::Request request;
  const size_t space = raw.call.find(' ');
  request.method = raw.call.substr(0, space);
  request.path = Filled(raw.call.substr(space + 1));
  std::string header = raw.authorization;
  if (header.empty()) {
    const std::string key = server_.key(raw.vendor);
    header = raw.vendor == "vsai" ? "Authorization: Api-Key " + key
             : raw.vendor == "roomstack" || raw.vendor == "iacrea"
                 ? "x-api-key: " + key
                 : "Authorization: Bearer " + key;
  }
  const size_t colon = header.find(": ");
  request.set_header(header.substr(0, colon).c_str(),
                     header.substr(colon + 2).c_str());
  if (!raw.body.empty()) {
    request.body =
        raw.content_type.starts_with("image/") ? raw.body : Filled(raw.body);
    request.set_header("Content-Type", raw.content_type);
  }
  return Answered(client.send(request));
}

RawAnswer RawClient::Download(const std::string& url) {
  httplib::Client client(url.substr(0, url.find('/', 8)));
  return Answered(client.Get(url.substr(url.find('/', 8))));
}

}  // namespace stage::test
