#include "vendors/server/world.h"

#include <algorithm>
#include <fstream>

#include "vendors/server/refusal.h"
#include "vendors/server/text_codes.h"

namespace stage::vendors {
namespace {

// WebP and HEIC are taken but not decoded.
constexpr int kUnknownWidth = 1024;
constexpr int kUnknownHeight = 768;

std::string ReadFile(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Picture Decoded(const Source& source) {
  const bool readable = source.info.format == PictureFormat::kJpeg ||
                        source.info.format == PictureFormat::kPng;
  return readable ? DecodePicture(source.bytes)
                  : EmptyRoom(kUnknownWidth, kUnknownHeight, 0);
}

}  // namespace

int64_t Render::promised_results() const {
  return std::count_if(results.begin(),
                       results.end(),
                       [](const Result& result) { return result.promised; });
}

World::World(const WorldOptions& options)
    : journal(options.journal),
      webhooks(journal),
      settings({{"render_ms", options.render_ms},
                {"roomstack_poll", "works"},
                {"roomstack_webhook", nullptr},
                {"reroom_shape", "alternate"}}),
      host_folder(options.host_folder) {
  const auto open = [&](const char* vendor, const char* prefix) {
    accounts.push_back(
        {vendor, prefix + RandomHex(16), Uuid(), options.credits});
  };
  open("roomstack", "aptd_");
  open("vsai", "vsai-");
  open("iacrea", "iac.");
  open("reroom", "rr~");
  open("vsart", "vart_");
}

Account& World::AccountOf(const std::string& vendor) {
  return *std::find_if(accounts.begin(), accounts.end(), [&](const Account& a) {
    return a.vendor == vendor;
  });
}

Render* World::FindRender(const std::string& vendor, const std::string& id) {
  const auto found =
      std::find_if(renders.begin(), renders.end(), [&](const Render& render) {
        return render.vendor == vendor && render.id == id;
      });
  return found == renders.end() ? nullptr : &*found;
}

Render* World::FindResult(const std::string& result_id, Result** result) {
  for (Render& render : renders) {
    for (Result& candidate : render.results) {
      if (candidate.id != result_id) continue;
      *result = &candidate;
      return &render;
    }
  }
  return nullptr;
}

int World::RendersInFlight(const std::string& vendor) const {
  return static_cast<int>(
      std::count_if(renders.begin(), renders.end(), [&](const Render& render) {
        return render.vendor == vendor && !render.is_ready();
      }));
}

Render& World::Accept(Render order,
                      int poor_status,
                      const std::string& poor_text) {
  Account& account = AccountOf(order.vendor);
  const bool unlimited = account.credits < 0;
  if (!unlimited && account.credits < order.credits) {
    journal.Add("refused", {{"vendor", order.vendor}, {"what", "credits"}});
    throw Refusal{poor_status, poor_text, Refusal::Blame::kAccount};
  }
  if (!unlimited) account.credits -= order.credits;
  account.spent += order.credits;
  if (order.id.empty()) order.id = Uuid();
  order.key = account.key;
  order.created_ms = EpochMs();
  order.created = Clock::now();
  order.ready = order.created +
                std::chrono::milliseconds(settings.at("render_ms").get<int>());
  for (Result& result : order.results) {
    if (result.id.empty()) result.id = Uuid();
  }
  journal.Add("payment",
              {{"vendor", order.vendor},
               {"endpoint", order.kind},
               {"render", order.id},
               {"results", order.promised_results()},
               {"credits", order.credits}});
  if (order.fails) {
    journal.Add("failed",
                {{"vendor", order.vendor},
                 {"render", order.id},
                 {"results", order.promised_results()}});
  }
  return renders.emplace_back(std::move(order));
}

void World::Refund(const Render& render) {
  AccountOf(render.vendor).credits += render.credits;
  journal.Add("refund",
              {{"vendor", render.vendor},
               {"render", render.id},
               {"credits", render.credits}});
}

std::string World::Link(Result& result) {
  Result* found = nullptr;
  const Render* render = FindResult(result.id, &found);
  ++result.newest_link;
  return storage_origin + "/" + render->vendor + "/results/" + result.id +
         (result.format == PictureFormat::kPng ? ".png" : ".jpg") +
         "?X-Signature=" + std::to_string(result.newest_link) + "." +
         HmacSha256Hex("storage",
                       result.id + std::to_string(result.newest_link));
}

std::string World::PictureBytes(const Result& result) {
  const std::string recipe = HmacSha256Hex("", result.source->bytes) + "/" +
                             std::to_string(result.variant) + "/" +
                             std::to_string(result.width) + "x" +
                             std::to_string(result.height) +
                             std::string(MediaType(result.format)) +
                             (result.furnished ? "furnished" : "");
  const auto known = encoded_.find(recipe);
  if (known != encoded_.end()) return known->second;
  Picture picture =
      Resized(Decoded(*result.source), result.width, result.height);
  if (result.furnished) picture = Furnished(std::move(picture), result.variant);
  return encoded_[recipe] = EncodePicture(picture, result.format);
}

SourcePtr World::MakeSource(std::string bytes,
                            const std::vector<PictureFormat>& formats,
                            const std::string& where) {
  const auto info = ProbePicture(bytes);
  if (!info || std::find(formats.begin(), formats.end(), info->format) ==
                   formats.end()) {
    throw Refusal{400, where + ": no picture of a format that is taken"};
  }
  return std::make_shared<const Source>(Source{std::move(bytes), *info});
}

SourcePtr World::Fetch(const std::string& url) {
  const std::vector<PictureFormat> formats = {PictureFormat::kJpeg,
                                              PictureFormat::kPng};
  const std::string path = url.substr(0, url.find('?'));
  const std::string hosted = storage_origin + "/host/";
  if (path.starts_with(hosted)) {
    return MakeSource(
        ReadFile(host_folder / path.substr(hosted.size())), formats, url);
  }
  if (path.starts_with(storage_origin + "/vsart/uploads/")) {
    const auto upload =
        uploads.find("vsart/" + path.substr(path.rfind('/') + 1));
    if (upload != uploads.end()) return upload->second;
  }
  const std::string name = path.substr(path.rfind('/') + 1);
  Result* result = nullptr;
  if (path.starts_with(storage_origin) &&
      FindResult(name.substr(0, name.rfind('.')), &result) != nullptr) {
    return MakeSource(PictureBytes(*result), formats, url);
  }
  throw Refusal{400, "nothing can be fetched from this URL: " + path};
}

std::vector<Result> PlanResults(const SourcePtr& source,
                                int count,
                                int width,
                                int height) {
  std::vector<Result> results;
  for (int variant = 0; variant < count; ++variant) {
    Result result;
    result.source = source;
    result.variant = variant;
    result.width = width != 0                ? width
                   : source->info.width != 0 ? source->info.width
                                             : kUnknownWidth;
    result.height = height != 0                ? height
                    : source->info.height != 0 ? source->info.height
                                               : kUnknownHeight;
    result.format = source->info.format == PictureFormat::kPng
                        ? PictureFormat::kPng
                        : PictureFormat::kJpeg;
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace stage::vendors
