#pragma once

#include <filesystem>
#include <string>

namespace stage {

/// The key that views of one room share, or an empty string when the photo's
/// name does not match. In the pattern `*` and `?` match as in a glob, and
/// `{room}` matches what tells rooms apart: all matches of "living*" are one
/// room, "{room}-view*" makes one room of each `{room}`. The name is compared
/// without extension, or with it when the pattern has one; case does not count.
std::string SameRoomKey(const std::string& pattern,
                        const std::filesystem::path& photo);

}  // namespace stage
