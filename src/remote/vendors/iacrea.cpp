#include <algorithm>
#include <array>

#include "core/image_header.h"
#include "core/text_encoding.h"
#include "remote/all_vendors.h"
#include "remote/answer.h"
#include "remote/vendor.h"

namespace stage::remote {
namespace {

using nlohmann::json;
using Names = std::string_view;
using enum Setting::Kind;

// Fields: https://iacrea.com, Room Creation. The third room is the vendor's
// own spelling of a shower room.
constexpr auto kRooms =
    std::to_array<Names>({"BATHROOM", "KITCHEN", "SHOWEROOM"});
constexpr auto kThemes =
    std::to_array<Names>({"MODERN", "INDUSTRIAL", "SCANDINAVIAN", "LUXURIOUS"});

constexpr Names kCreate = "create-room";
constexpr Names kVariation = "variation";
constexpr auto kOptions = std::to_array<Names>({"--room", "--style", "--mask"});
constexpr auto kCreateNeeds = std::to_array<Names>({"--mask"});
constexpr auto kVariationNeeds = std::to_array<Names>({"generation_id"});
constexpr Setting kRoomSetting{"room_type", kWord, kRooms};
constexpr Setting kThemeSetting{"theme", kWord, kThemes};
constexpr auto kCreateSettings =
    std::to_array<Setting>({kRoomSetting, kThemeSetting});
constexpr auto kVariationSettings =
    std::to_array<Setting>({kRoomSetting, kThemeSetting, {"generation_id"}});
constexpr auto kServices = std::to_array<Service>({
    {.name = kCreate,
     .options = kOptions,
     .needs = kCreateNeeds,
     .settings = kCreateSettings,
     .preset_words = "iacrea",
     .room_key = "room_type",
     .style_key = "theme",
     .needs_room = true,
     .fetches_pictures = true},
    {.name = kVariation,
     .options = kOptions,
     .needs = kVariationNeeds,
     .settings = kVariationSettings,
     .preset_words = "iacrea",
     .room_key = "room_type",
     .style_key = "theme",
     .needs_room = true,
     .fetches_pictures = true},
});
constexpr auto kFormats = std::to_array<Names>({"jpeg", "png"});
constexpr auto kWorking =
    std::to_array<Names>({"starting", "processing", "queued", "pending"});
const VendorSpec kSpec{
    .name = "iacrea",
    .label = "IACrea",
    .base_url = "https://iacrea.com",
    .key_header = "x-api-key",
    .services = kServices,
    .photo = {.formats = kFormats},
    .poll_least_s = 5,
    .poll_most_s = 20,
    .working_words = kWorking,
    .needs_user_id = true,
    .webhook_per_order = true,
};

/// Asks a public address for its picture, as the vendor will.
void CheckHosted(const OrderContext& context,
                 const std::string& url,
                 const FittedFile& file,
                 const std::string& what) {
  const auto copy = context.Scratch("hosted");
  const std::string name = Utf8Path(file.file);
  const auto refuse = [&](const std::string& why) {
    return Error(ErrorKind::kInput,
                 name + ": the " + what + " at " + WithoutQuery(url) + " " +
                     why + "; iacrea fetches it from there");
  };
  try {
    context.client.Download(url, false, copy, context.cancelled);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kInterrupted) throw;
    throw refuse(std::string("cannot be fetched: ") + error.what());
  }
  const std::optional<ImageHeader> header = ReadImageHeader(copy);
  std::error_code ignored;
  std::filesystem::remove(copy, ignored);
  if (!header || (header->format != "jpeg" && header->format != "png")) {
    throw refuse("is no JPEG or PNG picture");
  }
  if (header->width != file.width || header->height != file.height) {
    throw refuse("is " + std::to_string(header->width) + "x" +
                 std::to_string(header->height) + ", not " +
                 std::to_string(file.width) + "x" +
                 std::to_string(file.height));
  }
}

bool IsVariation(const OrderContext& context) {
  return context.order.step == kVariation;
}

class IacreaVendor final : public Vendor {
 public:
  const VendorSpec& spec() const override { return kSpec; }

