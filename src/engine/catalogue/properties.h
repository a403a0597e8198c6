#pragma once

#include <map>
#include <string>
#include <string_view>

namespace stage::engine {

/// Key and value pairs of a Java .properties file, in UTF-8; a later key wins.
/// Format: java.util.Properties.load(InputStream): ISO-8859-1, `#` and `!`
/// comments, `=`, `:` or blanks after the key, continuation by a trailing
/// backslash, `\t \n \r \f \uXXXX` escapes (surrogate pairs are joined).
/// Never fails: a broken escape stands for itself.
std::map<std::string, std::string> ParseProperties(std::string_view latin1);

}  // namespace stage::engine
