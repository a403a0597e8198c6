#include "engine/pipeline/room_from_name.h"

#include <array>
#include <cctype>
#include <utility>

namespace stage::engine {
namespace {

// Longer words first: "kids bedroom" is a kids' room, "bathroom" is no "bath".
constexpr auto kWords =
    std::to_array<std::pair<std::string_view, std::string_view>>({
        {"kidsbedroom", "kids"},  {"childrensroom", "kids"},
        {"kidsroom", "kids"},     {"nursery", "kids"},
        {"livingroom", "living"}, {"living", "living"},
        {"lounge", "living"},     {"familyroom", "living"},
        {"bedroom", "bedroom"},   {"diningroom", "dining"},
        {"dining", "dining"},     {"kitchen", "kitchen"},
        {"bathroom", "bathroom"}, {"ensuite", "bathroom"},
        {"homeoffice", "office"}, {"office", "office"},
        {"studio", "studio"},     {"entrance", "entrance"},
        {"hallway", "entrance"},  {"foyer", "entrance"},
        {"patio", "outdoor"},     {"terrace", "outdoor"},
        {"balcony", "outdoor"},
    });

}  // namespace

std::string RoomFromName(std::string_view stem) {
  std::string letters;
  for (const char c : stem) {
    if (std::isalpha(static_cast<unsigned char>(c))) {
      letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  std::string room;
  for (const auto& [word, meant] : kWords) {
    const size_t at = letters.find(word);
    if (at == std::string::npos) continue;
    letters.replace(at, word.size(), " ");
    if (!room.empty() && room != meant) return {};
    room = meant;
  }
  return room;
}

}  // namespace stage::engine
