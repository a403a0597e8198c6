#include "engine/clutter/segmented_things.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string_view>
#include <utility>

namespace stage::engine {
namespace {

using Words = std::pair<std::string_view, ThingClass>;
// Longer names first where one holds another ("armchair", "chair").
constexpr auto kWords = std::to_array<Words>({
    {"door", ThingClass::kRoom},
    {"kitchen island", ThingClass::kFixture},
    {"countertop", ThingClass::kFixture},
    {"counter", ThingClass::kFixture},
    {"chest of drawers", ThingClass::kFurniture},
    {"cabinet", ThingClass::kFixture},
    {"fireplace", ThingClass::kFixture},
    {"radiator", ThingClass::kFixture},
    {"chandelier", ThingClass::kFixture},
    {"sconce", ThingClass::kFixture},
    {"fan", ThingClass::kFixture},
    {"toilet", ThingClass::kFixture},
    {"bathtub", ThingClass::kFixture},
    {"sink", ThingClass::kFixture},
    {"shower", ThingClass::kFixture},
    {"mirror", ThingClass::kFixture},
    {"curtain", ThingClass::kCurtain},
    {"blind", ThingClass::kCurtain},
    {"refrigerator", ThingClass::kAppliance},
    {"stove", ThingClass::kAppliance},
    {"oven", ThingClass::kAppliance},
    {"microwave", ThingClass::kAppliance},
    {"dishwasher", ThingClass::kAppliance},
    {"washer", ThingClass::kAppliance},
    {"hood", ThingClass::kAppliance},
    {"rug", ThingClass::kRug},
    {"lamp", ThingClass::kLamp},
    {"painting", ThingClass::kArt},
    {"poster", ThingClass::kArt},
    {"clock", ThingClass::kArt},
    {"plant", ThingClass::kPlant},
    {"flower", ThingClass::kPlant},
    {"sofa", ThingClass::kFurniture},
    {"bed", ThingClass::kFurniture},
    {"cradle", ThingClass::kFurniture},
    {"pool table", ThingClass::kFurniture},
    {"table", ThingClass::kFurniture},
    {"desk", ThingClass::kFurniture},
    {"chair", ThingClass::kFurniture},
    {"seat", ThingClass::kFurniture},
    {"stool", ThingClass::kFurniture},
    {"ottoman", ThingClass::kFurniture},
    {"bench", ThingClass::kFurniture},
    {"wardrobe", ThingClass::kFurniture},
    {"bookcase", ThingClass::kFurniture},
    {"buffet", ThingClass::kFurniture},
    {"cushion", ThingClass::kFurniture},
    {"pillow", ThingClass::kFurniture},
    {"blanket", ThingClass::kFurniture},
    {"apparel", ThingClass::kFurniture},
    {"towel", ThingClass::kFurniture},
    {"television", ThingClass::kFurniture},
    {"screen", ThingClass::kFurniture},
    {"monitor", ThingClass::kFurniture},
    {"computer", ThingClass::kFurniture},
    {"book", ThingClass::kFurniture},
    {"vase", ThingClass::kFurniture},
    {"pot", ThingClass::kFurniture},
    {"bottle", ThingClass::kFurniture},
    {"glass", ThingClass::kFurniture},
    {"plate", ThingClass::kFurniture},
    {"tray", ThingClass::kFurniture},
    {"basket", ThingClass::kFurniture},
    {"box", ThingClass::kFurniture},
    {"bag", ThingClass::kFurniture},
    {"ashcan", ThingClass::kFurniture},
    {"plaything", ThingClass::kFurniture},
    {"sculpture", ThingClass::kFurniture},
    {"ball", ThingClass::kFurniture},
    {"bicycle", ThingClass::kFurniture},
});

constexpr double kLeastArea = 0.0003;  // of the picture
constexpr double kSureShare = 0.5;     // mean probability

const char* KeepWord(ThingClass kind) {
  switch (kind) {
    case ThingClass::kRug:
      return "rugs";
    case ThingClass::kLamp:
      return "lamps";
    case ThingClass::kArt:
      return "art";
    case ThingClass::kPlant:
      return "plants";
    default:
      return "";
  }
}

bool AlwaysStays(ThingClass kind) {
  return kind == ThingClass::kFixture || kind == ThingClass::kCurtain ||
         kind == ThingClass::kAppliance;
}

bool HasWord(std::string_view label, std::string_view word) {
  for (size_t at = label.find(word); at != std::string_view::npos;
       at = label.find(word, at + 1)) {
    const auto letter = [&label](size_t i) {
      return i < label.size() && label[i] >= 'a' && label[i] <= 'z';
    };
    const size_t end = at + word.size();
    const bool begins = at == 0 || !letter(at - 1) || word == "chair";
    const bool ends = !letter(end) || (label[end] == 's' && !letter(end + 1));
    if (begins && ends) return true;
  }
  return false;
}

std::string FirstName(const std::string& label) {
  return label.substr(0, label.find_first_of(";,"));
}

/// One connected part of one class.
Thing Describe(const std::string& label,
               ThingClass kind,
               double probability,
               const std::vector<std::string>& keep) {
  Thing thing;
  thing.kind = FirstName(label);
  thing.certainty = probability;
  thing.place =
      kind == ThingClass::kArt ? ThingPlace::kOnWall : ThingPlace::kOnFloor;
  if (AlwaysStays(kind)) {
    thing.doubt = "belongs to the house";
  } else if (std::find(keep.begin(), keep.end(), KeepWord(kind)) !=
             keep.end()) {
    thing.doubt = "is of a kind that is kept";
  } else if (probability < kSureShare) {
    thing.doubt = "is not sure to be furniture";
  }
  return thing;
}

}  // namespace

ThingClass ClassOf(const std::string& label) {
  for (const auto& [word, kind] : kWords) {
    if (HasWord(label, word)) return kind;
  }
  return ThingClass::kRoom;
}

ThingMap SegmentedThings(const LabelledPicture& picture,
                         const std::vector<std::string>& labels,
                         const std::vector<std::string>& keep) {
  ThingMap map;
  map.label = Image<uint16_t>(picture.width, picture.height, 1);
  map.not_room = ImageU8(picture.width, picture.height, 1);
  const cv::Mat seen(picture.height,
                     picture.width,
                     CV_16U,
                     const_cast<uint16_t*>(picture.label.data()));
  const cv::Mat probability(picture.height,
                            picture.width,
                            CV_32F,
                            const_cast<float*>(picture.probability.data()));
  cv::Mat out(picture.height, picture.width, CV_16U, map.label.data());
  cv::Mat not_room(picture.height, picture.width, CV_8U, map.not_room.data());
  for (size_t i = 0; i < labels.size(); ++i) {
    const ThingClass kind = ClassOf(labels[i]);
    if (kind == ThingClass::kRoom) continue;
    const cv::Mat of_class = seen == static_cast<double>(i);
    not_room.setTo(255, of_class);
    cv::Mat parts, stats, centers;
    const int count =
        cv::connectedComponentsWithStats(of_class, parts, stats, centers, 8);
    for (int part = 1; part < count; ++part) {
      if (stats.at<int>(part, cv::CC_STAT_AREA) <
          kLeastArea * static_cast<double>(seen.total())) {
        continue;
      }
      const cv::Mat here = parts == part;
      Thing thing =
          Describe(labels[i], kind, cv::mean(probability, here)[0], keep);
      thing.box = {stats.at<int>(part, cv::CC_STAT_LEFT),
                   stats.at<int>(part, cv::CC_STAT_TOP),
                   stats.at<int>(part, cv::CC_STAT_WIDTH),
                   stats.at<int>(part, cv::CC_STAT_HEIGHT)};
      map.things.push_back(std::move(thing));
      out.setTo(static_cast<double>(map.things.size()), here);
    }
  }
  return map;
}

}  // namespace stage::engine
