#include "remote_vendors/vendor_run.h"

#include <fstream>

#include "core/error.h"
#include "remote/vendor_words.h"

namespace stage::test {
namespace {

std::string Bytes(const std::optional<remote::Body>& body) {
  if (!body) return {};
  remote::BodyReader reader(*body);
  std::string bytes(static_cast<size_t>(reader.size()), '\0');
  size_t at = 0;
  while (const size_t size =
             reader.Read(bytes.data() + at, bytes.size() - at)) {
    at += size;
  }
  bytes.resize(at);
  return bytes;
}

remote::FittedFile Picture(const TempDir& folder,
                           const std::string& name,
                           const std::string& content_type) {
  return {
      folder.Write(name, PngHeader(1200, 800) + name), content_type, 1200, 800};
}

std::string Big32(int value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += static_cast<char>((value >> shift) & 255);
  }
  return text;
}

}  // namespace

std::string PngHeader(int width, int height) {
  return std::string("\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 16) + Big32(width) +
         Big32(height) + std::string("\x08\2\0\0\0\0\0\0\0", 9);
}

remote::HttpResponse ScriptedTransport::Send(
    const remote::HttpRequest& request) {
  SentRequest seen{request.method, request.url};
  for (const auto& [name, value] : request.headers) {
    if (name == "Authorization" || name == "x-api-key") {
      seen.authorization = value;
    }
  }
  if (request.body) seen.content_type = request.body->content_type;
  seen.body = Bytes(request.body);
  sent.push_back(std::move(seen));
  if (answers.empty()) {
    throw std::runtime_error("no answer for " + request.url);
  }
  remote::HttpResponse answer = answers.front();
  answers.pop_front();
  if (!request.to_file.empty() && answer.status < 300) {
    std::ofstream(request.to_file, std::ios::binary) << answer.body;
    answer.body.clear();
    answer.in_file = true;
  }
  return answer;
}

VendorRun::VendorRun(const std::string& name)
    : vendor(remote::FindVendor(name)),
      transport_(std::make_shared<ScriptedTransport>()) {
  photo = Picture(folder, "photo.png", "image/png");
  job.input = photo.file;
  job.backend = name;
  job.generate.room = "living";
  order.token = "0b7e3c1a-5d2f-4e6a-9c8b-1f2e3d4c5b6a";
  client_ = std::make_unique<remote::VendorClient>(
      vendor.spec(),
      [this](int status, const std::string& words) {
        return vendor.ReadError(status, words);
      },
      remote::ClientSettings{.base_url = "http://127.0.0.1:9",
                             .user_id = "user-1",
                             .key = Secret("key-1")},
      transport_);
}

void VendorRun::Answer(const nlohmann::json& body, int status) {
  transport_->answers.push_back({.status = status, .body = body.dump()});
}

void VendorRun::AnswerFile(const std::filesystem::path& file) {
  transport_->answers.push_back({.status = 200, .body = ReadFileBytes(file)});
}

void VendorRun::Check() const {
  remote::CheckWords(job, vendor.spec(), service());
  vendor.CheckJob(job, service());
}

std::string VendorRun::Refusal() const {
  try {
    Check();
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

const remote::Service& VendorRun::service() const {
  return remote::ChooseService(vendor.spec(), job);
}

remote::OrderContext VendorRun::Context() {
  return {.job = job,
          .service = service(),
          .client = *client_,
          .order = order,
          .photo = photo,
          .mask = mask,
          .furniture = furniture,
          .webhook_url = webhook_url,
          .earlier_result_url = earlier_result_url,
          .earlier_id = earlier_id,
          .Host =
              [](const remote::FittedFile& file) {
                return "http://host.test/" + file.file.filename().string();
              },
          .Scratch =
              [this](std::string_view name) { return folder.path() / name; }};
}

SentRequest VendorRun::Ordered(size_t index) {
  Check();
  const std::string token = order.token;
  order = vendor.PlanOrders(job, service()).at(index);
  order.token = token;
  remote::OrderContext context = Context();
  vendor.Prepare(context);
  const remote::Call call = vendor.OrderCall(context);
  return {call.method,
          call.path + remote::QueryText(call.query),
          call.body ? call.body->content_type : "",
          "",
          Bytes(call.body)};
}

remote::OrderStatus VendorRun::Submitted(const nlohmann::json& answer) {
  remote::OrderContext context = Context();
  return vendor.ReadOrderAnswer(context, answer);
}

remote::OrderStatus VendorRun::Poll() {
  remote::OrderContext context = Context();
  return vendor.Poll(context);
}

}  // namespace stage::test
