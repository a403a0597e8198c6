#pragma once

#include <string>
#include <vector>

#include "core/photo/photo.h"

namespace stage {

/// What a result must be like to count as done.
struct ResultExpectation {
  int width = 0;  ///< of the file; 0: any
  int height = 0;
  bool change_expected = true;  ///< something was to be placed or removed
};

/// Looks a result over for what must not be delivered: wrong size, black or
/// flat, unchanged where a change was asked for. Works on small copies.
/// @return what is wrong, each a phrase such as "is black"; empty: nothing
std::vector<std::string> CheckResult(const Photo& original,
                                     const Photo& result,
                                     const ResultExpectation& expectation);

/// Reads a written file back and checks it likewise.
/// @throws Error(kUnexpected) naming the file and all that is wrong, also
///         when it cannot be decoded
Photo CheckWrittenResult(const Photo& original,
                         const std::filesystem::path& result,
                         const ResultExpectation& expectation);

/// How far the room itself, outside of what may change, is still the photo's.
struct RoomChange {
  /// Share of room pixels, 0 to 1, whose surroundings show something else:
  /// other edges or texture, or clearly another tone. A change of exposure or
  /// colour over the whole photo and the noise of JPEG do not count.
  double changed_fraction = 0;
  /// Mean structural similarity over the room, 1 for the same.
  double ssim = 1;
  /// Share of all pixels that counted as room; 0: nothing was measured.
  double room_fraction = 0;
};

/// Above this a result deserves a warning: an invented window or a moved wall
/// easily covers that much.
inline constexpr double kRoomChangedWarning = 0.02;

/// Compares a result with its photo, reduced; the sizes may differ, as after
/// enlarging.
/// @param may_change one channel of any size over the whole picture, not 0
///        where furniture and its shadows are; null: nothing may
/// @param long_edge_px  of the copies that are compared; grain counts less in
///        smaller ones
/// Source of SSIM: Wang et al. 2004, doi:10.1109/TIP.2003.819861.
RoomChange MeasureRoomChange(const Photo& original,
                             const Photo& result,
                             const ImageU8* may_change,
                             int long_edge_px = 1024);

}  // namespace stage
