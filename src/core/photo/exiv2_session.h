#pragma once

namespace stage {

/// Prepares Exiv2 once a process: its XMP part for many threads, its log
/// silent (what matters comes back as exceptions), IPTC extension prefixes.
void PrepareExiv2();

}  // namespace stage
