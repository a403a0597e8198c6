#include "remote/vendors/vsai_config.h"

#include <algorithm>

#include "remote/answer.h"
#include "remote/vendor_words.h"
#include "remote/vendors/vsai_services.h"

namespace stage::remote::vsai {
namespace {

using nlohmann::json;

std::string SkyOf(const OrderContext& context) {
  const std::string set = context.SettingText("sky_style");
  if (!set.empty()) return set;
  if (!context.job.edit.sky.empty()) return context.job.edit.sky;
  return context.job.edit.daylight == "night" ? "blue" : "dusk";
}

json RemoveFurniture(const OrderContext& context, const std::string& mode) {
  json remove = {{"mode", mode}};
  if (context.mask) remove["mask_url"] = DataUrl(*context.mask);
  return remove;
}

}  // namespace

bool IsDusk(const OrderContext& context) {
  return context.service.name == kDayToDusk;
}

json ConfigOf(const OrderContext& context) {
  json config;
  if (IsDusk(context)) {
    const std::string type = context.SettingText("type");
    config = {{"type", type.empty() ? "daytodusk" : type},
              {"sky_style", SkyOf(context)}};
  } else {
    config["type"] = "staging";
    std::string removal = context.SettingText("remove_furniture");
    if (context.service.operation == Operation::kGenerate) {
      const std::string missing = TextField(context.order.data, {"style"});
      config["add_furniture"] = {
          {"room_type", context.RoomWord()},
          {"style", missing.empty() ? context.StyleWord() : missing}};
      const std::string base = context.SettingText("base_variation_id");
      if (!base.empty()) config["add_furniture"]["base_variation_id"] = base;
      if (context.job.generate.declutter_first && removal.empty()) {
        removal = "on";
      }
    } else {
      removal = "on";
    }
    if (!removal.empty()) {
      config["remove_furniture"] = RemoveFurniture(context, removal);
    }
  }
  const std::string watermark = context.SettingText(kWatermark.data());
  if (!watermark.empty()) config[kWatermark] = watermark == "true";
  const std::string resolution = context.SettingText(kResolution.data());
  if (!resolution.empty()) config[kResolution] = std::stoi(resolution);
  return config;
}

std::string EarlierRender(const OrderContext& context) {
  const std::string missing = TextField(context.order.data, {"of_render"});
  return missing.empty() ? context.SettingText("render_id") : missing;
}

std::string BulkList(const OrderContext& context) {
  return context.SettingText(kBulkSetting.data());
}

std::vector<Wish> WishesOf(const OrderContext& context) {
  const int results = context.order.results;
  const auto styles = SplitWords(context.SettingText(kStylesSetting.data()));
  if (styles.empty() || !EarlierRender(context).empty()) {
    return {{ConfigOf(context), results}};
  }
  const int most = static_cast<int>(styles.size());
  std::vector<Wish> wishes;
  for (int i = 0; i < std::min(most, results); ++i) {
    Wish wish{ConfigOf(context), results / most + (i < results % most ? 1 : 0)};
    wish.config["add_furniture"]["style"] = styles[static_cast<size_t>(i)];
    wishes.push_back(std::move(wish));
  }
  return wishes;
}

std::string Essence(const json& config) {
  const json& add = Field(config, {"add_furniture"});
  const json& remove = Field(config, {"remove_furniture"});
  return LowerCase(
      TextField(config, {"type"}) + "|" + TextField(add, {"room_type"}) + "|" +
      TextField(add, {"style"}) + "|" + TextField(remove, {"mode"}) + "|" +
      TextField(config, {"sky_style"}));
}

std::vector<std::string> Essences(const OrderContext& context) {
  std::vector<std::string> essences;
  for (const Wish& wish : WishesOf(context)) {
    essences.insert(
        essences.end(), static_cast<size_t>(wish.count), Essence(wish.config));
  }
  std::sort(essences.begin(), essences.end());
  return essences;
}

}  // namespace stage::remote::vsai
