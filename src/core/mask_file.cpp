#include "core/error.h"
#include "core/input_photos.h"
#include "core/job_fields.h"
#include "core/text_encoding.h"

namespace stage {

namespace fs = std::filesystem;

bool IsMaskBox(const std::string& text) {
  // Three numbers, a blank or a minus: nobody calls a file so.
  const bool is_meant =
      text.find_first_of(",;") != std::string::npos &&
      text.find_first_not_of("0123456789,;-+. ") == std::string::npos;
  int commas = 0;
  bool digit_before = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digit_before = true;
    } else if (c == ',' && digit_before) {
      ++commas;
      digit_before = false;
    } else {
      digit_before = false;
      break;
    }
  }
  const bool is_box = commas == 3 && digit_before;
  if (is_meant && !is_box) {
    throw Error(ErrorKind::kUsage,
                "--mask " + text +
                    ": a box is x,y,w,h, four whole numbers of pixels from 0 "
                    "on, such as 820,900,600,700");
  }
  return is_box;
}

fs::path MaskOf(const fs::path& photo, const fs::path& mask) {
  if (mask.empty() || !fs::is_directory(mask)) return mask;
  const std::string stem = FoldedCase(photo.stem().string());
  std::vector<fs::path> found;
  for (const fs::path& candidate : PhotosInFolder(mask)) {
    const std::string name = FoldedCase(candidate.stem().string());
    const bool is_own =
        name == stem || name == stem + "-mask" || name == stem + "_mask";
    if (is_own && candidate != photo) {
      found.push_back(candidate);
    }
  }
  if (found.size() == 1) return found.front();
  throw Error(ErrorKind::kInput,
              Utf8Path(photo) + ": " + Utf8Path(mask) + " has " +
                  (found.empty() ? "no mask" : "more than one mask") +
                  " named " + Utf8Path(photo.stem()) + " (.png, .jpg, ...)");
}

}  // namespace stage
