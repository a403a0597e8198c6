#pragma once

#include <functional>
#include <string>

#include "core/batch_status.h"

namespace stage::cli {

/// A picture as a page holds it.
struct PagePicture {
  std::string data_uri;  ///< empty: it cannot be shown
  std::string problem;   ///< why not, for people
};

/// Gets the picture of a photo or result.
using PictureSource = std::function<PagePicture(const std::filesystem::path&)>;

/// The before/after page of a batch: one HTML document that loads nothing from
/// anywhere. A photo has one slider (mouse, touch and arrow keys) and a choice
/// among its results; below are parameters, timings, errors, warnings and the
/// attributions of what was placed.
std::string ReportPage(const BatchStatus& status, const PictureSource& picture);

/// The text as HTML shows it.
std::string EscapeHtml(std::string_view text);

}  // namespace stage::cli
