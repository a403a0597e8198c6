#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engine/catalogue/gltf_catalogue.h"

namespace stage::engine {
namespace {

// The first entry that occurs decides: longer and narrower names come first.
constexpr auto kFunctions =
    std::to_array<std::pair<std::string_view, std::string_view>>({
        {"coffee table", "coffee_table"},
        {"cocktail table", "coffee_table"},
        {"dining table", "dining_table"},
        {"kitchen table", "dining_table"},
        {"side table", "side_table"},
        {"end table", "side_table"},
        {"bedside", "nightstand"},
        {"night stand", "nightstand"},
        {"nightstand", "nightstand"},
        {"night table", "nightstand"},
        {"console table", "console_table"},
        {"sofa table", "console_table"},
        {"dressing table", "dressing_table"},
        {"table lamp", "table_lamp"},
        {"desk lamp", "table_lamp"},
        {"floor lamp", "floor_lamp"},
        {"standing lamp", "floor_lamp"},
        {"pendant", "pendant_lamp"},
        {"chandelier", "pendant_lamp"},
        {"ceiling lamp", "pendant_lamp"},
        {"hanging lamp", "pendant_lamp"},
        {"media console", "media_console"},
        {"tv stand", "media_console"},
        {"tv cabinet", "media_console"},
        {"tv unit", "media_console"},
        {"television", "tv"},
        {"office chair", "office_chair"},
        {"desk chair", "office_chair"},
        {"task chair", "office_chair"},
        {"bar stool", "bar_stool"},
        {"barstool", "bar_stool"},
        {"counter stool", "bar_stool"},
        {"lounge chair", "armchair"},
        {"accent chair", "armchair"},
        {"easy chair", "armchair"},
        {"armchair", "armchair"},
        {"arm chair", "armchair"},
        {"recliner", "armchair"},
        {"dining chair", "chair"},
        {"bookcase", "bookcase"},
        {"bookshelf", "bookcase"},
        {"book shelf", "bookcase"},
        {"shelving", "bookcase"},
        {"wall art", "wall_art"},
        {"picture frame", "wall_art"},
        {"painting", "wall_art"},
        {"poster", "wall_art"},
        {"potted", "plant"},
        {"plant", "plant"},
        {"sectional", "sofa"},
        {"loveseat", "sofa"},
        {"couch", "sofa"},
        {"settee", "sofa"},
        {"sofa", "sofa"},
        {"chaise", "sofa"},
        {"ottoman", "ottoman"},
        {"pouf", "ottoman"},
        {"footstool", "ottoman"},
        {"crib", "crib"},
        {"bunk bed", "kids_bed"},
        {"bed", "bed"},
        {"wardrobe", "wardrobe"},
        {"armoire", "wardrobe"},
        {"closet", "wardrobe"},
        {"dresser", "dresser"},
        {"sideboard", "dresser"},
        {"credenza", "dresser"},
        {"chest of drawers", "dresser"},
        {"commode", "dresser"},
        {"cushion", "cushion"},
        {"pillow", "cushion"},
        {"blanket", "throw"},
        {"throw", "throw"},
        {"carpet", "rug"},
        {"rug", "rug"},
        {"curtain", "curtain"},
        {"drape", "curtain"},
        {"mirror", "mirror"},
        {"vase", "table_decor"},
        {"bowl", "table_decor"},
        {"candle", "table_decor"},
        {"sculpture", "table_decor"},
        {"books", "books"},
        {"bench", "bench"},
        {"stool", "bar_stool"},
        {"desk", "desk"},
        {"chair", "chair"},
        {"tv", "tv"},
        {"table", "dining_table"},
    });

/// Lower-case words with one blank before and after each; digits are dropped
/// and "LoungeChair" is two words.
std::string Words(std::string_view text) {
  std::string words = " ";
  char before = ' ';
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool lower = c >= 'a' && c <= 'z';
    if (upper && before >= 'a' && before <= 'z') words += ' ';
    if (upper || lower) {
      words += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (words.back() != ' ') {
      words += ' ';
    }
    before = c;
  }
  return words.back() == ' ' ? words : words + ' ';
}

}  // namespace

std::string FunctionFromWords(std::string_view text) {
  const std::string words = Words(text);
  for (const auto& [word, function] : kFunctions) {
    const std::string start = " " + std::string(word);
    for (const char* end : {" ", "s "}) {
      if (words.find(start + end) != std::string::npos) {
        return std::string(function);
      }
    }
  }
  return "";
}

}  // namespace stage::engine
