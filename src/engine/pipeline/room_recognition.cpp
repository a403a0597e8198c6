#include "engine/pipeline/room_recognition.h"

#include <iterator>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/pipeline/planar_image.h"

namespace stage::engine {
namespace {

constexpr double kSureOfNoRoom = 0.75;
constexpr double kLikely = 0.5;

/// What a caption would say of a class; a class may have several.
struct Caption {
  const char* text;
  const char* room;   ///< a word of presets/rooms, or empty
  const char* other;  ///< what it is when it is no room
};

constexpr Caption kCaptions[] = {
    {"a photo of a living room", "living", ""},
    {"a photo of an empty living room", "living", ""},
    {"a photo of a bedroom", "bedroom", ""},
    {"a photo of an empty bedroom", "bedroom", ""},
    {"a photo of a kitchen", "kitchen", ""},
    {"a photo of a dining room", "dining", ""},
    {"a photo of a home office", "office", ""},
    {"a photo of a bathroom", "bathroom", ""},
    {"a photo of a child's bedroom", "kids", ""},
    {"a photo of a hallway", "entrance", ""},
    {"a photo of a terrace", "outdoor", ""},
    {"a photo of a balcony", "outdoor", ""},
    {"a photo of a house from outside", "", "house from outside"},
    {"an aerial photo of houses", "", "aerial view"},
    {"a floor plan of an apartment", "", "floor plan"},
    {"a map", "", "map"},
    {"a portrait of a person", "", "portrait"},
    {"a page of text", "", "page of text"},
    {"a logo", "", "logo"},
};

std::vector<std::string> Texts() {
  std::vector<std::string> texts;
  for (const Caption& caption : kCaptions) texts.emplace_back(caption.text);
  return texts;
}

/// The word with the largest share.
std::pair<std::string, double> Likeliest(
    const std::map<std::string, double>& shares) {
  std::pair<std::string, double> best{"", 0};
  for (const auto& [word, share] : shares) {
    if (share > best.second) best = {word, share};
  }
  return best;
}

}  // namespace

bool RecognisedPicture::IsNoRoom() const {
  return other_probability >= kSureOfNoRoom;
}

std::optional<RecognisedPicture> Recognise(const ImageU8& srgb,
                                           InstalledNetworks& networks) {
  Recogniser* const recogniser = networks.recogniser(Texts());
  if (recogniser == nullptr) return std::nullopt;
  const std::vector<float> shares = recogniser->Probabilities(PlanarOf(srgb));
  std::map<std::string, double> rooms, others;
  RecognisedPicture picture;
  for (size_t i = 0; i < std::size(kCaptions); ++i) {
    const Caption& caption = kCaptions[i];
    if (*caption.room != 0) {
      rooms[caption.room] += shares.at(i);
    } else {
      others[caption.other] += shares.at(i);
      picture.other_probability += shares.at(i);
    }
  }
  std::tie(picture.room, picture.room_probability) = Likeliest(rooms);
  picture.other = Likeliest(others).first;
  return picture;
}

void NoteRoom(const RecognisedPicture& picture, Scene& scene) {
  if (picture.IsNoRoom() || picture.room_probability < kLikely) return;
  scene.room_type = picture.room;
  scene.room_type_probability = picture.room_probability;
}

}  // namespace stage::engine
