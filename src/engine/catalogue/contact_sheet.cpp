#include "engine/catalogue/contact_sheet.h"

#include <cmath>
#include <cstdio>
#include <opencv2/imgproc.hpp>

#include "core/error.h"
#include "engine/catalogue/piece_preview.h"
#include "engine/catalogue/texture_decoder.h"

namespace stage::engine {
namespace {

constexpr int kLineHeightPx = 14;
constexpr int kLabelLines = 3;
constexpr int kLabelPx = kLabelLines * kLineHeightPx + 6;
constexpr double kFontScale = 0.38;

/// cv::putText draws ASCII only.
std::string Ascii(const std::string& text) {
  std::string ascii;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x80) ascii += c;
  }
  return ascii;
}

/// Cut to the tile's width.
std::string Fitted(std::string text, int width_px) {
  text = Ascii(text);
  int baseline = 0;
  while (
      !text.empty() &&
      cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, kFontScale, 1, &baseline)
              .width > width_px) {
    text.pop_back();
  }
  return text;
}

std::vector<std::string> Label(const Piece& piece) {
  char size[64];
  std::snprintf(size,
                sizeof(size),
                "%.0fx%.0fx%.0f cm",
                piece.width * 100,
                piece.depth * 100,
                piece.height * 100);
  std::string facts = size;
  if (piece.grade != 0) facts += std::string("  ") + piece.grade;
  if (!piece.function.empty()) facts += " " + piece.function;
  std::string styles;
  for (const std::string& style : piece.styles) {
    styles += (styles.empty() ? "" : ", ") + style;
  }
  return {piece.id, facts, styles};
}

/// A soft shoulder keeps white pieces from clipping.
uint8_t Display(float linear) {
  const float exposed = 0.92f * linear;
  const float knee = 0.7f;
  const float toned =
      exposed < knee
          ? exposed
          : knee + (1 - knee) * (1 - std::exp(-(exposed - knee) / (1 - knee)));
  return Srgb8FromLinear(toned);
}

void DrawTile(const Catalogue& catalogue,
              const Piece& piece,
              int left,
              int top,
              int tile_px,
              ImageU8& sheet) {
  cv::Mat canvas(sheet.height(), sheet.width(), CV_8UC3, sheet.data());
  std::vector<std::string> label = Label(piece);
  try {
    const auto mesh = catalogue.Load(piece.id, {0, 0, 0}, {}, {});
    PreviewView view;
    view.width_px = view.height_px = tile_px;
    const ImageF picture = RenderPiecePreview(*mesh, view);
    for (int y = 0; y < tile_px; ++y) {
      for (int x = 0; x < tile_px; ++x) {
        for (int c = 0; c < 3; ++c) {
          sheet.at(left + x, top + y, c) = Display(picture.at(x, y, c));
        }
      }
    }
  } catch (const Error& error) {
    label = {piece.id, "cannot be read:", error.what()};
  }
  for (size_t i = 0; i < label.size(); ++i) {
    cv::putText(
        canvas,
        Fitted(label[i], tile_px - 8),
        {left + 4, top + tile_px + kLineHeightPx * (static_cast<int>(i) + 1)},
        cv::FONT_HERSHEY_SIMPLEX,
        kFontScale,
        i == 0 ? cv::Scalar(20, 20, 20) : cv::Scalar(90, 90, 90),
        1,
        cv::LINE_AA);
  }
}

}  // namespace

ImageU8 RenderContactSheet(const Catalogue& catalogue,
                           const std::vector<std::string>& ids,
                           int tile_px,
                           int columns) {
  if (tile_px < 64 || tile_px > 1024 || columns < 1) {
    throw Error(ErrorKind::kUsage,
                "contact sheet: tiles are 64 to 1024 pixels wide, in at least "
                "one column");
  }
  constexpr int kGapPx = 6;
  const int count = static_cast<int>(ids.size());
  columns = std::clamp(count, 1, columns);
  const int rows = std::max(1, (count + columns - 1) / columns);
  const int64_t width = int64_t{columns} * (tile_px + kGapPx) + kGapPx;
  const int64_t height = int64_t{rows} * (tile_px + kLabelPx + kGapPx) + kGapPx;
  if (width * height > 400'000'000) {
    throw Error(ErrorKind::kUsage,
                "contact sheet: " + std::to_string(count) + " tiles of " +
                    std::to_string(tile_px) +
                    " pixels make too large a picture; show fewer pieces");
  }
  ImageU8 sheet(static_cast<int>(width), static_cast<int>(height), 3, 255);
  for (int i = 0; i < count; ++i) {
    const Piece* piece = catalogue.Find(ids[i]);
    if (piece == nullptr) {
      throw Error(
          ErrorKind::kModel,
          ids[i] + ": no such piece; stage catalog list shows them all");
    }
    DrawTile(catalogue,
             *piece,
             kGapPx + (i % columns) * (tile_px + kGapPx),
             kGapPx + (i / columns) * (tile_px + kLabelPx + kGapPx),
             tile_px,
             sheet);
  }
  return sheet;
}

}  // namespace stage::engine
