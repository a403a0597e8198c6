#include "engine/pipeline/object_words.h"

#include "core/error.h"
#include "core/suggestion.h"

namespace stage::engine {
namespace {

struct ObjectWord {
  std::string_view category, name;
  ObjectWish wish;
};

const std::vector<ObjectWord>& Words() {
  static const std::vector<ObjectWord> words = {
      {"furniture", "sofa", {{"sofa"}, {}, {}}},
      {"furniture",
       "table",
       {{"dining_table", "coffee_table", "side_table"}, {}, {}}},
      {"furniture", "chair", {{"armchair", "chair"}, {}, {}}},
      {"furniture",
       "cabinet",
       {{"sideboard", "dresser", "media_console", "wardrobe"}, {}, {}}},
      {"furniture", "shelves", {{"bookcase"}, {}, {}}},
      {"furniture", "kitchen-island", {{"kitchen_island"}, {}, {}}},
      {"furniture", "desk", {{"desk"}, {}, {}}},
      {"furniture", "bed", {{"bed"}, {}, {}}},
      {"decoration", "painting", {{}, {}, {"wall_art"}}},
      {"decoration", "wall-clock", {{}, {}, {"wall_clock"}}},
      {"decoration", "book", {{}, {"books"}, {}}},
      {"decoration", "bottle", {{}, {"bottle"}, {}}},
      {"decoration", "fruit", {{}, {"fruit"}, {}}},
      {"decoration", "potted-plant", {{"plant"}, {"table_plant"}, {}}},
      {"decoration",
       "vase-with-flower",
       {{"floor_flowers"}, {"flower_vase"}, {}}},
      {"decoration", "lamp", {{"floor_lamp"}, {"table_lamp"}, {}}},
  };
  return words;
}

}  // namespace

ObjectWish ParseObject(const std::string& object) {
  const size_t colon = object.find(':');
  const std::string category = object.substr(0, colon);
  const std::string name =
      colon == std::string::npos ? "" : object.substr(colon + 1);
  if (category.starts_with("street") || category == "creature") {
    throw Error(ErrorKind::kModel,
                "--object " + object +
                    ": no catalogue has that; it needs a diffusion model: "
                    "describe it with --prompt and --mask");
  }
  std::vector<std::string> categories, names;
  for (const ObjectWord& word : Words()) {
    if (categories.empty() || categories.back() != word.category) {
      categories.emplace_back(word.category);
    }
    if (word.category != category) continue;
    names.emplace_back(word.name);
    if (word.name == name) return word.wish;
  }
  throw Error(ErrorKind::kUsage,
              names.empty()
                  ? UnknownWordMessage("object category", category, categories)
                  : UnknownWordMessage("object", name, names));
}

}  // namespace stage::engine
