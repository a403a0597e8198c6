#include "core/same_room.h"

#include <string_view>

#include "core/text_encoding.h"

namespace stage {
namespace {

constexpr std::string_view kRoom = "{room}";

/// A match of a pattern's rest against a name's rest; `room` is what `{room}`
/// stood for. The shortest room that lets the whole name match wins.
bool Matches(std::string_view pattern,
             std::string_view name,
             std::string& room) {
  if (pattern.empty()) return name.empty();
  if (pattern.starts_with(kRoom)) {
    for (size_t length = 1; length <= name.size(); ++length) {
      if (Matches(pattern.substr(kRoom.size()), name.substr(length), room)) {
        room = name.substr(0, length);
        return true;
      }
    }
    return false;
  }
  if (pattern.front() == '*') {
    for (size_t length = 0; length <= name.size(); ++length) {
      if (Matches(pattern.substr(1), name.substr(length), room)) return true;
    }
    return false;
  }
  if (name.empty() ||
      (pattern.front() != '?' && pattern.front() != name.front())) {
    return false;
  }
  return Matches(pattern.substr(1), name.substr(1), room);
}

}  // namespace

std::string SameRoomKey(const std::string& pattern,
                        const std::filesystem::path& photo) {
  if (pattern.empty()) return {};
  const std::string folded = FoldedCase(pattern);
  for (const auto& name : {photo.stem(), photo.filename()}) {
    std::string room;
    if (Matches(folded, FoldedCase(name.string()), room)) {
      return room.empty() ? folded : room;
    }
  }
  return {};
}

}  // namespace stage
