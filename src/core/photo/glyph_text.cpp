#include "core/photo/glyph_text.h"

#include <ft2build.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string_view>
#include FT_FREETYPE_H

#include "core/error.h"

namespace stage {
namespace {

struct FreeLibrary {
  void operator()(FT_Library library) const { FT_Done_FreeType(library); }
};
struct FreeFace {
  void operator()(FT_Face face) const { FT_Done_Face(face); }
};

std::string FontPath() {
  static constexpr std::array<const char*, 3> kPlaces = {
      STAGE_LABEL_FONT,
      "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
      "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans-Bold.ttf"};
  for (const char* place : kPlaces) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(place, ignored)) return place;
  }
  throw Error(ErrorKind::kUnexpected,
              "no font for the label; install the package fonts-dejavu-core");
}

std::vector<char32_t> Codepoints(std::string_view utf8) {
  std::vector<char32_t> points;
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    char32_t point = more == 0 ? lead : lead & (0x3f >> more);
    ++i;
    for (int k = 0; k < more && i < utf8.size(); ++k, ++i) {
      point = (point << 6) | (static_cast<unsigned char>(utf8[i]) & 0x3f);
    }
    points.push_back(point);
  }
  return points;
}

/// The font at one size.
class Font {
 public:
  explicit Font(int cap_height_px) {
    FT_Library library = nullptr;
    FT_Face face = nullptr;
    if (FT_Init_FreeType(&library) != 0) Fail();
    library_.reset(library);
    if (FT_New_Face(library, FontPath().c_str(), 0, &face) != 0) Fail();
    face_.reset(face);
    // DejaVu's capitals are 0.729 em high.
    em_px_ = std::max(6, static_cast<int>(std::lround(cap_height_px / 0.729)));
    if (FT_Set_Pixel_Sizes(face, 0, em_px_) != 0) Fail();
  }

  int line_height_px() const { return em_px_ * 5 / 4; }
  int ascender_px() const { return em_px_; }

  int WidthOf(const std::string& line) { return Run(line, nullptr, 0); }
  void Draw(const std::string& line, int baseline_y, ImageU8& coverage) {
    Run(line, &coverage, baseline_y);
  }

 private:
  [[noreturn]] static void Fail() {
    throw Error(ErrorKind::kUnexpected,
                "the label's font cannot be used; reinstall the package "
                "fonts-dejavu-core");
  }

  /// Sets one line and returns its width; draws when given an image.
  int Run(const std::string& line, ImageU8* coverage, int baseline_y) {
    int pen_x = 0;
    FT_UInt before = 0;
    for (const char32_t point : Codepoints(line)) {
      const FT_UInt glyph = FT_Get_Char_Index(face_.get(), point);
      FT_Vector kerning{};
      if (before != 0) {
        FT_Get_Kerning(
            face_.get(), before, glyph, FT_KERNING_DEFAULT, &kerning);
      }
      pen_x += static_cast<int>(kerning.x >> 6);
      if (FT_Load_Glyph(face_.get(),
                        glyph,
                        coverage ? FT_LOAD_RENDER : FT_LOAD_DEFAULT) != 0) {
        Fail();
      }
      const FT_GlyphSlot slot = face_->glyph;
      if (coverage != nullptr) {
        Blit(slot->bitmap,
             pen_x + slot->bitmap_left,
             baseline_y - slot->bitmap_top,
             *coverage);
      }
      pen_x += static_cast<int>(slot->advance.x >> 6);
      before = glyph;
    }
    return pen_x;
  }

  static void Blit(const FT_Bitmap& bitmap, int left, int top, ImageU8& image) {
    for (int y = 0; y < static_cast<int>(bitmap.rows); ++y) {
      for (int x = 0; x < static_cast<int>(bitmap.width); ++x) {
        const int to_x = left + x;
        const int to_y = top + y;
        if (to_x < 0 || to_y < 0 || to_x >= image.width() ||
            to_y >= image.height()) {
          continue;
        }
        const uint8_t value = bitmap.buffer[y * bitmap.pitch + x];
        image.at(to_x, to_y) = std::max(image.at(to_x, to_y), value);
      }
    }
  }

  std::unique_ptr<FT_LibraryRec_, FreeLibrary> library_;
  std::unique_ptr<FT_FaceRec_, FreeFace> face_;
  int em_px_ = 0;
};

std::vector<std::string> BreakLines(const std::string& text,
                                    int max_width_px,
                                    Font& font) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!lines.empty() &&
        font.WidthOf(lines.back() + " " + word) <= max_width_px) {
      lines.back() += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

int WidestOf(const std::vector<std::string>& lines, Font& font) {
  int widest = 1;
  for (const std::string& line : lines) {
    widest = std::max(widest, font.WidthOf(line));
  }
  return widest;
}

}  // namespace

TextPicture SetText(const std::string& text,
                    int cap_height_px,
                    int max_width_px) {
  auto font = std::make_unique<Font>(cap_height_px);
  std::vector<std::string> lines = BreakLines(text, max_width_px, *font);
  int width = WidestOf(lines, *font);
  if (width > max_width_px) {
    cap_height_px = std::max(1, cap_height_px * max_width_px / width);
    font = std::make_unique<Font>(cap_height_px);
    lines = BreakLines(text, max_width_px, *font);
    width = WidestOf(lines, *font);
  }
  const int line_count = std::max<int>(1, static_cast<int>(lines.size()));
  TextPicture picture;
  picture.cap_height_px = cap_height_px;
  picture.coverage = ImageU8(width, line_count * font->line_height_px(), 1);
  int baseline_y = font->ascender_px();
  for (const std::string& line : lines) {
    font->Draw(line, baseline_y, picture.coverage);
    baseline_y += font->line_height_px();
  }
  return picture;
}

}  // namespace stage
