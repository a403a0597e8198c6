#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stage {

/// The candidate a mistyped or shortened word most likely meant: the only one
/// it begins, or the nearest by edit distance (insertion, deletion, exchange,
/// swap of neighbours) within a third of its length. Empty when none is near.
std::string Suggest(std::string_view word,
                    const std::vector<std::string>& candidates);

/// `unknown style 'scandi', did you mean 'scandinavian'?`, or, when nothing is
/// near, the words there are: `unknown style 'x': use modern, coastal or ...`.
std::string UnknownWordMessage(std::string_view kind,
                               std::string_view word,
                               const std::vector<std::string>& candidates);

}  // namespace stage