  /// A 4xx that speaks of photos or credits: the account is used up.
  std::optional<Verdict> ReadError(int status,
                                   const std::string& words) const override {
    const std::string lower = LowerCase(words);
    const auto says = [&](std::string_view part) {
      return lower.find(part) != std::string::npos;
    };
    const bool is_open = status >= 400 && status < 500 && status != 401 &&
                         status != 403 && status != 404 && status != 429;
    const bool is_short = says("credit") || says("remaining photo") ||
                          says("no photo") || says("enough photo") ||
                          says("photos left");
    if (is_open && is_short) return Verdict::kCredits;
    return std::nullopt;
  }

  /// Further results are variations of the first.
  std::vector<Order> PlanOrders(const StagingJob& job,
                                const Service& service) const override {
    std::vector<Order> orders = Vendor::PlanOrders(job, service);
    for (size_t i = 1; service.name == kCreate && i < orders.size(); ++i) {
      orders[i].step = kVariation;
      orders[i].after = 0;
    }
    return orders;
  }

  std::optional<double> EstimateCredits(const StagingJob& job,
                                        const Service&) const override {
    return std::max(1, job.variants);
  }

  void Prepare(OrderContext& context) const override {
    context.transient["image_url"] = HostedUrl(context, context.photo, "photo");
    if (context.mask) {
      context.transient["mask_url"] = HostedUrl(context, *context.mask, "mask");
    }
  }

  Call OrderCall(const OrderContext& context) const override {
    json body = {{"user_id", context.client.user_id()},
                 {"room_type", context.RoomWord()},
                 {"theme", context.StyleWord()}};
    if (!context.webhook_url.empty()) body["webhook"] = context.webhook_url;
    if (context.transient.contains("mask_url")) {
      body["mask_url"] = context.transient["mask_url"];
    }
    if (IsVariation(context)) {
      body["generation_id"] = context.service.name == kVariation
                                  ? context.SettingText("generation_id")
                                  : context.earlier_id;
      body["original_url"] = context.transient.at("image_url");
      return PostJson("/api/create_room/generate-variation", body);
    }
    body["image_url"] = context.transient.at("image_url");
    body["width"] = context.photo.width;
    body["height"] = context.photo.height;
    return PostJson("/api/create_room/generate", body);
  }

  OrderStatus ReadOrderAnswer(OrderContext& context,
                              const json& whole) const override {
    const json& answer = Unwrapped(whole, {"data", "generation"});
    const std::string id =
        TextField(answer, {"generation_id", "generationId", "id"});
    if (id.empty()) throw BadAnswer("the answer has no generation id");
    context.order.id = CheckedId(id);
    OrderStatus status;
    for (const char* key : {"remaining_photos", "project_id"}) {
      const json& value = Field(answer, {key});
      if (value.is_number() || value.is_string()) status.details[key] = value;
    }
    return status;
  }

  OrderStatus Poll(OrderContext& context) const override {
    const json whole =
        context.client.Ask(PostJson("/api/create_room/get",
                                    {{"user_id", context.client.user_id()},
                                     {"generation_id", context.order.id}}),
                           context.cancelled);
    const json& answer = Unwrapped(whole, {"data", "generation"});
    const std::string word = LowerCase(TextField(answer, {"status"}));
    OrderStatus status;
    if (word == "failed") {
      status.state = OrderState::kFailed;
      status.error = TextField(answer, {"error", "message"});
      status.is_free = true;  // refunded by the vendor
      return status;
    }
    if (word != "succeeded") return {.word = word};
    status.results = PublicResults(Field(answer, {"urls", "url"}));
    if (status.results.empty()) throw NoPictures();
    status.state = OrderState::kDone;
    return status;
  }

  Account ReadAccount(VendorClient& client,
                      const Cancelled& cancelled) const override {
    Account account;
    account.identity = client.user_id();
    try {
      account.details = client.Ask(
          PostJson("/api/account/credit", {{"user_id", client.user_id()}}),
          cancelled);
      account.credits = NumberField(account.details, {"total"});
    } catch (const CallError& error) {
      // Not part of the documents for this service: it may be missing.
      if (error.status() != 404) throw;
    }
    return account;
  }

 private:
  static std::string HostedUrl(const OrderContext& context,
                               const FittedFile& file,
                               const std::string& what) {
    const std::string url = context.Host(file);
    CheckHosted(context, url, file, what);
    return url;
  }
};

}  // namespace

const Vendor& Iacrea() {
  static const IacreaVendor vendor;
  return vendor;
}

}  // namespace stage::remote
